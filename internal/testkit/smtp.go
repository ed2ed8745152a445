package testkit

import (
	"bufio"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
)

// MailServer is an SMTP server inside the test that keeps what it gets.
type MailServer struct {
	listener net.Listener
	mu       sync.Mutex
	busy     bool
	got      []Mail
}

// Mail is a message as its reader sees it.
type Mail struct{ To, Subject, Text string }

// MailServe starts a server on a port of this machine.
func MailServe(t testing.TB) *MailServer {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	Must(t, err)
	s := &MailServer{listener: l}
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

// URL is what the configuration calls the server.
func (s *MailServer) URL() string { return "smtp://" + s.listener.Addr().String() + "?tls=off" }

// Busy makes the server put senders off, or take messages again.
func (s *MailServer) Busy(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy = on
}

// Got gives what came in so far.
func (s *MailServer) Got() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Mail(nil), s.got...)
}

func (s *MailServer) talk(c net.Conn) {
	defer func() { _ = c.Close() }()
	say := func(words string) { _, _ = fmt.Fprint(c, words+"\r\n") }
	say("220 test")
	in := bufio.NewScanner(c)
	for in.Scan() {
		verb := strings.ToUpper(strings.Fields(in.Text() + " .")[0])
		switch {
		case verb == "RCPT" && s.off():
			say("451 later")
		case verb == "DATA":
			say("354 go on")
			s.keep(in)
			say("250 ok")
		case verb == "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func (s *MailServer) off() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.busy
}

// keep reads a message up to its end.
func (s *MailServer) keep(in *bufio.Scanner) {
	var raw strings.Builder
	for in.Scan() && in.Text() != "." {
		raw.WriteString(strings.TrimPrefix(in.Text(), ".") + "\r\n")
	}
	m := Mail{Text: raw.String()}
	if msg, err := netmail.ReadMessage(strings.NewReader(raw.String())); err == nil {
		m.To = msg.Header.Get("To")
		m.Subject, _ = (&mime.WordDecoder{}).DecodeHeader(msg.Header.Get("Subject"))
		if text, err := io.ReadAll(quotedprintable.NewReader(msg.Body)); err == nil {
			m.Text = string(text)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got = append(s.got, m)
}
