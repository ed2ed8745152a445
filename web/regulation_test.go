package web_test

import (
	"bytes"
	"mime/multipart"
	"net/url"
	"slices"
	"strings"
	"testing"

	"hegui/internal/actor"
	"hegui/internal/regulation"
	"hegui/internal/testkit"
)

func TestRegulationPagesInBothLanguages(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	zh := chinese(t, a)
	for path, want := range map[string][2]string{
		"/articles":                         {"Interim Measures", "生成式人工智能服务管理暂行办法"},
		"/articles/8":                       {"Article 8", "第八条"},
		"/requirements":                     {"Requirements", "检查要求"},
		"/requirements/IM-04-03":            {"Keyword library", "拦截关键词库"},
		"/instruments":                      {"Laws and standards", "法规与标准"},
		"/instruments/ALGO":                 {"Algorithm Recommendation", "算法推荐规定"},
		"/figures":                          {"Figures", "数值与时限"},
		"/figures/ALGO:filing_working_days": {"within 10 working days", "10 个工作日内"},
		"/catalogue":                        {"Versions of the catalogue", "目录版本"},
	} {
		en := a.As(a.Auditor).Get(path).Status(t, 200)
		en.Says(t, "h1", want[0])
		if n := en.Find(t, "h1").Length(); n != 1 {
			t.Errorf("%s has %d h1", path, n)
		}
		a.As(zh).Get(path).Status(t, 200).Says(t, "h1", want[1])
	}
	a.As(nil).Get("/articles").Redirects(t, "/login?back=%2Farticles")
	for _, path := range []string{"/articles/25", "/articles/x", "/requirements/IM-99-01", "/instruments/NO", "/figures/NO:no", "/catalogue/versions/x", "/catalogue/drafts/x"} {
		a.As(a.Officer).Get(path).Status(t, 404)
	}
}

// chinese is an officer who reads Chinese.
func chinese(t *testing.T, a *testkit.App) *testkit.Person {
	t.Helper()
	zh := a.Person("Zhang San", actor.Officer)
	testkit.Must(t, a.Accounts.SetLanguage(t.Context(), zh.Actor(), "zh-CN"))
	return zh
}

func TestArticleTexts(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	as := a.As(a.Officer)
	both := as.Get("/articles/8")
	both.Says(t, `#IM-8\.1 [lang=zh-CN] #IM-8\.1\.2`, "抽样核验标注内容的准确性").Says(t, `#IM-8\.1 [lang=en]`, "by sampling").Says(t, ".law-notice", "Only the Chinese text is law")
	if got := both.Find(t, `#IM-8\.1 [lang=zh-CN]`).Text(); strings.Join(strings.Fields(got), "") != article8 {
		t.Errorf("the shown text is not the law: %q", got)
	}
	zh := as.Get("/articles/8?text=zh")
	if zh.Find(t, "[lang=en].law-part, .law-texts [lang=en]").Length() != 0 {
		t.Error("English shown although Chinese was asked for")
	}
	if zh.Result().Cookies()[0].Value != "zh" {
		t.Error("the choice is not remembered")
	}
	as.Get("/articles/8?text=en").Says(t, `#IM-8\.1\.2`, "by sampling")
	if link, _ := both.Find(t, `#IM-8\.1 [data-copy]`).Attr("data-copy"); !strings.HasSuffix(link, "/articles/8#IM-8.1") {
		t.Errorf("link to copy is %q", link)
	}
	for _, rel := range []string{"prev", "next"} {
		if both.Find(t, "a[rel="+rel+"]").Length() != 1 {
			t.Errorf("no %s article", rel)
		}
	}
}

const article8 = "在生成式人工智能技术研发过程中进行数据标注的，提供者应当制定符合本办法要求的清晰、具体、可操作的标注规则；开展数据标注质量评估，抽样核验标注内容的准确性；对标注人员进行必要培训，提升尊法守法意识，监督指导标注人员规范开展标注工作。"

func TestRequirementFilters(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	as := a.As(a.Officer)
	all := as.Get("/requirements").Find(t, "tbody tr").Length()
	if want := len(regulation.Embedded().Requirements); all != want {
		t.Fatalf("listed %d requirements, want %d", all, want)
	}
	few := as.Get("/requirements?article=4&severity=high")
	if n := few.Find(t, "tbody tr").Length(); n == 0 || n >= all {
		t.Errorf("filter leaves %d of %d", n, all)
	}
	if href, _ := few.Find(t, ".filter-chip").First().Attr("href"); href != "/requirements?severity=high" {
		t.Errorf("removing the first filter leads to %q", href)
	}
	as.Get("/requirements?q=关键词").Says(t, "tbody", "IM-04-03")
	as.Get("/requirements?q=zzzz").Says(t, ".empty-state", "No requirement matches")
	part := as.Part().Get("/requirements?article=4")
	if part.Find(t, "#requirements").Length() != 1 || part.Find(t, "nav.sidebar, html head title").Length() != 0 {
		t.Error("htmx did not get just the list")
	}
}

func TestFigureFilters(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	as := a.As(a.Officer)
	all := as.Get("/figures").Find(t, "tbody tr").Length()
	unverified := as.Get("/figures?mark=unverified").Find(t, "tbody tr").Length()
	if all != len(regulation.Embedded().Figures) || unverified == 0 || unverified == all {
		t.Errorf("%d figures, %d unverified", all, unverified)
	}
	as.Get("/figures?mark=local").Says(t, ".empty-state", "No figure matches")
	as.Get("/figures?instrument=ALGO&force=must").Says(t, "tbody", "within ten working days")
}

const logs = "/figures/CSL:log_retention_months"

func proposal(value string) url.Values {
	return url.Values{"value": {value}, "source": {"Policy <b>7</b>"}, "effective_from": {"2026-11-01"}, "note": {"because"}}
}

func TestOwnValueFromProposalToApproval(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	one, two := a.As(a.Officer), a.As(a.Officer2)
	back := one.Post(logs+"/proposals", url.Values{"value": {"many"}, "source": {"Policy 7"}, "effective_from": {"tomorrow"}}).Status(t, 422)
	back.Says(t, "#f-value-error", "number").Says(t, "#f-effective_from-error", "")
	if kept, _ := back.Find(t, "#f-source").Attr("value"); kept != "Policy 7" {
		t.Errorf("typed source is lost: %q", kept)
	}
	a.As(a.Auditor).Post(logs+"/proposals", proposal("12")).Status(t, 403)
	if a.As(a.Auditor).Get(logs).Find(t, "#propose, #confirm").Length() != 0 {
		t.Error("an auditor is offered forms")
	}

	one.Post(logs+"/proposals", proposal("12")).Redirects(t, "/figures/CSL:log_retention_months")
	page := one.Get(logs)
	page.Says(t, "#proposal", "Policy <b>7</b>").Says(t, "#proposal", "somebody else has to decide")
	approve := find(t, two.Get(logs), "#proposal form", "action")
	a.As(a.Officer).Post(approve, nil).Status(t, 403)
	two.Post(strings.Replace(approve, "CSL:log_retention_months", "ALGO:filing_working_days", 1), nil).Status(t, 404)
	two.Post(strings.Replace(approve, "/approve", "/reject", 1), url.Values{}).Status(t, 422).Says(t, "#f-decision_note-error", "why")
	two.Post(approve, url.Values{"decision_note": {"agreed"}}).Redirects(t, "/figures/CSL:log_retention_months")
	two.Post(approve, nil).Status(t, 409)

	done := one.Get(logs)
	done.Says(t, "h1", "at least 12 months").Says(t, ".page-head", "own value")
	one.Get("/figures?mark=local").Says(t, "tbody", "at least 12 months")
	done.Says(t, ".history-list", "approved")
	a.Sound()
}

func find(t *testing.T, r *testkit.Response, selector, attribute string) string {
	t.Helper()
	value, ok := r.Find(t, selector).First().Attr(attribute)
	if !ok {
		t.Fatalf("no %s at %q", attribute, selector)
	}
	return value
}

func TestConfirmAFigure(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	as := a.As(a.Officer)
	path := find(t, as.Get("/figures?mark=unverified"), "tbody a", "href")
	as.Post(path+"/checks", url.Values{}).Status(t, 422).Says(t, "#f-check-source-error", "taken from")
	as.Post(path+"/checks", url.Values{"source": {"Gazette 2023/7"}}).Status(t, 303)
	page := as.Get(path)
	page.Says(t, "main", "Gazette 2023/7")
	if page.Find(t, "#confirm").Length() != 0 {
		t.Error("the form to confirm is still there")
	}
	as.Post(find(t, page, ".post-button[action*=checks]", "action"), nil).Status(t, 303)
	if as.Get(path).Find(t, "#confirm").Length() != 1 {
		t.Error("taking back has no effect")
	}
	a.Sound()
}

// files is the body of an upload.
func files(t *testing.T, content map[string]string) (kind string, body *bytes.Buffer) {
	t.Helper()
	body = &bytes.Buffer{}
	w := multipart.NewWriter(body)
	for name, text := range content {
		if name == "note" {
			testkit.Must(t, w.WriteField(name, text))
			continue
		}
		part, err := w.CreateFormFile(name, name+".yaml")
		testkit.Must(t, err)
		_, err = part.Write([]byte(text))
		testkit.Must(t, err)
	}
	testkit.Must(t, w.Close())
	return w.FormDataContentType(), body
}

func upload(t *testing.T, as *testkit.Client, content map[string]string) *testkit.Response {
	t.Helper()
	kind, body := files(t, content)
	return as.PostBody("/catalogue/upload", kind, body)
}

func requirementsFile(t *testing.T, old, with string) string {
	t.Helper()
	_, r, _ := regulation.Files()
	if !strings.Contains(string(r), old) {
		t.Fatalf("no %q in the file", old)
	}
	return strings.Replace(string(r), old, with, 1)
}

func TestUploadCompareLoad(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	as := a.As(a.Officer)
	changed := requirementsFile(t, "review_cadence_days: 180\n", "review_cadence_days: 90\n")
	changed = strings.Replace(changed, "title_zh: 拦截关键词库规模与更新", "title_zh: '<em>UHOH</em>'", 1)
	changed = strings.Replace(changed, "title_en: Keyword library size and updating", "title_en: '<em>UHOH</em>'", 1)
	kind, body := files(t, map[string]string{"requirements": changed})
	a.As(a.Auditor).PostBody("/catalogue/upload", kind, body).Status(t, 403)
	up := upload(t, as, map[string]string{"requirements": changed, "note": "stricter"}).Status(t, 303)
	stale := upload(t, a.As(a.Officer2), map[string]string{"requirements": requirementsFile(t, "review_cadence_days: 180\n", "review_cadence_days: 60\n")}).Status(t, 303)
	page := as.Get(up.Header().Get("Location"))
	page.Says(t, "main", "1 material change").Says(t, ".diff", "Review interval (days)").Says(t, ".diff", "180").Says(t, ".change:nth-of-type(1)", "IM-01-01")
	if page.Find(t, "main em").Length() != 0 {
		t.Error("uploaded markup is not escaped")
	}
	as.Get("/catalogue").Says(t, "main", "Versions waiting")
	a.As(a.Auditor).Post(up.Header().Get("Location")+"/load", nil).Status(t, 403)

	loaded := as.Post(up.Header().Get("Location")+"/load", nil).Status(t, 303).Header().Get("Location")

	as.Get(loaded).Says(t, "h1", "Version 2").Says(t, "main", "stricter")
	as.Get("/requirements/IM-01-01").Says(t, "main", "every 90 days")
	for _, path := range []string{"/requirements", "/requirements/IM-04-03", "/articles/4", loaded, "/activity"} {
		if r := as.Get(path).Status(t, 200); r.Find(t, "main em").Length() != 0 {
			t.Errorf("%s: uploaded markup is not escaped", path)
		}
	}
	as.Get(stale.Header().Get("Location")).Says(t, ".note", "Another version came into force")
	as.Post(stale.Header().Get("Location")+"/load", nil).Status(t, 409)
	as.Post(stale.Header().Get("Location")+"/discard", nil).Redirects(t, "/catalogue")
	file := as.Get(loaded+"/requirements.yaml").Status(t, 200)
	if file.Body.String() != changed || !strings.HasPrefix(file.Header().Get("Content-Disposition"), "attachment") {
		t.Error("the file comes back changed, or not as a download")
	}
	as.Get(loaded+"/passwd").Status(t, 404)
	as.Post("/catalogue/built-in", nil).Status(t, 303)
	if got := a.Actions(); !slices.Contains(got, "regulation.discarded") {
		t.Errorf("recorded %v", got)
	}
	a.Sound()
}

func TestUploadsThatAreRefusedInWords(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	as := a.As(a.Officer)
	bomb := "a: &a [x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b]\n"
	for name, tt := range map[string]struct{ file, want string }{
		"garbage":         {"\x00\x01\xff{{{", "requirements.yaml"},
		"alias bomb":      {bomb, "anchors, aliases"},
		"too large":       {strings.Repeat("# padding\n", 900_000), "bytes, more than"},
		"wrong clause":    {requirementsFile(t, "clause: IM-1.1\n", "clause: IM-99.1\n"), "unknown clause"},
		"markup in an id": {requirementsFile(t, "id: IM-01-01", "id: '<em>UHOH</em>'"), "id is malformed"},
	} {
		r := upload(t, as, map[string]string{"requirements": tt.file, "note": "kept"}).Status(t, 422)
		r.Says(t, ".fault-list", tt.want).Says(t, "#f-note", "kept")
		if r.Find(t, "main em").Length() != 0 {
			t.Errorf("%s: markup is not escaped", name)
		}
	}
	upload(t, as, map[string]string{}).Status(t, 422).Says(t, "#f-measures-error", "at least one file")
	_, r, _ := regulation.Files()
	upload(t, as, map[string]string{"requirements": "\xEF\xBB\xBF" + string(r)}).Status(t, 422).Says(t, "#f-measures-error", "the version in force")
	huge := strings.Repeat("x", 9<<20)
	upload(t, as, map[string]string{"measures": huge, "requirements": huge, "instruments": huge}).Status(t, 413)
	as.PostBody("/catalogue/upload", "text/plain", strings.NewReader("x")).Status(t, 400)
	upload(t, a.As(chinese(t, a)), map[string]string{"requirements": bomb}).Status(t, 422).Says(t, ".fault-list", "不允许使用锚点")
	if list, err := a.Regulation.Drafts(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("drafts %v, %v", list, err)
	}
}
