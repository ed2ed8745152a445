package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const sampleExport = "../../internal/labelling/exports/testdata/prodigy_textcat_github_issues.jsonl"

func TestInspect(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	bad := file("bad.jsonl", `{"id":1,"text":"a","label":[]}`+"\n"+`{"id":1,"text":"b","label":[]}`+"\n{broken\n")
	table := file("table.csv", "key,words\n1,\x1b[31mred\n")
	tests := []struct {
		name string
		args []string
		want []string
		code int
	}{
		{"sample", []string{sampleExport}, []string{"Prodigy JSONL", "items        829", "reject (524)"}, 0},
		{"refused rows", []string{bad}, []string{"items        1", "row 2, line 2: The id “1” came before, first on line 1. [duplicate_id]", "row 3, line 3"}, 0},
		{"nothing to import", []string{file("empty.json", "")}, []string{"The file is empty. [empty]", "nothing can be imported"}, 1},
		{"id not mapped", []string{table}, []string{"[no_id_column]"}, 1},
		{"id mapped", []string{"--map", "key=id", "--encoding", "gbk", table}, []string{`"key" is the id`, "gb18030 (chosen)", "items        1"}, 0},
		{"rows numbered", []string{"--number-rows", "--format", "csv", table}, []string{"items        1"}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			out, code := inspected(t, tt.args...)
			if code != tt.code {
				t.Errorf("exit status %d, want %d", code, tt.code)
			}
			for _, want := range tt.want {
				if !strings.Contains(out, want) {
					t.Errorf("no %q in\n%s", want, out)
				}
			}
			if strings.Contains(out, "\x1b") {
				t.Error("a control character reached the terminal")
			}
		})
	}
}

func TestInspectJSON(t *testing.T) {
	t.Parallel()
	out, code := inspected(t, "--json", sampleExport)
	var got struct {
		Importable bool
		Items      int
		First      []struct {
			ID   string
			View struct{ Kind string }
		}
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	if code != 0 || !got.Importable || got.Items != 829 || len(got.First) != 20 || got.First[0].View.Kind != "text" {
		t.Errorf("status %d, %+v", code, got)
	}
}

// inspected runs the command and gives what it printed and its exit status.
func inspected(t *testing.T, args ...string) (string, int) {
	t.Helper()
	var out bytes.Buffer
	err := run(t.Context(), append([]string{"hegui", "labelling", "inspect"}, args...), nil, &out, &out)
	var code exitCode
	if errors.As(err, &code) {
		return out.String(), int(code)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), 0
}

func TestInspectRefuses(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{}, {"--format", "nope", sampleExport}, {"--encoding", "latin1", sampleExport}, {"--map", "x=nope", sampleExport}, {"missing.json"}} {
		var out bytes.Buffer
		if err := run(t.Context(), append([]string{"hegui", "labelling", "inspect"}, args...), nil, &out, &out); err == nil {
			t.Errorf("%v: no error", args)
		}
	}
}
