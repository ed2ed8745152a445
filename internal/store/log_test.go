package store_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
)

// TestLogOfStatements: one whose caller went away is no error of ours; one that
// fails is, and its values stay out of the log.
func TestLogOfStatements(t *testing.T) { //nolint:paralleltest // looks at the program's log
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(before)
	s := open(t, "sqlite:"+t.TempDir()+"/hegui.db") // takes this log
	gone, leave := context.WithCancel(t.Context())
	leave()
	var n int
	if err := s.Read().WithContext(gone).Raw("SELECT 1").Scan(&n).Error; err == nil {
		t.Error("a cancelled statement was answered")
	}
	if log.Len() > 0 {
		t.Errorf("logged %s", &log)
	}
	if err := s.Read().WithContext(t.Context()).Raw("SELECT nothing FROM nowhere WHERE x = ?", "geheim").Scan(&n).Error; err == nil {
		t.Error("nonsense was answered")
	}
	if got := log.String(); !strings.Contains(got, "nowhere") || strings.Contains(got, "geheim") {
		t.Errorf("logged %q", got)
	}
}
