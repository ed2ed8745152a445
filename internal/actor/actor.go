// Package actor says who is acting, and what their roles allow.
package actor

import "slices"

// Kind tells a person from the program itself and from a visitor.
type Kind string

// The kinds of actor.
const (
	KindPerson Kind = "person"
	KindSystem Kind = "system"
	KindPublic Kind = "public"
)

// Actor is who does something. A person's Services are those they may see;
// AllServices lifts that limit.
type Actor struct {
	ID          string
	Kind        Kind
	Name        string
	Roles       []Role
	AllServices bool
	Services    []string
}

// System is the program acting on its own, named for what it is doing.
func System(name string) Actor {
	return Actor{ID: "system:" + name, Kind: KindSystem, AllServices: true}
}

// Public is a visitor without an account.
func Public() Actor { return Actor{ID: "public", Kind: KindPublic} }

// Has says whether the actor holds a role.
func (a Actor) Has(role Role) bool { return slices.Contains(a.Roles, role) }

// May says whether any of the actor's roles grants the permission. The system
// may do everything it is programmed to do.
func (a Actor) May(p Permission) bool {
	if a.Kind == KindSystem || p == Anyone {
		return true
	}
	if a.Kind != KindPerson {
		return false
	}
	if p == SignedIn {
		return true
	}
	for _, r := range a.Roles {
		if slices.Contains(grants[r], p) {
			return true
		}
	}
	return false
}

// SeesService says whether a service is within the actor's scope.
func (a Actor) SeesService(service string) bool {
	return a.AllServices || slices.Contains(a.Services, service)
}
