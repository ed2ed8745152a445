package exports

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNeutral(t *testing.T) {
	t.Parallel()
	tests := []struct{ cell, want string }{
		{"=1+1", "'=1+1"}, {"+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"}, {"-2+3", "'-2+3"}, {"@SUM(A1)", "'@SUM(A1)"}, {"|x", "'|x"}, {"%x", "'%x"},
		{"\tx", "'\tx"}, {"\r=1", "'\r=1"}, {"\n=1", "'\n=1"}, {"　=1", "'　=1"}, {"\u00A0\uFEFF =1", "'\u00A0\uFEFF =1"}, {"＝1", "'＝1"}, {"－a", "'－a"}, {"＠", "'＠"}, {"＋", "'＋"},
		{"'=1", "''=1"}, {"''=1", "'''=1"},
		{"-5", "-5"}, {"+1.5e3", "+1.5e3"}, {"12", "12"}, {"abc", "abc"}, {"", ""}, {"'quoted'", "'quoted'"}, {"中文", "中文"}, {"a=1", "a=1"},
	}
	for _, tt := range tests {
		if got := Neutral(tt.cell); got != tt.want {
			t.Errorf("Neutral(%q) = %q, want %q", tt.cell, got, tt.want)
		}
		if got := Restore(Neutral(tt.cell)); got != tt.cell {
			t.Errorf("restored %q, want %q", got, tt.cell)
		}
	}
}

// TestFormulas writes dangerous cells so that they are safe, and reads them back as
// they were; harmless rows keep their bytes.
func TestFormulas(t *testing.T) {
	t.Parallel()
	const file = "id,text,=head\n1,=1+1,x\n2,\"+a,b\",-5\n3,'=kept,\"plain\"\n"
	items, _, r := read(t, file, Options{})
	again := written(t, r.Layout(), items)
	want := "id,text,'=head\n1,'=1+1,x\n2,\"'+a,b\",-5\n3,'=kept,\"plain\"\n"
	if diff := cmp.Diff(want, again); diff != "" {
		t.Errorf("written (-want +got):\n%s", diff)
	}
	back, _, r2 := read(t, again, Options{})
	for i := range items {
		if diff := cmp.Diff(r.View(items[i].Original), r2.View(back[i].Original)); diff != "" {
			t.Errorf("read back (-first +second):\n%s", diff)
		}
	}
}

// TestSharedTask takes one annotation of a task out, and puts all of them together
// again as they were.
func TestSharedTask(t *testing.T) {
	t.Parallel()
	items, _, r := read(t, fixtures[0].text, Options{})
	all := jsonValues(t, written(t, r.Layout(), items))
	tasks := jsonValues(t, fixtures[0].text)[0].([]any)
	if diff := cmp.Diff([]any{tasks[:2]}, all); diff != "" {
		t.Errorf("all items (-want +got):\n%s", diff)
	}
	one := written(t, r.Layout(), items[1:2])
	again, _, _ := read(t, one, Options{})
	if idsOf(again) != "1/12" {
		t.Errorf("one item became %q in %s", idsOf(again), one)
	}
}

func TestCorrections(t *testing.T) {
	t.Parallel()
	fix := Correction{Defect: "D1", Severity: "major", Label: "=pos", Note: "says \"no\", twice\n"}
	tests := []struct{ name, want string }{
		{"label studio, two annotations, one cancelled, one draft", `"labels":["LOC"]}}],"correction_defect":"D1"`},
		{"json_min", `"lead_time":3,"correction_defect":"D1","correction_severity":"major","correction_label":"=pos","correction_note":"says \"no\", twice\n"}`},
		{"coco, tables after the annotations", `"iscrowd":0,"correction_defect":"D1"`},
		{"doccano csv", "id,data,label,correction_defect,correction_severity,correction_label,correction_note\n1,\"a, b\",x#y,D1,major,'=pos,\"says \"\"no\"\", twice\n\"\n"},
		{"prodigy, options", `"answer":"ignore","correction_defect":"D1"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := fixtureNamed(t, tt.name)
			items, _, r := read(t, f.text, f.options)
			first := corrected(t, r.Layout(), items[0].Original, fix)
			if !strings.Contains(first, tt.want) {
				t.Errorf("want %s in\n%s", tt.want, first)
			}
			again, faults, r2 := read(t, first, f.options)
			if len(again) != 1 || len(faults) > 0 || again[0].ID != items[0].ID {
				t.Fatalf("read back: %v %v", again, faults)
			}
			newer := corrected(t, r2.Layout(), again[0].Original, Correction{Defect: "D2"})
			if strings.Contains(newer, "D1") || strings.Count(newer, "correction_defect") != 1 || !strings.Contains(newer, "D2") {
				t.Errorf("corrected again:\n%s", newer)
			}
		})
	}
}

func fixtureNamed(t *testing.T, name string) fixture {
	t.Helper()
	for _, f := range fixtures {
		if f.name == name {
			return f
		}
	}
	t.Fatalf("no fixture %q", name)
	return fixture{}
}

func corrected(t *testing.T, l Layout, original string, fix Correction) string {
	t.Helper()
	var b bytes.Buffer
	c := NewCorrections(&b, l)
	if err := c.Write(original, fix); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestCells cuts rows as RFC 4180 has them, and as people write them.
func TestCells(t *testing.T) {
	t.Parallel()
	tests := []struct {
		row  string
		want []string
	}{
		{"a,b,", []string{"a", "b", ""}},
		{"", []string{""}},
		{`"a,b","c ""d"""`, []string{"a,b", `c "d"`}},
		{`a "b" c,d`, []string{`a "b" c`, "d"}},
		{`"a"x,b`, []string{"ax", "b"}},
		{`"",b`, []string{"", "b"}},
		{`""""`, []string{`"`}},
		{`"open`, []string{"open"}},
		{`"`, []string{""}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, cells(tt.row, ',')); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.row, diff)
		}
	}
	for _, v := range []string{"", "a", `"`, "a,b", " x ", "line\nfeed", `""`} {
		if got := cells(quoted(v, ',')+",z", ','); len(got) != 2 || got[0] != v {
			t.Errorf("quoted(%q) reads as %q", v, got)
		}
	}
}
