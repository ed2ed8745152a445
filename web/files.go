package web

import (
	"errors"
	"io"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"hegui/internal/evidence"
	"hegui/internal/file"
	"hegui/internal/problem"
)

// filePages hand out uploaded files.
type filePages struct{ *Server }

// filePolicy goes with every uploaded file: whatever is in it, it runs nothing
// and loads nothing, not even when opened by itself.
const filePolicy = "sandbox; default-src 'none'; frame-ancestors 'none'"

// send hands out the file of a version, whole or in ranges. The evidence
// decides who may have it.
func (p *filePages) send(c echo.Context) error {
	ctx, cancel := patient(c)
	defer cancel()
	number, err := strconv.ParseInt(c.Param("version"), 10, 64)
	if err != nil {
		return problem.New(problem.NotFound, "evidence.file.not_found")
	}
	v, content, err := p.Evidence.Open(ctx, who(c), c.Param("evidence"), number)
	if err != nil {
		return err
	}
	setFileHeaders(c, v, content.ETag())
	read := &watched{Reader: content}
	out := &heldBack{ResponseWriter: c.Response(), patience: newPatience(c), status: http.StatusOK}
	http.ServeContent(out, c.Request().WithContext(ctx), "", v.CreatedAt, read)
	return p.ended(c, out, read.err)
}

func setFileHeaders(c echo.Context, v evidence.Version, etag string) {
	h := c.Response().Header()
	inline := file.Inline(v.MediaType) && c.QueryParam("download") == ""
	h.Set(echo.HeaderContentType, file.ServedAs(v.MediaType))
	h.Set(echo.HeaderContentDisposition, file.Disposition(inline, v.FileName))
	h.Set(echo.HeaderXContentTypeOptions, "nosniff")
	h.Set(echo.HeaderContentSecurityPolicy, filePolicy)
	h.Set(echo.HeaderCacheControl, "private, no-cache")
	h.Set("ETag", etag)
}

// ended answers with an error page when nothing was sent yet, and else breaks
// the connection, so that nobody takes half a file for a whole one.
func (p *filePages) ended(c echo.Context, out *heldBack, err error) error {
	if err == nil {
		out.begin() // an answer without a body: not modified, or a range that is not there
		return nil
	}
	if out.begun {
		p.Log.Error("file broke off", "id", requestID(c), "error", err)
		panic(http.ErrAbortHandler)
	}
	for _, name := range []string{echo.HeaderContentType, echo.HeaderContentDisposition, echo.HeaderContentLength, "Content-Range", "Accept-Ranges", "ETag", echo.HeaderLastModified} {
		c.Response().Header().Del(name)
	}
	c.Response().Header().Set(echo.HeaderContentSecurityPolicy, policy)
	c.Response().Header().Set(echo.HeaderCacheControl, "no-store")
	return err
}

// watched remembers why reading ended.
type watched struct {
	*file.Reader
	err error
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		w.err = err
	}
	return n, err
}
