package web

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/internal/regulation"
	"hegui/templates/pages"
)

// maxUpload is the largest body of an upload: three files of the largest size
// and a note.
const maxUpload = 3*regulation.MaxFileSize + maxBody

// upload reads the files and leads to what they would change.
func (p *cataloguePages) upload(c echo.Context) error {
	in, err := readUpload(c)
	if err != nil {
		return err
	}
	return p.prepare(c, in)
}

// builtIn does the same with the catalogue that ships with the program.
func (p *cataloguePages) builtIn(c echo.Context) error {
	if _, err := readForm(c); err != nil {
		return err
	}
	return p.prepare(c, regulation.Upload{BuiltIn: true})
}

// maxFaultsShown keeps the page short; whoever mends fifty sees the others.
const maxFaultsShown = 50

func (p *cataloguePages) prepare(c echo.Context, in regulation.Upload) error {
	ctx := c.Request().Context()
	d, err := p.Regulation.Prepare(ctx, who(c), in)
	if faults := regulation.Faults(err); len(faults) > 0 {
		form := &pages.UploadForm{Note: in.Note}
		for _, f := range faults[:min(maxFaultsShown, len(faults))] {
			form.Faults = append(form.Faults, pages.FaultLine{File: f.File, ID: f.ID, What: f.Say(i18n.Lang(ctx))})
		}
		if more := len(faults) - len(form.Faults); more > 0 {
			form.More = i18n.T(ctx, "catalogue.faults.more", "count", more)
		}
		return p.page(c, http.StatusUnprocessableEntity, form)
	}
	if _, fields := problem.FieldsOf(err); fields {
		return p.page(c, http.StatusUnprocessableEntity, &pages.UploadForm{Note: in.Note, Errors: messages(ctx, err)})
	}
	if err != nil {
		return err
	}
	return done(c, draftURL(d.ID))
}

// readUpload streams the form: files of more than the largest size are cut one
// byte above it, and refused by the reader of catalogues in words.
func readUpload(c echo.Context) (in regulation.Upload, err error) {
	r := c.Request()
	r.Body = http.MaxBytesReader(c.Response(), r.Body, maxUpload)
	kind, _, err := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType))
	if err != nil || kind != echo.MIMEMultipartForm {
		return in, problem.New(problem.Malformed, "form.malformed")
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return in, problem.New(problem.Malformed, "form.malformed")
	}
	token := ""
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return in, checkFormToken(c, token)
		}
		var data []byte
		if err == nil {
			data, err = io.ReadAll(io.LimitReader(part, regulation.MaxFileSize+1))
		}
		if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return in, problem.New(problem.TooLarge, "form.too_large", "max", tooLarge.Limit>>20)
		}
		if err != nil {
			return in, problem.New(problem.Malformed, "form.malformed")
		}
		switch name := part.FormName(); {
		case name == "csrf":
			token = string(data)
		case name == "note":
			in.Note = strings.TrimSpace(strings.ReplaceAll(string(data), "\r\n", "\n"))
			if !clean(in.Note, true) {
				return in, problem.New(problem.Invalid, "form.text.invalid")
			}
		case part.FileName() == "": // nothing chosen
		case name == "measures":
			in.Measures = withoutMark(data)
		case name == "requirements":
			in.Requirements = withoutMark(data)
		case name == "instruments":
			in.Instruments = withoutMark(data)
		}
	}
}

// withoutMark removes the byte order mark that some editors put first.
func withoutMark(data []byte) []byte { return bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF")) }

// load puts a waiting version in force.
func (p *cataloguePages) load(c echo.Context) error {
	if _, err := readForm(c); err != nil {
		return err
	}
	e, err := p.Regulation.Load(c.Request().Context(), who(c), c.Param("id"))
	if err != nil {
		return err
	}
	p.flash(c, "catalogue.flash.loaded", "number", e.Number)
	return done(c, editionURL(e.ID))
}

// discard throws a waiting version away.
func (p *cataloguePages) discard(c echo.Context) error {
	if _, err := readForm(c); err != nil {
		return err
	}
	if err := p.Regulation.Discard(c.Request().Context(), who(c), c.Param("id")); err != nil {
		return err
	}
	p.flash(c, "catalogue.flash.discarded")
	return done(c, "/catalogue")
}
