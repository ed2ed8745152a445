package request_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"hegui/internal/audit"
	"hegui/internal/problem"
	"hegui/internal/request"
	"hegui/internal/request/clock"
	"hegui/internal/testkit"
)

// postbox keeps the one-time codes that were sent.
type postbox struct{ to, codes []string }

func (p *postbox) last() string { return p.codes[len(p.codes)-1] }

// withCodes opens a desk that can send codes.
func withCodes(t *testing.T) (*desk, *postbox) {
	t.Helper()
	d, box := open(t), &postbox{}
	d.Requests.CodesWith(func(_ *gorm.DB, _ *request.Request, to, code string) ([]audit.Event, error) {
		box.to, box.codes = append(box.to, to), append(box.codes, code)
		return nil, nil
	})
	return d, box
}

// filed files a request on the portal.
func (d *desk) filed(change func(*request.Intake)) request.Receipt {
	d.t.Helper()
	in := request.PortalForm{Intake: d.intake(request.Delete), Nonce: d.Requests.Nonce()}
	if change != nil {
		change(&in.Intake)
	}
	got, err := d.Requests.File(d.t.Context(), in)
	testkit.Must(d.t, err)
	return got
}

// level makes kinds of requests ask for a level, with the clock starting at
// the check.
func (d *desk) level(kind request.Kind, l request.Level) {
	d.t.Helper()
	d.rule(kind, func(in *request.RuleInput) {
		in.IdentityLevel, in.Starts, in.ProofDays = l, clock.AtIdentity, 7
		if l == request.NoCheck {
			in.Starts = clock.AtIntake
		}
	})
}

// wrongOne is a code that is not this one.
func wrongOne(code string) string {
	if code == "000000" {
		return "000001"
	}
	return "000000"
}

func fails(t *testing.T, err error, kind problem.Kind, key string) {
	t.Helper()
	if err == nil || !problem.Is(err, kind) || !strings.Contains(err.Error(), key) {
		t.Errorf("got %v, want %s", err, key)
	}
}

func TestCodeShowsWhoAsks(t *testing.T) {
	t.Parallel()
	d, box := withCodes(t)
	d.level(request.Delete, request.ByCode)
	ctx, s := t.Context(), d.Requests
	r := d.filed(nil)
	if r.IdentityLevel != request.ByCode || r.StartedAt != nil || r.Due != "" {
		t.Fatalf("filed with level %s, due %s", r.IdentityLevel, r.Due)
	}
	fails(t, s.EnterCode(ctx, r.Token, "123456"), problem.Conflict, "identity.code.not_now")
	testkit.Must(t, s.SendCode(ctx, r.Token))
	if got := d.reload(r.ID); got.State != request.Checking || got.IdentityState != request.IdentityOpen || box.to[0] != "zhang.san@example.com" || len(box.last()) != 6 {
		t.Fatalf("%s, %s, sent to %v", got.State, got.IdentityState, box.to)
	}
	fails(t, s.SendCode(ctx, r.Token), problem.TooMany, "identity.code.wait")
	fails(t, s.EnterCode(ctx, r.Token, wrongOne(box.last())), problem.Invalid, "identity.code.wrong")
	old := box.last()
	d.Clock.Advance(time.Minute)
	testkit.Must(t, s.SendCode(ctx, r.Token))
	if old != box.last() {
		fails(t, s.EnterCode(ctx, r.Token, old), problem.Invalid, "identity.code.wrong")
	}
	d.Clock.Advance(request.CodeMinutes * time.Minute)
	fails(t, s.EnterCode(ctx, r.Token, box.last()), problem.Invalid, "identity.code.over")
	testkit.Must(t, s.SendCode(ctx, r.Token))
	full := strings.Map(func(c rune) rune { return c - '0' + '０' }, box.last())
	testkit.Must(t, s.EnterCode(ctx, r.Token, " "+full[:9]+" "+full[9:]))
	got := d.reload(r.ID)
	if got.State != request.InProgress || got.IdentityState != request.IdentityPassed || got.StartedAt == nil || got.Due == "" {
		t.Errorf("after the right code: %s, %s, due %s", got.State, got.IdentityState, got.Due)
	}
	fails(t, s.EnterCode(ctx, r.Token, box.last()), problem.Conflict, "identity.code.not_now")
	fails(t, s.SendCode(ctx, r.Token), problem.Conflict, "identity.code.not_now")
	var hashes []string
	testkit.Must(t, d.Ledger.Read(ctx).Table("request_code").Pluck("hash", &hashes).Error)
	for _, h := range hashes {
		for _, code := range box.codes {
			if strings.Contains(h, code) && len(h) < 32 {
				t.Errorf("the code is stored: %s", h)
			}
		}
	}
	d.Sound()
}

// TestCodesAreLimited: each code has five tries, a check five codes and
// fifteen tries; the last ends the request with its reason.
func TestCodesAreLimited(t *testing.T) {
	t.Parallel()
	d, box := withCodes(t)
	d.level(request.Delete, request.ByCode)
	ctx, s := t.Context(), d.Requests
	r := d.filed(func(in *request.Intake) { in.Language = "en" })
	tries := 0
	for range 3 {
		d.Clock.Advance(time.Minute)
		testkit.Must(t, s.SendCode(ctx, r.Token))
		for range 5 {
			fails(t, s.EnterCode(ctx, r.Token, wrongOne(box.last())), problem.Invalid, "identity.code.wrong")
			tries++
		}
		if tries < 15 {
			fails(t, s.EnterCode(ctx, r.Token, box.last()), problem.Invalid, "identity.code.over")
		}
	}
	got := d.reload(r.ID)
	if got.State != request.Closed || got.CloseReason != request.NoIdentity || got.IdentityState != request.IdentityFailed || got.EraseOn == "" {
		t.Errorf("after %d wrong codes: %s, %s, %s", tries, got.State, got.CloseReason, got.IdentityState)
	}
	fails(t, s.EnterCode(ctx, r.Token, box.last()), problem.Conflict, "identity.code.not_now")
	fails(t, s.SendCode(ctx, r.Token), problem.Conflict, "identity.code.not_now")
	page, err := s.Track(ctx, r.Token)
	testkit.Must(t, err)
	if len(page.Messages) != 1 || !strings.Contains(page.Messages[0].Text, "too many wrong codes") {
		t.Errorf("the person reads %+v", page.Messages)
	}

	many := d.filed(nil)
	for range 5 {
		d.Clock.Advance(time.Minute)
		testkit.Must(t, s.SendCode(ctx, many.Token))
	}
	d.Clock.Advance(time.Minute)
	fails(t, s.SendCode(ctx, many.Token), problem.TooMany, "identity.code.all_sent")
	testkit.Must(t, s.EnterCode(ctx, many.Token, box.last()))
	d.Sound()
}

// TestCodesAndAnotherContact: a code that went to the contact before is worth
// nothing when staff set the contact right.
func TestCodesAndAnotherContact(t *testing.T) {
	t.Parallel()
	d, box := withCodes(t)
	d.level(request.Delete, request.ByCode)
	ctx, s := t.Context(), d.Requests
	r := d.filed(nil)
	testkit.Must(t, s.SendCode(ctx, r.Token))
	in := request.Correction{ServiceID: d.service, Kind: request.Delete, Language: "zh-CN", Name: "张三丰", Contact: "San@example.com"}
	d.got(s.Correct(ctx, d.by, r.ID, 0, in))
	fails(t, s.EnterCode(ctx, r.Token, box.last()), problem.Invalid, "identity.code.over")
	d.Clock.Advance(time.Minute)
	testkit.Must(t, s.SendCode(ctx, r.Token))
	in.Contact = "san@EXAMPLE.com" // the same mailbox
	d.got(s.Correct(ctx, d.by, r.ID, 0, in))
	testkit.Must(t, s.EnterCode(ctx, r.Token, box.last()))
	if len(box.to) != 2 || box.to[1] != "San@example.com" {
		t.Errorf("sent to %v", box.to)
	}
	d.Sound()
}

// TestCodeWhileWaiting: staff can ask somebody to show who they are; doing it
// makes the clock go on.
func TestCodeWhileWaiting(t *testing.T) {
	t.Parallel()
	d, box := withCodes(t)
	d.level(request.Delete, request.ByCode)
	ctx, s := t.Context(), d.Requests
	r := d.filed(nil)
	d.got(s.Wait(ctx, d.by, r.ID, 0, request.WantsIdentity, "请验证邮箱"))
	testkit.Must(t, s.SendCode(ctx, r.Token))
	d.got(s.Wait(ctx, d.by, r.ID, 0, request.WantsIdentity, "请输入验证码"))
	testkit.Must(t, s.EnterCode(ctx, r.Token, box.last()))
	if got := d.reload(r.ID); got.State != request.InProgress || got.ResumeTo != "" {
		t.Errorf("%s", got.State)
	}
	d.got(s.Wait(ctx, d.by, r.ID, 0, request.WantsDetails, "请上传截图"))
	testkit.Must(t, s.Bring(ctx, r.Token, request.ForMessage, "shot.txt", strings.NewReader("what I mean")))
	if got := d.reload(r.ID); got.State != request.InProgress || got.Unread == 0 {
		t.Errorf("after the file: %s, %d unread", got.State, got.Unread)
	}
	d.Sound()
}

// proofs lists the files of a request that show who asks.
func (d *desk) proofs(id string) (list []request.Attachment) {
	d.t.Helper()
	testkit.Must(d.t, d.Ledger.Read(d.t.Context()).Where("request_id = ? AND purpose IN ?", id, []request.Purpose{request.ForProof, request.ForMandate}).
		Order("id").Find(&list).Error)
	return list
}

// events counts the ledger's events of an action.
func (d *desk) events(action string) (n int) {
	d.t.Helper()
	list, err := d.Ledger.Find(d.t.Context(), audit.Filter{Actions: []string{action}, Limit: 100})
	testkit.Must(d.t, err)
	return len(list)
}

// TestDocumentsShowWhoAsks: documents come in on the page of the request, are
// seen by staff, and are deleted by themselves with a record.
func TestDocumentsShowWhoAsks(t *testing.T) {
	t.Parallel()
	d, _ := withCodes(t)
	d.level(request.Delete, request.Documents)
	ctx, s := t.Context(), d.Requests
	r := d.filed(nil)
	fails(t, s.SendCode(ctx, r.Token), problem.Conflict, "identity.code.not_now")
	fails(t, s.Bring(ctx, r.Token, request.ForProof, "id.exe", strings.NewReader("x")), problem.Invalid, "file.refused")
	if got := d.reload(r.ID); got.State != request.Received {
		t.Errorf("a refused file begins the check: %s", got.State)
	}
	testkit.Must(t, s.Bring(ctx, r.Token, request.ForProof, "id.txt", strings.NewReader("passport 7")))
	if got := d.reload(r.ID); got.State != request.Checking {
		t.Errorf("after the document: %s", got.State)
	}
	d.Clock.Advance(20 * 24 * time.Hour)
	testkit.Must(t, s.Sweep(ctx))
	if list := d.proofs(r.ID); len(list) != 1 || list[0].DeletedAt != nil || list[0].DeleteOn != "" {
		t.Errorf("deleted before the check: %+v", list)
	}
	d.got(s.PassCheck(ctx, d.by, r.ID, 0, "护照与账号实名信息一致"))
	_, err := s.Attach(ctx, d.by, r.ID, request.Attached{Purpose: request.ForProof, Name: "late.txt"}, strings.NewReader("sent after the check"))
	testkit.Must(t, err)
	for n, f := range d.proofs(r.ID) {
		if f.DeleteOn != s.Today().Add(7) {
			t.Errorf("proof %d goes on %q", n, f.DeleteOn)
		}
	}
	d.Clock.Advance(6 * 24 * time.Hour)
	testkit.Must(t, s.Sweep(ctx))
	if n := d.events("request.proof_deleted"); n != 0 {
		t.Errorf("%d were deleted too early", n)
	}
	d.Clock.Advance(24 * time.Hour)
	testkit.Must(t, s.Sweep(ctx))
	testkit.Must(t, s.Sweep(ctx))
	for n, f := range d.proofs(r.ID) {
		if f.DeletedAt == nil || f.BlobID != nil || f.FileKey != nil || f.Name != nil || f.DeletedWhy != "retention" {
			t.Errorf("proof %d: %+v", n, f)
		}
	}
	if n := d.events("request.proof_deleted"); n != 2 {
		t.Errorf("%d records of deletion, want 2", n)
	}
	d.Sound()
}

// TestStaffCheckByHand: a phone number takes no code, so staff check it, and
// say how.
func TestStaffCheckByHand(t *testing.T) {
	t.Parallel()
	d, _ := withCodes(t)
	d.level(request.Delete, request.ByCode)
	ctx, s := t.Context(), d.Requests
	r := d.filed(func(in *request.Intake) { in.Contact = "138 0013 8000" })
	if r.IdentityLevel != request.ByHand {
		t.Fatalf("level %s", r.IdentityLevel)
	}
	fails(t, s.SendCode(ctx, r.Token), problem.Conflict, "identity.code.not_now")
	d.got(s.StartCheck(ctx, d.by, r.ID, 0))
	_, err := s.PassCheck(ctx, d.by, r.ID, 0, " ")
	fails(t, err, problem.Invalid, "words")
	_, err = s.PassCheck(ctx, d.Auditor.Actor(), r.ID, 0, "seen")
	fails(t, err, problem.Forbidden, "error.role")
	d.got(s.PassCheck(ctx, d.by, r.ID, 0, "回拨登记号码核实"))
	got := d.detail(r.ID)
	if got.State != request.InProgress || len(got.Checks) != 1 || got.Checks[0].Text != "回拨登记号码核实" || got.Checks[0].DecidedBy != d.by.ID {
		t.Errorf("%s, %+v", got.State, got.Checks)
	}
	d.Sound()
}

// TestFailedCheckEndsWithItsReason: the person reads why, and can come back.
func TestFailedCheckEndsWithItsReason(t *testing.T) {
	t.Parallel()
	d, _ := withCodes(t)
	d.level(request.Delete, request.Documents)
	ctx, s := t.Context(), d.Requests
	r := d.filed(func(in *request.Intake) {
		in.Requester, in.Person, in.Relation = request.Agent, "王小明", "委托代理"
	})
	testkit.Must(t, s.Bring(ctx, r.Token, request.ForMandate, "mandate.txt", strings.NewReader("unsigned")))
	_, err := s.FailCheck(ctx, d.by, r.ID, 0, "")
	fails(t, err, problem.Invalid, "words")
	d.got(s.FailCheck(ctx, d.by, r.ID, 0, "授权委托书未签名"))
	got := d.detail(r.ID)
	if got.State != request.Closed || got.CloseReason != request.NoIdentity || got.Mandates[0].State != request.MandateRejected {
		t.Errorf("%s, %s, %+v", got.State, got.CloseReason, got.Mandates)
	}
	if list := d.proofs(r.ID); list[0].DeleteOn != s.Today().Add(7) {
		t.Errorf("the mandate goes on %q", list[0].DeleteOn)
	}
	page, err := s.Track(ctx, r.Token)
	testkit.Must(t, err)
	if len(page.Messages) != 1 || !strings.Contains(page.Messages[0].Text, "授权委托书未签名") {
		t.Errorf("the person reads %+v", page.Messages)
	}
	d.got(s.TakeUp(ctx, d.by, r.ID, 0, "补交了签名件"))
	if again := d.reload(r.ID); again.IdentityState != request.IdentityWanted {
		t.Errorf("taken up again: %s", again.IdentityState)
	}
	d.Sound()
}

// TestMandatesEnd: a mandate that is over neither passes the check nor carries
// an answer; a new one does.
func TestMandatesEnd(t *testing.T) {
	t.Parallel()
	d, _ := withCodes(t)
	ctx, s := t.Context(), d.Requests
	r := d.filed(func(in *request.Intake) {
		in.Requester, in.Person, in.Relation = request.Agent, "王小明", "委托代理"
	})
	testkit.Must(t, s.Bring(ctx, r.Token, request.ForMandate, "mandate.txt", strings.NewReader("signed")))
	_, err := s.PassMandate(ctx, d.by, r.ID, 0, "委托书与身份证一致", s.Today().Add(-1))
	fails(t, err, problem.Invalid, "request.mandate.past")
	until := s.Today().Add(3)
	d.got(s.PassMandate(ctx, d.by, r.ID, 0, "委托书与身份证一致", until))
	if m := d.detail(r.ID).Mandates; len(m) != 1 || m[0].State != request.MandateConfirmed || m[0].ValidUntil != until {
		t.Errorf("%+v", m)
	}
	d.Clock.Advance(4 * 24 * time.Hour)
	_, err = s.Fulfil(ctx, d.by, r.ID, 0, "已删除")
	fails(t, err, problem.Conflict, "request.mandate.over")
	if got := d.reload(r.ID); got.State != request.InProgress {
		t.Errorf("%s", got.State)
	}
	d.got(s.StartCheck(ctx, d.by, r.ID, 0))
	d.got(s.PassMandate(ctx, d.by, r.ID, 0, "补交了新的委托书", s.Today()))
	d.got(s.Fulfil(ctx, d.by, r.ID, 0, "已删除"))
	d.Sound()
}

// TestCheckEndsWithItsRequest: when a request is refused, closed or withdrawn
// while its check is open, that ends too, and its proofs get their day.
func TestCheckEndsWithItsRequest(t *testing.T) {
	t.Parallel()
	d, _ := withCodes(t)
	d.level(request.Delete, request.Documents)
	s := d.Requests
	for name, end := range map[string]func(ctx context.Context, r request.Receipt) error{
		"refused": func(ctx context.Context, r request.Receipt) error {
			_, err := s.Deny(ctx, d.by, r.ID, 0, d.reason("retention_period"), "日志须保存六个月")
			return err
		},
		"closed": func(ctx context.Context, r request.Receipt) error {
			_, err := s.Finish(ctx, d.by, r.ID, 0, request.NoReply, "未回复")
			return err
		},
		"withdrawn": func(ctx context.Context, r request.Receipt) error { return s.TakeBack(ctx, r.Token) },
	} {
		r := d.filed(nil)
		testkit.Must(t, s.Bring(t.Context(), r.Token, request.ForProof, "id.txt", strings.NewReader("passport")))
		testkit.Must(t, end(t.Context(), r))
		got := d.detail(r.ID)
		if got.Open() || got.IdentityState != request.IdentityWanted || len(got.Checks) != 1 || got.Checks[0].State != request.IdentityFailed || got.Checks[0].Reason == "" {
			t.Errorf("%s: %s, identity %s, %+v", name, got.State, got.IdentityState, got.Checks)
		}
		if list := d.proofs(r.ID); len(list) != 1 || list[0].DeleteOn != s.Today().Add(7) {
			t.Errorf("%s: proofs %+v", name, list)
		}
	}
	d.Sound()
}

// TestLevelsByServiceAndRight: a service's own rule decides, an agent always
// shows documents, whatever staff set right afterwards, and who has no mailbox
// gets no code.
func TestLevelsByServiceAndRight(t *testing.T) {
	t.Parallel()
	d, _ := withCodes(t)
	d.level(request.Delete, request.ByCode)
	d.level(request.Explain, request.NoCheck)
	d.level(request.Copy, request.ByHand)
	rules, err := d.Requests.Rules(t.Context())
	testkit.Must(t, err)
	for _, r := range rules {
		if r.Kind == request.Delete {
			in := r.Input()
			in.IdentityLevel = request.Documents
			_, err := d.Requests.AddRule(t.Context(), d.by, d.service, request.Delete, in)
			testkit.Must(t, err)
		}
	}
	type one struct {
		service string
		kind    request.Kind
		who     request.Requester
		contact string
		want    request.Level
	}
	mail, phone := "a@example.com", "13800138000"
	for _, c := range []one{
		{d.service, request.Delete, request.Self, mail, request.Documents}, {"", request.Delete, request.Self, mail, request.ByCode},
		{"", request.Delete, request.Self, phone, request.ByHand}, {"", request.Delete, request.Agent, mail, request.Documents},
		{"", request.Explain, request.Self, mail, request.NoCheck}, {"", request.Explain, request.Guardian, mail, request.Documents},
		{"", request.Copy, request.Self, mail, request.ByHand}, {"", request.Copy, request.Relative, phone, request.ByHand},
	} {
		fill := func(in *request.Intake) {
			in.ServiceID, in.Kind, in.Requester, in.Contact = c.service, c.kind, c.who, c.contact
			if c.who != request.Self {
				in.Person, in.Relation = "王小明", "母亲"
			}
		}
		if got := d.filed(fill); got.IdentityLevel != c.want {
			t.Errorf("%+v: level %s", c, got.IdentityLevel)
		}
		other := d.filed(func(in *request.Intake) {
			fill(in)
			in.ServiceID, in.Kind, in.Contact = "", request.Withdraw, "other@example.com"
		})
		got := d.got(d.Requests.Correct(t.Context(), d.by, other.ID, 0, request.Correction{ServiceID: c.service, Kind: c.kind, Language: "en", Name: "X", Contact: c.contact}))
		if got.IdentityLevel != c.want || (got.IdentityState == request.IdentityNotNeeded) != (c.want == request.NoCheck) {
			t.Errorf("%+v, set right: level %s, %s", c, got.IdentityLevel, got.IdentityState)
		}
	}
	for _, p := range []*testkit.Person{d.Officer, d.Auditor, d.Admin, d.Executive, d.Supervisor} {
		in := rules[0].Input()
		fails(t, d.Requests.ChangeRule(t.Context(), p.Actor(), rules[0].ID, 1, in), problem.Forbidden, "")
	}
	d.Sound()
}
