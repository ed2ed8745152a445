package file_test

import (
	"mime"
	"strings"
	"testing"
	"unicode/utf8"

	"hegui/internal/file"
)

func TestCleanName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, want string }{
		{"plain", "policy.pdf", "policy.pdf"},
		{"Chinese", "安全评估报告（定稿）.docx", "安全评估报告（定稿）.docx"},
		{"path", `C:\Users\li\报告.txt`, "报告.txt"},
		{"upwards", "../../etc/passwd", "passwd"},
		{"turned direction", "invoice\u202Efdp.exe", "invoicefdp.exe"},
		{"control characters", "a\x00b\r\nc\x1b.txt", "abc.txt"},
		{"invisible", "re\u200Bport\uFEFF.csv", "report.csv"},
		{"not for Windows", `a<b>c:"d"|e?*.txt`, "a_b_c__d__e__.txt"},
		{"spaces", "  my \u3000 file .txt. ", "my file .txt"},
		{"nothing left", "\u202e..", "file"},
		{"broken UTF-8", "r\xffeport.txt", "r_eport.txt"},
		{"decomposed", "e\u0301tude.txt", "\u00e9tude.txt"},
		{"four bytes", "证据😀.png", "证据😀.png"},
	} {
		if got := file.CleanName(c.in); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	long := file.CleanName(strings.Repeat("长", 300) + ".xlsx")
	if len(long) > 255 || !strings.HasSuffix(long, "长.xlsx") || !utf8.ValidString(long) {
		t.Errorf("long name became %q", long)
	}
}

func TestDisposition(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"policy.pdf", "安全评估 报告+终.docx", `quo"te\.txt`, "50%.csv", "naïve;x=1.txt"} {
		header := file.Disposition(false, file.CleanName(name))
		kind, params, err := mime.ParseMediaType(header)
		if err != nil || kind != "attachment" {
			t.Errorf("%s: %v in %q", name, err, header)
		}
		if params["filename"] != file.CleanName(name) {
			t.Errorf("%s: comes back as %q from %q", name, params["filename"], header)
		}
	}
}

func TestForms(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		mediaType string
		form      file.Form
		inline    bool
		served    string
	}{
		{"image/png", file.Image, true, "image/png"},
		{"image/svg+xml", file.Download, false, "application/octet-stream"},
		{"text/html", file.Text, false, "application/octet-stream"},
		{"application/xhtml+xml", file.Download, false, "application/octet-stream"},
		{"application/pdf", file.PDF, false, "application/pdf"},
		{"text/csv", file.Table, false, "application/octet-stream"},
		{"video/mp4", file.Video, true, "video/mp4"},
		{"application/zip", file.Download, false, "application/octet-stream"},
		{"", file.Download, false, "application/octet-stream"},
	} {
		if got := file.FormOf(c.mediaType); got != c.form {
			t.Errorf("%s: form %s, want %s", c.mediaType, got, c.form)
		}
		if got := file.Inline(c.mediaType); got != c.inline {
			t.Errorf("%s: inline %v", c.mediaType, got)
		}
		if got := file.ServedAs(c.mediaType); got != c.served {
			t.Errorf("%s: served as %s, want %s", c.mediaType, got, c.served)
		}
	}
	if !file.RefusedName("Report.PDF.exe") || file.RefusedName("report.pdf") {
		t.Error("names of programs are not told from others")
	}
}
