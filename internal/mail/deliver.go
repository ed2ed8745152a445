package mail

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	netmail "net/mail"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"
	"gorm.io/gorm"
)

// pauses are the times between attempts; after the last one a message is given
// up, some two days after it was queued.
var pauses = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour, 8 * time.Hour, 12 * time.Hour, 24 * time.Hour}

const (
	atOnce   = 50               // messages of one delivery
	patience = 20 * time.Second // for the server, per step
	holding  = 10 * time.Minute // a message taken by a node that ended is due again after this
	keepFor  = 30 * 24 * time.Hour
)

// Deliver sends what is due and drops what is over. It is safe to repeat and
// to run on several nodes: each takes a message by moving on its due time.
func (s *Service) Deliver(ctx context.Context) error {
	if err := s.drop(ctx); err != nil || !s.Ready() {
		return err
	}
	var ids []string
	err := s.ledger.Read(ctx).Model(&outgoing{}).Where("state = ? AND due <= ?", queued, s.ledger.Now()).Order("due, id").Limit(atOnce).Pluck("id", &ids).Error
	if err != nil {
		return fmt.Errorf("list mail: %w", err)
	}
	for _, id := range ids {
		reached, err := s.deliver(ctx, id)
		if err != nil || !reached {
			return err // without a server the others need not try
		}
	}
	return nil
}

// drop ends what nobody wants any more.
func (s *Service) drop(ctx context.Context) error {
	now := s.ledger.Now()
	over := "(until IS NOT NULL AND until < ?) OR (state = ? AND created_at < ?)"
	var n int64
	if err := s.ledger.Read(ctx).Model(&outgoing{}).Where(over, now, failed, now.Add(-keepFor)).Count(&n).Error; err != nil || n == 0 {
		return err
	}
	return s.ledger.Unaudited(ctx, "drop mail that is over", func(tx *gorm.DB) error {
		return tx.Where(over, now, failed, now.Add(-keepFor)).Delete(&outgoing{}).Error
	})
}

// deliver sends one message, if this node gets it. It says whether the server
// could be reached.
func (s *Service) deliver(ctx context.Context, id string) (reached bool, err error) {
	var row outgoing
	err = s.ledger.Unaudited(ctx, "take mail", func(tx *gorm.DB) error {
		row = outgoing{}
		now := s.ledger.Now()
		res := tx.Model(&outgoing{}).Where("id = ? AND state = ? AND due <= ?", id, queued, now).Update("due", now.Add(holding))
		if res.Error != nil || res.RowsAffected == 0 {
			return res.Error // another node has it
		}
		return tx.Where("id = ?", id).Take(&row).Error
	})
	if err != nil {
		return false, fmt.Errorf("take mail: %w", err)
	}
	if row.ID == "" {
		return true, nil
	}
	sent := s.uncover(&row)
	if sent != nil {
		sent = errors.Join(errMessage, sent)
	} else {
		sent = s.send(ctx, row)
	}
	if ctx.Err() != nil {
		return false, ctx.Err() // the program ends; due again soon
	}
	if err := s.note(context.WithoutCancel(ctx), row, sent); err != nil {
		return false, err
	}
	return sent == nil || answered(sent), nil
}

// note keeps how an attempt ended.
func (s *Service) note(ctx context.Context, row outgoing, sent error) error {
	err := s.ledger.Unaudited(ctx, "outcome of mail", func(tx *gorm.DB) error {
		if sent == nil {
			return tx.Where("id = ?", row.ID).Delete(&outgoing{}).Error
		}
		change := map[string]any{"attempts": row.Attempts + 1, "reason": short(without(sent.Error(), row.Content.Recipient))}
		if forGood(sent) || row.Attempts >= len(pauses) {
			change["state"] = failed
			change["recipient"], change["subject"], change["body_text"], change["body_html"], change["files"], change["sealed"] = "", "", "", "", "[]", nil
		} else {
			change["due"] = s.ledger.Now().Add(pauses[row.Attempts])
		}
		return tx.Model(&outgoing{}).Where("id = ?", row.ID).Updates(change).Error
	})
	if err != nil {
		return fmt.Errorf("note mail: %w", err)
	}
	if sent != nil {
		s.log.Warn("mail not sent", "mail", row.ID, "attempt", row.Attempts+1, "for_good", forGood(sent))
	}
	return nil
}

// without takes an address out of what a server said about it.
func without(reason, address string) string {
	if address == "" {
		return reason
	}
	return regexp.MustCompile("(?i)"+regexp.QuoteMeta(address)).ReplaceAllLiteralString(reason, "…")
}

func short(s string) string {
	if utf8.RuneCountInString(s) > 300 {
		return string([]rune(s)[:300]) + "…"
	}
	return s
}

// answered says whether the server was there, and only refused this message.
func answered(err error) bool {
	var e *gomail.SendError
	return errors.As(err, &e) && e.ErrorCode() != 0
}

// forGood says whether the server refuses the message and always will (a reply
// of the class 5yz, RFC 5321, 4.2.1), or the message cannot be made.
func forGood(err error) bool {
	var e *gomail.SendError
	return errors.As(err, &e) && e.ErrorCode() >= 500 || errors.Is(err, errMessage)
}

var errMessage = errors.New("mail: message cannot be made")

func (s *Service) send(ctx context.Context, row outgoing) error {
	m, err := s.compose(row)
	if err != nil {
		return errors.Join(errMessage, err)
	}
	c, err := gomail.NewClient(s.server.Hostname(), s.how()...)
	if err != nil {
		return err
	}
	return c.DialAndSendWithContext(ctx, m)
}

// how are the settings of a connection.
func (s *Service) how() []gomail.Option {
	o := []gomail.Option{gomail.WithTimeout(patience), gomail.WithoutNoop(),
		gomail.WithTLSConfig(&tls.Config{ServerName: s.server.Hostname(), MinVersion: tls.VersionTLS12})}
	port := 587
	switch {
	case s.server.Scheme == "smtps":
		o, port = append(o, gomail.WithSSL()), 465
	case s.server.Query().Get("tls") == "off":
		o, port = append(o, gomail.WithTLSPolicy(gomail.NoTLS)), 25
	default:
		o = append(o, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if n, err := strconv.Atoi(s.server.Port()); err == nil {
		port = n
	}
	o = append(o, gomail.WithPort(port))
	if user := s.server.User; user != nil && user.Username() != "" {
		password, _ := user.Password() // none is none
		o = append(o, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(user.Username()), gomail.WithPassword(password))
	}
	return o
}

func (s *Service) compose(row outgoing) (*gomail.Msg, error) {
	m := gomail.NewMsg()
	if err := m.From(s.from); err != nil {
		return nil, err
	}
	if err := m.To(row.Content.Recipient); err != nil {
		return nil, err
	}
	from, err := netmail.ParseAddress(s.from)
	if err != nil {
		return nil, err
	}
	_, domain, _ := strings.Cut(from.Address, "@")
	m.SetMessageIDWithValue(row.ID + "@" + domain)
	m.SetDateWithValue(row.CreatedAt)
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no out-of-office answers, please
	m.Subject(row.Content.Subject)
	m.SetBodyString(gomail.TypeTextPlain, row.Content.BodyText)
	if row.Content.BodyHTML != "" {
		m.AddAlternativeString(gomail.TypeTextHTML, row.Content.BodyHTML)
	}
	for _, f := range row.Content.Files {
		if err := m.AttachReader(f.Name, bytes.NewReader(f.Data), gomail.WithFileContentType(gomail.ContentType(f.Type))); err != nil {
			return nil, err
		}
	}
	return m, nil
}
