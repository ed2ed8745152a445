package layout_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestBehaviour uses the scripts as a person would: keys, palette, bulk
// selection, confirmation, theme, dialog.
func TestBehaviour(t *testing.T) {
	ctx := browser(t)
	site := gallerySite(t)
	complaints := listen(ctx, t)
	open := func(t *testing.T) {
		t.Helper()
		do(ctx, t, chromedp.EmulateViewport(1280, 900), chromedp.Navigate(site.URL+"/gallery?lang=en"), chromedp.WaitReady(chromedp.CSS("main")), chromedp.Sleep(200*time.Millisecond))
		evaluate[bool](ctx, t, `document.activeElement.blur(), scrollTo(0, 0), true`)
	}
	is := func(t *testing.T, what, script string) {
		t.Helper()
		for range 20 {
			if evaluate[bool](ctx, t, script) {
				return
			}
			do(ctx, t, chromedp.Sleep(50*time.Millisecond))
		}
		t.Errorf("not so: %s", what)
	}
	press := func(t *testing.T, keys string) { t.Helper(); do(ctx, t, chromedp.KeyEvent(keys)) }

	t.Run("j and k walk through the rows", func(t *testing.T) {
		open(t)
		press(t, "j")
		press(t, "j")
		is(t, "second row is current", `document.querySelector("[data-key-current]").id === "row-2"`)
		press(t, "k")
		is(t, "first row is current", `document.querySelector("[data-key-current]").id === "row-1"`)
	})
	t.Run("keys rest while someone types", func(t *testing.T) {
		open(t)
		do(ctx, t, chromedp.SendKeys(chromedp.CSS("#f-mail"), "jka?"))
		is(t, "typed", `document.querySelector("#f-mail").value.includes("jka?")`)
		is(t, "nothing else happened", `!document.querySelector("[data-key-current]") && !document.querySelector("dialog:modal")`)
	})
	t.Run("leaving with changes asks, after a reset it does not", func(t *testing.T) {
		leave := `(e => { dispatchEvent(e); return e.defaultPrevented; })(new Event("beforeunload", {cancelable: true}))`
		is(t, "asks", leave)
		evaluate[bool](ctx, t, `document.querySelector("form[data-guard]").reset(), true`)
		is(t, "does not ask", "!"+leave)
	})
	t.Run("a chart is drawn, and drawn again in the dark", func(t *testing.T) {
		open(t)
		is(t, "drawn", `document.querySelector("#gallery-chart").dataset.drawn === "true" && document.querySelector("#gallery-chart canvas") !== null`)
		const dot = `document.querySelector("#gallery-chart canvas").toDataURL().length`
		light := evaluate[float64](ctx, t, dot)
		evaluate[bool](ctx, t, `document.documentElement.dataset.theme = "dark", document.dispatchEvent(new Event("themechange")), true`)
		is(t, "in other colours", fmt.Sprintf("%s !== %.0f", dot, light))
	})
	t.Run("a key opens its dialog and escape closes it", func(t *testing.T) {
		open(t)
		press(t, "a")
		is(t, "dialog is open", `document.querySelector("#gallery-dialog").matches(":modal")`)
		press(t, kb.Escape)
		is(t, "dialog is closed", `!document.querySelector("#gallery-dialog").open`)
	})
	t.Run("question mark lists the keys", func(t *testing.T) {
		open(t)
		press(t, "?")
		is(t, "keys of the page are listed", `document.querySelector("#keys-dialog").matches(":modal") && document.querySelector("[data-keys-here]").textContent.includes("New assessment")`)
	})
	t.Run("palette", func(t *testing.T) {
		open(t)
		do(ctx, t, chromedp.Click(chromedp.CSS(".search-box")))
		is(t, "first place is chosen", `document.querySelectorAll(".palette-item").length === 2 && document.querySelector(".palette-item").ariaSelected === "true"`)
		press(t, kb.ArrowDown)
		is(t, "second place is chosen", `document.querySelectorAll(".palette-item")[1].ariaSelected === "true" && document.querySelector(".palette-input").getAttribute("aria-activedescendant") === "palette-option-1"`)
	})
	t.Run("bulk selection", func(t *testing.T) {
		open(t)
		is(t, "bar is hidden", `getComputedStyle(document.querySelector(".bulk-bar")).display === "none"`)
		do(ctx, t, chromedp.Click(chromedp.CSS("[data-bulk-all]")))
		is(t, "all are selected", `document.querySelector("[data-bulk-count]").textContent === "5 selected"`)
		do(ctx, t, chromedp.Click(chromedp.CSS("#row-1 [data-bulk-item]")))
		is(t, "one less", `document.querySelector("[data-bulk-count]").textContent === "4 selected" && document.querySelector("[data-bulk-all]").indeterminate`)
	})
	t.Run("a question is asked before", func(t *testing.T) {
		open(t)
		evaluate[bool](ctx, t, `window.sent = 0, document.addEventListener("submit", e => { if (e.target.matches(".post-button")) { window.sent++; e.preventDefault(); } }), true`)
		do(ctx, t, chromedp.Click(chromedp.CSS(".post-button button")))
		is(t, "asked", `document.querySelector("#confirm-dialog").matches(":modal") && document.querySelector("#confirm-text").textContent.includes("Retire it?") && window.sent === 0`)
		do(ctx, t, chromedp.Click(chromedp.CSS("#confirm-dialog [value=cancel]")))
		is(t, "no means no", `!document.querySelector("#confirm-dialog").open && window.sent === 0`)
		do(ctx, t, chromedp.Click(chromedp.CSS(".post-button button")))
		is(t, "asked again", `document.querySelector("#confirm-dialog").matches(":modal")`)
		do(ctx, t, chromedp.Click(chromedp.CSS("[data-confirm-ok]")))
		is(t, "yes sends once", `window.sent === 1`)
		evaluate[bool](ctx, t, `(press => ([".post-button button", "#confirm-dialog [value=cancel]", ".post-button button", "[data-confirm-ok]"].forEach(press), true))(s => document.querySelector(s).click())`)
		is(t, "no, then yes at once, sends once more", `window.sent === 2`)
	})
	t.Run("theme changes and is remembered", func(t *testing.T) {
		open(t)
		do(ctx, t, chromedp.Click(chromedp.CSS("summary:has(.theme-icon)")), chromedp.Click(chromedp.CSS("[name=theme][value=dark]")))
		is(t, "dark", `document.documentElement.dataset.bsTheme === "dark" && document.cookie.includes("theme=dark")`)
		is(t, "menu is closed", `!document.querySelector("[data-menu][open]")`)
	})
	t.Run("a filter applies when it is changed", func(t *testing.T) {
		open(t)
		evaluate[bool](ctx, t, `document.querySelector("form.filters").addEventListener("submit", e => { e.preventDefault(); window.asked = new URLSearchParams(new FormData(e.target)).toString(); }), true`)
		evaluate[bool](ctx, t, `(s => { s.value = "ok"; return s.dispatchEvent(new Event("change", {bubbles: true})); })(document.querySelector("#f-status"))`)
		is(t, "only filled filters are sent", `window.asked === "status=ok"`)
	})
	t.Run("navigation on a phone", func(t *testing.T) {
		open(t)
		do(ctx, t, chromedp.EmulateViewport(390, 844), chromedp.Click(chromedp.CSS(".topbar-menu")))
		is(t, "navigation is open", `document.querySelector("#sidebar").matches(":popover-open")`)
	})
	t.Run("files upload one by one, and a refusal says why", func(t *testing.T) {
		open(t)
		evaluate[bool](ctx, t, `(input => {
			const files = new DataTransfer();
			files.items.add(new File(["a"], "good.txt"));
			files.items.add(new File(["b"], "bad.txt"));
			input.files = files.files;
			return input.dispatchEvent(new Event("change", {bubbles: true}));
		})(document.querySelector("#gallery-upload-file"))`)
		is(t, "one is done, one refused", `(l => l.length === 2 && l[0].dataset.state === "done" && l[1].dataset.state === "failed" && l[1].textContent.includes("Not this one"))(document.querySelectorAll("[data-dropzone-list] li"))`)
	})
	t.Run("htmx swaps a refused form with its messages", func(t *testing.T) {
		open(t)
		evaluate[bool](ctx, t, `(f => { f.id = "sent"; f.setAttribute("hx-post", "/refused"); f.setAttribute("hx-target", "#sent"); htmx.process(f); f.removeAttribute("data-guard"); f.querySelector("#f-name").required = false; f.requestSubmit(f.querySelector("[type=submit]")); return true; })(document.querySelector("form[data-guard]"))`)
		is(t, "the form is replaced and its error has the focus", `document.querySelector("#sent #again")?.getAttribute("aria-invalid") === "true" && document.activeElement.id === "again"`)
		is(t, "a toast came along", `[...document.querySelectorAll("#toasts [data-toast]")].some(n => n.textContent.includes("Look again"))`)
	})
	for _, c := range complaints() {
		if !strings.Contains(c, "422") {
			t.Error(c)
		}
	}
}

func do(ctx context.Context, t *testing.T, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	limited, stop := context.WithTimeout(ctx, 15*time.Second)
	defer stop()
	if err := chromedp.Do(limited, steps...); err != nil {
		t.Fatal(err)
	}
}
