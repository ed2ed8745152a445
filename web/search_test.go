package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"hegui/internal/actor"
	"hegui/internal/testkit"
)

func TestPaletteOffersWhatOneMayOpen(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	for _, c := range []struct {
		person   *testkit.Person
		has, not string
	}{
		{a.Admin, "Add a person", "My work"},
		{a.Auditor, "Table of rights", "Add a person"},
		{a.Officer, "Activity", "People and settings"},
		{a.Contributor, "Profile", "Activity"},
	} {
		var all strings.Builder
		for _, q := range []string{"", "a", "p", "w"} {
			all.WriteString(a.As(c.person).Part().Get("/search/palette?q="+q).Status(t, 200).Body.String())
		}
		if !strings.Contains(all.String(), ">"+c.has+"<") || strings.Contains(all.String(), ">"+c.not+"<") {
			t.Errorf("%s: want %q and not %q in %s", c.person.Name, c.has, c.not, all.String())
		}
	}
	a.As(nil).Part().Get("/search/palette").Status(t, 401)
}

func TestSearchSpeaksBothLanguages(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	for _, c := range []struct{ q, url string }{
		{"操作记录", "/activity"},
		{"activity", "/activity"},
		{"ＡＣＴＩＶＩＴＹ", "/activity"},
		{"设置", "/profile"},
		{"第八条", "/articles/8"},
		{"8", "/articles/8"},
		{"im-08-03", "/requirements/IM-08-03"},
		{"算法推荐", "/instruments/ALGO"},
	} {
		page := a.As(a.Officer).Get("/search?q="+url.QueryEscape(c.q)).Status(t, 200)
		if page.Find(t, ".found a[href='"+c.url+"']").Length() != 1 {
			t.Errorf("%s does not find %s", c.q, c.url)
		}
	}
	a.As(a.Officer).Get("/search").Says(t, ".empty-state", "What are you looking for?")
	a.As(a.Officer).Get("/search?q=qqqqqq").Says(t, ".empty-state", "Nothing found for “qqqqqq”")
	for _, broken := range []string{"%00", "%FF", "%zz"} {
		a.As(a.Officer).Get("/search?q="+broken).Status(t, 400)
	}
	for _, odd := range []string{"%E2%80%AE", strings.Repeat("x", 1<<16), "%F0%9F%98%80", "%25", "'", "<b>"} {
		a.As(a.Officer).Get("/search?q="+odd).Status(t, 200)
	}
}

func TestSearchIsQuick(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	officer := a.As(a.Officer).Part()
	officer.Get("/search/palette?q="+url.QueryEscape("模型")).Status(t, 200)
	start := time.Now()
	const times = 50
	for range times {
		officer.Get("/search/palette?q=" + url.QueryEscape("备案"))
	}
	if took := time.Since(start) / times; took > 50*time.Millisecond { // 2 ms on a quiet machine
		t.Errorf("one look-up takes %v", took)
	} else {
		t.Logf("one look-up takes %v", took)
	}
}

// TestSearchKeepsScope: nobody finds by searching what they may not open.
func TestSearchKeepsScope(t *testing.T) {
	t.Parallel()
	a := typedHouse(t)
	outside := a.PersonIn("Otto Outside", []string{"01zzzzzzzzzzzzzzzzzzzzzzzz"}, actor.Officer)
	for _, c := range []struct {
		person *testkit.Person
		finds  bool
	}{{a.Officer2, true}, {outside, false}, {a.Admin, false}, {a.Checker, false}} {
		got := a.As(c.person).Get("/search?q=uhoh").Status(t, 200).Find(t, ".found a[href^='/services/'], .found a[href^='/evidence/']").Length()
		if (got > 0) != c.finds {
			t.Errorf("%s finds %d typed things", c.person.Name, got)
		}
	}
}
