package regulation

import (
	"strconv"
	"strings"
)

// What counts as material: what binds somebody or decides to whom it applies.
// Titles, labels, explanations, guidance, examples, owners, notes and sources
// are not, though each change of them is listed, too.

func material(name, value string) field { return field{name, value, true} }

func editorial(name, value string) field { return field{name, value, false} }

func pair(t Text, name string, make func(name, value string) field) []field {
	return []field{make(name+"_zh", t.ZH), make(name+"_en", t.EN)}
}

func lay(id string, title Text, parts ...[]field) record {
	r := record{id: id, title: title}
	for _, p := range parts {
		r.fields = append(r.fields, p...)
	}
	return r
}

func requirementFields(r *Requirement) record {
	return lay(r.ID, r.Title,
		pair(r.Title, "title", editorial),
		pair(r.Text, "requirement", material),
		[]field{
			material("article", strconv.Itoa(r.Article)),
			material("clause", r.Clause),
			material("type", string(r.Type)),
			material("applicability.mode", string(r.Applicability.Mode)),
			material("applicability.conditions", lines(r.Applicability.Conditions)),
			material("default_severity", string(r.Severity)),
			material("review_cadence_days", strconv.Itoa(r.CadenceDays)),
			material("figures", lines(r.Figures)),
			editorial("owner_role", r.OwnerRole),
			editorial("related", relatedLines(r.Related)),
		},
		pair(r.Guidance, "guidance", editorial),
		pair(textLines(r.Examples), "evidence_examples", editorial),
	)
}

func articleFields(a *Article) record {
	return lay(a.ID, a.Title,
		pair(a.Text, "text", material),
		[]field{
			material("binding_on", a.BindingOn),
			material("kind", a.Kind),
			editorial("chapter", strconv.Itoa(a.Chapter)),
		},
		pair(a.Label, "label", editorial),
		pair(a.Title, "title", editorial),
		pair(a.Plain, "plain", editorial),
	)
}

func clauseFields(c *Clause) record {
	return lay(c.ID, c.Label,
		pair(c.Text, "text", material),
		[]field{
			material("binding_on", c.BindingOn),
			editorial("parent", c.Parent),
			editorial("level", c.Level),
		},
		pair(c.Label, "label", editorial),
	)
}

func figureFields(f *Figure) record {
	return lay(f.Key, f.Statement,
		[]field{
			material("value", f.Value.Input()),
			material("unit", string(f.Unit)),
			material("comparator", string(f.Comparator)),
			material("force", string(f.Force)),
		},
		pair(f.Provision, "provision", material),
		pair(f.Statement, "statement", material),
		[]field{
			editorial("verified", strconv.FormatBool(f.Verified)),
			editorial("basis", f.Basis),
			editorial("sources", sourceLines(f.Sources)),
		},
		pair(f.Note, "note", editorial),
	)
}

func instrumentFields(i *Instrument) record {
	return lay(i.ID, i.Name,
		pair(i.Name, "name", material),
		[]field{
			material("level", i.Level),
			material("status", i.Status),
			material("document_number", i.DocumentNumber),
			material("date_issued", string(i.Issued)),
			material("date_in_force", string(i.InForce)),
		},
		pair(i.Short, "short", editorial),
		pair(i.Issuer, "issuer", editorial),
		pair(i.Summary, "summary", editorial),
		pair(i.Note, "note", editorial),
		[]field{
			editorial("metadata_checked", i.Checked.text()),
			editorial("official_urls", lines(i.OfficialURLs)),
			editorial("checked_sources", sourceLines(i.Sources)),
		},
	)
}

// conditionFields takes the name as material: another question gets other
// answers.
func conditionFields(c *Condition) record {
	return lay(c.ID, c.Name, pair(c.Name, "name", material))
}

func lines(list []string) string { return strings.Join(list, "\n") }

func textLines(list []Text) Text {
	var zh, en []string
	for _, t := range list {
		zh, en = append(zh, t.ZH), append(en, t.EN)
	}
	return Text{ZH: lines(zh), EN: lines(en)}
}

func relatedLines(list []Related) string {
	out := make([]string, len(list))
	for i, r := range list {
		out[i] = r.Instrument + ": " + r.Provision.ZH + " / " + r.Provision.EN
	}
	return lines(out)
}

func sourceLines(list []Source) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = strings.Join(strings.Fields(s.Kind+" "+s.URL+" "+s.Path+" "+s.Ref+" "+s.Note), " ")
	}
	return lines(out)
}

func (m MetadataChecked) text() string {
	word := func(name string, b *bool) string {
		if b == nil {
			return name + ": -"
		}
		return name + ": " + strconv.FormatBool(*b)
	}
	return lines([]string{word("document_number", m.DocumentNumber), word("date_issued", m.Issued), word("date_in_force", m.InForce)})
}
