package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"regexp"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
)

// result is what wrk measured.
type result struct {
	rate     float64 // requests per second
	p50, p99 time.Duration
	errors   int64
}

var (
	reRate   = regexp.MustCompile(`Requests/sec:\s+([0-9.]+)`)
	reP50    = regexp.MustCompile(`50%\s+([0-9.]+)(us|ms|s|m)`)
	reP99    = regexp.MustCompile(`99%\s+([0-9.]+)(us|ms|s|m)`)
	reErrors = regexp.MustCompile(`Non-2xx or 3xx responses: ([0-9]+)`)
)

func wrk(ctx context.Context, url, cookie string, clients int, d time.Duration) (result, error) {
	threads := min(clients, 2)
	args := []string{"-t", strconv.Itoa(threads), "-c", strconv.Itoa(clients), "-d", strconv.Itoa(max(1, int(d.Seconds()))) + "s", "--latency"}
	if cookie != "" {
		args = append(args, "-H", "Cookie: "+cookie)
	}
	out, err := exec.CommandContext(ctx, "wrk", append(args, url)...).CombinedOutput() //nolint:gosec // our own arguments
	if err != nil {
		return result{}, fmt.Errorf("wrk: %w\n%s", err, out)
	}
	var r result
	if m := reRate.FindSubmatch(out); m != nil {
		r.rate, _ = strconv.ParseFloat(string(m[1]), 64)
	}
	r.p50, r.p99 = duration(reP50.FindSubmatch(out)), duration(reP99.FindSubmatch(out))
	if m := reErrors.FindSubmatch(out); m != nil {
		r.errors, _ = strconv.ParseInt(string(m[1]), 10, 64)
	}
	return r, nil
}

func duration(m [][]byte) time.Duration {
	if m == nil {
		return 0
	}
	n, _ := strconv.ParseFloat(string(m[1]), 64)
	unit := map[string]time.Duration{"us": time.Microsecond, "ms": time.Millisecond, "s": time.Second, "m": time.Minute}[string(m[2])]
	return time.Duration(n * float64(unit))
}

// bareServer is Echo with nothing but a handler that writes bytes.
type bareServer struct {
	server   *http.Server
	listener net.Listener
}

func startBare() (*bareServer, error) {
	e := echo.New()
	e.HideBanner = true
	bodies := map[int][]byte{}
	for size := range 1 << 9 { // every KiB up to 512 KiB, made beforehand
		bodies[size] = make([]byte, size<<10)
	}
	e.GET("/:kib", func(c echo.Context) error {
		n, err := strconv.Atoi(c.Param("kib"))
		if err != nil {
			return err
		}
		return c.HTMLBlob(http.StatusOK, bodies[n])
	})
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	b := &bareServer{server: &http.Server{Handler: e, ReadHeaderTimeout: time.Second}, listener: l}
	go b.server.Serve(l) //nolint:errcheck // ends with stop
	return b, nil
}

// url is where the server writes about so many bytes, to the KiB.
func (b *bareServer) url(bytes int) string {
	return fmt.Sprintf("http://%s/%d", b.listener.Addr(), (bytes+512)>>10)
}

func (b *bareServer) stop() { _ = b.server.Close() }
