package web

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"hegui/internal/evidence"
	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/templates/pages"
)

// limits of one upload request
const (
	maxFieldBytes = 64 << 10 // of all fields together
	maxFiles      = 50
)

// incoming reads a form with files as it arrives. The fields have to stand
// before the files, as our forms have them.
type incoming struct {
	c      echo.Context
	parts  *multipart.Reader
	fields url.Values
	room   int64 // bytes that fields may still take
	files  int
}

func newIncoming(c echo.Context, limit int64) (*incoming, error) {
	r := c.Request()
	body := http.MaxBytesReader(c.Response(), r.Body, maxFiles*(limit+maxFieldBytes))
	r.Body = patientReader{ReadCloser: body, patience: newPatience(c)}
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, problem.New(problem.Malformed, "form.malformed")
	}
	return &incoming{c: c, parts: parts, fields: url.Values{}, room: maxFieldBytes}, nil
}

// next goes on to the next file, keeping the fields before it; io.EOF is the
// end of the form. Before the first file it checks where the form comes from.
func (in *incoming) next() (*multipart.Part, error) {
	for {
		part, err := in.parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, io.EOF
		}
		if err != nil {
			return nil, problem.New(problem.Malformed, "form.malformed")
		}
		if part.FileName() == "" {
			if err := in.field(part); err != nil {
				return nil, err
			}
			continue
		}
		if in.files++; in.files == 1 {
			if err := checkFormToken(in.c, in.fields.Get("csrf")); err != nil {
				return nil, err
			}
		}
		if in.files > maxFiles {
			return nil, problem.New(problem.TooLarge, "evidence.upload.too_many", "max", maxFiles)
		}
		return part, nil
	}
}

func (in *incoming) field(part *multipart.Part) error {
	value, err := io.ReadAll(io.LimitReader(part, in.room+1))
	if err != nil {
		return problem.New(problem.Malformed, "form.malformed")
	}
	if in.room -= int64(len(value)); in.room < 0 {
		return problem.New(problem.TooLarge, "form.too_large", "max", "0.06")
	}
	in.fields.Add(part.FormName(), string(value))
	return nil
}

// form gives the fields read so far.
func (in *incoming) form() *form { return &form{values: in.fields} }

// refusedFile is a file that was not taken, and why.
type refusedFile struct {
	name string
	err  error
}

// upload takes files as evidence: one from a page with script, which shows the
// progress of each, or several at once from a plain form.
func (p *evidencePages) upload(c echo.Context) error {
	ctx, cancel := patient(c)
	defer cancel()
	in, err := newIncoming(c, p.Config.UploadLimit)
	if err != nil {
		return err
	}
	made, refused, err := p.takeFiles(ctx, c, in)
	switch {
	case err != nil:
		return err
	case wantsPart(c) && len(refused) > 0:
		return refused[0].err
	case wantsPart(c):
		return c.NoContent(http.StatusNoContent)
	case len(refused) > 0:
		return p.newPage(c, statusOf(refused[0].err), newEvidence{refused: refused, taken: made, batch: in.form().text("batch")})
	case in.fields.Get("back") != "":
		return c.Redirect(http.StatusSeeOther, local(in.fields.Get("back")))
	}
	return c.Redirect(http.StatusSeeOther, "/evidence/batch/"+url.PathEscape(in.form().text("batch")))
}

func statusOf(err error) int {
	status, _ := explain(err)
	return status
}

// takeFiles takes each file by itself: a refused one does not keep the others
// out. One that is too large ends the request, since the rest of it would have
// to be read to get at the next.
func (p *evidencePages) takeFiles(ctx context.Context, c echo.Context, in *incoming) (made int, refused []refusedFile, err error) {
	for {
		part, err := in.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return made, nil, err
		}
		_, err = p.Evidence.Submit(ctx, who(c), submissionOf(in.form(), part.FileName()), part)
		switch {
		case problem.Is(err, problem.Invalid):
			refused = append(refused, refusedFile{part.FileName(), err})
		case problem.Is(err, problem.TooLarge):
			return made, append(refused, refusedFile{part.FileName(), err}), nil
		case err != nil:
			return made, nil, err
		default:
			made++
		}
	}
	if made == 0 && len(refused) == 0 {
		refused = append(refused, refusedFile{"", problem.Field(problem.Invalid, "file", "evidence.upload.none")})
	}
	return made, refused, nil
}

// submissionOf describes an uploaded file by the fields before it.
func submissionOf(f *form, name string) evidence.Submission {
	in := evidence.Submission{Description: descriptionOf(f), Batch: f.text("batch"), Draft: f.checked("draft"), Targets: targetsOf(f)}
	in.Title, in.FileName = "", name
	return in
}

// targetsOf are the assessments that a form names.
func targetsOf(f *form) []evidence.Target {
	var out []evidence.Target
	for _, id := range f.all("assessment") {
		out = append(out, evidence.Target{AssessmentID: id})
	}
	return out
}

// newVersion replaces the content of a piece: a file as it arrives, or an
// address or a note.
func (p *evidencePages) newVersion(c echo.Context) error {
	item, err := p.Evidence.Get(c.Request().Context(), who(c), c.Param("id"))
	if err != nil {
		return err
	}
	var f *form
	if item.Kind == evidence.KindFile {
		f, err = p.newFile(c, item)
	} else {
		f, err = p.newWords(c, item)
	}
	if f != nil && (problem.Is(err, problem.Invalid) || problem.Is(err, problem.TooLarge)) {
		return p.showPage(c, statusOf(err), item, cameBack{f, err})
	}
	if err != nil {
		return err
	}
	p.flash(c, "evidence.flash.version")
	return done(c, evidenceURL(item.ID))
}

func (p *evidencePages) newFile(c echo.Context, item evidence.Item) (*form, error) {
	ctx, cancel := patient(c)
	defer cancel()
	in, err := newIncoming(c, p.Config.UploadLimit)
	if err != nil {
		return nil, err
	}
	part, err := in.next()
	if errors.Is(err, io.EOF) {
		return in.form(), problem.Field(problem.Invalid, "file", "evidence.upload.none")
	}
	if err != nil {
		return nil, err
	}
	f := in.form()
	content := evidence.Content{FileName: part.FileName(), Remark: f.lines("remark")}
	if err := f.err(nil); err != nil {
		return f, err
	}
	_, err = p.Evidence.NewVersion(ctx, who(c), item.ID, content, part)
	return f, err
}

func (p *evidencePages) newWords(c echo.Context, item evidence.Item) (*form, error) {
	f, err := readForm(c)
	if err != nil {
		return nil, err
	}
	content := contentOf(f)
	if err := f.err(nil); err != nil {
		return f, err
	}
	_, err = p.Evidence.NewVersion(c.Request().Context(), who(c), item.ID, content, nil)
	return f, err
}

func contentOf(f *form) evidence.Content {
	return evidence.Content{URL: f.text("url"), Text: f.lines("text"), Remark: f.lines("remark")}
}

// refusedWords says which files were refused, and why.
func refusedWords(ctx context.Context, list []refusedFile) []pages.RefusedFile {
	out := make([]pages.RefusedFile, len(list))
	for i, one := range list {
		_, m := explain(one.err)
		out[i] = pages.RefusedFile{Name: strings.ToValidUTF8(one.name, "_"), Why: i18n.T(ctx, m.Key, m.Args...)}
	}
	return out
}
