package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/urfave/cli/v3"

	"hegui/internal/i18n"
	"hegui/internal/labelling/exports"
)

func labellingCommand(std streams) *cli.Command {
	return &cli.Command{
		Name:     "labelling",
		Usage:    "work with exports of annotation tools",
		Commands: []*cli.Command{inspectCommand(std)},
	}
}

func inspectCommand(std streams) *cli.Command {
	return &cli.Command{
		Name:      "inspect",
		Usage:     "say what importing a file would do; exit status 1 when nothing can be imported",
		ArgsUsage: "FILE",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "json", Usage: "print the report as JSON"},
			&cli.StringFlag{Name: "format", Usage: "read the file as this format: " + joinAll(exports.Formats())},
			&cli.StringFlag{Name: "encoding", Usage: "read the file in this encoding: " + joinAll(exports.Encodings()) + ", gbk"},
			&cli.StringSliceFlag{Name: "map", Usage: "column=role, for plain tables and rows (may be repeated); roles: " + joinAll(exports.Roles())},
			&cli.BoolFlag{Name: "number-rows", Usage: "use the number of the row as the id"},
			&cli.BoolFlag{Name: "per-task", Usage: "Label Studio: take a task as one item, whatever its annotations"},
		},
		Action: func(_ context.Context, cmd *cli.Command) error { return inspect(cmd, std) },
	}
}

func inspect(cmd *cli.Command, std streams) error {
	options, err := inspectOptions(cmd)
	if err != nil {
		return err
	}
	if cmd.Args().Len() != 1 {
		return fmt.Errorf("inspect: want one file, not %d", cmd.Args().Len())
	}
	f, err := os.Open(cmd.Args().First())
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read
	report, err := exports.Inspect(f, options)
	if err != nil {
		return err
	}
	if cmd.Bool("json") {
		err = reportJSON(report, std)
	} else {
		reportText(report, std)
	}
	if err == nil && !report.Importable() {
		err = exitCode(1)
	}
	return err
}

// inspectOptions reads the flags.
func inspectOptions(cmd *cli.Command) (exports.Options, error) {
	o := exports.Options{Format: exports.Format(cmd.String("format")), Number: cmd.Bool("number-rows"), PerTask: cmd.Bool("per-task")}
	if o.Format != "" && !slices.Contains(exports.Formats(), o.Format) {
		return o, fmt.Errorf("format: want one of %s, not %q", joinAll(exports.Formats()), o.Format)
	}
	if name := cmd.String("encoding"); name != "" {
		e, ok := exports.EncodingNamed(name)
		if !ok {
			return o, fmt.Errorf("encoding: want one of %s, not %q", joinAll(exports.Encodings()), name)
		}
		o.Encoding = e
	}
	for _, pair := range cmd.StringSlice("map") {
		at := strings.LastIndexByte(pair, '=')
		if at < 1 || !slices.Contains(exports.Roles(), exports.Role(pair[at+1:])) {
			return o, fmt.Errorf("map: want column=role with a role of %s, not %q", joinAll(exports.Roles()), pair)
		}
		o.Columns = append(o.Columns, exports.Column{Name: pair[:at], Role: exports.Role(pair[at+1:])})
	}
	return o, nil
}

func joinAll[T ~string](list []T) string {
	words := make([]string, len(list))
	for i, v := range list {
		words[i] = string(v)
	}
	return strings.Join(words, ", ")
}

// faultInWords is a refusal with its message, for programs that read the report.
type faultInWords struct {
	*exports.Fault
	Message string `json:"message"`
}

func reportJSON(r exports.Report, std streams) error {
	out := struct {
		exports.Report
		Importable bool           `json:"importable"`
		Faults     []faultInWords `json:"faults"`
		Fatal      *faultInWords  `json:"fatal,omitempty"`
	}{Report: r, Importable: r.Importable(), Faults: []faultInWords{}}
	for _, f := range r.Faults {
		out.Faults = append(out.Faults, faultInWords{f, reason(f)})
	}
	if r.Fatal != nil {
		out.Fatal = &faultInWords{r.Fatal, reason(r.Fatal)}
	}
	e := json.NewEncoder(std.out)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(out)
}

// reason is the message of a refusal, in the language of the terminal.
func reason(f *exports.Fault) string {
	return i18n.T(i18n.With(context.Background(), i18n.English), f.Key(), f.Args...)
}

func reportText(r exports.Report, std streams) {
	line := func(name, format string, args ...any) {
		fmt.Fprintf(std.out, "%-12s "+format+"\n", append([]any{name}, args...)...)
	}
	if g := r.Guess; g != nil {
		name := i18n.T(i18n.With(context.Background(), i18n.English), g.Layout.Format.Key())
		line("format", "%s (%s)%s", name, g.Layout.Frame, told(g.Fields))
		line("encoding", "%s (%s)", g.Layout.Encoding, strings.ReplaceAll(g.EncodingBy, "_", " "))
		for _, c := range g.Layout.Columns {
			line("column", "%q is the %s", c.Name, c.Role)
		}
		line("rows", "%d", r.Rows)
		line("items", "%d", r.Items)
		line("left out", "%d cancelled, %d drafts, %d unlabelled tasks", r.LeftOut.Cancelled, r.LeftOut.Drafts, r.LeftOut.Unlabelled)
		line("annotators", "%s", tallyText(r.Annotators))
		line("labels", "%s", tallyText(r.Labels))
		line("verdicts", "%s", tallyText(r.Verdicts))
		line("strata", "%s", orNone(strings.Join(r.Columns, ", ")))
	}
	reportFaults(r, std)
	for _, s := range r.First {
		line("item", "%s, line %d, %s%s", printable(s.ID), s.Line, s.View.Kind, told(s.Labels))
	}
	if !r.Importable() {
		fmt.Fprintln(std.out, "nothing can be imported")
	}
}

func reportFaults(r exports.Report, std streams) {
	if r.Guess != nil {
		fmt.Fprintf(std.out, "%-12s %d\n", "refused", r.Refused)
	}
	for _, f := range r.Faults {
		fmt.Fprintf(std.out, "  row %d, line %d: %s [%s]\n", f.Row, f.Line, printable(reason(f)), f.Code)
	}
	if more := r.Refused - len(r.Faults); more > 0 {
		fmt.Fprintf(std.out, "  and %d more\n", more)
	}
	if f := r.Fatal; f != nil {
		where := ""
		if f.Line > 0 {
			where = fmt.Sprintf("line %d: ", f.Line)
		}
		fmt.Fprintf(std.out, "%-12s %s%s [%s]\n", "unreadable", where, printable(reason(f)), f.Code)
	}
}

// told lists what gave something away.
func told(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return ": " + printable(strings.Join(words, ", "))
}

// tallyText prints the ten most frequent values.
func tallyText(t exports.Tally) string {
	const shown = 10
	var words []string
	for _, c := range t.Counts[:min(len(t.Counts), shown)] {
		words = append(words, fmt.Sprintf("%s (%d)", printable(c.Value), c.Count))
	}
	if len(t.Counts) > shown || t.Others > 0 {
		words = append(words, fmt.Sprintf("%d more values", len(t.Counts)-min(len(t.Counts), shown)+t.Others))
	}
	return orNone(strings.Join(words, ", "))
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// printable keeps what a file says from steering the terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7F && r < 0xA0 {
			return '·'
		}
		return r
	}, s)
}
