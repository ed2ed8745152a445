package e2e

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"strings"
	"testing"

	"hegui/internal/sheet"
	"hegui/internal/testkit"
)

// sample is a file to prove something with, and how one can tell that its
// preview shows it.
type sample struct {
	name, path string
	shown      string // JavaScript
}

// samples writes a file of each kind that has its own preview, and one that
// has none.
func samples(t *testing.T) []sample {
	t.Helper()
	var picture, book bytes.Buffer
	canvas := image.NewRGBA(image.Rect(0, 0, 320, 200))
	for i := range 320 * 200 {
		canvas.Set(i%320, i/320, color.RGBA{uint8(i % 256), uint8(i / 320), 120, 255})
	}
	testkit.Must(t, png.Encode(&picture, canvas))
	testkit.Must(t, sheet.Write(&book, sheet.Sheet{Name: "抽检", Header: []sheet.Column{{Title: "编号", Width: 10}}, Rows: [][]string{{"0001"}}}))
	list := []struct {
		name, content, shown string
	}{
		{"标识截图.png", picture.String(), `(i => i?.complete && i.naturalWidth === 320)(document.querySelector("#content img"))`},
		{"security-assessment.pdf", document("Security assessment", "Signed on 20 November 2026"), drawn},
		{"抽检记录.csv", "日期,编号,结果\n2026-11-20,0001,合格\n", `document.querySelectorAll("#content .preview-table td")[2]?.innerText === "合格"`},
		{"训练数据来源说明.txt", "语料来源:公开数据集。\n<script>alert(1)</script>\n", `document.querySelector("#content .preview-text")?.innerText.includes("语料来源") && !document.querySelector("#content script")`},
		{"complaint-call.wav", tone(), `document.querySelector("#content audio")?.duration > 0.4`},
		{"抽检统计.xlsx", book.String(), `!!document.querySelector("#content .empty, #content .empty-state")`},
	}
	dir := t.TempDir()
	out := make([]sample, len(list))
	for i, one := range list {
		out[i] = sample{one.name, writeFile(t, dir, one.name, one.content), one.shown}
	}
	return out
}

// drawn says that the page of a PDF has ink on it.
const drawn = `(() => { const box = document.querySelector("#content [data-pdf][data-drawn]"), c = box?.querySelector("canvas");
	if (!c || c.width === 0) return false;
	const p = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
	let ink = 0;
	for (let i = 0; i < p.length; i += 4) if (p[i + 3] > 0 && p[i] < 128) ink++;
	return ink > 50 && ink < c.width * c.height / 2; })()`

// document is a PDF of one page.
func document(lines ...string) string {
	text := "BT /F1 28 Tf 72 740 Td 40 TL " + "(" + strings.Join(lines, ") Tj T* (") + ") Tj ET"
	var b strings.Builder
	b.WriteString("%PDF-1.4\n")
	var at []int
	for i, object := range []string{"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(text), text), "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"} {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, xref)
	return b.String()
}

// tone is half a second of sound as WAV: 8 kHz, 16 bits, mono.
func tone() string {
	const rate, n = 8000, 4000
	var b bytes.Buffer
	write := func(v any) { _ = binary.Write(&b, binary.LittleEndian, v) }
	b.WriteString("RIFF")
	write(uint32(36 + 2*n))
	b.WriteString("WAVEfmt ")
	for _, v := range []any{uint32(16), uint16(1), uint16(1), uint32(rate), uint32(2 * rate), uint16(2), uint16(16)} {
		write(v)
	}
	b.WriteString("data")
	write(uint32(2 * n))
	for i := range n {
		write(int16(8000 * math.Sin(2*math.Pi*440*float64(i)/rate)))
	}
	return b.String()
}
