package hook

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"
)

func TestMay(t *testing.T) {
	c := New([]netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}, 0)
	for address, want := range map[string]bool{
		"1.1.1.1": true, "114.114.114.114": true, "2400:3200::1": true, "10.1.2.3": true, "::ffff:10.1.2.3": true,
		"10.2.0.1": false, "127.0.0.1": false, "127.8.8.8": false, "::1": false, "::ffff:127.0.0.1": false, "0.0.0.0": false, "::": false,
		"192.168.1.1": false, "172.16.0.1": false, "169.254.169.254": false, "fe80::1": false, "fe80::1%eth0": false, "fc00::1": false, "fd00:ec2::254": false,
		"100.100.100.200": false, "198.18.0.1": false, "224.0.0.1": false, "ff02::1": false, "255.255.255.255": false, "64:ff9b::7f00:1": false, "2002:7f00:1::": false,
	} {
		if got := c.may(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: %v, want %v", address, got, want)
		}
	}
}

// loopback is a client that may call the tests' own servers.
func loopback(within time.Duration) *Client {
	return New([]netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}, within)
}

func TestPost(t *testing.T) {
	elsewhere := 0
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere++ }))
	defer other.Close()
	stop := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/fails":
			w.WriteHeader(http.StatusInternalServerError)
		case "/redirects":
			http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
		case "/large":
			_, _ = w.Write([]byte(strings.Repeat("x", maxRead+1)))
		case "/slow":
			select {
			case <-stop:
			case <-r.Context().Done():
			}
		}
	}))
	defer server.Close()
	defer close(stop)
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	defer secure.Close()
	c := loopback(300 * time.Millisecond)
	for _, one := range []struct {
		url    string
		status int
		fault  string
	}{
		{server.URL + "/well", 200, ""}, {server.URL + "/fails", 500, BadStatus}, {server.URL + "/redirects", 307, Redirect}, {server.URL + "/large", 200, TooLarge},
		{server.URL + "/slow", 0, Timeout}, {secure.URL, 0, Certificate}, {"http://127.0.0.1:1/", 0, Unreachable}, {"::", 0, BadAddress},
	} {
		status, fault := c.Post(t.Context(), one.url, map[string]string{"X": "y"}, []byte("{}"))
		if status != one.status || fault != one.fault {
			t.Errorf("%s: %d %q, want %d %q", one.url, status, fault, one.status, one.fault)
		}
	}
	if elsewhere != 0 {
		t.Error("the redirect was followed")
	}
}

// Without being allowed the loopback is out of reach, however it is written.
func TestPostRefusesInsideAddresses(t *testing.T) {
	called := 0
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called++ }))
	defer server.Close()
	port := server.URL[strings.LastIndex(server.URL, ":"):]
	t.Setenv("HTTP_PROXY", server.URL)
	c := New(nil, time.Second)
	for _, host := range []string{"127.0.0.1", "localhost", "0.0.0.0", "[::ffff:127.0.0.1]", "[::1]", "169.254.169.254"} {
		if status, fault := c.Post(t.Context(), "http://"+host+port+"/", nil, nil); status != 0 || fault != BadAddress {
			t.Errorf("%s: %d %q", host, status, fault)
		}
	}
	if _, fault := c.Post(t.Context(), "https://127.0.0.1"+port+"/", nil, nil); fault != BadAddress {
		t.Errorf("with TLS: %q", fault)
	}
	if _, fault := c.Post(t.Context(), "http://1.1.1.1/", nil, nil); fault != BadAddress {
		t.Errorf("outside without TLS: %q", fault)
	}
	if called != 0 {
		t.Errorf("called %d times", called)
	}
}
