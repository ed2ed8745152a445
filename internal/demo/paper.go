package demo

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"

	"github.com/xuri/excelize/v2"

	"hegui/internal/day"
	"hegui/internal/evidence"
	"hegui/internal/regulation"
)

// typeOf guesses the type of evidence from its English name.
func typeOf(name string) evidence.Type {
	name = strings.ToLower(name)
	for _, t := range []struct {
		word string
		kind evidence.Type
	}{
		{"screenshot", "screenshot"}, {"contract", "contract"}, {"agreement", "contract"}, {"training", "training"}, {"certificate", "certificate"},
		{"log", "log"}, {"report", "report"}, {"policy", "policy"}, {"rules", "policy"}, {"procedure", "policy"}, {"record", "record"}, {"register", "record"},
	} {
		if strings.Contains(name, t.word) {
			return t.kind
		}
	}
	return "record"
}

// paper makes a real file of the kind that such evidence has: a picture, a
// table, a PDF, a list or a text.
func (s *story) paper(r *regulation.Requirement, title string, made day.Date) (name string, body []byte, err error) {
	base := fmt.Sprintf("%s-%s", r.ID, made)
	switch s.chance.IntN(5) {
	case 0:
		body, err = s.picture()
		return base + ".png", body, err
	case 1:
		body, err = s.workbook(r, made)
		return base + ".xlsx", body, err
	case 2:
		return base + ".pdf", pdf("Evidence "+r.ID, r.Title.EN, "Made on "+string(made), "Checked against "+r.Clause), nil
	case 3:
		return base + ".csv", []byte("\uFEFF" + s.list(made)), nil
	}
	return base + ".txt", []byte(title + "\n\n" + s.say(text{r.Text.ZH, r.Text.EN}) + "\n\n" + string(made) + "\n"), nil
}

// picture is a chart-like screenshot.
func (s *story) picture() ([]byte, error) {
	img := image.NewRGBA(image.Rect(0, 0, 640, 360))
	for x := range 640 {
		height := 60 + (x/40*37+s.chance.IntN(9))%220
		for y := range 360 {
			c := color.RGBA{246, 248, 251, 255}
			if y > 340-height && x%40 > 8 {
				c = color.RGBA{47, 93, 151, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	var buf bytes.Buffer
	err := png.Encode(&buf, img)
	return buf.Bytes(), err
}

// workbook is a sheet with a few checks.
func (s *story) workbook(r *regulation.Requirement, made day.Date) ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close() //nolint:errcheck // in memory
	head := []any{s.say(text{"序号", "No."}), s.say(text{"检查内容", "Checked"}), s.say(text{"日期", "Date"}), s.say(text{"结果", "Result"})}
	if err := f.SetSheetRow("Sheet1", "A1", &head); err != nil {
		return nil, err
	}
	for i := range 12 {
		row := []any{i + 1, s.say(text{r.Title.ZH, r.Title.EN}), string(made.Add(i)), s.say(text{"通过", "passed"})}
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+2), &row); err != nil {
			return nil, err
		}
	}
	buf, err := f.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// list is a log of checks, one a line.
func (s *story) list(made day.Date) string {
	var b strings.Builder
	b.WriteString(s.say(text{"日期,编号,处理人,结果\n", "date,number,handled by,result\n"}))
	for i := range 20 {
		fmt.Fprintf(&b, "%s,%05d,%s,%s\n", made.Add(-i), s.chance.IntN(100_000), s.say(cast[9+i%4].name), s.say(text{"已处理", "handled"}))
	}
	return b.String()
}

// pdf is a one-page document with lines of Latin text, in the fonts every
// reader has.
func pdf(lines ...string) []byte {
	var page strings.Builder
	page.WriteString("BT /F1 16 Tf 72 760 Td 22 TL\n")
	for _, l := range lines {
		fmt.Fprintf(&page, "(%s) Tj T*\n", strings.NewReplacer("\\", "\\\\", "(", "\\(", ")", "\\)", "’", "'").Replace(l))
	}
	page.WriteString("ET\n")
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%sendstream", page.Len(), page.String()),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
	}
	var out bytes.Buffer
	out.WriteString("%PDF-1.4\n")
	offsets := make([]int, len(objects))
	for i, o := range objects {
		offsets[i] = out.Len()
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	xref := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, o := range offsets {
		fmt.Fprintf(&out, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, xref)
	return out.Bytes()
}
