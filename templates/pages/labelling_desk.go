package pages

import (
	"strconv"

	"hegui/templates/layout"
	"hegui/templates/ui"
)

// DeskList is a checker's own list of assignments.
type DeskList struct {
	LabelHead
	Open   LabelTable
	Closed *LabelTable // handed in before; nil for none
}

// DeskPage is the desk around one item.
type DeskPage struct {
	Frame    layout.FrameView
	Batch    string
	Project  string
	Due      string
	Late     bool
	Count    string // how many are answered, in words
	RulesURL string // of the panel; "" when there are none
	RulesAt  string // of the page
	Screen   DeskScreen
}

// DeskScreen is one item on the desk, or the end of the list.
type DeskScreen struct {
	Title    string // the place in the list, in words
	ItemID   string
	NextURL  string // "" at the end
	BackURL  string // "" at the start
	Last     bool   // next comes the end
	Alert    *ui.AlertView
	Conflict *DeskConflict
	Item     *LabelItem
	Facts    []ui.ChipView // what is known of this check: flagged, own answer
	Own      *DeskOwn      // the first step of a blind check
	Answer   string        // the own answer that was given
	Earlier  []DeskEarlier // what two checkers said, for the arbiter
	Form     *DeskForm
	Flag     *DeskFlag
	End      *DeskEnd
}

// DeskPost is what every form of the desk sends along.
type DeskPost struct {
	Action  string
	At      int64
	Version int64
	Shown   int64 // when the screen was made, in milliseconds since 1970
}

func (p DeskPost) hidden() []ui.Hidden {
	n := func(v int64) string { return strconv.FormatInt(v, 10) }
	return []ui.Hidden{{Name: "at", Value: n(p.At)}, {Name: "version", Value: n(p.Version)}, {Name: "shown", Value: n(p.Shown)}, {Name: "millis", Value: ""}}
}

// DeskOption is an own answer to choose.
type DeskOption struct {
	Value string
	Label string
	Key   string
}

// DeskOwn asks for the checker's own answer.
type DeskOwn struct {
	DeskPost
	Options []DeskOption
	Many    bool // several of them may be chosen
	Text    ui.Field
}

// DeskDefect is a defect to tick.
type DeskDefect struct {
	Code     string
	Name     string
	Severity string
	Hint     string
	Key      string
	Checked  bool
}

// DeskForm asks for the verdict.
type DeskForm struct {
	DeskPost
	Current    string // verdict given before
	Wrong      string // what is wrong with the verdict
	Arbiter    bool
	Defects    []DeskDefect
	DefectsBad string
	Severity   ui.Choice
	Corrected  ui.Field
	Note       ui.Field
}

// DeskEarlier is what one checker said.
type DeskEarlier struct {
	Title   string
	Verdict ui.ChipView
	Rows    []DetailRow
}

// DeskConflict shows what is stored and what was sent.
type DeskConflict struct{ Stored, Sent DeskEarlier }

// DeskFlag reports illegal content.
type DeskFlag struct {
	DeskPost
	URL  string // that opens the dialog without script
	Open bool
	Note ui.Field
}

// DeskEnd closes the list.
type DeskEnd struct {
	Open   int64
	Words  string
	NextAt string // address of the first item without a verdict
	Action string // hand in; "" when that cannot be
	Unsure []DeskJump
}

// DeskJump leads to an item.
type DeskJump struct{ Label, URL string }

func pressed(yes bool) string { return strconv.FormatBool(yes) }
