package regulation

import "regexp"

// requirementID is "IM-08-03": instrument, article, running number.
var requirementID = regexp.MustCompile(`^[A-Z]{1,8}-[0-9]{2}-[0-9]{2,3}$`)

// maxCadence is ten years: a longer review interval is a typing error.
const maxCadence = 3650

func (c *Catalogue) addRequirements(f *faults, raw rawRequirements) {
	e := entry{f, RequirementsFile, ""}
	if raw.FormatVersion != formatVersion {
		e.wrong("format_version is %d, want %d", raw.FormatVersion, formatVersion)
	}
	c.Notes.Requirements = e.text("about", raw.AboutZH, raw.AboutEN)
	c.Labels.Type = labels(e, "type_labels", raw.TypeLabels, Duty, Awareness, Scoping)
	c.Labels.Severity = labels(e, "severity_labels", raw.SeverityLabels, Critical, High, Medium, Low)
	c.Labels.Mode = labels(e, "applicability_modes", raw.ApplicabilityModes, Always, All, Any)
	roles, conditions, seen := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, n := range raw.OwnerRoles {
		c.OwnerRoles = append(c.OwnerRoles, &OwnerRole{ID: n.ID, Name: named(f, roles, n)})
	}
	for _, n := range raw.Conditions {
		c.Conditions = append(c.Conditions, &Condition{ID: n.ID, Name: named(f, conditions, n)})
	}
	for _, id := range []string{QuestionPublic, QuestionModelFiled} {
		if conditions[id] {
			e.wrong("condition id %q is taken by a question of the program", id)
		}
	}
	for _, rr := range raw.Requirements {
		re := entry{f, RequirementsFile, rr.ID}
		re.unique(seen, requirementID)
		c.Requirements = append(c.Requirements, c.requirement(re, roles, conditions, rr))
	}
}

func named(f *faults, seen map[string]bool, raw rawNamed) Text {
	e := entry{f, RequirementsFile, raw.ID}
	e.unique(seen, idText)
	return e.text("name", raw.NameZH, raw.NameEN)
}

func (c *Catalogue) requirement(e entry, roles, conditions map[string]bool, raw rawRequirement) *Requirement {
	if !roles[raw.OwnerRole] {
		e.wrong("unknown owner_role %q", raw.OwnerRole)
	}
	if raw.CadenceDays < 1 || raw.CadenceDays > maxCadence {
		e.wrong("review_cadence_days %d is not between 1 and %d", raw.CadenceDays, maxCadence)
	}
	r := &Requirement{
		ID:            raw.ID,
		Article:       raw.Article,
		Clause:        raw.Clause,
		Type:          known(e, "type", raw.Type, c.Labels.Type),
		Title:         e.text("title", raw.TitleZH, raw.TitleEN),
		Text:          e.text("requirement", raw.RequirementZH, raw.RequirementEN),
		Guidance:      e.text("guidance", raw.GuidanceZH, raw.GuidanceEN),
		Examples:      examples(e, raw.ExamplesZH, raw.ExamplesEN),
		OwnerRole:     raw.OwnerRole,
		CadenceDays:   raw.CadenceDays,
		Severity:      known(e, "default_severity", raw.Severity, c.Labels.Severity),
		Applicability: c.applicability(e, conditions, raw),
		Figures:       raw.Figures,
	}
	if !distinct(raw.Figures) {
		e.wrong("a figure is named twice")
	}
	for _, rel := range raw.Related {
		r.Related = append(r.Related, Related{Instrument: rel.Instrument, Provision: e.text("related.provision", rel.ProvisionZH, rel.ProvisionEN)})
	}
	return r
}

// examples pairs the two lists by place.
func examples(e entry, zh, en []string) []Text {
	if len(zh) != len(en) || len(zh) == 0 {
		e.wrong("evidence_examples: %d in Chinese, %d in English", len(zh), len(en))
		return nil
	}
	out := make([]Text, len(zh))
	for i := range zh {
		out[i] = e.text("evidence_examples", zh[i], en[i])
	}
	return out
}

func (c *Catalogue) applicability(e entry, conditions map[string]bool, raw rawRequirement) Applicability {
	a := Applicability{
		Mode:       known(e, "applicability mode", raw.Applicability.Mode, c.Labels.Mode),
		Conditions: raw.Applicability.Conditions,
	}
	if (a.Mode == Always) != (len(a.Conditions) == 0) {
		e.wrong("mode %q has %d conditions", a.Mode, len(a.Conditions))
	}
	if !distinct(a.Conditions) {
		e.wrong("a condition is named twice")
	}
	for _, id := range a.Conditions {
		if !conditions[id] {
			e.wrong("unknown condition %q", id)
		}
	}
	return a
}
