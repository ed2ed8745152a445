package labelling_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"

	"hegui/internal/labelling"
	"hegui/internal/testkit"
)

// benchItems is how many items the benchmarks import: a hundred thousand, or
// as many as HEGUI_BENCH_ITEMS says.
func benchItems(b *testing.B) int {
	n, err := strconv.Atoi(os.Getenv("HEGUI_BENCH_ITEMS"))
	if err != nil || n < 1 {
		n = 100_000
	}
	b.ReportMetric(float64(n), "items")
	return n
}

// rows streams JSONL of n items, as a browser would send it.
func rows(n int) io.Reader {
	r, w := io.Pipe()
	go func() {
		out := bufio.NewWriterSize(w, 1<<16)
		for i := range n {
			_, _ = fmt.Fprintf(out, `{"id": "doc-%07d", "text": "第 %d 条客服对话：请问我的订单什么时候发货？已经等了三天，一直没有物流信息。", "label": "%s", "annotator": "p%d", "source": "app"}`+"\n",
				i, i, []string{"催单", "咨询", "投诉"}[i%3], i%20)
		}
		_ = w.CloseWithError(out.Flush())
	}()
	return r
}

// BenchmarkImport measures the way from a confirmed batch to its lot, and the
// most memory that the program holds meanwhile.
func BenchmarkImport(b *testing.B) {
	n := benchItems(b)
	for b.Loop() {
		b.StopTimer()
		a := testkit.New(b)
		ctx, sue := b.Context(), a.Supervisor.Actor()
		up, err := a.Labelling.Upload(ctx, sue, project(b, a).ID, "rows.jsonl", rows(n))
		testkit.Must(b, err)
		a.Labelling.Settle(ctx, up.ID, time.Hour)
		peak, stop := watchMemory()
		b.StartTimer()
		up, lots := imported(b, a, up, answers)
		b.StopTimer()
		stop()
		if int(up.Items) != n || len(lots) != 1 {
			b.Fatalf("%s with %d items in %d lots", up.State, up.Items, len(lots))
		}
		b.ReportMetric(float64(peak())/(1<<20), "MiB-peak")
		b.StartTimer()
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "items/s")
}

// BenchmarkFreeze measures how long it takes to freeze a lot.
func BenchmarkFreeze(b *testing.B) {
	n := benchItems(b)
	for b.Loop() {
		b.StopTimer()
		a := testkit.New(b)
		ctx, sue := b.Context(), a.Supervisor.Actor()
		up, err := a.Labelling.Upload(ctx, sue, project(b, a).ID, "rows.jsonl", rows(n))
		testkit.Must(b, err)
		a.Labelling.Settle(ctx, up.ID, time.Hour)
		_, lots := imported(b, a, up, answers)
		b.StartTimer()
		l, err := a.Labelling.Freeze(ctx, sue, lots[0].ID, lots[0].Version)
		testkit.Must(b, err)
		if l.State != labelling.LotFrozen {
			b.Fatal(l.State)
		}
	}
}

// watchMemory looks at the heap in use until it is stopped.
func watchMemory() (peak func() uint64, stop func()) {
	var most uint64
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse)
			select {
			case <-end:
				return
			case <-time.After(100 * time.Millisecond):
			}
		}
	}()
	return func() uint64 { return most }, func() { close(end); <-ended }
}
