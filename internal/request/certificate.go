package request

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"hegui/internal/day"
	"hegui/internal/problem"
	"hegui/internal/request/vault"
)

// Deletion is what a certificate states: what was deleted where, and what is
// kept why. It names nobody, and is signed as it is stored.
type Deletion struct {
	Version   int         `json:"version"`
	Number    string      `json:"request"`
	Kind      Kind        `json:"kind"`
	Received  day.Date    `json:"received"`
	Certified time.Time   `json:"certified_at"`
	Systems   []DeletedIn `json:"systems"`
}

// DeletedIn is what one system did.
type DeletedIn struct {
	System       string     `json:"system"`
	Result       Result     `json:"result"`
	At           *time.Time `json:"at"`
	Confirmed    bool       `json:"confirmed_by_second_person"`
	Kept         Basis      `json:"kept_basis,omitempty"`
	KeptUntil    day.Date   `json:"kept_until,omitempty"`
	BackupsUntil day.Date   `json:"backups_until,omitempty"`
}

// CertificateWords is a certificate with what it states. Code is none for
// those who must not know it.
type CertificateWords struct {
	Certificate
	Deletion
	Code string
}

const certificateUse = "certificate of deletion"

// certify issues the certificate of a deletion that is through in every
// system, and gives the words that tell the person its code. Without tasks
// there is nothing to certify.
func (x *step) certify() (string, error) {
	r := x.r
	if !r.Deletes() || r.Tasks == 0 {
		return "", nil
	}
	if x.master == nil {
		return "", errNoMaster
	}
	systems, err := x.deletedIn()
	if err != nil || len(systems) == 0 {
		return "", err
	}
	statement, err := json.Marshal(Deletion{Version: 1, Number: r.Number, Kind: r.Kind, Received: day.Of(r.ReceivedAt), Certified: x.now, Systems: systems})
	if err != nil {
		return "", fmt.Errorf("write certificate: %w", err)
	}
	c := &Certificate{ID: x.ledger.NewID(), RequestID: r.ID, ServiceID: r.ServiceID, Statement: string(statement),
		Signature: base64.StdEncoding.EncodeToString(x.master.Sign(certificateUse, statement)), KeyName: x.master.PublicKey(), IssuedBy: x.by.ID, IssuedAt: x.now}
	code := x.certificateCode(c.ID)
	c.CodeHash = codeSum(code)
	if err := x.create(c); err != nil {
		return "", err
	}
	if r.Language == "en" {
		return "\n\nYour certificate of deletion can be checked by anybody on the page “Check a certificate” (/portal/certificate) with the code " + code + ".", nil
	}
	return "\n\n您可以在“删除证明查验”页面（/portal/certificate）凭查验码 " + code + " 核对本次删除证明。", nil
}

// deletedIn says what each system did.
func (x *step) deletedIn() ([]DeletedIn, error) {
	list, err := x.taskList()
	if err != nil {
		return nil, err
	}
	systems, err := systemsIn(x.tx)
	if err != nil {
		return nil, err
	}
	var out []DeletedIn
	for _, t := range list {
		if t.State != TaskDone || t.Kind != DeleteTask {
			continue
		}
		for _, y := range systems {
			if y.ID == t.SystemID {
				out = append(out, y.deleted(t))
			}
		}
	}
	return out, nil
}

func (y System) deleted(t Task) DeletedIn {
	d := DeletedIn{System: y.Name, Result: t.Result, At: t.DoneAt, Confirmed: t.SecondBy != "", Kept: Basis(t.Basis), KeptUntil: t.KeptUntil}
	if t.Result == DoneSo && y.BackupDays > 0 && t.DoneAt != nil {
		d.BackupsUntil = day.Of(*t.DoneAt).Add(int(y.BackupDays))
	}
	return d
}

// certificateCode is the code by which a certificate is checked: 100 bits that
// only the master key gives.
func (s *Service) certificateCode(id string) string {
	sum, err := hex.DecodeString(s.master.Hash("certificate code", id))
	if err != nil {
		return "" // a hash is hex
	}
	text := base32.StdEncoding.EncodeToString(sum)[:20]
	return strings.Join([]string{text[:5], text[5:10], text[10:15], text[15:]}, "-")
}

// codeSum is what is stored of a code, however it is typed.
func codeSum(code string) string {
	plain := strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '2' && r <= '7' {
			return r
		}
		return -1
	}, strings.ToUpper(code))
	sum := sha256.Sum256([]byte(plain))
	return hex.EncodeToString(sum[:])
}

// certificatesOf gives the certificates of a request.
func (s *Service) certificatesOf(ctx context.Context, request string, masked bool) ([]CertificateWords, error) {
	var list []Certificate
	if err := s.ledger.Read(ctx).Where("request_id = ?", request).Order("id").Limit(20).Find(&list).Error; err != nil {
		return nil, fmt.Errorf("read certificates: %w", err)
	}
	out := make([]CertificateWords, len(list))
	for n, c := range list {
		out[n].Certificate = c
		if err := json.Unmarshal([]byte(c.Statement), &out[n].Deletion); err != nil {
			return nil, fmt.Errorf("read certificate %s: %w", c.ID, err)
		}
		if !masked && s.master != nil {
			out[n].Code = s.certificateCode(c.ID)
		}
	}
	return out, nil
}

// CheckedCertificate is what anybody learns who has the code of a certificate.
type CheckedCertificate struct {
	CertificateWords
	Genuine bool // the signature is this installation's and fits
}

// CheckCertificate looks a certificate up by its code. A code that fits none
// is Invalid.
func (s *Service) CheckCertificate(ctx context.Context, code string) (c CheckedCertificate, err error) {
	var f problem.Fields
	word(&f, "code", &code, maxName, true)
	if err := f.Err(); err != nil {
		return c, err
	}
	if err := s.ledger.Read(ctx).Where("code_hash = ?", codeSum(code)).Limit(1).Find(&c.Certificate).Error; err != nil {
		return c, fmt.Errorf("find certificate: %w", err)
	}
	if c.ID == "" {
		return c, problem.Field(problem.Invalid, "code", "fulfil.certificate.unknown")
	}
	signature, err := base64.StdEncoding.DecodeString(c.Signature)
	c.Genuine = err == nil && vault.Signed(c.KeyName, certificateUse, []byte(c.Statement), signature) && (s.master == nil || s.master.PublicKey() == c.KeyName)
	if err := json.Unmarshal([]byte(c.Statement), &c.Deletion); err != nil {
		c.Genuine = false
	}
	return c, nil
}
