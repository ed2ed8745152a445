package main

import (
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/urfave/cli/v3"

	"hegui/internal/store"
)

func migrateCommand(std streams) *cli.Command {
	return &cli.Command{
		Name:  "migrate",
		Usage: "bring the database schema up to date, or show its state",
		Commands: []*cli.Command{
			{
				Name: "up", Usage: "apply what is missing (serve does so by itself)", Flags: databaseFlags(),
				Action: withStore(func(ctx context.Context, s *store.Store) error { return migrateUp(ctx, s, std) }),
			},
			{
				Name: "status", Usage: "list all changes and whether they are applied", Flags: databaseFlags(),
				Action: withStore(func(ctx context.Context, s *store.Store) error { return migrationStatus(ctx, s, std) }),
			},
		},
	}
}

// withStore opens the database for an action and closes it afterwards.
func withStore(fn func(context.Context, *store.Store) error) cli.ActionFunc {
	return func(ctx context.Context, cmd *cli.Command) error {
		c, err := readConfig(cmd)
		if err != nil {
			return err
		}
		s, err := store.Open(ctx, c.Database)
		if err != nil {
			return err
		}
		defer s.Close() //nolint:errcheck // every acknowledged write is on the disk already
		return fn(ctx, s)
	}
}

func migrateUp(ctx context.Context, s *store.Store, std streams) error {
	if err := s.Migrate(ctx); err != nil {
		return err
	}
	list, err := s.Migrations(ctx)
	if err == nil {
		_, err = fmt.Fprintf(std.out, "the schema is up to date: %d changes applied\n", len(list))
	}
	return err
}

func migrationStatus(ctx context.Context, s *store.Store, std streams) error {
	list, err := s.Migrations(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(std.out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "VERSION\tFILE\tSTATE")
	for _, m := range list {
		state := "pending"
		if m.Applied {
			state = "applied"
		}
		fmt.Fprintf(w, "%d\t%s\t%s\n", m.Version, m.Name, state)
	}
	return w.Flush()
}
