package web

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// keyConnection keeps the context of the connection, which ends when the
// browser goes away and not before.
const keyConnection = "connection"

// patient gives a context for moving a file: it knows what the request's
// knows, but has no deadline and ends when the browser goes away.
func patient(c echo.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(c.Request().Context()))
	connection, ok := c.Get(keyConnection).(context.Context)
	if !ok {
		return ctx, cancel
	}
	stop := context.AfterFunc(connection, cancel)
	return ctx, func() {
		stop()
		cancel()
	}
}

// stall is how long a transfer may stand still. The whole of it may take as
// long as it goes on.
const stall = time.Minute

// patience moves the deadlines of a connection on while a file is moving.
type patience struct {
	control *http.ResponseController
	next    time.Time
}

func newPatience(c echo.Context) *patience {
	return &patience{control: http.NewResponseController(c.Response())}
}

// goOn grants another while. A recorder in tests has no deadlines.
func (p *patience) goOn() {
	const step = 5 * time.Second // not for every few bytes
	now := time.Now()
	if now.Before(p.next) {
		return
	}
	p.next = now.Add(step)
	_ = p.control.SetReadDeadline(now.Add(stall))
	_ = p.control.SetWriteDeadline(now.Add(stall))
}

// patientReader reads a body that may take long.
type patientReader struct {
	io.ReadCloser
	*patience
}

func (r patientReader) Read(p []byte) (int, error) {
	r.goOn()
	return r.ReadCloser.Read(p)
}

// heldBack keeps the header of an answer back until there is something to
// send: when reading fails before, an error page can still be answered.
type heldBack struct {
	http.ResponseWriter
	*patience
	status int
	begun  bool
}

// WriteHeader remembers the status.
func (w *heldBack) WriteHeader(status int) { w.status = status }

// Write sends the header before the first bytes.
func (w *heldBack) Write(p []byte) (int, error) {
	w.goOn()
	w.begin()
	return w.ResponseWriter.Write(p)
}

// begin sends the header.
func (w *heldBack) begin() {
	if !w.begun {
		w.begun = true
		w.ResponseWriter.WriteHeader(w.status)
	}
}
