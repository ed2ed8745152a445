package web

import (
	"github.com/labstack/echo/v4"

	"hegui/internal/labelling"
	"hegui/templates/layout"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// lotTabs are the sections of a lot, as far as the person may open them.
func lotTabs(c echo.Context, l labelling.Lot) []ui.TabView {
	by, at, path := who(c), labelURL("lots", l.ID), c.Request().URL.Path
	var out []ui.TabView
	for _, t := range []struct{ label, part string }{
		{"label_plan.tab.overview", ""},
		{"label_plan.tab.plan", "/plan"},
		{"label_plan.tab.draw", "/draw"},
		{"label_plan.tab.checking", "/checking"},
		{"label_plan.tab.decision", "/decision"},
		{"label_plan.tab.record", "/record"},
	} {
		if mayOpen(by, "/labelling/lots/:id"+t.part) {
			out = append(out, ui.TabView{Label: t.label, URL: at + t.part, Current: path == at+t.part})
		}
	}
	return out
}

// lotHead is the top of every section of a lot.
func (p *labelPages) lotHead(c echo.Context, l labelling.Lot) (pages.LabelHead, error) {
	crumb, err := p.projectCrumbOf(c, l.ProjectID)
	if err != nil {
		return pages.LabelHead{}, err
	}
	v := p.labelHead(c, l.Name, crumbLots, crumb)
	v.Subtitle, v.Status, v.Tabs = crumb.Label, lotChips(l), lotTabs(c, l)
	return v, nil
}

// lotCrumb is the way back to a lot.
func lotCrumb(l labelling.Lot) layout.Crumb {
	return layout.Crumb{Label: l.Name, URL: labelURL("lots", l.ID)}
}
