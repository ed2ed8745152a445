package app

import "hegui/internal/readiness"

// wireReadiness lets readiness read the parts that it sums up.
func (a *App) wireReadiness() {
	a.Readiness = readiness.New(a.Ledger, readiness.Options{
		Register:  a.Register,
		Checklist: a.Checklist,
		Catalogue: a.Regulation.Current,
	})
}
