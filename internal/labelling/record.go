package labelling

import (
	"context"
	"encoding/json"
	"time"

	"hegui/internal/actor"
	"hegui/internal/day"
)

// recordFormat names the form of a record's body.
const recordFormat = "hegui-inspection-record/1"

// Body is the protocol of a decided lot, complete in itself: its figures can be
// computed anew from it alone (Recheck). People stand in it by the ids of their
// accounts, checkers by their pseudonyms.
type Body struct {
	Format   string       `json:"format"`
	Kind     RecordKind   `json:"kind"`
	Number   string       `json:"number"`
	MadeAt   time.Time    `json:"made_at"`
	Lot      BodyLot      `json:"lot"`
	Plan     *BodyPlan    `json:"plan,omitempty"`
	Draw     *BodyDraw    `json:"draw,omitempty"`
	Checks   *BodyChecks  `json:"checks,omitempty"`
	Standing Standing     `json:"figures"`
	Decision BodyDecision `json:"decision"`
	Stream   *BodyStream  `json:"stream,omitempty"`
	Methods  []Source     `json:"methods"`
	Gone     *BodyGone    `json:"destroyed,omitempty"`
}

// BodyLot says what was inspected.
type BodyLot struct {
	ID           string   `json:"id"`
	Name         string   `json:"name"`
	ServiceID    string   `json:"service_id"`
	ProjectID    string   `json:"project_id"`
	Project      string   `json:"project"`
	Kind         Kind     `json:"kind"`
	Size         int64    `json:"size"`
	Batch        string   `json:"batch"`
	FileName     string   `json:"file_name"`
	FileSHA256   string   `json:"file_sha256"`
	FileFormat   string   `json:"file_format"`
	SupplierID   string   `json:"supplier_id,omitempty"`
	Supplier     string   `json:"supplier,omitempty"`
	RuleSetID    string   `json:"rule_set_id"`
	RuleNumber   int64    `json:"rule_number,omitempty"`
	PeriodFrom   day.Date `json:"period_from,omitempty"`
	PeriodUntil  day.Date `json:"period_until,omitempty"`
	RiskCategory string   `json:"risk_category,omitempty"`
	ContentHash  string   `json:"content_hash"`
	FrameHash    string   `json:"frame_hash,omitempty"`
	FrozenBy     string   `json:"frozen_by,omitempty"`
	ParentID     string   `json:"resubmission_of,omitempty"`
}

// BodyPlan is the sampling plan with the figures of regulations that it rests
// on.
type BodyPlan struct {
	ID            string        `json:"id"`
	Method        Method        `json:"method"`
	Params        Params        `json:"params"`
	Classes       []ClassPlan   `json:"classes"`
	N             int64         `json:"n"`
	Strata        []PlanStratum `json:"strata"`
	Figures       []PlanFigure  `json:"regulation_figures"`
	Blind         bool          `json:"blind"`
	DoublePercent int64         `json:"double_percent"`
	GoldPercent   int64         `json:"gold_percent"`
	ChosenBy      string        `json:"chosen_by"`
	ChosenAt      time.Time     `json:"chosen_at"`
	Reason        string        `json:"reason,omitempty"`
}

// BodyDraw lets anyone draw the sample again; see package draw.
type BodyDraw struct {
	ID        string        `json:"id"`
	Number    int64         `json:"number"`
	N         int64         `json:"n"`
	OnePerson bool          `json:"one_person"`
	Seed      string        `json:"seed"`
	SeedHash  string        `json:"seed_hash"`
	ListHash  string        `json:"list_hash"`
	Parts     []BodyPart    `json:"seed_parts"`
	DrawnBy   string        `json:"drawn_by"`
	DrawnAt   time.Time     `json:"drawn_at"`
	Reason    string        `json:"reason,omitempty"`
	Earlier   []BodyEarlier `json:"earlier_draws"`
}

// BodyPart is one person's part of a seed.
type BodyPart struct {
	By          string     `json:"by"`
	Commitment  string     `json:"commitment"`
	Reveal      string     `json:"reveal"`
	CommittedAt time.Time  `json:"committed_at"`
	RevealedAt  *time.Time `json:"revealed_at"`
}

// BodyEarlier is a draw that was replaced.
type BodyEarlier struct {
	Number   int64  `json:"number"`
	SeedHash string `json:"seed_hash"`
	ListHash string `json:"list_hash"`
}

// BodyChecks is what checkers said.
type BodyChecks struct {
	Hash       string        `json:"verdicts_sha256"` // over all cells in order, each followed by a line feed
	Columns    []string      `json:"verdict_columns"`
	Verdicts   [][]string    `json:"verdicts,omitempty"` // left out of long lists
	Defects    []Tally       `json:"defects"`
	Checkers   []BodyChecker `json:"checkers"`
	Arbitrated int           `json:"arbitrated"`
	Millis     int64         `json:"milliseconds"`
}

// BodyChecker is one checker's part.
type BodyChecker struct {
	WorkerID  string `json:"worker_id"`
	Pseudonym string `json:"pseudonym"`
	Round     int64  `json:"round"`
	Items     int64  `json:"items"`
	Wrong     int64  `json:"wrong"`
	Unsure    int64  `json:"unsure"`
}

// BodyDecision is who decided what.
type BodyDecision struct {
	ID              string     `json:"id"`
	Verdict         Outcome    `json:"verdict"`
	ComputedVerdict Outcome    `json:"computed_verdict"`
	FollowUp        FollowUp   `json:"follow_up,omitempty"`
	Reason          string     `json:"reason,omitempty"`
	SignedBy        string     `json:"signed_by"`
	SignedAt        time.Time  `json:"signed_at"`
	SecondBy        string     `json:"second_by,omitempty"`
	SecondAt        *time.Time `json:"second_at,omitempty"`
}

// BodyStream is what the lot meant for its stream.
type BodyStream struct {
	ID      string      `json:"id"`
	Used    Strictness  `json:"severity_used"`
	Next    Strictness  `json:"severity_next"`
	Score   int64       `json:"switching_score"`
	Counted bool        `json:"counted"`
	Why     string      `json:"why_not_counted,omitempty"`
	Classes []StepClass `json:"classes"`
}

// BodyGone says what was destroyed; hashes stay.
type BodyGone struct {
	Scope      VoidScope  `json:"scope"`
	Count      int64      `json:"count"`
	Items      []GoneItem `json:"items,omitempty"` // left out of long lists, see Lot.ContentHash
	FileSHA256 string     `json:"file_sha256"`
	Method     string     `json:"method"`
	Witness    string     `json:"witness,omitempty"`
	At         time.Time  `json:"at"`
}

// GoneItem is an item that was destroyed.
type GoneItem struct {
	N      int64  `json:"n"`
	ItemID string `json:"item_id"`
	SHA256 string `json:"sha256"`
}

// Read gives the body of a record.
func (r Record) Read() (b Body, err error) { return b, json.Unmarshal([]byte(r.Body), &b) }

// Records lists the records of a lot, the newest first.
func (s *Service) Records(ctx context.Context, by actor.Actor, lot string) (list []Record, err error) {
	return list, scope(s.ledger.Read(ctx), by).Where("lot_id = ?", lot).Order("id DESC").Limit(maxListed).Find(&list).Error
}

// Record gives a record of a service that the actor sees, or NotFound.
func (s *Service) Record(ctx context.Context, by actor.Actor, id string) (r Record, err error) {
	return r, take(s.ledger.Read(ctx), by, id, &r)
}

// FiledAs gives the record that a piece of evidence is, ok false when it is
// none that the actor sees.
func (s *Service) FiledAs(ctx context.Context, by actor.Actor, evidence string) (r Record, ok bool, err error) {
	var list []Record
	err = scope(s.ledger.Read(ctx), by).Where("evidence_id = ?", evidence).Limit(1).Find(&list).Error
	if len(list) == 0 {
		return r, false, err
	}
	return list[0], true, err
}

// People are the accounts that a record names.
func (b Body) People() []string {
	out := []string{b.Lot.FrozenBy, b.Decision.SignedBy, b.Decision.SecondBy}
	if b.Plan != nil {
		out = append(out, b.Plan.ChosenBy)
	}
	if b.Draw != nil {
		out = append(out, b.Draw.DrawnBy)
		for _, p := range b.Draw.Parts {
			out = append(out, p.By)
		}
	}
	return out
}

// Pseudonyms are those of the checkers in a record.
func (b Body) Pseudonyms() map[string]string {
	out := map[string]string{}
	if b.Checks != nil {
		for _, c := range b.Checks.Checkers {
			out[c.WorkerID] = c.Pseudonym
		}
	}
	return out
}
