package readiness_test

import (
	"context"
	"testing"

	"hegui/internal/checklist"
	"hegui/internal/day"
	"hegui/internal/readiness"
	"hegui/internal/readiness/score"
	"hegui/internal/testkit"
)

// measured is a house in which the other parts measure what a test says.
func (h house) measured(q map[string]readiness.Quality, tm map[string]readiness.Timeliness, due []readiness.Deadline) *readiness.Service {
	return readiness.New(h.Ledger, readiness.Options{Register: h.Register, Checklist: h.Checklist, Catalogue: h.Regulation.Current,
		Quality:     func(context.Context) (map[string]readiness.Quality, error) { return q, nil },
		Timeliness:  func(context.Context) (map[string]readiness.Timeliness, error) { return tm, nil },
		RequestsDue: func(context.Context, day.Date) ([]readiness.Deadline, error) { return due, nil }})
}

func TestLiveFiguresCountInTheirArticles(t *testing.T) {
	t.Parallel()
	h := open(t)
	ctx, by := t.Context(), h.Executive.Actor()
	s := h.measured(map[string]readiness.Quality{h.chat: {Decided: 10, Accepted: 9, Proven: 7}},
		map[string]readiness.Timeliness{h.chat: {Answered: 6, InTime: 5, Overdue: 2}},
		[]readiness.Deadline{{Kind: readiness.RequestDue, Service: h.chat, Date: h.Readiness.Today().Add(4), Count: 3}})
	o, err := s.Overview(ctx, by)
	testkit.Must(t, err)
	chat, _ := o.Find(h.chat)
	image, _ := o.Find(h.image)
	without := h.of(h.chat)
	for _, tt := range []struct{ article, points int64 }{{8, 800_000}, {11, 625_000}} { // (9+7)/20, 5/8
		with, plain := chat.Score.Article(int(tt.article)).Sum, without.Score.Article(int(tt.article)).Sum
		if with.Weight != plain.Weight+score.LiveWeight || with.Points != plain.Points+score.LiveWeight*tt.points {
			t.Errorf("article %d: %+v with live figures, %+v without", tt.article, with, plain)
		}
	}
	if image.Score.Sum != h.of(h.image).Score.Sum || len(image.Score.Live()) != 0 {
		t.Error("a service without labelling and requests is computed with them")
	}
	if q, tm := o.Quality(), o.Timeliness(); q.Accepted != 9 || tm.Overdue != 2 {
		t.Errorf("in all %+v, %+v", q, tm)
	}
	if due := o.Deadlines(o.Today.Add(4)); len(due) != 1 || due[0].Count != 3 {
		t.Errorf("due: %+v", due)
	}
	narrow, err := s.Overview(ctx, h.PersonIn("Nora Narrow", []string{h.image}, "executive").Actor())
	testkit.Must(t, err)
	if len(narrow.Deadlines(o.Today.Add(90))) != 0 || narrow.Quality().Decided != 0 {
		t.Error("somebody sees requests and lots of a service outside their scope")
	}
	snap, err := s.Take(ctx, by, "With live figures")
	testkit.Must(t, err)
	m, err := s.AtSnapshot(ctx, by, snap.ID)
	testkit.Must(t, err)
	if m.Services[h.chat].Sum != chat.Score.Sum || m.Sums[h.chat] != chat.Score.Sum {
		t.Error("the snapshot lost the live figures")
	}
}

// TestLiveFiguresNeedTheirArticle: a service to which nothing applies has no
// score, whatever others measure about it.
func TestLiveFiguresNeedTheirArticle(t *testing.T) {
	t.Parallel()
	h := open(t)
	rows, err := h.Checklist.Rows(t.Context(), h.Officer.Actor(), h.chat)
	testkit.Must(t, err)
	for _, a := range rows {
		if a.Article == 8 && a.Applies {
			h.conclude(h.chat, a.RequirementID, checklist.NotApplicable)
		}
	}
	s := h.measured(map[string]readiness.Quality{h.chat: {Decided: 10}}, nil, nil)
	p, err := s.Of(t.Context(), h.Executive.Actor(), h.chat)
	testkit.Must(t, err)
	if a := p.Score.Article(8); a.Sum.Value() != score.NoValue || len(a.Live) != 0 {
		t.Errorf("article 8 stands at %+v", a.Sum)
	}
}
