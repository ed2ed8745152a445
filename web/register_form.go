package web

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"hegui/internal/account"
	"hegui/internal/actor"
	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/internal/register"
	"hegui/internal/regulation"
	"hegui/templates/layout"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// blank shows the form for a new service.
func (p *registerPages) blank(c echo.Context) error {
	if !who(c).AllServices {
		return problem.New(problem.Forbidden, "register.limited")
	}
	return p.formPage(c, http.StatusOK, register.Entry{}, register.Details{State: register.Planned, Minors: regulation.Unknown}, nil)
}

func (p *registerPages) add(c echo.Context) error {
	d, err := p.readDetails(c)
	if err == nil {
		var e register.Entry
		if e, err = p.Register.Register(c.Request().Context(), who(c), register.Registration{Details: d}); err == nil {
			p.flash(c, "register.flash.registered", "name", e.Name)
			return done(c, serviceURL(e.ID)+"/scope")
		}
	}
	if _, wrong := problem.FieldsOf(err); wrong {
		return p.formPage(c, http.StatusUnprocessableEntity, register.Entry{}, d, err)
	}
	return err
}

// edit shows the form for a known service.
func (p *registerPages) edit(c echo.Context) error {
	e, err := p.Register.Get(c.Request().Context(), who(c), c.Param("id"))
	if err != nil {
		return err
	}
	if e.Retired() {
		return problem.New(problem.Conflict, "register.retired")
	}
	return p.formPage(c, http.StatusOK, e, e.Details(), nil)
}

func (p *registerPages) change(c echo.Context) error {
	ctx := c.Request().Context()
	e, err := p.Register.Get(ctx, who(c), c.Param("id"))
	if err != nil {
		return err
	}
	d, err := p.readDetails(c)
	if err == nil {
		if _, err = p.Register.Change(ctx, who(c), e.ID, shownVersion(c), d); err == nil {
			p.flash(c, "register.flash.changed", "name", d.Name)
			return done(c, serviceURL(e.ID))
		}
	}
	if _, wrong := problem.FieldsOf(err); wrong {
		e.Version = shownVersion(c)
		return p.formPage(c, http.StatusUnprocessableEntity, e, d, err)
	}
	if problem.Is(err, problem.Conflict) && !e.Retired() {
		return p.formPage(c, http.StatusConflict, e, d, err)
	}
	return err
}

// shownVersion is the version that a form was filled in on; 0, which matches
// nothing, when it does not say.
func shownVersion(c echo.Context) int64 { return (&form{values: c.Request().PostForm}).int("version") }

// readDetails turns a posted form into facts; what it cannot read is an error
// about fields, with the rest kept.
func (p *registerPages) readDetails(c echo.Context) (register.Details, error) {
	f, err := readForm(c)
	if err != nil {
		return register.Details{}, err
	}
	d := register.Details{
		Name: f.text("name"), Kind: register.Kind(f.text("kind")), Description: f.lines("description"), State: register.State(f.text("state")),
		Modalities: codes[register.Modality](f, "modalities"), Audience: register.Audience(f.text("audience")), Minors: regulation.Answer(f.text("minors")),
		Model: register.ModelSource(f.text("model")), ModelName: f.text("model_name"), ModelFiling: f.text("model_filing"),
		Channels: codes[register.Channel](f, "channels"), Launch: f.date("launch"),
		FilingNumber: f.text("filing_number"), RegistrationNumber: f.text("registration_number"), AlgorithmNumber: f.text("algorithm_number"),
		ComplianceOwner: f.text("compliance_owner"), ProductOwner: f.text("product_owner"),
		TechnicalOwner: f.text("technical_owner"), PrivacyContact: f.text("privacy_contact"),
	}
	if err := f.err(nil); err != nil {
		return d, f.err(d.Validate(p.Register.Today()))
	}
	return d, nil
}

func codes[T ~string](f *form, name string) []T {
	var out []T
	for _, s := range f.all(name) {
		out = append(out, T(s))
	}
	return out
}

// formPage shows the form with facts as typed. e is the service as stored, or
// empty for a new one.
func (p *registerPages) formPage(c echo.Context, status int, e register.Entry, d register.Details, wrong error) error {
	ctx := c.Request().Context()
	v := pages.RegisterFormView{Title: "register.new", Lead: "register.new.lead", Action: "/services", BackURL: "/services", Submit: "register.submit.new"}
	crumbs := []layout.Crumb{{Label: "register.title", URL: "/services"}}
	if e.ID != "" {
		at := serviceURL(e.ID)
		v = pages.RegisterFormView{Title: "register.edit", Lead: e.Name, Action: at + "/edit", BackURL: at, Submit: "register.submit.edit", Version: version(e)}
		crumbs = append(crumbs, layout.Crumb{Label: e.Name, URL: at})
	}
	v.Frame = p.frame(c, v.Title, crumbs...)
	v.Summary = summary(ctx, wrong)
	p.fill(ctx, &v, d, messages(ctx, wrong))
	people, err := p.peopleChoices(ctx, e, d, messages(ctx, wrong))
	if err != nil {
		return err
	}
	v.People = people
	if status == http.StatusConflict {
		if v.Conflict, err = p.conflict(ctx, e, d); err != nil {
			return err
		}
	}
	return render(c, status, pages.RegisterForm(v))
}

// conflict compares what was typed with what somebody else saved meanwhile.
func (p *registerPages) conflict(ctx context.Context, e register.Entry, d register.Details) ([]ui.DiffRow, error) {
	var ids []string
	for _, r := range register.Responsible {
		ids = append(ids, r.Of(d), r.Of(e.Details()))
	}
	names, err := p.Accounts.Names(ctx, ids)
	if err != nil {
		return nil, err
	}
	rows := differences(ctx, e.Details(), d, names)
	if len(rows) == 0 {
		rows = []ui.DiffRow{{Label: "field.service.name", Before: e.Name, After: d.Name}}
	}
	return rows, nil
}

func (p *registerPages) fill(ctx context.Context, v *pages.RegisterFormView, d register.Details, wrong fieldErrors) {
	field := func(name, value string) ui.Field {
		return ui.Field{Name: name, Label: "field.service." + name, Value: value, Error: wrong[name], Autocomplete: "off"}
	}
	v.Name, v.Description, v.Launch = field("name", d.Name), field("description", d.Description), field("launch", string(d.Launch))
	v.Name.Required, v.Name.MaxLength, v.Description.MaxLength, v.Description.Rows, v.Launch.Type = true, 100, 4000, 4, ui.InputDate
	v.Description.Hint, v.Launch.Hint = "register.hint.description", "register.hint.launch"
	v.ModelName, v.ModelFiling = field("model_name", d.ModelName), field("model_filing", d.ModelFiling)
	v.FilingNumber, v.RegistrationNumber, v.AlgorithmNumber = field("filing_number", d.FilingNumber), field("registration_number", d.RegistrationNumber), field("algorithm_number", d.AlgorithmNumber)
	for _, f := range []*ui.Field{&v.ModelName, &v.ModelFiling, &v.FilingNumber, &v.RegistrationNumber, &v.AlgorithmNumber} {
		f.MaxLength = 100
	}
	v.ModelFiling.Hint = "register.hint.model_filing"
	v.Kind = ui.Choice{Field: field("kind", string(d.Kind)), Prompt: "register.choose", Options: options(ctx, "register.kind.", register.Kinds)}
	v.Kind.Required = true
	v.State = ui.Choice{Field: field("state", string(d.State)), Options: options(ctx, "register.state.", register.States[:3])}
	v.Modalities = ui.Choice{Field: field("modalities", ""), Options: picked(options(ctx, "register.modality.", register.Modalities), d.Modalities)}
	v.Channel = ui.Choice{Field: field("channels", ""), Options: picked(options(ctx, "register.channel.", register.Channels), d.Channels)}
	v.Audience = ui.Choice{Field: field("audience", string(d.Audience)), Options: options(ctx, "register.audience.", register.Audiences)}
	v.Minors = ui.Choice{Field: field("minors", string(d.Minors)), Inline: true,
		Options: options(ctx, "register.answer.", []regulation.Answer{regulation.Yes, regulation.No, regulation.Unknown})}
	v.Model = ui.Choice{Field: field("model", string(d.Model)), Prompt: "register.unknown", Options: options(ctx, "register.model.", register.ModelSources)}
}

// picked ticks the options that were chosen.
func picked[T ~string](list []ui.Option, chosen []T) []ui.Option {
	for i := range list {
		for _, code := range chosen {
			list[i].Selected = list[i].Selected || list[i].Value == string(code)
		}
	}
	return list
}

// peopleChoices offers, for each part, the people who can take it, and whoever
// has it now.
func (p *registerPages) peopleChoices(ctx context.Context, e register.Entry, d register.Details, wrong fieldErrors) ([]ui.Choice, error) {
	now, err := p.Accounts.Names(ctx, []string{e.ComplianceOwner, e.ProductOwner, e.TechnicalOwner, e.PrivacyContact})
	if err != nil {
		return nil, err
	}
	able := map[actor.Permission][]account.Account{}
	var out []ui.Choice
	for _, r := range register.Responsible {
		if able[r.Permission] == nil {
			if able[r.Permission], err = p.Accounts.Able(ctx, r.Permission, e.ID); err != nil {
				return nil, err
			}
		}
		choice := ui.Choice{Prompt: "ui.nobody", Field: ui.Field{Name: r.Field, Label: "field.service." + r.Field, Value: r.Of(d), Error: wrong[r.Field],
			Hint: i18n.T(ctx, "register.hint."+r.Field)}}
		choice.Options = personOptions(able[r.Permission], r.Of(e.Details()), now)
		out = append(out, choice)
	}
	return out, nil
}

func personOptions(able []account.Account, current string, names map[string]string) []ui.Option {
	out := make([]ui.Option, 0, len(able)+1)
	found := current == ""
	for _, a := range able {
		found = found || a.ID == current
		out = append(out, ui.Option{Value: a.ID, Label: a.Name})
	}
	if !found {
		out = append(out, ui.Option{Value: current, Label: names[current]})
	}
	return out
}
