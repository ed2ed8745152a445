package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/urfave/cli/v3"

	"hegui/internal/app"
	"hegui/internal/audit"
)

func ledgerCommand(std streams) *cli.Command {
	return &cli.Command{
		Name:  "ledger",
		Usage: "examine the append-only ledger of everything that was recorded",
		Commands: []*cli.Command{{
			Name:  "verify",
			Usage: "prove order, root and content; exit status 1 when the records are not sound",
			Flags: append(databaseFlags(), &cli.BoolFlag{Name: "json", Usage: "print the report as JSON"}),
			Action: withApp(func(ctx context.Context, cmd *cli.Command, a *app.App) error {
				report, err := a.Ledger.Verify(ctx)
				if err != nil {
					return err
				}
				if err := printReport(report, cmd.Bool("json"), std); err != nil {
					return err
				}
				if !report.Sound {
					return exitCode(1)
				}
				return nil
			}),
		}},
	}
}

func printReport(r audit.Report, asJSON bool, std streams) error {
	if asJSON {
		e := json.NewEncoder(std.out)
		e.SetIndent("", "  ")
		return e.Encode(r)
	}
	for _, f := range r.Findings {
		if _, err := fmt.Fprintf(std.out, "%s\tevent %d\t%s\n", f.Code, f.Seq, f.Detail); err != nil {
			return err
		}
	}
	verdict := "sound"
	if !r.Sound {
		verdict = "NOT SOUND"
	}
	_, err := fmt.Fprintf(std.out, "%s: %d events, %d rows, root %s\n", verdict, r.Events, r.Rows, r.Root)
	return err
}
