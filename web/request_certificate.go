package web

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"hegui/internal/i18n"
	"hegui/internal/request"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// certificatePages let anybody check a certificate of deletion.
type certificatePages struct{ *Server }

func (p *certificatePages) form(c echo.Context) error {
	return p.page(c, http.StatusOK, pages.CertificateCheck{})
}

func (p *certificatePages) check(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	ctx, v, status := c.Request().Context(), pages.CertificateCheck{Code: f.text("code")}, http.StatusOK
	var got request.CheckedCertificate
	if err = (&portalPages{p.Server}).acts(c, "code"); err == nil {
		err = f.err(nil)
	}
	if err == nil {
		got, err = p.Requests.CheckCertificate(ctx, v.Code)
	}
	switch wrong := messages(ctx, err); {
	case len(wrong) > 0:
		status, v.Error = statusOf(err), wrong["code"]
	case err != nil:
		return err
	default:
		found := certificateView(ctx, got.CertificateWords)
		v.Found, v.Genuine, v.Key = &found, got.Genuine, got.KeyName
	}
	return p.page(c, status, v)
}

func (p *certificatePages) page(c echo.Context, status int, v pages.CertificateCheck) error {
	v.Bare = p.bare(c, "fulfil.certificate.check")
	v.Bare.Path = "/portal/certificate"
	askPatience(c, status)
	return render(c, status, pages.CertificateCheckView(v))
}

// certificateView says what a certificate states.
func certificateView(ctx context.Context, w request.CertificateWords) pages.CertificateView {
	v := pages.CertificateView{Number: w.Number, Kind: "request.kind." + string(w.Kind), Received: i18n.Date(ctx, w.Received), Issued: i18n.DateTime(ctx, w.Certified), Code: w.Code}
	for _, y := range w.Systems {
		line := pages.CertificateLine{System: y.System, Result: ui.ChipView{Label: "fulfil.certificate." + string(y.Result), Tone: ui.Good, Icon: "circle-check"}}
		if y.Result == request.Cannot {
			line.Result.Tone, line.Result.Icon = ui.Warn, "lock"
		}
		if y.At != nil {
			line.At = i18n.DateTime(ctx, *y.At)
		}
		if y.Confirmed {
			line.Notes = append(line.Notes, i18n.T(ctx, "fulfil.certificate.confirmed"))
		}
		if y.BackupsUntil != "" {
			line.Notes = append(line.Notes, i18n.T(ctx, "fulfil.certificate.backups", "date", i18n.Date(ctx, y.BackupsUntil)))
		}
		if y.Kept != "" {
			line.Notes = append(line.Notes, keptWords(ctx, y))
		}
		v.Lines = append(v.Lines, line)
	}
	return v
}

func keptWords(ctx context.Context, y request.DeletedIn) string {
	basis := i18n.T(ctx, "fulfil.basis."+string(y.Kept))
	if y.KeptUntil == "" {
		return i18n.T(ctx, "fulfil.certificate.kept", "basis", basis)
	}
	return i18n.T(ctx, "fulfil.certificate.kept_until", "basis", basis, "date", i18n.Date(ctx, y.KeptUntil))
}
