package e2e

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"hegui/internal/config"
	"hegui/internal/request"
	"hegui/internal/testkit"
)

// TestPortalByWebhook takes a request for a copy from the portal to the answer
// with a system that is asked by webhook and calls back.
func TestPortalByWebhook(t *testing.T) {
	t.Parallel()
	browser(t)
	for _, one := range []struct {
		language string
		screen   screen
	}{{"zh-CN", wide}, {"en", narrow}} {
		t.Run(fmt.Sprintf("%s-%d", one.language, one.screen.width), func(t *testing.T) {
			t.Parallel()
			server := httptest.NewUnstartedServer(nil)
			c := counterWith(t, request.Copy, one.language, func(c *config.Config) {
				c.PublicURL, c.ConnectorNets = "http://"+server.Listener.Addr().String(), []string{"127.0.0.0/8"}
			}, func(t *testing.T, a *testkit.App) *Site {
				server.Config.Handler = a.Server
				server.Start()
				t.Cleanup(server.Close)
				return &Site{App: a, URL: server.URL}
			})
			c.person = c.site.tab(t, nil).speak(one.language).size(one.screen).allow("status of 422")
			c.person.hasty = true // TestPortal looks at these pages
			far := c.connects()
			c.files()
			c.showsWho()
			c.adds()
			c.systemAnswers(far)
			c.answers()
			c.readsAnswer()
			c.Sound()
		})
	}
}

// farAway is a system of the organisation that is asked by webhook.
type farAway struct {
	secret string
	calls  []farCall
}

type farCall struct {
	Action, Callback string
	Identifiers      map[string]string
}

// connects lets the system be asked by webhook: the staff make its secret,
// which the page shows once.
func (c *counter) connects() *farAway {
	c.t.Helper()
	far := &farAway{}
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Header.Get("Hegui-Signature") != "v1="+request.Signature(far.secret, r.Header.Get("Hegui-Timestamp"), body) {
			c.t.Errorf("the call is not signed: %v", err)
		}
		var call farCall
		if err := json.Unmarshal(body, &call); err != nil {
			c.t.Error(err)
		}
		far.calls = append(far.calls, call)
	}))
	c.t.Cleanup(server.Close)
	ctx, by := c.t.Context(), c.Privacy.Actor()
	list, err := c.Requests.Systems(ctx, by)
	testkit.Must(c.t, err)
	in := list[0].Input()
	in.Reach, in.URL = request.ByWebhook, server.URL
	_, err = c.Requests.ChangeSystem(ctx, by, list[0].ID, list[0].Version, in)
	testkit.Must(c.t, err)
	tab := c.site.tab(c.t, c.Privacy).speak(c.language)
	tab.open("/requests/systems/"+list[0].ID).sees("#connector", c.says("connector.unset")).inspect()
	tab.submit("#connector form button[type=submit]").sees("#secret", c.says("connector.secret.once")).inspect()
	far.secret = tab.text("#secret code")
	tab.open("/requests/systems/"+list[0].ID).sees("#connector", c.says("connector.ready")).misses("#secret")
	return far
}

// systemAnswers calls the system, which answers with a file; the staff see how
// the call stands.
func (c *counter) systemAnswers(far *farAway) {
	c.t.Helper()
	testkit.Must(c.t, c.Requests.CallSystems(c.t.Context()))
	if len(far.calls) != 1 || far.calls[0].Action != "export" || far.calls[0].Identifiers["account"] != "dragon" {
		c.t.Fatalf("the system was sent %+v", far.calls)
	}
	tab := c.desk()
	tab.leaves(func() { tab.click("#systems a[href^='/requests/tasks/']") }).sees("#connector", c.says("connector.state.sent")).inspect()
	content := base64.StdEncoding.EncodeToString([]byte(answerFile))
	answer, err := http.Post(far.calls[0].Callback, "application/json", strings.NewReader(`{"result":"found","files":[{"name":"result.json","content":"`+content+`"}]}`))
	testkit.Must(c.t, err)
	defer func() { _ = answer.Body.Close() }() // only read
	if answer.StatusCode != http.StatusOK {
		c.t.Fatalf("the callback answers %d", answer.StatusCode)
	}
	task := tab.path()
	tab.open(task).sees("#connector", c.says("connector.state.answered")).sees("#files", "result.json").inspect().shot("task-connector-" + c.language)
}
