package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/urfave/cli/v3"

	"hegui/internal/app"
	"hegui/internal/config"
)

func serveCommand(std streams) *cli.Command {
	return &cli.Command{
		Name:  "serve",
		Usage: "run the server; on an empty database it prints a one-time link to set it up",
		Flags: slices.Concat(databaseFlags(), serverFlags()),
		Action: func(ctx context.Context, cmd *cli.Command) error {
			c, err := readConfig(cmd)
			if err != nil {
				return err
			}
			log, err := newLog(cmd, std.err)
			if err != nil {
				return err
			}
			slog.SetDefault(log)
			a, err := app.Open(ctx, c, app.Options{Log: log, Version: versionText()})
			if err != nil {
				return err
			}
			defer a.Close() //nolint:errcheck // every acknowledged write is on the disk already
			return serve(ctx, a, std)
		},
	}
}

// serve listens until ctx ends, then lets the requests under way finish.
func serve(ctx context.Context, a *app.App, std streams) error {
	tuneMemory()
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.Config.Addr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	token, err := setupToken(ctx, a)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	address := baseURL(a.Config, l.Addr())
	fmt.Fprintf(std.out, "hegui listens on %s\n", address)
	if token != "" {
		fmt.Fprintf(std.out, "Nobody has an account yet. Set up the organisation once at\n  %s/setup/%s\n", address, token)
	}
	a.Options.Log.Info("started", "addr", l.Addr().String(), "version", a.Options.Version)
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	runner := a.StartJobs(background)
	err = serveUntil(ctx, a.Web(token).HTTPServer(), l, a.Config)
	stop()
	<-runner
	a.Options.Log.Info("stopped")
	return err
}

// tuneMemory lets the heap grow to four times what lives in it before it is
// cleaned: little lives, pages are made of short-lived pieces, and cleaning
// takes a fifth of the time otherwise. GOGC and GOMEMLIMIT say it differently.
func tuneMemory() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetGCPercent(300)
	}
}

func serveUntil(ctx context.Context, server *http.Server, l net.Listener, c config.Config) error {
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.ShutdownGrace)
	defer cancel()
	if err := server.Shutdown(grace); err != nil {
		return errors.Join(fmt.Errorf("shut down: %w", err), server.Close())
	}
	return nil
}

// setupToken is a fresh secret while there is no organisation, else empty.
func setupToken(ctx context.Context, a *app.App) (string, error) {
	_, founded, err := a.Accounts.Organisation(ctx)
	if err != nil || founded {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(a.Ledger.Secret(32)), nil
}

// baseURL is the address to print: the public one if it is set.
func baseURL(c config.Config, addr net.Addr) string {
	if c.PublicURL != "" {
		return strings.TrimSuffix(c.PublicURL, "/")
	}
	return "http://" + addr.String()
}
