package request

import (
	"bytes"
	"context"
	"crypto/subtle"
	"fmt"

	"gorm.io/gorm"

	"hegui/internal/audit"
	"hegui/internal/problem"
)

// SystemAnswer is what a system says through its callback.
type SystemAnswer struct {
	Report
	Files []AnsweredFile
}

// AnsweredFile is a file that a system gives.
type AnsweredFile struct {
	Name    string
	Content []byte
}

// MaxAnswered is how many files one answer may bring.
const MaxAnswered = 20

// Answerable says whether an answer with the token would be taken, so that
// nothing large is read for a stranger; errors are those of Answered.
func (s *Service) Answerable(ctx context.Context, token string) error {
	_, err := s.byCallback(s.ledger.Read(ctx), token)
	return err
}

// Answered takes the answer of a system. The token, which the call brought,
// can be used once and for a month: NotFound for one that is none or too old,
// Conflict for one that was used. An answer that is wrong leaves it good.
func (s *Service) Answered(ctx context.Context, token string, in SystemAnswer) error {
	if len(in.Files) > MaxAnswered {
		return problem.Field(problem.Invalid, "files", "connector.files.many", "max", MaxAnswered)
	}
	d, err := s.byCallback(s.ledger.Read(ctx), token)
	if err != nil {
		return err
	}
	var r Request
	if err := found(s.ledger.Read(ctx).Where("id = ?", d.RequestID).Take(&r).Error); err != nil {
		return err
	}
	if _, err := r.Next(FinishTask); err != nil {
		return err
	}
	var arrived []*Incoming
	failed := true
	defer func() {
		for _, one := range arrived {
			s.Drop(context.WithoutCancel(ctx), one, failed)
		}
	}()
	for _, f := range in.Files {
		one, err := s.Receive(ctx, connector, r, Attached{Purpose: ForTask, TaskID: d.TaskID, Name: f.Name}, bytes.NewReader(f.Content))
		if err != nil {
			return err
		}
		arrived = append(arrived, one)
	}
	err = s.ledger.Write(ctx, connector, func(tx *gorm.DB) ([]audit.Event, error) { return s.takeAnswer(tx, token, in, arrived) })
	failed = err != nil
	return err
}

func (s *Service) takeAnswer(tx *gorm.DB, token string, in SystemAnswer, arrived []*Incoming) ([]audit.Event, error) {
	d, err := s.byCallback(tx, token)
	if err != nil {
		return nil, err
	}
	return s.onTaskTx(tx, connector, d.TaskID, 0, "task_done", func(x *step, y System, t *Task) error {
		for _, one := range arrived {
			_, rows, err := x.KeepTx(x.tx, one)
			if err != nil {
				return err
			}
			x.rows = append(x.rows, rows...)
		}
		d.State, d.Fault, d.NextAt, d.CallbackUsed, d.AnsweredAt = CallAnswered, "", nil, &x.now, &x.now
		if err := bump(x.tx, &d); err != nil {
			return err
		}
		x.events = append(x.events, about("call_answered", x.r, &d))
		return x.report(y, t, in.Report)
	})
}

// byCallback finds the delivery that a token answers.
func (s *Service) byCallback(db *gorm.DB, token string) (d Delivery, err error) {
	hash := secretSum(token)
	if err := db.Session(&gorm.Session{NewDB: true}).Where("callback_hash = ?", hash).Limit(1).Find(&d).Error; err != nil {
		return d, fmt.Errorf("read call: %w", err)
	}
	if subtle.ConstantTimeCompare([]byte(d.CallbackHash), []byte(hash)) != 1 || d.SentAt == nil || s.ledger.Now().Sub(*d.SentAt) > answerTime {
		return Delivery{}, problem.New(problem.NotFound, "connector.unknown")
	}
	if d.CallbackUsed != nil {
		return Delivery{}, problem.New(problem.Conflict, "connector.used")
	}
	return d, nil
}
