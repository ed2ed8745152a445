package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/i18n"
	"hegui/internal/request"
	"hegui/internal/request/clock"
	"hegui/templates/layout"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

var crumbRequestSettings = layout.Crumb{Label: "request.settings", URL: "/requests/settings"}

// settings show rules, reasons and what was decided in general.
func (p *requestPages) settings(c echo.Context) error {
	return p.settingsPage(c, http.StatusOK, nil, nil)
}

func (p *requestPages) settingsPage(c echo.Context, status int, typed *request.SettingInput, wrong error) error {
	ctx := c.Request().Context()
	v := pages.RequestSettings{LabelHead: p.head(c, "request.settings", "request.settings.lead"), Note: i18n.T(ctx, "request.settings.note")}
	v.Alert = said(ctx, wrong)
	edits := who(c).May(actor.SetRequests)
	var err error
	if v.Rules, err = p.ruleTable(c, edits); err != nil {
		return err
	}
	if v.Refusals, err = p.refusalTable(c, edits && who(c).AllServices); err != nil {
		return err
	}
	set, err := p.Requests.Setting(ctx)
	if err != nil {
		return err
	}
	lead, err := p.Accounts.Names(ctx, []string{set.LeadID})
	if err != nil {
		return err
	}
	v.Facts = []pages.DetailRow{{Label: "request.lead_person", Value: lead[set.LeadID]}, {Label: "request.field.complain_zh", Value: set.ComplainZH},
		{Label: "request.field.complain_en", Value: set.ComplainEN}, {Label: "request.field.requirements", Value: strings.Join(set.Requirements, " ")}}
	if edits {
		v.NewRule = "/requests/rules/new"
	}
	if edits && who(c).AllServices {
		v.NewWhy = "/requests/refusals/new"
		form, err := p.settingForm(c, set, typed, wrong)
		if err != nil {
			return err
		}
		v.Form = &form
	}
	return render(c, status, pages.RequestSettingsView(v))
}

func (p *requestPages) settingForm(c echo.Context, set request.Setting, typed *request.SettingInput, wrong error) (pages.LabelForm, error) {
	ctx := c.Request().Context()
	in := request.SettingInput{LeadID: set.LeadID, ComplainZH: set.ComplainZH, ComplainEN: set.ComplainEN, Requirements: set.Requirements}
	if typed != nil {
		in = *typed
	}
	people, err := p.handlers(c, "")
	f := fields{messages(ctx, wrong)}
	return pages.LabelForm{Action: "/requests/settings", Submit: "request.settings.submit", Version: set.Version, Summary: summary(ctx, wrong), Parts: []pages.FormPart{
		hinted(f.pick("lead", "request.lead_person", in.LeadID, "request.lead_person.none", people, false), "request.lead_person.hint"),
		hinted(f.text("requirements", "request.field.requirements", strings.Join(in.Requirements, " "), 200, false), "request.field.requirements.hint"),
		f.area("complain_zh", "request.field.complain_zh", in.ComplainZH, "request.field.complain.hint", 4, true),
		f.area("complain_en", "request.field.complain_en", in.ComplainEN, "request.field.complain.hint", 4, true),
	}}, err
}

func (p *requestPages) saveSettings(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	in := request.SettingInput{LeadID: f.text("lead"), ComplainZH: f.lines("complain_zh"), ComplainEN: f.lines("complain_en"), Requirements: strings.Fields(f.text("requirements"))}
	version := f.int("version")
	if err = f.wrong.Err(); err == nil {
		err = p.Requests.ChangeSetting(c.Request().Context(), who(c), version, in)
	}
	if err != nil {
		if !comesBack(err) {
			return err
		}
		return p.settingsPage(c, statusOf(err), &in, err)
	}
	p.flash(c, "request.flash.settings")
	return done(c, "/requests/settings")
}

// ruleTable lists the deadlines with where they come from.
func (p *requestPages) ruleTable(c echo.Context, edits bool) (pages.LabelTable, error) {
	ctx := c.Request().Context()
	t := pages.LabelTable{ID: "rules-table", Caption: "request.rules", Columns: []ui.Column{{Label: "request.kind"}, {Label: "request.service"}, {Label: "request.rule"},
		{Label: "request.rule.extension"}, {Label: "request.rule.identity"}, {Label: "request.rule.kept"}, {Label: "request.rule.source"}}}
	rules, err := p.Requests.Rules(ctx)
	if err != nil {
		return t, err
	}
	services, err := p.Register.Names(ctx)
	if err != nil {
		return t, err
	}
	for _, r := range rules {
		if r.ServiceID != "" && !who(c).SeesService(r.ServiceID) {
			continue
		}
		t.Rows = append(t.Rows, pages.LabelRow{Cells: p.ruleCells(c, r, services[r.ServiceID], edits)})
	}
	return t, nil
}

func (p *requestPages) ruleCells(c echo.Context, r request.Rule, service string, edits bool) []pages.LabelCell {
	ctx := c.Request().Context()
	if service == "" {
		service = "request.service.all"
	}
	first := pages.LabelCell{Text: "request.kind." + string(r.Kind)}
	if edits {
		first.URL = "/requests/rules/" + r.ID
	}
	words, _, unverified := p.ruleSource(ctx, r)
	source := pages.LabelCell{Text: words}
	if unverified {
		source.Chips = []ui.ChipView{{Label: "request.unverified", Tone: ui.Warn, Icon: "alert-triangle"}}
	}
	days := func(n int64, unit clock.Unit) string { return i18n.T(ctx, "request.days."+string(unit), "count", n) }
	extension := pages.LabelCell{Text: "request.rule.no_extension"}
	if r.ExtensionDays > 0 {
		extension.Text = days(r.ExtensionDays, r.Unit)
	}
	rule := pages.LabelCell{Text: days(r.Days, r.Unit), Note: "request.starts." + string(r.Starts)}
	return []pages.LabelCell{first, {Text: service}, rule, extension, {Text: "request.level." + string(r.IdentityLevel)},
		{Text: days(r.RetentionDays, clock.Calendar), Note: i18n.T(ctx, "request.rule.proofs", "days", days(r.ProofDays, clock.Calendar))}, source}
}

// rule shows the form of a rule.
func (p *requestPages) rule(c echo.Context) error {
	r, err := p.findRule(c)
	if err != nil {
		return err
	}
	return p.rulePage(c, http.StatusOK, r, r.Version, r.Input(), nil)
}

func (p *requestPages) findRule(c echo.Context) (request.Rule, error) {
	rules, err := p.Requests.Rules(c.Request().Context())
	if err != nil {
		return request.Rule{}, err
	}
	for _, r := range rules {
		if r.ID == c.Param("id") && (r.ServiceID == "" || who(c).SeesService(r.ServiceID)) {
			return r, nil
		}
	}
	return request.Rule{}, errNoRequest
}

func readRule(f *form) request.RuleInput {
	return request.RuleInput{Days: f.int("days"), Unit: clock.Unit(f.text("unit")), Starts: clock.Start(f.text("starts")), Roll: f.checked("roll"),
		ExtensionDays: f.int("extension_days"), RemindDays: f.int("remind_days"), IdentityLevel: request.Level(f.text("identity_level")),
		ProofDays: f.int("proof_days"), RetentionDays: f.int("retention_days"), FigureKey: f.text("figure_key"), Source: f.text("source"), Verified: f.checked("verified")}
}

func (p *requestPages) saveRule(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	r, err := p.findRule(c)
	if err != nil {
		return err
	}
	in, version := readRule(f), f.int("version")
	if err = f.wrong.Err(); err == nil {
		err = p.Requests.ChangeRule(c.Request().Context(), who(c), r.ID, version, in)
	}
	if err != nil {
		if !comesBack(err) {
			return err
		}
		return p.rulePage(c, statusOf(err), r, version, in, err)
	}
	p.flash(c, "request.flash.rule")
	return done(c, "/requests/settings")
}

func (p *requestPages) rulePage(c echo.Context, status int, r request.Rule, version int64, in request.RuleInput, wrong error) error {
	ctx := c.Request().Context()
	names, err := p.Register.Names(ctx)
	if err != nil {
		return err
	}
	service := names[r.ServiceID]
	if service == "" {
		service = i18n.T(ctx, "request.service.all")
	}
	title := i18n.T(ctx, "request.of", "kind", i18n.T(ctx, "request.kind."+string(r.Kind)), "service", service)
	v := pages.RequestFormPage{LabelHead: pages.LabelHead{Frame: p.frame(c, title, crumbRequests, crumbRequestSettings), Title: title, Subtitle: "request.rule.lead", Alert: said(ctx, wrong)}}
	v.Form = pages.LabelForm{Action: "/requests/rules/" + url.PathEscape(r.ID), Submit: "request.rule.submit", CancelURL: "/requests/settings", Version: version,
		Summary: summary(ctx, wrong), Parts: p.ruleParts(c, in, wrong)}
	if r.ServiceID != "" {
		remove := confirmed(postAction("request.rule.remove", "/requests/rules/"+url.PathEscape(r.ID)+"/remove", "trash", r.Version), i18n.T(ctx, "request.rule.remove.confirm"))
		v.Remove = &remove
	}
	return render(c, status, pages.RequestFormView(v))
}

func (p *requestPages) ruleParts(c echo.Context, in request.RuleInput, wrong error) []pages.FormPart {
	ctx := c.Request().Context()
	f := fields{messages(ctx, wrong)}
	var figures []ui.Option
	for _, fig := range p.Regulation.Current(ctx).Figures {
		if fig.Deadline() || fig.Key == in.FigureKey || strings.Contains(fig.Key, "dsr_") {
			figures = append(figures, ui.Option{Value: fig.Key, Label: fig.Key + " · " + fig.Say(i18n.Lang(ctx))})
		}
	}
	return []pages.FormPart{
		f.number("days", "request.field.days", in.Days, request.MaxDays),
		f.pick("unit", "request.field.unit", string(in.Unit), "", codeOptions("request.unit.", clock.Units), true),
		f.pick("starts", "request.field.starts", string(in.Starts), "", codeOptions("request.starts.", clock.Starts), true),
		hinted(f.number("extension_days", "request.field.extension_days", in.ExtensionDays, request.MaxDays), "request.field.extension_days.hint"),
		f.number("remind_days", "request.field.remind_days", in.RemindDays, request.MaxDays),
		f.pick("identity_level", "request.field.identity_level", string(in.IdentityLevel), "", codeOptions("request.level.", request.Levels), true),
		hinted(f.number("proof_days", "request.field.proof_days", in.ProofDays, request.MaxDays), "request.field.proof_days.hint"),
		hinted(f.number("retention_days", "request.field.retention_days", in.RetentionDays, request.MaxRetention), "request.field.retention_days.hint"),
		f.check("roll", "request.field.roll", "request.field.roll.hint", in.Roll),
		f.pick("figure_key", "request.field.figure_key", in.FigureKey, "request.field.figure_key.none", figures, false),
		hinted(f.text("source", "request.field.source", in.Source, 200, false), "request.field.source.hint"),
		f.check("verified", "request.field.verified", "request.field.verified.hint", in.Verified),
	}
}

// newRule shows the form of a service's own rule.
func (p *requestPages) newRule(c echo.Context) error {
	rules, err := p.Requests.Rules(c.Request().Context())
	if err != nil {
		return err
	}
	return p.newRulePage(c, http.StatusOK, "", request.Delete, rules[0].Input(), nil)
}

func (p *requestPages) addRule(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	service, kind, in := f.text("service"), request.Kind(f.text("kind")), readRule(f)
	if err = f.wrong.Err(); err == nil {
		_, err = p.Requests.AddRule(c.Request().Context(), who(c), service, kind, in)
	}
	if err != nil {
		if !comesBack(err) {
			return err
		}
		return p.newRulePage(c, statusOf(err), service, kind, in, err)
	}
	p.flash(c, "request.flash.rule")
	return done(c, "/requests/settings")
}

func (p *requestPages) newRulePage(c echo.Context, status int, service string, kind request.Kind, in request.RuleInput, wrong error) error {
	ctx := c.Request().Context()
	services, err := p.serviceOptions(c)
	if err != nil {
		return err
	}
	f := fields{messages(ctx, wrong)}
	v := pages.RequestFormPage{LabelHead: pages.LabelHead{Frame: p.frame(c, "request.rule.add", crumbRequests, crumbRequestSettings), Title: "request.rule.add", Subtitle: "request.rule.add.lead", Alert: said(ctx, wrong)}}
	v.Form = pages.LabelForm{Action: "/requests/rules/new", Submit: "request.rule.submit", CancelURL: "/requests/settings", Summary: summary(ctx, wrong),
		Parts: append([]pages.FormPart{f.pick("service", "request.service", service, "request.choose", services, true),
			f.pick("kind", "request.kind", string(kind), "", codeOptions("request.kind.", request.Kinds), true)}, p.ruleParts(c, in, wrong)...)}
	return render(c, status, pages.RequestFormView(v))
}

func (p *requestPages) removeRule(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	if err := p.Requests.RemoveRule(c.Request().Context(), who(c), c.Param("id"), f.int("version")); err != nil {
		return err
	}
	p.flash(c, "request.flash.rule_removed")
	return done(c, "/requests/settings")
}

// refusalTable lists the reasons to refuse.
func (p *requestPages) refusalTable(c echo.Context, edits bool) (pages.LabelTable, error) {
	ctx := c.Request().Context()
	t := pages.LabelTable{ID: "refusals-table", Caption: "request.refusals", Columns: []ui.Column{{Label: "request.refusal"}, {Label: "request.refusal.kinds"}, {Label: "request.refusal.source"}, {Label: "request.state"}}}
	list, err := p.Requests.Refusals(ctx)
	for _, r := range list {
		first := pages.LabelCell{Text: requestWords(ctx, r.TitleZH, r.TitleEN)}
		if edits {
			first.URL = "/requests/refusals/" + r.ID
		}
		state := ui.ChipView{Label: "request.refusal.active", Tone: ui.Good}
		if !r.Active {
			state = ui.ChipView{Label: "request.refusal.inactive"}
		}
		source := pages.LabelCell{Text: requestWords(ctx, r.SourceZH, r.SourceEN)}
		if !r.Verified {
			source.Chips = []ui.ChipView{{Label: "request.unverified", Tone: ui.Warn, Icon: "alert-triangle"}}
		}
		t.Rows = append(t.Rows, pages.LabelRow{Cells: []pages.LabelCell{first, {Text: p.kindList(c, r.Kinds)}, source, {Chips: []ui.ChipView{state}}}})
	}
	return t, err
}

// kindList names kinds of requests; none stands for all.
func (p *requestPages) kindList(c echo.Context, kinds []request.Kind) string {
	ctx := c.Request().Context()
	if len(kinds) == 0 {
		return i18n.T(ctx, "request.kind.all")
	}
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = i18n.T(ctx, "request.kind."+string(k))
	}
	return strings.Join(names, i18n.T(ctx, "field.separator"))
}

// refusal shows the form of a reason, or of a new one.
func (p *requestPages) refusal(c echo.Context) error {
	if c.Param("id") == "" {
		return p.refusalPage(c, http.StatusOK, "", 0, request.RefusalInput{Active: true}, nil)
	}
	list, err := p.Requests.Refusals(c.Request().Context())
	if err != nil {
		return err
	}
	for _, r := range list {
		if r.ID == c.Param("id") {
			return p.refusalPage(c, http.StatusOK, r.ID, r.Version, r.Input(), nil)
		}
	}
	return errNoRequest
}

func (p *requestPages) saveRefusal(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	in := request.RefusalInput{TitleZH: f.text("title_zh"), TitleEN: f.text("title_en"), TextZH: f.lines("text_zh"), TextEN: f.lines("text_en"),
		SourceZH: f.text("source_zh"), SourceEN: f.text("source_en"), Verified: f.checked("verified"), Active: f.checked("active")}
	for _, k := range f.all("kinds") {
		in.Kinds = append(in.Kinds, request.Kind(k))
	}
	id, version := c.Param("id"), f.int("version")
	if err = f.wrong.Err(); err == nil {
		err = p.Requests.SaveRefusal(c.Request().Context(), who(c), id, version, in)
	}
	if err != nil {
		if !comesBack(err) {
			return err
		}
		return p.refusalPage(c, statusOf(err), id, version, in, err)
	}
	p.flash(c, "request.flash.refusal")
	return done(c, "/requests/settings#refusals")
}

func (p *requestPages) refusalPage(c echo.Context, status int, id string, version int64, in request.RefusalInput, wrong error) error {
	ctx := c.Request().Context()
	f := fields{messages(ctx, wrong)}
	title, to := "request.refusal.add", "/requests/refusals/new"
	if id != "" {
		title, to = "request.refusal.change", "/requests/refusals/"+url.PathEscape(id)
	}
	kinds := codeOptions("request.kind.", request.Kinds)
	for i := range kinds {
		for _, k := range in.Kinds {
			kinds[i].Selected = kinds[i].Selected || string(k) == kinds[i].Value
		}
	}
	v := pages.RequestFormPage{LabelHead: pages.LabelHead{Frame: p.frame(c, title, crumbRequests, crumbRequestSettings), Title: title, Subtitle: "request.refusal.lead", Alert: said(ctx, wrong)}}
	v.Form = pages.LabelForm{Action: to, Submit: "request.refusal.submit", CancelURL: "/requests/settings", Version: version, Summary: summary(ctx, wrong), Parts: []pages.FormPart{
		f.text("title_zh", "request.field.title_zh", in.TitleZH, 200, true),
		f.text("title_en", "request.field.title_en", in.TitleEN, 200, true),
		f.text("source_zh", "request.field.source_zh", in.SourceZH, 200, true),
		f.text("source_en", "request.field.source_en", in.SourceEN, 200, true),
		f.area("text_zh", "request.field.text_zh", in.TextZH, "", 4, true),
		f.area("text_en", "request.field.text_en", in.TextEN, "", 4, true),
		{Kind: pages.BoxesPart, Field: hintedField(f.field("kinds", "request.refusal.kinds", ""), "request.refusal.kinds.hint"), Options: kinds, Inline: true},
		f.check("verified", "request.field.verified", "request.field.verified.hint", in.Verified),
		f.check("active", "request.field.active", "", in.Active),
	}}
	return render(c, status, pages.RequestFormView(v))
}

func hintedField(f ui.Field, hint string) ui.Field {
	f.Hint = hint
	return f
}

// calendar shows a year of the calendar.
func (p *requestPages) calendar(c echo.Context) error {
	return p.calendarPage(c, http.StatusOK, nil, nil)
}

func (p *requestPages) calendarPage(c echo.Context, status int, f *form, wrong error) error {
	ctx := c.Request().Context()
	year, err := strconv.Atoi(c.QueryParam("year"))
	if err != nil || year < request.FirstYear || year > request.LastYear {
		year = p.Requests.Today().Time().Year()
	}
	cal, err := p.Requests.Calendar(ctx, year)
	if err != nil {
		return err
	}
	v := pages.RequestCalendar{LabelHead: p.head(c, "request.calendar", "request.calendar.lead"), Status: calendarStatus(c, cal)}
	v.Alert = said(ctx, wrong)
	v.Before = linkAction(strconv.Itoa(year-1), "/requests/calendar?year="+strconv.Itoa(year-1), "chevron-left")
	v.After = linkAction(strconv.Itoa(year+1), "/requests/calendar?year="+strconv.Itoa(year+1), "chevron-right")
	edits := who(c).May(actor.SetRequests) && who(c).AllServices
	v.Days = calendarTable(c, cal, edits)
	if edits {
		set, announce := calendarForms(c, cal, f, wrong)
		v.SetDay, v.Year = &set, &announce
	}
	return render(c, status, pages.RequestCalendarView(v))
}

// calendarStatus says whether a year is known.
func calendarStatus(c echo.Context, cal request.CalendarYear) ui.AlertView {
	ctx := c.Request().Context()
	year := strconv.Itoa(cal.Year)
	switch {
	case cal.BuiltIn:
		return ui.AlertView{Tone: ui.Good, Text: i18n.T(ctx, "request.calendar.built_in", "year", year)}
	case cal.Announced != nil && cal.Announced.Announced:
		return ui.AlertView{Tone: ui.Good, Text: i18n.T(ctx, "request.calendar.entered", "year", year, "source", cal.Announced.Source)}
	}
	return ui.AlertView{Tone: ui.Warn, Text: i18n.T(ctx, "request.calendar.unknown", "year", year)}
}

func calendarTable(c echo.Context, cal request.CalendarYear, edits bool) pages.LabelTable {
	ctx := c.Request().Context()
	t := pages.LabelTable{ID: "days", Caption: "request.calendar", Columns: []ui.Column{{Label: "request.calendar.date"}, {Label: "request.calendar.name"}, {Label: "request.calendar.kind"}, {Label: "request.calendar.from"}},
		Empty: ui.EmptyView{Icon: "calendar", Title: "request.calendar.empty", Text: "request.calendar.empty.text"}}
	if edits {
		t.Columns = append(t.Columns, ui.Column{Label: "request.calendar.clear", HideHead: true})
	}
	for _, d := range cal.Days {
		chip := ui.ChipView{Label: "request.calendar.off", Tone: ui.Info}
		if d.Working {
			chip = ui.ChipView{Label: "request.calendar.working", Tone: ui.Warn}
		}
		from := "request.calendar.law"
		row := []pages.LabelCell{{Day: string(d.Date), Note: i18n.T(ctx, "request.weekday."+strconv.Itoa(int(d.Date.Time().Weekday())))}, {Text: d.Name}, {Chips: []ui.ChipView{chip}}}
		if d.Own != nil {
			from = "request.calendar.own"
		}
		row = append(row, pages.LabelCell{Text: from})
		if edits {
			cell := pages.LabelCell{Text: " "}
			if d.Own != nil {
				clear := pages.LabelAction{ButtonView: ui.ButtonView{Label: "request.calendar.clear", URL: "/requests/calendar/days/" + d.Own.ID + "/clear", Icon: "x", Small: true}, Post: true}
				cell = pages.LabelCell{Posts: []pages.LabelAction{clear}}
			}
			row = append(row, cell)
		}
		t.Rows = append(t.Rows, pages.LabelRow{Cells: row})
	}
	return t
}

func calendarForms(c echo.Context, cal request.CalendarYear, typed *form, wrong error) (set, announce pages.LabelForm) {
	ctx := c.Request().Context()
	f := fields{messages(ctx, wrong)}
	value := func(name string) string {
		if typed == nil {
			return ""
		}
		return typed.values.Get(name)
	}
	working := value("working")
	if working == "" {
		working = "0"
	}
	source, announced := "", false
	if cal.Announced != nil {
		source, announced = cal.Announced.Source, cal.Announced.Announced
	}
	if typed != nil && typed.has("source") {
		source = value("source")
	}
	set = pages.LabelForm{Action: "/requests/calendar/days", Submit: "request.calendar.set.submit", Parts: []pages.FormPart{
		f.date("date", "request.calendar.date", typedDay(value("date")), true),
		f.radio("working", "request.calendar.kind", working, []ui.Option{{Value: "0", Label: "request.calendar.off"}, {Value: "1", Label: "request.calendar.working"}}),
		f.text("name", "request.calendar.name", value("name"), 100, true)}}
	announce = pages.LabelForm{Action: "/requests/calendar/years", Submit: "request.calendar.year.submit", Parts: []pages.FormPart{
		f.number("year", "request.calendar.year", int64(cal.Year), request.LastYear),
		f.check("announced", "request.calendar.announced", "request.calendar.announced.hint", announced),
		hinted(f.text("source", "request.calendar.source", source, 200, false), "request.calendar.source.hint")}}
	return set, announce
}

func (p *requestPages) setDay(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	on, working, name := f.date("date"), f.text("working") == "1", f.text("name")
	if err = f.wrong.Err(); err == nil {
		err = p.Requests.SetDay(c.Request().Context(), who(c), on, working, name)
	}
	if err != nil {
		if !comesBack(err) {
			return err
		}
		return p.calendarPage(c, statusOf(err), f, err)
	}
	p.flash(c, "request.flash.calendar")
	return done(c, "/requests/calendar?year="+strconv.Itoa(on.Time().Year()))
}

func (p *requestPages) clearDay(c echo.Context) error {
	if _, err := readForm(c); err != nil {
		return err
	}
	if err := p.Requests.ClearDay(c.Request().Context(), who(c), c.Param("id")); err != nil {
		return err
	}
	p.flash(c, "request.flash.calendar")
	return done(c, backTo(c, "/requests/calendar"))
}

func (p *requestPages) setYear(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	year, announced, source := int(f.int("year")), f.checked("announced"), f.text("source")
	if err = f.wrong.Err(); err == nil {
		err = p.Requests.SetYear(c.Request().Context(), who(c), year, announced, source)
	}
	if err != nil {
		if !comesBack(err) {
			return err
		}
		return p.calendarPage(c, statusOf(err), f, err)
	}
	p.flash(c, "request.flash.calendar")
	return done(c, "/requests/calendar?year="+strconv.Itoa(year))
}
