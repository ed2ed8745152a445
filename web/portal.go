package web

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/internal/register"
	"hegui/internal/regulation"
	"hegui/internal/request"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// portalPages are open to anybody: who asks about their personal information
// needs no account. They show nothing about anybody but through the secret link
// of a request.
type portalPages struct{ *Server }

// How often one network may do something, and how often a contact may be
// named. Who shows no work is slowed down more.
const (
	filingsAMinute  = 20
	bareAMinute     = 3
	namedAnHour     = 10
	toldAMinute     = 60 // of those beyond filingsAMinute, how many get their form back
	actsAMinute     = 30
	challengeMinute = 120
	maxPortalBody   = request.MaxPortalFiles*request.MaxPortalFile + maxBody
)

// portalAccept is what the file fields offer.
const portalAccept = ".pdf,.jpg,.jpeg,.png,.webp,.heic,.txt,.doc,.docx"

func (p *portalPages) slow(key string, most int, window time.Duration) error {
	return p.slowAt("", "portal.slow", key, most, window)
}

// slowAt is slow with words beside a field of a form, which comes back as it
// was filled in.
func (p *portalPages) slowAt(field, words, key string, most int, window time.Duration) error {
	switch {
	case p.flood.allow(key, most, window, p.Ledger.Now()):
		return nil
	case field == "":
		return problem.New(problem.TooMany, words)
	}
	return problem.Field(problem.TooMany, field, words)
}

// challenge hands out work for a browser.
func (p *portalPages) challenge(c echo.Context) error {
	if err := p.slow("challenge/"+network(c), challengeMinute, time.Minute); err != nil {
		return err
	}
	made, err := p.Requests.Challenge()
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, made)
}

func (p *portalPages) form(c echo.Context) error {
	return p.page(c, http.StatusOK, request.PortalForm{Intake: request.Intake{Requester: request.Self}}, false, nil)
}

func (p *portalPages) page(c echo.Context, status int, in request.PortalForm, consent bool, wrong error) error {
	ctx := c.Request().Context()
	said := messages(ctx, wrong)
	services, err := p.offered(ctx)
	if err != nil {
		return err
	}
	retention, proof, err := p.Requests.Kept(ctx)
	if err != nil {
		return err
	}
	if in.Nonce == "" || said["nonce"] != "" {
		in.Nonce = p.Requests.Nonce()
	}
	v := pages.PortalView{Bare: p.bare(c, "portal.title"), Organisation: p.organisationName(ctx), Summary: summary(ctx, wrong), Errors: said, Nonce: in.Nonce,
		Name: in.Name, Contact: in.Contact, Account: in.Account, Details: in.Details, Person: in.Person, Relation: in.Relation, Consent: consent,
		Retention: retention, Proof: proof, MaxFiles: request.MaxPortalFiles, MaxSize: request.MaxPortalFile >> 20, Accept: portalAccept, Strings: p.challengeWords(ctx)}
	v.Service = ui.Choice{Field: ui.Field{Name: "service", Label: "portal.service", Value: in.ServiceID, Error: said["service"]}, Prompt: "portal.service.unknown"}
	for _, e := range services {
		v.Service.Options = append(v.Service.Options, ui.Option{Value: e.ID, Label: e.Name})
	}
	v.Kind = ui.Choice{Field: ui.Field{Name: "kind", Label: "portal.kind", Value: string(in.Kind), Error: said["kind"], Required: true}}
	for _, k := range request.Kinds {
		v.Kind.Options = append(v.Kind.Options, ui.Option{Value: string(k), Label: i18n.T(ctx, "portal.kind."+string(k)), Hint: i18n.T(ctx, "portal.kind."+string(k)+".hint")})
	}
	v.Requester = ui.Choice{Field: ui.Field{Name: "requester", Label: "portal.requester", Value: string(in.Requester), Error: said["requester"], Required: true}}
	for _, r := range request.Requesters {
		v.Requester.Options = append(v.Requester.Options, ui.Option{Value: string(r), Label: i18n.T(ctx, "portal.requester."+string(r))})
	}
	v.Bare.Path, v.Bare.Wide = "/portal", true
	askPatience(c, status)
	return render(c, status, pages.Portal(v))
}

// offered are the services that the public knows of.
func (p *portalPages) offered(ctx context.Context) ([]register.Entry, error) {
	all, err := p.Register.Visible(ctx, actor.System("portal"))
	if err != nil {
		return nil, err
	}
	var out []register.Entry
	for _, e := range all {
		if e.OfferedToPublic == regulation.Yes && e.State != register.Planned {
			out = append(out, e)
		}
	}
	return out, nil
}

func (p *portalPages) organisationName(ctx context.Context) string {
	o, ok, err := p.Accounts.Organisation(ctx)
	if err != nil || !ok {
		return i18n.T(ctx, "portal.organisation")
	}
	return o.Name
}

// challengeWords is what the widget says, in the reader's language.
func (p *portalPages) challengeWords(ctx context.Context) string {
	words := map[string]string{}
	for _, one := range []string{"ariaLinkLabel", "error", "expired", "label", "verified", "verifying", "waitAlert"} {
		words[one] = i18n.T(ctx, "portal.proof."+strings.ToLower(one))
	}
	data, _ := json.Marshal(words) // words always encode
	return string(data)
}

// file takes in a request. The fields stand before the files: the request is
// stored when the first file arrives, and a file that is refused takes nothing
// away from it.
func (p *portalPages) file(c echo.Context) error {
	if c.Request().ContentLength > maxPortalBody {
		return problem.New(problem.TooLarge, "portal.too_large", "max", maxPortalBody>>20)
	}
	slow := p.slowAt("altcha", "portal.slow.form", "file/"+network(c), filingsAMinute, time.Minute)
	if slow != nil {
		if err := p.slow("told/"+network(c), toldAMinute, time.Minute); err != nil {
			return err // a flood, not a person: its forms are not even read
		}
	}
	f, files, err := p.receive(c)
	if err != nil {
		return err
	}
	ctx, cancel := patient(c)
	defer cancel()
	in := p.read(c, f)
	if slow != nil {
		return p.page(c, statusOf(slow), in, f.checked("consent"), slow)
	}
	got, err := p.take(ctx, c, f, in)
	if _, wrong := problem.FieldsOf(err); wrong {
		return p.page(c, statusOf(err), in, f.checked("consent"), err)
	}
	if err != nil {
		return err
	}
	var refused []refusedFile
	if !got.Again {
		refused = p.bring(ctx, c, got, files)
	}
	return p.receipt(c, got, refused)
}

func (p *portalPages) take(ctx context.Context, c echo.Context, f *form, in request.PortalForm) (request.Receipt, error) {
	if f.text("website") != "" {
		f.wrong.Add("website", "portal.trap.filled")
	}
	if !f.checked("consent") {
		f.wrong.Add("consent", "portal.consent.missing")
	}
	if in.ServiceID != "" && !p.isOffered(ctx, in.ServiceID) {
		f.wrong.Add("service", "request.choose")
	}
	if err := f.err(p.Requests.CheckForm(ctx, in)); err != nil {
		return request.Receipt{}, err
	}
	var err error
	if in.Proof, err = p.Requests.Proved(f.values.Get("altcha")); err != nil {
		return request.Receipt{}, err
	}
	if !in.Proof.Shown() {
		if err := p.slowAt("altcha", "portal.slow.bare", "bare/"+network(c), bareAMinute, time.Minute); err != nil {
			return request.Receipt{}, err
		}
	}
	if err := p.slowAt("contact", "portal.slow.contact", "contact/"+p.Requests.ContactKey(in.Contact), namedAnHour, time.Hour); err != nil {
		return request.Receipt{}, err
	}
	return p.Requests.File(ctx, in)
}

func (p *portalPages) isOffered(ctx context.Context, id string) bool {
	list, err := p.offered(ctx)
	for _, e := range list {
		if e.ID == id {
			return err == nil
		}
	}
	return false
}

func (p *portalPages) read(c echo.Context, f *form) request.PortalForm {
	return request.PortalForm{Nonce: f.text("nonce"), Intake: request.Intake{ServiceID: f.text("service"), Kind: request.Kind(f.text("kind")),
		Requester: request.Requester(f.text("requester")), Language: i18n.Lang(c.Request().Context()), Name: f.text("name"), Contact: f.text("contact"),
		Account: f.text("account"), Details: f.lines("details"), Person: f.text("person"), Relation: f.text("relation")}}
}

// receive reads the fields of a form; the files that follow them are read one
// after the other by next, which gives none at the end.
func (p *portalPages) receive(c echo.Context) (f *form, next func() (*multipart.Part, error), err error) {
	none := func() (*multipart.Part, error) { return nil, io.EOF }
	r := c.Request()
	if !strings.HasPrefix(r.Header.Get(echo.HeaderContentType), echo.MIMEMultipartForm) {
		f, err = readForm(c)
		return f, none, err
	}
	r.Body = patientReader{ReadCloser: http.MaxBytesReader(c.Response(), r.Body, maxPortalBody), patience: newPatience(c)}
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, nil, problem.New(problem.Malformed, "form.malformed")
	}
	in := &incoming{c: c, parts: parts, fields: map[string][]string{}, room: maxFieldBytes}
	first, err := in.next()
	if errors.Is(err, io.EOF) {
		return in.form(), none, checkFormToken(c, in.fields.Get("csrf"))
	}
	if err != nil {
		return nil, nil, err
	}
	return in.form(), func() (*multipart.Part, error) {
		if part := first; part != nil {
			first = nil
			return part, nil
		}
		return in.next()
	}, nil
}

// bring keeps the files of a request that is stored already; what is wrong
// with one is told on the receipt.
func (p *portalPages) bring(ctx context.Context, c echo.Context, got request.Receipt, next func() (*multipart.Part, error)) (refused []refusedFile) {
	purpose := request.ForRequest
	if got.Requester != request.Self {
		purpose = request.ForMandate
	}
	for n := 1; ; n++ {
		part, err := next()
		if errors.Is(err, io.EOF) {
			return refused
		}
		if err != nil {
			return append(refused, refusedFile{i18n.T(c.Request().Context(), "portal.files.rest"), err})
		}
		name := request.CleanFileName(part.FileName())
		if n > request.MaxPortalFiles {
			return append(refused, refusedFile{name, problem.New(problem.TooLarge, "portal.files.many", "max", request.MaxPortalFiles)})
		}
		err = p.Requests.Bring(ctx, got.Token, purpose, name, part)
		if err == nil {
			continue
		}
		if _, told := problem.FieldsOf(err); !told {
			p.Log.Error("file of a request", "id", requestID(c), "error", err)
			err = problem.New(problem.Unavailable, "portal.files.failed")
		}
		refused = append(refused, refusedFile{name, err})
		if problem.Is(err, problem.TooLarge) {
			return refused // the rest of it would have to be read to get at the next
		}
	}
}

func (p *portalPages) receipt(c echo.Context, got request.Receipt, refused []refusedFile) error {
	ctx := c.Request().Context()
	path := trackURL(got.Token)
	v := pages.ReceiptView{Bare: p.bare(c, "portal.receipt.title"), Number: got.Number, URL: p.absolute(c, path), Again: got.Again,
		Due: i18n.T(ctx, "portal.receipt.open_clock"), Refused: refusedWords(ctx, refused)}
	if got.Due != "" {
		v.Due = i18n.T(ctx, "portal.receipt.due", "date", i18n.Date(ctx, string(got.Due)))
	}
	v.Bare.Path, v.Bare.Wide = path, true
	return render(c, http.StatusOK, pages.Receipt(v))
}

func trackURL(token string) string { return "/portal/r/" + token }
