package request_test

import (
	"bytes"
	"io"
	"log/slog"
	"mime/multipart"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"hegui/internal/app"
	"hegui/internal/request"
	"hegui/internal/testkit"
)

// portalSecrets are the personal data that a person leaves on the portal.
var portalSecrets = []string{"李小龙", "bruce.li@example.com", "dragon-1973", "请删除我的全部语音", "补充说明：六月的语音", "护照扫描件", "录音清单", "已删除六月的语音"}

const (
	portalScan  = "bytes of the passport of 李小龙, on the portal "
	portalVoice = "list of the recordings of 李小龙, from the page "
)

// form makes a form with one file.
func form(t *testing.T, fields map[string]string, field, name, content string) (string, io.Reader) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, v := range fields {
		testkit.Must(t, w.WriteField(k, v))
	}
	part, err := w.CreateFormFile(field, name)
	testkit.Must(t, err)
	_, err = io.WriteString(part, content)
	testkit.Must(t, err)
	testkit.Must(t, w.Close())
	return w.FormDataContentType(), &b
}

// onPortal is somebody's way through the portal, as their browser sends it.
type onPortal struct {
	*desk
	box  *testkit.MailServer
	link string
}

func (p *onPortal) post(path string, form url.Values, want int) {
	p.t.Helper()
	p.As(nil).Post(p.link+path, form).Status(p.t, want)
}

// filesRequest sends the form of the portal with a file.
func (p *onPortal) filesRequest() {
	p.t.Helper()
	kind, body := form(p.t, map[string]string{"nonce": p.Requests.Nonce(), "kind": "delete", "requester": "self", "name": "李小龙", "contact": "bruce.li@example.com",
		"account": "dragon-1973", "details": "请删除我的全部语音", "consent": "1"}, "files", "护照扫描件.txt", strings.Repeat(portalScan, 5_000))
	page := p.As(nil).PostBody("/portal", kind, body).Status(p.t, 200)
	u, err := url.Parse(page.Text(p.t, "[data-link]"))
	testkit.Must(p.t, err)
	p.link = u.Path
}

// code asks for a code and delivers it, if the server takes it.
func (p *onPortal) code() string {
	p.t.Helper()
	p.Clock.Advance(time.Minute)
	p.post("/code", nil, 303)
	testkit.Must(p.t, p.Mail.Deliver(p.t.Context()))
	var code string
	for _, m := range p.box.Got() {
		if strings.HasPrefix(m.Subject, "Code ") {
			code = regexp.MustCompile(`\b\d{6}\b`).FindString(m.Text)
		}
	}
	return code
}

// live does all that a person can do on the portal, up to the answer.
func (p *onPortal) live() request.Request {
	p.t.Helper()
	p.filesRequest()
	p.box.Busy(true)
	p.code()
	p.Clock.Advance(time.Minute)
	testkit.Must(p.t, p.Mail.Deliver(p.t.Context())) // put off for five minutes: it stays in the outbox
	p.box.Busy(false)
	code := p.code()
	p.post("/verify", url.Values{"code": {wrongOne(code)}}, 422)
	p.post("/verify", url.Values{"code": {code}}, 303)
	p.post("/messages", url.Values{"body": {"补充说明：六月的语音"}}, 303)
	kind, body := form(p.t, map[string]string{"purpose": "message"}, "file", "录音清单.txt", strings.Repeat(portalVoice, 5_000))
	p.As(nil).PostBody(p.link+"/files", kind, body).Status(p.t, 303)
	var r request.Request
	testkit.Must(p.t, p.Ledger.Read(p.t.Context()).Take(&r).Error)
	answer, err := p.Requests.Attach(p.t.Context(), p.by, r.ID, request.Attached{Purpose: request.ForAnswer, Name: "录音清单.txt"}, strings.NewReader(portalVoice))
	testkit.Must(p.t, err)
	p.As(nil).Get(p.link+"/files/"+answer.ID).Status(p.t, 200)
	p.As(nil).Get(p.link).Says(p.t, "main", "六月的语音")
	return p.got(p.Requests.Fulfil(p.t.Context(), p.by, r.ID, 0, "已删除六月的语音"))
}

// ciphers are the encrypted pieces of a request, wherever they stand.
func (p *onPortal) ciphers(r request.Request) (out [][]byte) {
	p.t.Helper()
	var waits int64
	testkit.Must(p.t, p.Ledger.Read(p.t.Context()).Table("mail_outbox").Count(&waits).Error)
	if waits == 0 || len(p.box.Got()) == 0 {
		p.t.Fatalf("%d messages wait, %d arrived: the test proves nothing", waits, len(p.box.Got()))
	}
	for table, columns := range map[string][]string{"request": {"name", "contact", "account", "details", "words"}, "request_key": {"wrapped"},
		"request_message": {"body"}, "request_attachment": {"name", "file_key"}, "request_identity": {"words"}, "mail_outbox": {"sealed"}} {
		for _, column := range columns {
			var list [][]byte
			testkit.Must(p.t, p.Ledger.Read(p.t.Context()).Table(table).Pluck(column, &list).Error)
			for _, one := range list {
				if len(one) > 0 {
					out = append(out, one)
				}
			}
		}
	}
	for table, column := range map[string]string{"request_code": "hash", "request_contact": "hash", "request": "track_hash"} {
		var list []string
		testkit.Must(p.t, p.Ledger.Read(p.t.Context()).Table(table).Pluck(column, &list).Error)
		for _, one := range list {
			out = append(out, []byte(one))
		}
	}
	if len(out) < 15 || r.ID == "" {
		p.t.Fatalf("only %d pieces are encrypted: the test proves nothing", len(out))
	}
	return out
}

// TestErasureOfPortal is TestErasure for what came in on the portal: the form
// and its files, codes by mail, messages and files of the tracking page, and
// what waited in the outbox. The secrets of the link and of the codes stand
// nowhere at any time.
func TestErasureOfPortal(t *testing.T) {
	t.Parallel()
	database := testkit.DatabaseURL(t)
	if !strings.HasPrefix(database, "sqlite:") {
		t.Skip("looks into the files of SQLite")
	}
	var log bytes.Buffer
	clock := &testkit.Clock{}
	clock.Set(testkit.Start)
	box := testkit.MailServe(t)
	c := testkit.Config(database)
	c.SMTPURL, c.MailFrom = box.URL(), "hegui@company.example"
	a, err := app.Open(t.Context(), c, app.Options{Now: clock.Now, Log: slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	testkit.Must(t, err)
	defer a.Close() //nolint:errcheck // of a test
	p := &onPortal{desk: openOn(t, a, clock), box: box}
	p.level(request.Delete, request.ByCode)
	r := p.live()
	secrets := append([]string{strings.TrimPrefix(p.link, "/portal/r/"), portalScan, portalVoice}, portalSecrets...)
	for _, m := range box.Got() {
		if !strings.Contains(m.Text, r.Number) || m.To != "<bruce.li@example.com>" && slices.ContainsFunc(portalSecrets, func(s string) bool { return strings.Contains(m.Subject+m.Text, s) }) {
			t.Errorf("mailed: %+v", m)
		}
	}
	nothing := func(when string) {
		t.Helper()
		stored := bytesOf(t, database)
		for _, s := range secrets {
			if bytes.Contains(stored, []byte(s)) {
				t.Errorf("%s: %q stands readable on the disk", when, s)
			}
			if bytes.Contains(log.Bytes(), []byte(s)) {
				t.Errorf("%s: %q stands in the log", when, s)
			}
		}
	}
	nothing("alive")
	ciphers := p.ciphers(r)
	clock.Set(r.EraseOn.Time())
	testkit.Must(t, p.Requests.Sweep(t.Context()))
	testkit.Must(t, a.Mail.Deliver(t.Context()))
	testkit.Must(t, a.Store.Settle(t.Context()))
	if got := p.reload(r.ID); got.State != request.Erased {
		t.Fatalf("%s", got.State)
	}
	nothing("erased")
	stored := bytesOf(t, database)
	for n, one := range ciphers {
		if bytes.Contains(stored, one) {
			t.Errorf("encrypted piece %d (%d bytes) is still on the disk", n, len(one))
		}
	}
	p.As(nil).Get(p.link).Status(t, 404)
	p.post("/messages", url.Values{"body": {"noch da?"}}, 404)
	var queued int64
	testkit.Must(t, a.Ledger.Read(t.Context()).Table("mail_outbox").Count(&queued).Error)
	if queued != 0 {
		t.Errorf("%d messages wait", queued)
	}
	p.Sound()
}
