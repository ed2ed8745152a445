package regulation

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// edited parses the embedded files with replacements: file, old, new, …
func edited(t *testing.T, edits ...string) *Catalogue {
	t.Helper()
	m, r, i := Files()
	files := map[string]string{MeasuresFile: string(m), RequirementsFile: string(r), InstrumentsFile: string(i)}
	for n := 0; n < len(edits); n += 3 {
		file, old, new := edits[n], edits[n+1], edits[n+2]
		if !strings.Contains(files[file], old) {
			t.Fatalf("%s does not contain %q", file, old)
		}
		files[file] = strings.Replace(files[file], old, new, 1)
	}
	c, err := Parse([]byte(files[MeasuresFile]), []byte(files[RequirementsFile]), []byte(files[InstrumentsFile]))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestDiff(t *testing.T) {
	t.Parallel()
	after := edited(t,
		RequirementsFile, "review_cadence_days: 180\n    default_severity: medium", "review_cadence_days: 90\n    default_severity: high", // IM-01-01
		RequirementsFile, "guidance_zh: 逐项核对服务清单", "guidance_zh: 请逐项核对服务清单", // IM-02-01
		RequirementsFile, "      - 用途限制条款", "      - 用途限制条款文本", // IM-02-02
		RequirementsFile, "      - TC260-003:keyword_update_days\n", "", // IM-04-03
		RequirementsFile, "name_zh: 未成年人可能使用", "name_zh: 面向未成年人",
		InstrumentsFile, "value: 6\n", "value: 12\n", // CSL:log_retention_months
		InstrumentsFile, "note_zh: 修正前为第二十一条。", "note_zh: 修正前为第21条。",
		InstrumentsFile, "date_in_force: '2021-09-01'", "date_in_force: '2021-09-02'", // DSL
		MeasuresFile, "plain_zh: 自 2023 年 8 月 15 日起施行。", "plain_zh: 自2023年8月15日起施行。",
		MeasuresFile, "label_zh: 第二条第一款", "label_zh: 第二条第1款",
	)
	got := Diff(Embedded(), after)
	want := Difference{
		Instruments: []Change{{ID: "DSL", Kind: Changed, Material: true, Fields: []FieldChange{
			{"date_in_force", "2021-09-01", "2021-09-02", true},
		}}},
		Articles: []Change{{ID: "IM-24", Kind: Changed, Fields: []FieldChange{
			{"plain_zh", "自 2023 年 8 月 15 日起施行。", "自2023年8月15日起施行。", false},
		}}},
		Clauses: []Change{{ID: "IM-2.1", Kind: Changed, Fields: []FieldChange{{"label_zh", "第二条第一款", "第二条第1款", false}}}},
		Requirements: []Change{
			{ID: "IM-01-01", Kind: Changed, Material: true, Fields: []FieldChange{
				{"default_severity", "medium", "high", true}, {"review_cadence_days", "180", "90", true},
			}},
			{ID: "IM-02-01", Kind: Changed, Fields: []FieldChange{{Field: "guidance_zh"}}},
			{ID: "IM-02-02", Kind: Changed, Fields: []FieldChange{
				{"evidence_examples_zh", "行业用途分析表\n特别规定清单\n用途限制条款", "行业用途分析表\n特别规定清单\n用途限制条款文本", false},
			}},
			{ID: "IM-04-03", Kind: Changed, Material: true, Fields: []FieldChange{
				{"figures", "TC260-003:keyword_total_min\nTC260-003:keyword_a1_min_each\nTC260-003:keyword_a2_min_each\nTC260-003:keyword_update_days",
					"TC260-003:keyword_total_min\nTC260-003:keyword_a1_min_each\nTC260-003:keyword_a2_min_each", true},
			}},
		},
		Figures: []Change{{ID: "CSL:log_retention_months", Kind: Changed, Material: true, Fields: []FieldChange{
			{"value", "6", "12", true}, {"note_zh", "修正前为第二十一条。", "修正前为第21条。", false},
		}}},
		Conditions: []Change{{ID: "minors_may_use", Kind: Changed, Material: true, Fields: []FieldChange{
			{"name_zh", "未成年人可能使用", "面向未成年人", true},
		}}},
	}
	// Titles and the long guidance are compared elsewhere.
	for _, list := range [][]Change{got.Instruments, got.Articles, got.Clauses, got.Requirements, got.Figures, got.Conditions} {
		for i := range list {
			if list[i].Title.Empty() {
				t.Errorf("%s has no title", list[i].ID)
			}
			list[i].Title = Text{}
			for j, f := range list[i].Fields {
				if f.Field == "guidance_zh" {
					list[i].Fields[j] = FieldChange{Field: f.Field, Material: f.Material}
				}
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("difference (-want +got):\n%s", diff)
	}
}

func TestDiffAddedAndRemoved(t *testing.T) {
	t.Parallel()
	const removed = "  - id: overseas_provider\n    name_zh: 境外提供服务或引入境外模型\n    name_en: Services from abroad, or foreign models are used\n"
	after := edited(t,
		RequirementsFile, removed, "  - id: edge_device\n    name_zh: 端侧部署\n    name_en: Runs on devices\n",
		RequirementsFile, "      mode: all\n      conditions:\n        - overseas_provider", "      mode: all\n      conditions:\n        - edge_device",
	)
	d := Diff(Embedded(), after)
	want := []Change{
		{ID: "edge_device", Kind: Added, Material: true, Title: Text{ZH: "端侧部署", EN: "Runs on devices"}},
		{ID: "overseas_provider", Kind: Removed, Material: true, Title: Text{ZH: "境外提供服务或引入境外模型", EN: "Services from abroad, or foreign models are used"}},
	}
	if diff := cmp.Diff(want, d.Conditions); diff != "" {
		t.Errorf("conditions (-want +got):\n%s", diff)
	}
	if len(d.Requirements) != 1 || d.Requirements[0].Fields[0].Field != "applicability.conditions" || !d.Requirements[0].Material {
		t.Errorf("requirements = %+v", d.Requirements)
	}
	back := Diff(after, Embedded())
	if back.Conditions[0].ID != "overseas_provider" || back.Conditions[1].Kind != Removed {
		t.Errorf("the other way = %+v", back.Conditions)
	}
	if !Diff(after, after).Empty() || d.Empty() {
		t.Error("empty is wrong")
	}
}
