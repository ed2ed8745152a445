package score

import "slices"

// Word is what a score means.
type Word string

// The words. NoWord stands where nothing counts.
const (
	Ready    Word = "ready"
	AtRisk   Word = "at_risk"
	NotReady Word = "not_ready"
	NoWord   Word = ""
)

// The limits of the words and of the cap, in tenths of a percent.
const (
	ReadyFrom  = 900
	AtRiskFrom = 700
	CappedAt   = 400
)

// tenths is a whole score: 100.0 %.
const tenths = 1000

// NoValue is the score of what has nothing that counts.
const NoValue = -1

// Sum is points and the weight they are a mean over, with what stands in the
// way. Sums of parts may be added.
type Sum struct {
	Points        int64 // weight × millionths, after caps
	Weight        int64
	Items         int // requirements that count
	Open          int // of these, open
	OpenCritical  int // of these, critical
	NonConformity int // critical and non-compliant
}

// Plus adds two sums.
func (s Sum) Plus(t Sum) Sum {
	return Sum{Points: s.Points + t.Points, Weight: s.Weight + t.Weight, Items: s.Items + t.Items, Open: s.Open + t.Open,
		OpenCritical: s.OpenCritical + t.OpenCritical, NonConformity: s.NonConformity + t.NonConformity}
}

// Value is the score in tenths of a percent, 0 to 1000, cut off; NoValue when
// nothing counts.
func (s Sum) Value() int {
	if s.Weight == 0 {
		return NoValue
	}
	return int(s.Points * tenths / (s.Weight * Full))
}

// Word is what the score means.
func (s Sum) Word() Word {
	switch v := s.Value(); {
	case v == NoValue:
		return NoWord
	case v >= ReadyFrom && s.OpenCritical == 0:
		return Ready
	case v >= AtRiskFrom:
		return AtRisk
	}
	return NotReady
}

// Total adds sums.
func Total(list ...Sum) (out Sum) {
	for _, s := range list {
		out = out.Plus(s)
	}
	return out
}

// Article is an article of one service, taken apart.
type Article struct {
	Number int
	Sum    Sum
	Raw    int64    // points before the cap
	CapBy  []string // requirements that cap it: open critical non-conformities
	Items  []Item   // all of them, also what does not count
	Live   []Live   // that count here
}

// Capped says whether the cap took points away.
func (a Article) Capped() bool { return a.Raw > a.Sum.Points }

// Service is a service, taken apart.
type Service struct {
	Sum      Sum
	Articles []Article // by number
}

// Compute takes a service apart. Live figures count where their article has a
// requirement that counts.
func Compute(items []Item, live []Live) Service {
	byNumber := map[int]*Article{}
	for _, i := range items {
		a := byNumber[i.Article]
		if a == nil {
			a = &Article{Number: i.Article}
			byNumber[i.Article] = a
		}
		a.add(i)
	}
	for _, l := range live {
		if a := byNumber[l.Kind.LiveArticle()]; a != nil && a.Sum.Items > 0 && l.counts() {
			a.Live = append(a.Live, l)
			a.Raw += LiveWeight * l.Points()
			a.Sum.Weight += LiveWeight
		}
	}
	var out Service
	for _, a := range byNumber {
		a.limit()
		out.Sum = out.Sum.Plus(a.Sum)
		out.Articles = append(out.Articles, *a)
	}
	slices.SortFunc(out.Articles, func(a, b Article) int { return a.Number - b.Number })
	return out
}

func (a *Article) add(i Item) {
	a.Items = append(a.Items, i)
	if !i.Counts() {
		return
	}
	a.Raw += i.Weight() * i.Points()
	a.Sum.Weight += i.Weight()
	a.Sum.Items++
	if i.Open() {
		a.Sum.Open++
		if i.Severity == Critical {
			a.Sum.OpenCritical++
		}
	}
	if i.Caps() {
		a.Sum.NonConformity++
		a.CapBy = append(a.CapBy, i.ID)
	}
}

func (a *Article) limit() {
	a.Sum.Points = a.Raw
	if len(a.CapBy) > 0 {
		a.Sum.Points = min(a.Raw, a.Sum.Weight*Full/tenths*CappedAt)
	}
}

// Article finds an article; one that has no requirements is empty.
func (s Service) Article(number int) Article {
	for _, a := range s.Articles {
		if a.Number == number {
			return a
		}
	}
	return Article{Number: number}
}

// Grouped adds up the articles by what group says of them, such as their
// chapter.
func (s Service) Grouped(group func(article int) int) map[int]Sum {
	out := map[int]Sum{}
	for _, a := range s.Articles {
		g := group(a.Number)
		out[g] = out[g].Plus(a.Sum)
	}
	return out
}

// Items lists all requirements, article by article.
func (s Service) Items() []Item {
	var out []Item
	for _, a := range s.Articles {
		out = append(out, a.Items...)
	}
	return out
}

// Live lists the live figures that count.
func (s Service) Live() []Live {
	var out []Live
	for _, a := range s.Articles {
		out = append(out, a.Live...)
	}
	return out
}

// Solve is the service with some requirements done in every respect.
func (s Service) Solve(requirements map[string]bool) Service {
	items := s.Items()
	for i := range items {
		if requirements[items[i].ID] {
			items[i] = items[i].Solved()
		}
	}
	return Compute(items, s.Live())
}

// Gain is how many points the service would gain if one requirement were done
// in every respect: what it is short of, and what the cap of its article holds
// back when it is the only one that caps.
func (a Article) Gain(i Item) int64 {
	if !i.Short() {
		return 0
	}
	solved := a
	solved.Raw += i.Weight() * (Full - i.Points())
	if i.Caps() {
		solved.CapBy = solved.CapBy[1:] // one fewer; which does not matter
	}
	solved.limit()
	return solved.Sum.Points - a.Sum.Points
}
