// Command bench measures the built server under load, as .ci/bench runs it.
//
// It fills a database with `hegui seed`, starts `hegui serve` on it, signs in
// as each role, and loads every main page with wrk at 1, 16 and 64 clients.
// For each page it also loads a bare Echo handler that writes as many bytes,
// in the same run and on the same machine, since absolute figures say little
// elsewhere. Then the same at a tenth of the data, for the growth.
//
// It prints figures and compares them with the targets; it is no test, and a
// missed target does not fail it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"time"
)

// options are what the caller can choose.
type options struct {
	binary   string
	folder   string
	duration time.Duration
	sizes    []string
	only     string
}

func main() {
	var o options
	flag.StringVar(&o.binary, "binary", "./hegui", "the built program")
	flag.StringVar(&o.folder, "folder", ".bench", "where databases are kept between runs")
	flag.DurationVar(&o.duration, "duration", 4*time.Second, "time for each page and number of clients")
	flag.StringVar(&o.only, "only", "", "load only pages whose path contains this")
	large, small := flag.String("large", "large", "size of the full data"), flag.String("small", "medium", "size of a tenth of it")
	flag.Parse()
	o.sizes = []string{*large, *small}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1) //nolint:gocritic // the process ends
	}
}

func run(ctx context.Context, o options) error {
	bare, err := startBare()
	if err != nil {
		return err
	}
	defer bare.stop()
	medians := map[string][]time.Duration{} // by page, one per size
	for _, size := range o.sizes {
		s, err := startServer(ctx, o, filepath.Join(o.folder, size), size)
		if err != nil {
			return err
		}
		err = measure(ctx, o, s, bare, size, medians)
		s.stop()
		if err != nil {
			return err
		}
	}
	printGrowth(o, medians)
	return nil
}

// clients are the numbers of simultaneous clients; the targets speak of 16.
var clients = []int{1, 16, 64}

const targetClients = 16

func measure(ctx context.Context, o options, s *server, bare *bareServer, size string, medians map[string][]time.Duration) error {
	fmt.Printf("\n== %s: %s\n", size, s.summary)
	fmt.Printf("%-11s %-44s %4s %9s %9s %9s %9s %8s %7s\n", "role", "page", "n", "bytes", "req/s", "p50", "p99", "ratio", "errors")
	for _, p := range pages(o.only) {
		cookie, err := s.signIn(ctx, p.role)
		if err != nil {
			return err
		}
		path, body, err := s.resolve(ctx, p, cookie)
		if err != nil {
			return err
		}
		for _, n := range clients {
			got, err := wrk(ctx, s.url+path, cookie, n, o.duration)
			if err != nil {
				return err
			}
			ref, err := wrk(ctx, bare.url(body), "", n, o.duration/2)
			if err != nil {
				return err
			}
			fmt.Printf("%-11s %-44s %4d %9d %9.0f %9s %9s %7.1f%% %7d%s\n", p.role, p.path, n, body, got.rate, short(got.p50), short(got.p99),
				100*got.rate/ref.rate, got.errors, verdict(n, got, ref))
			if n == targetClients {
				medians[p.path] = append(medians[p.path], got.p50)
			}
		}
	}
	if err := s.writes(ctx); err != nil {
		return err
	}
	now, peak := s.memory()
	fmt.Printf("memory: %d MiB now, %d MiB at most (target 250)\n", now>>20, peak>>20)
	return nil
}

// Targets at 16 clients.
const (
	targetRatio = 0.10
	targetRate  = 1900
	targetP99   = 40 * time.Millisecond
	targetGrow  = 1.2
)

func verdict(n int, got, ref result) string {
	if n != targetClients {
		return ""
	}
	if (got.rate >= targetRate || got.rate >= targetRatio*ref.rate) && got.p99 <= targetP99 && got.errors == 0 {
		return "  ok"
	}
	return "  MISSED"
}

func printGrowth(o options, medians map[string][]time.Duration) {
	fmt.Printf("\n== growth of the median at %d clients, ten times the data (target ≤ %.1f)\n", targetClients, targetGrow)
	for _, p := range pages(o.only) {
		m := medians[p.path]
		if len(m) < 2 || m[1] == 0 {
			continue
		}
		factor := float64(m[0]) / float64(m[1])
		mark := "ok"
		if factor > targetGrow {
			mark = "MISSED"
		}
		fmt.Printf("%-44s %9s %9s  × %.2f  %s\n", p.path, short(m[0]), short(m[1]), factor, mark)
	}
}

func short(d time.Duration) string { return d.Round(10 * time.Microsecond).String() }
