package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver named "pgx"
	"github.com/pressly/goose/v3"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
)

type postgresDialect struct{ url string }

func (postgresDialect) name() string         { return "postgres" }
func (postgresDialect) goose() goose.Dialect { return goose.DialectPostgres }
func (postgresDialect) sizeSQL() string      { return "SELECT pg_database_size(current_database())" }

// connections is how many a node keeps to PostgreSQL.
const connections = 16

func (d postgresDialect) open(ctx context.Context) (*Store, error) {
	db, err := sql.Open("pgx", d.url)
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", redact(d.url), err)
	}
	limitPool(db, connections)
	g, err := gorm.Open(postgres.New(postgres.Config{Conn: db}), gormConfig())
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", redact(d.url), err), db.Close())
	}
	s := &Store{dialect: d, write: g, read: g}
	if err := s.Ping(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}
