package main_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"hegui/internal/actor"
	"hegui/internal/app"
	"hegui/internal/evidence"
	"hegui/internal/testkit"
)

// bundle is a form with one file that no other test sends.
func bundle(t *testing.T, name string, size int) (body *bytes.Buffer, contentType, sum string) {
	t.Helper()
	content := fmt.Appendf(nil, "%s %d\n", name, rand.Uint64())
	content = append(content, bytes.Repeat([]byte("一行证据 one line of evidence\n"), size/36)...)
	body = &bytes.Buffer{}
	form := multipart.NewWriter(body)
	testkit.Must(t, form.WriteField("batch", "b"))
	part, err := form.CreateFormFile("file", name+".txt")
	testkit.Must(t, err)
	_, err = part.Write(content)
	testkit.Must(t, err)
	testkit.Must(t, form.Close())
	hash := sha256.Sum256(content)
	return body, form.FormDataContentType(), hex.EncodeToString(hash[:])
}

// send uploads one file; ok says that the server acknowledged it.
func (who *person) send(t *testing.T, base, name string) (sum string, ok bool) {
	t.Helper()
	body, contentType, sum := bundle(t, name, 2_500_000)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/evidence/upload", body)
	testkit.Must(t, err)
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.AddCookie(who.cookie)
	answer, err := who.client.Do(r)
	if err != nil {
		return sum, false
	}
	said, _ := io.ReadAll(answer.Body)
	testkit.Must(t, answer.Body.Close())
	if answer.StatusCode >= http.StatusBadRequest {
		t.Errorf("upload: got %d\n%s", answer.StatusCode, said)
	}
	return sum, answer.StatusCode == http.StatusSeeOther
}

// TestKilledUnderUploads kills the server while people upload files of three
// chunks. Every acknowledged file is listed once and reads back whole, no half
// file is listed, and what was under way leaves nothing to be found.
func TestKilledUnderUploads(t *testing.T) {
	t.Parallel()
	database := testkit.DatabaseURL(t)
	everybody := people(t, database, 4)
	var mu sync.Mutex
	acked, sent := []string{}, map[string]bool{}
	for round := range 3 {
		server := serving(t, database)
		var all sync.WaitGroup
		for i, who := range everybody {
			all.Go(func() {
				for n := 0; ; n++ {
					sum, ok := who.send(t, server.url, fmt.Sprintf("r%d-p%d-%d", round, i, n))
					mu.Lock()
					sent[sum] = true
					if ok {
						acked = append(acked, sum)
					}
					mu.Unlock()
					if !ok {
						return
					}
				}
			})
		}
		time.Sleep(200*time.Millisecond + rand.N(600*time.Millisecond))
		server.kill()
		all.Wait()
		a := open(t, database)
		checkFiles(t, a, acked, sent)
		testkit.Must(t, a.Close())
	}
	if len(acked) == 0 {
		t.Error("nothing was uploaded: the test proves nothing")
	}
}

func checkFiles(t *testing.T, a *app.App, acked []string, sent map[string]bool) {
	t.Helper()
	officer, err := a.Accounts.ByEmail(t.Context(), "p0@test.example")
	testkit.Must(t, err)
	list, err := a.Evidence.List(t.Context(), officer.Actor(), evidence.Filter{Limit: 10_000})
	testkit.Must(t, err)
	var listed []string
	for _, item := range list {
		sum := readWhole(t, a, officer.Actor(), item.ID)
		if !sent[sum] {
			t.Errorf("%s is listed, but what it holds was never sent", item.Title)
		}
		listed = append(listed, sum)
	}
	slices.Sort(listed)
	if len(slices.Compact(slices.Clone(listed))) != len(listed) {
		t.Error("a file is listed twice")
	}
	for _, sum := range acked {
		if !slices.Contains(listed, sum) {
			t.Errorf("an acknowledged file is not listed")
		}
	}
	report, err := a.Ledger.Verify(t.Context())
	testkit.Must(t, err)
	if !report.Sound {
		t.Errorf("not sound: %+v", report.Findings)
	}
}

// readWhole reads a piece's file to its end and gives its sum.
func readWhole(t *testing.T, a *app.App, by actor.Actor, id string) string {
	t.Helper()
	version, content, err := a.Evidence.Open(t.Context(), by, id, 1)
	testkit.Must(t, err)
	h := sha256.New()
	n, err := io.Copy(h, content)
	if sum := hex.EncodeToString(h.Sum(nil)); err != nil || n != version.Size || sum != version.SHA256 {
		t.Errorf("%s: %d of %d bytes, %v", version.FileName, n, version.Size, err)
	}
	return version.SHA256
}
