package request_test

import (
	"testing"
	"time"

	"gorm.io/gorm"

	"hegui/internal/account"
	"hegui/internal/actor"
	"hegui/internal/app"
	"hegui/internal/audit"
	"hegui/internal/register"
	"hegui/internal/request"
	"hegui/internal/testkit"
)

// desk is the product with one service, and what is done at the privacy desk.
type desk struct {
	*testkit.App
	t       *testing.T
	service string
	by      actor.Actor
}

func open(t *testing.T) *desk {
	t.Helper()
	return service(t, testkit.New(t))
}

// openOn is open on a product that a test opened in its own way.
func openOn(t *testing.T, a *app.App, clock *testkit.Clock) *desk {
	t.Helper()
	kit := &testkit.App{App: a, T: t, Clock: clock, Server: a.Web("")}
	_, err := a.Accounts.Found(t.Context(), account.Founding{Organisation: "Test Org", Language: "en",
		Administrator: account.Person{Email: "root@test.example", Name: "Root"}, Password: "correct horse battery"}, nil)
	testkit.Must(t, err)
	kit.Officer = kit.Person("Olivia Officer", actor.Officer)
	kit.Privacy = kit.Person("Petra Privacy", actor.Privacy)
	return service(t, kit)
}

// service registers the service that requests are about.
func service(t *testing.T, a *testkit.App) *desk {
	t.Helper()
	e, err := a.Register.Register(t.Context(), a.Officer.Actor(), register.Registration{Details: register.Details{Name: "小问", Kind: "chat"}})
	testkit.Must(t, err)
	return &desk{App: a, t: t, service: e.ID, by: a.Privacy.Actor()}
}

// intake is a request with everything filled in.
func (d *desk) intake(kind request.Kind) request.Intake {
	return request.Intake{ServiceID: d.service, Kind: kind, Requester: request.Self, Channel: request.Mail, Language: "zh-CN",
		Name: "张三丰", Contact: "zhang.san@example.com", Account: "user-88231", Details: "请删除我的聊天记录"}
}

func (d *desk) takeIn(in request.Intake) request.Request {
	d.t.Helper()
	r, err := d.Requests.TakeIn(d.t.Context(), d.by, in)
	testkit.Must(d.t, err)
	return r
}

// got fails the test on an error, and gives the request.
func (d *desk) got(r request.Request, err error) request.Request {
	d.t.Helper()
	testkit.Must(d.t, err)
	return r
}

// detail reads a request with all that belongs to it.
func (d *desk) detail(id string) request.Detail {
	d.t.Helper()
	got, err := d.Requests.Look(d.t.Context(), d.by, id)
	testkit.Must(d.t, err)
	return got
}

// in brings a new request into a state.
func (d *desk) in(state request.State) request.Request {
	d.t.Helper()
	ctx, s := d.t.Context(), d.Requests
	r := d.takeIn(d.intake(request.Delete))
	if state == request.Received {
		return r
	}
	r = d.got(s.StartCheck(ctx, d.by, r.ID, 0))
	if state == request.Checking {
		return r
	}
	r = d.got(s.PassCheck(ctx, d.by, r.ID, 0, "一次性验证码"))
	switch state {
	case request.Waiting:
		r = d.got(s.Wait(ctx, d.by, r.ID, 0, request.WantsDetails, "请说明时间范围"))
	case request.Answered:
		r = d.got(s.Fulfil(ctx, d.by, r.ID, 0, "已删除"))
	case request.Refused:
		r = d.got(s.Deny(ctx, d.by, r.ID, 0, d.reason("retention_period"), "日志须保存六个月"))
	case request.Closed, request.Erased:
		r = d.got(s.Finish(ctx, d.by, r.ID, 0, request.Withdrawn, "应您的要求结束"))
	}
	if state == request.Erased {
		now := d.Clock.Now()
		d.Clock.Set(r.EraseOn.Time().Add(time.Hour))
		testkit.Must(d.t, s.Sweep(ctx))
		d.Clock.Set(now)
		testkit.Must(d.t, d.Ledger.Read(ctx).Where("id = ?", r.ID).Take(&r).Error)
	}
	if r.State != state {
		d.t.Fatalf("brought to %s, want %s", r.State, state)
	}
	return r
}

// reason is the id of a reason to refuse.
func (d *desk) reason(code string) string {
	d.t.Helper()
	list, err := d.Requests.Refusals(d.t.Context())
	testkit.Must(d.t, err)
	for _, r := range list {
		if r.Code == code {
			return r.ID
		}
	}
	d.t.Fatalf("no reason %s", code)
	return ""
}

// tx runs fn as another part of the product would.
func (d *desk) tx(by actor.Actor, fn func(tx *gorm.DB) ([]audit.Event, error)) error {
	return d.Ledger.Write(d.t.Context(), by, fn)
}

// reload reads a request as it stands.
func (d *desk) reload(id string) (r request.Request) {
	d.t.Helper()
	testkit.Must(d.t, d.Ledger.Read(d.t.Context()).Where("id = ?", id).Take(&r).Error)
	return r
}
