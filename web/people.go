package web

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"hegui/internal/account"
	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/templates/layout"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// peoplePages keep the accounts.
type peoplePages struct{ *Server }

var (
	crumbAdmin  = layout.Crumb{Label: "nav.admin", URL: "/admin"}
	crumbPeople = layout.Crumb{Label: "people.title", URL: "/admin/people"}
)

// peoplePage is how many people one page lists.
const peoplePage = 50

func (p *peoplePages) list(c echo.Context) error {
	ctx := c.Request().Context()
	f := account.Filter{Query: strings.TrimSpace(c.QueryParam("q")), Role: actor.Role(c.QueryParam("role")),
		State: account.State(c.QueryParam("state")), After: c.QueryParam("after"), Limit: peoplePage + 1}
	if !clean(f.Query, false) {
		f.Query = ""
	}
	found, err := p.Accounts.Find(ctx, f)
	if err != nil {
		return err
	}
	v := pages.PeopleView{Query: f.Query, Filtered: f.Query != "" || f.Role != "" || f.State != ""}
	services, err := p.Register.Names(ctx)
	if err != nil {
		return err
	}
	for _, a := range found[:min(peoplePage, len(found))] {
		v.People = append(v.People, personRow(ctx, a, services))
	}
	if len(found) > peoplePage {
		v.NextURL = with(c, "after", found[peoplePage-1].ID)
	}
	if f.After != "" {
		v.FirstURL = with(c, "after", "")
	}
	v.Role, v.State = choice("role", "people.role", "people.any.role", string(f.Role)), choice("state", "people.state", "people.any.state", string(f.State))
	for _, r := range actor.Roles {
		v.Role.Options = append(v.Role.Options, ui.Option{Value: string(r), Label: "role." + string(r)})
	}
	for _, s := range account.States {
		v.State.Options = append(v.State.Options, ui.Option{Value: string(s), Label: "people.state." + string(s)})
	}
	v.Filter = ui.FilterView{Action: "/admin/people", ClearURL: "/admin/people", Target: "#people",
		Active: append(chip(c, v.Role), chip(c, v.State)...)}
	v.Frame = p.frame(c, "people.title", crumbAdmin)
	return show(c, http.StatusOK, pages.People(v), pages.PeoplePanel(v))
}

// personURL is the page of an account.
func personURL(id string) string { return "/admin/people/" + url.PathEscape(id) }

func personRow(ctx context.Context, a account.Account, services map[string]string) pages.PersonRow {
	return pages.PersonRow{Name: a.Name, Email: a.Email, URL: personURL(a.ID), Roles: roleNames(ctx, a.Roles),
		Scope: scopeNames(ctx, a, services), State: stateChip(a.State())}
}

func stateChip(s account.State) ui.ChipView {
	tones := map[account.State]ui.Tone{account.Active: ui.Good, account.Invited: ui.Info, account.Disabled: ui.Neutral}
	icons := map[account.State]string{account.Invited: "mail", account.Disabled: "ban"}
	return ui.ChipView{Label: "people.state." + string(s), Tone: tones[s], Icon: icons[s]}
}

// roleNames says roles in words.
func roleNames(ctx context.Context, roles []actor.Role) string {
	words := make([]string, len(roles))
	for i, r := range roles {
		words[i] = i18n.T(ctx, "role."+string(r))
	}
	return strings.Join(words, i18n.T(ctx, "role.separator"))
}

// scopeWords says which services a person sees.
func (s *Server) scopeWords(c echo.Context, a account.Account) (string, error) {
	services, err := s.Register.Names(c.Request().Context())
	return scopeNames(c.Request().Context(), a, services), err
}

func scopeNames(ctx context.Context, a account.Account, services map[string]string) string {
	if a.AllServices {
		return i18n.T(ctx, "people.scope.all")
	}
	var words []string
	for _, id := range a.Services {
		if name := services[id]; name != "" {
			words = append(words, name)
		}
	}
	if len(words) == 0 {
		return i18n.T(ctx, "people.scope.none")
	}
	slices.Sort(words)
	return strings.Join(words, i18n.T(ctx, "role.separator"))
}

// fresh is what a form for somebody new shows first.
func (p *peoplePages) fresh(c echo.Context) error {
	lang := i18n.Lang(c.Request().Context())
	if o, ok, err := p.Accounts.Organisation(c.Request().Context()); err != nil {
		return err
	} else if ok {
		lang = o.Language
	}
	return p.newPage(c, http.StatusOK, account.Person{AllServices: true, Language: lang}, nil)
}

func (p *peoplePages) newPage(c echo.Context, status int, in account.Person, wrong error) error {
	form, err := p.form(c, in, wrong)
	if err != nil {
		return err
	}
	form.Action, form.Submit, form.CancelURL = "/admin/people/new", "people.add.submit", "/admin/people"
	return render(c, status, pages.PersonNew(pages.PersonNewView{Frame: p.frame(c, "people.add", crumbAdmin, crumbPeople), Form: form}))
}

// form is the form of a person with what was typed and what is wrong with it.
func (p *peoplePages) form(c echo.Context, in account.Person, wrong error) (pages.PersonForm, error) {
	ctx := c.Request().Context()
	services, err := p.Register.Names(ctx)
	if err != nil {
		return pages.PersonForm{}, err
	}
	m := messages(ctx, wrong)
	v := pages.PersonForm{Name: in.Name, Email: in.Email, Language: in.Language, Errors: m, Summary: summary(ctx, wrong)}
	v.Roles = ui.Choice{Field: ui.Field{Name: "roles", Label: "people.roles", Required: true, Error: m["roles"], Hint: "people.roles.hint"}}
	for _, r := range actor.Roles {
		v.Roles.Options = append(v.Roles.Options, ui.Option{Value: string(r), Label: "role." + string(r), Hint: "role." + string(r) + ".about",
			Selected: slices.Contains(in.Roles, r)})
	}
	scope := "chosen"
	if in.AllServices {
		scope = "all"
	}
	v.Scope = ui.Choice{Field: ui.Field{Name: "scope", Label: "people.scope", Value: scope, Hint: "people.scope.hint"}, Options: []ui.Option{
		{Value: "all", Label: "people.scope.all"}, {Value: "chosen", Label: "people.scope.chosen"}}}
	v.Services = ui.Choice{Field: ui.Field{Name: "services", Label: "people.services", Error: m["services"], Hint: "people.services.hint"}}
	for _, id := range slices.SortedFunc(maps.Keys(services), func(a, b string) int { return strings.Compare(services[a], services[b]) }) {
		v.Services.Options = append(v.Services.Options, ui.Option{Value: id, Label: services[id], Selected: slices.Contains(in.Services, id)})
	}
	return v, nil
}

// read takes a person from a posted form. Services that are not in the
// register are refused.
func (p *peoplePages) read(c echo.Context) (*form, account.Person, error) {
	f, err := readForm(c)
	if err != nil {
		return nil, account.Person{}, err
	}
	in := account.Person{Email: f.text("email"), Name: f.text("name"), AllServices: f.text("scope") == "all", Services: f.all("services"), Language: f.text("language")}
	for _, r := range f.all("roles") {
		in.Roles = append(in.Roles, actor.Role(r))
	}
	services, err := p.Register.Names(c.Request().Context())
	if err != nil {
		return nil, in, err
	}
	for _, id := range in.Services {
		if services[id] == "" {
			f.wrong.Add("services", "people.services.unknown")
		}
	}
	return f, in, nil
}

func (p *peoplePages) add(c echo.Context) error {
	f, in, err := p.read(c)
	if err != nil {
		return err
	}
	typed := in
	if err := f.err(in.Validate()); err != nil {
		return p.refusedNew(c, typed, err)
	}
	a, secret, err := p.Accounts.Add(c.Request().Context(), who(c), in)
	if err != nil {
		return p.refusedNew(c, typed, err)
	}
	return p.linkPage(c, a, secret, "people.link.added")
}

func (p *peoplePages) refusedNew(c echo.Context, typed account.Person, err error) error {
	if _, fields := problem.FieldsOf(err); fields {
		return p.newPage(c, http.StatusUnprocessableEntity, typed, err)
	}
	return err
}

// linkPage shows a one-time link. It answers the post itself: the secret is in
// no address and no cookie, and cannot be shown again.
func (p *peoplePages) linkPage(c echo.Context, a account.Account, secret, title string) error {
	v := pages.PersonLinkView{Name: a.Name, Link: p.absolute(c, "/welcome/"+secret), PersonURL: personURL(a.ID), Title: title, Days: account.LinkDays}
	v.Frame = p.frame(c, i18n.T(c.Request().Context(), title, "name", a.Name), crumbAdmin, crumbPeople)
	return render(c, http.StatusOK, pages.PersonLink(v))
}

// absolute is an address of this server as others reach it.
func (s *Server) absolute(c echo.Context, path string) string {
	if s.Config.PublicURL != "" {
		return strings.TrimSuffix(s.Config.PublicURL, "/") + path
	}
	return c.Scheme() + "://" + c.Request().Host + path
}

func (p *peoplePages) one(c echo.Context) error {
	a, err := p.Accounts.Get(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return p.personPage(c, http.StatusOK, a, a.Person(), a.Version, nil)
}

// personPage is the page of an account with its form, as it stands or as
// typed. wrong is what kept it from being saved.
func (p *peoplePages) personPage(c echo.Context, status int, a account.Account, in account.Person, version int64, wrong error) error {
	ctx := c.Request().Context()
	form, err := p.form(c, in, wrong)
	if err != nil {
		return err
	}
	form.Action, form.Submit, form.CancelURL, form.Version = personURL(a.ID), "people.save", "/admin/people", version
	v := pages.PersonView{Name: a.Name, URL: personURL(a.ID), State: stateChip(a.State()), Disabled: a.Disabled(), Invited: a.Invited(),
		Own: a.ID == who(c).ID, Created: a.CreatedAt, Form: form}
	if _, fields := problem.FieldsOf(wrong); wrong != nil && !fields {
		_, m := explain(wrong)
		v.Alert = i18n.T(ctx, m.Key, m.Args...)
	}
	if v.History, err = p.history(c, audit.Object{Type: "account", ID: a.ID}); err != nil {
		return err
	}
	v.Frame = p.frame(c, a.Name, crumbAdmin, crumbPeople)
	return render(c, status, pages.PersonPage(v))
}

func (p *peoplePages) change(c echo.Context) error {
	f, in, err := p.read(c)
	if err != nil {
		return err
	}
	ctx, version, typed := c.Request().Context(), f.int("version"), in
	if err = f.err(in.Validate()); err == nil {
		err = p.Accounts.Change(ctx, who(c), c.Param("id"), version, in)
	}
	_, fields := problem.FieldsOf(err)
	if fields || problem.Is(err, problem.Conflict) {
		a, getting := p.Accounts.Get(ctx, c.Param("id"))
		if getting != nil {
			return getting
		}
		status, _ := explain(err)
		return p.personPage(c, status, a, typed, version, err)
	}
	if err != nil {
		return err
	}
	p.flash(c, "people.flash.saved", "name", in.Name)
	return done(c, personURL(c.Param("id")))
}

// act does something to an account and comes back to its page; a state that
// forbids it is told there.
func (p *peoplePages) act(c echo.Context, flash string, do func(ctx context.Context, by actor.Actor, id string) error) error {
	if _, err := readForm(c); err != nil {
		return err
	}
	ctx := c.Request().Context()
	a, err := p.Accounts.Get(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	err = do(ctx, who(c), a.ID)
	if problem.Is(err, problem.Conflict) {
		return p.personPage(c, http.StatusConflict, a, a.Person(), a.Version, err)
	}
	if err != nil || c.Response().Committed {
		return err
	}
	p.flash(c, flash, "name", a.Name)
	return done(c, personURL(a.ID))
}

func (p *peoplePages) disable(c echo.Context) error {
	return p.act(c, "people.flash.disabled", p.Accounts.Disable)
}

func (p *peoplePages) enable(c echo.Context) error {
	return p.act(c, "people.flash.enabled", p.Accounts.Enable)
}

func (p *peoplePages) reset(c echo.Context) error {
	return p.act(c, "", func(ctx context.Context, by actor.Actor, id string) error {
		secret, err := p.Accounts.ResetPassword(ctx, by, id)
		if err != nil {
			return err
		}
		a, err := p.Accounts.Get(ctx, id)
		if err != nil {
			return err
		}
		return p.linkPage(c, a, secret, "people.link.reset")
	})
}
