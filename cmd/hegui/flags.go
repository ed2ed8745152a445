package main

import (
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v3"

	"hegui/internal/config"
)

// env names the environment variable of a flag: "public-url" is
// HEGUI_PUBLIC_URL.
func env(flag string) cli.ValueSourceChain {
	return cli.EnvVars("HEGUI_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_")))
}

// databaseFlags say which database a command works on.
func databaseFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "data", Usage: "folder of the SQLite database", Value: "data", Sources: env("data")},
		&cli.StringFlag{Name: "database", Usage: "sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME (default: hegui.db in the data folder)", Sources: env("database")},
		&cli.StringFlag{Name: "database-file", Usage: "file that holds the value of --database, for secrets", Sources: env("database-file"), TakesFile: true},
		&cli.StringFlag{Name: "master-key", Usage: "base64 of 32 bytes that protects personal data in requests (default: hegui.master-key in the data folder, made at the first start); back it up apart from the database: without it that data is lost", Sources: env("master-key")},
		&cli.StringFlag{Name: "master-key-file", Usage: "file that holds the value of --master-key", Sources: env("master-key-file"), TakesFile: true},
	}
}

// serverFlags say how to serve.
func serverFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "addr", Usage: "address to listen on", Value: config.DefaultAddr, Sources: env("addr")},
		&cli.StringFlag{Name: "public-url", Usage: "how browsers reach the server, such as https://hegui.example; https makes cookies secure", Sources: env("public-url")},
		&cli.StringSliceFlag{Name: "trusted-proxy", Usage: "network of a reverse proxy whose X-Forwarded-For is believed, such as 10.0.0.0/8 (may be repeated)", Sources: env("trusted-proxy")},
		&cli.StringSliceFlag{Name: "connector-net", Usage: "network inside the organisation that connectors of the data map may call, such as 10.0.0.0/8 (may be repeated; default: public addresses only)", Sources: env("connector-net")},
		&cli.StringFlag{Name: "smtp-url", Usage: "server that sends e-mail: smtp://USER:PASSWORD@HOST:587, or smtps://HOST:465; ?tls=off for a relay on the same machine (default: no e-mail is sent)", Sources: env("smtp-url")},
		&cli.StringFlag{Name: "smtp-url-file", Usage: "file that holds the value of --smtp-url, for secrets", Sources: env("smtp-url-file"), TakesFile: true},
		&cli.StringFlag{Name: "mail-from", Usage: "address that e-mail comes from, such as Hegui <hegui@company.example>", Sources: env("mail-from")},
		&cli.Int64Flag{Name: "upload-limit", Usage: "largest uploaded file in bytes", Value: config.DefaultUploadLimit, Sources: env("upload-limit")},
		&cli.DurationFlag{Name: "session-idle", Usage: "a session unused for so long ends", Value: config.DefaultIdle, Sources: env("session-idle")},
		&cli.DurationFlag{Name: "session-life", Usage: "a session this old ends", Value: config.DefaultLife, Sources: env("session-life")},
		&cli.DurationFlag{Name: "shutdown-grace", Usage: "time for requests under way to finish at the end", Value: config.DefaultGrace, Sources: env("shutdown-grace")},
		&cli.StringFlag{Name: "log-level", Usage: "debug, info, warn or error", Value: "info", Sources: env("log-level")},
		&cli.StringFlag{Name: "log-format", Usage: "json or text", Value: "json", Sources: env("log-format")},
	}
}

// readConfig turns flags into a checked configuration.
func readConfig(cmd *cli.Command) (config.Config, error) {
	c := config.Config{Database: cmd.String("database"), Addr: config.DefaultAddr, UploadLimit: config.DefaultUploadLimit,
		SessionIdle: config.DefaultIdle, SessionLife: config.DefaultLife, ShutdownGrace: config.DefaultGrace}
	if file := cmd.String("database-file"); file != "" {
		value, err := config.ReadSecret(file)
		if err != nil {
			return c, err
		}
		c.Database = value
	}
	c.MasterKey = cmd.String("master-key")
	if file := cmd.String("master-key-file"); file != "" {
		value, err := config.ReadSecret(file)
		if err != nil {
			return c, err
		}
		c.MasterKey = value
	}
	if c.Database == "" {
		c.Database = "sqlite:" + filepath.Join(cmd.String("data"), "hegui.db")
	}
	c.SMTPURL, c.MailFrom = cmd.String("smtp-url"), cmd.String("mail-from")
	if file := cmd.String("smtp-url-file"); file != "" {
		value, err := config.ReadSecret(file)
		if err != nil {
			return c, err
		}
		c.SMTPURL = value
	}
	if cmd.String("addr") != "" {
		c.Addr, c.PublicURL, c.TrustedProxy = cmd.String("addr"), cmd.String("public-url"), cmd.StringSlice("trusted-proxy")
		c.ConnectorNets = cmd.StringSlice("connector-net")
		c.UploadLimit, c.ShutdownGrace = cmd.Int64("upload-limit"), cmd.Duration("shutdown-grace")
		c.SessionIdle, c.SessionLife = cmd.Duration("session-idle"), cmd.Duration("session-life")
	}
	return c, c.Check()
}

// newLog makes the log that the flags ask for.
func newLog(cmd *cli.Command, w io.Writer) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(cmd.String("log-level"))); err != nil {
		return nil, fmt.Errorf("log-level: want debug, info, warn or error, not %q", cmd.String("log-level"))
	}
	options := &slog.HandlerOptions{Level: level}
	switch cmd.String("log-format") {
	case "json":
		return slog.New(slog.NewJSONHandler(w, options)), nil
	case "text":
		return slog.New(slog.NewTextHandler(w, options)), nil
	}
	return nil, fmt.Errorf("log-format: want json or text, not %q", cmd.String("log-format"))
}
