package main_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"hegui/internal/app"
	"hegui/internal/request"
	"hegui/internal/testkit"
)

// filer is somebody on the portal, from an address of their own each time.
type filer struct {
	base   string
	number int
	client http.Client
	filed  map[string]string // names by the token of the link that was acknowledged
}

// ask sends a request and gives the body of a 200.
func (f *filer) ask(ctx context.Context, method, path, kind string, body io.Reader) ([]byte, bool) {
	r, err := http.NewRequestWithContext(ctx, method, f.base+path, body)
	if err != nil {
		return nil, false
	}
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("X-Forwarded-For", fmt.Sprintf("10.%d.%d.%d", rand.N(250), rand.N(250), rand.N(250)))
	answer, err := f.client.Do(r)
	if err != nil {
		return nil, false
	}
	defer answer.Body.Close() //nolint:errcheck // it was read
	data, err := io.ReadAll(answer.Body)
	return data, err == nil && answer.StatusCode == http.StatusOK
}

// proof does the work of a browser.
func (f *filer) proof(ctx context.Context) (string, bool) {
	data, ok := f.ask(ctx, http.MethodGet, "/portal/challenge", "", nil)
	if !ok {
		return "", false
	}
	return testkit.SolveJSON(data)
}

var (
	nonceField = regexp.MustCompile(`name="nonce" value="([0-9a-f]{64})"`)
	linkOfPage = regexp.MustCompile(`/portal/r/([0-9a-f]{64})`)
)

// file files one request with a file, and notes it when the receipt came
// whole.
func (f *filer) file(ctx context.Context, n int) bool {
	page, ok := f.ask(ctx, http.MethodGet, "/portal", "", nil)
	nonce := nonceField.FindSubmatch(page)
	if !ok || nonce == nil {
		return false
	}
	proof, ok := f.proof(ctx)
	if !ok {
		return false
	}
	name := fmt.Sprintf("Filer %d request %d", f.number, n)
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, v := range map[string]string{"nonce": string(nonce[1]), "altcha": proof, "kind": "copy", "requester": "self", "name": name,
		"contact": fmt.Sprintf("p%d-%d@example.com", f.number, n), "details": "please", "consent": "1"} {
		_ = w.WriteField(k, v) // a buffer takes everything
	}
	part, _ := w.CreateFormFile("files", "list.txt")
	_, _ = io.WriteString(part, strings.Repeat(name+"\n", 5_000))
	_ = w.Close()
	page, ok = f.ask(ctx, http.MethodPost, "/portal", w.FormDataContentType(), &b)
	link := linkOfPage.FindSubmatch(page)
	if !ok || link == nil || !bytes.Contains(page, []byte("</html>")) || bytes.Contains(page, []byte(`class="note"`)) {
		return false
	}
	f.filed[string(link[1])] = name
	return true
}

// TestKilledUnderFilings kills the server while people file requests on the
// portal: every request for which a receipt came is there, once, with its file,
// behind the link on the receipt.
func TestKilledUnderFilings(t *testing.T) {
	t.Parallel()
	database := testkit.DatabaseURL(t)
	people(t, database, 1)
	filers := make([]*filer, 4)
	for i := range filers {
		filers[i] = &filer{number: i, client: http.Client{Timeout: patience}, filed: map[string]string{}}
	}
	next := 0
	for range 3 {
		server := serving(t, database, "--master-key", testkit.Config(database).MasterKey, "--trusted-proxy", "127.0.0.1/32")
		var all sync.WaitGroup
		for _, f := range filers {
			f.base = server.url
			all.Go(func() {
				for n := next; f.file(t.Context(), n); n++ {
				}
			})
		}
		time.Sleep(500*time.Millisecond + rand.N(700*time.Millisecond))
		server.kill()
		all.Wait()
		next += 100_000
		a := open(t, database)
		for _, f := range filers {
			f.check(t, a)
		}
		report, err := a.Ledger.Verify(t.Context())
		testkit.Must(t, err)
		if !report.Sound {
			t.Errorf("not sound: %+v", report.Findings)
		}
		testkit.Must(t, a.Close())
	}
	checkTotal(t, database, filers)
}

// check looks up everything that was acknowledged.
func (f *filer) check(t *testing.T, a *app.App) {
	t.Helper()
	for token, name := range f.filed {
		got, err := a.Requests.Track(t.Context(), token)
		if err != nil || got.Said.Name != name || len(got.Files) != 1 {
			t.Errorf("%s: %v, %d files", name, err, len(got.Files))
			continue
		}
		_, content, err := a.Requests.OpenFile(t.Context(), got.Files[0].Attachment)
		testkit.Must(t, err)
		if data, err := io.ReadAll(content); err != nil || string(data) != strings.Repeat(name+"\n", 5_000) {
			t.Errorf("the file of %s: %d bytes, %v", name, len(data), err)
		}
	}
}

// checkTotal finds no more requests than were acknowledged or under way.
func checkTotal(t *testing.T, database string, filers []*filer) {
	t.Helper()
	a := open(t, database)
	defer a.Close() //nolint:errcheck // of a test
	acked := 0
	for _, f := range filers {
		acked += len(f.filed)
	}
	var stored int64
	testkit.Must(t, a.Ledger.Read(t.Context()).Model(&request.Request{}).Count(&stored).Error)
	if int(stored) < acked || int(stored) > acked+3*len(filers) || acked < len(filers) {
		t.Errorf("%d requests are stored, %d were acknowledged", stored, acked)
	}
	t.Logf("%d requests acknowledged, %d stored", acked, stored)
}
