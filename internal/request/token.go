package request

import (
	"context"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/problem"
)

// Token lets the provider's own app hand in requests about some services. The
// secret itself is stored nowhere.
type Token struct {
	ID        string
	Name      string
	Hash      string   `ledger:"hash"` // SHA-256 of the secret, in hex
	Services  []string `gorm:"serializer:json"`
	CreatedBy string
	CreatedAt time.Time
	RevokedBy string
	RevokedAt *time.Time
	Version   int64
}

// TableName is the table of tokens.
func (Token) TableName() string { return "request_token" }

// tokenPrefix tells a secret from others, for people and for scanners.
const tokenPrefix = "hegui_"

func tokenEvent(verb string, t *Token) audit.Event {
	return audit.Event{Action: "request_token." + verb, Object: object("request_token", t.ID), Label: t.Name, Rows: []any{t}}
}

// Actor is who the ledger names for what came in with a token.
func (t Token) Actor() actor.Actor {
	return actor.Actor{ID: "token:" + t.ID, Kind: actor.KindPublic, Name: t.Name}
}

// TokenUse is a token with when a request last came in with it, or none.
type TokenUse struct {
	Token
	LastUsed *time.Time
}

// maxTokens is how many tokens are listed.
const maxTokens = 100

// Tokens lists the tokens, those in force first, the newest before the others.
// When one was used last the ledger knows.
func (s *Service) Tokens(ctx context.Context, by actor.Actor) ([]TokenUse, error) {
	if !by.May(actor.ManageSettings) {
		return nil, problem.New(problem.Forbidden, "error.role")
	}
	var list []Token
	if err := s.ledger.Read(ctx).Order("CASE WHEN revoked_at IS NULL THEN 0 ELSE 1 END, id DESC").Limit(maxTokens).Find(&list).Error; err != nil {
		return nil, fmt.Errorf("read tokens: %w", err)
	}
	out := make([]TokenUse, len(list))
	for i, t := range list {
		out[i].Token = t
		last, err := s.ledger.Find(ctx, audit.Filter{Actor: t.Actor().ID, Limit: 1})
		if err != nil {
			return nil, err
		}
		if len(last) > 0 {
			out[i].LastUsed = &last[0].At
		}
	}
	return out, nil
}

// IssueToken makes a token for some services and gives its secret, which
// cannot be read again.
func (s *Service) IssueToken(ctx context.Context, by actor.Actor, name string, services []string) (t Token, secret string, err error) {
	if !by.May(actor.ManageSettings) {
		return t, "", problem.New(problem.Forbidden, "error.role")
	}
	var f problem.Fields
	word(&f, "name", &name, maxName, true)
	if len(services) == 0 {
		f.Add("services", "request.choose")
	}
	for _, id := range services {
		if s.known(ctx, actor.System("tokens"), id) != nil {
			f.Add("services", "request.choose")
		}
	}
	if err := f.Err(); err != nil {
		return t, "", err
	}
	secret = tokenPrefix + hex.EncodeToString(s.ledger.Secret(32))
	t = Token{ID: s.ledger.NewID(), Name: name, Hash: trackHash(secret), Services: services, CreatedBy: by.ID, CreatedAt: s.ledger.Now(), Version: 1}
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		return []audit.Event{tokenEvent("issued", &t)}, tx.Create(&t).Error
	})
	return t, secret, err
}

// RevokeToken ends a token at once.
func (s *Service) RevokeToken(ctx context.Context, by actor.Actor, id string) error {
	if !by.May(actor.ManageSettings) {
		return problem.New(problem.Forbidden, "error.role")
	}
	return s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		var t Token
		if err := found(tx.Where("id = ?", id).Take(&t).Error); err != nil {
			return nil, err
		}
		if t.RevokedAt != nil {
			return nil, problem.New(problem.Conflict, "portal.token.revoked")
		}
		now := s.ledger.Now()
		t.RevokedBy, t.RevokedAt = by.ID, &now
		shown := t.Version
		t.Version++
		return []audit.Event{tokenEvent("revoked", &t)}, save(tx, &t, shown)
	})
}

// holder finds the token with a secret; Unauthenticated when there is none
// that is valid.
func (s *Service) holder(ctx context.Context, secret string) (t Token, err error) {
	hash := trackHash(secret)
	if err := s.ledger.Read(ctx).Where("hash = ?", hash).Limit(1).Find(&t).Error; err != nil {
		return t, fmt.Errorf("read token: %w", err)
	}
	if subtle.ConstantTimeCompare([]byte(t.Hash), []byte(hash)) != 1 || t.RevokedAt != nil || !strings.HasPrefix(secret, tokenPrefix) {
		return Token{}, problem.New(problem.Unauthenticated, "portal.token.unknown")
	}
	return t, nil
}

// maxIdempotencyKey is the longest idempotency key, in bytes.
const maxIdempotencyKey = 128

// HandIn takes a request from the provider's app. The same key gives the same
// request again; with another content it is Conflict.
func (s *Service) HandIn(ctx context.Context, secret, key string, in Intake) (Receipt, error) {
	t, err := s.holder(ctx, secret)
	if err != nil {
		return Receipt{}, err
	}
	switch {
	case s.master == nil:
		return Receipt{}, errNoMaster
	case key == "" || len(key) > maxIdempotencyKey:
		return Receipt{}, problem.Field(problem.Invalid, "idempotency_key", "portal.api.key", "max", maxIdempotencyKey)
	case !slices.Contains(t.Services, in.ServiceID):
		return Receipt{}, problem.Field(problem.Invalid, "service", "request.choose")
	}
	in.Channel, in.OwnerID, in.ReceivedOn = API, "", ""
	got, err := s.file(ctx, t.Actor(), s.master.Hash("handed in", t.ID+"/"+key), in, Proof{})
	if err != nil || !got.Again {
		return got, err
	}
	said, err := s.Texts(s.ledger.Read(ctx), got.Request)
	if err != nil {
		return Receipt{}, err
	}
	if got.Kind != in.Kind || got.ServiceID != in.ServiceID || got.Requester != in.Requester || !said.repeats(in) {
		return Receipt{}, problem.New(problem.Conflict, "portal.api.other")
	}
	return got, nil
}

// repeats says whether a person says the same again.
func (s Said) repeats(in Intake) bool {
	return s.Name == strings.TrimSpace(in.Name) && s.Contact == strings.TrimSpace(in.Contact) && s.Account == strings.TrimSpace(in.Account) &&
		s.Details == strings.TrimSpace(in.Details)
}

// Holds gives what, if the secret is that of a valid token: who has none
// learns nothing else.
func (s *Service) Holds(ctx context.Context, secret string, what error) error {
	if _, err := s.holder(ctx, secret); err != nil {
		return err
	}
	return what
}
