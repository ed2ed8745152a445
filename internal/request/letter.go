package request

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/day"
	"hegui/internal/problem"
)

// LetterPurpose is what a letter is for.
type LetterPurpose string

// The purposes of letters.
const (
	ReceiptLetter   LetterPurpose = "receipt"   // that the request arrived
	QuestionLetter  LetterPurpose = "question"  // what the person has to do
	ExtensionLetter LetterPurpose = "extension" // the deadline is extended
	AnswerLetter    LetterPurpose = "answer"    // done as asked
	RefusalLetter   LetterPurpose = "refusal"   // with the reason of the law
	ClosingLetter   LetterPurpose = "closing"   // ended without a decision
)

// LetterPurposes in the order they are shown.
var LetterPurposes = []LetterPurpose{ReceiptLetter, QuestionLetter, ExtensionLetter, AnswerLetter, RefusalLetter, ClosingLetter}

// letterActions are what the letters go with.
var letterActions = map[LetterPurpose]Action{ReceiptLetter: Write, QuestionLetter: Ask, ExtensionLetter: Extend, AnswerLetter: Answer,
	RefusalLetter: Refuse, ClosingLetter: Close}

// decisionLetters tell how a request ended.
var decisionLetters = map[State]LetterPurpose{Answered: AnswerLetter, Refused: RefusalLetter, Closed: ClosingLetter}

// Letter is a letter to a person, as it was sent.
type Letter struct {
	ID         string
	RequestID  string
	ServiceID  string
	TemplateID string
	Purpose    LetterPurpose
	Language   string
	Subject    Sealed `ledger:"hash"`
	Body       Sealed `ledger:"hash"`
	State      string // "sent"
	MessageID  string
	CreatedBy  string
	CreatedAt  time.Time
	SentBy     string
	SentAt     *time.Time
	Version    int64
}

// TableName is the table of letters.
func (Letter) TableName() string { return "request_letter" }

const letterSent = "sent"

// LetterWords is a letter in clear.
type LetterWords struct {
	Letter
	Number  string // of its request
	Subject string
	Text    string
}

// Written are the words of a letter that somebody read and edited before it is
// sent. Without them a letter says what its template has.
type Written struct {
	TemplateID string
	Subject    string
	Body       string
}

// maxLetter is the longest letter, in characters.
const maxLetter = 20_000

func (w *Written) check() error {
	var f problem.Fields
	word(&f, "letter_subject", &w.Subject, maxShort, true)
	word(&f, "letter_body", &w.Body, maxLetter, true)
	return f.Err()
}

// edited takes over the words of an edited letter, if there are some.
func (x *step) edited(list []Written) error {
	if len(list) == 0 {
		return nil
	}
	w := list[0]
	if err := w.check(); err != nil {
		return err
	}
	x.words = &w
	return nil
}

// letter writes to the person: the edited words, or else those of the
// template. What is said by the person themselves needs no letter.
func (x *step) letter(p LetterPurpose, words string) (*Message, error) {
	r := x.r
	if x.by.Kind == actor.KindPublic {
		return x.message(ToPerson, r.Channel, words, "")
	}
	w, err := x.wording(p, words)
	if err != nil {
		return nil, err
	}
	l := &Letter{ID: x.ledger.NewID(), RequestID: r.ID, ServiceID: r.ServiceID, TemplateID: w.TemplateID, Purpose: p, Language: r.Language, State: letterSent,
		CreatedBy: x.by.ID, CreatedAt: x.now, SentBy: x.by.ID, SentAt: &x.now, Version: 1}
	m, err := x.message(ToPerson, r.Channel, w.Body, l.ID)
	if err != nil {
		return nil, err
	}
	key, err := x.key()
	if err != nil {
		return nil, err
	}
	z := sealer{key: key}
	l.MessageID, l.Subject, l.Body = m.ID, z.seal("letter/"+l.ID+"/subject", w.Subject), z.seal("letter/"+l.ID+"/body", w.Body)
	return m, errors.Join(z.err, x.create(l))
}

// wording gives the words of a letter.
func (x *step) wording(p LetterPurpose, words string) (Written, error) {
	if x.words == nil {
		return x.compose(p, words)
	}
	w := *x.words
	t, err := templateByID(x.tx, w.TemplateID)
	if err != nil || t.Purpose != p || t.State != TemplateCurrent && t.State != TemplateReplaced {
		return w, problem.New(problem.Conflict, "request.changed_meanwhile")
	}
	if source := x.terms["source"]; source != "" && !strings.Contains(w.Body, source) {
		return w, problem.Field(problem.Invalid, "letter_body", "letter.source_missing", "source", source)
	}
	w.Body += x.addendum
	return w, nil
}

// compose fills the template that is in use.
func (x *step) compose(p LetterPurpose, words string) (Written, error) {
	t, err := templateIn(x.tx, p, x.r.Kind, x.r.Language)
	if err != nil {
		return Written{}, err
	}
	if t.ID == "" { // an installation whose first templates are still to be written
		return Written{Subject: x.r.Number, Body: words}, nil
	}
	terms, err := x.letterTerms(words)
	if err != nil {
		return Written{}, err
	}
	subject := []rune(strings.Join(strings.Fields(fillIn(t.Subject, terms)), " "))
	return Written{TemplateID: t.ID, Subject: string(subject[:min(len(subject), maxShort)]), Body: fillIn(t.Body, terms)}, nil
}

// letterTerms are what the places in a template stand for.
func (x *step) letterTerms(words string) (map[string]string, error) {
	r := x.r
	key, err := x.key()
	if err != nil {
		return nil, err
	}
	o := opener{key: key}
	terms := map[string]string{"number": r.Number, "name": o.open("name", r.Name), "kind": kindWords(r.Kind, r.Language), "words": words,
		"received": dayWords(day.Of(r.ReceivedAt), r.Language), "today": dayWords(x.today, r.Language), "due": x.dueWords(),
		"complain": inLanguage(r.Language, x.book.setting.ComplainZH, x.book.setting.ComplainEN)}
	if o.err != nil {
		return nil, o.err
	}
	if x.sender != nil {
		terms["organisation"], terms["service"], err = x.sender(x.tx.Statement.Context, r.ServiceID)
		if err != nil {
			return nil, fmt.Errorf("name the sender: %w", err)
		}
	}
	if terms["service"] == "" {
		terms["service"] = inLanguage(r.Language, "我们的服务", "our service")
	}
	for name, value := range x.terms {
		terms[name] = value
	}
	return terms, nil
}

func (x *step) dueWords() string {
	if x.r.Due == "" {
		return inLanguage(x.r.Language, "身份核验完成之日起依法计算的期限届满前", "the end of a period that runs from when it is known who asks")
	}
	return dayWords(x.r.Due, x.r.Language)
}

// Preview is what a letter would say.
type Preview struct {
	Request
	Written
}

// Draft gives the words that a letter would have, for somebody who wants to
// read and edit them first. The reason is the one that goes with the action:
// an id for a refusal, else a code. Nothing is written.
func (s *Service) Draft(ctx context.Context, by actor.Actor, id string, p LetterPurpose, reason, words string) (Preview, error) {
	if !by.May(actor.HandleRequests) {
		return Preview{}, problem.New(problem.Forbidden, "error.role")
	}
	var f problem.Fields
	one(&f, "act", p, LetterPurposes)
	word(&f, "words", &words, maxText, p != ReceiptLetter)
	if err := f.Err(); err != nil {
		return Preview{}, err
	}
	db := s.ledger.Read(ctx)
	var r Request
	if err := take(db, by, id, &r); err != nil {
		return Preview{}, err
	}
	if _, err := r.Next(letterActions[p]); err != nil {
		return Preview{Request: r}, err
	}
	if err := s.lookedAtTask(ctx, by, &r); err != nil { // the draft names the person
		return Preview{Request: r}, err
	}
	x, err := s.draftStep(s.ledger.Read(ctx), by, &r)
	if err != nil {
		return Preview{Request: r}, err
	}
	if err := x.explain(p, reason, words); err != nil {
		return Preview{Request: r}, err
	}
	w, err := x.compose(p, words)
	return Preview{Request: r, Written: w}, err
}

// draftStep is a step that is never taken.
func (s *Service) draftStep(db *gorm.DB, by actor.Actor, r *Request) (*step, error) {
	book, err := bookIn(db)
	if err != nil {
		return nil, err
	}
	db = db.Session(&gorm.Session{NewDB: true})
	x := &step{Service: s, tx: db, by: by, book: book, r: r, now: s.ledger.Now(), today: s.Today(), due: r.Due}
	if err := db.Where("request_id = ?", r.ID).Order("id").Find(&x.pauses).Error; err != nil {
		return nil, fmt.Errorf("read pauses: %w", err)
	}
	return x, nil
}

// explain checks the reason of a letter, and says what it stands for.
func (x *step) explain(p LetterPurpose, reason, words string) error {
	var f problem.Fields
	switch p {
	case QuestionLetter:
		one(&f, "reason", PauseReason(reason), PauseReasons)
	case ClosingLetter:
		one(&f, "reason", CloseReason(reason), CloseReasons)
	case ExtensionLetter:
		one(&f, "reason", ExtensionReason(reason), ExtensionReasons)
		if err := errors.Join(f.Err(), x.extendable()); err != nil {
			return err
		}
		x.r.ExtendedDays = x.r.ExtensionDays
		x.wind(x.book, x.r, x.pauses)
	case RefusalLetter:
		return x.explainRefusal(reason, words)
	case AnswerLetter:
		return x.r.Answerable()
	}
	x.because(reason)
	return f.Err()
}

// because says why, for letters whose reason is a code.
func (x *step) because(code string) {
	x.term("reason", inLanguage(x.r.Language, reasonWords[code].zh, reasonWords[code].en))
}

func (x *step) explainRefusal(reason, words string) error {
	why, ok := x.book.refusal(reason)
	if !ok || !why.Active || !why.Fits(x.r.Kind) {
		return problem.Field(problem.Invalid, "reason", "request.choose")
	}
	x.term("reason", inLanguage(x.r.Language, why.TextZH, why.TextEN))
	x.term("source", inLanguage(x.r.Language, why.SourceZH, why.SourceEN))
	x.term("words", words)
	x.r.RefusalID = why.ID
	return nil
}

func (x *step) term(name, value string) {
	if x.terms == nil {
		x.terms = map[string]string{}
	}
	x.terms[name] = value
}

// Acknowledged says that the person was told by letter that their request
// arrived.
func (d Detail) Acknowledged() bool {
	return slices.ContainsFunc(d.Letters, func(l Letter) bool { return l.Purpose == ReceiptLetter })
}

// Acknowledge sends the person the letter that says that their request
// arrived, and by when they hear more.
func (s *Service) Acknowledge(ctx context.Context, by actor.Actor, id string, letter ...Written) (Request, error) {
	return s.act(ctx, by, id, 0, Write, "acknowledged", func(x *step) error {
		if err := x.edited(letter); err != nil {
			return err
		}
		_, err := x.letter(ReceiptLetter, "")
		return err
	})
}

// LetterOf gives a letter that was sent, to those who read requests in clear.
// That it was opened counts as a look at the request.
func (s *Service) LetterOf(ctx context.Context, by actor.Actor, id, letter string) (LetterWords, error) {
	if !by.May(actor.HandleRequests) {
		return LetterWords{}, problem.New(problem.Forbidden, "error.role")
	}
	var r Request
	if err := take(s.ledger.Read(ctx), by, id, &r); err != nil {
		return LetterWords{}, err
	}
	if err := s.lookedAtTask(ctx, by, &r); err != nil {
		return LetterWords{}, err
	}
	return s.openLetter(s.ledger.Read(ctx), r, letter)
}

// OwnLetter gives a letter to the person that it was written to, by their
// token.
func (s *Service) OwnLetter(ctx context.Context, token, letter string) (LetterWords, error) {
	r, err := s.byToken(s.ledger.Read(ctx), token)
	if err != nil {
		return LetterWords{}, err
	}
	return s.openLetter(s.ledger.Read(ctx), r, letter)
}

func (s *Service) openLetter(db *gorm.DB, r Request, id string) (LetterWords, error) {
	out := LetterWords{Number: r.Number}
	if err := found(db.Where("id = ? AND request_id = ? AND state = ?", id, r.ID, letterSent).Take(&out.Letter).Error); err != nil {
		return out, err
	}
	key, err := s.key(db, r.ID)
	if err != nil {
		return out, err
	}
	o := opener{key: key}
	out.Subject, out.Text = o.open("letter/"+id+"/subject", out.Letter.Subject), o.open("letter/"+id+"/body", out.Body)
	return out, o.err
}

// titled gives messages the subjects of their letters.
func titled(messages []Spoken, letters []Letter, open func(field string, sealed Sealed) string) {
	for n := range messages {
		at := slices.IndexFunc(letters, func(l Letter) bool { return l.ID == messages[n].LetterID })
		if at >= 0 {
			messages[n].Subject = open("letter/"+letters[at].ID+"/subject", letters[at].Subject)
		}
	}
}
