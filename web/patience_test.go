package web

import (
	"context"
	"errors"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"hegui/internal/i18n"
)

// TestTransfersHaveNoDeadlineButAnEnd looks at the context that files move in.
func TestTransfersHaveNoDeadlineButAnEnd(t *testing.T) {
	t.Parallel()
	connection, hangUp := context.WithCancel(t.Context())
	limited, cancel := context.WithTimeout(i18n.With(connection, i18n.English), time.Hour)
	defer cancel()
	c := echo.New().NewContext(httptest.NewRequestWithContext(limited, "GET", "/files/a/1", nil), httptest.NewRecorder())
	c.Set(keyConnection, connection)

	ctx, done := patient(c)
	defer done()
	if _, has := ctx.Deadline(); has {
		t.Error("it has a deadline")
	}
	if i18n.Lang(ctx) != i18n.English {
		t.Error("it forgot the language")
	}
	cancel()
	if ctx.Err() != nil {
		t.Error("the request's deadline ended it")
	}
	hangUp()
	select {
	case <-ctx.Done():
	case <-time.After(10 * time.Second):
		t.Error("it goes on although the browser went away")
	}
	if !errors.Is(ctx.Err(), context.Canceled) {
		t.Errorf("got %v", ctx.Err())
	}
}
