package web

import (
	"encoding/csv"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

// csvWriter streams a table to the browser.
type csvWriter struct {
	c   echo.Context
	w   *csv.Writer
	n   int
	err error
}

// exportTimeout is how long the whole of an export may take to be sent.
const exportTimeout = 5 * time.Minute

// startCSV begins the answer. A byte order mark tells spreadsheet programs that
// it is UTF-8: without one they read Chinese as the system's old encoding.
func startCSV(c echo.Context, name string) *csvWriter {
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "text/csv; charset=utf-8")
	h.Set(echo.HeaderContentDisposition, attachment(name))
	deadline := time.Now().Add(exportTimeout)
	_ = http.NewResponseController(c.Response()).SetWriteDeadline(deadline) // a recorder in tests has none
	c.Response().WriteHeader(http.StatusOK)
	w := &csvWriter{c: c, w: csv.NewWriter(c.Response())}
	_, w.err = c.Response().Write([]byte("\xEF\xBB\xBF"))
	return w
}

// flushEvery is how many rows are gathered before they are sent.
const flushEvery = 500

func (w *csvWriter) row(cells ...string) {
	if w.err != nil {
		return
	}
	safe := make([]string, len(cells))
	for i, s := range cells {
		safe[i] = plainCell(s)
	}
	w.err = w.w.Write(safe)
	if w.n++; w.n%flushEvery == 0 {
		w.w.Flush()
		w.c.Response().Flush()
	}
}

func (w *csvWriter) failed() bool { return w.err != nil }

// abort cuts the connection, so that half a file does not look like a whole
// one.
func (w *csvWriter) abort(err error) error {
	w.c.Logger().Error(err)
	panic(http.ErrAbortHandler)
}

func (w *csvWriter) close() error {
	w.w.Flush()
	if err := errors.Join(w.err, w.w.Error()); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	return nil
}

// plainCell keeps spreadsheet programs from running a cell as a formula
// (CWE-1236): a text that begins like one, after blanks, gets an apostrophe in
// front.
func plainCell(s string) string {
	rest := strings.TrimLeft(s, " \u00A0\u3000\uFEFF")
	if rest != "" && strings.ContainsRune("=+-@|%\t\r\n＝＋－＠", []rune(rest)[0]) {
		return "'" + s
	}
	return s
}
