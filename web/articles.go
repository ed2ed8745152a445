package web

import (
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/internal/regulation"
	"hegui/templates/layout"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// articles lists the Measures by chapter.
func (p *regulationPages) articles(c echo.Context) error {
	ctx := c.Request().Context()
	cat := p.Regulation.Current(ctx)
	m := cat.Measures
	v := pages.ArticlesView{Frame: p.frame(c, "article.title"), Tabs: regulationTabs("/articles"), Name: pick(ctx, m.Name),
		Issued:  i18n.T(ctx, "article.issued", "issuer", pick(ctx, m.Issuer), "number", pick(ctx, m.DocumentNumber), "day", i18n.Date(ctx, m.Promulgated)),
		InForce: i18n.T(ctx, "article.in_force", "day", i18n.Date(ctx, m.InForce))}
	for _, ch := range cat.Chapters {
		v.Chapters = append(v.Chapters, chapterView(ctx, cat, ch))
	}
	return render(c, http.StatusOK, pages.ArticlesPage(v))
}

func chapterView(ctx context.Context, cat *regulation.Catalogue, ch *regulation.Chapter) pages.ChapterView {
	v := pages.ChapterView{ID: "chapter-" + strconv.Itoa(ch.Number), Title: chapterTitle(ctx, ch)}
	for _, a := range ch.Articles {
		v.Articles = append(v.Articles, pages.ArticleLine{URL: articleURL(a.Number), Label: pick(ctx, a.Label), Title: pick(ctx, a.Title),
			Plain: pick(ctx, a.Plain), Requirements: i18n.T(ctx, "article.count", "count", len(cat.ByArticle(a.Number)))})
	}
	return v
}

func chapterTitle(ctx context.Context, ch *regulation.Chapter) string {
	return i18n.T(ctx, "article.chapter", "label", pick(ctx, ch.Label), "title", pick(ctx, ch.Title))
}

func articleTitle(ctx context.Context, a *regulation.Article) string {
	return i18n.T(ctx, "article.heading", "label", pick(ctx, a.Label), "title", pick(ctx, a.Title))
}

// article shows one article.
func (p *regulationPages) article(c echo.Context) error {
	ctx := c.Request().Context()
	cat := p.Regulation.Current(ctx)
	number, _ := strconv.Atoi(c.Param("number")) // no number is no article
	a, ok := cat.Article(number)
	if !ok {
		return problem.New(problem.NotFound, "article.not_found")
	}
	texts := p.texts(c)
	requirements := cat.ByArticle(number)
	v := pages.ArticleView{
		Frame: p.frame(c, articleTitle(ctx, a), layout.Crumb{Label: "article.title", URL: "/articles"}),
		Title: articleTitle(ctx, a), Plain: pick(ctx, a.Plain), Chapter: chapterOf(ctx, cat, a),
		Kind: i18n.T(ctx, "article.kind."+a.Kind), Binding: i18n.T(ctx, "article.binding."+a.BindingOn),
		Texts: textTabs(articleURL(number), texts), Chinese: texts != textEnglish, English: texts != textChinese,
		Requirements: i18n.T(ctx, "article.count", "count", len(requirements)),
		Prev:         neighbour(ctx, cat, number-1), Next: neighbour(ctx, cat, number+1),
	}
	var related []regulation.Related
	for _, r := range requirements {
		related = append(related, r.Related...)
	}
	v.Related = relatedViews(ctx, cat, related)
	for _, cl := range a.Clauses {
		v.Clauses = append(v.Clauses, p.clauseView(c, cat, cl))
	}
	return render(c, http.StatusOK, pages.ArticlePage(v))
}

func chapterOf(ctx context.Context, cat *regulation.Catalogue, a *regulation.Article) string {
	for _, ch := range cat.Chapters {
		if ch.Number == a.Chapter {
			return chapterTitle(ctx, ch)
		}
	}
	return ""
}

func neighbour(ctx context.Context, cat *regulation.Catalogue, number int) *pages.ArticleLink {
	a, ok := cat.Article(number)
	if !ok {
		return nil
	}
	return &pages.ArticleLink{URL: articleURL(number), Title: articleTitle(ctx, a)}
}

func (p *regulationPages) clauseView(c echo.Context, cat *regulation.Catalogue, cl *regulation.Clause) pages.ClauseView {
	ctx := c.Request().Context()
	v := pages.ClauseView{ID: cl.ID, Label: pick(ctx, cl.Label), Link: p.absolute(c, clauseURL(cl)),
		Requirements: requirementLines(ctx, cat, cat.ByClause(cl.ID))}
	for _, part := range cl.Segments {
		v.Parts = append(v.Parts, pages.ClausePart{ID: part.ID, Chinese: part.Text.ZH, English: part.Text.EN})
		v.Requirements = append(v.Requirements, requirementLines(ctx, cat, cat.ByClause(part.ID))...)
	}
	if len(cl.Segments) == 0 {
		v.Parts = []pages.ClausePart{{ID: cl.ID, Chinese: cl.Text.ZH, English: cl.Text.EN}}
	}
	return v
}

// Which texts of an article are shown.
const (
	textBoth    = "both"
	textChinese = "zh"
	textEnglish = "en"
	cookieTexts = "texts"
)

// texts is the reader's choice, in the address or remembered; readers of
// Chinese see the Chinese text at first, others both.
func (p *regulationPages) texts(c echo.Context) string {
	known := func(s string) bool { return s == textBoth || s == textChinese || s == textEnglish }
	if asked := c.QueryParam("text"); known(asked) {
		p.remember(c, cookieTexts, asked)
		return asked
	}
	if kept := cookie(c, cookieTexts); known(kept) {
		return kept
	}
	if i18n.Lang(c.Request().Context()) == i18n.Chinese {
		return textChinese
	}
	return textBoth
}

func textTabs(path, current string) []ui.TabView {
	tabs := []ui.TabView{{Label: "article.text.both"}, {Label: "article.text.zh"}, {Label: "article.text.en"}}
	for i, text := range []string{textBoth, textChinese, textEnglish} {
		tabs[i].URL, tabs[i].Current = path+"?text="+text, text == current
	}
	return tabs
}
