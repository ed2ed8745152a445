package regulation

// Decision says whether a requirement applies to a service, and why.
type Decision struct {
	Applies     bool
	Provisional bool // applies only because something is not answered yet
	Reason      Reason
}

// Reason is why, as data; Say puts it into words.
type Reason struct {
	Mode    Mode
	Met     []Question // conditions answered yes
	NotMet  []Question // answered no
	Unknown []Question // not answered; the Article 2 question first when it is open
	Outside bool       // not offered to the public: Art. 2 para. 3
	Why     NotPublic  // with Outside, if given
	Scoping bool       // an Article 2 scoping requirement: applies to services outside, too
}

// Applies decides one requirement for one service.
//
// A service that is not offered to the public in mainland China is outside
// the Measures (Art. 2 para. 3). Then only the scoping requirements of
// Article 2 apply: they are what the claim to be outside rests on. Those of
// other articles (IM-20-01, IM-22-01) presuppose a service in scope.
//
// What is not answered yet counts as applying, and the decision says so; an
// answer that settles the matter alone (a condition of "all" that is not met)
// is not held up by other open ones.
func (c *Catalogue) Applies(r *Requirement, p Profile) Decision {
	reason := c.weigh(r, p)
	public := p.answer(QuestionPublic)
	reason.Scoping = r.Type == Scoping && r.Article == 2
	if public == No && !reason.Scoping {
		reason.Outside, reason.Why = true, p.NotPublic
		return Decision{Reason: reason}
	}
	applies, open := reason.result()
	if applies && public == Unknown && !reason.Scoping {
		open = true
		reason.Unknown = append([]Question{c.question(QuestionPublic)}, reason.Unknown...)
	}
	reason.Outside = public == No
	return Decision{Applies: applies, Provisional: applies && open, Reason: reason}
}

// weigh sorts the conditions of a requirement by their answers.
func (c *Catalogue) weigh(r *Requirement, p Profile) Reason {
	reason := Reason{Mode: r.Applicability.Mode}
	for _, id := range r.Applicability.Conditions {
		q := c.question(id)
		switch p.answer(id) {
		case Yes:
			reason.Met = append(reason.Met, q)
		case No:
			reason.NotMet = append(reason.NotMet, q)
		default:
			reason.Unknown = append(reason.Unknown, q)
		}
	}
	return reason
}

// result applies the mode; open means that only unanswered conditions keep
// the requirement in.
func (r Reason) result() (applies, open bool) {
	unknown := len(r.Unknown) > 0
	switch r.Mode {
	case All:
		return len(r.NotMet) == 0, unknown
	case Any:
		return len(r.Met) > 0 || unknown, len(r.Met) == 0
	default:
		return true, false
	}
}

// Applicable is a requirement with the decision about it.
type Applicable struct {
	Requirement *Requirement
	Decision    Decision
}

// Decide decides every requirement for one service, in catalogue order.
func (c *Catalogue) Decide(p Profile) []Applicable {
	out := make([]Applicable, len(c.Requirements))
	for i, r := range c.Requirements {
		out[i] = Applicable{Requirement: r, Decision: c.Applies(r, p)}
	}
	return out
}

// Change lists the requirements that a change of profile switches on and off,
// with the decision after it. Requirements that merely become certain are in
// neither list.
func (c *Catalogue) Change(before, after Profile) (on, off []Applicable) {
	was := c.Decide(before)
	for i, now := range c.Decide(after) {
		switch {
		case now.Decision.Applies && !was[i].Decision.Applies:
			on = append(on, now)
		case was[i].Decision.Applies && !now.Decision.Applies:
			off = append(off, now)
		}
	}
	return on, off
}
