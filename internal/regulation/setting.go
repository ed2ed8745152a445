package regulation

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"hegui/internal/day"
	"hegui/internal/problem"
)

// Setting is the value of a figure in force on a day, and where it comes from.
type Setting struct {
	Figure *Figure
	Value  FigureValue
	Local  *LocalValue  // the organisation's own value, nil when the catalogue's default is in force
	Check  *FigureCheck // somebody's statement that they checked the default, nil without one
	Unfit  *LocalValue  // an own value passed over, because the figure has another unit or comparator now
}

// Say prints the value as Figure.Say does.
func (s Setting) Say(lang string) string {
	return s.Value.Say(s.Figure.Unit, s.Figure.Comparator, lang)
}

// Confirmed says whether the value may be relied on: it was verified by those
// who made the catalogue, checked by somebody here, or decided by two people.
func (s Setting) Confirmed() bool { return s.Local != nil || s.Figure.Verified || s.Check != nil }

// Value gives the value of a figure in force on a day: the approved own value
// with the latest day of effect not after it, else the catalogue's default.
// A key the catalogue does not have is NotFound.
func (s *Service) Value(ctx context.Context, key string, on day.Date) (Setting, error) {
	list, err := s.Values(ctx, []string{key}, on)
	if err != nil {
		return Setting{}, err
	}
	if len(list) == 0 {
		return Setting{}, problem.New(problem.NotFound, "figure.not_found")
	}
	return list[0], nil
}

// Values gives the values of several figures on a day, in the order asked for;
// keys the catalogue does not have are left out. It asks the database twice,
// however many there are.
func (s *Service) Values(ctx context.Context, keys []string, on day.Date) ([]Setting, error) {
	return s.ValuesIn(s.ledger.Read(ctx), s.Current(ctx), keys, on)
}

// ValuesIn is Values inside a transaction and for a given catalogue.
func (s *Service) ValuesIn(db *gorm.DB, c *Catalogue, keys []string, on day.Date) ([]Setting, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	locals, err := localValues(db, keys, on)
	if err != nil {
		return nil, err
	}
	checks, err := standingChecks(db, keys)
	if err != nil {
		return nil, err
	}
	out := make([]Setting, 0, len(keys))
	for _, key := range keys {
		if f, ok := c.Figure(key); ok {
			out = append(out, settle(f, locals[key], checks[key]))
		}
	}
	return out, nil
}

// settle decides one figure.
func settle(f *Figure, local *LocalValue, checks []*FigureCheck) Setting {
	s := Setting{Figure: f, Value: f.Value}
	switch {
	case local == nil:
	case local.fits(f):
		s.Local, s.Value = local, local.Value
	default:
		s.Unfit = local
	}
	if len(checks) == 0 {
		return s
	}
	print := f.fingerprint()
	for _, c := range checks {
		if c.Fingerprint == print {
			s.Check = c
		}
	}
	return s
}

// maxKeys is how many keys a query names; more are filtered afterwards.
const maxKeys = 100

func ofFigures(db *gorm.DB, keys []string) *gorm.DB {
	if len(keys) > maxKeys {
		return db
	}
	return db.Where("figure_key IN ?", keys)
}

// localValues gives the approved value in effect per key.
func localValues(db *gorm.DB, keys []string, on day.Date) (map[string]*LocalValue, error) {
	var list []*LocalValue
	err := ofFigures(db, keys).Where("state = ? AND effective_from <= ?", Approved, on).
		Order("effective_from, decided_at, id").Find(&list).Error
	if err != nil {
		return nil, fmt.Errorf("read own values: %w", err)
	}
	out := make(map[string]*LocalValue, len(list))
	for _, v := range list { // the last one wins
		out[v.FigureKey] = v
	}
	return out, nil
}

func standingChecks(db *gorm.DB, keys []string) (map[string][]*FigureCheck, error) {
	var list []*FigureCheck
	if err := ofFigures(db, keys).Where("withdrawn_by = ''").Order("id").Find(&list).Error; err != nil {
		return nil, fmt.Errorf("read checks of figures: %w", err)
	}
	out := make(map[string][]*FigureCheck, len(list))
	for _, c := range list {
		out[c.FigureKey] = append(out[c.FigureKey], c)
	}
	return out, nil
}

// fingerprint stands for what somebody checks about a figure: its value and
// the words it comes from. When a newer catalogue changes them, the check no
// longer counts.
func (f *Figure) fingerprint() string {
	parts := []string{f.Key, string(f.Value.Kind), f.Value.Input(), string(f.Unit), string(f.Comparator), string(f.Force),
		f.Provision.ZH, f.Provision.EN, f.Statement.ZH, f.Statement.EN}
	for i, p := range parts {
		parts[i] = strconv.Quote(p)
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\n")))
	return hex.EncodeToString(sum[:])
}
