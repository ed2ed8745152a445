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

// The permissions. "Assigned" ones reach only what was assigned to or made
// by the person; queries enforce that.
const (
	ManagePeople    Permission = "people.manage"
	ManageSettings  Permission = "settings.manage"
	ReadRegulation  Permission = "regulation.read"
	EditRegulation  Permission = "regulation.edit"
	ReadServices    Permission = "services.read"
	EditServices    Permission = "services.edit"
	ReadSummary     Permission = "summary.read"
	ReadChecklist   Permission = "checklist.read"
	ReadAssigned    Permission = "checklist.assigned"
	Assess          Permission = "checklist.assess"
	Contribute      Permission = "checklist.contribute"
	ReviewChecklist Permission = "checklist.review"
	ReadEvidence    Permission = "evidence.read"
	AddEvidence     Permission = "evidence.add"
	ReviewEvidence  Permission = "evidence.review"
	EraseEvidence   Permission = "evidence.erase"
	ReadActivity    Permission = "activity.read"
	ReadPeopleLog   Permission = "activity.people"
	UseWork         Permission = "work.use"
)

// grants is the whole table of rights: what each role may do. ReadChecklist
// and ReadEvidence reach everything in the person's services; without
// ReadChecklist, ReadAssigned reaches what is assigned to the person.
var grants = map[Role][]Permission{
	Administrator: {ManagePeople, ManageSettings, ReadRegulation, ReadPeopleLog},
	Officer: {ReadRegulation, EditRegulation, ReadServices, EditServices, ReadSummary, ReadChecklist, ReadAssigned, Assess, Contribute,
		ReviewChecklist, ReadEvidence, AddEvidence, ReviewEvidence, EraseEvidence, ReadActivity, UseWork},
	Contributor: {ReadRegulation, ReadAssigned, Contribute, ReadEvidence, AddEvidence, UseWork},
	Supervisor:  {ReadRegulation, ReadServices, ReadAssigned, Contribute, ReadEvidence, AddEvidence, UseWork},
	Checker:     {ReadRegulation, UseWork},
	Privacy:     {ReadRegulation, ReadServices, ReadAssigned, Contribute, ReadEvidence, AddEvidence, UseWork},
	Executive:   {ReadRegulation, ReadServices, ReadSummary, UseWork},
	Auditor:     {ReadRegulation, ReadServices, ReadSummary, ReadChecklist, ReadEvidence, ReadActivity, ReadPeopleLog, UseWork},
}

// RolesWith lists the roles that grant a permission, in the order of Roles.
func RolesWith(p Permission) []Role {
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
