package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"hegui/internal/account"
	"hegui/internal/actor"
	"hegui/internal/testkit"
)

// TestSignInAndLookAround signs in as people do, wrongly first, switches
// language and theme, finds an article by its Chinese words, and leaves.
func TestSignInAndLookAround(t *testing.T) {
	t.Parallel()
	app := testkit.New(t)
	const password = "seven purple bicycles"
	_, err := app.Accounts.AddWithPassword(t.Context(), actor.System("test"), account.Person{Email: "lin@test.example", Name: "林悦",
		Roles: []actor.Role{actor.Officer}, AllServices: true, Language: "en"}, password)
	testkit.Must(t, err)
	tab := serve(t, app).tab(t, nil).allow("status of 422")

	tab.open("/articles/8").at("/login").inspect()
	tab.fill("#f-email", "lin@test.example").fill("#f-password", "not this one").press(kb.Enter)
	tab.sees("[role=alert]", "not right").inspect()
	tab.fill("#f-password", password).press(kb.Enter).at("/articles/8")

	tab.click(".topbar form[action='/language'] button").until("Chinese", `document.documentElement.lang.startsWith("zh")`)
	tab.at("/articles/8").sees("h1", "第八条").inspect()
	tab.click("summary:has(.theme-icon)").click("[name=theme][value=dark]").until("dark", `document.documentElement.dataset.bsTheme === "dark"`)
	tab.open("/articles").until("still dark", `document.documentElement.dataset.bsTheme === "dark"`)

	tab.do("palette", chromedp.KeyEvent("k", chromedp.KeyModifiers(kb.ModifierCtrl)))
	tab.do("type", chromedp.SendKeys(chromedp.CSS(".palette-input"), "标注")).sees(".palette-item", "第八条").inspect()
	tab.press(kb.Escape).misses("dialog:modal")

	tab.size(narrow).open("/articles").click(".topbar-menu").until("navigation", `document.querySelector("#sidebar").matches(":popover-open")`).inspect()
	tab.size(wide).open("/profile").do("sign out", chromedp.Submit(chromedp.CSS("form[action='/logout']"))).at("/login")
	tab.open("/articles").at("/login")
	app.Sound()
}

// TestUploadSeveralFiles brings in files of several kinds by drag and drop's
// field, as the page's script sends them.
func TestUploadSeveralFiles(t *testing.T) {
	t.Parallel()
	app := testkit.New(t)
	tab := serve(t, app).tab(t, app.Officer)
	dir := t.TempDir()
	var files []string
	for i, name := range []string{"训练数据来源说明.txt", "labels.csv"} {
		files = append(files, writeFile(t, dir, name, fmt.Sprintf("第%d份,内容\n1,2\n", i+1)))
	}
	tab.open("/evidence/new").upload("input[type=file]", files...)
	tab.until("the page of the batch", `location.pathname.startsWith("/evidence/batch/") && document.readyState === "complete"`)
	if got := ask[int](tab, `document.querySelectorAll("main form, main fieldset").length`); got == 0 {
		tab.fail("nothing to fill in")
	}
	tab.inspect().shot("upload")
	tab.open("/evidence")
	for _, name := range []string{"训练数据来源说明", "labels"} {
		tab.sees("main", name)
	}
	app.Sound()
}
