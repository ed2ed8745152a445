package regulation

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"gorm.io/gorm"

	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/problem"
)

// Origin is where a version comes from.
type Origin string

// The origins.
const (
	BuiltIn  Origin = "built_in" // ships with the program
	Uploaded Origin = "uploaded" // at least one file was uploaded
)

// Edition is a version of the catalogue that was loaded. Texts are the three
// files, byte for byte; lists leave them out.
type Edition struct {
	ID           string
	Number       int64 // 1, 2, 3 …; the highest is in force
	Hash         string
	LastChecked  day.Date
	Source       Origin
	Measures     string `ledger:"hash"`
	Requirements string `ledger:"hash"`
	Instruments  string `ledger:"hash"`
	Note         string // why it was loaded
	LoadedAt     time.Time
	LoadedBy     string
}

// TableName is the table of versions.
func (Edition) TableName() string { return "catalogue_version" }

// textColumns are the large columns of versions and drafts.
var textColumns = []string{"measures", "requirements", "instruments"}

func (e Edition) withoutTexts() Edition {
	e.Measures, e.Requirements, e.Instruments = "", "", ""
	return e
}

func (e Edition) parse() (*Catalogue, error) {
	if e.Hash == Embedded().Version.Hash {
		return Embedded(), nil
	}
	return Parse([]byte(e.Measures), []byte(e.Requirements), []byte(e.Instruments))
}

// File gives one of the three files by its name.
func (e Edition) File(name string) (text string, ok bool) {
	switch name {
	case MeasuresFile:
		return e.Measures, true
	case RequirementsFile:
		return e.Requirements, true
	case InstrumentsFile:
		return e.Instruments, true
	}
	return "", false
}

func (e *Edition) event(action string, note any, rows ...any) audit.Event {
	return audit.Event{Action: action, Object: audit.Object{Type: "regulation", ID: e.ID}, Label: e.label(), Note: note, Rows: append([]any{e}, rows...)}
}

func (e *Edition) label() string {
	return "v" + strconv.FormatInt(e.Number, 10) + " " + ShortHash(e.Hash)
}

// ShortHash is the start of a version's hash, enough to tell versions apart.
func ShortHash(hash string) string { return hash[:min(12, len(hash))] }

// Editions lists the versions loaded so far, newest first, without their
// texts: at most limit of those with a number below before (0 for all).
func (s *Service) Editions(ctx context.Context, before int64, limit int) ([]Edition, error) {
	q := s.ledger.Read(ctx).Omit(textColumns...)
	if before > 0 {
		q = q.Where("number < ?", before)
	}
	var list []Edition
	if err := q.Order("number DESC").Limit(limit).Find(&list).Error; err != nil {
		return nil, fmt.Errorf("list catalogue versions: %w", err)
	}
	return list, nil
}

// Edition gives one version with its texts, or NotFound.
func (s *Service) Edition(ctx context.Context, id string) (Edition, error) { return s.edition(ctx, id) }

func (s *Service) edition(ctx context.Context, id string) (e Edition, err error) {
	err = s.ledger.Read(ctx).Where("id = ?", id).Take(&e).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return e, problem.New(problem.NotFound, "catalogue.not_found")
	}
	if err != nil {
		return e, fmt.Errorf("read catalogue version: %w", err)
	}
	return e, nil
}

// Changes tells what a version changed against the one before it; the first
// has no changes.
func (s *Service) Changes(ctx context.Context, id string) (Edition, Difference, error) {
	e, err := s.edition(ctx, id)
	if err != nil || e.Number == 1 {
		return e, Difference{}, err
	}
	var before Edition
	if err := s.ledger.Read(ctx).Where("number = ?", e.Number-1).Take(&before).Error; err != nil {
		return e, Difference{}, fmt.Errorf("read catalogue version before: %w", err)
	}
	old, err := before.parse()
	if err != nil {
		return e, Difference{}, beyondUs(before)
	}
	now, err := e.parse()
	if err != nil {
		return e, Difference{}, beyondUs(e)
	}
	return e, Diff(old, now), nil
}

// beyondUs says that a stored version does not meet the rules of this
// program any more.
func beyondUs(e Edition) error {
	return problem.New(problem.Conflict, "catalogue.unreadable", "number", e.Number)
}

// Offered says whether the catalogue that ships with this program was never
// loaded: a newer program brings a newer catalogue, and people decide.
func (s *Service) Offered(ctx context.Context) (bool, error) {
	var known int64
	err := s.ledger.Read(ctx).Model(&Edition{}).Where("hash = ?", Embedded().Version.Hash).Limit(1).Count(&known).Error
	if err != nil {
		return false, fmt.Errorf("look for built-in catalogue: %w", err)
	}
	return known == 0, nil
}
