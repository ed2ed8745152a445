package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/internal/register"
	"hegui/internal/request"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// tokenPages keep the tokens with which the provider's own app hands in
// requests.
type tokenPages struct{ *Server }

// tokenTyped is what was typed about a new token.
type tokenTyped struct {
	name     string
	services []string
	wrong    error
}

func (p *tokenPages) list(c echo.Context) error {
	return p.page(c, http.StatusOK, "", tokenTyped{})
}

// issue makes a token. Its secret is in this answer alone: there is no address
// at which it could be read again.
func (p *tokenPages) issue(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	typed := tokenTyped{name: f.text("name"), services: f.all("services")}
	var secret string
	if err = f.err(nil); err == nil {
		_, secret, err = p.Requests.IssueToken(c.Request().Context(), who(c), typed.name, typed.services)
	}
	if _, wrong := problem.FieldsOf(err); wrong {
		typed.wrong = err
		return p.page(c, statusOf(err), "", typed)
	}
	if err != nil {
		return err
	}
	return p.page(c, http.StatusOK, secret, tokenTyped{})
}

func (p *tokenPages) revoke(c echo.Context) error {
	if _, err := readForm(c); err != nil {
		return err
	}
	if err := p.Requests.RevokeToken(c.Request().Context(), who(c), c.Param("id")); err != nil {
		return err
	}
	p.flash(c, "token.flash.revoked")
	return done(c, "/admin/tokens")
}

func (p *tokenPages) page(c echo.Context, status int, secret string, typed tokenTyped) error {
	ctx := c.Request().Context()
	services, err := p.Register.Visible(ctx, actor.System("tokens"))
	if err != nil {
		return err
	}
	v := pages.TokensView{Secret: secret, LabelHead: pages.LabelHead{Frame: p.frame(c, "token.title", crumbAdmin), Title: "token.title", Subtitle: "token.lead"}}
	if v.Table, err = p.table(c, services); err != nil {
		return err
	}
	if len(services) > 0 {
		form := tokenForm(ctx, services, typed)
		v.Form = &form
	}
	return render(c, status, pages.Tokens(v))
}

func tokenForm(ctx context.Context, services []register.Entry, typed tokenTyped) pages.LabelForm {
	f := fields{messages(ctx, typed.wrong)}
	boxes := pages.FormPart{Kind: pages.BoxesPart, Field: f.field("services", "token.services", "")}
	boxes.Field.Required = true
	for _, e := range services {
		boxes.Options = append(boxes.Options, ui.Option{Value: e.ID, Label: e.Name, Selected: slices.Contains(typed.services, e.ID)})
	}
	return pages.LabelForm{Action: "/admin/tokens", Submit: "token.issue", Summary: summary(ctx, typed.wrong),
		Parts: []pages.FormPart{hinted(f.text("name", "token.name", typed.name, 100, true), "token.name.hint"), boxes}}
}

func (p *tokenPages) table(c echo.Context, services []register.Entry) (pages.LabelTable, error) {
	ctx := c.Request().Context()
	t := pages.LabelTable{ID: "tokens-table", Caption: "token.list", Empty: ui.EmptyView{Icon: "key", Title: "token.empty"},
		Columns: []ui.Column{{Label: "token.name"}, {Label: "token.services"}, {Label: "token.created"}, {Label: "token.used"}, {Label: "token.state"}, {Label: "labelling.actions", HideHead: true}}}
	list, err := p.Requests.Tokens(ctx, who(c))
	if err != nil {
		return t, err
	}
	var people []string
	for _, one := range list {
		people = append(people, one.CreatedBy, one.RevokedBy)
	}
	names, err := p.Accounts.Names(ctx, people)
	if err != nil {
		return t, err
	}
	for _, one := range list {
		t.Rows = append(t.Rows, tokenRow(ctx, one, services, names))
	}
	return t, nil
}

func tokenRow(ctx context.Context, t request.TokenUse, services []register.Entry, names map[string]string) pages.LabelRow {
	by := func(person string, at time.Time) string {
		return i18n.T(ctx, "token.by", "name", names[person], "at", i18n.DateTime(ctx, at))
	}
	about := pages.LabelCell{}
	for _, e := range services {
		if slices.Contains(t.Services, e.ID) {
			about.Chips = append(about.Chips, ui.ChipView{Label: e.Name})
		}
	}
	used := pages.LabelCell{Text: "token.used.never"}
	if t.LastUsed != nil {
		used.Text = i18n.DateTime(ctx, *t.LastUsed)
	}
	state, revoke := pages.LabelCell{Chips: []ui.ChipView{{Label: "token.state.valid", Tone: ui.Good}}}, pages.LabelCell{}
	if t.RevokedAt != nil {
		state = pages.LabelCell{Chips: []ui.ChipView{{Label: "token.state.revoked"}}, Note: by(t.RevokedBy, *t.RevokedAt)}
	} else {
		press := confirmed(postAction("token.revoke", "/admin/tokens/"+url.PathEscape(t.ID)+"/revoke", "ban", t.Version), i18n.T(ctx, "token.revoke.confirm"))
		press.Small = true
		revoke.Posts = []pages.LabelAction{press}
	}
	return pages.LabelRow{Cells: []pages.LabelCell{{Text: t.Name}, about, {Text: by(t.CreatedBy, t.CreatedAt)}, used, state, revoke}}
}
