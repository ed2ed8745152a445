// Package static holds the files that browsers load: style sheets, scripts,
// icons and the vendored libraries (vendor/VENDOR.md). They are part of the
// binary.
//
// Each file has an address with a hash of its content in it, so that browsers
// may keep it for ever: URL("css/app.css") is /static/css/app.<hash>.css. Two
// files are made at start: css/app.css is all style sheets of css/ in the order
// of their names, and imports in scripts are rewritten to hashed addresses.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
)

//go:embed css js vendor favicon.svg
var files embed.FS

// Prefix is where the files live on the site.
const Prefix = "/static/"

// asset is one file as it is served.
type asset struct {
	name    string // css/app.css
	url     string // /static/css/app.1a2b3c4d5e.css
	hash    string
	body    []byte
	imports []string // names of the scripts it imports
	zipped  func() []byte
}

// bundle is every asset by name and by address.
type bundle struct {
	byName map[string]*asset
	byURL  map[string]*asset
}

// assets is built once, when first asked for.
var assets = sync.OnceValue(func() *bundle {
	b, err := build(files)
	if err != nil {
		panic(err) // an embedded file cannot be read: a mistake of the build
	}
	return b
})

// URL returns the address of a file, or the plain path of a name that does not
// exist (the tests look for such names).
func URL(name string) string {
	if a, ok := assets().byName[name]; ok {
		return a.url
	}
	return Prefix + name
}

// Exists reports whether there is a file of that name.
func Exists(name string) bool {
	_, ok := assets().byName[name]
	return ok
}

// Imports returns the addresses of the scripts that a script imports, for
// preloading.
func Imports(name string) []string {
	a, ok := assets().byName[name]
	if !ok {
		return nil
	}
	urls := make([]string, 0, len(a.imports))
	for _, imported := range a.imports {
		urls = append(urls, URL(imported))
	}
	return urls
}

func build(fsys fs.FS) (*bundle, error) {
	raw, err := read(fsys)
	if err != nil {
		return nil, err
	}
	b := &bundle{byName: map[string]*asset{}, byURL: map[string]*asset{}}
	for name := range raw {
		if _, err := b.add(raw, name); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// read returns the content of every file to serve; our style sheets become one.
func read(fsys fs.FS) (map[string][]byte, error) {
	raw := make(map[string][]byte)
	var sheets []string
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw[name], err = fs.ReadFile(fsys, name)
		if path.Dir(name) == "css" {
			sheets = append(sheets, name)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.Sort(sheets)
	var all bytes.Buffer
	for _, name := range sheets {
		all.Write(raw[name])
		delete(raw, name)
	}
	raw["css/app.css"] = all.Bytes()
	return raw, nil
}

// importing matches a static import of a neighbouring script.
var importing = regexp.MustCompile(`(?m)^(import\s(?:[^"';]*\sfrom\s)?)"\./([a-z-]+\.js)"`)

// add makes the asset of one file after those it imports, since their
// addresses are part of its content.
func (b *bundle) add(raw map[string][]byte, name string) (*asset, error) {
	if a, done := b.byName[name]; done {
		return a, nil
	}
	body, ok := raw[name]
	if !ok {
		return nil, fmt.Errorf("static: no file %s", name)
	}
	a := &asset{name: name}
	if path.Dir(name) == "js" {
		var err error
		if body, err = b.link(raw, a, body); err != nil {
			return nil, err
		}
	}
	a.fill(body)
	b.byName[name], b.byURL[a.url] = a, a
	return a, nil
}

// link replaces the imports of a script by addresses and records them.
func (b *bundle) link(raw map[string][]byte, a *asset, body []byte) ([]byte, error) {
	var failed error
	linked := importing.ReplaceAllFunc(body, func(line []byte) []byte {
		parts := importing.FindSubmatch(line)
		imported, err := b.add(raw, "js/"+string(parts[2]))
		if err != nil {
			failed = fmt.Errorf("%s: %w", a.name, err)
			return line
		}
		a.imports = append(a.imports, imported.name)
		return []byte(string(parts[1]) + `"` + imported.url + `"`)
	})
	return linked, failed
}

func (a *asset) fill(body []byte) {
	const digits = 12 // of SHA-256: enough to tell versions of one file apart
	sum := sha256.Sum256(body)
	a.body, a.hash = body, hex.EncodeToString(sum[:])[:digits]
	ext := path.Ext(a.name)
	a.url = Prefix + strings.TrimSuffix(a.name, ext) + "." + a.hash + ext
	a.zipped = sync.OnceValue(func() []byte { return compress(body) })
}

// compress returns body in gzip form, or nil when that saves nothing.
func compress(body []byte) []byte {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil
	}
	if _, err := w.Write(body); err != nil || w.Close() != nil || out.Len() >= len(body) {
		return nil
	}
	return out.Bytes()
}
