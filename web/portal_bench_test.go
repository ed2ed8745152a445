package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"hegui/internal/request"
	"hegui/internal/testkit"
)

// BenchmarkIntake measures how many requests a second are taken in, eight at a
// time for each processor: the proof of work is checked and spent, personal
// data encrypted, everything stored for good with its events in the ledger.
// The browsers' own work is done before. The target is 300.
func BenchmarkIntake(b *testing.B) {
	b.Run("checked and stored", func(b *testing.B) {
		a, service := portal(b)
		proofs := work(b, a)
		taken(b, func(n int64) error {
			proof, err := a.Requests.Proved(proofs[n])
			if err != nil || !proof.Shown() {
				return fmt.Errorf("proof %d: %w", n, err)
			}
			_, err = a.Requests.File(context.Background(), request.PortalForm{Nonce: a.Requests.Nonce(), Proof: proof, Intake: request.Intake{ServiceID: service,
				Kind: request.Delete, Requester: request.Self, Language: "zh-CN", Name: "王小明", Contact: address(n), Details: "请删除我的聊天记录"}})
			return err
		})
	})
	b.Run("from form to receipt", func(b *testing.B) {
		a, service := portal(b)
		proofs := work(b, a)
		forms := make([]url.Values, b.N)
		for n := range forms {
			forms[n] = filled(a, proofs[n])
			forms[n].Set("service", service)
			forms[n].Set("contact", address(int64(n)))
		}
		taken(b, func(n int64) error {
			r := httptest.NewRequest(http.MethodPost, "/portal", strings.NewReader(forms[n].Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Sec-Fetch-Site", "same-origin")
			r.RemoteAddr = fmt.Sprintf("10.%d.%d.%d:4711", n>>16&255, n>>8&255, n&255) // a network of its own
			w := httptest.NewRecorder()
			a.Server.ServeHTTP(w, r)
			if w.Code != http.StatusOK {
				return fmt.Errorf("form %d: %d", n, w.Code)
			}
			return nil
		})
	})
}

func address(n int64) string { return fmt.Sprintf("person%d@example.com", n) }

// work does what the browsers of all requests do.
func work(b *testing.B, a *testkit.App) []string {
	b.Helper()
	out := make([]string, b.N)
	for n := range out {
		out[n] = solved(b, a)
	}
	return out
}

// taken measures do for each number once.
func taken(b *testing.B, do func(n int64) error) {
	b.Helper()
	var next atomic.Int64
	b.SetParallelism(8)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := do(next.Add(1) - 1); err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
}
