package i18n

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var (
	zh = With(context.Background(), Chinese)
	en = With(context.Background(), English)
)

func TestT(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		ctx  context.Context
		key  string
		kv   []any
		want string
	}{
		{"plain", zh, "when.today", nil, "今天"},
		{"plain in English", en, "when.today", nil, "today"},
		{"no language is Chinese", context.Background(), "when.today", nil, "今天"},
		{"one", en, "when.in_days", []any{"count", 1}, "in 1 day"},
		{"many", en, "when.in_days", []any{"count", 1234}, "in 1,234 days"},
		{"none is plural in English", en, "when.in_days", []any{"count", 0}, "in 0 days"},
		{"Chinese has one form", zh, "when.in_days", []any{"count", 1}, "1 天后"},
		{"count of another type", en, "when.in_days", []any{"count", int64(1)}, "in 1 day"},
		{"name", en, "layout.user", []any{"name", "Ana {{.x}}"}, "Account: Ana {{.x}}"},
		{"unknown key", en, "no.such.key", []any{"n", 1}, "no.such.key"},
		{"value missing", en, "layout.user", nil, "Account: "},
	}
	for _, tt := range tests {
		if got := T(tt.ctx, tt.key, tt.kv...); got != tt.want {
			t.Errorf("%s: T(%q) = %q, want %q", tt.name, tt.key, got, tt.want)
		}
	}
}

func TestMissingIsReported(t *testing.T) {
	t.Parallel()
	var got []string
	ctx := WithMissing(en, func(key string) { got = append(got, key) })
	T(ctx, "no.such.key")
	T(ctx, "layout.user", "person", "Ana")
	T(ctx, "when.today")
	if diff := cmp.Diff([]string{"no.such.key", "layout.user {{.name}}"}, got); diff != "" {
		t.Errorf("missing (-want +got):\n%s", diff)
	}
	if Lang(ctx) != English {
		t.Errorf("the language changed to %s", Lang(ctx))
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"when.today": "today", "陈晓燕": "陈晓燕", "": "",
		"layout.user": "layout.user", // needs a value: not a label
	} {
		if got := Text(en, s); got != want {
			t.Errorf("Text(%q) = %q, want %q", s, got, want)
		}
	}
}

func TestPick(t *testing.T) {
	t.Parallel()
	if got := Pick(zh, "条", "article") + Pick(en, "条", "article") + Pick(en, "条", "") + Pick(zh, "", "article"); got != "条article条article" {
		t.Errorf("Pick = %q", got)
	}
}

func TestNegotiate(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, user, cookie, accept, want string }{
		{"nothing known", "", "", "", Chinese},
		{"the user's choice first", English, Chinese, "zh", English},
		{"then the cookie", "", English, "zh-CN", English},
		{"then the browser", "", "", "en-GB,en;q=0.9,zh;q=0.8", English},
		{"by its order", "", "", "en;q=0.5, zh-TW;q=0.9", Chinese},
		{"languages we do not speak are passed over", "", "", "fr, de;q=0.9, en;q=0.1", English},
		{"none that we speak", "", "", "fr", Chinese},
		{"damaged values", "xx", "<script>", ";;;q=", Chinese},
	}
	for _, tt := range tests {
		if got := Negotiate(tt.user, tt.cookie, tt.accept); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

type date string // as the package day declares it

func TestDates(t *testing.T) {
	t.Parallel()
	late := time.Date(2026, 11, 22, 17, 5, 0, 0, time.UTC) // the 23rd in Shanghai
	for _, tt := range []struct{ name, got, want string }{
		{"day", Date(zh, date("2026-01-05")), "2026年1月5日"},
		{"day in English", Date(en, date("2026-01-05")), "5 Jan 2026"},
		{"no day", Date(zh, date("")), ""},
		{"not a day", Date(zh, "tomorrow"), ""},
		{"time as a day, in Shanghai", Date(en, late), "23 Nov 2026"},
		{"zero time", Date(en, time.Time{}), ""},
		{"month", Month(zh, date("2026-11-23")), "2026年11月"},
		{"month in English", Month(en, late), "Nov 2026"},
		{"time", DateTime(zh, late), "2026年11月23日 01:05"},
		{"time in English", DateTime(en, late), "23 Nov 2026, 01:05"},
		{"no time", DateTime(en, time.Time{}), ""},
		{"time of day", Time(zh, late), "01:05"},
		{"today", RelativeDay(zh, date("2026-11-23"), late), "今天"},
		{"tomorrow", RelativeDay(en, date("2026-11-24"), late), "tomorrow"},
		{"yesterday", RelativeDay(en, date("2026-11-22"), late), "yesterday"},
		{"coming", RelativeDay(zh, date("2026-12-01"), late), "8 天后"},
		{"past", RelativeDay(en, date("2025-11-23"), late), "365 days ago"},
		{"no day to compare", RelativeDay(en, date(""), late), ""},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, tt.got, tt.want)
		}
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, got, want string }{
		{"zero", Number(zh, 0), "0"},
		{"thousand", Number(en, 1000), "1,000"},
		{"million", Number(en, int64(-1234567)), "-1,234,567"},
		{"fraction", Number(en, 1234.5), "1,234.5"},
		{"no digit of a fraction too many", Number(en, 0.005), "0.01"},
		{"share", Percent(zh, 0.734), "73.4%"},
		{"whole share", Percent(zh, 1), "100%"},
		{"almost all is not all", Percent(zh, 0.9999), "99.9%"},
		{"almost nothing is not nothing", Percent(zh, 0.0001), "0.1%"},
		{"nothing", Percent(en, 0), "0%"},
		{"bytes", Bytes(zh, 512), "512 B"},
		{"kilobytes", Bytes(en, 1536), "1.5 KB"},
		{"gigabyte", Bytes(en, int64(1)<<30), "1 GB"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, tt.got, tt.want)
		}
	}
}

// TestAllocation keeps texts without placeholders free of allocation: pages
// print hundreds of them.
func TestAllocation(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() { T(en, "when.today") }); n > 0 {
		t.Errorf("T allocates %v times for a plain text", n)
	}
}

func BenchmarkPage(b *testing.B) {
	for range b.N {
		for i := range 300 {
			if i%10 == 0 {
				T(en, "when.in_days", "count", i)
			} else {
				T(en, "when.today")
			}
		}
	}
}
