package mail_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"hegui/internal/mail"
	"hegui/internal/problem"
	"hegui/internal/testkit"
)

// server is an SMTP server that keeps what it gets. refuse is what it says to
// a recipient; empty: it takes all.
type server struct {
	net.Listener
	mu     sync.Mutex
	refuse string
	got    []string
}

func serve(t *testing.T) *server {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	testkit.Must(t, err)
	s := &server{Listener: l}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go s.talk(c)
		}
	}()
	return s
}

func (s *server) says(words string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = words
}

func (s *server) messages() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.got...)
}

func (s *server) talk(c net.Conn) {
	defer c.Close() //nolint:errcheck // a test's connection
	fmt.Fprint(c, "220 test\r\n")
	in := bufio.NewScanner(c)
	for in.Scan() {
		verb := strings.ToUpper(strings.Fields(in.Text() + " .")[0])
		answer := "250 ok"
		s.mu.Lock()
		refuse := s.refuse
		s.mu.Unlock()
		switch {
		case verb == "RCPT" && refuse != "":
			answer = refuse
		case verb == "DATA":
			fmt.Fprint(c, "354 go on\r\n")
			var body strings.Builder
			for in.Scan() && in.Text() != "." {
				body.WriteString(strings.TrimPrefix(in.Text(), ".") + "\r\n")
			}
			s.mu.Lock()
			s.got = append(s.got, body.String())
			s.mu.Unlock()
		case verb == "QUIT":
			answer = "221 bye"
		}
		fmt.Fprint(c, answer+"\r\n")
	}
}

func service(t *testing.T, url string) (*testkit.App, *mail.Service) {
	t.Helper()
	a := testkit.New(t)
	m, err := mail.New(a.Ledger, mail.Options{URL: url, From: "合规 <hegui@company.example>"})
	testkit.Must(t, err)
	return a, m
}

func queue(t *testing.T, a *testkit.App, m *mail.Service, one mail.Message) error {
	t.Helper()
	return a.Ledger.Unaudited(t.Context(), "test", func(tx *gorm.DB) error { return m.Queue(tx, one) })
}

// waiting are the rows of the queue: state, attempts and whether there is content.
func waiting(t *testing.T, a *testkit.App) (out []string) {
	t.Helper()
	var rows []struct {
		State, Recipient, BodyText string
		Attempts                   int
	}
	testkit.Must(t, a.Ledger.Read(t.Context()).Table("mail_outbox").Order("id").Find(&rows).Error)
	for _, r := range rows {
		out = append(out, fmt.Sprintf("%s %d %s%s", r.State, r.Attempts, r.Recipient, r.BodyText))
	}
	return out
}

func TestDeliver(t *testing.T) {
	t.Parallel()
	s := serve(t)
	a, m := service(t, "smtp://"+s.Addr().String()+"?tls=off")
	testkit.Must(t, queue(t, a, m, mail.Message{To: "wang@company.example", Subject: "合规月报\r\nBcc: all@company.example", Text: "正文：第一行\n.第二行",
		HTML: "<p>正文</p>", Files: []mail.File{{Name: "报告.html", Type: "text/html; charset=utf-8", Data: []byte("<p>十二</p>")}}}))

	testkit.Must(t, m.Deliver(t.Context()))
	testkit.Must(t, m.Deliver(t.Context()))

	got := s.messages()
	if len(got) != 1 {
		t.Fatalf("the server got %d messages, want one", len(got))
	}
	if left := waiting(t, a); len(left) != 0 {
		t.Errorf("after sending the queue holds %q", left)
	}
	msg, err := netmail.ReadMessage(strings.NewReader(got[0]))
	testkit.Must(t, err)
	subject, err := (&mime.WordDecoder{}).DecodeHeader(msg.Header.Get("Subject"))
	testkit.Must(t, err)
	if subject != "合规月报 Bcc: all@company.example" || msg.Header.Get("Bcc") != "" {
		t.Errorf("subject %q, Bcc %q: a line end reached the header", subject, msg.Header.Get("Bcc"))
	}
	if !strings.HasSuffix(msg.Header.Get("Message-Id"), "@company.example>") || msg.Header.Get("Auto-Submitted") != "auto-generated" {
		t.Errorf("headers: %v", msg.Header)
	}
	kind, params, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	testkit.Must(t, err)
	parts := leaves(t, kind, params, msg.Body)
	if text := parts["text/plain"]; text != "正文：第一行\r\n.第二行" {
		t.Errorf("text is %q", text)
	}
	if !strings.Contains(got[0], "name=") || len(parts) < 2 {
		t.Errorf("no attachment in %v", parts)
	}
}

// leaves reads the parts of a message by their type.
func leaves(t *testing.T, kind string, params map[string]string, body io.Reader) map[string]string {
	t.Helper()
	out := map[string]string{}
	r := multipart.NewReader(body, params["boundary"])
	for strings.HasPrefix(kind, "multipart/") {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		testkit.Must(t, err)
		inner, innerParams, err := mime.ParseMediaType(p.Header.Get("Content-Type"))
		testkit.Must(t, err)
		if strings.HasPrefix(inner, "multipart/") {
			for k, v := range leaves(t, inner, innerParams, p) {
				out[k] = v
			}
			continue
		}
		var content io.Reader = p
		if p.Header.Get("Content-Transfer-Encoding") == "quoted-printable" {
			content = quotedprintable.NewReader(p)
		}
		data, err := io.ReadAll(content)
		testkit.Must(t, err)
		out[inner] = string(data)
	}
	return out
}

func TestDeliverLater(t *testing.T) {
	t.Parallel()
	s := serve(t)
	a, m := service(t, "smtp://"+s.Addr().String()+"?tls=off")
	s.says("451 busy")
	testkit.Must(t, queue(t, a, m, mail.Message{To: "wang@company.example", Subject: "x", Text: "t"}))

	testkit.Must(t, m.Deliver(t.Context()))
	testkit.Must(t, m.Deliver(t.Context())) // not due yet

	if got := waiting(t, a); len(got) != 1 || got[0] != "queued 1 wang@company.examplet" {
		t.Fatalf("after one attempt: %q", got)
	}
	s.says("")
	a.Clock.Advance(time.Minute)
	testkit.Must(t, m.Deliver(t.Context()))
	if got := waiting(t, a); len(got) != 0 || len(s.messages()) != 1 {
		t.Errorf("after the pause: queue %q, the server got %d", got, len(s.messages()))
	}
}

func TestGiveUp(t *testing.T) {
	t.Parallel()
	s := serve(t)
	a, m := service(t, "smtp://"+s.Addr().String()+"?tls=off")
	s.says("550 no such person")
	testkit.Must(t, queue(t, a, m, mail.Message{To: "gone@company.example", Subject: "x", Text: "secret"}))
	testkit.Must(t, m.Deliver(t.Context()))
	if got := waiting(t, a); len(got) != 1 || got[0] != "failed 1 " {
		t.Errorf("refused for good: %q, want the reason alone", got)
	}
	a.Clock.Advance(31 * 24 * time.Hour)
	testkit.Must(t, m.Deliver(t.Context()))
	if got := waiting(t, a); len(got) != 0 {
		t.Errorf("a month later: %q", got)
	}
}

// TestWhatWaitsIsSealed: with a key, nothing of a message stands readable in
// the queue, not even in what a server answers about it; and it still arrives.
func TestWhatWaitsIsSealed(t *testing.T) {
	t.Parallel()
	s := serve(t)
	a := testkit.New(t)
	key := byte(0x5a)
	turn := func(_ string, content []byte) ([]byte, error) {
		out := bytes.Clone(content)
		for i := range out {
			out[i] ^= key
		}
		return out, nil
	}
	m, err := mail.New(a.Ledger, mail.Options{URL: "smtp://" + s.Addr().String() + "?tls=off", From: "hegui@company.example", Seal: turn, Open: turn})
	testkit.Must(t, err)
	rows := func() string {
		var list []map[string]any
		testkit.Must(t, a.Ledger.Read(t.Context()).Table("mail_outbox").Find(&list).Error)
		return fmt.Sprintf("%s", list)
	}
	readable := func(when string) {
		for _, word := range []string{"wang@", "Your code", "482913"} {
			if strings.Contains(rows(), word) {
				t.Errorf("%s: %q stands in %s", when, word, rows())
			}
		}
	}
	code := mail.Message{To: "wang@company.example", Subject: "Your code", Text: "482913"}
	testkit.Must(t, queue(t, a, m, code))
	readable("waiting")
	testkit.Must(t, m.Deliver(t.Context()))
	if got := s.messages(); len(got) != 1 || !strings.Contains(got[0], "482913") || !strings.Contains(got[0], "wang@company.example") {
		t.Fatalf("arrived: %q", got)
	}
	for _, answer := range []string{"450 <wang@company.example> is busy", "550 <WANG@company.example> unknown"} {
		s.says(answer)
		testkit.Must(t, queue(t, a, m, code))
		testkit.Must(t, m.Deliver(t.Context()))
		readable(answer)
		if !strings.Contains(rows(), answer[:3]) {
			t.Errorf("the reason is lost: %s", rows())
		}
	}
	key = 0 // another key than it was sealed with
	s.says("")
	a.Clock.Advance(time.Hour)
	testkit.Must(t, m.Deliver(t.Context()))
	if got := s.messages(); len(got) != 1 {
		t.Errorf("sent what could not be opened: %q", got[1:])
	}
}

func TestServerAway(t *testing.T) {
	t.Parallel()
	s := serve(t)
	address := s.Addr().String()
	testkit.Must(t, s.Close())
	a, m := service(t, "smtp://"+address+"?tls=off")
	testkit.Must(t, queue(t, a, m, mail.Message{To: "wang@company.example", Subject: "x", Text: "t"}))
	for range 9 {
		testkit.Must(t, m.Deliver(t.Context()))
		a.Clock.Advance(24 * time.Hour)
	}
	if got := waiting(t, a); len(got) != 1 || got[0] != "failed 9 " {
		t.Errorf("after nine attempts: %q", got)
	}
}

func TestUntil(t *testing.T) {
	t.Parallel()
	s := serve(t)
	a, m := service(t, "smtp://"+s.Addr().String()+"?tls=off")
	testkit.Must(t, queue(t, a, m, mail.Message{To: "wang@company.example", Subject: "code", Text: "123456", Until: a.Clock.Now().Add(time.Minute)}))
	a.Clock.Advance(2 * time.Minute)
	testkit.Must(t, m.Deliver(t.Context()))
	if left := waiting(t, a); len(left) != 0 || len(s.messages()) != 0 {
		t.Errorf("a code that is over: queue %q, sent %d", left, len(s.messages()))
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	a, off := service(t, "")
	if err := queue(t, a, off, mail.Message{To: "wang@company.example"}); !problem.Is(err, problem.Unavailable) {
		t.Errorf("without a server: %v", err)
	}
	_, on := service(t, "smtp://127.0.0.1:1?tls=off")
	for _, to := range []string{"", "wang", "Wang <wang@company.example>", "a@company.example, b@company.example", "a@company.example\r\nBcc: b@company.example"} {
		if err := queue(t, a, on, mail.Message{To: to}); !problem.Is(err, problem.Invalid) {
			t.Errorf("to %q: %v", to, err)
		}
	}
	for _, url := range []string{"http://x", "smtp://", "company.example"} {
		if _, err := mail.New(a.Ledger, mail.Options{URL: url, From: "a@company.example"}); err == nil {
			t.Errorf("url %q was taken", url)
		}
	}
}
