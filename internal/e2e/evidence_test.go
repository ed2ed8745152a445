package e2e

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/png"
	"strings"
	"testing"

	"hegui/internal/evidence"
	"hegui/internal/register"
	"hegui/internal/regulation"
	"hegui/internal/testkit"
)

// smallPDF is a document of two pages.
func smallPDF() string {
	var b bytes.Buffer
	var at []int
	add := func(object string) {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", len(at), object)
	}
	b.WriteString("%PDF-1.4\n")
	add("<< /Type /Catalog /Pages 2 0 R >>")
	add("<< /Type /Pages /Kids [3 0 R 5 0 R] /Count 2 >>")
	for n, words := range []string{"Content safety policy", "Page two"} {
		add(fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << /Font << /F1 7 0 R >> >> >>", 4+2*n))
		draw := "BT /F1 28 Tf 60 760 Td (" + words + ") Tj ET"
		add(fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(draw), draw))
	}
	add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, place := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", place)
	}
	fmt.Fprintf(&b, "trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF", len(at)+1, start)
	return b.String()
}

// smallPNG is a grey picture.
func smallPNG(t *testing.T) string {
	var b bytes.Buffer
	testkit.Must(t, png.Encode(&b, image.NewGray(image.Rect(0, 0, 320, 200))))
	return b.String()
}

// silence is a tenth of a second of sound, as a WAV file.
func silence() string {
	const rate, samples = 8000, 800
	var b bytes.Buffer
	b.WriteString("RIFF")
	_ = binary.Write(&b, binary.LittleEndian, uint32(36+samples))
	b.WriteString("WAVEfmt ")
	for _, v := range []any{uint32(16), uint16(1), uint16(1), uint32(rate), uint32(rate), uint16(1), uint16(8)} {
		_ = binary.Write(&b, binary.LittleEndian, v)
	}
	b.WriteString("data")
	_ = binary.Write(&b, binary.LittleEndian, uint32(samples))
	b.Write(bytes.Repeat([]byte{0x80}, samples))
	return b.String()
}

// TestPreviews looks at evidence of several kinds without leaving the page.
func TestPreviews(t *testing.T) {
	t.Parallel()
	app := testkit.New(t)
	site := serve(t, app)
	bring := func(name, content string) string {
		i, err := app.Evidence.Submit(t.Context(), app.Officer.Actor(), evidence.Submission{Content: evidence.Content{FileName: name}}, strings.NewReader(content))
		testkit.Must(t, err)
		return "/evidence/" + i.ID
	}
	tab := site.tab(t, app.Officer)

	tab.open(bring("policy.pdf", smallPDF())).until("first page", `document.querySelector("[data-pdf]").dataset.drawn === "1"`)
	tab.sees("[data-pdf-page]", "Page 1 of 2").click(`[data-pdf-step="1"]`).until("second page", `document.querySelector("[data-pdf]").dataset.drawn === "2"`)
	if ink := ask[int](tab, `(c => c.getContext("2d").getImageData(0, 0, c.width, c.height).data.filter((v, i) => i % 4 === 0 && v < 128).length)(document.querySelector("[data-pdf] canvas"))`); ink == 0 {
		t.Error("the page of the PDF is empty")
	}
	tab.inspect()

	tab.open(bring("screen.png", smallPNG(t))).until("picture", `document.querySelector(".preview-image img").naturalWidth === 320`).inspect()
	tab.open(bring("signal.wav", silence())).until("sound", `document.querySelector("audio").duration > 0.05`).inspect()
	tab.open(bring("table.csv", "编号,名称\n1,<b>训练数据</b>\n")).sees(".preview-table td", "<b>训练数据</b>").inspect()
	page := bring("page.html", `<!DOCTYPE html><script>document.title="taken over"</script><p>words</p>`)
	tab.open(page).sees(".preview-text", "taken over").inspect()
	if title := ask[string](tab, "document.title"); strings.Contains(title, "taken over") {
		t.Error("the page of an uploaded file ran")
	}
}

// TestEvidencePanelInTheBrowser brings evidence in on the page of a
// requirement, without leaving it.
func TestEvidencePanelInTheBrowser(t *testing.T) {
	t.Parallel()
	app := testkit.New(t)
	e, err := app.Register.Register(t.Context(), app.Officer.Actor(), register.Registration{Details: register.Details{Name: "Chat", Kind: "chat"},
		Scope: register.Scoping{Profile: regulation.Profile{Public: regulation.Yes}}})
	testkit.Must(t, err)
	rows, err := app.Checklist.Rows(t.Context(), app.Officer.Actor(), e.ID)
	testkit.Must(t, err)
	dir := t.TempDir()
	tab := serve(t, app).tab(t, app.Officer).allow("status of 422")
	tab.open("/checklists/" + e.ID + "/" + rows[0].RequirementID)
	here := tab.path()

	tab.upload("#panel-upload-file", writeFile(t, dir, "rules.txt", "the rules"), writeFile(t, dir, "minutes.txt", "the minutes"))
	tab.sees("#evidence-panel .evidence-items", "rules").sees("#evidence-panel .evidence-items", "minutes").inspect()
	tab.upload("#panel-upload-file", writeFile(t, dir, "tool.txt", "MZ\x90\x00"+strings.Repeat("\x00", 300)))
	tab.sees("[data-dropzone-list]", "Programs and installers").inspect()
	paste := `(() => { const d = new DataTransfer(); d.items.add(new File(["pasted words"], "image.png", {type: "image/png"}));
		document.dispatchEvent(new ClipboardEvent("paste", {clipboardData: d, bubbles: true, cancelable: true})); return true })()`
	ask[bool](tab, paste)
	tab.sees("[data-dropzone-list]", "screenshot")
	if tab.path() != here {
		t.Errorf("left the page for %s", tab.path())
	}

	tab.open(here).click(".evidence-more details:nth-of-type(1) summary").fill("#panel-title-link", "Notice").fill("#panel-url", "https://example.com/notice")
	tab.click(".evidence-more details:nth-of-type(1) button").sees("#evidence-panel .evidence-items", "Notice")
	tab.click("#evidence-panel .evidence-items li button").click("#confirm-dialog [data-confirm-ok]")
	tab.until("one piece less", `document.querySelectorAll("#evidence-panel > .panel-body > .evidence-items > li").length === 3`).inspect()
	app.Sound()
}
