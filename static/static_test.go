package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

var listed = regexp.MustCompile("(?m)^\\| `([^`]+)` \\| `([0-9a-f]{64})` \\|$")

// TestVendored compares the vendored files with VENDOR.md: every file listed,
// every sum right, nothing else there.
func TestVendored(t *testing.T) {
	t.Parallel()
	doc, err := fs.ReadFile(files, "vendor/VENDOR.md")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, m := range listed.FindAllSubmatch(doc, -1) {
		want[string(m[1])] = string(m[2])
	}
	got := map[string]string{}
	err = fs.WalkDir(files, "vendor", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || name == "vendor/VENDOR.md" {
			return err
		}
		body, err := fs.ReadFile(files, name)
		sum := sha256.Sum256(body)
		got[strings.TrimPrefix(name, "vendor/")] = hex.EncodeToString(sum[:])
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("vendored files (-VENDOR.md +there):\n%s", diff)
	}
}

// TestSize keeps what a page loads first, and all that is vendored, small.
func TestSize(t *testing.T) {
	t.Parallel()
	const firstLoad, vendored = 300 << 10, 4 << 20 // bytes; the largest, PDF.js and ECharts, load where they are used
	sum := 0
	for name, a := range assets().byName {
		if strings.HasPrefix(name, "css/") || strings.HasPrefix(name, "js/") ||
			name == "vendor/tabler/tabler.min.css" || name == "vendor/htmx/htmx.min.js" || name == "vendor/icons/icons.svg" || name == "favicon.svg" {
			sum += min(len(a.body), len(a.zipped()))
		}
	}
	t.Logf("first load: %d KB", sum>>10)
	if sum > firstLoad || sum < 50<<10 {
		t.Errorf("a page first loads %d bytes, want at most %d", sum, firstLoad)
	}
	all := 0
	for name, a := range assets().byName {
		if strings.HasPrefix(name, "vendor/") {
			all += len(a.body)
		}
	}
	if all > vendored {
		t.Errorf("vendored files hold %d bytes, want at most %d", all, vendored)
	}
}

func get(t *testing.T, target string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, target, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, r)
	return w.Result()
}

func TestHandler(t *testing.T) {
	t.Parallel()
	css := URL("css/app.css")
	if !regexp.MustCompile(`^/static/css/app\.[0-9a-f]{12}\.css$`).MatchString(css) {
		t.Fatalf("URL = %q", css)
	}
	tests := []struct {
		name, target string
		header       []string
		status       int
		want         map[string]string
	}{
		{"hashed", css, nil, 200, map[string]string{"Cache-Control": forEver, "Content-Type": "text/css; charset=utf-8", "Content-Encoding": "", "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}},
		{"compressed", css, []string{"Accept-Encoding", "br, gzip"}, 200, map[string]string{"Content-Encoding": "gzip"}},
		{"compression refused", css, []string{"Accept-Encoding", "gzip;q=0"}, 200, map[string]string{"Content-Encoding": ""}},
		{"plain name", "/static/vendor/pdfjs/pdf.min.mjs", nil, 200, map[string]string{"Cache-Control": recheck, "Content-Type": "text/javascript; charset=utf-8"}},
		{"old hash", "/static/css/app.000000000000.css", nil, 404, nil},
		{"unknown", "/static/css/none.css", nil, 404, nil},
		{"folder", "/static/css/", nil, 404, nil},
		{"way out", "/static/../static.go", nil, 404, nil},
		{"elsewhere", "/css/app.css", nil, 404, nil},
	}
	for _, tt := range tests {
		got := get(t, tt.target, tt.header...)
		if got.StatusCode != tt.status {
			t.Errorf("%s: status %d, want %d", tt.name, got.StatusCode, tt.status)
		}
		for name, value := range tt.want {
			if got.Header.Get(name) != value {
				t.Errorf("%s: %s is %q, want %q", tt.name, name, got.Header.Get(name), value)
			}
		}
	}
}

func TestHandlerAnswersUnchanged(t *testing.T) {
	t.Parallel()
	first := get(t, URL("js/app.js"), "Accept-Encoding", "gzip")
	again := get(t, URL("js/app.js"), "Accept-Encoding", "gzip", "If-None-Match", `"other", W/`+first.Header.Get("ETag"))
	if again.StatusCode != http.StatusNotModified {
		t.Errorf("status %d for the same tag, want 304", again.StatusCode)
	}
	if other := get(t, URL("js/app.js"), "If-None-Match", first.Header.Get("ETag")); other.StatusCode != http.StatusOK {
		t.Errorf("status %d for the tag of the compressed form, want 200", other.StatusCode)
	}
}

func TestHandlerCompressesWhole(t *testing.T) {
	t.Parallel()
	zipped := get(t, URL("css/app.css"), "Accept-Encoding", "gzip")
	r, err := gzip.NewReader(zipped.Body)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(r)
	if err != nil || !bytes.Equal(got, assets().byName["css/app.css"].body) {
		t.Errorf("unpacked %d bytes (%v), want the file", len(got), err)
	}
}

func TestHandlerRefusesPost(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, httptest.NewRequest(http.MethodPost, URL("css/app.css"), nil))
	if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") == "" {
		t.Errorf("status %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
}

// TestBuild changes a script that another one imports: both addresses change,
// and the import follows.
func TestBuild(t *testing.T) {
	t.Parallel()
	site := func(words string) *bundle {
		b, err := build(fstest.MapFS{
			"css/b.css": {Data: []byte("b{}")}, "css/a.css": {Data: []byte("a{}\n")},
			"js/app.js":   {Data: []byte("import \"./part.js\";\nimport { x } from \"./part.js\";\n")},
			"js/part.js":  {Data: []byte("export const x = \"" + words + "\";\n")},
			"favicon.svg": {Data: []byte("<svg/>")},
		})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	one, two := site("1"), site("2")
	if got := string(one.byName["css/app.css"].body); got != "a{}\nb{}" {
		t.Errorf("style sheet = %q", got)
	}
	part := one.byName["js/part.js"].url
	want := "import \"" + part + "\";\nimport { x } from \"" + part + "\";\n"
	if got := string(one.byName["js/app.js"].body); got != want {
		t.Errorf("script = %q, want %q", got, want)
	}
	if one.byName["js/app.js"].url == two.byName["js/app.js"].url {
		t.Error("the importing script kept its address")
	}
	if one.byName["favicon.svg"].url != two.byName["favicon.svg"].url {
		t.Error("an unchanged file got another address")
	}
	if _, err := build(fstest.MapFS{"js/app.js": {Data: []byte(`import "./none.js";`)}}); err == nil {
		t.Error("an import of nothing was accepted")
	}
}

// TestScriptsReached finds modules that no page loads.
func TestScriptsReached(t *testing.T) {
	t.Parallel()
	reached := map[string]bool{"js/theme.js": true}
	var walk func(name string)
	walk = func(name string) {
		reached[name] = true
		for _, imported := range assets().byName[name].imports {
			walk(imported)
		}
	}
	walk("js/app.js")
	for name := range assets().byName {
		if strings.HasPrefix(name, "js/") && !reached[name] && !named(t, name) {
			t.Errorf("%s is loaded by nothing", name)
		}
	}
}

var address = regexp.MustCompile(`static\.(?:URL|Imports)\("([^"]+)"\)`)

// TestNamesExist looks for addresses of files that are not there, and icons that
// the sprite lacks.
func TestNamesExist(t *testing.T) {
	t.Parallel()
	icon := regexp.MustCompile(`\bIcon(?:\(|:\s*)"([^"]*)"`)
	sprite := string(assets().byName["vendor/icons/icons.svg"].body)
	for file, code := range sources(t) {
		for _, m := range address.FindAllStringSubmatch(code, -1) {
			if !Exists(m[1]) {
				t.Errorf("%s: no file %s", file, m[1])
			}
		}
		for _, m := range icon.FindAllStringSubmatch(code, -1) {
			if m[1] != "" && !strings.Contains(sprite, `<symbol id="`+m[1]+`"`) {
				t.Errorf("%s: no icon %q in the sprite (static/sprite.go adds them)", file, m[1])
			}
		}
	}
}

func named(t *testing.T, name string) bool {
	t.Helper()
	for _, code := range sources(t) {
		if strings.Contains(code, `static.URL("`+name+`")`) {
			return true
		}
	}
	return false
}

// sources reads the code that speaks of assets: templates and web, but for
// generated files and tests.
func sources(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, root := range []string{"../templates", "../web"} {
		err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			if os.IsNotExist(err) {
				return nil
			}
			if err != nil || d.IsDir() || strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_templ.go") {
				return err
			}
			if ext := filepath.Ext(name); ext != ".go" && ext != ".templ" {
				return nil
			}
			code, err := os.ReadFile(name)
			out[name] = string(code)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}
