package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/templates/layout"
)

// navigationSection is a part of the sidebar.
type navigationSection struct {
	label string
	items []entry
}

// sections is the whole sidebar, for a person with all rights.
func sections() []navigationSection {
	return []navigationSection{
		{"", []entry{
			{layout.NavItem{Label: "nav.readiness", URL: "/readiness", Icon: "gauge"}, "/readiness"},
			{layout.NavItem{Label: "nav.work", URL: "/work", Icon: "inbox"}, "/work"},
		}},
		{"nav.compliance", []entry{
			{layout.NavItem{Label: "nav.checklists", URL: "/checklists", Icon: "checklist"}, "/checklists"},
			{layout.NavItem{Label: "nav.evidence", URL: "/evidence", Icon: "folder"}, "/evidence"},
			{layout.NavItem{Label: "nav.requests", URL: "/requests", Icon: "shield"}, "/requests"},
			{layout.NavItem{Label: "nav.labelling", URL: "/labelling", Icon: "tags"}, "/labelling"},
			{layout.NavItem{Label: "nav.services", URL: "/services", Icon: "apps"}, "/services"},
			{layout.NavItem{Label: "nav.articles", URL: "/articles", Icon: "book"}, "/articles"},
			{layout.NavItem{Label: "nav.figures", URL: "/figures", Icon: "ruler"}, "/figures"},
		}},
		{"nav.records", []entry{
			{layout.NavItem{Label: "nav.activity", URL: "/activity", Icon: "history"}, "/activity"},
		}},
		{"nav.administration", []entry{
			{layout.NavItem{Label: "nav.admin", URL: "/admin", Icon: "users"}, "/admin"},
		}},
	}
}

// navigation is the sidebar: entries that the person may open.
func navigation(c echo.Context) []layout.NavSection {
	var out []layout.NavSection
	for _, sec := range sections() {
		if items := visible(c, sec.items); len(items) > 0 {
			out = append(out, layout.NavSection{Label: sec.label, Items: items})
		}
	}
	return out
}

// mainPages lists the entries of the sidebar.
func mainPages() []entry {
	var out []entry
	for _, sec := range sections() {
		out = append(out, sec.items...)
	}
	return out
}

// home sends each person to the page where their day starts.
func (s *Server) home(c echo.Context) error {
	by, to := who(c), "/work"
	switch {
	case !by.May(actor.UseWork):
		to = "/admin"
	case by.May(actor.ReadSummary) && !by.May(actor.ReadChecklist): // who reads how things stand, and works on none of them
		to = "/readiness"
	}
	return c.Redirect(http.StatusSeeOther, to)
}
