package main

import (
	"context"
	"errors"
	"strings"

	"hegui/internal/i18n"
	"hegui/internal/problem"
)

// inWords turns a problem into an English sentence for the terminal.
func inWords(err error) error {
	p, ok := errors.AsType[*problem.Error](err)
	if !ok {
		return err
	}
	ctx := i18n.With(context.Background(), i18n.English)
	if len(p.Fields) == 0 {
		return errors.New(i18n.T(ctx, p.Key, p.Args...))
	}
	parts := make([]string, len(p.Fields))
	for i, f := range p.Fields {
		parts[i] = f.Field + ": " + i18n.T(ctx, f.Key, f.Args...)
	}
	return errors.New(strings.Join(parts, "\n"))
}
