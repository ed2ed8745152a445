package regulation

import "hegui/internal/day"

// MeasuresID is the instrument the whole catalogue is about.
const MeasuresID = "IM"

// Instrument is a law, rule, standard, notice or body of practice around the
// Measures.
type Instrument struct {
	ID             string
	Name, Short    Text
	Level          string // key of Labels.Level: law, dept_rule, recommended_standard …
	Issuer         Text
	DocumentNumber string   // "" when it has none or it is not known
	Issued         day.Date // none when not known
	InForce        day.Date // none for drafts, policies and practice without a date
	Status         string   // as the sources showed it; see StatusOn
	Checked        MetadataChecked
	Summary, Note  Text // Note may be empty
	OfficialURLs   []string
	Sources        []Source
	Figures        []*Figure
}

// The two statuses that the calendar decides between.
const (
	StatusInForce   = "in_force"
	StatusScheduled = "scheduled"
)

// StatusOn works out the status on a day: what is published takes effect on
// its date in force, and what has a later date is not in force yet. Drafts,
// policies, practice and reference documents keep their status.
func (i *Instrument) StatusOn(today day.Date) string {
	if i.InForce == "" || (i.Status != StatusInForce && i.Status != StatusScheduled) {
		return i.Status
	}
	if today < i.InForce {
		return StatusScheduled
	}
	return StatusInForce
}

// MetadataChecked says per field whether it was seen in a source (true), is
// from memory (false), or is empty or not applicable (nil).
type MetadataChecked struct {
	DocumentNumber, Issued, InForce *bool
}

// Source is where something was read. Either Note stands alone ("from
// memory"), or Kind says what was read and URL, Path or Ref where, if known.
type Source struct {
	URL, Path, Ref string
	Kind           string // key of Labels.SourceKinds
	Note           string
}

// Measures is the head of the Interim Measures themselves.
type Measures struct {
	Name, Issuer, DocumentNumber             Text
	Adopted, Promulgated, Published, InForce day.Date
	Status                                   string
	OfficialURL                              string
	ChineseNote, EnglishNote                 string // where the two texts come from
	TextSources                              []TextSource
	Conventions                              Conventions
}

// TextSource is a copy that the Chinese text was compared with.
type TextSource struct{ URL, File, Coverage, Origin string }

// Conventions is how the file of the Measures describes its own rules.
type Conventions struct{ ClauseIDs, Completeness, BindingOn, Kind, Plain string }

// RiskTaxonomy is the list of content risks of TC260-003 and GB/T 45654-2025,
// Annex A: five classes, 31 risks.
type RiskTaxonomy struct {
	Source   string
	Verified bool
	Basis    string
	Note     Text
	Classes  []RiskClass
}

// RiskClass is A.1 to A.5.
type RiskClass struct {
	ID    string
	Name  Text
	Risks []Risk
}

// Risk is one kind of content, such as A.1-a.
type Risk struct {
	ID   string
	Name Text
}
