package exports

import (
	"strings"

	"hegui/internal/labelling/exports/rawjson"
)

// plain reads any table or rows of JSON by the roles of its columns. Fields of an
// object inside a row are columns named "outer.inner".
type plain struct {
	common
	columns []string // of a table; nil for JSON
	roles   map[string]Role
}

func newPlain(c common, columns []string) *plain {
	p := &plain{common: c, columns: columns, roles: map[string]Role{}}
	for _, col := range c.layout.Columns {
		p.roles[col.Name] = col.Role
	}
	return p
}

// commonNames are column names that give their role away.
var commonNames = map[Role][]string{
	RoleID:        {"id", "item_id", "uid", "uuid", "编号", "序号", "数据编号", "样本编号", "条目编号", "数据id"},
	RoleText:      {"text", "content", "sentence", "文本", "内容", "正文", "语料", "文本内容"},
	RoleLabel:     {"label", "labels", "category", "class", "标签", "标注", "类别", "分类", "标注结果"},
	RoleAnnotator: {"annotator", "annotator_id", "worker", "worker_id", "标注员", "标注人", "标注人员", "标注者"},
	RoleCreated:   {"created_at", "created", "标注时间", "创建时间"},
	RoleUpdated:   {"updated_at", "updated", "更新时间", "修改时间"},
	RoleLead:      {"lead_time", "duration", "用时", "耗时", "用时（秒）", "耗时（秒）"},
	RoleVerdict:   {"verdict", "answer", "审核结果", "质检结果"},
	RoleImage:     {"image", "filename", "file_name", "图片", "图像", "文件名"},
	RolePrompt:    {"prompt", "提示词", "提问"},
	RoleChosen:    {"chosen", "优选回答"},
	RoleRejected:  {"rejected", "劣选回答"},
}

// assign completes the roles that the user mapped by the names of the columns. Each
// role goes to one column, the first that has such a name.
func assign(columns []string, mapped []Column) []Column {
	out := append([]Column(nil), mapped...)
	taken, named := map[Role]bool{}, map[string]bool{}
	for _, c := range mapped {
		taken[c.Role], named[c.Name] = true, true
	}
	for _, r := range Roles() {
		for _, want := range commonNames[r] {
			for _, col := range columns {
				if !taken[r] && !named[col] && strings.EqualFold(strings.TrimSpace(col), want) {
					out = append(out, Column{col, r})
					taken[r], named[col] = true, true
				}
			}
		}
	}
	return out
}

func (p *plain) items(rec record, out []Item) ([]Item, *Fault) {
	it := Item{}
	f := p.each(rec.text, func(name, value string) {
		switch p.roles[name] {
		case RoleID:
			it.ID = value
		case RoleAnnotator:
			it.Annotator = value
			it.addStratum(name, value)
		case RoleCreated:
			it.Created = moment(value)
		case RoleUpdated:
			it.Updated = moment(value)
		case RoleLead:
			it.Lead = seconds(value)
		case RoleVerdict:
			it.Verdict = verdict(value)
			it.addStratum(name, value)
		case RoleLabel:
			for _, l := range labelCell(value) {
				it.addLabel(l)
			}
			it.addStratum(name, value)
		case RoleText, RoleImage, RolePrompt, RoleChosen, RoleRejected, RoleIgnore:
		default:
			it.addStratum(name, value)
		}
	})
	if f == nil {
		f = p.done(&it, rec, p.layout.column(RoleID))
	}
	if f != nil {
		return out, f
	}
	return append(out, it), nil
}

// each goes through the columns of a row, values in words.
func (p *plain) each(row string, use func(name, value string)) *Fault {
	if p.columns == nil {
		for name, v := range rawjson.Fields(row) {
			if rawjson.Kind(v) != rawjson.Object || p.roles[name] != "" {
				use(name, rawjson.Text(v))
				continue
			}
			for inner, v := range rawjson.Fields(v) {
				use(p.join(name, inner), rawjson.Text(v))
			}
		}
		return nil
	}
	values := cells(row, p.layout.comma())
	if f := sameCount(p.columns, values); f != nil {
		return f
	}
	for i, name := range p.columns {
		use(name, Restore(values[i]))
	}
	return nil
}

// labelCell gives the labels of a cell: one, or those of a JSON list in it.
func labelCell(cell string) []string {
	if strings.HasPrefix(cell, "[") && rawjson.Check(cell, maxDepth) == nil {
		return words(cell)
	}
	if cell == "" {
		return nil
	}
	return []string{cell}
}

func (p *plain) view(original string) View {
	var v View
	var prompt, chosen, rejected []Turn
	_ = p.each(original, func(name, value string) { // a row that fails shows what it has
		cell := rawjson.Quote(value)
		switch p.roles[name] {
		case RoleText:
			v.Text = &Text{Body: value}
		case RoleImage:
			v.Image = &Image{Source: value}
		case RoleLabel, RoleVerdict:
			v.Choices = append(v.Choices, Choice{Control: name, Values: append([]string{}, labelCell(value)...)})
		case RolePrompt:
			prompt = turns(cell, User)
		case RoleChosen:
			chosen = turns(cell, Assistant)
		case RoleRejected:
			rejected = turns(cell, Assistant)
		case RoleID, RoleAnnotator, RoleIgnore:
		default:
			if value != "" {
				v.Fields = append(v.Fields, Field{name, value})
			}
		}
	})
	switch {
	case chosen != nil || rejected != nil:
		v.Pair = pair(prompt, chosen, rejected)
	case prompt != nil:
		v.Turns = prompt
	}
	if v.Image != nil {
		v.Image.fit()
	}
	v.Kind = v.kindOf()
	return v
}
