package account_test

import (
	"testing"

	"hegui/internal/testkit"
)

// BenchmarkDurableWrite measures audited, synced writes by 32 writers: each
// changes one row, appends to the ledger and waits for the disk.
func BenchmarkDurableWrite(b *testing.B) {
	a := testkit.New(b)
	b.SetParallelism(16)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := a.Accounts.SetLanguage(b.Context(), a.Officer.Actor(), "en"); err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "writes/s")
}
