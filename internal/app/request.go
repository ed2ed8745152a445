package app

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"hegui/internal/actor"
	"hegui/internal/request"
	"hegui/internal/request/vault"
)

// wireRequests gives requests what they need of other parts, and writes their
// first rules.
func (a *App) wireRequests(ctx context.Context) error {
	master, err := a.masterKey(ctx)
	if err != nil {
		return err
	}
	a.Requests = request.New(a.Ledger, request.Options{
		Files:     a.Files,
		Catalogue: a.Regulation.Current,
		Able:      a.able,
		Service: func(ctx context.Context, by actor.Actor, service string) error {
			_, err := a.Register.Get(ctx, by, service)
			return err
		},
		Master: master,
		Log:    a.Options.Log,
	})
	return a.Requests.Ensure(ctx)
}

// masterKeyFile stands beside the SQLite database.
const masterKeyFile = "hegui.master-key"

// masterKey finds the master key: in the configuration, or in the data folder,
// where it is made when nothing was encrypted yet. Without the key that the
// stored keys were wrapped with there is none, and requests can be neither
// read nor taken in; everything else works.
func (a *App) masterKey(ctx context.Context) (*vault.Master, error) {
	m, from, err := a.findMasterKey()
	if err != nil {
		return nil, err
	}
	used, err := request.MasterInUse(ctx, a.Ledger)
	if err != nil {
		return nil, err
	}
	switch {
	case m == nil && used != "":
		a.Options.Log.Error("the master key is missing: personal data in requests can be neither read nor taken in; restore it from its backup", "looked_in", from)
	case m == nil && from != "":
		return vault.WriteFile(from)
	case m != nil && used != "" && m.Name() != used:
		a.Options.Log.Error("this is not the master key that personal data in requests was encrypted with: restore the right one", "from", from)
		return nil, nil
	}
	return m, nil
}

// findMasterKey gives the key that there is, and where it comes from; from is
// empty when there is no folder to keep one in.
func (a *App) findMasterKey() (m *vault.Master, from string, err error) {
	if a.Config.MasterKey != "" {
		m, err = vault.ParseMaster(a.Config.MasterKey)
		if err != nil {
			return nil, "", errors.Join(errors.New("master-key: want base64 of 32 bytes"), err)
		}
		return m, "configuration", nil
	}
	path, ok := strings.CutPrefix(a.Config.Database, "sqlite:")
	if !ok {
		return nil, "", nil
	}
	from = filepath.Join(filepath.Dir(path), masterKeyFile)
	m, _, err = vault.ReadFile(from)
	if err != nil {
		return nil, "", fmt.Errorf("master key: %w", err)
	}
	return m, from, nil
}
