package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v3"

	"hegui/internal/actor"
	"hegui/web"
)

func routesCommand(std streams) *cli.Command {
	return &cli.Command{
		Name:  "routes",
		Usage: "print who may do what: every route with its permission and roles",
		Flags: []cli.Flag{&cli.BoolFlag{Name: "json", Usage: "print the table as JSON"}},
		Action: func(_ context.Context, cmd *cli.Command) error {
			if cmd.Bool("json") {
				return routesJSON(std)
			}
			return routesText(std)
		},
	}
}

func routesJSON(std streams) error {
	type line struct {
		Method     string           `json:"method"`
		Path       string           `json:"path"`
		Permission actor.Permission `json:"permission"`
		Roles      []actor.Role     `json:"roles"`
	}
	var out []line
	for _, r := range web.Routes() {
		out = append(out, line{r.Method, r.Path, r.Permission, actor.RolesWith(r.Permission)})
	}
	e := json.NewEncoder(std.out)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

func routesText(std streams) error {
	w := tabwriter.NewWriter(std.out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "METHOD\tPATH\tPERMISSION\tROLES")
	for _, r := range web.Routes() {
		roles := strings.ReplaceAll(roleList(actor.RolesWith(r.Permission)), ",", " ")
		if r.Permission == actor.Anyone {
			roles = "everybody, without signing in"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", r.Method, r.Path, r.Permission, roles)
	}
	return w.Flush()
}
