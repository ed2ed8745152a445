package request_test

import (
	"slices"
	"strings"
	"testing"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/problem"
	"hegui/internal/request"
	"hegui/internal/testkit"
)

// leads says where each action leads from each state. The columns are the
// states in their order; "-" is where it cannot be done, "=" where the state
// stays, "<" the state before waiting.
const leads = `
             received    identity    in_progress waiting     answered    refused     closed      erased
assign       =           =           =           =           -           -           -           -
change       =           =           =           =           -           -           -           -
check        identity    -           identity    -           -           -           -           -
pass         -           in_progress -           -           -           -           -           -
fail         -           closed      -           -           -           -           -           -
begin        in_progress -           -           -           -           -           -           -
ask          waiting     waiting     waiting     -           -           -           -           -
resume       -           -           -           <           -           -           -           -
extend       =           =           =           -           -           -           -           -
answer       -           -           answered    -           -           -           -           -
refuse       refused     refused     refused     refused     -           -           -           -
close        closed      closed      closed      closed      -           -           -           -
reopen       -           -           -           -           in_progress in_progress in_progress -
hold         =           =           =           =           =           =           =           -
lift_hold    =           =           =           =           =           =           =           -
write        =           =           =           =           =           =           =           -
hear         =           =           =           =           =           =           =           -
add_file     =           =           =           =           =           =           =           -
add_task     -           -           =           -           -           -           -           -
finish_task  -           -           =           =           -           -           -           -
count        =           =           =           =           -           -           -           -
erase        -           -           -           -           erased      erased      erased      -`

// table gives what leads says: the next state by action and state.
func table(t *testing.T) map[request.Action]map[request.State]request.State {
	t.Helper()
	out := map[request.Action]map[request.State]request.State{}
	for _, line := range strings.Split(strings.TrimSpace(leads), "\n")[1:] {
		words := strings.Fields(line)
		row := map[request.State]request.State{}
		for n, next := range words[1:] {
			from := request.States[n]
			switch next {
			case "-":
			case "=":
				row[from] = from
			case "<":
				row[from] = request.InProgress // where the tests wait
			default:
				row[from] = request.State(next)
			}
		}
		out[request.Action(words[0])] = row
	}
	return out
}

func TestTransitions(t *testing.T) {
	t.Parallel()
	want := table(t)
	if len(want) != len(request.Actions) {
		t.Errorf("the table has %d actions, the package %d", len(want), len(request.Actions))
	}
	for _, a := range request.Actions {
		for _, from := range request.States {
			next, err := request.Request{State: from, ResumeTo: request.InProgress}.Next(a)
			if next != want[a][from] || (err == nil) != (want[a][from] != "") {
				t.Errorf("%s from %s: %q, %v; want %q", a, from, next, err, want[a][from])
			}
			if err != nil && !problem.Is(err, problem.Conflict) {
				t.Errorf("%s from %s: %v", a, from, err)
			}
		}
	}
}

// TestNoStateIsADeadEnd: from every state but the last a request can still
// reach a decision, and from every decision its erasure.
func TestNoStateIsADeadEnd(t *testing.T) {
	t.Parallel()
	for _, from := range request.States {
		seen, todo := map[request.State]bool{}, []request.State{from}
		for len(todo) > 0 {
			s := todo[0]
			todo = todo[1:]
			if seen[s] {
				continue
			}
			seen[s] = true
			for _, a := range request.Actions {
				if next, err := (request.Request{State: s, ResumeTo: request.InProgress}).Next(a); err == nil {
					todo = append(todo, next)
				}
			}
		}
		if !seen[request.Erased] {
			t.Errorf("%s never ends", from)
		}
	}
}

// TestActionsInStates does every action of the staff in every state, on a real
// database: each does what the table says, and a refused one changes nothing.
func TestActionsInStates(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx, s := t.Context(), d.Requests
	type try func(r request.Request) error
	acts := map[request.Action]try{
		request.Assign: func(r request.Request) error { _, err := s.GiveTo(ctx, d.by, []string{r.ID}, d.Privacy.ID); return err },
		request.Change: func(r request.Request) error {
			_, err := s.Correct(ctx, d.by, r.ID, r.Version, request.Correction{ServiceID: d.service, Kind: request.Copy, Language: "en", Name: "B", Contact: "b@example.com"})
			return err
		},
		request.Check: func(r request.Request) error { _, err := s.StartCheck(ctx, d.by, r.ID, r.Version); return err },
		request.Pass:  func(r request.Request) error { _, err := s.PassCheck(ctx, d.by, r.ID, r.Version, "w"); return err },
		request.Fail:  func(r request.Request) error { _, err := s.FailCheck(ctx, d.by, r.ID, r.Version, "w"); return err },
		request.Ask: func(r request.Request) error {
			_, err := s.Wait(ctx, d.by, r.ID, r.Version, request.WantsChoice, "w")
			return err
		},
		request.Resume: func(r request.Request) error { _, err := s.GoOn(ctx, d.by, r.ID, r.Version); return err },
		request.Extend: func(r request.Request) error {
			_, err := s.Prolong(ctx, d.by, r.ID, r.Version, request.Complex, "w")
			return err
		},
		request.Answer: func(r request.Request) error { _, err := s.Fulfil(ctx, d.by, r.ID, r.Version, "w"); return err },
		request.Refuse: func(r request.Request) error {
			_, err := s.Deny(ctx, d.by, r.ID, r.Version, d.reason("no_ground"), "w")
			return err
		},
		request.Close: func(r request.Request) error {
			_, err := s.Finish(ctx, d.by, r.ID, r.Version, request.NoReply, "w")
			return err
		},
		request.Reopen: func(r request.Request) error { _, err := s.TakeUp(ctx, d.by, r.ID, r.Version, "w"); return err },
		request.PlaceHold: func(r request.Request) error {
			_, err := s.Keep(ctx, d.by, r.ID, r.Version, request.Litigation, "", "w")
			return err
		},
		request.Write: func(r request.Request) error { _, err := s.Say(ctx, d.by, r.ID, request.ToPerson, "w"); return err },
		request.AddFile: func(r request.Request) error {
			_, err := s.Attach(ctx, d.by, r.ID, request.Attached{Purpose: request.ForRequest, Name: "a.txt"}, strings.NewReader("words"))
			return err
		},
	}
	want := table(t)
	for _, from := range request.States {
		for a, do := range acts {
			r := d.in(from)
			size, err := d.Ledger.Size(ctx)
			testkit.Must(t, err)
			next := want[a][from]
			if a == request.Pass && next != "" {
				next = request.InProgress
			}
			err = do(r)
			switch now := d.reload(r.ID); {
			case next != "" && err != nil:
				t.Errorf("%s from %s: %v", a, from, err)
			case next != "" && now.State != next:
				t.Errorf("%s from %s led to %s, want %s", a, from, now.State, next)
			case next == "" && err == nil:
				t.Errorf("%s from %s was done, to %s", a, from, now.State)
			case next == "" && now.Version != r.Version:
				t.Errorf("%s from %s was refused, but changed something", a, from)
			}
			after, sizeErr := d.Ledger.Size(ctx)
			testkit.Must(t, sizeErr)
			if err != nil && after != size {
				t.Errorf("%s from %s was refused, but recorded", a, from)
			}
		}
	}
	d.Sound()
}

// TestNobodyElseActs: only who handles requests, in whose scope it is.
func TestNobodyElseActs(t *testing.T) {
	t.Parallel()
	d := open(t)
	r := d.in(request.InProgress)
	stranger := d.PersonIn("Stranger Privacy", []string{"01hzzzzzzzzzzzzzzzzzzzzzzz"}, actor.Privacy)
	for name, by := range map[string]*testkit.Person{"officer": d.Officer, "executive": d.Executive, "auditor": d.Auditor, "admin": d.Admin, "contributor": d.Contributor} {
		if _, err := d.Requests.Fulfil(t.Context(), by.Actor(), r.ID, 0, "done"); !problem.Is(err, problem.Forbidden) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := d.Requests.TakeIn(t.Context(), by.Actor(), d.intake(request.Copy)); !problem.Is(err, problem.Forbidden) {
			t.Errorf("%s takes in: %v", name, err)
		}
	}
	if _, err := d.Requests.Fulfil(t.Context(), stranger.Actor(), r.ID, 0, "done"); !problem.Is(err, problem.NotFound) {
		t.Errorf("out of scope: %v", err)
	}
	if _, err := d.Requests.Look(t.Context(), stranger.Actor(), r.ID); !problem.Is(err, problem.NotFound) {
		t.Errorf("out of scope, looking: %v", err)
	}
	if list, err := d.Requests.List(t.Context(), stranger.Actor(), request.Filter{Limit: 10}); err != nil || len(list) != 0 {
		t.Errorf("out of scope, listing: %v, %v", list, err)
	}
	for _, by := range []*testkit.Person{d.Officer, d.Executive} {
		if _, err := d.Requests.Look(t.Context(), by.Actor(), r.ID); !problem.Is(err, problem.Forbidden) {
			t.Errorf("%s looks: %v", by.Name, err)
		}
		if _, err := d.Requests.Figures(t.Context(), by.Actor(), request.FigureFilter{From: "2026-01", To: "2026-12"}); err != nil {
			t.Errorf("%s counts: %v", by.Name, err)
		}
	}
	err := d.tx(actor.Public(), func(tx *gorm.DB) ([]audit.Event, error) {
		_, events, err := d.Requests.TakeInTx(tx, actor.Public(), d.intake(request.Access))
		return events, err
	})
	testkit.Must(t, err) // the portal's own way in
}

func TestGuards(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx, s := t.Context(), d.Requests
	for name, c := range map[string]struct {
		want string
		do   func() error
	}{
		"an answer before the check": {"request.identity.first", func() error {
			r := d.in(request.Answered)
			d.got(s.TakeUp(ctx, d.by, r.ID, 0, "w"))
			failed := d.in(request.Checking)
			failed = d.got(s.FailCheck(ctx, d.by, failed.ID, 0, "w"))
			failed = d.got(s.TakeUp(ctx, d.by, failed.ID, 0, "new papers"))
			_, err := s.Fulfil(ctx, d.by, failed.ID, 0, "w")
			return err
		}},
		"work before the check": {"request.identity.first", func() error {
			_, err := s.StartWork(ctx, d.by, d.in(request.Received).ID, 0)
			return err
		}},
		"a deletion under legal hold": {"request.hold.blocks", func() error {
			r := d.in(request.InProgress)
			d.got(s.Keep(ctx, d.by, r.ID, 0, request.Litigation, "", "case 7"))
			_, err := s.Fulfil(ctx, d.by, r.ID, 0, "deleted")
			return err
		}},
		"a second hold": {"request.hold.there", func() error {
			r := d.in(request.InProgress)
			d.got(s.Keep(ctx, d.by, r.ID, 0, request.Litigation, "", "case 7"))
			_, err := s.Keep(ctx, d.by, r.ID, 0, request.Statutory, "", "again")
			return err
		}},
		"lifting no hold": {"request.hold.none", func() error {
			_, err := s.Release(ctx, d.by, d.in(request.InProgress).ID, 0, "w")
			return err
		}},
		"a second extension": {"request.extend.twice", func() error {
			r := d.in(request.InProgress)
			d.got(s.Prolong(ctx, d.by, r.ID, 0, request.Complex, "w"))
			_, err := s.Prolong(ctx, d.by, r.ID, 0, request.Complex, "w")
			return err
		}},
		"an old version": {"request.changed_meanwhile", func() error {
			r := d.in(request.InProgress)
			d.got(s.Say(ctx, d.by, r.ID, request.Internal, "note"))
			_, err := s.Fulfil(ctx, d.by, r.ID, r.Version, "w")
			return err
		}},
		"a reason for another right": {"request.choose", func() error {
			_, err := s.Deny(ctx, d.by, d.in(request.InProgress).ID, 0, d.reason("transfer_conditions"), "w")
			return err
		}},
		"an owner who cannot handle it": {"request.owner.unable", func() error {
			_, err := s.GiveTo(ctx, d.by, []string{d.in(request.Received).ID}, d.Officer.ID)
			return err
		}},
	} {
		err := c.do()
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	late := d.in(request.InProgress)
	d.Clock.Set(late.Due.Add(1).Time())
	if _, err := s.Prolong(ctx, d.by, late.ID, 0, request.Complex, "w"); err == nil || !strings.Contains(err.Error(), "request.extend.late") {
		t.Errorf("an extension after the due day: %v", err)
	}
}

func TestBulk(t *testing.T) {
	t.Parallel()
	d := open(t)
	second := d.Person("Paula Privacy", actor.Privacy)
	var ids []string
	for range 5 {
		ids = append(ids, d.takeIn(d.intake(request.Copy)).ID)
	}
	given, err := d.Requests.GiveTo(t.Context(), d.by, ids, second.ID)
	if err != nil || given != 5 {
		t.Fatalf("gave %d, %v", given, err)
	}
	again, err := d.Requests.GiveTo(t.Context(), d.by, ids, second.ID)
	if err != nil || again != 0 {
		t.Errorf("gave %d again, %v", again, err)
	}
	decided := d.in(request.Answered).ID
	if _, err := d.Requests.GiveTo(t.Context(), d.by, append(slices.Clone(ids), decided), d.Privacy.ID); !problem.Is(err, problem.Conflict) {
		t.Errorf("with a decided one: %v", err)
	}
	if got := d.reload(ids[0]).OwnerID; got != second.ID {
		t.Errorf("some were given though not all could be")
	}
	d.Sound()
}
