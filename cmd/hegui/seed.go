package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/urfave/cli/v3"

	"hegui/internal/app"
	"hegui/internal/day"
	"hegui/internal/seed"
)

func seedCommand(std streams) *cli.Command {
	return &cli.Command{
		Name:  "seed",
		Usage: "fill an empty database with data to measure with; the same numbers and day give the same data, so it is nothing to work in",
		Flags: append(databaseFlags(),
			&cli.StringFlag{Name: "size", Usage: "small, medium or large", Value: "small", Sources: env("seed-size")},
			&cli.Uint64Flag{Name: "seed", Usage: "number from which everything follows", Value: 1, Sources: env("seed")},
			&cli.StringFlag{Name: "until", Usage: "last day of the data, YYYY-MM-DD (default: today)", Sources: env("seed-until")},
			&cli.StringFlag{Name: "password", Usage: "password of all accounts, at least 12 characters", Required: true, Sources: env("seed-password")}),
		Action: func(ctx context.Context, cmd *cli.Command) error {
			size, ok := seed.Sizes[cmd.String("size")]
			if !ok {
				return fmt.Errorf("size: want small, medium or large, not %q", cmd.String("size"))
			}
			c, err := readConfig(cmd)
			if err != nil {
				return err
			}
			until, ok := day.Parse(cmd.String("until"))
			if !ok {
				return fmt.Errorf("until: want YYYY-MM-DD, not %q", cmd.String("until"))
			}
			if until == "" {
				until = day.Of(time.Now())
			}
			source := seed.NewSource(cmd.Uint64("seed"), until)
			a, err := app.Open(ctx, c, app.Options{Now: source.Now, Random: source, Version: versionText()})
			if err != nil {
				return err
			}
			defer a.Close() //nolint:errcheck // every acknowledged write is on the disk already
			if _, founded, err := a.Accounts.Organisation(ctx); err != nil || founded {
				return errors.Join(err, errors.New("the database is not empty"))
			}
			return inWords(seed.Fill(ctx, a, source, size, cmd.Uint64("seed"), cmd.String("password"), std.out))
		},
	}
}
