package e2e

import (
	"os"
	"strings"
	"sync"
)

// limits of what a page costs (bytes over the wire, compressed) and how far
// its content may jump while it loads (layout shift score). A long table's
// columns settle by some pixels when its rows come in slowly, as they do on a
// busy machine; half of what web.dev calls good (0.1) leaves room for that, and
// a picture or a panel that pushes the page down is far above it. What comes
// after the page is complete is the library that draws charts.
const (
	maxPage   = 100 << 10
	maxAssets = 300 << 10
	maxLater  = 400 << 10
	maxShift  = 0.05
)

var axe = sync.OnceValues(func() (string, error) {
	data, err := os.ReadFile("../testkit/testdata/axe/axe.min.js")
	return string(data), err
})

// violation is a finding of axe.
type violation struct {
	ID, Impact, Help string
	Nodes            []struct {
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	}
}

// inspect looks at the page as it stands: nothing that keeps people out, no
// sideways scrolling, no jumping content, nothing refused or complained about.
func (b *Tab) inspect() *Tab {
	b.t.Helper()
	if !b.hasty {
		b.accessible()
	}
	if over := ask[int](b, "document.documentElement.scrollWidth - document.documentElement.clientWidth"); over > 0 {
		b.t.Errorf("the page is %d pixels wider than the screen: %s", over, ask[string](b, widest))
	}
	if shift := ask[float64](b, "e2e.shift"); shift > maxShift {
		b.t.Errorf("the content jumps while it loads (layout shift %.3f): %s", shift, strings.Join(ask[[]string](b, "e2e.moved"), "; "))
	}
	for _, refused := range ask[[]string](b, "e2e.refused") {
		b.t.Errorf("the content security policy refused %s", refused)
	}
	b.quiet()
	return b
}

// widest describes the first elements that stick out.
const widest = `[...document.querySelectorAll("main *, header *, footer *")]
	.filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1).slice(0, 3)
	.map(e => e.tagName.toLowerCase() + "." + e.className + " " + Math.round(e.getBoundingClientRect().right)).join("; ")`

// accessible runs axe and fails the test over serious and critical findings.
func (b *Tab) accessible() {
	b.t.Helper()
	script, err := axe()
	if err != nil {
		b.t.Fatal(err)
	}
	if !ask[bool](b, `typeof axe === "object"`) {
		ask[bool](b, script+";true")
	}
	for _, v := range ask[[]violation](b, `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations)`) {
		if v.Impact != "serious" && v.Impact != "critical" {
			continue
		}
		for _, n := range v.Nodes[:min(3, len(v.Nodes))] {
			b.t.Errorf("%s (%s, %d places): %s\n%s\n%s", v.ID, v.Impact, len(v.Nodes), v.Help, n.HTML, strings.TrimSpace(n.Summary))
		}
	}
}

// weigh fails the test when what was loaded since the tab was opened is too
// heavy for one page.
func (b *Tab) weigh() *Tab {
	b.t.Helper()
	b.ears.Lock()
	defer b.ears.Unlock()
	if b.ears.page > maxPage {
		b.t.Errorf("the page weighs %d KB", b.ears.page>>10)
	}
	if b.ears.rest > maxAssets {
		b.t.Errorf("its style, scripts and images weigh %d KB", b.ears.rest>>10)
	}
	if b.ears.later > maxLater {
		b.t.Errorf("it loads another %d KB when it is complete", b.ears.later>>10)
	}
	return b
}
