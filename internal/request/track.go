package request

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/file"
	"hegui/internal/problem"
	"hegui/internal/request/clock"
)

// Tracked is a request as the person sees it through their link: what they
// said, what was written to them, and nothing of the staff's.
type Tracked struct {
	Request
	Said     Said
	Reading  clock.Reading
	Messages []Spoken // oldest first
	Files    []FileWords
	Pause    *PauseWords // while it waits for the person
	Code     *Code       // the latest that was sent
	Proofs   int         // files that show who they are
	Codes    bool        // a code can be sent
}

// Track gives the request that a token opens.
func (s *Service) Track(ctx context.Context, token string) (t Tracked, err error) {
	db := s.ledger.Read(ctx)
	if t.Request, err = s.byToken(db, token); err != nil {
		return t, err
	}
	var (
		messages []Message
		pauses   []Pause
		files    []Attachment
		codes    []Code
		letters  []Letter
	)
	own := func() *gorm.DB { return s.ledger.Read(ctx).Where("request_id = ?", t.ID) }
	err = errors.Join(
		own().Where("direction <> ?", Internal).Order("id DESC").Limit(maxTalk).Find(&messages).Error,
		own().Order("id").Find(&pauses).Error,
		own().Where("deleted_at IS NULL AND (created_by = '' OR for_person)").Order("id").Limit(maxTalk).Find(&files).Error,
		own().Order("id DESC").Limit(1).Find(&codes).Error,
		own().Order("id DESC").Limit(maxTalk).Find(&letters).Error)
	if err != nil {
		return t, fmt.Errorf("read request: %w", err)
	}
	slices.Reverse(messages)
	book, err := s.rules.Get(ctx)
	if err != nil {
		return t, err
	}
	t.Reading = clock.Read(t.course(pauses), book.calendar, s.Today())
	t.Codes = s.carrier != nil && t.codeWanted()
	if len(codes) > 0 {
		t.Code = &codes[0]
	}
	return t, s.openTracked(ctx, &t, messages, letters, pauses, files)
}

// maxTalk bounds messages and files of one request on its page.
const maxTalk = 200

func (s *Service) openTracked(ctx context.Context, t *Tracked, messages []Message, letters []Letter, pauses []Pause, files []Attachment) error {
	key, err := s.key(s.ledger.Read(ctx), t.ID)
	if err != nil {
		return err
	}
	o := &opener{key: key}
	t.Said = Said{o.open("name", t.Name), o.open("contact", t.Contact), o.open("account", t.Account), o.open("details", t.Details), o.open("words", t.Words)}
	for _, m := range messages {
		t.Messages = append(t.Messages, Spoken{Message: m, Text: o.open("message/"+m.ID, m.Body)})
	}
	titled(t.Messages, letters, o.open)
	for _, f := range files {
		t.Files = append(t.Files, FileWords{f, o.open("file/"+f.ID+"/name", f.Name)})
		if f.Purpose == ForProof || f.Purpose == ForMandate {
			t.Proofs++
		}
	}
	for _, p := range pauses {
		if p.UntilAt == nil {
			t.Pause = &PauseWords{p, o.open("pause/"+p.ID+"/words", p.Words)}
		}
	}
	return o.err
}

// own does something for the person whose request a token opens.
func (s *Service) own(ctx context.Context, token string, do func(tx *gorm.DB, r *Request) ([]audit.Event, error)) error {
	return s.ledger.Write(ctx, actor.Public(), func(tx *gorm.DB) ([]audit.Event, error) {
		r, err := s.byToken(tx, token)
		if err != nil {
			return nil, err
		}
		return do(tx, &r)
	})
}

// Reply writes down what the person says on their page. A request that waited
// for them goes on.
func (s *Service) Reply(ctx context.Context, token, body string) error {
	var f problem.Fields
	word(&f, "body", &body, maxText, true)
	if err := f.Err(); err != nil {
		return err
	}
	return s.own(ctx, token, func(tx *gorm.DB, r *Request) ([]audit.Event, error) {
		if r.Messages >= maxTalk {
			return nil, problem.Field(problem.TooMany, "body", "portal.reply.full")
		}
		return s.HearTx(tx, actor.Public(), r, Portal, body)
	})
}

// TakeBack ends a request because the person does not want it any more.
func (s *Service) TakeBack(ctx context.Context, token string) error {
	return s.own(ctx, token, func(tx *gorm.DB, r *Request) ([]audit.Event, error) {
		checking := r.State == Checking || r.ResumeTo == Checking
		return s.move(tx, actor.Public(), r, 0, Close, "withdrawn", func(x *step) error {
			x.r.CloseReason = Withdrawn
			if err := x.endPause(); err != nil {
				return err
			}
			if checking {
				x.r.IdentityState = IdentityWanted
				if err := x.endCheck(IdentityFailed, string(Withdrawn), ""); err != nil {
					return err
				}
			}
			return x.conclude(Closed, inLanguage(r.Language, "已按您的要求撤回本请求。", "We have withdrawn this request, as you asked."))
		})
	})
}

// inLanguage picks the words in the language of a request's letters.
func inLanguage(language, zh, en string) string {
	if language == "en" {
		return en
	}
	return zh
}

// Limits of the files that come in by the portal.
const (
	MaxPortalFile  = 10 << 20 // bytes of one
	MaxPortalFiles = 5        // at once
	maxOwnFiles    = 30       // of one request
)

// portalTypes are the media types that the portal takes: what scans, pictures
// and letters are.
var portalTypes = []string{"application/pdf", "image/jpeg", "image/png", "image/webp", "image/heic", "image/heif", "text/plain",
	"application/msword", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}

// Bring keeps a file of the person with their request.
func (s *Service) Bring(ctx context.Context, token string, purpose Purpose, name string, content io.Reader) error {
	if !slices.Contains([]Purpose{ForRequest, ForProof, ForMandate, ForMessage}, purpose) {
		return problem.Field(problem.Invalid, "purpose", "request.choose")
	}
	r, err := s.byToken(s.ledger.Read(ctx), token)
	if err != nil {
		return err
	}
	if _, err := r.Next(AddFile); err != nil {
		return err
	}
	if (purpose == ForProof || purpose == ForMandate) && !r.proofWanted() {
		purpose = ForMessage
	}
	var n int64
	if err := s.ledger.Read(ctx).Model(&Attachment{}).Where("request_id = ? AND created_by = ''", r.ID).Count(&n).Error; err != nil {
		return fmt.Errorf("count files: %w", err)
	}
	if n >= maxOwnFiles {
		return problem.Field(problem.TooMany, "file", "portal.file.full", "max", maxOwnFiles)
	}
	arrived, err := s.Receive(ctx, actor.Public(), r, Attached{Purpose: purpose, Name: name}, &limited{r: content, left: MaxPortalFile})
	if err != nil {
		return err
	}
	err = s.keepBrought(ctx, token, arrived)
	s.Drop(ctx, arrived, err != nil)
	return err
}

func (s *Service) keepBrought(ctx context.Context, token string, arrived *Incoming) error {
	media, _, _ := strings.Cut(arrived.row.MediaType, ";")
	if !slices.Contains(portalTypes, media) {
		return problem.Field(problem.Invalid, "file", "portal.file.type")
	}
	proof := arrived.row.Purpose == ForProof || arrived.row.Purpose == ForMandate
	return s.own(ctx, token, func(tx *gorm.DB, r *Request) ([]audit.Event, error) {
		events, err := s.goOn(tx, r)
		if err != nil {
			return nil, err
		}
		if proof && r.State == Received {
			started, err := s.move(tx, actor.Public(), r, 0, Check, "check_started", func(x *step) error { return x.startCheck() })
			if err != nil {
				return nil, err
			}
			events = append(events, started...)
		}
		kept, err := s.move(tx, actor.Public(), r, 0, AddFile, "file_added", func(x *step) error {
			arrived.row.DeleteOn = x.proofEnds(arrived.row.Purpose)
			_, rows, err := x.KeepTx(x.tx, arrived)
			x.rows = append(x.rows, rows...)
			if err != nil || arrived.row.Purpose == ForRequest {
				return err
			}
			x.r.Unread++
			return x.tellStaff(PersonWrote, x.r.audience(x.book)...)
		})
		return append(events, kept...), err
	})
}

// proofWanted says that documents which show who the person is are of use now.
func (r Request) proofWanted() bool {
	return r.Open() && (r.IdentityState == IdentityWanted || r.IdentityState == IdentityOpen)
}

// OwnFile opens a file that the staff gave the person, by the person's token.
func (s *Service) OwnFile(ctx context.Context, token, id string) (f FileWords, content io.Reader, err error) {
	err = s.own(ctx, token, func(tx *gorm.DB, r *Request) ([]audit.Event, error) {
		if err := found(tx.Where("id = ? AND request_id = ? AND for_person AND blob_id IS NOT NULL", id, r.ID).Take(&f.Attachment).Error); err != nil {
			return nil, err
		}
		return []audit.Event{about("file_fetched", r)}, nil
	})
	if err != nil {
		return f, nil, err
	}
	f.FileName, content, err = s.OpenFile(ctx, f.Attachment)
	return f, content, err
}

// CleanFileName is the name under which a file is shown.
func CleanFileName(name string) string { return file.CleanName(name) }

// limited refuses a content that goes on beyond its limit.
type limited struct {
	r    io.Reader
	left int64
}

// Read reads on.
func (l *limited) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return n, problem.Field(problem.TooLarge, "file", "portal.file.large", "max", MaxPortalFile>>20)
	}
	return n, err
}
