package e2e

import (
	"encoding/base64"
	"fmt"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"hegui/internal/testkit"
)

// leaves does something that brings another page and waits until that is
// there, also when its address is the same.
func (b *Tab) leaves(act func()) *Tab {
	b.t.Helper()
	ask[bool](b, "window.e2eOld = true")
	act()
	return b.until("another page", "!window.e2eOld && document.readyState === 'complete' && !!document.querySelector('main')")
}

// submit presses a button that sends a form.
func (b *Tab) submit(button string) *Tab {
	b.t.Helper()
	return b.leaves(func() { b.click(button) })
}

// put sets a field whose typing depends on the browser's language: dates,
// selections.
func (b *Tab) put(selector, value string) *Tab {
	b.t.Helper()
	if !ask[bool](b, fmt.Sprintf(`(f => { if (!f) return false; f.value = %[2]s; if (f.value !== %[2]s) return false;
		for (const kind of ["input", "change"]) f.dispatchEvent(new Event(kind, {bubbles: true})); return true; })(document.querySelector(%[1]s))`,
		quote(selector), quote(value))) {
		b.fail("%s cannot be %q", selector, value)
	}
	return b
}

// unchecked lets a form be sent that the browser itself would hold back, so
// that the server has to refuse it.
func (b *Tab) unchecked(form string) *Tab {
	b.t.Helper()
	ask[bool](b, fmt.Sprintf("document.querySelector(%s).noValidate = true", quote(form)))
	return b
}

// refused expects that the form came back with 422: a message beside each
// wrong field, tied to it, and in the kept fields what was typed.
func (b *Tab) refused(wrong []string, kept map[string]string) *Tab {
	b.t.Helper()
	b.until("422", `performance.getEntriesByType("navigation")[0].responseStatus === 422`)
	for _, field := range wrong {
		b.wrong(field)
	}
	for field, value := range kept {
		if got := b.value(field); got != value {
			b.t.Errorf("%s came back with %q instead of %q", field, got, value)
		}
	}
	return b
}

// wrong expects a message beside a field that the field points to.
func (b *Tab) wrong(field string) *Tab {
	b.t.Helper()
	return b.until("a message beside "+field, fmt.Sprintf(`(f => { const ids = (f?.getAttribute("aria-describedby") ?? "").split(" ");
		return ids.some(id => { const e = document.getElementById(id); return e?.matches(".field-error") && e.checkVisibility() && e.innerText.trim() !== ""; });
	})(document.querySelector(%s))`, quote(field)))
}

func (b *Tab) value(field string) string {
	b.t.Helper()
	return ask[string](b, fmt.Sprintf("document.querySelector(%s)?.value ?? 'no such field'", quote(field)))
}

// count is how many elements match.
func (b *Tab) count(selector string) int {
	b.t.Helper()
	return ask[int](b, fmt.Sprintf("document.querySelectorAll(%s).length", quote(selector)))
}

// texts are what the matches show.
func (b *Tab) texts(selector string) []string {
	b.t.Helper()
	return ask[[]string](b, fmt.Sprintf("[...document.querySelectorAll(%s)].map(e => e.innerText.trim())", quote(selector)))
}

// fetch downloads what a link leads to, with the session of the tab.
func (b *Tab) fetch(link string) []byte {
	b.t.Helper()
	data, err := base64.StdEncoding.DecodeString(ask[string](b, fmt.Sprintf(`fetch(document.querySelector(%s).href).then(async r => {
		if (!r.ok) throw new Error(r.status);
		return new Uint8Array(await r.arrayBuffer()).toBase64?.() ?? btoa(String.fromCharCode(...new Uint8Array(await (await fetch(r.url)).arrayBuffer())));
	})`, quote(link))))
	testkit.Must(b.t, err)
	return data
}

// drop lets files fall onto an element, as from a file manager.
func (b *Tab) drop(selector string, files ...string) *Tab {
	b.t.Helper()
	b.do("show "+selector, chromedp.ScrollIntoView(chromedp.CSS(selector)))
	at := ask[[]float64](b, fmt.Sprintf("(r => [r.x + r.width / 2, r.y + r.height / 2])(document.querySelector(%s).getBoundingClientRect())", quote(selector)))
	for _, kind := range []input.DispatchDragEventType{"dragEnter", "dragOver", "drop"} {
		_, err := chromedp.Call(b.ctx, input.DispatchDragEvent, input.DispatchDragEventParams{Type: kind, X: at[0], Y: at[1],
			Data: &input.DragData{Items: []*input.DragDataItem{}, Files: files, DragOperationsMask: 1}})
		testkit.Must(b.t, err)
	}
	return b
}
