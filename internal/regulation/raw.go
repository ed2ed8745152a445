package regulation

// The shapes of the three files, key by key. They exist apart from the
// catalogue's own types because the files keep Chinese and English under two
// keys (title_zh, title_en), which YAML cannot fold into one Text.

type rawMeasures struct {
	Instrument  rawMeasuresHead `yaml:"instrument"`
	Conventions struct {
		ClauseIDs    string `yaml:"clause_ids"`
		Completeness string `yaml:"completeness"`
		BindingOn    string `yaml:"binding_on"`
		Kind         string `yaml:"kind"`
		Plain        string `yaml:"plain"`
	} `yaml:"conventions"`
	Chapters []rawChapter `yaml:"chapters"`
	Articles []rawArticle `yaml:"articles"`
}

type rawMeasuresHead struct {
	ID               string `yaml:"id"`
	NameZH           string `yaml:"name_zh"`
	NameEN           string `yaml:"name_en"`
	IssuerZH         string `yaml:"issuer_zh"`
	IssuerEN         string `yaml:"issuer_en"`
	DocumentNumberZH string `yaml:"document_number_zh"`
	DocumentNumberEN string `yaml:"document_number_en"`
	DateAdopted      string `yaml:"date_adopted"`
	DatePromulgated  string `yaml:"date_promulgated"`
	DatePublished    string `yaml:"date_published"`
	DateInForce      string `yaml:"date_in_force"`
	Status           string `yaml:"status"`
	Articles         int    `yaml:"articles"`
	OfficialURL      string `yaml:"official_url"`
	TextZHNote       string `yaml:"text_zh_note"`
	TextENNote       string `yaml:"text_en_note"`
	LastChecked      string `yaml:"last_checked"`
	TextSources      []struct {
		URL      string `yaml:"url"`
		File     string `yaml:"file"`
		Coverage string `yaml:"coverage"`
		Origin   string `yaml:"origin"`
	} `yaml:"text_sources"`
}

type rawChapter struct {
	Number   int    `yaml:"number"`
	LabelZH  string `yaml:"label_zh"`
	LabelEN  string `yaml:"label_en"`
	TitleZH  string `yaml:"title_zh"`
	TitleEN  string `yaml:"title_en"`
	Articles []int  `yaml:"articles"`
}

type rawArticle struct {
	Number    int         `yaml:"number"`
	ID        string      `yaml:"id"`
	Chapter   int         `yaml:"chapter"`
	LabelZH   string      `yaml:"label_zh"`
	LabelEN   string      `yaml:"label_en"`
	TitleZH   string      `yaml:"title_zh"`
	TitleEN   string      `yaml:"title_en"`
	PlainZH   string      `yaml:"plain_zh"`
	PlainEN   string      `yaml:"plain_en"`
	BindingOn string      `yaml:"binding_on"`
	Kind      string      `yaml:"kind"`
	TextZH    string      `yaml:"text_zh"`
	TextEN    string      `yaml:"text_en"`
	Clauses   []rawClause `yaml:"clauses"`
}

type rawClause struct {
	ID        string `yaml:"id"`
	Parent    string `yaml:"parent"`
	Level     string `yaml:"level"`
	LabelZH   string `yaml:"label_zh"`
	LabelEN   string `yaml:"label_en"`
	BindingOn string `yaml:"binding_on"`
	TextZH    string `yaml:"text_zh"`
	TextEN    string `yaml:"text_en"`
}

type rawLabel struct {
	ZH string `yaml:"zh"`
	EN string `yaml:"en"`
}

type rawNamed struct {
	ID     string `yaml:"id"`
	NameZH string `yaml:"name_zh"`
	NameEN string `yaml:"name_en"`
}

type rawRequirements struct {
	FormatVersion      int                 `yaml:"format_version"`
	AboutEN            string              `yaml:"about_en"`
	AboutZH            string              `yaml:"about_zh"`
	TypeLabels         map[string]rawLabel `yaml:"type_labels"`
	SeverityLabels     map[string]rawLabel `yaml:"severity_labels"`
	OwnerRoles         []rawNamed          `yaml:"owner_roles"`
	Conditions         []rawNamed          `yaml:"conditions"`
	ApplicabilityModes map[string]rawLabel `yaml:"applicability_modes"`
	Requirements       []rawRequirement    `yaml:"requirements"`
}

type rawRequirement struct {
	ID            string   `yaml:"id"`
	Article       int      `yaml:"article"`
	Clause        string   `yaml:"clause"`
	Type          string   `yaml:"type"`
	TitleZH       string   `yaml:"title_zh"`
	TitleEN       string   `yaml:"title_en"`
	RequirementZH string   `yaml:"requirement_zh"`
	RequirementEN string   `yaml:"requirement_en"`
	GuidanceZH    string   `yaml:"guidance_zh"`
	GuidanceEN    string   `yaml:"guidance_en"`
	ExamplesZH    []string `yaml:"evidence_examples_zh"`
	ExamplesEN    []string `yaml:"evidence_examples_en"`
	OwnerRole     string   `yaml:"owner_role"`
	CadenceDays   int      `yaml:"review_cadence_days"`
	Severity      string   `yaml:"default_severity"`
	Applicability struct {
		Mode       string   `yaml:"mode"`
		Conditions []string `yaml:"conditions"`
	} `yaml:"applicability"`
	Figures []string `yaml:"figures"`
	Related []struct {
		Instrument  string `yaml:"instrument"`
		ProvisionZH string `yaml:"provision_zh"`
		ProvisionEN string `yaml:"provision_en"`
	} `yaml:"related"`
}

type rawInstruments struct {
	FormatVersion      int                 `yaml:"format_version"`
	AboutEN            string              `yaml:"about_en"`
	AboutZH            string              `yaml:"about_zh"`
	LastChecked        string              `yaml:"last_checked"`
	NewestSourceSeen   string              `yaml:"newest_source_seen"`
	MetadataNoteEN     string              `yaml:"metadata_checked_note_en"`
	MetadataNoteZH     string              `yaml:"metadata_checked_note_zh"`
	StatusNoteEN       string              `yaml:"status_note_en"`
	StatusNoteZH       string              `yaml:"status_note_zh"`
	VerificationRuleEN string              `yaml:"verification_rule_en"`
	VerificationRuleZH string              `yaml:"verification_rule_zh"`
	BasisLabels        map[string]rawLabel `yaml:"basis_labels"`
	SourceKinds        map[string]rawLabel `yaml:"source_kinds"`
	ForceLabels        map[string]rawLabel `yaml:"force_labels"`
	StatusLabels       map[string]rawLabel `yaml:"status_labels"`
	LevelLabels        map[string]rawLabel `yaml:"level_labels"`
	UnitLabels         map[string]rawLabel `yaml:"unit_labels"`
	ComparatorLabels   map[string]rawLabel `yaml:"comparator_labels"`
	RiskTaxonomy       rawTaxonomy         `yaml:"risk_taxonomy"`
	Instruments        []rawInstrument     `yaml:"instruments"`
}

type rawTaxonomy struct {
	Source   string         `yaml:"source"`
	Verified bool           `yaml:"verified"`
	Basis    string         `yaml:"basis"`
	NoteZH   string         `yaml:"note_zh"`
	NoteEN   string         `yaml:"note_en"`
	Counts   map[string]int `yaml:"counts"`
	Classes  []struct {
		ID     string     `yaml:"id"`
		NameZH string     `yaml:"name_zh"`
		NameEN string     `yaml:"name_en"`
		Count  int        `yaml:"count"`
		Risks  []rawNamed `yaml:"risks"`
	} `yaml:"classes"`
}

type rawInstrument struct {
	ID             string `yaml:"id"`
	NameZH         string `yaml:"name_zh"`
	NameEN         string `yaml:"name_en"`
	ShortZH        string `yaml:"short_zh"`
	ShortEN        string `yaml:"short_en"`
	Level          string `yaml:"level"`
	IssuerZH       string `yaml:"issuer_zh"`
	IssuerEN       string `yaml:"issuer_en"`
	DocumentNumber string `yaml:"document_number"`
	DateIssued     string `yaml:"date_issued"`
	DateInForce    string `yaml:"date_in_force"`
	Status         string `yaml:"status"`
	Checked        struct {
		DocumentNumber *bool `yaml:"document_number"`
		DateIssued     *bool `yaml:"date_issued"`
		DateInForce    *bool `yaml:"date_in_force"`
	} `yaml:"metadata_checked"`
	SummaryZH      string      `yaml:"summary_zh"`
	SummaryEN      string      `yaml:"summary_en"`
	NoteZH         string      `yaml:"note_zh"`
	NoteEN         string      `yaml:"note_en"`
	OfficialURLs   []string    `yaml:"official_urls"`
	CheckedSources any         `yaml:"checked_sources"`
	Figures        []rawFigure `yaml:"figures"`
}

type rawFigure struct {
	Key         string `yaml:"key"`
	ProvisionZH string `yaml:"provision_zh"`
	ProvisionEN string `yaml:"provision_en"`
	StatementZH string `yaml:"statement_zh"`
	StatementEN string `yaml:"statement_en"`
	Value       any    `yaml:"value"`
	Unit        string `yaml:"unit"`
	Comparator  string `yaml:"comparator"`
	Force       string `yaml:"force"`
	Verified    *bool  `yaml:"verified"`
	Basis       string `yaml:"basis"`
	Sources     any    `yaml:"sources"` // a list, or a word such as "from memory"
	NoteZH      string `yaml:"note_zh"`
	NoteEN      string `yaml:"note_en"`
}
