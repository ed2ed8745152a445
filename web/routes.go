package web

import (
	"net/http"
	"sync"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/work"
)

// Route is one line of the table that an auditor can read: who may do what.
type Route struct {
	Method     string
	Path       string
	Permission actor.Permission
	handler    echo.HandlerFunc
}

// Routes lists every route of the server.
func Routes() []Route { return routeTable() }

var table struct { // filled once
	once        sync.Once
	routes      []Route
	permissions map[string]actor.Permission // of pages, by path with nameless parameters
}

// routeTable is the table for those who ask what a role opens. It is made at
// the first call and not as a variable, whose handlers would depend on itself.
func routeTable() []Route {
	table.once.Do(func() {
		table.routes, table.permissions = (&Server{}).routes(), map[string]actor.Permission{}
		for _, r := range table.routes {
			if r.Method == get {
				table.permissions[parameter.ReplaceAllString(r.Path, ":")] = r.Permission
			}
		}
	})
	return table.routes
}

func pagePermissions() map[string]actor.Permission {
	routeTable()
	return table.permissions
}

const (
	get  = http.MethodGet
	post = http.MethodPost
)

// routes is the whole table, in sections by capability.
func (s *Server) routes() []Route {
	signin := &signinPages{s}
	records, files := &evidencePages{s}, &filePages{s}
	profile, people, admin := &profilePages{s}, &peoplePages{s}, &adminPages{s}
	activity, search := &activityPages{s}, &searchPages{Server: s}
	setup := &setupPages{s}
	services := &registerPages{s}
	rules, figures, catalogue := &regulationPages{s}, &figurePages{s}, &cataloguePages{s}
	lists, working := &checklistPages{Server: s}, &workPages{s, audit.NewMemo[[]work.Item](s.Ledger)}
	label := &labelPages{s}
	desk := &deskPages{label}
	ready := &readinessPages{Server: s}
	requests, certificates := &requestPages{s}, &certificatePages{s}
	portal, tokens := &portalPages{s}, &tokenPages{s}
	reports, shares := &reportPages{s}, &sharePages{reportPages{s}}
	return []Route{
		// the server itself
		{get, "/healthz", actor.Anyone, s.healthy},
		{get, "/readyz", actor.Anyone, s.isReady},
		{post, "/language", actor.Anyone, s.setLanguage},
		{post, "/theme", actor.Anyone, s.setTheme},
		{get, "/", actor.SignedIn, s.home},

		// signing in
		{get, "/login", actor.Anyone, signin.form},
		{post, "/login", actor.Anyone, signin.signIn},
		{post, "/logout", actor.SignedIn, signin.signOut},
		{get, "/welcome/:secret", actor.Anyone, signin.choose},
		{post, "/welcome/:secret", actor.Anyone, signin.setPassword},

		// set-up
		{get, "/setup/:token", actor.Anyone, setup.form},
		{post, "/setup/:token", actor.Anyone, setup.found},

		// own account
		{get, "/profile", actor.SignedIn, profile.page},
		{post, "/profile/password", actor.SignedIn, profile.changePassword},
		{post, "/profile/sessions/end", actor.SignedIn, profile.endSession},
		{post, "/profile/sessions/end-others", actor.SignedIn, profile.endOthers},

		// people, organisation
		{get, "/admin", actor.ManagePeople, admin.overview},
		{get, "/admin/people", actor.ManagePeople, people.list},
		{get, "/admin/people/new", actor.ManagePeople, people.fresh},
		{post, "/admin/people/new", actor.ManagePeople, people.add},
		{get, "/admin/people/:id", actor.ManagePeople, people.one},
		{post, "/admin/people/:id", actor.ManagePeople, people.change},
		{post, "/admin/people/:id/disable", actor.ManagePeople, people.disable},
		{post, "/admin/people/:id/enable", actor.ManagePeople, people.enable},
		{post, "/admin/people/:id/reset", actor.ManagePeople, people.reset},
		{get, "/admin/organisation", actor.ManageSettings, admin.organisation},
		{post, "/admin/organisation", actor.ManageSettings, admin.rename},
		{get, "/admin/system", actor.ManageSettings, admin.system},
		{get, "/admin/tokens", actor.ManageSettings, tokens.list},
		{post, "/admin/tokens", actor.ManageSettings, tokens.issue},
		{post, "/admin/tokens/:id/revoke", actor.ManageSettings, tokens.revoke},
		{get, "/admin/routes", actor.ReadPeopleLog, admin.routes},

		// regulation
		{get, "/articles", actor.ReadRegulation, rules.articles},
		{get, "/articles/:number", actor.ReadRegulation, rules.article},
		{get, "/requirements", actor.ReadRegulation, rules.requirements},
		{get, "/requirements/:id", actor.ReadRegulation, rules.requirement},
		{get, "/instruments", actor.ReadRegulation, rules.instruments},
		{get, "/instruments/:id", actor.ReadRegulation, rules.instrument},
		{get, "/figures", actor.ReadRegulation, figures.list},
		{get, "/figures/:key", actor.ReadRegulation, figures.one},
		{post, "/figures/:key/proposals", actor.EditRegulation, figures.propose},
		{post, "/figures/:key/proposals/:id/approve", actor.EditRegulation, figures.approve},
		{post, "/figures/:key/proposals/:id/reject", actor.EditRegulation, figures.reject},
		{post, "/figures/:key/proposals/:id/withdraw", actor.EditRegulation, figures.withdraw},
		{post, "/figures/:key/checks", actor.EditRegulation, figures.confirm},
		{post, "/figures/:key/checks/:id/withdraw", actor.EditRegulation, figures.unconfirm},
		{get, "/catalogue", actor.ReadRegulation, catalogue.list},
		{post, "/catalogue/upload", actor.EditRegulation, catalogue.upload},
		{post, "/catalogue/built-in", actor.EditRegulation, catalogue.builtIn},
		{get, "/catalogue/versions/:id", actor.ReadRegulation, catalogue.version},
		{get, "/catalogue/versions/:id/:file", actor.ReadRegulation, catalogue.file},
		{get, "/catalogue/drafts/:id", actor.ReadRegulation, catalogue.draft},
		{post, "/catalogue/drafts/:id/load", actor.EditRegulation, catalogue.load},
		{post, "/catalogue/drafts/:id/discard", actor.EditRegulation, catalogue.discard},

		// readiness
		{get, "/readiness", actor.ReadSummary, ready.home},
		{get, "/readiness/made", actor.ReadSummary, ready.made},
		{get, "/readiness/blockers", actor.ReadSummary, ready.blockers},
		{get, "/readiness/deadlines", actor.ReadSummary, ready.deadlines},
		{get, "/readiness/compare", actor.ReadSummary, ready.compare},
		{get, "/readiness/history", actor.ReadSummary, ready.history},
		{get, "/readiness/reports", actor.ReadSummary, reports.index},
		{get, "/readiness/reports/:kind", actor.ReadSummary, reports.one},
		{get, "/readiness/reports/:kind/export.xlsx", actor.ReadSummary, reports.book},
		{get, "/readiness/reports/shares", actor.ShareReports, shares.list},
		{post, "/readiness/reports/shares/:id/revoke", actor.ShareReports, shares.revoke},
		{get, "/readiness/reports/schedules", actor.ShareReports, shares.schedules},
		{post, "/readiness/reports/schedules/:id/pause", actor.ShareReports, shares.pause},
		{post, "/readiness/reports/schedules/:id/resume", actor.ShareReports, shares.resume},
		{post, "/readiness/reports/schedules/:id/remove", actor.ShareReports, shares.remove},
		{get, "/readiness/reports/:kind/share", actor.ShareReports, shares.form},
		{post, "/readiness/reports/:kind/share", actor.ShareReports, shares.share},
		{get, "/readiness/reports/:kind/schedule", actor.ShareReports, shares.planForm},
		{post, "/readiness/reports/:kind/schedule", actor.ShareReports, shares.plan},
		{get, "/shared/:token", actor.Anyone, shares.open},
		{post, "/shared/:token", actor.Anyone, shares.unlock},
		{get, "/shared/:token/export.xlsx", actor.Anyone, shares.take},
		{post, "/readiness/snapshots", actor.TakeSnapshot, ready.take},
		{get, "/readiness/services/:id", actor.ReadSummary, ready.one},
		{get, "/readiness/services/:id/articles/:number", actor.ReadSummary, ready.article},
		{get, "/readiness/services/:id/requirements/:requirement", actor.ReadSummary, ready.requirement},

		// services and scope
		{get, "/services", actor.ReadServices, services.list},
		{get, "/services/new", actor.EditServices, services.blank},
		{post, "/services", actor.EditServices, services.add},
		{get, "/services/:id", actor.ReadServices, services.one},
		{get, "/services/:id/edit", actor.EditServices, services.edit},
		{post, "/services/:id/edit", actor.EditServices, services.change},
		{get, "/services/:id/scope", actor.ReadServices, services.scope},
		{post, "/services/:id/scope", actor.EditServices, services.saveScope},
		{post, "/services/:id/scope/preview", actor.EditServices, services.preview},
		{get, "/services/:id/history", actor.ReadServices, services.past},
		{get, "/services/:id/retire", actor.EditServices, services.retireForm},
		{post, "/services/:id/retire", actor.EditServices, services.retire},
		{post, "/services/:id/reinstate", actor.EditServices, services.reinstate},

		// checklists
		{get, "/checklists", actor.SeeProgress, lists.overview},
		{get, "/checklists/:service", actor.OpenChecklist, lists.list},
		{get, "/checklists/:service/export.csv", actor.OpenChecklist, lists.exportCSV},
		{get, "/checklists/:service/export.xlsx", actor.OpenChecklist, lists.exportXLSX},
		{get, "/checklists/:service/copy", actor.Assess, lists.copyPage},
		{post, "/checklists/:service/copy", actor.Assess, lists.copy},
		{post, "/checklists/:service/bulk", actor.Assess, lists.bulk},
		{post, "/checklists/:service/views", actor.OpenChecklist, lists.saveView},
		{post, "/views/:id/remove", actor.OpenChecklist, lists.removeView},
		{get, "/checklists/:service/:requirement", actor.OpenChecklist, lists.item},
		{post, "/checklists/:service/:requirement", actor.Contribute, lists.save},
		{get, "/checklists/:service/:requirement/row", actor.OpenChecklist, lists.rowPage},
		{get, "/checklists/:service/:requirement/edit", actor.Contribute, lists.editRow},
		{post, "/checklists/:service/:requirement/quick", actor.Contribute, lists.quick},
		{post, "/checklists/:service/:requirement/review", actor.ReviewChecklist, lists.review},
		{post, "/checklists/:service/:requirement/reaffirm", actor.Contribute, lists.reaffirm},
		{post, "/checklists/:service/:requirement/tasks", actor.Contribute, lists.addTask},
		{post, "/checklists/:service/:requirement/tasks/:task", actor.Contribute, lists.changeTask},
		{post, "/checklists/:service/:requirement/comments", actor.Contribute, lists.comment},
		{get, "/checklists/:service/:requirement/history", actor.OpenChecklist, lists.historyPage},

		// evidence
		{get, "/evidence", actor.ReadEvidence, records.list},
		{get, "/evidence/new", actor.AddEvidence, records.fresh},
		{post, "/evidence/new/:kind", actor.AddEvidence, records.words},
		{post, "/evidence/upload", actor.AddEvidence, records.upload},
		{get, "/evidence/batch/:batch", actor.AddEvidence, records.batch},
		{post, "/evidence/batch/:batch", actor.AddEvidence, records.describe},
		{post, "/evidence/bulk", actor.AddEvidence, records.bulk},
		{get, "/evidence/coverage", actor.ReadEvidence, records.coverage},
		{get, "/evidence/links", actor.AddEvidence, records.pick},
		{post, "/evidence/links", actor.AddEvidence, records.attach},
		{get, "/evidence/panel", actor.ReadEvidence, records.panelPart},
		{post, "/evidence/panel/attach", actor.AddEvidence, records.panelAttach},
		{post, "/evidence/panel/detach", actor.AddEvidence, records.panelDetach},
		{post, "/evidence/panel/link", actor.AddEvidence, records.panelLink},
		{post, "/evidence/panel/note", actor.AddEvidence, records.panelNote},
		{get, "/evidence/:id", actor.ReadEvidence, records.show},
		{get, "/evidence/:id/edit", actor.AddEvidence, records.edit},
		{post, "/evidence/:id/edit", actor.AddEvidence, records.change},
		{post, "/evidence/:id/version", actor.AddEvidence, records.newVersion},
		{post, "/evidence/:id/send", actor.AddEvidence, records.send},
		{post, "/evidence/:id/approve", actor.ReviewEvidence, records.approve},
		{post, "/evidence/:id/return", actor.ReviewEvidence, records.returnBack},
		{post, "/evidence/:id/retire", actor.AddEvidence, records.retire},
		{post, "/evidence/:id/unlink", actor.AddEvidence, records.unlink},
		{post, "/evidence/:id/erasure", actor.EraseEvidence, records.askErasure},
		{post, "/evidence/:id/erasure/confirm", actor.EraseEvidence, records.erase},
		{post, "/evidence/:id/erasure/decline", actor.EraseEvidence, records.declineErasure},
		{get, "/files/:evidence/:version", actor.ReadEvidence, files.send},

		// personal data requests
		{get, "/requests", actor.RequestFigures, requests.queue},
		{get, "/requests/board", actor.ReadRequests, requests.board},
		{get, "/requests/figures", actor.RequestFigures, requests.figures},
		{get, "/requests/new", actor.HandleRequests, requests.fresh},
		{post, "/requests/new", actor.HandleRequests, requests.takeIn},
		{post, "/requests/find", actor.HandleRequests, requests.find},
		{post, "/requests/assign", actor.HandleRequests, requests.assign},
		{post, "/requests/views", actor.ReadRequests, requests.saveView},
		{get, "/requests/settings", actor.ReadRequests, requests.settings},
		{post, "/requests/settings", actor.SetRequests, requests.saveSettings},
		{get, "/requests/rules/new", actor.SetRequests, requests.newRule},
		{post, "/requests/rules/new", actor.SetRequests, requests.addRule},
		{get, "/requests/rules/:id", actor.SetRequests, requests.rule},
		{post, "/requests/rules/:id", actor.SetRequests, requests.saveRule},
		{post, "/requests/rules/:id/remove", actor.SetRequests, requests.removeRule},
		{get, "/requests/refusals/new", actor.SetRequests, requests.refusal},
		{post, "/requests/refusals/new", actor.SetRequests, requests.saveRefusal},
		{get, "/requests/refusals/:id", actor.SetRequests, requests.refusal},
		{post, "/requests/refusals/:id", actor.SetRequests, requests.saveRefusal},
		{get, "/requests/templates", actor.ReadRequests, requests.templates},
		{get, "/requests/templates/:id", actor.ReadRequests, requests.template},
		{post, "/requests/templates/:id", actor.SetRequests, requests.proposeTemplate},
		{post, "/requests/templates/:id/decide", actor.SetRequests, requests.decideTemplate},
		{get, "/requests/calendar", actor.ReadRequests, requests.calendar},
		{post, "/requests/calendar/days", actor.SetRequests, requests.setDay},
		{post, "/requests/calendar/days/:id/clear", actor.SetRequests, requests.clearDay},
		{post, "/requests/calendar/years", actor.SetRequests, requests.setYear},
		{get, "/portal/certificate", actor.Anyone, certificates.form},
		{post, "/portal/certificate", actor.Anyone, certificates.check},
		{get, "/requests/systems", actor.ReadRequests, requests.systems},
		{get, "/requests/systems/new", actor.SetRequests, requests.newSystem},
		{post, "/requests/systems/new", actor.SetRequests, requests.saveSystem},
		{get, "/requests/systems/:id", actor.ReadRequests, requests.system},
		{post, "/requests/systems/:id", actor.SetRequests, requests.saveSystem},
		{post, "/requests/systems/:id/secret", actor.SetRequests, requests.makeSecret},
		{get, "/requests/tasks", actor.WorkRequestTasks, requests.tasks},
		{get, "/requests/tasks/:id", actor.WorkRequestTasks, requests.task},
		{post, "/requests/tasks/:id/report", actor.WorkRequestTasks, requests.reportTask},
		{post, "/requests/tasks/:id/second", actor.WorkRequestTasks, requests.confirmTask},
		{post, "/requests/tasks/:id/call", actor.WorkRequestTasks, requests.callAgain},
		{post, "/requests/tasks/:id/withdraw", actor.HandleRequests, requests.withdrawTask},
		{post, "/requests/tasks/:id/files", actor.WorkRequestTasks, requests.addTaskFile},
		{get, "/requests/tasks/:id/files/:file", actor.WorkRequestTasks, requests.sendTaskFile},
		{get, "/requests/:id", actor.ReadRequests, requests.one},
		{post, "/requests/:id/tasks", actor.HandleRequests, requests.giveTasks},
		{post, "/requests/:id/unmask", actor.UnmaskRequests, requests.unmask},
		{get, "/requests/:id/correct", actor.HandleRequests, requests.correctForm},
		{post, "/requests/:id/correct", actor.HandleRequests, requests.correct},
		{post, "/requests/:id/files", actor.HandleRequests, requests.addFile},
		{get, "/requests/:id/files/:file", actor.HandleRequests, requests.sendFile},
		{post, "/requests/:id/letter", actor.HandleRequests, requests.draft},
		{get, "/requests/:id/letters/:letter", actor.HandleRequests, requests.letter},
		{post, "/requests/:id/receipt", actor.HandleRequests, requests.act("receipt")},
		{post, "/requests/:id/check", actor.HandleRequests, requests.act("check")},
		{post, "/requests/:id/begin", actor.HandleRequests, requests.act("begin")},
		{post, "/requests/:id/pass", actor.HandleRequests, requests.act("pass")},
		{post, "/requests/:id/fail", actor.HandleRequests, requests.act("fail")},
		{post, "/requests/:id/resume", actor.HandleRequests, requests.act("resume")},
		{post, "/requests/:id/answer", actor.HandleRequests, requests.act("answer")},
		{post, "/requests/:id/refuse", actor.HandleRequests, requests.act("refuse")},
		{post, "/requests/:id/wait", actor.HandleRequests, requests.act("wait")},
		{post, "/requests/:id/extend", actor.HandleRequests, requests.act("extend")},
		{post, "/requests/:id/assign", actor.HandleRequests, requests.act("assign")},
		{post, "/requests/:id/close", actor.HandleRequests, requests.act("close")},
		{post, "/requests/:id/reopen", actor.HandleRequests, requests.act("reopen")},
		{post, "/requests/:id/hold", actor.HandleRequests, requests.act("hold")},
		{post, "/requests/:id/release", actor.HandleRequests, requests.act("release")},
		{post, "/requests/:id/message", actor.HandleRequests, requests.act("message")},
		{post, "/requests/:id/heard", actor.HandleRequests, requests.act("heard")},

		// labelling quality
		{get, "/labelling", actor.OpenLabelling, label.watch},
		{get, "/labelling/holds/new", actor.ManageLabelling, label.newHold},
		{post, "/labelling/holds/new", actor.ManageLabelling, label.hold},
		{get, "/labelling/projects", actor.OpenLabelling, label.projects},
		{get, "/labelling/projects/new", actor.ManageLabelling, label.newProject},
		{post, "/labelling/projects/new", actor.ManageLabelling, label.addProject},
		{get, "/labelling/projects/:id", actor.OpenLabelling, label.project},
		{get, "/labelling/projects/:id/edit", actor.ManageLabelling, label.editProject},
		{post, "/labelling/projects/:id/edit", actor.ManageLabelling, label.changeProject},
		{post, "/labelling/projects/:id/close", actor.ManageLabelling, label.closeProject},
		{post, "/labelling/projects/:id/reopen", actor.ManageLabelling, label.reopenProject},
		{post, "/labelling/projects/:id/functions", actor.ManageLabelling, label.appoint},
		{post, "/labelling/functions/:id/end", actor.ManageLabelling, label.endFunction},
		{get, "/labelling/projects/:id/rules", actor.ManageLabelling, label.newRules},
		{post, "/labelling/projects/:id/rules", actor.ManageLabelling, label.draftRules},
		{get, "/labelling/rules/:id", actor.OpenLabelling, label.rules},
		{get, "/labelling/rules/:id/edit", actor.ManageLabelling, label.editRules},
		{post, "/labelling/rules/:id/edit", actor.ManageLabelling, label.changeRules},
		{post, "/labelling/rules/:id/submit", actor.ManageLabelling, label.submitRules},
		{post, "/labelling/rules/:id/approve", actor.ApproveLabelling, label.approveRules},
		{post, "/labelling/rules/:id/return", actor.ApproveLabelling, label.returnRules},
		{post, "/labelling/rules/:id/force", actor.ManageLabelling, label.forceRules},
		{post, "/labelling/rules/:id/read", actor.OpenLabelling, label.readRules},
		{post, "/labelling/rules/:id/readings", actor.ManageLabelling, label.recordReadings},
		{get, "/labelling/people", actor.ReadLabelling, label.people},
		{get, "/labelling/people/new", actor.ManageLabelling, label.newWorker},
		{post, "/labelling/people/new", actor.ManageLabelling, label.addWorker},
		{get, "/labelling/people/:id", actor.ReadLabelling, label.worker},
		{get, "/labelling/people/:id/edit", actor.ManageLabelling, label.editWorker},
		{post, "/labelling/people/:id/edit", actor.ManageLabelling, label.changeWorker},
		{post, "/labelling/people/:id/trainings", actor.ManageLabelling, label.train},
		{post, "/labelling/people/:id/suspend", actor.ManageLabelling, label.suspend},
		{post, "/labelling/people/:id/lift", actor.ManageLabelling, label.lift},
		{get, "/labelling/suppliers", actor.ReadLabelling, label.suppliers},
		{get, "/labelling/suppliers/new", actor.ManageLabelling, label.newSupplier},
		{post, "/labelling/suppliers/new", actor.ManageLabelling, label.addSupplier},
		{get, "/labelling/suppliers/:id", actor.ManageLabelling, label.supplier},
		{post, "/labelling/suppliers/:id", actor.ManageLabelling, label.changeSupplier},
		{get, "/labelling/projects/:id/upload", actor.ManageLabelling, label.uploadForm},
		{post, "/labelling/projects/:id/upload", actor.ManageLabelling, label.upload},
		{get, "/labelling/batches", actor.ReadLabelling, label.batches},
		{get, "/labelling/batches/:id", actor.ReadLabelling, label.batch},
		{get, "/labelling/batches/:id/progress", actor.ReadLabelling, label.progress},
		{get, "/labelling/batches/:id/refused", actor.ReadLabelling, label.refused},
		{get, "/labelling/batches/:id/export", actor.ManageLabelling, label.exportBatch},
		{post, "/labelling/batches/:id/reading", actor.ManageLabelling, label.reread},
		{post, "/labelling/batches/:id/confirm", actor.ManageLabelling, label.confirm},
		{post, "/labelling/batches/:id/cancel", actor.ManageLabelling, label.cancelBatch},
		{post, "/labelling/batches/:id/pictures", actor.ManageLabelling, label.addPictures},
		{get, "/labelling/pictures/:id", actor.OpenLabelling, label.picture},
		{get, "/labelling/lots", actor.ReadLabelling, label.lots},
		{get, "/labelling/lots/:id", actor.ReadLabelling, label.lot},
		{get, "/labelling/lots/:id/checking", actor.ReadLabelling, label.checking},
		{post, "/labelling/lots/:id/assign", actor.ManageLabelling, label.assign},
		{post, "/labelling/lots/:id/arbitrate", actor.ManageLabelling, label.arbitrate},
		{post, "/labelling/lots/:id/resume", actor.ManageLabelling, label.resumeChecks},
		{get, "/labelling/lots/:id/gold", actor.ManageLabelling, label.goldChoice},
		{post, "/labelling/lots/:id/gold", actor.ManageLabelling, label.keepGold},
		{get, "/labelling/projects/:id/gold", actor.ReadLabelling, label.golds},
		{post, "/labelling/gold/:id/retire", actor.ManageLabelling, label.retireGold},
		{post, "/labelling/assignments/:id/withdraw", actor.ManageLabelling, label.withdrawAssignment},
		{get, "/labelling/desk", actor.CheckLabels, desk.list},
		{get, "/labelling/desk/:assignment", actor.CheckLabels, desk.item},
		{get, "/labelling/desk/:assignment/rules", actor.CheckLabels, desk.rules},
		{post, "/labelling/desk/:assignment/own", actor.CheckLabels, desk.own},
		{post, "/labelling/desk/:assignment/check", actor.CheckLabels, desk.check},
		{post, "/labelling/desk/:assignment/flag", actor.CheckLabels, desk.flag},
		{post, "/labelling/desk/:assignment/done", actor.CheckLabels, desk.handIn},
		{get, "/labelling/lots/:id/ids", actor.ReadLabelling, label.lotIDs},
		{get, "/labelling/lots/:id/export", actor.ManageLabelling, label.exportLot},
		{post, "/labelling/lots/:id/freeze", actor.ManageLabelling, label.freezeLot},
		{post, "/labelling/lots/:id/verify", actor.ReadLabelling, label.verifyLot},
		{get, "/labelling/lots/:id/plan", actor.ReadLabelling, label.plan},
		{post, "/labelling/lots/:id/plan", actor.ManageLabelling, label.choosePlan},
		{get, "/labelling/lots/:id/draw", actor.ReadLabelling, label.draws},
		{get, "/labelling/lots/:id/draw/:number/list", actor.ReadLabelling, label.drawnList},
		{get, "/labelling/lots/:id/draw/:number/strata", actor.ReadLabelling, label.strataList},
		{post, "/labelling/lots/:id/draw/commit", actor.ApproveLabelling, label.commitSeed},
		{post, "/labelling/lots/:id/draw/reveal", actor.ApproveLabelling, label.revealSeed},
		{post, "/labelling/lots/:id/draw/abandon", actor.ManageLabelling, label.abandonSeed},
		{post, "/labelling/lots/:id/draw/alone", actor.ManageLabelling, label.drawAlone},
		{post, "/labelling/lots/:id/draw/continue", actor.ManageLabelling, label.continueDraw},
		{post, "/labelling/lots/:id/draw/targeted", actor.ManageLabelling, label.targetItems},
		{get, "/labelling/lots/:id/decision", actor.ReadLabelling, label.decision},
		{post, "/labelling/lots/:id/decision", actor.ManageLabelling, label.sign},
		{post, "/labelling/lots/:id/void", actor.ManageLabelling, label.makeVoid},
		{get, "/labelling/lots/:id/corrections", actor.ManageLabelling, label.corrections},
		{get, "/labelling/lots/:id/record", actor.ReadLabelling, label.record},
		{get, "/labelling/records/:id", actor.ReadLabelling, label.recordJSON},
		{post, "/labelling/decisions/:id/second", actor.ApproveLabelling, label.secondSign},
		{post, "/labelling/decisions/:id/withdraw", actor.ManageLabelling, label.withdrawDecision},
		{post, "/labelling/corrections/:id/waive", actor.ManageLabelling, label.waive},
		{get, "/labelling/streams", actor.ReadLabelling, label.streams},
		{get, "/labelling/streams/:id", actor.ReadLabelling, label.stream},
		{post, "/labelling/streams/:id/confirm", actor.ManageLabelling, label.confirmSteady},
		{post, "/labelling/streams/:id/withdraw", actor.ManageLabelling, label.withdrawSteady},
		{post, "/labelling/streams/:id/restart", actor.ManageLabelling, label.restartStream},

		// portal: anybody, without an account
		{get, "/portal", actor.Anyone, portal.form},
		{post, "/portal", actor.Anyone, portal.file},
		{get, "/portal/challenge", actor.Anyone, portal.challenge},
		{get, "/portal/r/:token", actor.Anyone, portal.track},
		{post, "/portal/r/:token/messages", actor.Anyone, portal.reply},
		{post, "/portal/r/:token/files", actor.Anyone, portal.upload},
		{get, "/portal/r/:token/files/:file", actor.Anyone, portal.fetch},
		{get, "/portal/r/:token/letters/:letter", actor.Anyone, portal.letter},
		{post, "/portal/r/:token/code", actor.Anyone, portal.sendCode},
		{post, "/portal/r/:token/verify", actor.Anyone, portal.verify},
		{post, "/portal/r/:token/withdraw", actor.Anyone, portal.withdraw},
		{post, "/api/requests", actor.Anyone, portal.handIn},
		{post, "/api/requests/callbacks/:token", actor.Anyone, portal.callback},

		// my work
		{get, "/work", actor.UseWork, working.page},

		// activity
		{get, "/activity", actor.OpenActivity, activity.list},
		{get, "/activity/export", actor.OpenActivity, activity.export},
		{get, "/activity/:seq", actor.OpenActivity, activity.one},

		// search
		{get, "/search", actor.SignedIn, search.page},
		{get, "/search/palette", actor.SignedIn, search.palette},
	}
}
