package web

import (
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"hegui/internal/account"
	"hegui/internal/actor"
	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// adminPages are the organisation, the system, and who may do what.
type adminPages struct{ *Server }

func (p *adminPages) overview(c echo.Context) error {
	ctx := c.Request().Context()
	counts, err := p.Accounts.Count(ctx)
	if err != nil {
		return err
	}
	o, _, err := p.Accounts.Organisation(ctx)
	if err != nil {
		return err
	}
	v := pages.AdminView{Frame: p.frame(c, "nav.admin"), Organisation: o.Name}
	tones := map[account.State]ui.Tone{account.Invited: ui.Info}
	for _, s := range account.States {
		v.People = append(v.People, ui.StatView{Label: "people.state." + string(s), Value: i18n.Number(ctx, counts[s]), Tone: tones[s],
			URL: "/admin/people?state=" + string(s)})
	}
	return render(c, http.StatusOK, pages.Admin(v))
}

func (p *adminPages) organisation(c echo.Context) error {
	o, _, err := p.Accounts.Organisation(c.Request().Context())
	if err != nil {
		return err
	}
	return p.organisationPage(c, http.StatusOK, pages.OrganisationView{Name: o.Name, Language: o.Language, Version: o.Version}, nil)
}

func (p *adminPages) organisationPage(c echo.Context, status int, v pages.OrganisationView, wrong error) error {
	ctx := c.Request().Context()
	v.Frame, v.Errors = p.frame(c, "admin.organisation", crumbAdmin), messages(ctx, wrong)
	if problem.Is(wrong, problem.Conflict) {
		_, m := explain(wrong)
		v.Alert = i18n.T(ctx, m.Key, m.Args...)
	}
	var err error
	if v.History, err = p.history(c, account.OrganisationObject); err != nil {
		return err
	}
	return render(c, status, pages.Organisation(v))
}

func (p *adminPages) rename(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	v := pages.OrganisationView{Name: f.text("organisation"), Language: f.text("language"), Version: f.int("version")}
	if err = f.err(nil); err == nil {
		err = p.Accounts.Rename(c.Request().Context(), who(c), v.Name, v.Language, v.Version)
	}
	if _, fields := problem.FieldsOf(err); fields || problem.Is(err, problem.Conflict) {
		status, _ := explain(err)
		return p.organisationPage(c, status, v, err)
	}
	if err != nil {
		return err
	}
	p.flash(c, "admin.flash.organisation")
	return done(c, "/admin/organisation")
}

// system says what runs here and which protections are in force.
func (p *adminPages) system(c echo.Context) error {
	ctx := c.Request().Context()
	size, err := p.Ledger.Store().Size(ctx)
	if err != nil {
		return err
	}
	migrations, err := p.Ledger.Store().Migrations(ctx)
	if err != nil {
		return err
	}
	events, err := p.Ledger.Size(ctx)
	if err != nil {
		return err
	}
	database := "SQLite"
	if p.Ledger.Store().IsPostgres() {
		database = "PostgreSQL"
	}
	v := pages.SystemView{
		Frame: p.frame(c, "admin.system", crumbAdmin),
		Program: []pages.SystemRow{
			{Label: "admin.system.version", Value: p.Version},
			{Label: "admin.system.go", Value: runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH},
			{Label: "admin.system.database", Value: database},
			{Label: "admin.system.size", Value: i18n.Bytes(ctx, size)},
			{Label: "admin.system.ledger", Value: i18n.T(ctx, "admin.system.events", "count", events)},
			{Label: "admin.system.clock", Value: i18n.DateTime(ctx, p.Ledger.Now())},
		},
		Security: p.security(c),
	}
	for _, m := range slices.Backward(migrations) {
		v.Migrations = append(v.Migrations, pages.MigrationRow{Number: strconv.FormatInt(m.Version, 10), Name: m.Name, Applied: m.Applied})
	}
	return render(c, http.StatusOK, pages.System(v))
}

// security lists the settings that protect this installation, in words.
func (p *adminPages) security(c echo.Context) []pages.SystemRow {
	ctx := c.Request().Context()
	lasting := func(d time.Duration) string {
		if d >= time.Hour && d%time.Hour == 0 {
			return i18n.T(ctx, "admin.system.hours", "count", int(d.Hours()))
		}
		return i18n.T(ctx, "admin.system.minutes", "count", int(d.Minutes()))
	}
	onOff := func(on bool) string {
		return i18n.T(ctx, map[bool]string{true: "admin.system.on", false: "admin.system.off"}[on])
	}
	limits := account.Protection()
	rows := []pages.SystemRow{
		{Label: "admin.system.url", Value: p.Config.PublicURL},
		{Label: "admin.system.tls", Value: onOff(p.Config.Secure())},
		{Label: "admin.system.proxies", Value: strings.Join(p.Config.TrustedProxy, ", ")},
		{Label: "admin.system.idle", Value: lasting(p.Config.SessionIdle)},
		{Label: "admin.system.life", Value: lasting(p.Config.SessionLife)},
		{Label: "admin.system.password", Value: i18n.T(ctx, "admin.system.password.rule", "min", account.MinPassword)},
		{Label: "admin.system.hash", Value: limits.Hash},
		{Label: "admin.system.lock", Value: i18n.T(ctx, "admin.system.lock.rule", "pair", limits.PairFailures, "network", limits.NetworkFailures,
			"minutes", int(limits.LockFor.Minutes()))},
		{Label: "admin.system.upload", Value: i18n.Bytes(ctx, p.Config.UploadLimit)},
	}
	if !p.Config.Secure() {
		rows[1].Warning = "admin.system.tls.warning"
	}
	return rows
}

// routes is the table of who may do what.
func (p *adminPages) routes(c echo.Context) error {
	ctx := c.Request().Context()
	v := pages.RightsView{}
	for _, r := range actor.Roles {
		v.Roles = append(v.Roles, pages.RightsRole{Name: i18n.T(ctx, "role."+string(r)), About: i18n.T(ctx, "role."+string(r)+".about")})
	}
	for _, r := range routeTable() {
		row := pages.RightsRow{Method: r.Method, Path: r.Path, Permission: string(r.Permission)}
		for _, role := range actor.Roles {
			row.Roles = append(row.Roles, actor.Actor{Kind: actor.KindPerson, Roles: []actor.Role{role}}.May(r.Permission))
		}
		row.Anyone = r.Permission == actor.Anyone
		v.Rows = append(v.Rows, row)
	}
	if mayOpen(who(c), "/admin") {
		v.Frame = p.frame(c, "admin.rights", crumbAdmin)
	} else {
		v.Frame = p.frame(c, "admin.rights")
	}
	v.Frame.Wide = true
	return render(c, http.StatusOK, pages.Rights(v))
}
