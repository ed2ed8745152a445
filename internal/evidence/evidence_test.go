package evidence_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/evidence"
	"hegui/internal/problem"
	"hegui/internal/testkit"
	"hegui/internal/work"
)

// bench is the product with a checklist that this test plays: an assessment
// "SERVICE/REQUIREMENT" may be edited by who sees the service, and belongs to
// who is in assigned.
type bench struct {
	*testkit.App
	assigned map[string][]string // account id → assessments
	told     []string            // assessments the watcher was told about
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{App: testkit.New(t), assigned: map[string][]string{}}
	b.Evidence.Editable(func(_ *gorm.DB, by actor.Actor, ids []string) ([]evidence.Target, error) {
		var out []evidence.Target
		for _, id := range ids {
			service, requirement, _ := strings.Cut(id, "/")
			if by.May(actor.Assess) && by.SeesService(service) || slices.Contains(b.assigned[by.ID], id) {
				out = append(out, evidence.Target{AssessmentID: id, ServiceID: service, RequirementID: requirement})
			}
		}
		return out, nil
	})
	b.Evidence.Assigned(func(db *gorm.DB, account string) *gorm.DB {
		return db.Table("evidence_link").Select("assessment_id").Where("assessment_id IN ?", append([]string{""}, b.assigned[account]...))
	})
	b.Evidence.Watch(func(_ *gorm.DB, _ actor.Actor, ids []string) ([]audit.Event, error) {
		b.told = append(b.told, ids...)
		return nil, nil
	})
	return b
}

func target(id string) []evidence.Target { return []evidence.Target{{AssessmentID: id}} }

func (b *bench) submit(by *testkit.Person, title, content string, more ...func(*evidence.Submission)) evidence.Item {
	b.T.Helper()
	in := evidence.Submission{Description: evidence.Description{Title: title}, Content: evidence.Content{FileName: title + ".txt"}}
	for _, f := range more {
		f(&in)
	}
	b.Clock.Advance(time.Millisecond) // ids are in the order of time
	i, err := b.Evidence.Submit(b.T.Context(), by.Actor(), in, strings.NewReader(content))
	testkit.Must(b.T, err)
	return i
}

func proves(id string) func(*evidence.Submission) {
	return func(in *evidence.Submission) { in.Targets = target(id) }
}

func until(d day.Date) func(*evidence.Submission) {
	return func(in *evidence.Submission) { in.ValidUntil = d }
}

func level(c evidence.Confidentiality) func(*evidence.Submission) {
	return func(in *evidence.Submission) { in.Confidentiality = c }
}

// now gives a piece as it stands.
func (b *bench) now(i evidence.Item) evidence.Item {
	b.T.Helper()
	got, err := b.Evidence.Get(b.T.Context(), b.Officer.Actor(), i.ID)
	testkit.Must(b.T, err)
	return got
}

func (b *bench) approve(i evidence.Item, by *testkit.Person) {
	b.T.Helper()
	testkit.Must(b.T, b.Evidence.Approve(b.T.Context(), by.Actor(), i.ID, b.now(i).Version, "checked"))
}

func (b *bench) standing(assessment string) evidence.Standing {
	b.T.Helper()
	got, err := b.Evidence.Standing(b.Ledger.Read(b.T.Context()), []string{assessment})
	testkit.Must(b.T, err)
	return got[assessment]
}

func wants(t *testing.T, what string, err error, kind problem.Kind) {
	t.Helper()
	if !problem.Is(err, kind) {
		t.Errorf("%s: got %v, want kind %d", what, err, kind)
	}
}

func TestFromUploadToRetirement(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	i := b.submit(b.Contributor, "", "first words", func(in *evidence.Submission) { in.FileName, in.Draft = "安全制度.txt", true })
	if i.Title != "安全制度" || i.State != evidence.Draft || i.ReceivedOn != day.Of(testkit.Start) || i.OwnerID != b.Contributor.ID {
		t.Errorf("got %+v", i)
	}
	testkit.Must(t, b.Evidence.Attach(ctx, b.Officer.Actor(), i.ID, target("S/R1")))
	testkit.Must(t, b.Evidence.Send(ctx, b.Contributor.Actor(), i.ID))
	wants(t, "sent twice", b.Evidence.Send(ctx, b.Contributor.Actor(), i.ID), problem.Conflict)
	wants(t, "reviewed without the right", b.Evidence.Approve(ctx, b.Contributor.Actor(), i.ID, 2, ""), problem.Forbidden)
	wants(t, "returned without a reason", b.Evidence.Return(ctx, b.Officer.Actor(), i.ID, 2, " "), problem.Invalid)
	testkit.Must(t, b.Evidence.Return(ctx, b.Officer.Actor(), i.ID, b.now(i).Version, "page 2 is missing"))

	_, err := b.Evidence.NewVersion(ctx, b.Contributor.Actor(), i.ID, evidence.Content{FileName: "v2.txt", Remark: "complete"}, strings.NewReader("second words"))
	testkit.Must(t, err)
	wants(t, "an old page approves", b.Evidence.Approve(ctx, b.Officer.Actor(), i.ID, 2, ""), problem.Conflict)
	b.approve(i, b.Officer)
	if got := b.standing("S/R1"); got != (evidence.Standing{Linked: 1, Valid: 1}) {
		t.Errorf("standing %+v", got)
	}
	for number, want := range map[int64]string{1: "first words", 2: "second words"} {
		_, r, err := b.Evidence.Open(ctx, b.Contributor.Actor(), i.ID, number)
		testkit.Must(t, err)
		if got, _ := io.ReadAll(r); string(got) != want {
			t.Errorf("version %d: %q", number, got)
		}
	}
	testkit.Must(t, b.Evidence.Retire(ctx, b.Officer.Actor(), i.ID, "replaced by the new policy"))
	if got := b.standing("S/R1"); got != (evidence.Standing{}) {
		t.Errorf("retired, but standing %+v", got)
	}
	_, err = b.Evidence.NewVersion(ctx, b.Officer.Actor(), i.ID, evidence.Content{}, strings.NewReader("x"))
	wants(t, "version of a retired piece", err, problem.Conflict)
	want := []string{"evidence.added", "evidence.linked", "evidence.submitted", "evidence.returned", "evidence.version_added", "evidence.approved", "evidence.retired"}
	if got := b.Actions(); !slices.Equal(got[len(got)-len(want):], want) {
		t.Errorf("recorded %v", got)
	}
	if len(b.told) != 6 {
		t.Errorf("the checklist was told %d times: %v", len(b.told), b.told)
	}
	b.Sound()
}

func TestNobodyApprovesTheirOwn(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	i := b.submit(b.Officer, "report", "words")
	err := b.Evidence.Approve(t.Context(), b.Officer.Actor(), i.ID, i.Version, "")
	wants(t, "who submitted", err, problem.Forbidden)

	i = b.submit(b.Officer, "policy", "other words", func(in *evidence.Submission) { in.Draft = true })
	testkit.Must(t, b.Evidence.Send(t.Context(), b.Officer2.Actor(), i.ID))
	err = b.Evidence.Approve(t.Context(), b.Officer.Actor(), i.ID, b.now(i).Version, "")
	wants(t, "who made the version, submitted by another", err, problem.Forbidden)
}

func TestChangingWhatWasApprovedNeedsReviewAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	i := b.submit(b.Contributor, "certificate", "words", until("2026-12-31"))
	b.approve(i, b.Officer)
	edit := func(by *testkit.Person, f func(*evidence.Edit)) error {
		got := b.now(i)
		in := evidence.Edit{ID: i.ID, Version: got.Version, Description: got.Describe()}
		f(&in)
		return b.Evidence.Change(t.Context(), by.Actor(), in)
	}
	testkit.Must(t, edit(b.Contributor, func(in *evidence.Edit) { in.Title = "certificate of 2026" }))
	if got := b.now(i); got.State != evidence.Approved || got.Title != "certificate of 2026" {
		t.Errorf("a title: %s, %s", got.State, got.Title)
	}
	testkit.Must(t, edit(b.Contributor, func(in *evidence.Edit) { in.ValidUntil = "2030-12-31" }))
	if got := b.now(i); got.State != evidence.Submitted || got.SubmittedBy != b.Contributor.ID {
		t.Errorf("a longer validity: %s", got.State)
	}
	wants(t, "old page", edit(b.Officer, func(in *evidence.Edit) { in.Version-- }), problem.Conflict)
	wants(t, "no title", edit(b.Officer, func(in *evidence.Edit) { in.Title = " " }), problem.Invalid)
	b.Sound()
}

func TestWrongInput(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, c := range []struct {
		name, field string
		in          evidence.Submission
	}{
		{"no address", "url", evidence.Submission{}},
		{"no web address", "url", evidence.Submission{Content: evidence.Content{URL: "javascript:alert(1)"}}},
		{"address with a password", "url", evidence.Submission{Content: evidence.Content{URL: "https://a:b@c.example/"}}},
		{"made tomorrow", "made_on", evidence.Submission{Description: evidence.Description{MadeOn: "2026-11-24"}}},
		{"period backwards", "covers_to", evidence.Submission{Description: evidence.Description{CoversFrom: "2026-02-01", CoversTo: "2026-01-01"}}},
		{"over before made", "valid_until", evidence.Submission{Description: evidence.Description{MadeOn: "2026-02-01", ValidUntil: "2026-01-01"}}},
		{"type unknown", "type", evidence.Submission{Description: evidence.Description{Type: "poem"}}},
		{"confidentiality unknown", "confidentiality", evidence.Submission{Description: evidence.Description{Confidentiality: "top"}}},
		{"title too long", "title", evidence.Submission{Description: evidence.Description{Title: strings.Repeat("长", 201)}}},
		{"owner is no account", "owner_id", evidence.Submission{Description: evidence.Description{OwnerID: "me"}}},
	} {
		_, err := b.Evidence.Link(t.Context(), b.Officer.Actor(), c.in)
		fields, _ := problem.FieldsOf(err)
		if !slices.ContainsFunc(fields, func(f problem.FieldError) bool { return f.Field == c.field }) {
			t.Errorf("%s: got %v", c.name, err)
		}
	}
	_, err := b.Evidence.Note(t.Context(), b.Officer.Actor(), evidence.Submission{Description: evidence.Description{Title: "x"}})
	wants(t, "empty note", err, problem.Invalid)
	_, err = b.Evidence.Note(t.Context(), b.Auditor.Actor(), evidence.Submission{Description: evidence.Description{Title: "x"}, Content: evidence.Content{Text: "y"}})
	wants(t, "auditor adds", err, problem.Forbidden)
	_, err = b.Evidence.Submit(t.Context(), b.Officer.Actor(), evidence.Submission{Content: evidence.Content{FileName: "a.exe"}}, strings.NewReader("x"))
	wants(t, "program by name", err, problem.Invalid)
}

func TestInterruptedUploadIsNeverListed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, cancel := context.WithCancel(t.Context())
	content := io.MultiReader(bytes.NewReader(make([]byte, 2<<20)), iotest.ErrReader(errors.New("gone")))
	_, err := b.Evidence.Submit(ctx, b.Officer.Actor(), evidence.Submission{Content: evidence.Content{FileName: "a.bin"}}, content)
	cancel()
	if err == nil {
		t.Error("half a file was taken")
	}
	list, err := b.Evidence.List(t.Context(), b.Officer.Actor(), evidence.Filter{Limit: 10})
	if err != nil || len(list) != 0 {
		t.Errorf("listed %v, %v", list, err)
	}
}

// TestWhoSeesWhat is the table of the package comment.
func TestWhoSeesWhat(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	local := b.PersonIn("Lena Local", []string{"S"}, actor.Officer)
	elsewhere := b.PersonIn("Ella Elsewhere", []string{"T"}, actor.Officer)
	auditor := b.PersonIn("Aki Auditor", []string{"S"}, actor.Auditor)
	assignee := b.PersonIn("Andy Assignee", []string{"S"}, actor.Contributor)
	stranger := b.PersonIn("Stan Stranger", []string{"S"}, actor.Contributor)
	b.assigned[assignee.ID] = []string{"S/R1"}
	b.assigned[b.Contributor.ID] = []string{"S/R1"}
	people := map[string]*testkit.Person{"uploader": b.Contributor, "officer": b.Officer, "auditor of all": b.Auditor, "local officer": local,
		"other officer": elsewhere, "local auditor": auditor, "assignee": assignee, "stranger": stranger, "administrator": b.Admin,
		"executive": b.Executive, "checker": b.Checker}
	for _, c := range []struct {
		name  string
		piece evidence.Item
		seen  []string
	}{
		{"internal, linked", b.submit(b.Contributor, "a", "1", proves("S/R1")), []string{"uploader", "officer", "auditor of all", "local officer", "local auditor", "assignee"}},
		{"confidential, linked", b.submit(b.Contributor, "b", "2", proves("S/R1"), level(evidence.Confidential)), []string{"uploader", "officer", "auditor of all", "local officer", "local auditor"}},
		{"restricted, linked", b.submit(b.Contributor, "c", "3", proves("S/R1"), level(evidence.Restricted)), []string{"uploader", "officer", "local officer"}},
		{"internal, not linked", b.submit(b.Contributor, "d", "4"), []string{"uploader", "officer", "auditor of all"}},
		{"restricted, not linked", b.submit(b.Contributor, "e", "5", level(evidence.Restricted)), []string{"uploader", "officer"}},
	} {
		for name, person := range people {
			want := slices.Contains(c.seen, name)
			_, err := b.Evidence.Get(t.Context(), person.Actor(), c.piece.ID)
			if got := err == nil; got != want || err != nil && !problem.Is(err, problem.NotFound) {
				t.Errorf("%s, %s: sees %v, want %v (%v)", c.name, name, got, want, err)
			}
			_, _, err = b.Evidence.Open(t.Context(), person.Actor(), c.piece.ID, 1)
			if got := err == nil; got != want {
				t.Errorf("%s, %s: reads the file %v, want %v", c.name, name, got, want)
			}
			list, err := b.Evidence.List(t.Context(), person.Actor(), evidence.Filter{Limit: 10})
			listed := slices.ContainsFunc(list, func(i evidence.Item) bool { return i.ID == c.piece.ID })
			if err != nil || listed != want {
				t.Errorf("%s, %s: listed %v, want %v (%v)", c.name, name, listed, want, err)
			}
		}
	}
	linked, err := b.Evidence.ForAssessment(t.Context(), auditor.Actor(), "S/R1")
	if err != nil || len(linked) != 2 {
		t.Errorf("the auditor sees %d of the linked pieces, want 2 (%v)", len(linked), err)
	}
	if got := b.standing("S/R1"); got.Linked != 3 || got.Unreviewed != 3 {
		t.Errorf("standing %+v counts what is there, seen or not", got)
	}
}

func TestLinkingNeedsBothSides(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.assigned[b.Contributor.ID] = []string{"S/R1"}
	theirs := b.submit(b.Officer, "policy", "words", level(evidence.Restricted))
	mine := b.submit(b.Contributor, "record", "my words")
	ctx := t.Context()
	wants(t, "a piece they do not see", b.Evidence.Attach(ctx, b.Contributor.Actor(), theirs.ID, target("S/R1")), problem.NotFound)
	wants(t, "an assessment they do not edit", b.Evidence.Attach(ctx, b.Contributor.Actor(), mine.ID, target("S/R2")), problem.NotFound)
	_, err := b.Evidence.Submit(ctx, b.Contributor.Actor(), evidence.Submission{Content: evidence.Content{FileName: "a.txt"}, Targets: target("S/R2")}, strings.NewReader("x"))
	wants(t, "linking while uploading", err, problem.NotFound)
	testkit.Must(t, b.Evidence.Attach(ctx, b.Contributor.Actor(), mine.ID, target("S/R1")))
	testkit.Must(t, b.Evidence.Attach(ctx, b.Contributor.Actor(), mine.ID, target("S/R1")))
	made, err := b.Evidence.AttachMany(ctx, b.Officer.Actor(), []string{mine.ID, theirs.ID}, append(target("S/R1"), target("T/R1")...))
	if err != nil || made != 3 {
		t.Errorf("made %d links, want 3 (%v)", made, err)
	}
	if got := b.now(mine); got.Links != 2 {
		t.Errorf("counts %d links, want 2", got.Links)
	}
	wants(t, "detached by who may not edit", b.Evidence.Detach(ctx, b.Contributor.Actor(), mine.ID, "T/R1"), problem.NotFound)
	testkit.Must(t, b.Evidence.Detach(ctx, b.Officer.Actor(), mine.ID, "T/R1"))
	wants(t, "detached twice", b.Evidence.Detach(ctx, b.Officer.Actor(), mine.ID, "T/R1"), problem.NotFound)
	proofs, err := b.Evidence.LinksOf(ctx, b.now(mine))
	if err != nil || len(proofs) != 1 || proofs[0].RequirementID != "R1" || b.now(mine).Links != 1 {
		t.Errorf("left %+v (%v)", proofs, err)
	}
	b.Sound()
}

func TestExpiry(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	i := b.submit(b.Contributor, "certificate", "words", proves2(b, "S/R1"), until("2026-12-10"))
	b.approve(i, b.Officer)
	items, err := b.Evidence.WorkOf(ctx, b.Contributor.Actor())
	if err != nil || len(items) != 1 || items[0].Kind != work.EvidenceExpiry || items[0].Due != "2026-12-10" {
		t.Errorf("reminder 17 days before: %+v (%v)", items, err)
	}
	b.told = nil
	b.Clock.Set(time.Date(2026, 12, 10, 15, 59, 0, 0, time.UTC)) // 23:59 in Shanghai
	if n, err := b.Evidence.Sweep(ctx); n != 0 || err != nil || b.standing("S/R1").Valid != 1 {
		t.Errorf("on the last day: marked %d (%v)", n, err)
	}
	b.Clock.Advance(2 * time.Minute)
	if n, err := b.Evidence.Sweep(ctx); n != 1 || err != nil {
		t.Errorf("the day after: marked %d (%v)", n, err)
	}
	if n, err := b.Evidence.Sweep(ctx); n != 0 || err != nil {
		t.Errorf("again: marked %d (%v)", n, err)
	}
	if got := b.standing("S/R1"); got != (evidence.Standing{Linked: 1, Expired: 1}) {
		t.Errorf("standing %+v", got)
	}
	if !slices.Equal(b.told, []string{"S/R1"}) {
		t.Errorf("told %v", b.told)
	}
	got := b.now(i)
	in := evidence.Edit{ID: i.ID, Version: got.Version, Description: got.Describe()}
	in.ValidUntil = "2027-12-10"
	testkit.Must(t, b.Evidence.Change(ctx, b.Contributor.Actor(), in))
	b.approve(i, b.Officer)
	if got := b.now(i); got.ExpiredOn != "" || b.standing("S/R1").Until != "2027-12-10" {
		t.Errorf("prolonged: still marked %q, valid until %s", got.ExpiredOn, b.standing("S/R1").Until)
	}
	b.Sound()
}

// proves2 links to an assessment that is made the uploader's own.
func proves2(b *bench, id string) func(*evidence.Submission) {
	b.assigned[b.Contributor.ID] = append(b.assigned[b.Contributor.ID], id)
	return proves(id)
}

func TestWorkOfReviewersAndOwners(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	i := b.submit(b.Contributor, "report", "words")
	b.submit(b.Officer, "own", "more words")
	items, err := b.Evidence.WorkOf(t.Context(), b.Officer.Actor())
	if err != nil || len(items) != 1 || items[0].Kind != work.EvidenceReview || items[0].URL != "/evidence/"+i.ID {
		t.Errorf("officer: %+v (%v)", items, err)
	}
	testkit.Must(t, b.Evidence.Return(t.Context(), b.Officer.Actor(), i.ID, i.Version, "unreadable"))
	items, err = b.Evidence.WorkOf(t.Context(), b.Contributor.Actor())
	if err != nil || len(items) != 1 || items[0].Kind != work.EvidenceBack || items[0].Note != "unreadable" {
		t.Errorf("owner: %+v (%v)", items, err)
	}
}

func TestListFilters(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.submit(b.Officer, "网络安全制度", "1", proves("S/R1"), func(in *evidence.Submission) { in.Type = "policy" })
	soon := b.submit(b.Contributor, "certificate", "2", until("2026-12-01"))
	b.approve(soon, b.Officer)
	past := b.submit(b.Contributor, "old certificate", "3", until("2026-11-22"), level(evidence.Confidential))
	b.approve(past, b.Officer)
	gone := b.submit(b.Officer, "withdrawn", "4")
	testkit.Must(t, b.Evidence.Retire(t.Context(), b.Officer.Actor(), gone.ID, "wrong file"))
	for _, c := range []struct {
		name string
		f    evidence.Filter
		want []string
	}{
		{"all that counts, newest first", evidence.Filter{}, []string{"old certificate", "certificate", "网络安全制度"}},
		{"retired", evidence.Filter{State: evidence.Retired}, []string{"withdrawn"}},
		{"type", evidence.Filter{Type: "policy"}, []string{"网络安全制度"}},
		{"expiring", evidence.Filter{Expiring: true}, []string{"certificate"}},
		{"expired", evidence.Filter{Expired: true}, []string{"old certificate"}},
		{"unlinked", evidence.Filter{Unlinked: true}, []string{"old certificate", "certificate"}},
		{"service", evidence.Filter{Service: "S"}, []string{"网络安全制度"}},
		{"owner", evidence.Filter{Owner: b.Officer.ID}, []string{"网络安全制度"}},
		{"mine", evidence.Filter{Mine: b.Contributor.ID}, []string{"old certificate", "certificate"}},
		{"confidentiality", evidence.Filter{Confidentiality: evidence.Confidential}, []string{"old certificate"}},
		{"words", evidence.Filter{Words: "安全"}, []string{"网络安全制度"}},
		{"words and filter", evidence.Filter{Words: "cert", Expired: true}, []string{"old certificate"}},
		{"by title", evidence.Filter{Order: evidence.ByTitle}, []string{"certificate", "old certificate", "网络安全制度"}},
		{"by expiry", evidence.Filter{Order: evidence.ByExpiry}, []string{"old certificate", "certificate"}},
	} {
		var got []string
		c.f.Limit = 1 // one by one, as far as it goes
		for {
			page, err := b.Evidence.List(t.Context(), b.Officer.Actor(), c.f)
			testkit.Must(t, err)
			if len(page) == 0 {
				break
			}
			got = append(got, page[0].Title)
			c.f.After = page[0].Position(c.f.Order)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestSetMany(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	mine, theirs := b.submit(b.Contributor, "a", "1"), b.submit(b.Officer, "b", "2")
	closed := b.submit(b.Contributor, "c", "3")
	testkit.Must(t, b.Evidence.Retire(t.Context(), b.Contributor.Actor(), closed.ID, "mistake"))
	secret := evidence.Confidential
	n, err := b.Evidence.SetMany(t.Context(), b.Contributor.Actor(), []string{mine.ID, theirs.ID, closed.ID, "nonsense"}, evidence.Setting{Confidentiality: &secret})
	if n != 1 || err != nil || b.now(mine).Confidentiality != secret || b.now(theirs).Confidentiality != evidence.Internal {
		t.Errorf("changed %d (%v)", n, err)
	}
	_, err = b.Evidence.SetMany(t.Context(), b.Contributor.Actor(), []string{theirs.ID}, evidence.Setting{Confidentiality: &secret})
	wants(t, "nothing to change", err, problem.Conflict)
	b.Sound()
}

func TestErasure(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	const secret, shared = "ID 110101199003071234 of Zhang San", "list shared by two"
	long := strings.Repeat(secret+"\n", 60_000) // several chunks
	i := b.submit(b.Contributor, "Zhang San's application", long, proves2(b, "S/R1"), func(in *evidence.Submission) { in.FileName, in.Source = "zhangsan.txt", "Zhang San" })
	_, err := b.Evidence.NewVersion(ctx, b.Contributor.Actor(), i.ID, evidence.Content{FileName: "zhangsan2.txt", Remark: "Zhang San signed"}, strings.NewReader(shared))
	testkit.Must(t, err)
	other := b.submit(b.Contributor, "another", shared)
	b.approve(i, b.Officer)

	wants(t, "without the right", second(b.Evidence.RequestErasure(ctx, b.Contributor.Actor(), i.ID, "asked for")), problem.Forbidden)
	wants(t, "without a reason", second(b.Evidence.RequestErasure(ctx, b.Officer.Actor(), i.ID, "")), problem.Invalid)
	wants(t, "without a request", b.Evidence.Erase(ctx, b.Officer2.Actor(), i.ID), problem.Conflict)
	testkit.Must(t, second(b.Evidence.RequestErasure(ctx, b.Officer.Actor(), i.ID, "request 12 of a person")))
	wants(t, "asked twice", second(b.Evidence.RequestErasure(ctx, b.Officer2.Actor(), i.ID, "again")), problem.Conflict)
	wants(t, "by the same person", b.Evidence.Erase(ctx, b.Officer.Actor(), i.ID), problem.Forbidden)
	if n, err := b.Evidence.SharedWith(ctx, i); n != 1 || err != nil {
		t.Errorf("shared with %d (%v)", n, err)
	}
	testkit.Must(t, b.Evidence.Erase(ctx, b.Officer2.Actor(), i.ID))

	got := b.now(i)
	if got.State != evidence.Erased || got.Title != "" || got.Source != "" || b.standing("S/R1") != (evidence.Standing{}) {
		t.Errorf("left %+v", got)
	}
	_, _, err = b.Evidence.Open(ctx, b.Officer.Actor(), i.ID, 1)
	wants(t, "read after the erasure", err, problem.NotFound)
	if _, r, err := b.Evidence.Open(ctx, b.Officer.Actor(), other.ID, 1); err != nil {
		t.Errorf("the piece that shares a file: %v", err)
	} else if words, _ := io.ReadAll(r); string(words) != shared {
		t.Errorf("the piece that shares a file: %q", words)
	}
	if list, err := b.Evidence.Search(ctx, b.Officer.Actor(), "Zhang", 10); err != nil || len(list) != 0 {
		t.Errorf("still found: %v (%v)", list, err)
	}
	b.Sound()
	b.nowhere("110101199003071234", "Zhang San", "zhangsan")
}

func second(_ evidence.Erasure, err error) error { return err }

// nowhere fails the test when words are left in the database.
func (b *bench) nowhere(words ...string) {
	b.T.Helper()
	path, lite := strings.CutPrefix(b.Config.Database, "sqlite:")
	if !lite {
		return
	}
	for _, name := range []string{path, path + "-wal"} {
		raw, err := os.ReadFile(filepath.Clean(name))
		testkit.Must(b.T, err)
		for _, w := range words {
			if bytes.Contains(bytes.ToLower(raw), bytes.ToLower([]byte(w))) {
				b.T.Errorf("%s still holds %q", filepath.Base(name), w)
			}
		}
	}
}

func TestDecliningAnErasure(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	i := b.submit(b.Officer, "record", "words")
	testkit.Must(t, second(b.Evidence.RequestErasure(ctx, b.Officer.Actor(), i.ID, "request 13")))
	wants(t, "no reason", b.Evidence.DeclineErasure(ctx, b.Officer2.Actor(), i.ID, ""), problem.Invalid)
	testkit.Must(t, b.Evidence.DeclineErasure(ctx, b.Officer2.Actor(), i.ID, "to be kept for three years"))
	if _, open, err := b.Evidence.OpenErasure(ctx, i); open || err != nil {
		t.Errorf("still open (%v)", err)
	}
	if b.now(i).Title != "record" {
		t.Error("declined, but erased")
	}
	testkit.Must(t, second(b.Evidence.RequestErasure(ctx, b.Officer.Actor(), i.ID, "the period is over")))
	b.Sound()
}

func TestActivityShowsEvidenceToTheRightPeople(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.submit(b.Officer, "one service", "1", proves("S/R1"))
	b.submit(b.Officer, "two services", "2", func(in *evidence.Submission) { in.Targets = append(target("S/R1"), target("T/R1")...) })
	b.submit(b.Officer, "none", "3")
	b.submit(b.Officer, "secret title", "4", proves("S/R1"), level(evidence.Restricted))
	local := b.PersonIn("Aki Auditor", []string{"S"}, actor.Auditor)
	list, err := b.Ledger.Activity(t.Context(), local.Actor(), audit.Filter{Actions: []string{"evidence.submitted"}, Limit: 100})
	testkit.Must(t, err)
	var labels []string
	for _, e := range list {
		labels = append(labels, e.Label)
	}
	if !slices.Equal(labels, []string{"", "one service"}) {
		t.Errorf("a person of service S reads %q", labels)
	}
}
