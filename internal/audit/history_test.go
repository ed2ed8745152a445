package audit_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm"

	"hegui/internal/audit"
	"hegui/internal/testkit"
)

func TestHistoryShowsWhatChanged(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	p := a.add("p")
	a.add("other")
	a.clock.Advance(time.Hour)
	a.retitle(p, "Better")
	testkit.Must(t, a.Write(t.Context(), ann, func(tx *gorm.DB) ([]audit.Event, error) {
		e := about("removed", p)
		e.Note = map[string]string{"reason": "old"}
		return []audit.Event{e}, tx.Delete(p).Error
	}))

	list, err := a.History(t.Context(), audit.Object{Type: "paper", ID: "p"}, 0, 10)
	testkit.Must(t, err)
	actions := []string{}
	for _, e := range list {
		actions = append(actions, e.Action)
	}
	if want := []string{"paper.removed", "paper.retitled", "paper.added"}; !slices.Equal(actions, want) {
		t.Fatalf("got %v, want %v", actions, want)
	}
	want := []audit.Change{
		{Table: "paper", ID: "p", Field: "title", Before: `"Paper p"`, After: `"Better"`},
		{Table: "paper", ID: "p", Field: "version", Before: "1", After: "2"},
	}
	if diff := cmp.Diff(want, list[1].Changes); diff != "" {
		t.Errorf("retitled (-want +got):\n%s", diff)
	}
	if got := list[1]; got.Actor != "ann" || got.Label != "Better" || !got.At.Equal(testkit.Start.Add(time.Hour)) || got.Outcome != audit.Done {
		t.Errorf("got %+v", got)
	}
	if string(list[0].Note) != `{"reason":"old"}` {
		t.Errorf("note: %s", list[0].Note)
	}
	for _, c := range list[2].Changes {
		if c.Before != "" {
			t.Errorf("a new row had %s = %s before", c.Field, c.Before)
		}
		if c.Field == "secret" && len(c.After) != len(`""`)+64 {
			t.Errorf("the secret is not hashed: %s", c.After)
		}
	}
	a.sound()
}

func TestHistoryGoesByPages(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	p := a.add("p")
	for i := range 5 {
		a.retitle(p, fmt.Sprint("Title ", i))
	}
	first, err := a.History(t.Context(), audit.Object{Type: "paper", ID: "p"}, 0, 2)
	testkit.Must(t, err)
	second, err := a.History(t.Context(), audit.Object{Type: "paper", ID: "p"}, first[1].Seq, 2)
	testkit.Must(t, err)
	if got := []int64{first[0].Seq, first[1].Seq, second[0].Seq, second[1].Seq}; !slices.Equal(got, []int64{5, 4, 3, 2}) {
		t.Errorf("got %v", got)
	}
	// the last of a page still knows the state before it
	if got := second[1].Changes[0]; got.Before != `"Title 0"` || got.After != `"Title 1"` {
		t.Errorf("got %+v", got)
	}
}

func TestFindNarrows(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	event := func(action, typ, object, service string) audit.Event {
		return audit.Event{Action: action, Object: audit.Object{Type: typ, ID: object}, Service: service, Label: object}
	}
	for i, e := range []audit.Event{
		event("paper.added", "paper", "p1", "s1"), event("paper.removed", "paper", "p2", "s2"),
		event("person.added", "person", "u1", ""), event("paperclip.bent", "clip", "c1", "s1"),
	} {
		by := ann
		by.ID = fmt.Sprint("by", i%2)
		testkit.Must(t, a.Write(t.Context(), by, func(*gorm.DB) ([]audit.Event, error) { return []audit.Event{e}, nil }))
		a.clock.Advance(time.Hour)
	}
	for _, c := range []struct {
		name   string
		filter audit.Filter
		want   []int64
	}{
		{"everything", audit.Filter{}, []int64{3, 2, 1, 0}},
		{"one action", audit.Filter{Actions: []string{"paper.added"}}, []int64{0}},
		{"actions", audit.Filter{Actions: []string{"paper.added", "person.added"}}, []int64{2, 0}},
		{"a person", audit.Filter{Actor: "by1"}, []int64{3, 1}},
		{"types", audit.Filter{Types: []string{"person", "clip"}}, []int64{3, 2}},
		{"one object", audit.Filter{ObjectID: "p2"}, []int64{1}},
		{"a service", audit.Filter{Service: "s1"}, []int64{3, 0}},
		{"an outcome", audit.Filter{Outcome: audit.Refused}, []int64{}},
		{"from a time on", audit.Filter{From: testkit.Start.Add(2 * time.Hour)}, []int64{3, 2}},
		{"before a time", audit.Filter{To: testkit.Start.Add(2 * time.Hour)}, []int64{1, 0}},
		{"older than an event", audit.Filter{Before: 2}, []int64{1, 0}},
		{"a few", audit.Filter{Limit: 2}, []int64{3, 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.filter.Limit == 0 {
				c.filter.Limit = 10
			}
			list, err := a.Find(t.Context(), c.filter)
			testkit.Must(t, err)
			got := []int64{}
			for _, e := range list {
				got = append(got, e.Seq)
				if e.Label != e.Object.ID {
					t.Errorf("label %q of %s", e.Label, e.Object.ID)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}
