package labelling_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/evidence"
	"hegui/internal/labelling"
	"hegui/internal/labelling/stats"
	"hegui/internal/problem"
	"hegui/internal/register"
	"hegui/internal/regulation"
	"hegui/internal/testkit"
	"hegui/internal/work"
)

// judge gives every item of a lot's draw a first verdict: wrong for the positions
// that are named, with their class.
func judge(t testing.TB, a *testkit.App, lot string, wrong map[int64]labelling.Severity) labelling.Lot {
	t.Helper()
	ctx, sue := t.Context(), a.Supervisor.Actor()
	l, err := a.Labelling.Lot(ctx, sue, lot)
	testkit.Must(t, err)
	a.Clock.Advance(time.Second) // what is made later has a later id
	list, err := a.Labelling.SampledOf(ctx, l.DrawID, 0, 10_000)
	testkit.Must(t, err)
	testkit.Must(t, a.Ledger.Write(ctx, sue, func(tx *gorm.DB) ([]audit.Event, error) {
		l.State, l.ToCheck, l.Checked, l.Wrong, l.Version = labelling.LotChecking, int64(len(list)), int64(len(list)), int64(len(wrong)), l.Version+1
		rows := []any{&l}
		for _, s := range list {
			c := &labelling.Check{ID: a.Ledger.NewID(), DrawID: l.DrawID, LotID: l.ID, ServiceID: l.ServiceID, N: s.N, ItemID: fmt.Sprint(s.N), Round: 1, CheckerID: "w1",
				Purpose: s.Purpose, Verdict: labelling.VerdictRight, Defects: []string{}, Millis: 4000, CheckedAt: a.Ledger.Now(), Version: 1}
			if class, ok := wrong[s.Position]; ok {
				c.Verdict, c.Defects, c.Severity, c.Corrected = labelling.VerdictWrong, []string{"B1"}, class, "bad"
			}
			rows = append(rows, c)
			if err := tx.Create(c).Error; err != nil {
				return nil, err
			}
		}
		return []audit.Event{{Action: "test.judged", Object: audit.Object{Type: "label_lot", ID: l.ID}, Rows: rows}}, tx.Save(&l).Error
	}))
	return l
}

// annotating registers a service whose labelling requirements apply.
func annotating(t testing.TB, a *testkit.App, id string) {
	t.Helper()
	e, err := a.Register.Get(t.Context(), a.Officer.Actor(), id)
	testkit.Must(t, err)
	in := register.Scoping{Profile: regulation.Profile{Public: regulation.Yes, ModelFiled: regulation.No, Answers: map[string]regulation.Answer{"annotates_data": regulation.Yes}}}
	_, err = a.Register.Scope(t.Context(), a.Officer.Actor(), e.ID, e.Version, in)
	testkit.Must(t, err)
}

func lotOf(t testing.TB, a *testkit.App, id string) labelling.Lot {
	t.Helper()
	l, err := a.Labelling.Lot(t.Context(), a.Supervisor.Actor(), id)
	testkit.Must(t, err)
	return l
}

// recordOf gives the latest record of a lot, proven.
func recordOf(t testing.TB, a *testkit.App, lot string) (labelling.Record, labelling.Body) {
	t.Helper()
	list, err := a.Labelling.Records(t.Context(), a.Supervisor.Actor(), lot)
	testkit.Must(t, err)
	if len(list) == 0 {
		t.Fatalf("no record of lot %s", lot)
	}
	proofs, err := list[0].Recheck()
	testkit.Must(t, err)
	for _, p := range proofs {
		if !p.OK {
			t.Errorf("record %s: %s does not hold", list[0].Number, p.What)
		}
	}
	b, err := list[0].Read()
	testkit.Must(t, err)
	return list[0], b
}

// waits wants a lot to be among somebody's work, or none with lot "".
func waits(t *testing.T, a *testkit.App, by actor.Actor, kind work.Kind, lot string) {
	t.Helper()
	list, err := a.Labelling.WorkOf(t.Context(), by)
	testkit.Must(t, err)
	at := slices.IndexFunc(list, func(i work.Item) bool { return i.Kind == kind })
	if lot == "" && at >= 0 || lot != "" && (at < 0 || list[at].URL != "/labelling/lots/"+lot+"/decision") {
		t.Errorf("%s of %s: %+v", kind, by.Name, list)
	}
}

func TestAcceptedLotIsRecordedAndFiled(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	ctx, sue := t.Context(), a.Supervisor.Actor()
	l := frozen(t, a, 150)
	annotating(t, a, l.ServiceID)
	drawn(t, a, l, iso())
	l = judge(t, a, l.ID, map[int64]labelling.Severity{20: labelling.Minor})
	st, err := a.Labelling.Standing(ctx, sue, l)
	testkit.Must(t, err)
	if st.Computed.Verdict != labelling.Accepted || st.Inputs.Judged != 20 || st.Inputs.Wrong != 1 || st.Inputs.Counts[0].Judged != 13 {
		t.Fatalf("%+v", st)
	}
	d, err := a.Labelling.Sign(ctx, sue, l.ID, l.Version, labelling.SignInput{Verdict: labelling.Accepted, Due: "2026-12-01"})
	testkit.Must(t, err)
	if d.State != labelling.DecisionFinal || d.FollowUp != labelling.Correction || d.Deviates() {
		t.Errorf("decision %+v", d)
	}
	if l = lotOf(t, a, l.ID); l.State != labelling.LotClosed || l.Outcome != labelling.Accepted || l.StreamID == "" {
		t.Errorf("lot %+v", l)
	}
	r, b := recordOf(t, a, l.ID)
	if r.Number != "LQ-2026-000001" || r.Kind != labelling.InspectionRecord || b.Lot.FrameHash != l.FrameHash || len(b.Checks.Verdicts) != 20 || b.Stream.Next != labelling.StreamNormal || b.Stream.Score != 2 {
		t.Errorf("record %+v", b)
	}
	waits(t, a, sue, work.LabelCorrect, l.ID)
	waits(t, a, a.Officer.Actor(), work.LabelCorrect, "")
	item, err := a.Evidence.Get(ctx, a.Officer.Actor(), r.EvidenceID)
	testkit.Must(t, err)
	if item.State != evidence.Submitted || item.SubmittedBy != sue.ID || !strings.Contains(item.Title, r.Number) {
		t.Errorf("evidence %+v", item)
	}
	links, err := a.Evidence.LinksOf(ctx, item)
	testkit.Must(t, err)
	var proves []string
	for _, one := range links {
		proves = append(proves, one.RequirementID)
	}
	if !slices.Equal(proves, []string{"IM-08-05", "IM-08-06", "IM-08-08"}) {
		t.Errorf("filed on %v", proves)
	}
	_, file, err := a.Evidence.Open(ctx, a.Officer.Actor(), item.ID, 1)
	testkit.Must(t, err)
	var content bytes.Buffer
	_, err = content.ReadFrom(file)
	testkit.Must(t, err)
	if content.String() != r.Body {
		t.Error("the piece of evidence is not the record")
	}
	if again, ok, err := a.Labelling.FiledAs(ctx, a.Auditor.Actor(), item.ID); err != nil || !ok || again.ID != r.ID {
		t.Errorf("back from the evidence: %v %v", ok, err)
	}
	testkit.Must(t, a.Labelling.Conclude(ctx)) // nothing is left to write
	if list, _ := a.Labelling.Records(ctx, sue, l.ID); len(list) != 1 {
		t.Errorf("%d records", len(list))
	}
	testkit.Must(t, a.Evidence.Approve(ctx, a.Officer.Actor(), item.ID, item.Version, ""))
	a.Sound()
}

func TestDeviationNeedsAReasonAndAnotherPerson(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	ctx, sue, officer := t.Context(), a.Supervisor.Actor(), a.Officer.Actor()
	l := frozen(t, a, 150)
	drawn(t, a, l, iso())
	l = judge(t, a, l.ID, map[int64]labelling.Severity{1: labelling.Major})
	_, err := a.Labelling.Sign(ctx, sue, l.ID, l.Version, labelling.SignInput{Verdict: labelling.Accepted})
	wants(t, err, problem.Invalid, "reason: label_decide.reason.required")
	_, err = a.Labelling.Sign(ctx, sue, l.ID, l.Version, labelling.SignInput{Verdict: labelling.Rejected, Due: "2026-01-01"})
	for _, want := range []string{"follow_up: labelling.choose", "due: label_decide.due.past"} {
		wants(t, err, problem.Invalid, want)
	}
	_, err = a.Labelling.Sign(ctx, sue, l.ID, l.Version-1, labelling.SignInput{Verdict: labelling.Rejected, FollowUp: labelling.Return})
	wants(t, err, problem.Conflict, "changed_meanwhile")
	in := labelling.SignInput{Verdict: labelling.Accepted, Reason: "The item was judged by outdated rules."}
	d, err := a.Labelling.Sign(ctx, sue, l.ID, l.Version, in)
	testkit.Must(t, err)
	if l = lotOf(t, a, l.ID); d.State != labelling.AwaitingSecond || l.State != labelling.LotDecided || l.Outcome != labelling.NoOutcome {
		t.Errorf("%+v %+v", d, l)
	}
	_, err = a.Labelling.SecondSign(ctx, sue, d.ID, d.Version)
	wants(t, err, problem.Forbidden, "second.self")
	waits(t, a, officer, work.LabelSecond, l.ID)
	waits(t, a, sue, work.LabelSecond, "")
	d, err = a.Labelling.WithdrawDecision(ctx, sue, d.ID, d.Version)
	testkit.Must(t, err)
	if l = lotOf(t, a, l.ID); d.State != labelling.DecisionWithdrawn || l.State != labelling.LotChecking {
		t.Errorf("%+v %+v", d, l)
	}
	_, err = a.Labelling.SecondSign(ctx, officer, d.ID, d.Version)
	wants(t, err, problem.Conflict, "not_awaiting")
	d, err = a.Labelling.Sign(ctx, sue, l.ID, l.Version, in)
	testkit.Must(t, err)
	d, err = a.Labelling.SecondSign(ctx, officer, d.ID, d.Version)
	testkit.Must(t, err)
	_, err = a.Labelling.WithdrawDecision(ctx, sue, d.ID, d.Version)
	wants(t, err, problem.Conflict, "not_awaiting")
	l = lotOf(t, a, l.ID)
	_, b := recordOf(t, a, l.ID)
	if l.State != labelling.LotClosed || l.Outcome != labelling.Accepted || b.Decision.SecondBy != officer.ID || b.Decision.ComputedVerdict != labelling.Rejected {
		t.Errorf("%+v %+v", l, b.Decision)
	}
	if s, err := a.Labelling.Steps(ctx, sue, l.StreamID, 0, 10); err != nil || len(s) != 1 || s[0].Accepted || !s[0].Counted {
		t.Errorf("the switching rules go by the rule, not by the deviation: %+v, %v", s, err)
	}
	a.Sound()
}

func TestRejectedLots(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	ctx, sue := t.Context(), a.Supervisor.Actor()
	l := frozen(t, a, 30)
	drawn(t, a, l, iso())
	l = judge(t, a, l.ID, map[int64]labelling.Severity{1: labelling.Major})
	_, err := a.Labelling.Sign(ctx, sue, l.ID, l.Version, labelling.SignInput{Verdict: labelling.Rejected, FollowUp: labelling.Recheck})
	testkit.Must(t, err)
	l = lotOf(t, a, l.ID)
	p, err := a.Labelling.CurrentPlan(ctx, sue, l.ID)
	testkit.Must(t, err)
	if l.State != labelling.LotPlanned || l.Outcome != labelling.NoOutcome || p.Method != labelling.Whole100 || p.N != 30 || p.Classes[0].Ac != 0 || p.Reason != "LQ-2026-000001" {
		t.Fatalf("after a full re-check was ordered: %+v %+v", l, p)
	}
	_, err = a.Labelling.DrawOnePerson(ctx, sue, l.ID, l.Version, dice, "LQ-2026-000001")
	testkit.Must(t, err)
	l = judge(t, a, l.ID, map[int64]labelling.Severity{1: labelling.Major, 2: labelling.Major})
	_, err = a.Labelling.Sign(ctx, sue, l.ID, l.Version, labelling.SignInput{Verdict: labelling.Rejected, FollowUp: labelling.Recheck})
	wants(t, err, problem.Invalid, "follow_up: label_decide.recheck.whole")
	d, err := a.Labelling.Sign(ctx, sue, l.ID, l.Version, labelling.SignInput{Verdict: labelling.Rejected, FollowUp: labelling.Return})
	testkit.Must(t, err)
	l = lotOf(t, a, l.ID)
	if records, _ := a.Labelling.Records(ctx, sue, l.ID); len(records) != 2 || l.State != labelling.LotClosed || l.Outcome != labelling.Rejected {
		t.Fatalf("%d records, %+v", len(records), l)
	}
	if steps, err := a.Labelling.Steps(ctx, sue, l.StreamID, 0, 10); err != nil || len(steps) != 2 || steps[0].Counted || steps[0].Why != labelling.UncountedResubmitted || !steps[1].Counted {
		t.Errorf("a re-check is no original inspection: %+v, %v", steps, err)
	}
	wrong, err := a.Labelling.Wrong(ctx, sue, l, d)
	testkit.Must(t, err)
	var out bytes.Buffer
	testkit.Must(t, a.Labelling.ExportCorrections(ctx, sue, l.ID, &out))
	if len(wrong) != 2 || strings.Count(out.String(), `"correction_label": "bad"`)+strings.Count(out.String(), `"correction_label":"bad"`) != 2 {
		t.Errorf("%d wrong items, written as\n%s", len(wrong), out.String())
	}

	// It comes again: one item put right, one left out.
	var again []string
	for i, line := range strings.Split(strings.TrimSpace(lines(30)), "\n") {
		switch int64(i + 1) {
		case wrong[0].N:
			line = strings.ReplaceAll(line, "文本", "改正")
		case wrong[1].N:
			continue
		}
		again = append(again, line)
	}
	in := answers
	in.Name, in.ParentLotID = "Again", l.ID
	p2, err := a.Labelling.Project(ctx, sue, l.ProjectID)
	testkit.Must(t, err)
	_, lots := imported(t, a, upload(t, a, p2, "again.jsonl", strings.Join(again, "\n")+"\n"), in)
	list, err := a.Labelling.Corrections(ctx, sue, l.ID)
	testkit.Must(t, err)
	if len(list) != 1 || list[0].State != labelling.CorrectionDone || list[0].Corrected != 2 {
		t.Errorf("corrections %+v", list)
	}
	wrong, err = a.Labelling.Wrong(ctx, sue, l, d)
	testkit.Must(t, err)
	if wrong[0].Fix != labelling.FixChanged || wrong[0].Lot != lots[0].ID || wrong[1].Fix != labelling.FixRemoved {
		t.Errorf("%+v", wrong)
	}
	before, after, err := a.Labelling.Chain(ctx, sue, lots[0])
	if err != nil || len(before) != 1 || before[0].ID != l.ID || len(after) != 0 {
		t.Errorf("chain %v %v %v", before, after, err)
	}
	child, err := a.Labelling.Freeze(ctx, sue, lots[0].ID, lots[0].Version)
	testkit.Must(t, err)
	drawn(t, a, child, iso())
	child = judge(t, a, child.ID, nil)
	_, err = a.Labelling.Sign(ctx, sue, child.ID, child.Version, labelling.SignInput{Verdict: labelling.Accepted})
	testkit.Must(t, err)
	if steps, _ := a.Labelling.Steps(ctx, sue, l.StreamID, 0, 10); len(steps) != 3 || steps[0].Counted {
		t.Errorf("a re-submitted lot does not count: %+v", steps[0])
	}
	a.Sound()
}

func TestVoidLotIsDestroyed(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	ctx, sue, officer := t.Context(), a.Supervisor.Actor(), a.Officer.Actor()
	l := frozen(t, a, 30)
	drawn(t, a, l, iso())
	l = judge(t, a, l.ID, nil)
	in := labelling.VoidInput{Reason: "Incitement in one text", Scope: labelling.VoidFlagged, Method: "Erased here; the supplier erased its copy.", Witness: "He Jian"}
	_, err := a.Labelling.MakeVoid(ctx, sue, l.ID, l.Version, labelling.VoidInput{})
	for _, want := range []string{"void_reason: labelling.required", "method: labelling.required", "scope: labelling.choose"} {
		wants(t, err, problem.Invalid, want)
	}
	_, err = a.Labelling.MakeVoid(ctx, sue, l.ID, l.Version, in)
	wants(t, err, problem.Invalid, "scope: label_decide.void.none_flagged")
	testkit.Must(t, a.Ledger.Write(ctx, sue, func(tx *gorm.DB) ([]audit.Event, error) {
		var c labelling.Check
		if err := tx.Where("draw_id = ?", l.DrawID).Order("n").Take(&c).Error; err != nil {
			return nil, err
		}
		c.Illegal, c.Version = true, c.Version+1
		return []audit.Event{{Action: "test.flagged", Object: audit.Object{Type: "label_lot", ID: l.ID}, Rows: []any{&c}}}, tx.Save(&c).Error
	}))
	d, err := a.Labelling.MakeVoid(ctx, sue, l.ID, l.Version, in)
	testkit.Must(t, err)
	if l = lotOf(t, a, l.ID); !l.Stopped || l.State != labelling.LotChecking || d.State != labelling.AwaitingSecond {
		t.Errorf("%+v %+v", l, d)
	}
	_, err = a.Labelling.MakeVoid(ctx, sue, l.ID, l.Version, in)
	wants(t, err, problem.Conflict, "label_decide.waits")
	_, err = a.Labelling.Sign(ctx, sue, l.ID, l.Version, labelling.SignInput{Verdict: labelling.Accepted})
	wants(t, err, problem.Conflict, "label_decide.stopped")
	d, err = a.Labelling.WithdrawDecision(ctx, sue, d.ID, d.Version)
	testkit.Must(t, err)
	if l = lotOf(t, a, l.ID); l.Stopped || d.State != labelling.DecisionWithdrawn {
		t.Errorf("withdrawn: %+v", l)
	}
	d, err = a.Labelling.MakeVoid(ctx, sue, l.ID, l.Version, in)
	testkit.Must(t, err)
	_, err = a.Labelling.SecondSign(ctx, sue, d.ID, d.Version)
	wants(t, err, problem.Forbidden, "second.self")
	_, err = a.Labelling.SecondSign(ctx, officer, d.ID, d.Version)
	testkit.Must(t, err)
	l = lotOf(t, a, l.ID)
	r, b := recordOf(t, a, l.ID)
	if l.State != labelling.LotVoid || l.Outcome != labelling.Void || l.Stopped || r.Kind != labelling.DestructionRecord || b.Gone.Count != 1 || len(b.Gone.Items) != 1 || b.Gone.Witness != "He Jian" {
		t.Fatalf("%+v %+v", l, b.Gone)
	}
	it, err := a.Labelling.Item(ctx, sue, l.ID, b.Gone.Items[0].N)
	if err != nil || !it.Destroyed() || fmt.Sprintf("%x", it.SHA) != b.Gone.Items[0].SHA256 {
		t.Errorf("item %+v, %v", it, err)
	}
	if f, err := a.Labelling.Verify(ctx, sue, l.ID); err != nil || !f.Sound() {
		t.Errorf("%+v, %v", f, err)
	}
	batch, err := a.Labelling.Batch(ctx, sue, l.BatchID)
	if err != nil || batch.BlobID != "" {
		t.Errorf("the uploaded file is still there: %+v, %v", batch, err)
	}
	var out bytes.Buffer
	testkit.Must(t, a.Labelling.ExportLot(ctx, sue, l.ID, &out))
	if n := strings.Count(out.String(), "\n"); n != 29 {
		t.Errorf("%d items are written out", n)
	}
	a.Sound()
	testkit.Must(t, a.Ledger.Unaudited(ctx, "damage for a test", func(tx *gorm.DB) error {
		return tx.Exec("UPDATE label_item SET original = CAST('' AS "+blob(a)+") WHERE lot_id = ? AND n = ?", l.ID, b.Gone.Items[0].N+1).Error
	}))
	if f, _ := a.Labelling.Verify(ctx, sue, l.ID); f.Sound() {
		t.Error("an original that is gone without a decision was not noticed")
	}
}

// TestWhatALotAllows tries every act in every state of a lot.
func TestWhatALotAllows(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	ctx, sue := t.Context(), a.Supervisor.Actor()
	l := frozen(t, a, 30)
	drawn(t, a, l, iso())
	l = judge(t, a, l.ID, nil)
	sign := func(l labelling.Lot) error {
		_, err := a.Labelling.Sign(ctx, sue, l.ID, l.Version, labelling.SignInput{Verdict: labelling.Accepted})
		return err
	}
	void := func(l labelling.Lot) error {
		d, err := a.Labelling.MakeVoid(ctx, sue, l.ID, l.Version, labelling.VoidInput{Reason: "r", Scope: labelling.VoidWhole, Method: "m"})
		if err == nil {
			_, err = a.Labelling.WithdrawDecision(ctx, sue, d.ID, d.Version)
		}
		return err
	}
	voids := []labelling.LotState{labelling.LotOpen, labelling.LotFrozen, labelling.LotPlanned, labelling.LotDrawn, labelling.LotChecking}
	for _, state := range labelling.LotStates {
		testkit.Must(t, a.Ledger.Write(ctx, sue, func(tx *gorm.DB) ([]audit.Event, error) {
			l = labelling.Lot{}
			if err := tx.Where("state <> ''").Take(&l).Error; err != nil {
				return nil, err
			}
			l.State, l.Version = state, l.Version+1
			return []audit.Event{{Action: "test.put", Object: audit.Object{Type: "label_lot", ID: l.ID}, Rows: []any{&l}}}, tx.Save(&l).Error
		}))
		if err := void(l); (err == nil) != slices.Contains(voids, state) {
			t.Errorf("%s: void gives %v", state, err)
		}
		if l = lotOf(t, a, l.ID); l.State != state {
			t.Errorf("%s: a withdrawn void leaves %s", state, l.State)
		}
		if state != labelling.LotChecking {
			if err := sign(l); !problem.Is(err, problem.Conflict) {
				t.Errorf("%s: signing gives %v", state, err)
			}
		}
	}
	a.Sound()
}

func TestDecisionsStayInTheirServices(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	ctx := t.Context()
	l := frozen(t, a, 30)
	drawn(t, a, l, iso())
	l = judge(t, a, l.ID, map[int64]labelling.Severity{1: labelling.Major})
	other := a.PersonIn("Other Service", []string{"another"}, actor.Supervisor).Actor()
	_, err := a.Labelling.Sign(ctx, other, l.ID, l.Version, labelling.SignInput{Verdict: labelling.Accepted})
	wants(t, err, problem.NotFound, "")
	d, err := a.Labelling.Sign(ctx, a.Supervisor.Actor(), l.ID, l.Version, labelling.SignInput{Verdict: labelling.Accepted, Reason: "because"})
	testkit.Must(t, err)
	_, err = a.Labelling.SecondSign(ctx, other, d.ID, d.Version)
	wants(t, err, problem.NotFound, "")
	_, err = a.Labelling.WithdrawDecision(ctx, other, d.ID, d.Version)
	wants(t, err, problem.NotFound, "")
	if list, err := a.Labelling.Decisions(ctx, other, l.ID); err != nil || len(list) != 0 {
		t.Errorf("%d foreign decisions, %v", len(list), err)
	}
}

// TestRecordSpeaksForItself computes every figure again from the JSON alone.
func TestRecordSpeaksForItself(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	ctx, sue := t.Context(), a.Supervisor.Actor()
	l := frozen(t, a, 150)
	drawn(t, a, l, labelling.PlanInput{Method: labelling.Precision, Params: labelling.Params{Margin: 100_000, Expected: 500_000, Confidence: 950_000, MinRight: 900_000}})
	l = judge(t, a, l.ID, map[int64]labelling.Severity{3: labelling.Major, 9: labelling.Minor})
	_, err := a.Labelling.Sign(ctx, sue, l.ID, l.Version, labelling.SignInput{Verdict: labelling.Accepted})
	testkit.Must(t, err)
	r, _ := recordOf(t, a, l.ID)
	var page struct {
		Lot     struct{ Size int }
		Figures struct {
			Inputs   labelling.Inputs
			Computed labelling.Computed
		}
		Draw   struct{ N int }
		Checks struct{ Verdicts [][]string }
	}
	testkit.Must(t, json.Unmarshal([]byte(r.Body), &page))
	wrong := 0
	for _, row := range page.Checks.Verdicts {
		if row[4] == "wrong" {
			wrong++
		}
	}
	c := page.Figures.Computed
	wilson, err := stats.Wilson(page.Draw.N-wrong, page.Draw.N, 0.95, stats.TwoSided)
	testkit.Must(t, err)
	lot, err := stats.ExactLot(page.Lot.Size, page.Draw.N-wrong, page.Draw.N, 0.95, stats.TwoSided)
	testkit.Must(t, err)
	lower, err := stats.ClopperPearson(page.Draw.N-wrong, page.Draw.N, 0.95, stats.LowerOnly)
	testkit.Must(t, err)
	if wrong != 2 || *c.Wilson != wilson || *c.Lot != lot || *c.Lower != lower || c.Classes[0].Count != wrong || c.Classes[0].Ac != page.Draw.N/10 || !c.Classes[0].Proof.Shown {
		t.Errorf("%d wrong, %+v", wrong, c)
	}
	for _, forge := range []func(string) string{
		func(s string) string {
			return strings.Replace(s, fmt.Sprintf(`"judged":%d,"wrong":2`, page.Draw.N), fmt.Sprintf(`"judged":%d,"wrong":1`, page.Draw.N), 1)
		},
		func(s string) string { return strings.Replace(s, `"major"`, `"minor"`, 1) },
		func(s string) string { return strings.Replace(s, `"seed":"`, `"seed":"0`, 1) },
	} {
		f := r
		if f.Body = forge(r.Body); f.Body == r.Body {
			t.Fatal("nothing was forged")
		}
		proofs, err := f.Recheck()
		if err == nil && slices.IndexFunc(proofs[1:], func(p labelling.Proven) bool { return !p.OK }) < 0 {
			t.Errorf("a forged body passes: %+v", proofs)
		}
	}
}

// TestRecordsAreWrittenLate finds a final decision whose record a stop of the
// program kept from being written.
func TestRecordsAreWrittenLate(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	ctx, sue := t.Context(), a.Supervisor.Actor()
	l := frozen(t, a, 30)
	drawn(t, a, l, iso())
	l = judge(t, a, l.ID, map[int64]labelling.Severity{1: labelling.Major})
	d, err := a.Labelling.Sign(ctx, sue, l.ID, l.Version, labelling.SignInput{Verdict: labelling.Accepted, Reason: "because"})
	testkit.Must(t, err)
	testkit.Must(t, a.Labelling.Conclude(ctx))
	if list, _ := a.Labelling.Records(ctx, sue, l.ID); len(list) != 0 {
		t.Fatal("a decision that is not final has a record")
	}
	testkit.Must(t, a.Ledger.Write(ctx, sue, func(tx *gorm.DB) ([]audit.Event, error) {
		now := a.Ledger.Now()
		d.State, d.SecondBy, d.SecondAt = labelling.DecisionFinal, a.Officer.ID, &now
		return []audit.Event{{Action: "test.final", Object: audit.Object{Type: "label_lot", ID: l.ID}, Rows: []any{&d}}}, tx.Save(&d).Error
	}))
	testkit.Must(t, a.Labelling.Conclude(ctx))
	testkit.Must(t, a.Labelling.Conclude(ctx))
	if list, _ := a.Labelling.Records(ctx, sue, l.ID); len(list) != 1 || lotOf(t, a, l.ID).State != labelling.LotClosed {
		t.Errorf("%d records of a %s lot", len(list), lotOf(t, a, l.ID).State)
	}
	a.Sound()
}
