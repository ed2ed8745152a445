package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/pressly/goose/v3"
)

// dialect is what the two databases do differently at opening.
type dialect interface {
	name() string // also the folder of its migrations
	goose() goose.Dialect
	open(ctx context.Context) (*Store, error)
	sizeSQL() string
}

func dialectOf(url string) (dialect, error) {
	if path, ok := strings.CutPrefix(url, "sqlite:"); ok && path != "" {
		return sqliteDialect{path: path}, nil
	}
	if strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://") {
		return postgresDialect{url: url}, nil
	}
	return nil, fmt.Errorf("database %q: want sqlite:PATH or postgres://USER@HOST/NAME", redact(url))
}

// redact keeps passwords out of messages.
func redact(url string) string {
	if at := strings.LastIndex(url, "@"); at >= 0 {
		if scheme := strings.Index(url, "://"); scheme >= 0 && scheme < at {
			return url[:scheme+3] + "…" + url[at:]
		}
	}
	return url
}
