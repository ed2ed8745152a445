package audit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"
)

// table knows how to read the rows of a recorded model and to write them down
// the same way on every database.
type table struct {
	name     string
	model    reflect.Type // the struct
	key      *schema.Field
	fields   []*schema.Field
	personal map[string]bool // columns tagged `ledger:"personal"`: not for auditors
}

func newTable(db *gorm.DB, model any) (*table, error) {
	stmt := &gorm.Statement{DB: db}
	if err := stmt.Parse(model); err != nil {
		return nil, fmt.Errorf("audit: parse %T: %w", model, err)
	}
	s := stmt.Schema
	key := s.PrioritizedPrimaryField
	if key == nil || key.DBName != "id" || key.FieldType.Kind() != reflect.String || len(s.PrimaryFields) != 1 {
		return nil, fmt.Errorf("audit: %s needs one text primary key \"id\"", s.Table)
	}
	t := &table{name: s.Table, model: s.ModelType, key: key, personal: map[string]bool{}}
	for _, f := range s.Fields {
		t.personal[f.DBName] = f.StructField.Tag.Get("ledger") == "personal"
		if f.DBName != "" && f.StructField.Tag.Get("ledger") != "-" {
			t.fields = append(t.fields, f)
		}
	}
	return t, nil
}

func (t *table) id(row reflect.Value) string {
	v, zero := t.key.ValueOf(context.Background(), row)
	if zero {
		return ""
	}
	return fmt.Sprint(v)
}

// partName is the name of the part that holds a row.
func (t *table) partName(id string) string { return rowPrefix + t.name + "/" + id }

// readChunk is how many rows are read back by one query.
const readChunk = 500

// read gives the canonical form of the rows with these ids; a missing one is
// not in the map.
func (t *table) read(tx *gorm.DB, ids []string) (map[string][]byte, error) {
	out := make(map[string][]byte, len(ids))
	for start := 0; start < len(ids); start += readChunk {
		chunk := ids[start:min(start+readChunk, len(ids))]
		list := reflect.New(reflect.SliceOf(t.model))
		if err := tx.Where("id IN ?", chunk).Find(list.Interface()).Error; err != nil {
			return nil, fmt.Errorf("read back %s: %w", t.name, err)
		}
		for i := range list.Elem().Len() {
			row := list.Elem().Index(i)
			body, err := t.canonical(tx.Statement.Context, row)
			if err != nil {
				return nil, err
			}
			out[t.id(row)] = body
		}
	}
	return out, nil
}

// canonical writes a row as JSON with its columns in alphabetical order, times
// in UTC to the microsecond. A field tagged `ledger:"hash"` is replaced by its
// SHA-256: it must be provable, not readable.
func (t *table) canonical(ctx context.Context, row reflect.Value) ([]byte, error) {
	m := make(map[string]any, len(t.fields))
	for _, f := range t.fields {
		m[f.DBName] = plain(f.ReflectValueOf(ctx, row).Interface(), f.StructField.Tag.Get("ledger") == "hash")
	}
	body, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("write down %s: %w", t.name, err)
	}
	return body, nil
}

func plain(v any, hash bool) any {
	switch v := v.(type) {
	case time.Time:
		return v.UTC().Truncate(time.Microsecond).Format(time.RFC3339Nano)
	case *time.Time:
		if v == nil {
			return nil
		}
		return plain(*v, false)
	}
	if hash {
		sum := sha256.Sum256(fmt.Append(nil, v))
		return hex.EncodeToString(sum[:])
	}
	return v
}

// Columns lists the recorded tables with the columns that events hold.
func (l *Ledger) Columns() map[string][]string {
	out := make(map[string][]string, len(l.tables))
	for name, t := range l.tables {
		for _, f := range t.fields {
			out[name] = append(out[name], f.DBName)
		}
	}
	return out
}
