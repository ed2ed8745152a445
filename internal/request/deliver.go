package request

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/problem"
)

// The states of a delivery.
const (
	CallQueued   = "queued"
	CallSent     = "sent"     // the system took it, and will answer
	CallAnswered = "answered" // through its callback
	CallFailed   = "failed"   // will be tried again
	CallGivenUp  = "given_up" // has to be started by hand
)

// Faults of a delivery that are no fault of the call.
const (
	faultOver   = "over"    // the task is done, or the request ended
	faultUnset  = "unset"   // the system has no address or no secret any more
	faultHeld   = "held"    // a legal hold forbids the deletion
	faultAgain  = "again"   // somebody started another one
	faultNoURL  = "no_url"  // this installation does not know its own address
	faultForbid = "address" // the address must not be called: trying again is no use
)

// callPauses are the times between attempts; after the last one a delivery is
// given up, some day after it began.
var callPauses = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour, 8 * time.Hour, 12 * time.Hour}

const (
	callsAtOnce = 50
	callHolding = 10 * time.Minute    // a call begun by a node that ended is due again after this
	answerTime  = 30 * 24 * time.Hour // in which the callback can be used, from the call
)

// Caller sends a signed body to a system. It gives the status of the answer,
// and a code of what went wrong, or none.
type Caller func(ctx context.Context, url string, header map[string]string, body []byte) (status int, fault string)

// connector is who the ledger names for what systems do by themselves.
var connector = actor.System("connector")

// callBody is what a system is sent.
type callBody struct {
	Version      int                   `json:"version"`
	Delivery     string                `json:"delivery"` // the same when it is sent again
	Request      string                `json:"request"`
	Task         string                `json:"task"`
	Action       TaskKind              `json:"action"`
	System       string                `json:"system"`
	Due          day.Date              `json:"due,omitempty"`
	Identifiers  map[Identifier]string `json:"identifiers"`
	Details      string                `json:"details,omitempty"` // of a correction: what is to be changed
	Instructions string                `json:"instructions,omitempty"`
	Callback     string                `json:"callback"`
}

// connected says that a system is asked by webhook.
func (y System) connected() bool {
	return y.Reach == ByWebhook && y.URL != "" && len(y.Secret) > 0
}

// callSystem queues the call that asks a system to do its task.
func (x *step) callSystem(y System, t *Task) error {
	if x.call == nil || !y.connected() {
		return nil
	}
	return x.create(&Delivery{ID: x.ledger.NewID(), RequestID: t.RequestID, TaskID: t.ID, SystemID: y.ID, Action: string(t.Kind), State: CallQueued,
		NextAt: &x.now, CreatedAt: x.now, Version: 1})
}

// CallSystems makes the calls that are due. It is safe to repeat and to run on
// several nodes: each takes a call by moving on its time.
func (s *Service) CallSystems(ctx context.Context) error {
	if s.call == nil {
		return nil
	}
	var ids []string
	err := s.ledger.Read(ctx).Model(&Delivery{}).Where("state IN ? AND next_at <= ?", []string{CallQueued, CallFailed}, s.ledger.Now()).
		Order("next_at, id").Limit(callsAtOnce).Pluck("id", &ids).Error
	if err != nil {
		return fmt.Errorf("list calls: %w", err)
	}
	var errs []error
	for _, id := range ids {
		if err := s.callOne(ctx, id); err != nil && !errors.Is(err, errNothing) {
			errs = append(errs, fmt.Errorf("call %s: %w", id, err))
		}
	}
	return errors.Join(errs...)
}

// outgoing is a call that was begun.
type outgoing struct {
	url     string
	attempt int64
	header  map[string]string
	body    []byte
}

func (s *Service) callOne(ctx context.Context, id string) error {
	var out *outgoing
	err := s.ledger.Write(ctx, connector, func(tx *gorm.DB) ([]audit.Event, error) {
		var d Delivery
		out = nil
		err := tx.Where("id = ? AND state IN ? AND next_at <= ?", id, []string{CallQueued, CallFailed}, s.ledger.Now()).Limit(1).Find(&d).Error
		if err != nil || d.ID == "" {
			return nil, errors.Join(err, errNothing)
		}
		var events []audit.Event
		out, events, err = s.beginCall(tx, &d)
		return events, err
	})
	if err != nil || out == nil {
		return err
	}
	status, fault := s.call(ctx, out.url, out.header, out.body)
	if ctx.Err() != nil {
		return ctx.Err() // the program ends; due again soon
	}
	return s.noteCall(context.WithoutCancel(ctx), id, out.attempt, status, fault)
}

// beginCall makes what is sent, and notes the attempt before it is made: the
// system may answer before the call returns.
func (s *Service) beginCall(tx *gorm.DB, d *Delivery) (*outgoing, []audit.Event, error) {
	var t Task
	var y System
	var r Request
	if err := errors.Join(found(tx.Where("id = ?", d.TaskID).Take(&t).Error), found(tx.Where("id = ?", d.SystemID).Take(&y).Error), found(tx.Where("id = ?", d.RequestID).Take(&r).Error)); err != nil {
		return nil, nil, err
	}
	if why := s.uncallable(r, t, y); why != "" {
		events, err := s.giveUp(tx, &r, d, why)
		return nil, events, err
	}
	token, err := newSecret()
	if err != nil {
		return nil, nil, err
	}
	now := s.ledger.Now()
	next := now.Add(callHolding)
	body, err := s.callText(tx, r, t, y, d.ID, token)
	if err != nil {
		return nil, nil, err
	}
	secret, err := s.master.Unwrap("system/"+y.ID, y.Secret)
	if err != nil {
		return nil, nil, err
	}
	sum := sha256.Sum256(body)
	d.Attempts++
	d.CallbackHash, d.CallbackUsed, d.BodySHA256, d.SentAt, d.NextAt = secretSum(token), nil, hex.EncodeToString(sum[:]), &now, &next
	out := &outgoing{url: y.URL, attempt: d.Attempts, header: callHeader(d.ID, string(secret), now, body), body: body}
	return out, []audit.Event{about("call_sent", &r, d)}, bump(tx, d)
}

// uncallable says why a system must not be called any more.
func (s *Service) uncallable(r Request, t Task, y System) string {
	switch {
	case t.State != TaskOpen || !r.Can(FinishTask):
		return faultOver
	case !y.connected() || y.State != SystemActive || s.master == nil:
		return faultUnset
	case s.publicURL == "":
		return faultNoURL
	case r.Held && t.Kind == DeleteTask:
		return faultHeld
	}
	return ""
}

// callText is the body of a call. Of the person it holds only what the system
// searches by.
func (s *Service) callText(tx *gorm.DB, r Request, t Task, y System, delivery, token string) ([]byte, error) {
	key, err := s.key(tx, r.ID)
	if err != nil {
		return nil, err
	}
	o := &opener{key: key}
	body := callBody{Version: 1, Delivery: delivery, Request: r.Number, Task: t.ID, Action: t.Kind, System: y.Name, Due: t.Due,
		Identifiers: map[Identifier]string{}, Instructions: o.open("task/"+t.ID+"/instructions", t.Instructions), Callback: s.publicURL + "/api/requests/callbacks/" + token}
	for _, p := range personWords(y, r, o) {
		body.Identifiers[p.By] = p.Text
	}
	if t.Kind == CorrectTask {
		body.Details = o.open("details", r.Details)
	}
	if o.err != nil {
		return nil, o.err
	}
	return json.Marshal(body)
}

// callHeader signs a body: HMAC-SHA-256, with the system's secret, of the time
// in seconds, a dot and the body.
func callHeader(delivery, secret string, now time.Time, body []byte) map[string]string {
	at := strconv.FormatInt(now.Unix(), 10)
	return map[string]string{"Content-Type": "application/json", "User-Agent": "Hegui", "Hegui-Delivery": delivery, "Hegui-Timestamp": at,
		"Hegui-Signature": "v1=" + Signature(secret, at, body)}
}

// Signature is what a system compares with the signature of a call, in hex.
func Signature(secret, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(timestamp + "."))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

// noteCall keeps how an attempt ended, unless the system answered already.
func (s *Service) noteCall(ctx context.Context, id string, attempt int64, status int, fault string) error {
	return s.ledger.Write(ctx, connector, func(tx *gorm.DB) ([]audit.Event, error) {
		var d Delivery
		if err := tx.Where("id = ?", id).Take(&d).Error; err != nil {
			return nil, fmt.Errorf("read call: %w", err)
		}
		if d.Attempts != attempt || d.State != CallQueued && d.State != CallFailed {
			return nil, errNothing
		}
		var r Request
		if err := tx.Where("id = ?", d.RequestID).Take(&r).Error; err != nil {
			return nil, fmt.Errorf("read request of call: %w", err)
		}
		d.Status = int64(status)
		if fault == "" {
			d.State, d.Fault, d.NextAt = CallSent, "", nil
			return []audit.Event{about("call_taken", &r, &d)}, bump(tx, &d)
		}
		if fault == faultForbid || int(d.Attempts) > len(callPauses) {
			return s.giveUp(tx, &r, &d, fault)
		}
		next := s.ledger.Now().Add(callPauses[d.Attempts-1])
		d.State, d.Fault, d.NextAt = CallFailed, fault, &next
		return []audit.Event{about("call_failed", &r, &d)}, bump(tx, &d)
	})
}

// giveUp ends a delivery; its callback is no use any more.
func (s *Service) giveUp(tx *gorm.DB, r *Request, d *Delivery, fault string) ([]audit.Event, error) {
	d.State, d.Fault, d.NextAt, d.CallbackHash = CallGivenUp, fault, nil, ""
	return []audit.Event{about("call_given_up", r, d)}, bump(tx, d)
}

// bump writes a delivery in its next version.
func bump(tx *gorm.DB, d *Delivery) error {
	d.Version++
	return save(tx, d, d.Version-1)
}

// newSecret is 256 random bits in hex.
func newSecret() (string, error) {
	b := make([]byte, 32)
	if _, err := rand.Read(b); err != nil {
		return "", fmt.Errorf("draw a secret: %w", err)
	}
	return hex.EncodeToString(b), nil
}

func secretSum(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// MakeSecret gives a system a new secret by which its calls are signed. It is
// shown this once; the one before holds no more.
func (s *Service) MakeSecret(ctx context.Context, by actor.Actor, id string, version int64) (secret string, y System, err error) {
	if !by.May(actor.SetRequests) {
		return "", y, problem.New(problem.Forbidden, "error.role")
	}
	if s.master == nil {
		return "", y, errNoMaster
	}
	if secret, err = newSecret(); err != nil {
		return "", y, err
	}
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		y = System{}
		if err := takeSystem(tx, by, id, &y); err != nil {
			return nil, err
		}
		if !by.AllServices && (len(y.Services) == 0 || !sees(by, y.Services)) {
			return nil, problem.New(problem.Forbidden, "request.rule.all")
		}
		if y.Reach != ByWebhook {
			return nil, problem.New(problem.Conflict, "connector.manual")
		}
		sealed, err := s.master.Wrap("system/"+y.ID, []byte(secret))
		if err != nil {
			return nil, err
		}
		y.Secret, y.ChangedAt, y.Version = sealed, s.ledger.Now(), version+1
		return []audit.Event{systemEvent("secret_made", &y)}, save(tx, &y, version)
	})
	return secret, y, err
}

// CallAgain calls the system of a task anew; calls before are over.
func (s *Service) CallAgain(ctx context.Context, by actor.Actor, task string) error {
	_, err := s.onTask(ctx, by, task, 0, "call_again", func(x *step, y System, t *Task) error {
		if x.call == nil || !y.connected() || y.State != SystemActive || t.State != TaskOpen {
			return problem.New(problem.Conflict, "connector.not_now")
		}
		if err := x.endCalls(t); err != nil {
			return err
		}
		return x.callSystem(y, t)
	})
	return err
}

// endCalls ends the calls of a task that were not answered.
func (x *step) endCalls(t *Task) error {
	var list []Delivery
	if err := x.tx.Where("task_id = ? AND state <> ? AND callback_used IS NULL", t.ID, CallAnswered).Order("id").Find(&list).Error; err != nil {
		return fmt.Errorf("read calls: %w", err)
	}
	for n := range list {
		d := &list[n]
		if d.State == CallGivenUp {
			continue
		}
		d.State, d.Fault, d.NextAt, d.CallbackHash = CallGivenUp, faultAgain, nil, ""
		d.Version++
		if err := x.store(d); err != nil {
			return err
		}
	}
	return nil
}
