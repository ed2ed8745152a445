package i18n

import (
	"context"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // the zone below must be known on machines without zone files
)

// zone is the organisation's time zone; China has one, without summer time.
var zone = mustZone("Asia/Shanghai")

func mustZone(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return z
}

// dayLayout is how dates without a time are stored.
const dayLayout = "2006-01-02"

// moment is a point in time, or a date in the form 2006-01-02 as kept by the
// package day.
type moment interface{ time.Time | ~string }

// asTime reads a moment. It reports false for the zero time, an empty date and
// a string that is no date.
func asTime[M moment](m M) (time.Time, bool) {
	if t, ok := any(m).(time.Time); ok {
		return t.In(zone), !t.IsZero()
	}
	t, err := time.ParseInLocation(dayLayout, reflect.ValueOf(m).String(), zone)
	return t, err == nil
}

// Date prints a day: 2026年11月23日, 23 Nov 2026. No date prints as "".
func Date[M moment](ctx context.Context, m M) string {
	t, ok := asTime(m)
	if !ok {
		return ""
	}
	if Lang(ctx) == English {
		return t.Format("2 Jan 2006")
	}
	return t.Format("2006年1月2日")
}

// Month prints a month: 2026年11月, Nov 2026.
func Month[M moment](ctx context.Context, m M) string {
	t, ok := asTime(m)
	if !ok {
		return ""
	}
	if Lang(ctx) == English {
		return t.Format("Jan 2006")
	}
	return t.Format("2006年1月")
}

// DateTime prints a point in time to the minute, in the organisation's zone:
// 2026年11月23日 17:20, 23 Nov 2026, 17:20.
func DateTime(ctx context.Context, t time.Time) string { return dateTime(Lang(ctx), t) }

func dateTime(lang string, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	if lang == English {
		return t.In(zone).Format("2 Jan 2006, 15:04")
	}
	return t.In(zone).Format("2006年1月2日 15:04")
}

// Time prints the time of day: 17:20.
func Time(_ context.Context, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format("15:04")
}

// RelativeDay says how far day is from today: 今天, 明天, 3天后, 5天前; today,
// tomorrow, in 3 days, 5 days ago.
func RelativeDay[D, E moment](ctx context.Context, day D, today E) string {
	d, ok := asTime(day)
	t, known := asTime(today)
	if !ok || !known {
		return ""
	}
	switch days := daysBetween(t, d); {
	case days == 0:
		return T(ctx, "when.today")
	case days == 1:
		return T(ctx, "when.tomorrow")
	case days == -1:
		return T(ctx, "when.yesterday")
	case days > 0:
		return T(ctx, "when.in_days", "count", days)
	default:
		return T(ctx, "when.days_ago", "count", -days)
	}
}

// daysBetween counts calendar days from a to b in the organisation's zone.
func daysBetween(a, b time.Time) int {
	return int(math.Round(midnight(b).Sub(midnight(a)).Hours() / 24))
}

func midnight(t time.Time) time.Time {
	y, m, d := t.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// Number prints a number with thousands separators, floats with at most two
// decimals: 12,345 and 3.14 in both languages.
func Number[N ~int | ~int32 | ~int64 | ~float64](_ context.Context, n N) string {
	return decimal(float64(n), 2)
}

// Percent prints a share between 0 and 1 with at most one decimal: 73%, 99.9%.
// A share that is short of the whole is never rounded up to 100%, and one above
// nothing never down to 0%.
func Percent(_ context.Context, share float64) string {
	const step = 0.1
	p := math.Round(share*1000) / 10
	switch {
	case share < 1 && p >= 100:
		p = 100 - step
	case share > 0 && p <= 0:
		p = step
	}
	return decimal(p, 1) + "%"
}

// Bytes prints a size in units of 1024: 512 B, 1.5 MB.
func Bytes[N ~int | ~int64](_ context.Context, n N) string {
	size := float64(n)
	units := []string{"B", "KB", "MB", "GB", "TB"}
	i := 0
	for size >= 1024 && i < len(units)-1 {
		size /= 1024
		i++
	}
	return decimal(size, 1) + " " + units[i]
}

// decimal prints n with thousands separators and at most places decimals.
func decimal(n float64, places int) string {
	whole, fraction, _ := strings.Cut(strconv.FormatFloat(n, 'f', places, 64), ".")
	fraction = strings.TrimRight(fraction, "0")
	if fraction == "" {
		return group(whole)
	}
	return group(whole) + "." + fraction
}

// group sets commas between thousands of a decimal integer.
func group(digits string) string {
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}
