package app

import (
	"context"

	"gorm.io/gorm"

	"hegui/internal/account"
	"hegui/internal/actor"
	"hegui/internal/mail"
	"hegui/internal/problem"
	"hegui/internal/report"
	"hegui/web"
)

// workbookType is the media type of XLSX.
const workbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// wireReports lets reports be handed to people without an account.
func (a *App) wireReports() {
	a.Reports = report.New(a.Ledger, report.Options{
		Hash:          a.Accounts.Hash,
		Matches:       account.Matches,
		CheckPassword: account.ValidatePassword,
		Maker:         a.maker,
		Address:       mail.ParseAddress,
		MailReady:     a.Mail.Ready,
		Queue: func(tx *gorm.DB, to string, l report.Letter) error {
			m := mail.Message{To: to, Subject: l.Subject, Text: l.Text}
			if l.Name != "" {
				m.Files = []mail.File{{Name: l.Name, Type: workbookType, Data: l.Book}}
			}
			return a.Mail.Queue(tx, m)
		},
		Render: func(ctx context.Context, by actor.Actor, language string, spec report.Spec) (report.Document, error) {
			return web.ReportDocument(ctx, a.webDeps(""), by, language, spec)
		},
	})
}

// maker is somebody as they may act now.
func (a *App) maker(ctx context.Context, id string) (actor.Actor, error) {
	one, err := a.Accounts.Get(ctx, id)
	if err != nil {
		return actor.Actor{}, err
	}
	if one.Disabled() {
		return actor.Actor{}, problem.New(problem.NotFound, "account.not_found")
	}
	return one.Actor(), nil
}
