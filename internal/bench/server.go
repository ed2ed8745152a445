package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// password of the seeded people.
const password = "bench bench bench 1"

// server is a running hegui on seeded data.
type server struct {
	url     string
	summary string
	process *exec.Cmd
	cookies map[string]string
}

// startServer fills the folder's database if it is new, and serves it.
func startServer(ctx context.Context, o options, folder, size string) (*server, error) {
	s := &server{cookies: map[string]string{}}
	if _, err := os.Stat(filepath.Join(folder, "seeded")); err != nil {
		if err := os.RemoveAll(folder); err != nil {
			return nil, err
		}
		start := time.Now()
		seed := exec.CommandContext(ctx, o.binary, "seed", "--data", folder, "--size", size, "--seed", "1", "--password", password) //nolint:gosec // our own program
		seed.Stdout, seed.Stderr = os.Stdout, os.Stderr
		if err := seed.Run(); err != nil {
			return nil, fmt.Errorf("seed: %w", err)
		}
		note := fmt.Sprintf("seeded in %s", time.Since(start).Round(100*time.Millisecond))
		if err := os.WriteFile(filepath.Join(folder, "seeded"), []byte(note), 0o600); err != nil {
			return nil, err
		}
	}
	note, err := os.ReadFile(filepath.Join(folder, "seeded")) //nolint:gosec // our own folder
	if err != nil {
		return nil, err
	}
	s.summary = string(note)
	s.process = exec.Command(o.binary, "serve", "--data", folder, "--addr", "127.0.0.1:0", "--log-level", "error") //nolint:gosec,noctx // stopped by stop
	s.process.Stderr = os.Stderr
	out, err := s.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.process.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	at := strings.Index(line, "http://")
	if err != nil || at < 0 {
		return nil, fmt.Errorf("server said %q: %w", line, err)
	}
	s.url = strings.TrimSpace(line[at:])
	return s, nil
}

func (s *server) stop() {
	_ = s.process.Process.Signal(syscall.SIGTERM)
	_ = s.process.Wait()
}

// signIn gives the session cookie of the seeded person in a role.
func (s *server) signIn(ctx context.Context, role string) (string, error) {
	if c, ok := s.cookies[role]; ok || role == "" {
		return c, nil
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return "", err
	}
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	form := url.Values{"email": {role + "@demo.example"}, "password": {password}, "back": {"/"}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+"/login", strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := client.Do(r)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close() //nolint:errcheck // read only
	if resp.StatusCode != http.StatusSeeOther {
		return "", fmt.Errorf("sign in as %s: %s", role, resp.Status)
	}
	var parts []string
	for _, c := range resp.Cookies() {
		parts = append(parts, c.Name+"="+c.Value)
	}
	s.cookies[role] = strings.Join(parts, "; ")
	return s.cookies[role], nil
}

func (s *server) get(ctx context.Context, path, cookie string) (int, []byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+path, nil)
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Cookie", cookie)
	r.Header.Set("Accept-Encoding", "identity")
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close() //nolint:errcheck // read only
	body, err := io.ReadAll(resp.Body)
	return resp.StatusCode, body, err
}

// resolve finds the real address of a page, following the links that p.via
// names, and how many bytes it has.
func (s *server) resolve(ctx context.Context, p page, cookie string) (path string, size int, err error) {
	path = p.path
	if p.via != "" {
		path = p.via
		for _, link := range append([]string{p.link}, p.then...) {
			if path, err = s.follow(ctx, path, link, p.role, cookie); err != nil {
				return "", 0, err
			}
		}
		path += p.query
	}
	status, body, err := s.get(ctx, path, cookie)
	if err != nil || status != http.StatusOK {
		return "", 0, fmt.Errorf("%s as %s: status %d: %w", path, p.role, status, errors.Join(err))
	}
	return path, len(body), nil
}

// follow gives the first link on a page that matches.
func (s *server) follow(ctx context.Context, page, link, role, cookie string) (string, error) {
	status, body, err := s.get(ctx, page, cookie)
	if err != nil || status != http.StatusOK {
		return "", fmt.Errorf("%s as %s: status %d: %w", page, role, status, errors.Join(err))
	}
	found := regexp.MustCompile(`href="(` + link + `)"`).FindSubmatch(body)
	if found == nil {
		return "", fmt.Errorf("%s: no link like %s", page, link)
	}
	return strings.ReplaceAll(string(found[1]), "&amp;", "&"), nil
}

// writeFor is how long durable writes are counted.
const writeFor = 5 * time.Second

// writes counts acknowledged writes per second by 16 clients: each changes a
// row through the whole server, is recorded in the ledger and synced.
func (s *server) writes(ctx context.Context) error {
	cookie, err := s.signIn(ctx, "officer")
	if err != nil {
		return err
	}
	var done, failed atomic.Int64
	ctx, cancel := context.WithTimeout(ctx, writeFor)
	defer cancel()
	var wg sync.WaitGroup
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: targetClients},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for range targetClients {
		wg.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				form := url.Values{"lang": {[]string{"en", "zh-CN"}[i%2]}, "back": {"/"}}
				r, _ := http.NewRequestWithContext(ctx, http.MethodPost, s.url+"/language", strings.NewReader(form.Encode()))
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				r.Header.Set("Cookie", cookie)
				r.Header.Set("Sec-Fetch-Site", "same-origin")
				resp, err := client.Do(r)
				if err != nil {
					continue
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
				if resp.StatusCode == http.StatusSeeOther {
					done.Add(1)
				} else {
					failed.Add(1)
				}
			}
		})
	}
	wg.Wait()
	fmt.Printf("durable writes: %.0f/s acknowledged with %d clients, %d failed (target 400)\n", float64(done.Load())/writeFor.Seconds(), targetClients, failed.Load())
	return nil
}

// memory is the resident size of the server now and at its peak, in bytes.
func (s *server) memory() (now, peak int64) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.process.Process.Pid))
	if err != nil {
		return 0, 0
	}
	for line := range strings.Lines(string(data)) {
		name, value, _ := strings.Cut(line, ":")
		kb, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
		switch name {
		case "VmRSS":
			now = kb << 10
		case "VmHWM":
			peak = kb << 10
		}
	}
	return now, peak
}
