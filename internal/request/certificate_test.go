package request_test

import (
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/problem"
	"hegui/internal/request"
	"hegui/internal/testkit"
)

// deleted is a deletion that is through: done in one system, kept in another.
func (h *house) deleted() request.Request {
	h.t.Helper()
	ctx, s := h.t.Context(), h.Requests
	r := h.working(request.Delete)
	_, err := s.ReportTask(ctx, h.owner, h.task(r, h.chats).ID, 0, request.Report{Result: request.DoneSo, Words: "张三丰 的 120 条"})
	testkit.Must(h.t, err)
	_, err = s.ConfirmTask(ctx, h.deputy, h.task(r, h.chats).ID, 0, true, "已查看 user-88231")
	testkit.Must(h.t, err)
	_, err = s.ReportTask(ctx, h.owner, h.task(r, h.logs).ID, 0, request.Report{Result: request.Cannot, Basis: request.KeptByLaw, KeptUntil: "2027-05-23", Words: "日志"})
	testkit.Must(h.t, err)
	return h.got(s.Fulfil(ctx, h.by, r.ID, 0, "已删除"))
}

func TestCertificateOfDeletion(t *testing.T) {
	t.Parallel()
	h := furnished(t)
	ctx, s := t.Context(), h.Requests
	r := h.deleted()
	d := h.detail(r.ID)
	if len(d.Certificates) != 1 {
		t.Fatalf("%d certificates", len(d.Certificates))
	}
	code := d.Certificates[0].Code
	if len(code) != 23 || !strings.Contains(d.Said.Words, code) {
		t.Errorf("the person was not told the code %q: %q", code, d.Said.Words)
	}
	for _, typed := range []string{code, strings.ToLower(code), " " + strings.ReplaceAll(code, "-", " ") + " "} {
		c, err := s.CheckCertificate(ctx, typed)
		testkit.Must(t, err)
		if !c.Genuine || c.Number != r.Number || len(c.Systems) != 2 {
			t.Fatalf("%q: %+v", typed, c)
		}
		for _, y := range c.Systems {
			switch y.System {
			case "Chat store":
				if y.Result != request.DoneSo || !y.Confirmed || y.BackupsUntil != "2026-12-28" {
					t.Errorf("%+v", y)
				}
			default:
				if y.Result != request.Cannot || y.Kept != request.KeptByLaw || y.KeptUntil != "2027-05-23" || y.BackupsUntil != "" {
					t.Errorf("%+v", y)
				}
			}
		}
		for _, secret := range secrets {
			if strings.Contains(c.Statement, secret) {
				t.Errorf("the certificate says %q", secret)
			}
		}
	}
	for _, wrong := range []string{"AAAAA-AAAAA-AAAAA-AAAAA", "", "x"} {
		if _, err := s.CheckCertificate(ctx, wrong); !problem.Is(err, problem.Invalid) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
	h.Clock.Set(r.EraseOn.Time().Add(time.Hour))
	testkit.Must(t, s.Sweep(ctx))
	if c, err := s.CheckCertificate(ctx, code); err != nil || !c.Genuine || h.reload(r.ID).State != request.Erased {
		t.Errorf("after the erasure: %+v, %v", c, err)
	}
	h.Sound()
	testkit.Must(t, h.tx(actor.System("test"), func(tx *gorm.DB) ([]audit.Event, error) {
		var c request.Certificate
		testkit.Must(t, tx.Take(&c).Error)
		c.Statement = strings.Replace(c.Statement, "cannot", "done", 1)
		return []audit.Event{{Action: "request.certificate_issued", Object: audit.Object{Type: "request", ID: r.ID}, Rows: []any{&c}}}, tx.Save(&c).Error
	}))
	if c, err := s.CheckCertificate(ctx, code); err != nil || c.Genuine {
		t.Errorf("altered, it passes: %+v, %v", c, err)
	}
}
