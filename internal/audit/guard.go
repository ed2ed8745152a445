package audit

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"sync"

	"gorm.io/gorm"
)

// ErrOutside says that something tried to write without the ledger.
var ErrOutside = errors.New("audit: write outside the ledger")

type writeKey struct{}

// write is the state of one running Write, carried in the context.
type write struct {
	internal bool // the ledger's own rows
	freeOnly bool // Unaudited
	touched  map[string]map[string]bool
}

func writing(ctx context.Context) *write {
	w, _ := ctx.Value(writeKey{}).(*write)
	return w
}

// anyRow stands for rows of a table that were changed without naming them.
const anyRow = "*"

func (l *Ledger) arm() error {
	handles := []*gorm.DB{l.store.Write()}
	if l.store.Read() != l.store.Write() {
		handles = append(handles, l.store.Read())
	}
	for _, db := range handles {
		c := db.Callback()
		err := errors.Join(
			c.Create().Before("gorm:before_create").Register("ledger:before_create", l.before),
			c.Update().Before("gorm:before_update").Register("ledger:before_update", l.before),
			c.Delete().Before("gorm:before_delete").Register("ledger:before_delete", l.before),
			c.Raw().Before("gorm:raw").Register("ledger:before_raw", l.beforeRaw),
			c.Query().Before("gorm:query").Register("ledger:before_query", l.beforeQuery),
			c.Row().Before("gorm:row").Register("ledger:before_row", l.beforeQuery),
			c.Create().After("gorm:create").Register("ledger:after_create", l.after),
			c.Update().After("gorm:update").Register("ledger:after_update", l.after),
			c.Delete().After("gorm:delete").Register("ledger:after_delete", l.after),
		)
		if err != nil {
			return err
		}
	}
	return nil
}

func (l *Ledger) before(db *gorm.DB) {
	w := writing(db.Statement.Context)
	name := db.Statement.Table
	switch {
	case w == nil:
		_ = db.AddError(fmt.Errorf("%w: %s", ErrOutside, name))
	case w.internal || l.free[name]:
	case w.freeOnly:
		_ = db.AddError(fmt.Errorf("%w: %s is not free to write", ErrOutside, name))
	case l.tables[name] == nil:
		_ = db.AddError(fmt.Errorf("%w: %s is neither recorded nor free", ErrOutside, name))
	}
}

// beforeRaw lets plain SQL write free tables only: what it touches is unknown.
func (l *Ledger) beforeRaw(db *gorm.DB) {
	w := writing(db.Statement.Context)
	if w == nil || (!w.internal && !w.freeOnly) {
		_ = db.AddError(fmt.Errorf("%w: plain SQL", ErrOutside))
	}
}

// changing finds words that change something; noise is where they mean nothing.
var (
	changing = regexp.MustCompile(`(?i)\b(insert|update|delete|merge|truncate|alter|create|drop|replace\s+into)\b`)
	noise    = regexp.MustCompile(`(?is)'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*.*?\*/|\bfor\s+(?:no\s+key\s+)?update\b`)
)

// beforeQuery looks at plain SQL that is run for its rows: UPDATE … RETURNING
// is a write, too.
func (l *Ledger) beforeQuery(db *gorm.DB) {
	if db.Statement.SQL.Len() == 0 {
		return // built by GORM: a SELECT
	}
	if l.changes.says(db.Statement.SQL.String()) {
		l.beforeRaw(db)
	}
}

// verdicts remembers which plain statements change something; there are few,
// and looking through their words takes longer than running some.
type verdicts struct {
	mu   sync.RWMutex
	said map[string]bool
}

const maxVerdicts = 2_000 // statements; those of lists differ in how many values they have

func (v *verdicts) says(sql string) bool {
	v.mu.RLock()
	yes, known := v.said[sql]
	v.mu.RUnlock()
	if known {
		return yes
	}
	yes = changing.MatchString(sql) && changing.MatchString(noise.ReplaceAllString(sql, " "))
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.said == nil || len(v.said) >= maxVerdicts {
		v.said = map[string]bool{}
	}
	v.said[sql] = yes
	return yes
}

// after remembers which rows a statement changed.
func (l *Ledger) after(db *gorm.DB) {
	w := writing(db.Statement.Context)
	t := l.tables[db.Statement.Table]
	if w == nil || w.internal || t == nil || db.Error != nil || db.RowsAffected == 0 {
		return
	}
	ids := w.touched[t.name]
	if ids == nil {
		ids = map[string]bool{}
		w.touched[t.name] = ids
	}
	found := false
	eachRow(db.Statement.ReflectValue, func(row reflect.Value) {
		if row.Type() != t.model {
			return
		}
		if id := t.id(row); id != "" {
			ids[id], found = true, true
		}
	})
	if !found {
		ids[anyRow] = true
	}
}

func eachRow(v reflect.Value, visit func(reflect.Value)) {
	v = reflect.Indirect(v)
	switch v.Kind() {
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if row := reflect.Indirect(v.Index(i)); row.Kind() == reflect.Struct {
				visit(row)
			}
		}
	case reflect.Struct:
		visit(v)
	}
}

// covered checks that the events name every row that was changed.
func (w *write) covered(named map[string]map[string]bool) error {
	for name, ids := range w.touched {
		for id := range ids {
			if id == anyRow && len(named[name]) > 0 {
				continue
			}
			if !named[name][id] {
				return fmt.Errorf("audit: %s %s changed, but no event names it", name, id)
			}
		}
	}
	return nil
}
