// Command hegui is the whole product: the server, its database tools, and a
// demonstration. `hegui help` lists the commands; every flag is also an
// environment variable HEGUI_….
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/urfave/cli/v3"
)

// version is set by the release build: -ldflags "-X main.version=1.2.3".
var version = ""

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args, os.Stdin, os.Stdout, os.Stderr)
	var code exitCode
	switch {
	case errors.As(err, &code):
		os.Exit(int(code)) //nolint:gocritic // nothing is left to be stopped
	case err != nil:
		fmt.Fprintln(os.Stderr, "hegui:", err)
		os.Exit(1)
	}
}

// exitCode ends the program with a status and no message: the command has
// said already what there is to say.
type exitCode int

func (e exitCode) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// streams are where a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// run is main without the process around it.
func run(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer) error {
	std := streams{in: in, out: out, err: errOut}
	root := &cli.Command{
		Name:      "hegui",
		Usage:     "keep a generative-AI service in order with the Interim Measures (生成式人工智能服务管理暂行办法)",
		Version:   versionText(),
		Writer:    out,
		ErrWriter: errOut,
		Suggest:   true,
		ExitErrHandler: func(context.Context, *cli.Command, error) {
			// main decides
		},
		Commands: []*cli.Command{
			serveCommand(std), demoCommand(std), seedCommand(std), migrateCommand(std), userCommand(std), ledgerCommand(std), labellingCommand(std), routesCommand(std), versionCommand(std),
		},
	}
	return root.Run(ctx, args)
}

// versionText is the version set at build, else what the toolchain knows.
func versionText() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 && (v == "" || v == "(devel)") {
			v = s.Value[:12]
		}
	}
	if v == "" || v == "(devel)" {
		return "development"
	}
	return v
}

func versionCommand(std streams) *cli.Command {
	return &cli.Command{
		Name:  "version",
		Usage: "print the version",
		Action: func(context.Context, *cli.Command) error {
			_, err := fmt.Fprintln(std.out, "hegui", versionText())
			return err
		},
	}
}
