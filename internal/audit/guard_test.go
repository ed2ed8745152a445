package audit_test

import (
	"errors"
	"strings"
	"testing"

	"gorm.io/gorm"

	"hegui/internal/audit"
	"hegui/internal/testkit"
)

// refused are ways to write that the ledger must not let pass. Each gets a
// handle, and an archive with the paper p0.
var refused = []struct {
	name string
	do   func(db *gorm.DB) error
}{
	{"create", func(db *gorm.DB) error { return db.Create(newPaper("x", "X")).Error }},
	{"create many", func(db *gorm.DB) error { return db.Create([]*paper{newPaper("x", "X"), newPaper("y", "Y")}).Error }},
	{"save", func(db *gorm.DB) error { p := newPaper("p0", "X"); return db.Save(p).Error }},
	{"update one column", func(db *gorm.DB) error { return db.Model(&paper{ID: "p0"}).Update("title", "X").Error }},
	{"update without hooks", func(db *gorm.DB) error { return db.Model(&paper{ID: "p0"}).UpdateColumn("title", "X").Error }},
	{"update by table name", func(db *gorm.DB) error { return db.Table("paper").Where("id = ?", "p0").Update("title", "X").Error }},
	{"delete", func(db *gorm.DB) error { return db.Delete(&paper{ID: "p0"}).Error }},
	{"first or create", func(db *gorm.DB) error { return db.Where("id = ?", "x").FirstOrCreate(newPaper("x", "X")).Error }},
	{"plain SQL", func(db *gorm.DB) error { return db.Exec("UPDATE paper SET title = 'X'").Error }},
	{"plain SQL that returns", func(db *gorm.DB) error {
		var id string
		return db.Raw("UPDATE paper SET title = 'X' RETURNING id").Scan(&id).Error
	}},
	{"plain SQL read row by row", func(db *gorm.DB) error {
		rows, err := db.Raw("\n-- innocent\nDELETE FROM paper RETURNING id").Rows()
		if err != nil {
			return err
		}
		defer rows.Close() //nolint:errcheck // of a test that fails anyway
		for rows.Next() {
		}
		return rows.Err()
	}},
	{"a common table that deletes", func(db *gorm.DB) error {
		var id string
		return db.Raw("WITH gone AS (DELETE FROM paper RETURNING id) SELECT id FROM gone").Scan(&id).Error
	}},
	{"the ledger's own rows", func(db *gorm.DB) error { return db.Table("ledger_part").Where("1 = 1").Delete(nil).Error }},
}

func TestNothingIsWrittenOutsideOfTheLedger(t *testing.T) {
	t.Parallel()
	for _, c := range refused {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a := newArchive(t)
			a.add("p0")
			for which, db := range map[string]*gorm.DB{"reading handle": a.Read(t.Context()), "writing handle": a.store.Write().WithContext(t.Context())} {
				if err := c.do(db); !errors.Is(err, audit.ErrOutside) {
					t.Errorf("%s: got %v, want ErrOutside", which, err)
				}
			}
			a.sound()
		})
	}
}

func TestUnauditedWritesFreeTablesOnly(t *testing.T) {
	t.Parallel()
	for _, c := range refused {
		if strings.HasPrefix(c.name, "plain") || strings.HasPrefix(c.name, "a common") {
			continue // plain SQL is allowed there: it is for counters and leases
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a := newArchive(t)
			a.add("p0")
			if err := a.Unaudited(t.Context(), "test", c.do); !errors.Is(err, audit.ErrOutside) {
				t.Errorf("got %v, want ErrOutside", err)
			}
			a.sound()
		})
	}
	a := newArchive(t)
	testkit.Must(t, a.Unaudited(t.Context(), "counting", func(tx *gorm.DB) error { return tx.Create(&hit{ID: "h", N: 1}).Error }))
	if a.count("hit") != 1 {
		t.Error("the free row was not written")
	}
	if err := a.Unaudited(t.Context(), "", func(*gorm.DB) error { return nil }); err == nil {
		t.Error("Unaudited without a reason was accepted")
	}
}

func TestWriteKeepsNothingWhen(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		do   func(tx *gorm.DB) ([]audit.Event, error)
		want string
	}{
		{"no event is reported", func(tx *gorm.DB) ([]audit.Event, error) {
			return nil, tx.Create(newPaper("x", "X")).Error
		}, "without an event"},
		{"the callback fails", func(tx *gorm.DB) ([]audit.Event, error) {
			return []audit.Event{about("added", newPaper("x", "X"))}, errors.Join(tx.Create(newPaper("x", "X")).Error, errMine)
		}, "mine"},
		{"a changed row is not named", func(tx *gorm.DB) ([]audit.Event, error) {
			p, q := newPaper("x", "X"), newPaper("y", "Y")
			return []audit.Event{about("added", p)}, errors.Join(tx.Create(p).Error, tx.Create(q).Error)
		}, "paper y changed, but no event names it"},
		{"one of many rows is not named", func(tx *gorm.DB) ([]audit.Event, error) {
			p, q := newPaper("x", "X"), newPaper("y", "Y")
			return []audit.Event{about("added", p)}, tx.Create([]*paper{p, q}).Error
		}, "paper y changed, but no event names it"},
		{"unknown rows changed and none is named", func(tx *gorm.DB) ([]audit.Event, error) {
			return []audit.Event{{Action: "paper.counted", Object: audit.Object{Type: "paper"}}}, tx.Model(&paper{}).Where("pages > 0").Update("pages", 9).Error
		}, "changed, but no event names it"},
		{"a deleted row is not named", func(tx *gorm.DB) ([]audit.Event, error) {
			return []audit.Event{{Action: "paper.deleted", Object: audit.Object{Type: "paper"}}}, tx.Delete(&paper{ID: "p0"}).Error
		}, "paper p0 changed, but no event names it"},
		{"plain SQL is used", func(tx *gorm.DB) ([]audit.Event, error) {
			return []audit.Event{about("added", newPaper("p0", "X"))}, tx.Exec("UPDATE paper SET title = 'X'").Error
		}, "outside the ledger"},
		{"plain SQL returns rows", func(tx *gorm.DB) ([]audit.Event, error) {
			var id string
			return []audit.Event{about("added", newPaper("p0", "X"))}, tx.Raw("UPDATE paper SET title = 'X' RETURNING id").Scan(&id).Error
		}, "outside the ledger"},
		{"a table is not declared", func(tx *gorm.DB) ([]audit.Event, error) {
			return []audit.Event{about("added", newPaper("p0", "X"))}, tx.Create(&stranger{ID: "x"}).Error
		}, "neither recorded nor free"},
		{"the ledger itself is written", func(tx *gorm.DB) ([]audit.Event, error) {
			return []audit.Event{about("added", newPaper("p0", "X"))}, tx.Table("ledger_head").Where("id = 1").Update("size", 0).Error
		}, "neither recorded nor free"},
		{"the transaction's context is lost", func(tx *gorm.DB) ([]audit.Event, error) {
			p := newPaper("x", "X")
			return []audit.Event{about("added", p)}, tx.Session(&gorm.Session{NewDB: true, Context: t.Context()}).Create(p).Error
		}, "outside the ledger"},
		{"an event has no action", func(tx *gorm.DB) ([]audit.Event, error) {
			p := newPaper("x", "X")
			return []audit.Event{{Object: audit.Object{Type: "paper"}, Rows: []any{p}}}, tx.Create(p).Error
		}, "without action"},
		{"an event names what is not recorded", func(tx *gorm.DB) ([]audit.Event, error) {
			h := &hit{ID: "x"}
			return []audit.Event{{Action: "hit.made", Object: audit.Object{Type: "hit"}, Rows: []any{h}}}, tx.Create(h).Error
		}, "is not recorded"},
		{"a part to erase is not there", func(*gorm.DB) ([]audit.Event, error) {
			return []audit.Event{{Action: "paper.erased", Object: audit.Object{Type: "paper"}, Erase: []audit.Part{{Event: "none", Name: "label"}}}}, nil
		}, "to erase"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a := newArchive(t)
			a.add("p0")
			before, papers := a.verify(), a.count("paper")
			err := a.Write(t.Context(), ann, c.do)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
			after := a.verify()
			if !after.Sound || after.Root != before.Root || a.count("paper") != papers || a.count("hit") != 0 {
				t.Errorf("something was kept: %+v, %d papers, %d hits", after, a.count("paper"), a.count("hit"))
			}
		})
	}
}

func TestFreeRowsGoWithARecordedWrite(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	p := newPaper("p", "P")
	testkit.Must(t, a.Write(t.Context(), ann, func(tx *gorm.DB) ([]audit.Event, error) {
		return []audit.Event{about("added", p)}, errors.Join(tx.Create(p).Error, tx.Create(&hit{ID: "h", N: 1}).Error)
	}))
	if a.count("paper") != 1 || a.count("hit") != 1 {
		t.Error("not both were written")
	}
	a.sound()
}

func TestWriteDoesNotNest(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	err := a.Write(t.Context(), ann, func(tx *gorm.DB) ([]audit.Event, error) {
		inner := a.Write(tx.Statement.Context, ann, func(*gorm.DB) ([]audit.Event, error) { return nil, errMine })
		return nil, inner
	})
	if err == nil || errors.Is(err, errMine) {
		t.Errorf("got %v, want a refusal", err)
	}
	err = a.Write(t.Context(), ann, func(tx *gorm.DB) ([]audit.Event, error) {
		return nil, a.Unaudited(tx.Statement.Context, "inside", func(*gorm.DB) error { return errMine })
	})
	if err == nil || errors.Is(err, errMine) {
		t.Errorf("Unaudited inside: got %v, want a refusal", err)
	}
}

func TestReadingIsFree(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	a.add("p0")
	for _, q := range []string{"SELECT title FROM paper WHERE id = 'p0'", "WITH a AS (SELECT title FROM paper) SELECT title FROM a",
		"SELECT title FROM paper WHERE title <> 'delete' AND id = 'p0'"} {
		var got string
		testkit.Must(t, a.Read(t.Context()).Raw(q).Scan(&got).Error)
		if got != "Paper p0" {
			t.Errorf("%s: got %q", q, got)
		}
	}
}

func TestModelsNeedAnID(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	type numbered struct{ ID int64 }
	type paired struct {
		A string `gorm:"primaryKey"`
		B string `gorm:"primaryKey"`
	}
	for _, model := range []any{&numbered{}, &paired{}} {
		if _, err := audit.New(a.store, audit.Options{Recorded: []any{model}}); err == nil {
			t.Errorf("%T was accepted", model)
		}
	}
}
