package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v3"

	"hegui/internal/app"
	"hegui/internal/config"
	"hegui/internal/demo"
)

// demoAccounts are printed in the order in which a newcomer tries them.
var demoAccounts = []string{"admin", "officer", "supervisor", "checker", "checker2", "privacy", "executive", "auditor", "officer2"}

func demoCommand(std streams) *cli.Command {
	return &cli.Command{
		Name:  "demo",
		Usage: "build a demonstration organisation with half a year of history, and serve it",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "data", Usage: "folder of the demonstration; one built there before is served again (default: a new temporary folder)", Sources: env("demo-data")},
			&cli.StringFlag{Name: "addr", Usage: "address to listen on", Value: config.DefaultAddr, Sources: env("addr")},
			&cli.StringFlag{Name: "password", Usage: "password of all accounts (default: a new one)", Sources: env("demo-password")},
			&cli.StringFlag{Name: "language", Usage: "language of the organisation's own words, zh-CN or en", Value: "zh-CN", Sources: env("demo-language")},
		},
		Action: func(ctx context.Context, cmd *cli.Command) error { return runDemo(ctx, cmd, std) },
	}
}

func runDemo(ctx context.Context, cmd *cli.Command, std streams) (err error) {
	folder := cmd.String("data")
	if folder == "" {
		if folder, err = os.MkdirTemp("", "hegui-demo-"); err != nil {
			return fmt.Errorf("make a folder: %w", err)
		}
		defer os.RemoveAll(folder) //nolint:errcheck // the system's own cleaning takes what is left
	}
	language, password := cmd.String("language"), cmd.String("password")
	if language != "zh-CN" && language != "en" {
		return fmt.Errorf("language: want zh-CN or en, not %q", language)
	}
	if password == "" {
		password = strings.ToLower(rand.Text()[:16])
	}
	c := config.Config{Database: "sqlite:" + filepath.Join(folder, "hegui.db"), Addr: cmd.String("addr"), UploadLimit: config.DefaultUploadLimit,
		SessionIdle: config.DefaultIdle, SessionLife: config.DefaultLife, ShutdownGrace: config.DefaultGrace}
	clock := &demo.Clock{}
	a, err := app.Open(ctx, c, app.Options{Now: clock.Now, Version: versionText()})
	if err != nil {
		return err
	}
	defer a.Close() //nolint:errcheck // a demonstration
	_, founded, err := a.Accounts.Organisation(ctx)
	if err != nil {
		return err
	}
	if founded {
		fmt.Fprintf(std.out, "Serving the demonstration built in %s before; its password has not changed.\n", folder)
		return serve(ctx, a, std)
	}
	if err := demo.Build(ctx, a, clock, language, password); err != nil {
		return fmt.Errorf("build the demonstration: %w", err)
	}
	fmt.Fprintln(std.out, "A demonstration organisation is ready. Sign in as one of")
	for _, name := range demoAccounts {
		fmt.Fprintf(std.out, "  %s%s\n", name, demo.Domain)
	}
	fmt.Fprintf(std.out, "with the password  %s\n", password)
	return serve(ctx, a, std)
}
