package regulation

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// saying is a sentence given to wrong, add or unreadable.
var saying = regexp.MustCompile(`(?:wrong|unreadable)\(("(?:[^"\\]|\\.)*")|add\([^,]+, [^,]+, ("(?:[^"\\]|\\.)*")`)

var verb = regexp.MustCompile(`%[a-z]`)

func TestEveryFaultHasChinese(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range saying.FindAllStringSubmatch(string(text), -1) {
			format, err := strconv.Unquote(m[1] + m[2])
			if err != nil {
				t.Fatal(err)
			}
			seen[format] = true
			zh, ok := faultZH[format]
			if !ok {
				t.Errorf("%s: no Chinese for %q", name, format)
			}
			if got, want := verb.FindAllString(zh, -1), verb.FindAllString(format, -1); strings.Join(got, "") != strings.Join(want, "") {
				t.Errorf("%q takes other values than %q", zh, format)
			}
		}
	}
	for format := range faultZH {
		if !seen[format] {
			t.Errorf("%q is said nowhere", format)
		}
	}
}

func TestFaultsSpeakBothLanguages(t *testing.T) {
	t.Parallel()
	m, r, i := Files()
	_, err := Parse(m, []byte(strings.Replace(string(r), "clause: IM-1.1", "clause: IM-99.1", 1)), i)
	list := Faults(err)
	if len(list) != 1 {
		t.Fatal(err)
	}
	if zh, en := list[0].Say("zh-CN"), list[0].Say("en"); zh != `没有条款 "IM-99.1"` || en != `unknown clause "IM-99.1"` {
		t.Errorf("got %q and %q", zh, en)
	}
}
