package web_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"hegui/internal/config"
	"hegui/internal/problem"
	"hegui/internal/request"
	"hegui/internal/testkit"
)

// farSystem is a system of the organisation that is asked by webhook. It
// checks what it gets as a real one should, and answers as do says.
type farSystem struct {
	*httptest.Server
	t      *testing.T
	mu     sync.Mutex
	secret string
	do     func(w http.ResponseWriter, r *http.Request, call farCall)
	calls  []farCall
}

// farCall is what the system is sent.
type farCall struct {
	Delivery, Request, Task, Action, System, Due, Details, Callback string
	Identifiers                                                     map[string]string
}

func (f *farSystem) serve(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		f.t.Error(err)
	}
	if got, want := r.Header.Get("Hegui-Signature"), "v1="+request.Signature(f.secret, r.Header.Get("Hegui-Timestamp"), body); got != want {
		f.t.Errorf("signed %q, want %q", got, want)
	}
	var call farCall
	if err := json.Unmarshal(body, &call); err != nil {
		f.t.Error(err)
	}
	if call.Delivery != r.Header.Get("Hegui-Delivery") {
		f.t.Errorf("the header names %q, the body %q", r.Header.Get("Hegui-Delivery"), call.Delivery)
	}
	f.calls = append(f.calls, call)
	if f.do != nil {
		f.do(w, r, call)
	}
}

func (f *farSystem) last() farCall { return f.calls[len(f.calls)-1] }

// wired is a request that a connected system has a task of.
type wired struct {
	*testkit.App
	t      *testing.T
	far    *farSystem
	system request.System
	r      request.Request
}

func connected(t *testing.T, kind request.Kind, nets ...string) *wired {
	t.Helper()
	a := testkit.NewWith(t, func(c *config.Config) { c.PublicURL, c.ConnectorNets = "http://hegui.test", nets })
	typeServices(t, a)
	f := &farSystem{t: t}
	f.Server = httptest.NewServer(http.HandlerFunc(f.serve))
	t.Cleanup(f.Close)
	ctx, by, s := t.Context(), a.Privacy.Actor(), a.Requests
	y, err := s.AddSystem(ctx, by, request.SystemInput{Name: "Chat store", OwnerID: a.Contributor.ID, DeputyID: a.Officer.ID, Categories: []string{"Conversations"},
		Identifiers: []string{"account"}, Retention: "180 days", LegalBasis: "contract", Reach: request.ByWebhook, URL: f.URL + "/hook", SecondPerson: true})
	testkit.Must(t, err)
	f.secret, y, err = s.MakeSecret(ctx, by, y.ID, y.Version)
	testkit.Must(t, err)
	r, err := s.TakeIn(ctx, by, request.Intake{ServiceID: inUse(t, a).ID, Kind: kind, Requester: request.Self, Channel: request.Mail, Language: "zh-CN",
		Name: "张三丰", Contact: "zhang@example.com", Account: "user-88231", Details: "请处理我的聊天记录"})
	testkit.Must(t, err)
	_, err = s.StartCheck(ctx, by, r.ID, 0)
	testkit.Must(t, err)
	r, err = s.PassCheck(ctx, by, r.ID, 0, "by phone")
	testkit.Must(t, err)
	return &wired{a, t, f, y, r}
}

const inside = "127.0.0.0/8"

func (w *wired) run() {
	w.t.Helper()
	testkit.Must(w.t, w.Requests.CallSystems(w.t.Context()))
}

// call is the newest delivery.
func (w *wired) call() (d request.Delivery) {
	w.t.Helper()
	testkit.Must(w.t, w.Ledger.Read(w.t.Context()).Where("request_id = ?", w.r.ID).Order("id DESC").Take(&d).Error)
	return d
}

func (w *wired) task() (x request.Task) {
	w.t.Helper()
	testkit.Must(w.t, w.Ledger.Read(w.t.Context()).Where("request_id = ?", w.r.ID).Take(&x).Error)
	return x
}

// answer calls back, and wants a status.
func (w *wired) answer(call farCall, body string, want int) *testkit.Response {
	w.t.Helper()
	at, ok := strings.CutPrefix(call.Callback, "http://hegui.test")
	if !ok {
		w.t.Fatalf("to be called back at %q", call.Callback)
	}
	return w.As(nil).PostBody(at, "application/json", strings.NewReader(body)).Status(w.t, want)
}

func TestConnectorDeletes(t *testing.T) {
	w := connected(t, request.Delete, inside)
	w.run()
	call := w.far.last()
	if d := w.call(); d.State != request.CallSent || d.Status != 200 || d.Attempts != 1 {
		t.Errorf("the call is %+v", d)
	}
	if call.Action != "delete" || call.Request != w.r.Number || len(call.Identifiers) != 1 || call.Identifiers["account"] != "user-88231" || call.Details != "" {
		t.Errorf("the system is sent %+v", call)
	}
	for name, body := range map[string]string{"no JSON": "yes", "no result": `{"result":"maybe"}`, "no reason": `{"result":"cannot"}`, "surprise": `{"result":"done","owner":"me"}`} {
		if got := w.answer(call, body, map[bool]int{true: 400, false: 422}[name == "no JSON" || name == "surprise"]); w.task().State != request.TaskOpen {
			t.Errorf("%s was taken: %s", name, got.Body.String())
		}
	}
	w.answer(farCall{Callback: call.Callback[:len(call.Callback)-1]}, `{"result":"done"}`, 404)
	w.answer(call, `{"result":"done","words":"42 rows"}`, 200)
	x, d := w.task(), w.call()
	if x.State != request.TaskSecond || x.DoneBy != "system:connector" || d.State != request.CallAnswered || d.CallbackUsed == nil {
		t.Errorf("the task is %+v, the call %+v", x, d)
	}
	w.answer(call, `{"result":"nothing"}`, 409)
	_, err := w.Requests.ConfirmTask(t.Context(), w.Officer.Actor(), x.ID, 0, true, "")
	testkit.Must(t, err)
	w.run()
	if len(w.far.calls) != 1 {
		t.Errorf("called %d times", len(w.far.calls))
	}
	w.Sound()
}

func TestConnectorExports(t *testing.T) {
	w := connected(t, request.Copy, inside)
	w.run()
	call := w.far.last()
	w.answer(call, `{"result":"found"}`, 422)
	w.answer(call, `{"result":"found","files":[{"name":"a.json","content":"not base64"}]}`, 400)
	content := base64.StdEncoding.EncodeToString([]byte(`{"chats":["你好"]}`))
	w.answer(call, `{"result":"found","files":[{"name":"../../chats.json","content":"`+content+`"}]}`, 200)
	x := w.task()
	if x.State != request.TaskDone || x.Result != request.Found {
		t.Errorf("the task is %+v", x)
	}
	page := w.As(w.Privacy).Get("/requests/tasks/"+x.ID).Status(t, 200)
	file := page.Find(t, "#files a").First()
	if file.Text() != "chats.json" {
		t.Errorf("the file is called %q", file.Text())
	}
	if got := w.As(w.Privacy).Get(file.AttrOr("href", "")).Status(t, 200).Body.String(); got != `{"chats":["你好"]}` {
		t.Errorf("the file holds %q", got)
	}
}

// A system that answers before its own reply has answered all the same.
func TestConnectorAnswersAtOnce(t *testing.T) {
	w := connected(t, request.Correct, inside)
	w.far.do = func(_ http.ResponseWriter, _ *http.Request, call farCall) {
		w.answer(call, `{"result":"done","before":"张三","after":"张三丰"}`, 200)
	}
	w.run()
	if d := w.call(); d.State != request.CallAnswered || w.far.last().Details == "" {
		t.Errorf("the call is %+v", d)
	}
	if x := w.task(); x.State != request.TaskDone {
		t.Errorf("the task is %+v", x)
	}
}

func TestConnectorTriesAgain(t *testing.T) {
	w := connected(t, request.Delete, inside)
	w.far.do = func(rw http.ResponseWriter, _ *http.Request, _ farCall) {
		rw.WriteHeader(http.StatusServiceUnavailable)
	}
	w.run()
	first := w.far.last()
	if d := w.call(); d.State != request.CallFailed || d.Fault != "status" || d.Status != 503 || d.NextAt == nil {
		t.Fatalf("the call is %+v", d)
	}
	w.run() // not yet
	w.Clock.Advance(time.Minute)
	w.run()
	if len(w.far.calls) != 2 {
		t.Fatalf("called %d times", len(w.far.calls))
	}
	second := w.far.last()
	if first.Delivery != second.Delivery || first.Callback == second.Callback {
		t.Error("the second attempt is another delivery, or has the same callback")
	}
	w.answer(first, `{"result":"done"}`, 404)
	for range 10 {
		w.Clock.Advance(12 * time.Hour)
		w.run()
	}
	if d := w.call(); d.State != request.CallGivenUp || d.Attempts != 8 {
		t.Errorf("the call is %+v", d)
	}
	w.answer(w.far.last(), `{"result":"done"}`, 404)

	w.Enter(w.Privacy)
	at := "/requests/tasks/" + w.task().ID
	if w.As(w.Privacy).Get(at).Status(t, 200).Find(t, "#connector form[action='"+at+"/call']").Length() != 1 {
		t.Error("nobody can start it by hand")
	}
	for _, p := range []*testkit.Person{w.Contributor, w.Auditor, w.Supervisor, w.Executive} {
		w.Enter(p)
	}
	if w.As(w.Contributor).Get(at).Status(t, 200).Find(t, "#connector form[action='"+at+"/call']").Length() != 1 {
		t.Error("the owner of the system cannot start it by hand")
	}
	w.Clock.Advance(time.Second)
	for _, p := range []*testkit.Person{w.Auditor, w.Executive, w.Supervisor} {
		if got := w.As(p).Post(at+"/call", url.Values{}).Code; got != 403 && got != 404 {
			t.Errorf("%s: %d", p.Name, got)
		}
	}
	w.As(w.Privacy).Post(at+"/call", url.Values{}).Status(t, 303)
	w.Clock.Advance(time.Second)
	w.As(w.Contributor).Post(at+"/call", url.Values{}).Status(t, 303)
	w.Clock.Advance(time.Second)
	w.far.do = nil
	w.run()
	if d := w.call(); d.State != request.CallSent || d.Attempts != 1 {
		t.Errorf("the new call is %+v", d)
	}
	w.Sound()
}

func TestConnectorSlowAndElsewhere(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the redirect was followed") }))
	t.Cleanup(other.Close)
	w := connected(t, request.Delete, inside)
	w.far.do = func(rw http.ResponseWriter, r *http.Request, _ farCall) {
		http.Redirect(rw, r, other.URL, http.StatusFound)
	}
	w.run()
	if d := w.call(); d.State != request.CallFailed || d.Fault != "redirect" {
		t.Errorf("the call is %+v", d)
	}
}

// Inside addresses are out of reach unless the configuration names them.
func TestConnectorStaysOutside(t *testing.T) {
	w := connected(t, request.Delete)
	w.run()
	if d := w.call(); d.State != request.CallGivenUp || d.Fault != "address" || len(w.far.calls) != 0 {
		t.Errorf("the call is %+v; the system was called %d times", d, len(w.far.calls))
	}
}

func TestConnectorIsTooLate(t *testing.T) {
	w := connected(t, request.Delete, inside)
	w.run()
	w.Clock.Advance(31 * 24 * time.Hour)
	w.answer(w.far.last(), `{"result":"done"}`, 404)
}

func TestConnectorRespectsHoldAndWithdrawal(t *testing.T) {
	held, gone := connected(t, request.Delete, inside), connected(t, request.Delete, inside)
	_, err := held.Requests.Keep(t.Context(), held.Privacy.Actor(), held.r.ID, 0, request.Litigation, "", "trial")
	testkit.Must(t, err)
	_, err = gone.Requests.WithdrawTask(t.Context(), gone.Privacy.Actor(), gone.task().ID, 0, "not needed")
	testkit.Must(t, err)
	for want, w := range map[string]*wired{"held": held, "over": gone} {
		w.run()
		if d := w.call(); d.State != request.CallGivenUp || d.Fault != want || len(w.far.calls) != 0 {
			t.Errorf("%s: the call is %+v", want, d)
		}
	}
}

func TestConnectorSecretIsShownOnce(t *testing.T) {
	w := connected(t, request.Delete, inside)
	at := "/requests/systems/" + w.system.ID
	for _, p := range []*testkit.Person{w.Auditor, w.Officer, w.Contributor} {
		w.As(p).Post(at+"/secret", url.Values{"version": {"2"}}).Status(t, 403)
	}
	desk := w.As(w.Privacy)
	desk.Post(at+"/secret", url.Values{"version": {"1"}}).Status(t, 409)
	secret := desk.Post(at+"/secret", url.Values{"version": {"2"}}).Status(t, 200).Find(t, "#secret code").First().Text()
	if len(secret) != 64 || secret == w.far.secret {
		t.Fatalf("shown %q", secret)
	}
	if strings.Contains(desk.Get(at).Status(t, 200).Body.String(), secret) {
		t.Error("it is shown again")
	}
	path, sqlite := strings.CutPrefix(w.Config.Database, "sqlite:")
	if !sqlite {
		return
	}
	for _, name := range []string{path, path + "-wal"} {
		data, err := os.ReadFile(name)
		if err == nil && strings.Contains(string(data), secret) {
			t.Error("it is stored in clear")
		}
	}
}

func TestConnectorWithoutSecretAsksPeople(t *testing.T) {
	d := requestHouse(t)
	y, err := d.Requests.AddSystem(t.Context(), d.Privacy.Actor(), request.SystemInput{Name: "x", OwnerID: d.Contributor.ID, Categories: []string{"c"}, Identifiers: []string{"name"},
		Retention: "r", LegalBasis: "l", Reach: request.ByPeople})
	testkit.Must(t, err)
	if _, _, err := d.Requests.MakeSecret(t.Context(), d.Privacy.Actor(), y.ID, 1); !problem.Is(err, problem.Conflict) {
		t.Errorf("a secret for people: %v", err)
	}
	d.working(t)
	d.Clock.Advance(time.Hour)
	testkit.Must(t, d.Requests.CallSystems(t.Context()))
	var n int64
	testkit.Must(t, d.Ledger.Read(t.Context()).Model(&request.Delivery{}).Count(&n).Error)
	if n != 0 {
		t.Errorf("%d calls", n)
	}
}
