package request_test

import (
	"strings"
	"testing"
	"time"

	"hegui/internal/actor"
	"hegui/internal/checklist"
	"hegui/internal/evidence"
	"hegui/internal/problem"
	"hegui/internal/request"
	"hegui/internal/testkit"
)

// halfYear makes requests with known figures: five received in November 2026,
// of which two were answered in time after 2 and 10 days, one refused in time
// after 10, one answered late after 40 in January, one closed.
func (d *desk) halfYear() {
	d.t.Helper()
	ctx, s := d.t.Context(), d.Requests
	var list []request.Request
	for _, k := range []request.Kind{request.Delete, request.Delete, request.Copy, request.Access, request.Explain} {
		r := d.takeIn(d.intake(k))
		if r.IdentityState == request.IdentityWanted {
			d.got(s.StartCheck(ctx, d.by, r.ID, 0))
			r = d.got(s.PassCheck(ctx, d.by, r.ID, 0, "w"))
		} else {
			r = d.got(s.StartWork(ctx, d.by, r.ID, 0))
		}
		list = append(list, r)
	}
	d.morning("2026-11-25")
	d.got(s.Fulfil(ctx, d.by, list[0].ID, 0, "w"))
	d.got(s.Finish(ctx, d.by, list[4].ID, 0, request.Withdrawn, "w"))
	d.morning("2026-12-03")
	d.got(s.Fulfil(ctx, d.by, list[2].ID, 0, "w"))
	d.got(s.Deny(ctx, d.by, list[1].ID, 0, d.reason("retention_period"), "w"))
	d.morning("2027-01-02")
	d.got(s.Fulfil(ctx, d.by, list[3].ID, 0, "w"))
}

func TestFigures(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.halfYear()
	f, err := d.Requests.Figures(t.Context(), d.by, request.FigureFilter{From: "2026-11", To: "2027-01"})
	testkit.Must(t, err)
	if want := (request.Counts{Received: 5, Answered: 3, Refused: 1, Closed: 1, InTime: 3, Late: 1}); f.Counts != want {
		t.Errorf("counts %+v, want %+v", f.Counts, want)
	}
	if share, ok := f.Counts.Permille(); !ok || share != 750 {
		t.Errorf("in time %d", share)
	}
	if f.Median != 10 || f.P95 != 40 {
		t.Errorf("median %d, p95 %d", f.Median, f.P95)
	}
	if f.Refusals[d.reason("retention_period")] != 1 || f.Endings["withdrawn"] != 1 {
		t.Errorf("reasons %v, %v", f.Refusals, f.Endings)
	}
	if f.Kinds[request.Delete].Received != 2 || f.Services[d.service].Received != 5 {
		t.Errorf("parts %+v, %+v", f.Kinds, f.Services)
	}
	if len(f.Months) != 3 || f.Months[1].Month != "2026-12" || f.Months[1].Counts.Refused != 1 || f.Months[0].Median != 2 || f.Months[2].Counts.Late != 1 {
		t.Errorf("trend %+v", f.Months)
	}
	none, err := d.Requests.Figures(t.Context(), d.by, request.FigureFilter{From: "2025-01", To: "2025-01", Kind: request.Copy})
	testkit.Must(t, err)
	if _, ok := none.Counts.Permille(); ok || none.Median != -1 {
		t.Errorf("of nothing: %+v", none)
	}
}

// TestReopenedIsCountedOnce: a decision that is taken back leaves the figures.
func TestReopenedIsCountedOnce(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := t.Context()
	r := d.in(request.Answered)
	d.morning("2026-12-01")
	r = d.got(d.Requests.TakeUp(ctx, d.by, r.ID, 0, "The person objects"))
	if r.Due != "2026-12-22" || r.DecidedAt != nil || r.EraseOn != "" {
		t.Errorf("reopened: %+v", r)
	}
	f, err := d.Requests.Figures(ctx, d.by, request.FigureFilter{From: "2026-11", To: "2026-12"})
	testkit.Must(t, err)
	if want := (request.Counts{Received: 1}); f.Counts != want {
		t.Errorf("counts %+v", f.Counts)
	}
	d.got(d.Requests.Deny(ctx, d.by, r.ID, 0, d.reason("no_ground"), "w"))
	f, err = d.Requests.Figures(ctx, d.by, request.FigureFilter{From: "2026-11", To: "2026-12"})
	testkit.Must(t, err)
	if want := (request.Counts{Received: 1, Refused: 1, InTime: 1}); f.Counts != want || f.Median != 8 {
		t.Errorf("counts %+v, median %d", f.Counts, f.Median)
	}
	d.Sound()
}

func TestStandingAndLists(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx, s := t.Context(), d.Requests
	soon := d.takeIn(d.intake(request.Delete)) // due 12-14
	later := d.takeIn(d.intake(request.Copy))  // due 12-23
	waits := d.in(request.Waiting)
	done := d.in(request.Answered)
	page := func(f request.Filter) string {
		t.Helper()
		var out []string
		for {
			f.Limit = 1
			list, err := s.List(ctx, d.by, f)
			testkit.Must(t, err)
			if len(list) == 0 {
				return strings.Join(out, " ")
			}
			names := map[string]string{soon.ID: "soon", later.ID: "later", waits.ID: "waits", done.ID: "done"}
			out = append(out, names[list[0].ID])
			f.After = f.Place(list[0])
			if list[0].Name != nil || list[0].TrackHash != "" {
				t.Error("the list has personal data")
			}
		}
	}
	d.got(s.Correct(ctx, d.by, later.ID, later.Version, request.Correction{Kind: request.Access, Language: "en", Name: "x", Contact: "y"}))
	for _, c := range []struct {
		name string
		f    request.Filter
		want string
	}{
		{"open", request.Filter{}, "soon later waits"},
		{"decided", request.Filter{Show: request.ShowDecided}, "done"},
		{"a right", request.Filter{Kind: request.Access}, "later"},
		{"a state", request.Filter{State: request.Waiting}, "waits"},
		{"a decided state", request.Filter{State: request.Answered}, "done"},
		{"a service", request.Filter{Service: d.service}, "soon waits"},
		{"nobody's", request.Filter{Owner: request.Nobody}, "soon later waits"},
		{"somebody's", request.Filter{Owner: d.Privacy.ID}, ""},
		{"without a due day", request.Filter{Due: request.StandsOnly}, "waits"},
		{"overdue", request.Filter{Due: request.Overdue}, ""},
		{"a number", request.Filter{Show: request.ShowAll, Number: strings.ToLower(done.Number)}, "done"},
	} {
		if got := page(c.f); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	d.morning("2026-12-15")
	if got := page(request.Filter{Due: request.Overdue}); got != "soon" {
		t.Errorf("overdue: %q", got)
	}
	st, err := s.Standing(ctx, d.by)
	testkit.Must(t, err)
	if st.Open != 3 || st.Overdue != 1 || st.Soon != 0 || st.States[request.Waiting] != 1 || st.States[request.Answered] != 1 {
		t.Errorf("standing %+v", st)
	}
	board, err := s.Board(ctx, d.by, request.Filter{})
	testkit.Must(t, err)
	if len(board[request.Received]) != 2 || len(board[request.Waiting]) != 1 || len(board[request.Answered]) != 1 {
		t.Errorf("board %+v", board)
	}
	part := d.PersonIn("Part Privacy", []string{d.service}, actor.Privacy)
	mine, err := s.List(ctx, part.Actor(), request.Filter{Limit: 10})
	testkit.Must(t, err)
	if len(mine) != 2 {
		t.Errorf("somebody with one service sees %d", len(mine))
	}
	if _, err := s.List(ctx, d.Officer.Actor(), request.Filter{Limit: 10}); !problem.Is(err, problem.Forbidden) {
		t.Errorf("an officer lists: %v", err)
	}
}

// TestStatements: each month that is over is stated once and filed where it
// proves something.
func TestStatements(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := t.Context()
	d.halfYear()
	for range 2 {
		testkit.Must(t, d.Requests.MakeStatements(ctx))
	}
	list, err := d.Requests.Statements(ctx, d.Executive.Actor(), "", 10)
	testkit.Must(t, err)
	if len(list) != 2 || list[0].Month != "2026-12" || list[1].Month != "2026-11" || list[1].Figures.Counts.Received != 5 {
		t.Fatalf("statements %+v", list)
	}
	var links []evidence.Link
	testkit.Must(t, d.Ledger.Read(ctx).Where("evidence_id = ?", list[1].EvidenceID).Find(&links).Error)
	if len(links) != 3 {
		t.Fatalf("filed on %d requirements", len(links))
	}
	var a checklist.Assessment
	testkit.Must(t, d.Ledger.Read(ctx).Where("id = ?", links[0].AssessmentID).Take(&a).Error)
	if a.Article != 11 || a.Linked != 2 {
		t.Errorf("filed on %+v", a)
	}
	item, err := d.Evidence.Get(ctx, d.Officer.Actor(), list[1].EvidenceID)
	testkit.Must(t, err)
	if item.CoversFrom != "2026-11-01" || item.CoversTo != "2026-11-30" || item.State != evidence.Submitted || item.OwnerID != d.Privacy.ID {
		t.Errorf("filed as %+v", item)
	}
	d.Clock.Advance(31 * 24 * time.Hour)
	testkit.Must(t, d.Requests.MakeStatements(ctx))
	if list, err = d.Requests.Statements(ctx, d.Executive.Actor(), "", 10); err != nil || len(list) != 3 {
		t.Errorf("a month later: %d, %v", len(list), err)
	}
	d.Sound()
}
