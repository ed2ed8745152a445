package audit_test

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/store"
	"hegui/internal/testkit"
)

// paper is a recorded model with every kind of column.
type paper struct {
	ID      string
	Title   string
	Pages   int64
	Public  bool
	Tags    []string `gorm:"serializer:json"`
	Secret  string   `ledger:"hash"`
	SeenAt  *time.Time
	MadeAt  time.Time
	Version int64
}

func (paper) TableName() string { return "paper" }

// hit is a row of a free table.
type hit struct {
	ID string
	N  int64
}

func (hit) TableName() string { return "hit" }

// stranger is a row of a table that nobody declared.
type stranger struct{ ID string }

func (stranger) TableName() string { return "stranger" }

const schemaSQL = `
CREATE TABLE paper (id TEXT PRIMARY KEY, title TEXT NOT NULL, pages BIGINT NOT NULL, public BOOLEAN NOT NULL,
	tags TEXT NOT NULL, secret TEXT NOT NULL, seen_at %[1]s, made_at %[1]s NOT NULL, version BIGINT NOT NULL);
CREATE TABLE hit (id TEXT PRIMARY KEY, n BIGINT NOT NULL);
CREATE TABLE stranger (id TEXT PRIMARY KEY)`

// archive is a ledger over the tables above, on a database of its own.
type archive struct {
	*audit.Ledger
	t     testing.TB
	store *store.Store
	clock *testkit.Clock
	raw   *sql.DB // goes behind the ledger's back
}

var ann = actor.Actor{ID: "ann", Kind: actor.KindPerson, Name: "Ann"}

func newArchive(t testing.TB) *archive {
	t.Helper()
	s, err := store.Open(t.Context(), testkit.DatabaseURL(t))
	testkit.Must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	testkit.Must(t, s.Migrate(t.Context()))
	raw, err := s.Write().DB()
	testkit.Must(t, err)
	timeType := "DATETIME"
	if s.IsPostgres() {
		timeType = "TIMESTAMPTZ"
	}
	for _, statement := range strings.Split(fmt.Sprintf(schemaSQL, timeType), ";") {
		_, err := raw.ExecContext(t.Context(), statement)
		testkit.Must(t, err)
	}
	clock := &testkit.Clock{}
	clock.Set(testkit.Start)
	l, err := audit.New(s, audit.Options{Now: clock.Now, Recorded: []any{&paper{}}, Free: []string{"hit"}})
	testkit.Must(t, err)
	return &archive{Ledger: l, t: t, store: s, clock: clock, raw: raw}
}

func newPaper(id, title string) *paper {
	return &paper{ID: id, Title: title, Pages: 3, Tags: []string{"a", "乙"}, Secret: "s3cret", MadeAt: testkit.Start, Version: 1}
}

func about(action string, p *paper) audit.Event {
	return audit.Event{Action: "paper." + action, Object: audit.Object{Type: "paper", ID: p.ID}, Label: p.Title, Rows: []any{p}}
}

// add writes a paper as a capability does.
func (a *archive) add(id string) *paper {
	a.t.Helper()
	p := newPaper(id, "Paper "+id)
	testkit.Must(a.t, a.Write(a.t.Context(), ann, func(tx *gorm.DB) ([]audit.Event, error) {
		return []audit.Event{about("added", p)}, tx.Create(p).Error
	}))
	return p
}

// retitle changes a paper as a capability does.
func (a *archive) retitle(p *paper, title string) {
	a.t.Helper()
	p.Title = title
	p.Version++
	testkit.Must(a.t, a.Write(a.t.Context(), ann, func(tx *gorm.DB) ([]audit.Event, error) {
		return []audit.Event{about("retitled", p)}, tx.Save(p).Error
	}))
}

// filled has nine events: papers p0 to p5, of which p0, p1 and p5 were
// retitled.
func filled(t testing.TB) *archive {
	t.Helper()
	a := newArchive(t)
	papers := make([]*paper, 6)
	for i := range papers {
		papers[i] = a.add(fmt.Sprint("p", i))
	}
	for _, i := range []int{0, 1, 5} {
		a.retitle(papers[i], "New title")
	}
	return a
}

// exec goes behind the ledger's back, as an insider with the database would.
func (a *archive) exec(format string, args ...any) {
	a.t.Helper()
	_, err := a.raw.ExecContext(a.t.Context(), fmt.Sprintf(format, args...))
	testkit.Must(a.t, err)
}

// bytes writes data as a literal of the database.
func (a *archive) bytes(data []byte) string {
	if a.store.IsPostgres() {
		return `'\x` + hex.EncodeToString(data) + `'::bytea`
	}
	return "x'" + hex.EncodeToString(data) + "'"
}

// leaves reads the bytes of all leaves in order.
func (a *archive) leaves() [][]byte {
	a.t.Helper()
	rows, err := a.raw.QueryContext(a.t.Context(), "SELECT data FROM ledger_leaf ORDER BY seq")
	testkit.Must(a.t, err)
	defer func() { testkit.Must(a.t, rows.Close()) }()
	var out [][]byte
	for rows.Next() {
		var data []byte
		testkit.Must(a.t, rows.Scan(&data))
		out = append(out, data)
	}
	testkit.Must(a.t, rows.Err())
	return out
}

func (a *archive) verify() audit.Report {
	a.t.Helper()
	r, err := a.Verify(a.t.Context())
	testkit.Must(a.t, err)
	if r.Sound != (len(r.Findings) == 0) {
		a.t.Errorf("sound is %v with %d findings", r.Sound, len(r.Findings))
	}
	return r
}

func (a *archive) sound() {
	a.t.Helper()
	if r := a.verify(); !r.Sound {
		a.t.Errorf("not sound: %+v", r.Findings)
	}
}

// finds fails the test unless verify makes the named finding about an event;
// seq -2 stands for any.
func (a *archive) finds(code string, seq int64) {
	a.t.Helper()
	r := a.verify()
	if !slices.ContainsFunc(r.Findings, func(f audit.Finding) bool { return f.Code == code && (seq == anySeq || f.Seq == seq) }) {
		a.t.Errorf("want %s at %d, found %+v", code, seq, r.Findings)
	}
}

const anySeq = -2

// count asks the database itself.
func (a *archive) count(table string) (n int) {
	a.t.Helper()
	testkit.Must(a.t, a.raw.QueryRowContext(context.Background(), "SELECT count(*) FROM "+table).Scan(&n))
	return n
}

var errMine = errors.New("mine")
