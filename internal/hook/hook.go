// Package hook calls systems of the organisation over HTTP. Whoever can write
// an address into the data map must not be able to reach into the
// organisation's network with it: addresses are looked at after they were
// resolved, in the dialer, redirects are not followed, proxies of the
// environment are not used, and time and size are bounded.
package hook

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"syscall"
	"time"
)

// The bounds of a call.
const (
	dialTime = 5 * time.Second
	callTime = 15 * time.Second
	maxRead  = 64 << 10 // bytes of an answer; more is a fault
)

// What goes wrong with a call, as codes.
const (
	BadAddress  = "address"     // the address must not be called
	Redirect    = "redirect"    // the system points elsewhere
	Timeout     = "timeout"     // no answer in time
	TooLarge    = "large"       // the answer is too large
	BadStatus   = "status"      // it answered, but not with 2xx
	Certificate = "certificate" // its TLS certificate is not right
	Unreachable = "unreachable" // anything else
)

var errAddress = errors.New("hook: this address must not be called")

// Client calls systems; make it with New.
type Client struct {
	http    *http.Client
	plain   *http.Client // of addresses without TLS: inside the organisation only
	allowed []netip.Prefix
}

// New makes a client that reaches public addresses and, besides, those in the
// allowed networks. within bounds a call; 0 is 15 seconds.
func New(allowed []netip.Prefix, within time.Duration) *Client {
	if within == 0 {
		within = callTime
	}
	c := &Client{allowed: allowed}
	c.http, c.plain = caller(within, c.may), caller(within, c.inside)
	return c
}

// caller reaches the addresses that may be called.
func caller(within time.Duration, may func(netip.Addr) bool) *http.Client {
	dialer := &net.Dialer{Timeout: min(dialTime, within), Control: control(may)}
	return &http.Client{
		Timeout:       within,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: dialer.DialContext, TLSHandshakeTimeout: dialTime, DisableKeepAlives: true, MaxResponseHeaderBytes: 16 << 10,
			TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12},
		},
	}
}

// control refuses a connection to an address that must not be called. It sees
// what a name was resolved to, so that no answer of a name server gets past it.
func control(may func(netip.Addr) bool) func(_, address string, _ syscall.RawConn) error {
	return func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || !may(at.Addr()) {
			return errAddress
		}
		return nil
	}
}

// closed are networks that are not part of the public internet, besides those
// that netip knows (RFC 6890 and its registry).
var closed = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("192.88.99.0/24"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("100::/64"),
	netip.MustParsePrefix("2001::/23"), netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("fec0::/10"),
}

// inside says whether an address is in one of the allowed networks.
func (c *Client) inside(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	return slices.ContainsFunc(c.allowed, func(p netip.Prefix) bool { return p.Contains(a) })
}

// may says whether an address can be called.
func (c *Client) may(a netip.Addr) bool {
	if c.inside(a) {
		return true
	}
	a = a.Unmap().WithZone("")
	within := func(p netip.Prefix) bool { return p.Contains(a) }
	return a.IsGlobalUnicast() && !a.IsPrivate() && !a.IsLoopback() && !a.IsLinkLocalUnicast() && !slices.ContainsFunc(closed, within)
}

// Post sends a body to a system. It gives the status of the answer, or none,
// and what went wrong, or nothing. Without TLS only allowed networks are
// reached: what is sent holds personal data.
func (c *Client) Post(ctx context.Context, url string, header map[string]string, body []byte) (status int, fault string) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, BadAddress
	}
	for name, value := range header {
		r.Header.Set(name, value)
	}
	client := c.plain
	if r.URL.Scheme == "https" {
		client = c.http
	}
	answer, err := client.Do(r)
	if err != nil {
		return 0, faultOf(err)
	}
	defer func() { _ = answer.Body.Close() }() // nothing was written to it
	n, err := io.Copy(io.Discard, io.LimitReader(answer.Body, maxRead+1))
	switch {
	case err != nil:
		return answer.StatusCode, faultOf(err)
	case n > maxRead:
		return answer.StatusCode, TooLarge
	case answer.StatusCode >= 300 && answer.StatusCode < 400:
		return answer.StatusCode, Redirect
	case answer.StatusCode < 200 || answer.StatusCode >= 300:
		return answer.StatusCode, BadStatus
	}
	return answer.StatusCode, ""
}

func faultOf(err error) string {
	var slow net.Error
	if errors.Is(err, errAddress) {
		return BadAddress
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return Certificate
	}
	if errors.As(err, &slow) && slow.Timeout() {
		return Timeout
	}
	return Unreachable
}
