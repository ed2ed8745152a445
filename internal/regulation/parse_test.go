package regulation

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// broken replaces the first old by new in one of the embedded files and parses.
func broken(t *testing.T, file, old, new string) error {
	t.Helper()
	m, r, i := Files()
	files := map[string]*[]byte{MeasuresFile: &m, RequirementsFile: &r, InstrumentsFile: &i}
	target := files[file]
	if !bytes.Contains(*target, []byte(old)) {
		t.Fatalf("%s does not contain %q", file, old)
	}
	*target = []byte(strings.Replace(string(*target), old, new, 1))
	_, err := Parse(m, r, i)
	return err
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, file, old, new string
		want                 string
	}{
		{"clause unknown", RequirementsFile, "clause: IM-1.1", "clause: IM-1.9", `IM-01-01: unknown clause "IM-1.9"`},
		{"clause of another article", RequirementsFile, "clause: IM-1.1", "clause: IM-2.1", "IM-01-01: clause IM-2.1 is not in article 1"},
		{"article unknown", RequirementsFile, "article: 1\n", "article: 99\n", "IM-01-01: unknown article 99"},
		{"instrument unknown", RequirementsFile, "instrument: CSL", "instrument: CSX", `IM-01-01: unknown instrument "CSX"`},
		{"figure unknown", RequirementsFile, "- TC260-003:keyword_total_min", "- TC260-003:keyword_total_mini", `IM-04-03: unknown figure "TC260-003:keyword_total_mini"`},
		{"figure named twice", RequirementsFile, "- TC260-003:keyword_a1_min_each", "- TC260-003:keyword_total_min", "IM-04-03: a figure is named twice"},
		{"condition unknown", RequirementsFile, "- trains_or_finetunes\n", "- trains_models\n", `IM-04-08: unknown condition "trains_models"`},
		{"condition takes a question's id", RequirementsFile, "- id: overseas_provider", "- id: offered_to_public", `condition id "offered_to_public" is taken`},
		{"owner role unknown", RequirementsFile, "owner_role: compliance_officer", "owner_role: nobody", `IM-01-01: unknown owner_role "nobody"`},
		{"severity unknown", RequirementsFile, "default_severity: medium", "default_severity: dire", `IM-01-01: unknown default_severity "dire"`},
		{"type unknown", RequirementsFile, "type: awareness", "type: hint", `IM-01-01: unknown type "hint"`},
		{"mode unknown", RequirementsFile, "mode: always", "mode: never", `IM-01-01: unknown applicability mode "never"`},
		{"mode without conditions", RequirementsFile, "mode: always", "mode: all", `IM-01-01: mode "all" has 0 conditions`},
		{"cadence zero", RequirementsFile, "review_cadence_days: 180", "review_cadence_days: 0", "IM-01-01: review_cadence_days 0"},
		{"requirement id twice", RequirementsFile, "id: IM-02-02", "id: IM-02-01", "IM-02-01: id is used twice"},
		{"requirement id malformed", RequirementsFile, "id: IM-02-02", "id: ../x", "../x: id is malformed"},
		{"English title missing", RequirementsFile, "title_en: Keep a register of the Measures and the laws behind them", "title_en: ''", "IM-01-01: title_en is missing"},
		{"examples unequal", RequirementsFile, "      - 管理层传阅记录\n", "", "IM-01-01: evidence_examples: 2 in Chinese, 3 in English"},
		{"label missing", RequirementsFile, "  low:\n    zh: 低\n    en: low\n", "", `severity_labels has no "low"`},
		{"label not understood", RequirementsFile, "severity_labels:\n", "severity_labels:\n  fatal:\n    zh: 致命\n    en: fatal\n", "severity_labels has codes"},
		{"format of the future", RequirementsFile, "format_version: 1", "format_version: 2", "format_version is 2, want 1"},
		{"text of the law altered", MeasuresFile, "text_zh: 本办法自2023年8月15日起施行。\n    text_en", "text_zh: 本办法自2023年9月1日起施行。\n    text_en", "IM-24: joined clauses differ from text_zh"},
		{"segment altered", MeasuresFile, "text_zh: 开展数据标注质量评估，抽样核验标注内容的准确性；", "text_zh: 开展数据标注质量评估；", "IM-8.1: joined segments differ from text_zh"},
		{"segment without parent", MeasuresFile, "parent: IM-8.1\n", "parent: IM-8.7\n", `IM-8.1.1: parent "IM-8.7" is not a clause`},
		{"clause id of another article", MeasuresFile, "- id: IM-5.2", "- id: IM-6.9", `IM-6.9: id does not begin with "IM-5."`},
		{"clause level unknown", MeasuresFile, "level: chapeau", "level: preface", `unknown level "preface"`},
		{"binding_on unknown", MeasuresFile, "binding_on: provider", "binding_on: nobody", `IM-7: unknown binding_on "nobody"`},
		{"kind unknown", MeasuresFile, "kind: definition", "kind: poem", `IM-2: unknown kind "poem"`},
		{"article in the wrong chapter", MeasuresFile, "    chapter: 1\n    label_zh: 第四条", "    chapter: 2\n    label_zh: 第四条", "chapter 1: article 4 does not belong here"},
		{"article count", MeasuresFile, "  articles: 24\n", "  articles: 25\n", "has 24 articles, says 25"},
		{"date of the Measures differs", MeasuresFile, "date_in_force: '2023-08-15'", "date_in_force: '2023-08-16'", "IM: dates or status differ"},
		{"date impossible", InstrumentsFile, "date_issued: '2016-11-07'", "date_issued: '2016-11-31'", `CSL: date_issued "2016-11-31" is not a date`},
		{"instrument id twice", InstrumentsFile, "- id: DSL\n", "- id: CSL\n", "CSL: id is used twice"},
		{"level unknown", InstrumentsFile, "level: law\n", "level: lore\n", `CSL: unknown level "lore"`},
		{"status unknown", InstrumentsFile, "    status: in_force", "    status: forceful", `IM: unknown status "forceful"`},
		{"figure key of another instrument", InstrumentsFile, "key: CSL:fine_severe", "key: DSL:fine_severe", `DSL:fine_severe: key does not begin with "CSL:"`},
		{"figure key twice", InstrumentsFile, "key: CSL:fine_severe", "key: CSL:fine_general_base", "CSL:fine_general_base: id is used twice"},
		{"unit unknown", InstrumentsFile, "unit: months", "unit: moons", `CSL:log_retention_months: unknown unit "moons"`},
		{"comparator unknown", InstrumentsFile, "comparator: gte", "comparator: about", `unknown comparator "about"`},
		{"force unknown", InstrumentsFile, "force: must", "force: perhaps", `unknown force "perhaps"`},
		{"basis unknown", InstrumentsFile, "basis: primary_text", "basis: hearsay", `unknown basis "hearsay"`},
		{"verified missing", InstrumentsFile, "        verified: true\n", "", "verified is missing"},
		{"value unfit", InstrumentsFile, "value: 6\n", "value: six\n", "CSL:log_retention_months: value six does not fit"},
		{"value a set of keys", InstrumentsFile, "value: 6\n", "value: {a: 1}\n", "is neither a number"},
		{"value without unit", InstrumentsFile, "value: 6\n        unit: months", "value: 6\n        unit: none", "does not fit"},
		{"source kind unknown", InstrumentsFile, "kind: full_text_copy\n    figures", "kind: rumour\n    figures", `unknown source kind "rumour"`},
		{"address that runs", InstrumentsFile, "- https://www.cac.gov.cn/2023-07/13", "- javascript://www.cac.gov.cn/2023-07/13", "is not http or https"},
		{"risk count", InstrumentsFile, "total: 31", "total: 32", "counts.total says 32, there are 31"},
		{"unknown key", InstrumentsFile, "    short_zh: 网络安全法", "    nick: x\n    short_zh: 网络安全法", "unexpected content"},
		{"key twice", InstrumentsFile, "    short_zh: 网络安全法", "    short_zh: x\n    short_zh: 网络安全法", InstrumentsFile},
		{"not YAML", InstrumentsFile, "instruments:\n", "instruments: [\n", InstrumentsFile},
		{"alias", InstrumentsFile, "value: 6\n", "value: &six 6\n", "anchors, aliases, tags"},
		{"two documents", RequirementsFile, "format_version: 1\n", "format_version: 1\n---\na: 1\n---\n", RequirementsFile},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := broken(t, tt.file, tt.old, tt.new)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("error = %v\nwant %q in it", err, tt.want)
			}
			if !strings.Contains(err.Error(), ".yaml: ") || len(Faults(err)) == 0 {
				t.Errorf("fault does not name its file: %v", err)
			}
		})
	}
}

func TestParseReportsSeveralFaults(t *testing.T) {
	t.Parallel()
	m, r, i := Files()
	r = bytes.ReplaceAll(r, []byte("owner_role: compliance_officer"), []byte("owner_role: nobody"))
	i = bytes.Replace(i, []byte("unit: months"), []byte("unit: moons"), 1)
	_, err := Parse(m, r, i)
	list := Faults(err)
	if len(list) < 10 {
		t.Fatalf("faults = %d, want many", len(list))
	}
	files := map[string]bool{}
	for _, f := range list {
		files[f.File] = true
	}
	if !files[RequirementsFile] || !files[InstrumentsFile] {
		t.Errorf("faults of %v, want both broken files", files)
	}
}

func TestParseIsBounded(t *testing.T) {
	t.Parallel()
	m, r, _ := Files()
	bomb := "a: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b]\nd: [*c,*c,*c,*c]\n"
	tests := map[string]struct{ file, want string }{
		"too large":    {strings.Repeat("# padding\n", maxFile/10+1), "more than"},
		"alias bomb":   {bomb, "anchors"},
		"flow nesting": {"a: " + strings.Repeat("[", 5000), "nested too deep"},
		"block nest":   {strings.Repeat("- ", 5000) + "x", "indented too deep"},
		"many tokens":  {strings.Repeat("- a\n", maxTokens), "tokens"},
		"empty":        {"", "exactly one"},
		"a bare word":  {"hello", InstrumentsFile},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse(m, r, []byte(tt.file))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error = %v, want %q in it", err, tt.want)
			}
		})
	}
}

func TestVersionFollowsContent(t *testing.T) {
	t.Parallel()
	m, r, i := Files()
	c, err := Parse(m, r, append(i, "# one more remark\n"...))
	if err != nil {
		t.Fatal(err)
	}
	if c.Version.Hash == Embedded().Version.Hash {
		t.Error("a changed file has the same hash")
	}
	if !Diff(Embedded(), c).Empty() {
		t.Error("a remark is no difference")
	}
	if hash([]byte("ab"), []byte("c")) == hash([]byte("a"), []byte("bc")) {
		t.Error("the hash ignores where files end")
	}
}

func TestFaultsOfOtherErrors(t *testing.T) {
	t.Parallel()
	if Faults(nil) != nil || Faults(errors.New("x")) != nil {
		t.Error("found faults where there are none")
	}
}

// FuzzParse looks for input that crashes the reader or the checks.
func FuzzParse(f *testing.F) {
	f.Add([]byte("instrument: {id: IM, articles: 1}\nchapters: [{number: 1, articles: [1]}]\narticles:\n- number: 1\n  id: IM-1\n  chapter: 1\n  text_zh: 一\n  clauses:\n  - {id: IM-1.1, level: paragraph, text_zh: 一}\n  - {id: IM-1.1.1, parent: IM-1.1, level: segment}\n"))
	f.Add([]byte("format_version: 1\nconditions: [{id: a, name_zh: 甲}]\nrequirements:\n- id: IM-01-01\n  article: 1\n  clause: IM-1.1\n  applicability: {mode: all, conditions: [a, b]}\n  figures: [A:b]\n  related: [{instrument: A}]\n"))
	f.Add([]byte("unit_labels: {months: {zh: 月, en: months}}\nrisk_taxonomy: {counts: {total: 1}, classes: [{id: A.1, count: 1, risks: []}]}\ninstruments:\n- id: A\n  checked_sources: from memory\n  figures:\n  - {key: 'A:b', value: [1, 2], unit: months, comparator: range, sources: [{kind: x}]}\n"))
	f.Add([]byte("? [a]\n: {b: c}\n"))
	f.Add([]byte("- - - a\n- {a: [b, c}\n"))
	f.Add([]byte("a: |\n  b\n c: >-\n  d"))
	f.Add([]byte("\xff\xfe\x00a"))
	f.Add([]byte("value: !!binary aGk=\n<<: *x\n%YAML 1.2\n---\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		var (
			m  rawMeasures
			r  rawRequirements
			in rawInstruments
		)
		errs := []error{decodeYAML(file, &m), decodeYAML(file, &r), decodeYAML(file, &in)}
		if errs[0] != nil && errs[1] != nil && errs[2] != nil {
			return
		}
		if c, err := build(m, r, in); err == nil {
			t.Errorf("a single file made a catalogue: %+v", c)
		}
	})
}
