package main

import (
	"net/url"
	"strings"
)

// page is a page to load: a path, or the first link on another page that
// matches.
type page struct {
	role  string
	path  string // what is printed, and loaded when via is empty
	via   string
	link  string   // regular expression of the link to follow
	then  []string // further links, each on the page before
	query string
}

// Links to follow, and where they are found.
const (
	anyID      = `[0-9a-z]{26}`
	anyLot     = "/labelling/lots/" + anyID
	closedLots = "/labelling/lots?state=closed"
)

// pages are the main pages of each role.
func pages(only string) []page {
	all := []page{
		{role: "officer", path: "/work"},
		{role: "officer", path: "/work?tab=team"},
		{role: "officer", path: "/services"},
		{role: "officer", path: "/services/ID", via: "/services", link: "/services/" + anyID},
		{role: "officer", path: "/checklists"},
		{role: "officer", path: "/checklists/ID", via: "/checklists", link: "/checklists/" + anyID},
		{role: "officer", path: "/checklists/ID?article=8", via: "/checklists", link: "/checklists/" + anyID, query: "?article=8"},
		{role: "officer", path: "/checklists/ID/IM-08-01", via: "/checklists", link: "/checklists/" + anyID, query: "/IM-08-01"},
		{role: "officer", path: "/evidence"},
		{role: "officer", path: "/evidence?q=" + url.QueryEscape("记录")},
		{role: "officer", path: "/evidence/ID", via: "/evidence", link: "/evidence/" + anyID},
		{role: "officer", path: "/articles"},
		{role: "officer", path: "/articles/8"},
		{role: "officer", path: "/figures"},
		{role: "officer", path: "/activity"},
		{role: "officer", path: "/search?q=" + url.QueryEscape("标注")},
		{role: "executive", path: "/checklists"},
		{role: "executive", path: "/readiness"},
		{role: "executive", path: "/readiness/services/ID", via: "/readiness", link: "/readiness/services/" + anyID},
		{role: "executive", path: "/readiness/services/ID/articles/8", via: "/readiness", link: "/readiness/services/" + anyID, query: "/articles/8"},
		{role: "executive", path: "/readiness/services/ID/requirements/IM-08-01", via: "/readiness", link: "/readiness/services/" + anyID, query: "/requirements/IM-08-01"},
		{role: "executive", path: "/readiness/blockers"},
		{role: "executive", path: "/readiness/deadlines"},
		{role: "executive", path: "/readiness/history"},
		{role: "auditor", path: "/activity"},
		{role: "auditor", path: "/evidence"},
		{role: "supervisor", path: "/work"},
		{role: "supervisor", path: "/labelling"},
		{role: "supervisor", path: "/labelling?period=all"},
		{role: "supervisor", path: "/labelling/projects"},
		{role: "supervisor", path: "/labelling/projects/ID", via: "/labelling/projects", link: "/labelling/projects/" + anyID},
		{role: "supervisor", path: "/labelling/rules/ID", via: "/labelling/projects", link: "/labelling/projects/" + anyID, then: []string{"/labelling/rules/" + anyID}},
		{role: "supervisor", path: "/labelling/people"},
		{role: "supervisor", path: "/labelling/people/ID", via: "/labelling/people", link: "/labelling/people/" + anyID},
		{role: "supervisor", path: "/labelling/suppliers"},
		{role: "supervisor", path: "/labelling/batches"},
		{role: "supervisor", path: "/labelling/batches/ID", via: "/labelling/batches", link: "/labelling/batches/" + anyID},
		{role: "supervisor", path: "/labelling/lots"},
		{role: "supervisor", path: "/labelling/lots?state=closed&outcome=rejected"},
		{role: "supervisor", path: "/labelling/lots/ID", via: closedLots, link: anyLot},
		{role: "supervisor", path: "/labelling/lots/ID/plan", via: "/labelling/lots?state=frozen", link: anyLot, query: "/plan"},
		{role: "supervisor", path: "/labelling/lots/ID/draw", via: closedLots, link: anyLot, query: "/draw"},
		{role: "supervisor", path: "/labelling/lots/ID/checking", via: "/labelling/lots?state=checking", link: anyLot, query: "/checking"},
		{role: "supervisor", path: "/labelling/lots/ID/decision", via: closedLots, link: anyLot, query: "/decision"},
		{role: "supervisor", path: "/labelling/lots/ID/record", via: closedLots, link: anyLot, query: "/record"},
		{role: "supervisor", path: "/labelling/streams"},
		{role: "supervisor", path: "/labelling/streams/ID", via: "/labelling/streams", link: "/labelling/streams/" + anyID},
		{role: "privacy", path: "/work"},
		{role: "privacy", path: "/requests"},
		{role: "privacy", path: "/requests?state=answered"},
		{role: "privacy", path: "/requests?due=overdue"},
		{role: "privacy", path: "/requests/board"},
		{role: "privacy", path: "/requests/ID", via: "/requests", link: "/requests/" + anyID},
		{role: "privacy", path: "/requests/figures"},
		{role: "executive", path: "/requests/figures"},
		{role: "checker", path: "/work"},
		{role: "checker", path: "/labelling"},
		{role: "checker", path: "/labelling/desk"},
		{role: "checker", path: "/labelling/desk/ID", via: "/labelling/desk", link: "/labelling/desk/" + anyID},
		{role: "auditor", path: "/labelling"},
		{role: "admin", path: "/admin/people"},
	}
	var out []page
	for _, p := range all {
		if strings.Contains(p.path, only) {
			out = append(out, p)
		}
	}
	return out
}
