package migrations_test

import (
	"database/sql"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pressly/goose/v3"

	"hegui/internal/store"
	"hegui/internal/testkit"
	"hegui/migrations"
)

func names(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := fs.ReadDir(migrations.Files, folder)
	testkit.Must(t, err)
	out := make([]string, len(entries))
	for i, e := range entries {
		out[i] = e.Name()
	}
	return out
}

// TestNames needs no database: both folders have the same files, numbered
// without doubles, and each says how to go back.
func TestNames(t *testing.T) {
	t.Parallel()
	lite, postgres := names(t, "sqlite"), names(t, "postgres")
	if diff := cmp.Diff(lite, postgres); diff != "" {
		t.Errorf("the folders differ (-sqlite +postgres):\n%s", diff)
	}
	shape := regexp.MustCompile(`^\d{5}_[a-z]+(_[a-z]+)*\.sql$`)
	seen := map[string]string{}
	for _, name := range lite {
		if !shape.MatchString(name) {
			t.Errorf("%s: want NNNNN_words.sql", name)
		}
		number, _, _ := strings.Cut(name, "_")
		if seen[number] != "" {
			t.Errorf("%s and %s have the same number", seen[number], name)
		}
		seen[number] = name
	}
	for _, folder := range []string{"sqlite", "postgres"} {
		for _, name := range names(t, folder) {
			data, err := fs.ReadFile(migrations.Files, folder+"/"+name)
			testkit.Must(t, err)
			if up, down, ok := strings.Cut(string(data), "-- +goose Down"); !ok || !strings.Contains(up, "-- +goose Up") || strings.TrimSpace(down) == "" {
				t.Errorf("%s/%s: needs an Up and a Down part", folder, name)
			}
		}
	}
}

// TestDown goes back file by file to nothing, and up again.
func TestDown(t *testing.T) {
	t.Parallel()
	s := migrated(t, testkit.DatabaseURL(t))
	db, err := s.Write().DB()
	testkit.Must(t, err)
	dialect, folder := goose.DialectSQLite3, "sqlite"
	if s.IsPostgres() {
		dialect, folder = goose.DialectPostgres, "postgres"
	}
	files, err := fs.Sub(migrations.Files, folder)
	testkit.Must(t, err)
	p, err := goose.NewProvider(dialect, db, files)
	testkit.Must(t, err)
	before := describe(t, s)
	for range names(t, folder) {
		if _, err := p.Down(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if left := slices.Collect(maps.Keys(describe(t, s))); len(left) != 0 {
		t.Errorf("going back to nothing left %v", left)
	}
	testkit.Must(t, s.Migrate(t.Context()))
	if diff := cmp.Diff(before, describe(t, s)); diff != "" {
		t.Errorf("down and up again differs (-before +after):\n%s", diff)
	}
}

// TestBothDatabasesAlike migrates SQLite and PostgreSQL and compares what
// came out.
func TestBothDatabasesAlike(t *testing.T) {
	t.Parallel()
	if os.Getenv("TEST_DATABASE_URL") == "" {
		t.Skip("needs PostgreSQL: TEST_DATABASE_URL is not set")
	}
	lite := migrated(t, "sqlite:"+filepath.Join(t.TempDir(), "hegui.db"))
	postgres := migrated(t, testkit.DatabaseURL(t))
	if diff := cmp.Diff(describe(t, lite), describe(t, postgres)); diff != "" {
		t.Errorf("the schemas differ (-sqlite +postgres):\n%s", diff)
	}
}

func migrated(t *testing.T, url string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), url)
	testkit.Must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	testkit.Must(t, s.Migrate(t.Context()))
	return s
}

// table is what both databases must agree on.
type table struct {
	Columns []string // name, kind, NULL or NOT NULL, default or not; in order
	Key     string   // columns of the primary key
	Indexes []string // name, unique or not, partial or not, columns
	Links   []string // foreign keys
}

func describe(t *testing.T, s *store.Store) map[string]table {
	t.Helper()
	db, err := s.Write().DB()
	testkit.Must(t, err)
	q := liteQueries
	if s.IsPostgres() {
		q = postgresQueries
	}
	out := map[string]table{}
	for _, row := range ask(t, db, q.tables) {
		name := row[0]
		if strings.HasPrefix(name, "goose_") {
			continue
		}
		d := table{}
		for _, c := range ask(t, db, fmt.Sprintf(q.columns, name)) { // name, type, nullable, default
			d.Columns = append(d.Columns, fmt.Sprintf("%s %s %s %s", c[0], kind(t, name, c[1]), c[2], c[3]))
		}
		for _, c := range ask(t, db, fmt.Sprintf(q.key, name)) {
			d.Key += c[0] + " "
		}
		for _, c := range ask(t, db, fmt.Sprintf(q.indexes, name)) {
			d.Indexes = append(d.Indexes, strings.Join(c, " "))
		}
		for _, c := range ask(t, db, fmt.Sprintf(q.links, name)) {
			d.Links = append(d.Links, strings.Join(c, " "))
		}
		out[name] = d
	}
	return out
}

// kinds are the types in use, by what both databases call them. There is no
// floating-point one: what is recorded must read back as it was written.
var kinds = map[string]string{
	"text": "text", "bigint": "integer", "integer": "integer", "boolean": "boolean",
	"datetime": "time", "timestamp with time zone": "time", "blob": "bytes", "bytea": "bytes",
}

func kind(t *testing.T, table, name string) string {
	t.Helper()
	k := kinds[strings.ToLower(name)]
	if k == "" {
		t.Errorf("%s has a column of type %s", table, name)
	}
	return k
}

type queries struct{ tables, columns, key, indexes, links string }

var liteQueries = queries{
	tables: `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`,
	columns: `SELECT name, type, CASE WHEN "notnull" = 1 OR pk > 0 THEN 'NOT NULL' ELSE 'NULL' END,
		CASE WHEN dflt_value IS NULL THEN '' ELSE 'DEFAULT' END FROM pragma_table_info('%s') ORDER BY cid`,
	key: `SELECT name FROM pragma_table_info('%s') WHERE pk > 0 ORDER BY pk`,
	indexes: `SELECT l.name, CASE WHEN l."unique" = 1 THEN 'unique' ELSE '' END, CASE WHEN l.partial = 1 THEN 'partial' ELSE '' END,
		(SELECT group_concat(coalesce(i.name, 'expression'), ' ') FROM (SELECT name FROM pragma_index_info(l.name) ORDER BY seqno) i)
		FROM pragma_index_list('%s') l WHERE l.origin = 'c' ORDER BY l.name`,
	links: `SELECT "from", "table", coalesce("to", 'id'), on_delete FROM pragma_foreign_key_list('%s') ORDER BY "from", "table"`,
}

var postgresQueries = queries{
	tables: `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()`,
	columns: `SELECT column_name, data_type, CASE WHEN is_nullable = 'NO' THEN 'NOT NULL' ELSE 'NULL' END,
		CASE WHEN column_default IS NULL THEN '' ELSE 'DEFAULT' END
		FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = '%s' ORDER BY ordinal_position`,
	key: `SELECT a.attname FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(attnum, n)
		JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
		WHERE i.indisprimary AND i.indrelid = to_regclass('%s') ORDER BY k.n`,
	indexes: `SELECT c.relname, CASE WHEN i.indisunique THEN 'unique' ELSE '' END, CASE WHEN i.indpred IS NOT NULL THEN 'partial' ELSE '' END,
		(SELECT string_agg(coalesce(a.attname, 'expression'), ' ' ORDER BY k.n) FROM unnest(i.indkey) WITH ORDINALITY AS k(attnum, n)
			LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum)
		FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
		WHERE i.indrelid = to_regclass('%s') AND NOT i.indisprimary
			AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = i.indexrelid AND contype = 'u') ORDER BY c.relname COLLATE "C"`,
	links: `SELECT a.attname, f.relname, b.attname,
		CASE c.confdeltype WHEN 'a' THEN 'NO ACTION' WHEN 'c' THEN 'CASCADE' WHEN 'r' THEN 'RESTRICT' WHEN 'n' THEN 'SET NULL' ELSE 'SET DEFAULT' END
		FROM pg_constraint c JOIN pg_class f ON f.oid = c.confrelid
		JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
		JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = c.confkey[1]
		WHERE c.contype = 'f' AND c.conrelid = to_regclass('%s') ORDER BY a.attname, f.relname`,
}

// ask gives the answer as words; NULL is an empty one.
func ask(t *testing.T, db *sql.DB, query string) [][]string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	testkit.Must(t, err)
	defer func() { testkit.Must(t, rows.Close()) }()
	columns, err := rows.Columns()
	testkit.Must(t, err)
	var out [][]string
	for rows.Next() {
		values := make([]sql.NullString, len(columns))
		into := make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		testkit.Must(t, rows.Scan(into...))
		row := make([]string, len(columns))
		for i, v := range values {
			row[i] = v.String
		}
		out = append(out, row)
	}
	testkit.Must(t, rows.Err())
	return out
}
