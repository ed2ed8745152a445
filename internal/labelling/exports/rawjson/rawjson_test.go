package rawjson

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       error
	}{
		{"object", `{"a":[1,-2.5e+3,"x\u00e9\n",true,false,null],"b":{}}`, nil},
		{"white space around", " [ ] \n", nil},
		{"nothing", "", ErrEnd},
		{"open object", `{"a":1`, ErrEnd},
		{"open string", `"abc`, ErrEnd},
		{"open word", `tru`, ErrEnd},
		{"wrong word", `trux`, Place(3)},
		{"after the end", `{} x`, Place(3)},
		{"comma before the end", `[1,]`, Place(3)},
		{"name without quotes", `{a:1}`, Place(1)},
		{"no colon", `{"a" 1}`, Place(5)},
		{"leading zero", `[01]`, Place(2)},
		{"bare minus", `[-]`, Place(2)},
		{"line feed in a string", "\"a\nb\"", Place(2)},
		{"unknown escape", `"\x"`, Place(2)},
		{"short escape", `"\u12g4"`, Place(5)},
		{"as deep as allowed", strings.Repeat("[", 64) + strings.Repeat("]", 64), nil},
		{"one too deep", strings.Repeat("[", 65) + strings.Repeat("]", 65), ErrDepth},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := Check(tt.text, 64); !errors.Is(got, tt.want) || (tt.want != nil && got == nil) {
				t.Errorf("Check(%q) = %v, want %v", tt.text, got, tt.want)
			}
		})
	}
}

func TestWalk(t *testing.T) {
	t.Parallel()
	const obj = ` { "a" : 1 , "b\"": "x,}]" ,"c":[1,"2",{"d":[]}],"a":null}`
	got := [][2]string{}
	for name, v := range Fields(obj) {
		got = append(got, [2]string{name, v})
	}
	want := [][2]string{{"a", "1"}, {`b"`, `"x,}]"`}, {"c", `[1,"2",{"d":[]}]`}, {"a", "null"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	list := []string{}
	for v := range Elements(Get(obj, "c")) {
		list = append(list, v)
	}
	if diff := cmp.Diff([]string{"1", `"2"`, `{"d":[]}`}, list); diff != "" {
		t.Errorf("elements (-want +got):\n%s", diff)
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	tests := []struct{ value, want string }{
		{`"plain"`, "plain"},
		{`"a\"b\\c\/\n\t"`, "a\"b\\c/\n\t"},
		{`"\u4e2d\ud83d\ude00"`, "中😀"},
		{`"\ud83d!"`, "\uFFFD!"},
		{"12.50", "12.50"},
		{"null", ""},
		{"", ""},
	}
	for _, tt := range tests {
		if got := Text(tt.value); got != tt.want {
			t.Errorf("Text(%s) = %q, want %q", tt.value, got, tt.want)
		}
	}
}

func TestSet(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, obj string
		pairs     [][2]string
		want      string
	}{
		{"added at the end", `{"a": 1 }`, [][2]string{{"b", `"x"`}, {"c", "2"}}, `{"a": 1,"b":"x","c":2 }`},
		{"into nothing", `{ }`, [][2]string{{"b", "1"}}, `{"b":1 }`},
		{"in place of an older one", `{"b":0, "a":"}",  "b":3}`, [][2]string{{"b", "1"}}, `{"a":"}","b":1}`},
		{"only one", `{"b":0}`, [][2]string{{"b", "1"}}, `{"b":1}`},
		{"not an object", `[1]`, [][2]string{{"b", "1"}}, `[1]`},
	}
	for _, tt := range tests {
		if got := Set(tt.obj, tt.pairs...); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
	if got := Replace(`{"x":[1, 2], "y":3}`, "x", "[]"); got != `{"x":[], "y":3}` {
		t.Errorf("Replace: %s", got)
	}
}

// FuzzCheck holds Check and the readers against encoding/json.
func FuzzCheck(f *testing.F) {
	for _, seed := range []string{`{"a":[1,2,{"b":"\u00e9"}]}`, `[`, `{"a"`, `"\ud83d"`, `01`, `{"a":{`, "\"\x00\"", `\"`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		valid := Check(s, 9000) == nil
		if want := json.Valid([]byte(s)); valid != want {
			t.Fatalf("Check says %v, encoding/json %v: %q", valid, want, s)
		}
		for range Elements(s) {
			continue
		}
		set := Set(s, [2]string{"k", "1"})
		if valid && Kind(s) == Object && (!json.Valid([]byte(set)) || Get(set, "k") == "") {
			t.Fatalf("Set(%q) = %q", s, set)
		}
		var want string
		if valid && Kind(s) == String && json.Unmarshal([]byte(s), &want) == nil && Text(s) != strings.ToValidUTF8(want, "\uFFFD") && !strings.Contains(want, "\uFFFD") {
			t.Fatalf("Text(%q) = %q, want %q", s, Text(s), want)
		}
		if got := Text(Quote(s)); got != s {
			t.Fatalf("Quote and Text: %q became %q", s, got)
		}
	})
}
