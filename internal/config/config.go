// Package config holds what an operator can set, checks it, and prints it
// without secrets. The command line reads it from flags and HEGUI_ variables.
package config

import (
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"
)

// Config is everything an operator can set for a server.
type Config struct {
	Database      string        // "sqlite:PATH" or "postgres://…"
	Addr          string        // host:port to listen on
	PublicURL     string        // how browsers reach the server, for links and secure cookies
	TrustedProxy  []string      // networks of reverse proxies whose X-Forwarded-For is believed
	UploadLimit   int64         // bytes of one uploaded file
	SessionIdle   time.Duration // a session unused for so long ends
	SessionLife   time.Duration // a session this old ends
	ShutdownGrace time.Duration // time for requests under way to finish
	SMTPURL       string        // smtp(s)://USER:PASSWORD@HOST:PORT of the server that sends e-mail; none: nothing is sent
	MailFrom      string        // the address that e-mail comes from
	ConnectorNets []string      // networks inside the organisation that connectors of the data map may call
	MasterKey     string        // base64 of 32 bytes that wraps the keys of personal data; none: a file in the data folder
}

// Defaults for what is not set.
const (
	DefaultAddr        = "127.0.0.1:8080"
	DefaultUploadLimit = 1 << 30
	DefaultIdle        = 30 * time.Minute
	DefaultLife        = 12 * time.Hour
	DefaultGrace       = 20 * time.Second
)

// Check reports every mistake at once.
func (c Config) Check() error {
	var errs []error
	fail := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if !strings.HasPrefix(c.Database, "sqlite:") && !strings.HasPrefix(c.Database, "postgres://") && !strings.HasPrefix(c.Database, "postgresql://") {
		fail("database: want sqlite:PATH or postgres://…")
	}
	if _, _, err := net.SplitHostPort(c.Addr); err != nil {
		fail("addr: want HOST:PORT: %w", err)
	}
	if u, err := url.Parse(c.PublicURL); c.PublicURL != "" && (err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https")) {
		fail("public-url: want http(s)://HOST")
	}
	for _, p := range c.TrustedProxy {
		if _, err := netip.ParsePrefix(p); err != nil {
			fail("trusted-proxy: %q is not a network such as 10.0.0.0/8", p)
		}
	}
	for _, p := range c.ConnectorNets {
		if _, err := netip.ParsePrefix(p); err != nil {
			fail("connector-net: %q is not a network such as 10.0.0.0/8", p)
		}
	}
	if u, err := url.Parse(c.SMTPURL); c.SMTPURL != "" && (err != nil || u.Hostname() == "" || (u.Scheme != "smtp" && u.Scheme != "smtps")) {
		fail("smtp-url: want smtp://USER:PASSWORD@HOST:PORT or smtps://…")
	}
	if _, err := mail.ParseAddress(c.MailFrom); c.SMTPURL != "" && err != nil {
		fail("mail-from: want the address that e-mail comes from")
	}
	if c.UploadLimit < 1<<20 {
		fail("upload-limit: at least 1 MiB")
	}
	if c.SessionIdle < time.Minute || c.SessionLife < c.SessionIdle {
		fail("session-idle: at least a minute, and no longer than session-life")
	}
	return errors.Join(errs...)
}

// Secure says whether browsers reach the server through TLS.
func (c Config) Secure() bool { return strings.HasPrefix(c.PublicURL, "https://") }

// Proxies are the trusted networks, parsed. Check has seen them.
func (c Config) Proxies() []*net.IPNet {
	var out []*net.IPNet
	for _, p := range c.TrustedProxy {
		if _, n, err := net.ParseCIDR(p); err == nil {
			out = append(out, n)
		}
	}
	return out
}

// Connectors are the networks that connectors may call, parsed. Check has seen
// them.
func (c Config) Connectors() []netip.Prefix {
	var out []netip.Prefix
	for _, p := range c.ConnectorNets {
		if n, err := netip.ParsePrefix(p); err == nil {
			out = append(out, n)
		}
	}
	return out
}

// ReadSecret reads a value from a file, without the line end.
func ReadSecret(path string) (string, error) {
	data, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if err != nil {
		return "", fmt.Errorf("read secret: %w", err)
	}
	return strings.TrimRight(string(data), "\r\n"), nil
}
