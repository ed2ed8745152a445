package labelling_test

import (
	"bufio"
	"database/sql"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
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

// BenchmarkImport measures the way from a confirmed batch to its lot, the most
// memory that the process holds meanwhile, and its speed as a share of that of
// a plain import of the same rows into the same table (see plainImport).
func BenchmarkImport(b *testing.B) {
	n := benchItems(b)
	var plain time.Duration
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
		b.ReportMetric(float64(peak())/(1<<20), "MiB-RSS")
		if plain == 0 {
			plain = plainImport(b, a)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "items/s")
	b.ReportMetric(plain.Seconds()*float64(b.N)/b.Elapsed().Seconds(), "of-plain")
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

// BenchmarkFreezeAndDraw measures how long it takes to freeze a lot and to draw
// 4,000 items of it, undivided and by strata.
func BenchmarkFreezeAndDraw(b *testing.B) {
	n := benchItems(b)
	for _, by := range []labelling.Stratify{{}, {By: labelling.AxisAnnotator, How: labelling.Proportional}} {
		b.Run("by="+string(by.By), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				a := testkit.New(b)
				ctx, sue := b.Context(), a.Supervisor.Actor()
				up, err := a.Labelling.Upload(ctx, sue, project(b, a).ID, "rows.jsonl", rows(n))
				testkit.Must(b, err)
				a.Labelling.Settle(ctx, up.ID, time.Hour)
				_, lots := imported(b, a, up, answers)
				peak, stop := watchMemory()
				b.StartTimer()
				l, err := a.Labelling.Freeze(ctx, sue, lots[0].ID, lots[0].Version)
				testkit.Must(b, err)
				_, d := drawn(b, a, l, labelling.PlanInput{Method: labelling.Statutory, Params: labelling.Params{Rule: "corpus_manual", Stratify: by}})
				b.StopTimer()
				stop()
				if d.N != min(4000, l.Size) {
					b.Fatal(d.N)
				}
				b.ReportMetric(float64(peak())/(1<<20), "MiB-peak")
				b.StartTimer()
			}
		})
	}
}

// watchMemory looks at the resident memory of the process, in bytes, until it
// is stopped.
func watchMemory() (peak func() uint64, stop func()) {
	debug.FreeOSMemory() // what was there before does not count
	var most uint64
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			most = max(most, resident())
			select {
			case <-end:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	return func() uint64 { return most }, func() { close(end); <-ended }
}

// resident is the resident memory of this process; 0 where /proc is missing.
func resident() uint64 {
	data, err := os.ReadFile("/proc/self/statm") // in pages: size, resident, …
	fields := strings.Fields(string(data))
	if err != nil || len(fields) < 2 {
		return 0
	}
	pages, err := strconv.ParseUint(fields[1], 10, 64)
	if err != nil {
		return 0
	}
	return pages * uint64(os.Getpagesize())
}

// plainImport measures the yardstick: the rows of label_item, ready in a CSV
// file, come into a new database with the same table and indexes through
// `.import` of the sqlite3 shell, in one transaction, with a write-ahead log.
// Nothing is parsed, hashed, tested or recorded there, nobody else could write
// meanwhile, and the shell is synced once. Where there is no shell, encoding/csv
// and a prepared statement do the same. On PostgreSQL it is not measured.
func plainImport(b *testing.B, a *testkit.App) time.Duration {
	if a.Store.IsPostgres() {
		return 0
	}
	table, rows := schemaOf(b, a), csvOf(b, a)
	target := filepath.Join(b.TempDir(), "plain.db")
	shell, err := exec.LookPath("sqlite3")
	if err != nil {
		b.Log("no sqlite3 shell: measured with encoding/csv and a prepared statement")
		return importInGo(b, target, table, rows)
	}
	script := fmt.Sprintf("PRAGMA journal_mode=WAL;\n%s\nBEGIN;\n.import --csv %s label_item\nCOMMIT;\n", table, rows)
	cmd := exec.CommandContext(b.Context(), shell, "-bail", target)
	cmd.Stdin = strings.NewReader(script)
	start := time.Now()
	out, err := cmd.CombinedOutput()
	if err != nil {
		b.Fatalf("sqlite3: %v\n%s", err, out)
	}
	return time.Since(start)
}

// schemaOf gives the statements that make the table of items and its indexes.
func schemaOf(b *testing.B, a *testkit.App) string {
	var list []string
	testkit.Must(b, a.Ledger.Read(b.Context()).Raw("SELECT sql FROM sqlite_schema WHERE tbl_name = 'label_item' AND sql IS NOT NULL ORDER BY rootpage").Scan(&list).Error)
	return strings.Join(list, ";\n") + ";"
}

// csvOf writes all items into a file; hashes in hex, for CSV holds no bytes.
func csvOf(b *testing.B, a *testkit.App) string {
	path := filepath.Join(b.TempDir(), "rows.csv")
	f, err := os.Create(path)
	testkit.Must(b, err)
	w := csv.NewWriter(f)
	rows, err := a.Ledger.Read(b.Context()).Table("label_item").Rows()
	testkit.Must(b, err)
	defer rows.Close() //nolint:errcheck // Err below tells
	for rows.Next() {
		var it labelling.Item
		testkit.Must(b, a.Ledger.Read(b.Context()).ScanRows(rows, &it))
		testkit.Must(b, w.Write([]string{it.LotID, strconv.FormatInt(it.N, 10), it.ItemID, strconv.FormatInt(it.RowNo, 10), strconv.FormatInt(it.LineNo, 10),
			it.Annotator, it.Labels, it.Strata, it.Verdict, strconv.FormatInt(it.LeadMS, 10), string(it.Original), hex.EncodeToString(it.SHA)}))
	}
	testkit.Must(b, rows.Err())
	w.Flush()
	testkit.Must(b, errors.Join(w.Error(), f.Close()))
	return path
}

func importInGo(b *testing.B, target, table, rows string) time.Duration {
	db, err := sql.Open("sqlite3", "file:"+target+"?_journal_mode=WAL")
	testkit.Must(b, err)
	defer db.Close() //nolint:errcheck // thrown away
	f, err := os.Open(rows)
	testkit.Must(b, err)
	defer f.Close() //nolint:errcheck // read only
	start, ctx := time.Now(), b.Context()
	_, err = db.ExecContext(ctx, table)
	testkit.Must(b, err)
	tx, err := db.BeginTx(ctx, nil)
	testkit.Must(b, err)
	insert, err := tx.PrepareContext(ctx, "INSERT INTO label_item VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
	testkit.Must(b, err)
	defer insert.Close() //nolint:errcheck // thrown away
	r := csv.NewReader(f)
	r.ReuseRecord = true
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		testkit.Must(b, err)
		args := make([]any, len(record))
		for i, v := range record {
			args[i] = v
		}
		_, err = insert.ExecContext(ctx, args...)
		testkit.Must(b, err)
	}
	testkit.Must(b, tx.Commit())
	return time.Since(start)
}
