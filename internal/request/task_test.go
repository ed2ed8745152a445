package request_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"hegui/internal/actor"
	"hegui/internal/problem"
	"hegui/internal/request"
	"hegui/internal/testkit"
	"hegui/internal/work"
)

// house is a desk with a data map: the owner of the systems and their deputy
// contribute, and do nothing else.
type house struct {
	*desk
	owner, deputy, other actor.Actor
	chats, logs          request.System
}

func furnished(t *testing.T) *house {
	t.Helper()
	d := open(t)
	h := &house{desk: d}
	h.owner, h.deputy = d.Person("Otto Owner", actor.Contributor).Actor(), d.Person("Dora Deputy", actor.Contributor).Actor()
	h.other = d.Person("Nora Nobody", actor.Contributor).Actor()
	h.chats = h.system(func(in *request.SystemInput) { in.Name, in.SecondPerson, in.BackupDays = "Chat store", true, 35 })
	h.logs = h.system(func(in *request.SystemInput) {
		in.Name, in.Identifiers, in.Kinds = "Access logs", []string{"email"}, []request.Kind{request.Delete, request.Copy, request.Correct}
	})
	return h
}

func (h *house) system(change func(*request.SystemInput)) request.System {
	h.t.Helper()
	in := request.SystemInput{OwnerID: h.owner.ID, DeputyID: h.deputy.ID, Services: []string{h.service}, Categories: []string{"Conversations"},
		Identifiers: []string{"account", "name"}, Retention: "180 days", LegalBasis: "contract", Steps: "Run the deletion script", Reach: request.ByPeople}
	change(&in)
	y, err := h.Requests.AddSystem(h.t.Context(), h.by, in)
	testkit.Must(h.t, err)
	return y
}

// working is a request that is being worked on, with its tasks.
func (h *house) working(kind request.Kind) request.Request {
	h.t.Helper()
	ctx, s := h.t.Context(), h.Requests
	r := h.takeIn(h.intake(kind))
	if r.IdentityState == request.IdentityNotNeeded {
		return h.got(s.StartWork(ctx, h.by, r.ID, 0))
	}
	h.got(s.StartCheck(ctx, h.by, r.ID, 0))
	return h.got(s.PassCheck(ctx, h.by, r.ID, 0, "by phone"))
}

func (h *house) task(r request.Request, y request.System) request.Task {
	h.t.Helper()
	var t request.Task
	testkit.Must(h.t, h.Ledger.Read(h.t.Context()).Where("request_id = ? AND system_id = ?", r.ID, y.ID).Take(&t).Error)
	return t
}

func TestRequestFansOutToSystems(t *testing.T) {
	t.Parallel()
	h := furnished(t)
	h.system(func(in *request.SystemInput) { in.Name, in.Kinds = "Billing", []request.Kind{request.Explain} })
	h.system(func(in *request.SystemInput) { in.Name, in.Retired = "Old store", true })
	r := h.working(request.Delete)
	d := h.detail(r.ID)
	if len(d.Tasks) != 2 || r.Tasks != 2 || r.TasksDone != 0 {
		t.Fatalf("got %d tasks, counted %d", len(d.Tasks), r.Tasks)
	}
	for _, one := range d.Tasks {
		if one.Kind != request.DeleteTask || one.OwnerID != h.owner.ID || one.Due != r.Due || one.Due == "" {
			t.Errorf("task %+v", one.Task)
		}
	}
	_, err := h.Requests.Fulfil(t.Context(), h.by, r.ID, 0, "Done")
	if !problem.Is(err, problem.Conflict) {
		t.Errorf("answered while systems have to do something: %v", err)
	}
	h.Sound()
}

func TestDeletionNeedsTwo(t *testing.T) {
	t.Parallel()
	h := furnished(t)
	ctx, s := t.Context(), h.Requests
	r := h.working(request.Delete)
	chats, logs := h.task(r, h.chats), h.task(r, h.logs)

	got, err := s.ReportTask(ctx, h.owner, chats.ID, chats.Version, request.Report{Result: request.DoneSo, Words: "Deleted 120 rows"})
	testkit.Must(t, err)
	if got.State != request.TaskSecond || h.reload(r.ID).TasksDone != 0 {
		t.Errorf("after the first person: %s", got.State)
	}
	if _, err := s.ConfirmTask(ctx, h.owner, chats.ID, got.Version, true, ""); !problem.Is(err, problem.Forbidden) {
		t.Errorf("the same person confirmed: %v", err)
	}
	if _, err := s.ConfirmTask(ctx, h.deputy, chats.ID, got.Version, false, ""); !problem.Is(err, problem.Invalid) {
		t.Errorf("sent back without a reason: %v", err)
	}
	got, err = s.ConfirmTask(ctx, h.deputy, chats.ID, got.Version, false, "The replica still has it")
	testkit.Must(t, err)
	if got.State != request.TaskOpen || got.Result != "" {
		t.Errorf("sent back: %+v", got)
	}
	got, err = s.ReportTask(ctx, h.owner, chats.ID, got.Version, request.Report{Result: request.DoneSo})
	testkit.Must(t, err)
	got, err = s.ConfirmTask(ctx, h.deputy, chats.ID, got.Version, true, "Looked")
	testkit.Must(t, err)
	if got.State != request.TaskDone || h.reload(r.ID).TasksDone != 1 {
		t.Errorf("confirmed: %+v", got)
	}
	_, err = s.ReportTask(ctx, h.owner, logs.ID, logs.Version, request.Report{Result: request.Cannot, Basis: request.KeptByLaw, KeptUntil: "2027-05-23", Words: "Six months"})
	testkit.Must(t, err)
	r = h.got(s.Fulfil(ctx, h.by, r.ID, 0, "Deleted, but for the logs"))
	if r.State != request.Answered {
		t.Errorf("state %s", r.State)
	}
	h.Sound()
}

func TestTasksAreTheirOwnersOnly(t *testing.T) {
	t.Parallel()
	h := furnished(t)
	ctx, s := t.Context(), h.Requests
	r := h.working(request.Delete)
	chats, logs := h.task(r, h.chats), h.task(r, h.logs)
	if _, err := s.Task(ctx, h.other, chats.ID); !problem.Is(err, problem.NotFound) {
		t.Errorf("somebody else opened a task: %v", err)
	}
	if _, err := s.ReportTask(ctx, h.other, chats.ID, 0, request.Report{Result: request.Nothing}); !problem.Is(err, problem.NotFound) {
		t.Errorf("somebody else did a task: %v", err)
	}
	if _, err := s.AttachToTask(ctx, h.other, chats.ID, "x.csv", strings.NewReader("x")); !problem.Is(err, problem.NotFound) {
		t.Errorf("somebody else attached: %v", err)
	}
	if list, err := s.Tasks(ctx, h.other, true); err != nil || len(list) != 0 {
		t.Errorf("somebody else lists %d, %v", len(list), err)
	}
	if _, err := s.Look(ctx, h.owner, r.ID); !problem.Is(err, problem.Forbidden) {
		t.Errorf("an owner opened the request: %v", err)
	}
	p, err := s.Task(ctx, h.owner, chats.ID)
	testkit.Must(t, err)
	if len(p.Person) != 2 || p.Person[0].Text != "user-88231" || p.Person[1].Text != "张三丰" || p.Details == "" || !p.Report {
		t.Errorf("the owner sees %+v", p.Person)
	}
	p, err = s.Task(ctx, h.owner, logs.ID)
	testkit.Must(t, err)
	if len(p.Person) != 1 || p.Person[0].Text != "zhang.san@example.com" {
		t.Errorf("a system that searches by e-mail sees %+v", p.Person)
	}
	if views := h.detail(r.ID).Views; !slices.ContainsFunc(views, func(v request.View) bool { return v.AccountID == h.owner.ID }) {
		t.Errorf("the look was not recorded: %+v", views)
	}
	items, err := s.WorkOf(ctx, h.owner)
	testkit.Must(t, err)
	if len(items) != 2 || items[0].Kind != work.RequestTask || items[0].URL != "/requests/tasks/"+chats.ID && items[1].URL != "/requests/tasks/"+chats.ID {
		t.Errorf("work of the owner: %+v", items)
	}
	if items, err := s.WorkOf(ctx, h.other); err != nil || len(items) != 0 {
		t.Errorf("work of somebody else: %+v, %v", items, err)
	}
	_, err = s.ReportTask(ctx, h.owner, chats.ID, 0, request.Report{Result: request.DoneSo})
	testkit.Must(t, err)
	items, err = s.WorkOf(ctx, h.deputy)
	testkit.Must(t, err)
	if len(items) != 2 || items[0].Kind != work.RequestSecond && items[1].Kind != work.RequestSecond {
		t.Errorf("work of the deputy: %+v", items)
	}
	_, err = s.ReportTask(ctx, h.owner, logs.ID, 0, request.Report{Result: request.Nothing})
	testkit.Must(t, err)
	p, err = s.Task(ctx, h.owner, logs.ID)
	testkit.Must(t, err)
	if len(p.Person) != 0 || p.Details != "" || p.Report {
		t.Errorf("a done task still shows the person: %+v", p)
	}
}

func TestReports(t *testing.T) {
	t.Parallel()
	h := furnished(t)
	ctx, s := t.Context(), h.Requests
	requests := map[request.Kind]request.Request{}
	for _, k := range []request.Kind{request.Delete, request.Copy, request.Correct} {
		requests[k] = h.working(k)
	}
	for _, c := range []struct {
		name  string
		kind  request.Kind
		in    request.Report
		wrong string
	}{
		{"nothing chosen", request.Delete, request.Report{}, "result"},
		{"a result of another kind of task", request.Delete, request.Report{Result: request.Found, Words: "x"}, "result"},
		{"cannot, without a basis", request.Delete, request.Report{Result: request.Cannot, Words: "x"}, "basis"},
		{"cannot, without words", request.Delete, request.Report{Result: request.Cannot, Basis: request.TooHard}, "words"},
		{"kept by law without a day", request.Delete, request.Report{Result: request.Cannot, Basis: request.KeptByLaw, Words: "x"}, "kept_until"},
		{"kept until yesterday", request.Delete, request.Report{Result: request.Cannot, Basis: request.KeptByLaw, KeptUntil: "2026-01-01", Words: "x"}, "kept_until"},
		{"a basis that is none", request.Delete, request.Report{Result: request.DoneSo, Basis: "because"}, "basis"},
		{"a copy without a file", request.Copy, request.Report{Result: request.Found, Words: "x"}, "result"},
		{"corrected without the old value", request.Correct, request.Report{Result: request.DoneSo, After: "b"}, "before"},
		{"corrected without the new value", request.Correct, request.Report{Result: request.DoneSo, Before: "a"}, "after"},
	} {
		task := h.task(requests[c.kind], h.logs)
		_, err := s.ReportTask(ctx, h.owner, task.ID, task.Version, c.in)
		list, _ := problem.FieldsOf(err)
		if len(list) != 1 || list[0].Field != c.wrong {
			t.Errorf("%s: got %v, want %s", c.name, err, c.wrong)
		}
	}
	task := h.task(requests[request.Copy], h.logs)
	_, err := s.AttachToTask(ctx, h.owner, task.ID, "logs.csv", strings.NewReader("day,page\n2026-11-01,/chat\n"))
	testkit.Must(t, err)
	_, err = s.ReportTask(ctx, h.owner, task.ID, 0, request.Report{Result: request.Found})
	testkit.Must(t, err)
	task = h.task(requests[request.Correct], h.logs)
	_, err = s.ReportTask(ctx, h.owner, task.ID, 0, request.Report{Result: request.DoneSo, Before: "张三", After: "张三丰"})
	testkit.Must(t, err)
	for _, one := range h.detail(requests[request.Correct].ID).Tasks {
		if one.SystemID == h.logs.ID && (one.Before != "张三" || one.After != "张三丰") {
			t.Errorf("values %q, %q", one.Before, one.After)
		}
	}
	h.got(s.Keep(ctx, h.by, requests[request.Delete].ID, 0, request.Litigation, "", "case"))
	if _, err := s.ReportTask(ctx, h.owner, h.task(requests[request.Delete], h.logs).ID, 0, request.Report{Result: request.DoneSo}); !problem.Is(err, problem.Conflict) {
		t.Errorf("deleted under a legal hold: %v", err)
	}
	h.Sound()
}

// TestAnswerable is the guard of answering, over everything that it looks at.
func TestAnswerable(t *testing.T) {
	t.Parallel()
	for _, identity := range []request.IdentityState{request.IdentityNotNeeded, request.IdentityWanted, request.IdentityOpen, request.IdentityPassed, request.IdentityFailed} {
		for _, open := range []int64{0, 1, 3} {
			for _, held := range []bool{false, true} {
				for _, kind := range request.Kinds {
					r := request.Request{Kind: kind, IdentityState: identity, Tasks: 3, TasksDone: 3 - open, Held: held}
					want := (identity == request.IdentityNotNeeded || identity == request.IdentityPassed) && open == 0 &&
						(!held || kind != request.Delete && kind != request.CloseAccount)
					if err := r.Answerable(); (err == nil) != want {
						t.Errorf("%s, identity %s, %d tasks open, held %t: %v", kind, identity, open, held, err)
					}
				}
			}
		}
	}
}

func TestTasksFollowTheirRequest(t *testing.T) {
	t.Parallel()
	h := furnished(t)
	ctx, s := t.Context(), h.Requests
	r := h.working(request.Delete)
	h.got(s.Prolong(ctx, h.by, r.ID, 0, request.Complex, "many systems"))
	if got := h.task(r, h.chats); got.Due != h.reload(r.ID).Due || got.Due == r.Due {
		t.Errorf("extended: due %s, the request %s", got.Due, h.reload(r.ID).Due)
	}
	h.got(s.WithdrawTask(ctx, h.by, h.task(r, h.logs).ID, 0, "holds nothing since May"))
	if got := h.reload(r.ID); got.Tasks != 1 {
		t.Errorf("counted %d", got.Tasks)
	}
	h.got(s.GiveTasks(ctx, h.by, r.ID, 0, []string{h.logs.ID}, "the archive, too"))
	if got := h.detail(r.ID); got.Request.Tasks != 2 || got.Tasks[1].State != request.TaskOpen {
		t.Errorf("asked again: %d, %+v", got.Request.Tasks, got.Tasks)
	}
	if _, err := s.GiveTasks(ctx, h.by, r.ID, 0, []string{h.logs.ID}, ""); !problem.Is(err, problem.Conflict) {
		t.Errorf("asked while it has to do something: %v", err)
	}
	if _, err := s.GiveTasks(ctx, h.by, r.ID, 0, nil, ""); !problem.Is(err, problem.Invalid) {
		t.Errorf("asked nobody: %v", err)
	}
	h.got(s.Correct(ctx, h.by, r.ID, 0, request.Correction{ServiceID: h.service, Kind: request.Copy, Language: "en", Name: "张三丰", Contact: "zhang.san@example.com"}))
	d := h.detail(r.ID)
	open := 0
	for _, one := range d.Tasks {
		if one.Open() {
			open++
			if one.Kind != request.ExportTask {
				t.Errorf("still asked to %s", one.Kind)
			}
		}
	}
	if open != 2 || d.Request.Tasks != 2 {
		t.Errorf("%d open tasks, %d counted", open, d.Request.Tasks)
	}
	h.got(s.Finish(ctx, h.by, r.ID, 0, request.Withdrawn, "as you wished"))
	for _, one := range h.detail(r.ID).Tasks {
		if one.Open() {
			t.Errorf("open after the end: %+v", one.Task)
		}
	}
	h.Clock.Set(h.Clock.Now().Add(time.Hour))
	if _, err := s.ReportTask(ctx, h.owner, h.task(h.working(request.Access), h.chats).ID, 99, request.Report{Result: request.Nothing}); !problem.Is(err, problem.Conflict) {
		t.Errorf("reported on an older page: %v", err)
	}
	h.Sound()
}

func TestDataMap(t *testing.T) {
	t.Parallel()
	h := furnished(t)
	ctx, s := t.Context(), h.Requests
	if _, err := s.AddSystem(ctx, h.by, request.SystemInput{Name: "chat store"}); err == nil {
		t.Error("took nothing")
	} else if list, _ := problem.FieldsOf(err); len(list) != 6 {
		t.Errorf("wrong: %v", err)
	}
	in := h.chats.Input()
	if _, err := s.AddSystem(ctx, h.by, in); !problem.Is(err, problem.Conflict) {
		t.Errorf("a name twice: %v", err)
	}
	in.Name, in.OwnerID = "Other", h.by.ID
	for _, who := range []actor.Actor{h.owner, h.Officer.Actor()} {
		if _, err := s.AddSystem(ctx, who, in); !problem.Is(err, problem.Forbidden) {
			t.Errorf("%s drew the map: %v", who.Name, err)
		}
		if _, err := s.Systems(ctx, who); !problem.Is(err, problem.Forbidden) {
			t.Errorf("%s read the map: %v", who.Name, err)
		}
	}
	r := h.working(request.Delete)
	in = h.chats.Input()
	in.OwnerID, in.DeputyID = h.deputy.ID, ""
	_, err := s.ChangeSystem(ctx, h.by, h.chats.ID, h.chats.Version, in)
	testkit.Must(t, err)
	if got := h.task(r, h.chats); got.OwnerID != h.deputy.ID {
		t.Errorf("the task stayed with %s", got.OwnerID)
	}
	if _, err := s.ChangeSystem(ctx, h.by, h.chats.ID, h.chats.Version, in); !problem.Is(err, problem.Conflict) {
		t.Errorf("changed an older page: %v", err)
	}
	in.Reach, in.URL = request.ByWebhook, "ftp://x"
	if _, err := s.ChangeSystem(ctx, h.by, h.chats.ID, h.chats.Version+1, in); !problem.Is(err, problem.Invalid) {
		t.Errorf("took an address: %v", err)
	}
	h.Sound()
}
