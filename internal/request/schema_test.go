package request_test

import (
	"testing"

	"gorm.io/gorm"

	"hegui/internal/request"
	"hegui/internal/testkit"
)

// TestModelsFitTables wants every column of the tables to have a field, and
// the other way round.
func TestModelsFitTables(t *testing.T) {
	t.Parallel()
	a := testkit.Open(t)
	db := a.Ledger.Read(t.Context())
	for _, model := range request.Recorded {
		stmt := &gorm.Statement{DB: db}
		testkit.Must(t, stmt.Parse(model))
		columns, err := db.Migrator().ColumnTypes(model)
		testkit.Must(t, err)
		have := map[string]bool{}
		for _, c := range columns {
			have[c.Name()] = true
			if stmt.Schema.LookUpField(c.Name()) == nil {
				t.Errorf("%s: no field for column %s", stmt.Schema.Table, c.Name())
			}
		}
		for _, name := range stmt.Schema.DBNames {
			if !have[name] {
				t.Errorf("%s: no column for field %s", stmt.Schema.Table, name)
			}
		}
	}
}
