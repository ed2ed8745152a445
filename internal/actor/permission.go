package actor

import "slices"

// Role is a person's part in the organisation.
type Role string

// The roles. An administrator keeps people and settings and sees no
// compliance data; that power is kept apart from all others.
const (
	Administrator Role = "administrator"
	Officer       Role = "officer"
	Contributor   Role = "contributor"
	Supervisor    Role = "supervisor"
	Checker       Role = "checker"
	Privacy       Role = "privacy"
	Executive     Role = "executive"
	Auditor       Role = "auditor"
)

// Roles lists all roles in the order they are shown.
var Roles = []Role{Administrator, Officer, Contributor, Supervisor, Checker, Privacy, Executive, Auditor}

// Known says whether r is one of Roles.
func (r Role) Known() bool { return slices.Contains(Roles, r) }

// Permission is something a role may do.
type Permission string

// The permissions. OpenChecklist and ReadEvidence open the pages; what a
// person sees there is decided in the queries: everything in their services
// with ReadChecklist, else what is assigned to or made by them. In the same
// way SeeProgress opens the overview of all checklists, which counts what its
// reader may know of; OpenActivity opens the activity page, ReadActivity shows compliance
// events there and ReadPeopleLog those of people and settings. OpenLabelling
// opens labelling quality for those who read all of it (ReadLabelling) and for
// checkers, who see the rules and assignments of their own projects.
const (
	ManagePeople    Permission = "people.manage"
	ManageSettings  Permission = "settings.manage"
	ReadRegulation  Permission = "regulation.read"
	EditRegulation  Permission = "regulation.edit"
	ReadServices    Permission = "services.read"
	EditServices    Permission = "services.edit"
	ReadSummary     Permission = "summary.read"
	TakeSnapshot    Permission = "summary.snapshot"
	ShareReports    Permission = "summary.share" // links and mails for people without an account
	SeeProgress     Permission = "progress.see"
	ReadChecklist   Permission = "checklist.read"
	OpenChecklist   Permission = "checklist.open"
	Assess          Permission = "checklist.assess"
	Contribute      Permission = "checklist.contribute"
	ReviewChecklist Permission = "checklist.review"
	ReadEvidence    Permission = "evidence.read"
	AddEvidence     Permission = "evidence.add"
	ReviewEvidence  Permission = "evidence.review"
	EraseEvidence   Permission = "evidence.erase"
	OpenActivity    Permission = "activity.open"
	ReadActivity    Permission = "activity.read"
	ReadPeopleLog   Permission = "activity.people"
	UseWork         Permission = "work.use"

	OpenLabelling    Permission = "labelling.open"
	ReadLabelling    Permission = "labelling.read"
	ManageLabelling  Permission = "labelling.manage"
	ApproveLabelling Permission = "labelling.approve" // second approvals of rules and decisions
	CheckLabels      Permission = "labelling.check"

	HandleRequests   Permission = "requests.handle"
	SetRequests      Permission = "requests.settings"
	ReadRequests     Permission = "requests.read"   // the queue and each request; auditors masked
	UnmaskRequests   Permission = "requests.unmask" // one request in clear, recorded
	RequestFigures   Permission = "requests.figures"
	WorkRequestTasks Permission = "requests.tasks" // own tasks of systems that one owns

	Anyone   Permission = "anyone"    // no account needed
	SignedIn Permission = "signed-in" // any role
)

// grants is the whole table of rights: what each role may do.
var grants = map[Role][]Permission{
	Administrator: {ManagePeople, ManageSettings, ReadRegulation, OpenActivity, ReadPeopleLog},
	Officer: {ReadRegulation, EditRegulation, ReadServices, EditServices, ReadSummary, TakeSnapshot, ShareReports, SeeProgress, OpenChecklist, ReadChecklist, Assess, Contribute,
		ReviewChecklist, ReadEvidence, AddEvidence, ReviewEvidence, EraseEvidence, OpenActivity, ReadActivity, UseWork,
		OpenLabelling, ReadLabelling, ApproveLabelling, RequestFigures, WorkRequestTasks},
	Contributor: {ReadRegulation, SeeProgress, OpenChecklist, Contribute, ReadEvidence, AddEvidence, UseWork, WorkRequestTasks},
	Supervisor: {ReadRegulation, ReadServices, SeeProgress, OpenChecklist, Contribute, ReadEvidence, AddEvidence, UseWork,
		OpenLabelling, ReadLabelling, ManageLabelling, ApproveLabelling, CheckLabels, WorkRequestTasks},
	Checker: {ReadRegulation, UseWork, OpenLabelling, CheckLabels},
	Privacy: {ReadRegulation, ReadServices, SeeProgress, OpenChecklist, Contribute, ReadEvidence, AddEvidence, UseWork,
		HandleRequests, SetRequests, ReadRequests, RequestFigures, WorkRequestTasks},
	Executive: {ReadRegulation, ReadServices, ReadSummary, TakeSnapshot, ShareReports, SeeProgress, UseWork, OpenLabelling, ReadLabelling, RequestFigures},
	Auditor: {ReadRegulation, ReadServices, ReadSummary, SeeProgress, OpenChecklist, ReadChecklist, ReadEvidence, OpenActivity, ReadActivity, ReadPeopleLog, UseWork,
		OpenLabelling, ReadLabelling, ReadRequests, UnmaskRequests, RequestFigures},
}

// RolesWith lists the roles that grant a permission, in the order of Roles.
func RolesWith(p Permission) []Role {
	if p == SignedIn {
		return slices.Clone(Roles)
	}
	var out []Role
	for _, r := range Roles {
		if slices.Contains(grants[r], p) {
			out = append(out, r)
		}
	}
	return out
}

// Combine checks a set of roles: known, at least one, and the administrator
// and the auditor alone, since who runs the system or examines it must not
// also do the work (separation of duties, 三权分立).
func Combine(roles []Role) bool {
	if len(roles) == 0 {
		return false
	}
	for _, r := range roles {
		if !r.Known() {
			return false
		}
	}
	alone := slices.Contains(roles, Administrator) || slices.Contains(roles, Auditor)
	return !alone || len(roles) == 1
}
