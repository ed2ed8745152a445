package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v3"

	"hegui/internal/account"
	"hegui/internal/actor"
	"hegui/internal/app"
)

// operator is who acts when somebody uses the command line on the server.
var operator = actor.System("command-line")

func userCommand(std streams) *cli.Command {
	roles := make([]string, len(actor.Roles))
	for i, r := range actor.Roles {
		roles[i] = string(r)
	}
	email := &cli.StringFlag{Name: "email", Usage: "the person's e-mail address", Required: true}
	base := &cli.StringFlag{Name: "public-url", Usage: "how browsers reach the server, for printed links", Value: "http://127.0.0.1:8080", Sources: env("public-url")}
	return &cli.Command{
		Name:  "user",
		Usage: "add, list and disable people, or reset a password, while the server is stopped (SQLite) or running (PostgreSQL)",
		Commands: []*cli.Command{
			{
				Name: "add", Usage: "add a person; prints a one-time link on which they choose a password",
				Flags: append(databaseFlags(), email, base,
					&cli.StringFlag{Name: "name", Usage: "the person's name", Required: true},
					&cli.StringSliceFlag{Name: "role", Usage: "one of " + strings.Join(roles, ", ") + " (may be repeated)", Required: true},
					&cli.StringFlag{Name: "language", Usage: "zh-CN or en", Value: "zh-CN"},
					&cli.BoolFlag{Name: "password-stdin", Usage: "read the password from standard input instead of printing a link"}),
				Action: withApp(func(ctx context.Context, cmd *cli.Command, a *app.App) error { return addUser(ctx, cmd, a, std) }),
			},
			{
				Name: "list", Usage: "list all people", Flags: databaseFlags(),
				Action: withApp(func(ctx context.Context, _ *cli.Command, a *app.App) error { return listUsers(ctx, a, std) }),
			},
			{
				Name: "disable", Usage: "bar a person from signing in", Flags: append(databaseFlags(), email),
				Action: withApp(func(ctx context.Context, cmd *cli.Command, a *app.App) error {
					who, err := a.Accounts.ByEmail(ctx, cmd.String("email"))
					if err != nil {
						return inWords(err)
					}
					return inWords(a.Accounts.Disable(ctx, operator, who.ID))
				}),
			},
			{
				Name: "reset-password", Usage: "take a password away; prints a one-time link on which a new one is chosen", Flags: append(databaseFlags(), email, base),
				Action: withApp(func(ctx context.Context, cmd *cli.Command, a *app.App) error {
					who, err := a.Accounts.ByEmail(ctx, cmd.String("email"))
					if err != nil {
						return inWords(err)
					}
					secret, err := a.Accounts.ResetPassword(ctx, operator, who.ID)
					if err != nil {
						return inWords(err)
					}
					return printLink(cmd, std, secret)
				}),
			},
		},
	}
}

// withApp opens the product for an action and closes it afterwards.
func withApp(fn func(context.Context, *cli.Command, *app.App) error) cli.ActionFunc {
	return func(ctx context.Context, cmd *cli.Command) error {
		c, err := readConfig(cmd)
		if err != nil {
			return err
		}
		a, err := app.Open(ctx, c, app.Options{Version: versionText()})
		if err != nil {
			return err
		}
		defer a.Close() //nolint:errcheck // every acknowledged write is on the disk already
		return fn(ctx, cmd, a)
	}
}

func addUser(ctx context.Context, cmd *cli.Command, a *app.App, std streams) error {
	in := account.Person{Email: cmd.String("email"), Name: cmd.String("name"), Language: cmd.String("language"), AllServices: true}
	for _, r := range cmd.StringSlice("role") {
		in.Roles = append(in.Roles, actor.Role(r))
	}
	if cmd.Bool("password-stdin") {
		line, err := bufio.NewReader(std.in).ReadString('\n')
		if err != nil && line == "" {
			return errors.New("no password on standard input")
		}
		_, err = a.Accounts.AddWithPassword(ctx, operator, in, strings.TrimRight(line, "\r\n"))
		return inWords(err)
	}
	_, secret, err := a.Accounts.Add(ctx, operator, in)
	if err != nil {
		return inWords(err)
	}
	return printLink(cmd, std, secret)
}

func printLink(cmd *cli.Command, std streams, secret string) error {
	_, err := fmt.Fprintf(std.out, "Hand over this link; it works once, for seven days:\n  %s/welcome/%s\n",
		strings.TrimSuffix(cmd.String("public-url"), "/"), secret)
	return err
}

const userPage = 200

func listUsers(ctx context.Context, a *app.App, std streams) error {
	w := tabwriter.NewWriter(std.out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "EMAIL\tNAME\tROLES\tSTATE")
	for after := [2]string{}; ; {
		list, err := a.Accounts.List(ctx, after, userPage)
		if err != nil {
			return err
		}
		for p := range slices.Values(list) {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", p.Email, p.Name, roleList(p.Roles), userState(p))
		}
		if len(list) < userPage {
			return w.Flush()
		}
		last := list[len(list)-1]
		after = [2]string{last.Name, last.ID}
	}
}

func roleList(roles []actor.Role) string {
	out := make([]string, len(roles))
	for i, r := range roles {
		out[i] = string(r)
	}
	return strings.Join(out, ",")
}

func userState(a account.Account) string {
	switch {
	case a.Disabled():
		return "disabled"
	case a.Invited():
		return "invited"
	}
	return "active"
}
