package app

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"hegui/internal/account"
	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/checklist"
	"hegui/internal/day"
	"hegui/internal/evidence"
	"hegui/internal/file"
	"hegui/internal/hook"
	"hegui/internal/i18n"
	"hegui/internal/mail"
	"hegui/internal/request"
	"hegui/internal/request/vault"
)

// wireRequests gives requests what they need of other parts, and writes their
// first rules.
func (a *App) wireRequests(ctx context.Context) error {
	a.Requests = request.New(a.Ledger, request.Options{
		Files:     a.Files,
		Catalogue: a.Regulation.Current,
		Able:      a.able,
		Service: func(ctx context.Context, by actor.Actor, service string) error {
			_, err := a.Register.Get(ctx, by, service)
			return err
		},
		Master: a.master,
		Log:    a.Options.Log,
		Sender: a.letterSender,
		Call:   hook.New(a.Config.Connectors(), 0).Post, PublicURL: a.Config.PublicURL,
	})
	a.Requests.FilesWith(a.fileStatement)
	if a.Mail.Ready() {
		a.Requests.CodesWith(a.mailCode)
		a.Requests.OnNote(a.mailNote)
		a.Requests.OnMessage(a.mailNews)
		a.Requests.OnIntake(a.mailReceipt)
	}
	return a.Requests.Ensure(ctx)
}

// letterSender names who writes letters to people, and about which service.
func (a *App) letterSender(ctx context.Context, service string) (organisation, name string, err error) {
	o, _, err := a.Accounts.Organisation(ctx)
	if err != nil {
		return "", "", err
	}
	names, err := a.Register.Names(ctx)
	return o.Name, names[service], err
}

// fileStatement files a monthly statement about requests on the requirements
// of its service. Somebody of the privacy staff vouches for it: the lead, if
// the service is theirs to see.
func (a *App) fileStatement(tx *gorm.DB, lead string, st request.Statement, requirements []string, staged *file.Staged) (string, []audit.Event, error) {
	staff, err := a.Accounts.Able(tx.Statement.Context, actor.HandleRequests, st.ServiceID)
	if err != nil || len(staff) == 0 {
		return "", nil, err
	}
	author := staff[0].ID
	if slices.ContainsFunc(staff, func(one account.Account) bool { return one.ID == lead }) {
		author = lead
	}
	var on []checklist.Assessment
	if err := tx.Where("service_id = ? AND requirement_id IN ? AND applies", st.ServiceID, requirements).Order("id").Find(&on).Error; err != nil || len(on) == 0 {
		return "", nil, err
	}
	targets := make([]evidence.Target, len(on))
	for i, one := range on {
		targets[i] = evidence.Target{AssessmentID: one.ID, ServiceID: one.ServiceID, RequirementID: one.RequirementID}
	}
	item, events, err := a.Evidence.FileTx(tx, author, evidence.Submission{
		Description: evidence.Description{Title: "个人信息权利请求月度报表 Monthly statement on personal data requests " + st.Month, Type: "report",
			CoversFrom: day.Date(st.Month + "-01"), CoversTo: request.LastDay(st.Month)},
		Content: evidence.Content{FileName: "requests-" + st.Month + ".txt"}, Targets: targets}, staged)
	return item.ID, events, err
}

// masterKeyFile stands beside the SQLite database.
const masterKeyFile = "hegui.master-key"

// masterKey finds the master key: in the configuration, or in the data folder,
// where it is made when nothing was encrypted yet. Without the key that the
// stored keys were wrapped with there is none, and requests can be neither
// read nor taken in; everything else works.
func (a *App) masterKey(ctx context.Context) (*vault.Master, error) {
	m, from, err := a.findMasterKey()
	if err != nil {
		return nil, err
	}
	used, err := request.MasterInUse(ctx, a.Ledger)
	if err != nil {
		return nil, err
	}
	switch {
	case m == nil && used != "":
		a.Options.Log.Error("the master key is missing: personal data in requests can be neither read nor taken in; restore it from its backup", "looked_in", from)
	case m == nil && from != "":
		return vault.WriteFile(from)
	case m != nil && used != "" && m.Name() != used:
		a.Options.Log.Error("this is not the master key that personal data in requests was encrypted with: restore the right one", "from", from)
		return nil, nil
	}
	return m, nil
}

// findMasterKey gives the key that there is, and where it comes from; from is
// empty when there is no folder to keep one in.
func (a *App) findMasterKey() (m *vault.Master, from string, err error) {
	if a.Config.MasterKey != "" {
		m, err = vault.ParseMaster(a.Config.MasterKey)
		if err != nil {
			return nil, "", errors.Join(errors.New("master-key: want base64 of 32 bytes"), err)
		}
		return m, "configuration", nil
	}
	path, ok := strings.CutPrefix(a.Config.Database, "sqlite:")
	if !ok {
		return nil, "", nil
	}
	from = filepath.Join(filepath.Dir(path), masterKeyFile)
	m, _, err = vault.ReadFile(from)
	if err != nil {
		return nil, "", fmt.Errorf("master key: %w", err)
	}
	return m, from, nil
}

// mailCode queues the mail with a one-time code.
func (a *App) mailCode(tx *gorm.DB, r *request.Request, to, code string) ([]audit.Event, error) {
	ctx := i18n.With(tx.Statement.Context, r.Language)
	return nil, a.Mail.Queue(tx, mail.Message{To: to, Subject: i18n.T(ctx, "identity.mail.subject", "number", r.Number),
		Text: i18n.T(ctx, "identity.mail.text", "code", code, "number", r.Number, "minutes", request.CodeMinutes), Until: a.Ledger.Now().Add(request.CodeMinutes * time.Minute)})
}

// noticeLife is how long a notice may wait for the mail server; afterwards it
// tells nothing that the pages do not.
const noticeLife = 7 * 24 * time.Hour

// mailedNotes are what staff get by mail: what wants something of them. The
// rest stands on the request's page.
var mailedNotes = []request.Occasion{request.WasRequested, request.WasAssigned, request.DueSoon, request.DueNow, request.PersonWrote,
	request.TaskGiven, request.TaskSecondWanted, request.TasksOver}

// mailNote queues a mail to each of the staff whom a note is for, in their
// language. It holds the number, the day and the link, nothing of the person.
func (a *App) mailNote(tx *gorm.DB, n request.Note) ([]audit.Event, error) {
	if !slices.Contains(mailedNotes, n.Occasion) {
		return nil, nil
	}
	var staff []account.Account
	if err := tx.Where("id IN ? AND disabled_at IS NULL", n.To).Order("id").Find(&staff).Error; err != nil {
		return nil, fmt.Errorf("read whom to mail: %w", err)
	}
	for _, one := range staff {
		if _, ok := mail.ParseAddress(one.Email); !ok {
			continue // the note on the page remains
		}
		ctx := i18n.With(tx.Statement.Context, one.Language)
		text := []string{i18n.T(ctx, "notice.is."+string(n.Occasion), "number", n.Number)}
		if n.Due != "" {
			text = append(text, i18n.T(ctx, "notice.due", "date", i18n.Date(ctx, n.Due)))
		}
		if a.Config.PublicURL != "" {
			text = append(text, strings.TrimSuffix(a.Config.PublicURL, "/")+"/requests/"+n.RequestID)
		}
		if err := a.Mail.Queue(tx, mail.Message{To: one.Email, Subject: i18n.T(ctx, "notice.subject."+string(n.Occasion), "number", n.Number),
			Text: strings.Join(text, "\n\n"), Until: a.Ledger.Now().Add(noticeLife)}); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// mailNews queues a mail that tells a person of a message on their tracking
// page. It holds neither the message nor the secret link.
func (a *App) mailNews(tx *gorm.DB, r *request.Request, to string) ([]audit.Event, error) {
	if _, ok := mail.ParseAddress(to); !ok {
		return nil, nil // the message on the page remains
	}
	ctx := i18n.With(tx.Statement.Context, r.Language)
	return nil, a.Mail.Queue(tx, mail.Message{To: to, Subject: i18n.T(ctx, "notice.news.subject", "number", r.Number),
		Text: i18n.T(ctx, "notice.news.text", "number", r.Number), Until: a.Ledger.Now().Add(noticeLife)})
}

// mailReceipt queues a mail that tells a person that their request arrived,
// what happens next, and by when they are answered. It holds neither what they
// said nor the secret link: anybody may have typed the address.
func (a *App) mailReceipt(tx *gorm.DB, r *request.Request, to string) ([]audit.Event, error) {
	if _, ok := mail.ParseAddress(to); !ok {
		return nil, nil // the receipt on the page remains
	}
	ctx := i18n.With(tx.Statement.Context, r.Language)
	text := []string{i18n.T(ctx, "notice.receipt.text", "number", r.Number), nextStep(ctx, r)}
	if r.Due != "" {
		text = append(text, i18n.T(ctx, "notice.due", "date", i18n.Date(ctx, r.Due)))
	} else {
		text = append(text, i18n.T(ctx, "notice.receipt.later"))
	}
	return nil, a.Mail.Queue(tx, mail.Message{To: to, Subject: i18n.T(ctx, "notice.receipt.subject", "number", r.Number),
		Text: strings.Join(append(text, i18n.T(ctx, "notice.receipt.why")), "\n\n"), Until: a.Ledger.Now().Add(noticeLife)})
}

// nextStep says what happens next with a request that has just arrived.
func nextStep(ctx context.Context, r *request.Request) string {
	switch {
	case r.IdentityState == request.IdentityNotNeeded:
		return i18n.T(ctx, "notice.receipt.work")
	case r.TrackHash == "": // without a page of its own
		return i18n.T(ctx, "notice.receipt.asked")
	}
	return i18n.T(ctx, "notice.receipt.check")
}
