// Command tally reads what `go test -json` prints, shows what failed and one
// line per package, and ends with plain counts. It exits with status 1 when a
// test failed or a package could not be built.
//
//	go test -json ./... | tally -name sqlite -sum counts.txt
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

// event is one line of `go test -json` (see `go doc test2json`).
type event struct {
	Action      string
	Package     string
	ImportPath  string // of build output
	Test        string
	Output      string
	Elapsed     float64
	FailedBuild string
}

type key struct{ pkg, test string }

// tally counts tests and keeps their output until it is known to matter.
type tally struct {
	out                     io.Writer
	passed, failed, skipped int
	output                  map[key][]string
	inPackage               map[string]int  // tests that ended
	broken                  map[string]bool // packages with a failed test
	skips                   []string
}

func main() {
	name := flag.String("name", "tests", "what is counted, for the last line")
	sum := flag.String("sum", "", "file to add the counts to")
	flag.Parse()
	t := &tally{out: os.Stdout, output: map[key][]string{}, inPackage: map[string]int{}, broken: map[string]bool{}}
	if err := t.read(os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, "tally:", err)
		os.Exit(2)
	}
	for _, s := range t.skips {
		fmt.Fprintln(t.out, "  skipped:", s)
	}
	fmt.Fprintf(t.out, "%s: %d passed, %d failed, %d skipped\n", *name, t.passed, t.failed, t.skipped)
	if err := t.save(*sum); err != nil {
		fmt.Fprintln(os.Stderr, "tally:", err)
		os.Exit(2)
	}
	if t.failed > 0 || t.passed == 0 {
		os.Exit(1)
	}
}

func (t *tally) read(r io.Reader) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 1<<20), 64<<20)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			fmt.Fprintln(t.out, lines.Text()) // not an event: a message of the go command
			continue
		}
		t.take(e)
	}
	return lines.Err()
}

func (t *tally) take(e event) {
	k := key{e.Package, e.Test}
	switch e.Action {
	case "output":
		if strings.HasPrefix(e.Output, "=== ") { // RUN, PAUSE, CONT: which test it is stands in its last line
			return
		}
		t.output[k] = append(t.output[k], e.Output)
		return
	case "build-output":
		fmt.Fprint(t.out, e.Output)
		return
	case "pass", "fail", "skip":
	default:
		return
	}
	if e.Test == "" {
		t.endPackage(e)
	} else {
		t.endTest(e, k)
	}
	delete(t.output, k)
}

func (t *tally) endTest(e event, k key) {
	t.inPackage[e.Package]++
	switch e.Action {
	case "pass":
		t.passed++
	case "skip":
		t.skipped++
		t.skips = append(t.skips, e.Package+" "+e.Test+": "+reason(t.output[k]))
	case "fail":
		t.failed++
		t.broken[e.Package] = true
		fmt.Fprint(t.out, strings.Join(t.output[k], ""))
	}
}

// reason is the last thing a test said before it was skipped.
func reason(output []string) string {
	for i := len(output) - 1; i >= 0; i-- {
		line := strings.TrimSpace(output[i])
		if line != "" && !strings.HasPrefix(line, "---") {
			return line
		}
	}
	return "no reason given"
}

func (t *tally) endPackage(e event) {
	switch {
	case e.Action == "fail":
		if !t.broken[e.Package] { // it did not build, or ended outside of a test
			t.failed++
			fmt.Fprint(t.out, strings.Join(t.output[key{e.Package, ""}], ""))
		}
		fmt.Fprintf(t.out, "FAIL  %-40s %6.1fs\n", e.Package, e.Elapsed)
	case e.Action == "pass":
		fmt.Fprintf(t.out, "ok    %-40s %6.1fs %5d tests\n", e.Package, e.Elapsed, t.inPackage[e.Package])
	}
}

func (t *tally) save(file string) error {
	if file == "" {
		return nil
	}
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "%d %d %d\n", t.passed, t.failed, t.skipped)
	if end := f.Close(); err == nil {
		err = end
	}
	return err
}
