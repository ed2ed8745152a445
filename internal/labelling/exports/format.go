package exports

import "time"

// Format is what a file is.
type Format string

// The formats read and written.
const (
	LabelStudio    Format = "labelstudio"     // Label Studio JSON
	LabelStudioMin Format = "labelstudio-min" // Label Studio JSON_MIN
	LabelStudioCSV Format = "labelstudio-csv" // Label Studio CSV and TSV
	COCO           Format = "coco"            // COCO instances and keypoints
	Doccano        Format = "doccano"         // doccano JSONL
	DoccanoCSV     Format = "doccano-csv"     // doccano CSV
	Prodigy        Format = "prodigy"         // Prodigy JSONL
	Preference     Format = "preference"      // chosen against rejected
	KTO            Format = "kto"             // one answer, wanted or not
	Alpaca         Format = "alpaca"          // instruction, input, output
	Conversation   Format = "conversation"    // ShareGPT and OpenAI messages
	PlainCSV       Format = "csv"             // any table with a header
	PlainJSON      Format = "jsonl"           // any rows of JSON objects
)

// Formats lists the formats in the order in which they are offered.
func Formats() []Format {
	return []Format{LabelStudio, LabelStudioMin, LabelStudioCSV, COCO, Doccano, DoccanoCSV, Prodigy,
		Preference, KTO, Alpaca, Conversation, PlainCSV, PlainJSON}
}

// Key is the name of the format in the language catalogues.
func (f Format) Key() string { return "exports.format." + string(f) }

// table says that the format is one of cells, not of JSON.
func (f Format) table() bool { return f == LabelStudioCSV || f == DoccanoCSV || f == PlainCSV }

// Frame is how the rows of a file are told apart.
type Frame string

// The frames.
const (
	Lines Frame = "lines" // a JSON value a line
	List  Frame = "list"  // one JSON array
	Cells Frame = "cells" // CSV or TSV with a header
	Tree  Frame = "tree"  // one JSON object with a list "annotations" inside
)

// Role is what a column of a plain table means.
type Role string

// The roles. A column without one is shown with the item and can divide a lot.
const (
	RoleID        Role = "id"
	RoleText      Role = "text"
	RoleLabel     Role = "label"
	RoleAnnotator Role = "annotator"
	RoleCreated   Role = "created"
	RoleUpdated   Role = "updated"
	RoleLead      Role = "lead" // seconds spent
	RoleVerdict   Role = "verdict"
	RoleImage     Role = "image"
	RolePrompt    Role = "prompt"
	RoleChosen    Role = "chosen"
	RoleRejected  Role = "rejected"
	RoleIgnore    Role = "ignore" // kept, never shown
)

// Roles lists the roles in the order in which they are offered.
func Roles() []Role {
	return []Role{RoleID, RoleText, RoleLabel, RoleAnnotator, RoleCreated, RoleUpdated, RoleLead, RoleVerdict,
		RoleImage, RolePrompt, RoleChosen, RoleRejected, RoleIgnore}
}

// Key is the name of the role in the language catalogues.
func (r Role) Key() string { return "exports.role." + string(r) }

// Column gives a column its role.
type Column struct {
	Name string `json:"name"`
	Role Role   `json:"role"`
}

// Verdict is a judgement that the export brings with it.
type Verdict string

// The verdicts.
const (
	NoVerdict Verdict = ""
	Accept    Verdict = "accept"
	Reject    Verdict = "reject"
	Ignore    Verdict = "ignore"
)

// Field is a name with its value in words.
type Field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Item is one annotation. Its texts are parts of Original: whoever keeps one of them
// for long keeps all of it in memory, unless it is cloned.
type Item struct {
	ID       string   `json:"id"`
	Row      int      `json:"row"`  // from 1, as rows come; refused rows count
	Line     int      `json:"line"` // from 1
	Original string   `json:"-"`    // as it came, in UTF-8
	Hash     [32]byte `json:"-"`    // SHA-256 of Original

	Annotator string        `json:"annotator,omitempty"`
	Created   time.Time     `json:"created,omitzero"`
	Updated   time.Time     `json:"updated,omitzero"`
	Lead      time.Duration `json:"lead,omitempty"` // time spent
	Verdict   Verdict       `json:"verdict,omitempty"`
	Labels    []string      `json:"labels,omitempty"` // each label once
	Strata    []Field       `json:"strata,omitempty"` // short scalar fields, by which a lot can be divided
}

// Limits bound what a file may ask for. Zero means the default.
type Limits struct {
	Bytes  int64 // of the file
	Row    int   // bytes of one row
	Rows   int
	Tables int // bytes of a COCO file outside its annotations
}

// The default limits. A row of ten million bytes is refused, a file of two
// gigabytes too.
const (
	DefaultBytes  int64 = 2_000_000_000 - 1
	DefaultRow          = 10_000_000 - 1
	DefaultRows         = 5_000_000
	DefaultTables       = 48_000_000
	maxDepth            = 64
	maxID               = 200 // bytes of an id
)

func (l Limits) orDefault() Limits {
	if l.Bytes == 0 {
		l.Bytes = DefaultBytes
	}
	if l.Row == 0 {
		l.Row = DefaultRow
	}
	if l.Rows == 0 {
		l.Rows = DefaultRows
	}
	if l.Tables == 0 {
		l.Tables = DefaultTables
	}
	return l
}

// Options say what the user knows better than the recogniser.
type Options struct {
	Format   Format   // "": recognise
	Encoding Encoding // "": recognise
	Columns  []Column // roles of columns in plain tables and rows; nil: by their names
	Number   bool     // number the rows where the format would need an id
	PerTask  bool     // Label Studio: a task is one item, whatever its annotations
	Limits   Limits
}
