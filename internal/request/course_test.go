package request_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/problem"
	"hegui/internal/request"
	"hegui/internal/request/clock"
	"hegui/internal/testkit"
)

// The tests' first day, 2026-11-23, is a Monday; no holidays are near.

// morning moves the clock to nine o'clock in Shanghai on a day.
func (d *desk) morning(at string) {
	d.t.Helper()
	t, err := time.Parse("2006-01-02", at)
	testkit.Must(d.t, err)
	d.Clock.Set(t.Add(time.Hour))
}

func TestCourse(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx, s := t.Context(), d.Requests
	r := d.takeIn(d.intake(request.Delete)) // 15 working days from 11-23
	if r.Due != "2026-12-14" || r.NextNotice != "2026-12-07" || r.Unit != clock.Working {
		t.Fatalf("due %s, notice %s", r.Due, r.NextNotice)
	}
	d.got(s.StartCheck(ctx, d.by, r.ID, 0))
	d.got(s.PassCheck(ctx, d.by, r.ID, 0, "one-time code"))

	d.morning("2026-11-30")
	r = d.got(s.Wait(ctx, d.by, r.ID, 0, request.WantsDetails, "Which chats?"))
	if r.Due != "" || r.LeftDays != 10 || r.NextNotice != "" || r.State != request.Waiting {
		t.Errorf("waiting: due %q, %d left, notice %q", r.Due, r.LeftDays, r.NextNotice)
	}
	d.morning("2026-12-03") // 12-01 to 12-03 do not count
	testkit.Must(t, d.tx(actor.Public(), func(tx *gorm.DB) ([]audit.Event, error) {
		now := d.reload(r.ID)
		return s.HearTx(tx, actor.Public(), &now, request.Portal, "Those of May")
	}))
	r = d.reload(r.ID)
	if r.State != request.InProgress || r.Due != "2026-12-17" || r.Unread != 1 {
		t.Errorf("heard: %s, due %s, %d unread", r.State, r.Due, r.Unread)
	}
	d.Clock.Advance(time.Minute)
	r = d.got(s.Prolong(ctx, d.by, r.ID, r.Version, request.Complex, "Backups take longer"))
	if r.Due != "2027-01-07" || r.Unannounced != "2027" {
		t.Errorf("extended: due %s, unannounced %q", r.Due, r.Unannounced)
	}
	got := d.detail(r.ID)
	if got.Reading.Left != 25 || got.Extension == nil || got.Extension.DueBefore != "2026-12-17" || got.Extension.DueAfter != "2027-01-07" {
		t.Errorf("read: %+v, %+v", got.Reading, got.Extension)
	}
	if len(got.Messages) != 3 || got.Messages[1].Text != "Those of May" || got.Unread != 0 {
		t.Errorf("%d messages, %d unread: %+v", len(got.Messages), got.Unread, got.Messages)
	}
	d.morning("2027-01-11")
	r = d.got(s.Fulfil(ctx, d.by, r.ID, 0, "Deleted in all systems"))
	if !r.Late || r.TookDays != 49 || r.DecidedOn != "2027-01-11" || r.EraseOn != r.DecidedOn.Add(1095) || r.NextNotice != "" {
		t.Errorf("answered: %+v", r)
	}
	d.Sound()
}

func TestClockFromTheCheck(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx, s := t.Context(), d.Requests
	d.rule(request.Delete, func(in *request.RuleInput) { in.Starts = clock.AtIdentity })
	r := d.takeIn(d.intake(request.Delete))
	if r.Due != "" || r.StartedAt != nil || r.NextNotice != "2026-12-14" {
		t.Errorf("at intake: due %q, started %v, notice %s", r.Due, r.StartedAt, r.NextNotice)
	}
	d.morning("2026-11-25")
	d.got(s.StartCheck(ctx, d.by, r.ID, 0))
	r = d.got(s.PassCheck(ctx, d.by, r.ID, 0, "code"))
	if r.Due != "2026-12-16" {
		t.Errorf("after the check: due %s", r.Due)
	}
	other := d.takeIn(d.intake(request.Access)) // another rule, from intake
	if other.Due != "2026-12-25" {
		t.Errorf("access: due %s", other.Due)
	}
}

// rule changes a rule for all services.
func (d *desk) rule(kind request.Kind, change func(*request.RuleInput)) {
	d.t.Helper()
	list, err := d.Requests.Rules(d.t.Context())
	testkit.Must(d.t, err)
	for _, r := range list {
		if r.Kind == kind && r.ServiceID == "" {
			in := r.Input()
			change(&in)
			testkit.Must(d.t, d.Requests.ChangeRule(d.t.Context(), d.by, r.ID, r.Version, in))
			return
		}
	}
	d.t.Fatalf("no rule for %s", kind)
}

func TestRules(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := t.Context()
	list, err := d.Requests.Rules(ctx)
	testkit.Must(t, err)
	if len(list) != len(request.Kinds) {
		t.Fatalf("%d rules", len(list))
	}
	want := map[request.Kind]string{request.Delete: "15 working APPRULE-2019:dsr_response_working_days false",
		request.Copy: "30 calendar GBT35273:dsr_response_days false", request.CloseAccount: "15 working GBT35273:account_cancellation_working_days false"}
	for _, r := range list {
		if w := want[r.Kind]; w != "" && fmt.Sprint(r.Days, " ", r.Unit, " ", r.FigureKey, " ", r.Verified) != w {
			t.Errorf("%s: %+v", r.Kind, r)
		}
	}
	before := d.takeIn(d.intake(request.Delete))
	d.rule(request.Delete, func(in *request.RuleInput) { in.Days = 5; in.RemindDays = 2 })
	if got := d.reload(before.ID).Due; got != before.Due {
		t.Errorf("an earlier request changed: %s", got)
	}
	if got := d.takeIn(d.intake(request.Delete)).Due; got != "2026-11-30" {
		t.Errorf("a later one: %s", got)
	}
	in := list[0].Input()
	in.Days, in.Unit, in.RemindDays = 3, clock.Working, 1
	_, err = d.Requests.AddRule(ctx, d.by, d.service, request.Delete, in)
	testkit.Must(t, err)
	if got := d.takeIn(d.intake(request.Delete)).Due; got != "2026-11-26" {
		t.Errorf("by the service's own rule: %s", got)
	}
	if _, err := d.Requests.AddRule(ctx, d.by, d.service, request.Delete, in); !problem.Is(err, problem.Invalid) {
		t.Errorf("a second one: %v", err)
	}
	in.Days, in.RemindDays, in.Starts, in.IdentityLevel, in.Unit = 0, 9, clock.AtIdentity, request.NoCheck, "weeks"
	err = d.Requests.ChangeRule(ctx, d.by, list[0].ID, list[0].Version, in)
	fields, _ := problem.FieldsOf(err)
	var names []string
	for _, f := range fields {
		names = append(names, f.Field)
	}
	slices.Sort(names)
	if !slices.Equal(names, []string{"days", "remind_days", "starts", "unit"}) {
		t.Errorf("wrong: %v", names)
	}
	part := d.PersonIn("Part Privacy", []string{d.service}, actor.Privacy)
	if err := d.Requests.ChangeRule(ctx, part.Actor(), list[0].ID, list[0].Version, list[0].Input()); !problem.Is(err, problem.Forbidden) {
		t.Errorf("a rule for all by somebody who sees one: %v", err)
	}
	d.Sound()
}

func TestNotices(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx, s := t.Context(), d.Requests
	lead := d.Person("Lena Lead", actor.Privacy)
	set, err := s.Setting(ctx)
	testkit.Must(t, err)
	testkit.Must(t, s.ChangeSetting(ctx, d.by, set.Version, request.SettingInput{LeadID: lead.ID, ComplainZH: set.ComplainZH, ComplainEN: set.ComplainEN, Requirements: set.Requirements}))
	var told []string
	s.OnNote(func(_ *gorm.DB, n request.Note) ([]audit.Event, error) {
		for _, to := range n.To {
			told = append(told, string(n.Occasion)+" "+map[string]string{d.Privacy.ID: "owner", lead.ID: "lead"}[to])
		}
		return nil, nil
	})
	in := d.intake(request.Delete)
	in.OwnerID = d.Privacy.ID
	r := d.takeIn(in) // due 12-14
	waits := d.takeIn(in)
	d.got(s.Wait(ctx, d.by, waits.ID, 0, request.WantsDetails, "?"))
	nobody := d.takeIn(d.intake(request.Delete))
	told = nil

	for _, c := range []struct {
		day  string
		want []string
	}{
		{"2026-12-04", nil},
		{"2026-12-07", []string{"due_soon owner", "due_soon lead"}},
		{"2026-12-08", nil},
		{"2026-12-14", []string{"escalated owner", "escalated lead", "escalated lead"}},
		{"2026-12-15", nil},
	} {
		told = nil
		d.morning(c.day)
		testkit.Must(t, s.Sweep(ctx))
		testkit.Must(t, s.Sweep(ctx))
		slices.Sort(told)
		slices.Sort(c.want)
		if !slices.Equal(told, c.want) {
			t.Errorf("%s: %v, want %v", c.day, told, c.want)
		}
	}
	items, err := s.WorkOf(ctx, lead.Actor())
	testkit.Must(t, err)
	if len(items) != 2 || items[0].Kind != "request_escalated" {
		t.Errorf("the lead's work: %+v", items)
	}
	mine, err := s.WorkOf(ctx, d.by)
	testkit.Must(t, err)
	if len(mine) != 2 || mine[0].URL != "/requests/"+r.ID || mine[1].URL != "/requests/"+nobody.ID {
		t.Errorf("the owner's work: %+v", mine)
	}
	d.Sound()
}

func TestANoteThatFailsLosesNothing(t *testing.T) {
	t.Parallel()
	d := open(t)
	gone := errors.New("no mail today")
	d.Requests.OnNote(func(*gorm.DB, request.Note) ([]audit.Event, error) { return nil, gone })
	in := d.intake(request.Copy)
	in.OwnerID = d.Privacy.ID
	if _, err := d.Requests.TakeIn(t.Context(), d.by, in); !errors.Is(err, gone) {
		t.Errorf("got %v", err)
	}
	if list, err := d.Requests.List(t.Context(), d.by, request.Filter{Limit: 10}); err != nil || len(list) != 0 {
		t.Errorf("half a request: %v, %v", list, err)
	}
	d.Sound()
}

func TestCalendarChange(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx, s := t.Context(), d.Requests
	r := d.in(request.InProgress) // due 12-14
	decided := d.in(request.Answered)
	testkit.Must(t, s.SetDay(ctx, d.by, "2026-11-24", false, "公司成立日"))
	if got := d.reload(r.ID).Due; got != "2026-12-15" {
		t.Errorf("with a day off: %s", got)
	}
	if got := d.reload(decided.ID); got.Due != decided.Due {
		t.Errorf("a decided one was counted again: %s", got.Due)
	}
	testkit.Must(t, s.SetDay(ctx, d.by, "2026-11-28", true, "调休上班"))
	if got := d.reload(r.ID).Due; got != "2026-12-14" {
		t.Errorf("and a Saturday worked: %s", got)
	}
	year, err := s.Calendar(ctx, 2026)
	testkit.Must(t, err)
	if !year.BuiltIn || len(year.Days) != 41 {
		t.Errorf("2026 has %d days, built in %v", len(year.Days), year.BuiltIn)
	}
	for _, one := range year.Days {
		if one.Own != nil {
			testkit.Must(t, s.ClearDay(ctx, d.by, one.Own.ID))
		}
	}
	if got := d.reload(r.ID).Due; got != "2026-12-14" {
		t.Errorf("without them: %s", got)
	}
	next, err := s.Calendar(ctx, 2027)
	testkit.Must(t, err)
	if next.BuiltIn || next.Announced != nil {
		t.Errorf("2027 is known: %+v", next)
	}
	testkit.Must(t, s.SetYear(ctx, d.by, 2027, true, "国办发明电〔2026〕7号"))
	r = d.got(s.Prolong(ctx, d.by, r.ID, 0, request.Complex, "w"))
	if r.Unannounced != "" {
		t.Errorf("still unannounced: %s", r.Unannounced)
	}
	if err := s.SetDay(ctx, d.PersonIn("Part Privacy", []string{d.service}, actor.Privacy).Actor(), "2026-12-24", false, "x"); !problem.Is(err, problem.Forbidden) {
		t.Errorf("by somebody who sees one service: %v", err)
	}
	d.Sound()
}
