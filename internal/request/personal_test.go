package request_test

import (
	"bytes"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hegui/internal/app"
	"hegui/internal/problem"
	"hegui/internal/request"
	"hegui/internal/testkit"
)

// secrets are the personal data of the test person, each to be found nowhere.
var secrets = []string{"张三丰", "zhang.san@example.com", "user-88231", "请删除我的聊天记录", "五月的聊天", "身份证扫描件", "已删除五月", "王小明", "母子关系"}

const scan = "PDF-ish bytes of the passport of 张三丰 "

// everything makes a request with personal data in every place.
func (d *desk) everything() request.Request {
	d.t.Helper()
	ctx, s := d.t.Context(), d.Requests
	in := d.intake(request.Delete)
	in.Requester, in.Person, in.Relation = request.Guardian, "王小明", "母子关系"
	r := d.takeIn(in)
	_, err := s.Attach(ctx, d.by, r.ID, request.Attached{Purpose: request.ForProof, Name: "身份证扫描件.pdf"}, strings.NewReader(strings.Repeat(scan, 60_000)))
	testkit.Must(d.t, err)
	d.got(s.StartCheck(ctx, d.by, r.ID, 0))
	_, err = s.AddSystem(ctx, d.by, request.SystemInput{Name: "Chat store", OwnerID: d.by.ID, Categories: []string{"Conversations"}, Identifiers: []string{"account"},
		Retention: "180 days", LegalBasis: "contract", Reach: request.ByPeople})
	testkit.Must(d.t, err)
	d.got(s.PassCheck(ctx, d.by, r.ID, 0, "见身份证扫描件"))
	d.fulfil(r)
	d.got(s.Wait(ctx, d.by, r.ID, 0, request.WantsDetails, "张三丰您好，请说明范围"))
	_, err = s.Heard(ctx, d.by, r.ID, request.Mail, "五月的聊天")
	testkit.Must(d.t, err)
	d.got(s.Prolong(ctx, d.by, r.ID, 0, request.Complex, "五月的聊天较多"))
	d.got(s.Keep(ctx, d.by, r.ID, 0, request.Litigation, "", "张三丰诉本单位"))
	d.got(s.Release(ctx, d.by, r.ID, 0, "张三丰撤诉"))
	d.got(s.Say(ctx, d.by, r.ID, request.Internal, "user-88231 的备份"))
	return d.got(s.Fulfil(ctx, d.by, r.ID, 0, "已删除五月的聊天"))
}

// fulfil does the task of a request, with personal data in each of its places.
func (d *desk) fulfil(r request.Request) {
	d.t.Helper()
	ctx, s := d.t.Context(), d.Requests
	task := d.detail(r.ID).Tasks[0]
	_, err := s.AttachToTask(ctx, d.by, task.ID, "张三丰.txt", strings.NewReader(strings.Repeat(scan, 3)))
	testkit.Must(d.t, err)
	_, err = s.ReportTask(ctx, d.by, task.ID, 0, request.Report{Result: request.DoneSo, Words: "已删除五月的聊天，user-88231", Before: "张三丰", After: "王小明"})
	testkit.Must(d.t, err)
	d.got(s.GiveTasks(ctx, d.by, r.ID, 0, []string{task.SystemID}, "张三丰 zhang.san@example.com"))
	_, err = s.ReportTask(ctx, d.by, task.ID, 0, request.Report{Result: request.DoneSo, Words: "已删除五月的聊天，user-88231", Before: "张三丰", After: "王小明"})
	testkit.Must(d.t, err)
}

// bytesOf gives all that stands on the disk beside the database.
func bytesOf(t *testing.T, database string) []byte {
	t.Helper()
	dir := filepath.Dir(strings.TrimPrefix(database, "sqlite:"))
	var all bytes.Buffer
	testkit.Must(t, filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		all.Write(data)
		return err
	}))
	return all.Bytes()
}

// TestErasure is the promise: while a request lives, nothing of the person
// stands readable in the database, its write-ahead log, or the log of the
// server; after its erasure not even what could be decrypted with the master
// key. The ledger verifies before and after.
func TestErasure(t *testing.T) {
	t.Parallel()
	database := testkit.DatabaseURL(t)
	if !strings.HasPrefix(database, "sqlite:") {
		t.Skip("looks into the files of SQLite")
	}
	var log bytes.Buffer
	clock := &testkit.Clock{}
	clock.Set(testkit.Start)
	c := testkit.Config(database)
	a, err := app.Open(t.Context(), c, app.Options{Now: clock.Now, Log: slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	testkit.Must(t, err)
	defer a.Close() //nolint:errcheck // of a test
	d := openOn(t, a, clock)
	r := d.everything()
	other := d.takeIn(d.intake(request.Copy)) // of the same person, kept

	nothing := func(when string) {
		t.Helper()
		stored := bytesOf(t, database)
		for _, s := range secrets {
			if bytes.Contains(stored, []byte(s)) {
				t.Errorf("%s: %q stands readable on the disk", when, s)
			}
			if bytes.Contains(log.Bytes(), []byte(s)) {
				t.Errorf("%s: %q stands in the log", when, s)
			}
		}
		if bytes.Contains(stored, []byte(scan)) {
			t.Errorf("%s: the file stands readable on the disk", when)
		}
	}
	nothing("alive")
	var key request.Key
	testkit.Must(t, a.Ledger.Read(t.Context()).Where("id = ?", r.ID).Take(&key).Error)
	before := d.reload(r.ID)
	var hashes []string
	testkit.Must(t, a.Ledger.Read(t.Context()).Table("request_contact").Where("request_id = ?", r.ID).Pluck("hash", &hashes).Error)
	if len(key.Wrapped) == 0 || len(before.Name) == 0 || len(hashes) != 2 || !bytes.Contains(bytesOf(t, database), key.Wrapped) {
		t.Fatal("nothing to erase: the test proves nothing")
	}

	var tasks []request.Task
	testkit.Must(t, a.Ledger.Read(t.Context()).Where("request_id = ?", r.ID).Find(&tasks).Error)
	if len(tasks) != 1 {
		t.Fatalf("%d tasks to erase", len(tasks))
	}
	clock.Set(r.EraseOn.Time().Add(-time.Second))
	testkit.Must(t, d.Requests.Sweep(t.Context()))
	if d.reload(r.ID).State == request.Erased {
		t.Error("erased a day too early")
	}
	clock.Set(r.EraseOn.Time())
	testkit.Must(t, d.Requests.Sweep(t.Context()))
	if got := d.reload(r.ID); got.State != request.Erased || got.ErasedAt == nil || got.Number != r.Number {
		t.Fatalf("not erased: %+v", got)
	}
	testkit.Must(t, a.Store.Settle(t.Context()))
	nothing("erased")
	for _, one := range tasks {
		for _, sealed := range [][]byte{one.Instructions, one.ResultWords, one.BeforeValue, one.AfterValue} {
			if len(sealed) == 0 || bytes.Contains(bytesOf(t, database), sealed) {
				t.Errorf("task %s: what it said is still on the disk, or never was", one.ID)
			}
		}
	}
	stored := bytesOf(t, database)
	for name, secret := range map[string][]byte{"the wrapped key": key.Wrapped, "the sealed name": before.Name, "the sealed details": before.Details, "the decision": before.Words} {
		if bytes.Contains(stored, secret) {
			t.Errorf("%s is still on the disk", name)
		}
	}
	if _, err := d.Requests.Texts(a.Ledger.Read(t.Context()), before); !problem.Is(err, problem.Conflict) {
		t.Errorf("opened with what was read before: %v", err)
	}
	got := d.detail(r.ID)
	if got.Said != (request.Said{}) || len(got.Messages) != 0 || len(got.Files) != 0 {
		t.Errorf("the page shows %+v", got)
	}
	if texts, err := d.Requests.Texts(a.Ledger.Read(t.Context()), d.reload(other.ID)); err != nil || texts.Name != "张三丰" {
		t.Errorf("the other request of the person: %+v, %v", texts, err)
	}
	f, err := d.Requests.Figures(t.Context(), d.by, request.FigureFilter{From: "2026-11", To: "2026-11"})
	testkit.Must(t, err)
	if f.Counts.Received != 2 || f.Counts.Answered != 1 {
		t.Errorf("the figures changed: %+v", f.Counts)
	}
	d.Sound()
}

func TestHeldIsNotErased(t *testing.T) {
	t.Parallel()
	d := open(t)
	r := d.in(request.Answered)
	d.got(d.Requests.Keep(t.Context(), d.by, r.ID, 0, request.Litigation, "", "case 7"))
	d.Clock.Set(r.EraseOn.Time())
	testkit.Must(t, d.Requests.Sweep(t.Context()))
	if got := d.reload(r.ID); got.State != request.Answered {
		t.Fatalf("%s under legal hold", got.State)
	}
	d.got(d.Requests.Release(t.Context(), d.by, r.ID, 0, "settled"))
	testkit.Must(t, d.Requests.Sweep(t.Context()))
	if got := d.reload(r.ID); got.State != request.Erased {
		t.Errorf("%s after it was lifted", got.State)
	}
	d.Sound()
}

func TestProofsAreDeletedByThemselves(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx, s := t.Context(), d.Requests
	r := d.takeIn(d.intake(request.Delete))
	proof, err := s.Attach(ctx, d.by, r.ID, request.Attached{Purpose: request.ForProof, Name: "../../id.pdf"}, strings.NewReader("passport"))
	testkit.Must(t, err)
	other, err := s.Attach(ctx, d.by, r.ID, request.Attached{Purpose: request.ForRequest, Name: "list.txt"}, strings.NewReader("what I want"))
	testkit.Must(t, err)
	f, content, err := s.Content(ctx, d.by, r.ID, proof.ID)
	testkit.Must(t, err)
	if got, err := io.ReadAll(content); err != nil || string(got) != "passport" || f.FileName != "id.pdf" || f.Size != 8 {
		t.Errorf("came back as %q, %q, %v", f.FileName, got, err)
	}
	if _, _, err := s.Content(ctx, d.Auditor.Actor(), r.ID, proof.ID); !problem.Is(err, problem.Forbidden) {
		t.Errorf("an auditor: %v", err)
	}
	d.got(s.StartCheck(ctx, d.by, r.ID, 0))
	d.got(s.PassCheck(ctx, d.by, r.ID, 0, "seen"))
	d.Clock.Advance(31 * 24 * time.Hour)
	testkit.Must(t, s.Sweep(ctx))
	if _, _, err := s.Content(ctx, d.by, r.ID, proof.ID); !problem.Is(err, problem.NotFound) {
		t.Errorf("the proof: %v", err)
	}
	if _, _, err := s.Content(ctx, d.by, r.ID, other.ID); err != nil {
		t.Errorf("the other file: %v", err)
	}
	for name, c := range map[string]struct{ file, content string }{"a program by its name": {"run.exe", "x"}, "a program by its content": {"a.pdf", "\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x3e\x00\x01"}, "nothing": {"a.pdf", ""}} {
		if _, err := s.Attach(ctx, d.by, r.ID, request.Attached{Purpose: request.ForRequest, Name: c.file}, strings.NewReader(c.content)); !problem.Is(err, problem.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	d.Sound()
}

func TestAuditorsReadMasked(t *testing.T) {
	t.Parallel()
	d := open(t)
	r := d.everything()
	auditor := d.Auditor.Actor()
	got, err := d.Requests.Look(t.Context(), auditor, r.ID)
	testkit.Must(t, err)
	if got.Said.Name != "张**" || got.Said.Contact != "z***@example.com" || got.Said.Details != "******" || got.Messages[0].Text != "******" {
		t.Errorf("masked: %+v, %+v", got.Said, got.Messages[0])
	}
	clear, err := d.Requests.Unmask(t.Context(), auditor, r.ID)
	testkit.Must(t, err)
	if clear.Said.Name != "张三丰" {
		t.Errorf("unmasked: %+v", clear.Said)
	}
	_, err = d.Requests.Unmask(t.Context(), auditor, r.ID)
	testkit.Must(t, err)
	for range 3 { // reloading is no second look
		d.detail(r.ID)
	}
	d.Clock.Advance(2 * time.Hour)
	views := d.detail(r.ID).Views
	count := map[string]int{}
	for _, v := range views {
		count[map[string]string{d.Auditor.ID: "auditor", d.Privacy.ID: "staff"}[v.AccountID]+" "+string(v.What)]++
	}
	if count["auditor opened"] != 1 || count["auditor unmasked"] != 2 || count["staff opened"] != 2 {
		t.Errorf("looks: %v", count)
	}
	if _, err := d.Requests.Unmask(t.Context(), d.by, r.ID); !problem.Is(err, problem.Forbidden) {
		t.Errorf("staff need not: %v", err)
	}
	if _, err := d.Requests.Find(t.Context(), auditor, "zhang.san@example.com"); !problem.Is(err, problem.Forbidden) {
		t.Errorf("an auditor searches: %v", err)
	}
	d.Sound()
}

func TestContacts(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx, s := t.Context(), d.Requests
	in := d.intake(request.Copy)
	first := d.takeIn(in)
	d.Clock.Advance(time.Minute)
	in.Contact = " ZHANG.SAN@Example.com "
	in.Account = ""
	second := d.takeIn(in)
	in.Contact = "+86 138 0013 8000"
	phone := d.takeIn(in)
	for _, c := range []struct {
		contact string
		want    []string
	}{
		{"zhang.san@example.com", []string{second.ID, first.ID}},
		{"13800138000", []string{phone.ID}}, {"0086-138-0013-8000", []string{phone.ID}}, {"user-88231", []string{first.ID}},
		{"zhang.san", nil}, {"138", nil}, {"%", nil},
	} {
		list, err := s.Find(ctx, d.by, c.contact)
		testkit.Must(t, err)
		var got []string
		for _, r := range list {
			got = append(got, r.ID)
		}
		if strings.Join(got, " ") != strings.Join(c.want, " ") {
			t.Errorf("%s finds %v, want %v", c.contact, got, c.want)
		}
	}
	if dup := d.detail(first.ID).Duplicates; len(dup) != 1 || dup[0].ID != second.ID {
		t.Errorf("duplicates: %+v", dup)
	}
	d.got(s.Correct(ctx, d.by, second.ID, second.Version, request.Correction{ServiceID: d.service, Kind: request.Copy, Language: "en", Name: "Other", Contact: "other@example.com"}))
	if dup := d.detail(first.ID).Duplicates; len(dup) != 0 {
		t.Errorf("duplicates after the correction: %+v", dup)
	}
	if list, err := s.Find(ctx, d.by, "other@example.com"); err != nil || len(list) != 1 {
		t.Errorf("by the corrected contact: %v, %v", list, err)
	}
	d.Sound()
}

func TestMask(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"": "", "张三": "张*", "王": "王*", "欧阳修文": "欧***", "13800138000": "138****00", "a@b.cn": "a***@b.cn", "user-88231": "use****31", "abcde": "a***e"} {
		if got := request.Mask(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
