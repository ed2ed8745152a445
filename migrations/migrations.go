// Package migrations holds the numbered changes of the schema, one folder per
// database with the same file names. Old files are never edited.
package migrations

import "embed"

// Files are all migrations, under "sqlite" and "postgres".
//
//go:embed sqlite/*.sql postgres/*.sql
var Files embed.FS
