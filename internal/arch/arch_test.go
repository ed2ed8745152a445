package arch

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	module = "hegui"
	root   = "../.."
)

// source is one Go file with its place in the tree.
type source struct {
	path, dir string // slashed, from the root
	test      bool
	imports   []string
	file      *ast.File
}

// sources reads every Go file itself, each time: what a subprocess says would
// be cached by go test together with the result.
func sources(t *testing.T) []source {
	t.Helper()
	var out []source
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if d.IsDir() || filepath.Ext(path) != ".go" {
			return nil
		}
		s, err := read(path)
		out = append(out, s)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 50 {
		t.Fatalf("found only %d Go files: is this the root?", len(out))
	}
	return out
}

func read(path string) (source, error) {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		return source{}, err
	}
	rel, err := filepath.Rel(root, path)
	if err != nil {
		return source{}, err
	}
	rel = filepath.ToSlash(rel)
	s := source{path: rel, dir: filepath.ToSlash(filepath.Dir(rel)), test: strings.HasSuffix(rel, "_test.go"), file: file}
	for _, i := range file.Imports {
		name, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			return source{}, err
		}
		s.imports = append(s.imports, name)
	}
	return s, nil
}

func TestImports(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		for _, wrong := range check(s) {
			t.Error(wrong)
		}
	}
}

// check gives what is wrong with a file's imports, in words.
func check(s source) []string {
	allowed, listed := mayImport[s.dir]
	if !listed {
		return []string{fmt.Sprintf("%s: package %s has no place yet: add it to mayImport", s.path, s.dir)}
	}
	var out []string
	for _, name := range s.imports {
		part, ours := strings.CutPrefix(name, module+"/")
		switch {
		case ours && !s.test && !slices.Contains(allowed, anything) && !slices.Contains(allowed, part):
			out = append(out, fmt.Sprintf("%s: %s must not import %s", s.path, s.dir, name))
		case ours && part == "internal/testkit" && !s.test && s.dir != "internal/e2e":
			out = append(out, fmt.Sprintf("%s: only tests import %s", s.path, name))
		case !ours && !crossable(s, name):
			out = append(out, fmt.Sprintf("%s: %s must not import %s", s.path, s.dir, name))
		}
	}
	return out
}

// openToTests are libraries that any test may use: to look at the database, to
// ask the server, to drive a browser.
var openToTests = []string{"gorm.io/gorm", "net/http", "github.com/PuerkitoBio/goquery", "github.com/chromedp/"}

// crossable says whether a package may use an outside library.
func crossable(s source, name string) bool {
	for _, b := range borders {
		if !strings.HasPrefix(name, b.library) || slices.Contains(b.in, s.dir) {
			continue
		}
		if s.test && slices.Contains(openToTests, b.library) {
			continue
		}
		return false
	}
	return true
}

// TestCheckFinds makes sure that the rule can fail.
func TestCheckFinds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, dir string
		test      bool
		imports   string
		want      string
	}{
		{"a capability may use the ledger", "internal/account", false, "hegui/internal/audit", ""},
		{"a capability must not know the web", "internal/account", false, "hegui/web", "internal/account must not import hegui/web"},
		{"a page must not know a capability", "templates/pages", false, "hegui/internal/account", "templates/pages must not import hegui/internal/account"},
		{"the web must not know the database", "web", false, "gorm.io/gorm", "web must not import gorm.io/gorm"},
		{"a web test may look into the database", "web", true, "gorm.io/gorm", ""},
		{"Echo stays in the web", "internal/account", true, "github.com/labstack/echo/v4", "must not import github.com/labstack/echo/v4"},
		{"the kit is for tests", "cmd/hegui", false, "hegui/internal/testkit", "only tests import hegui/internal/testkit"},
		{"a new package has no place", "internal/utils", false, "fmt", "package internal/utils has no place yet"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := strings.Join(check(source{path: c.dir + "/x.go", dir: c.dir, test: c.test, imports: []string{c.imports}}), "\n")
			if got == "" != (c.want == "") || !strings.Contains(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestTableGoesUp keeps the table itself free of circles: a package's imports
// must be allowed no more than the package is.
func TestTableGoesUp(t *testing.T) {
	t.Parallel()
	var visit func(name string, trail []string)
	visit = func(name string, trail []string) {
		if slices.Contains(trail, name) {
			t.Fatalf("a circle: %s", strings.Join(append(trail, name), " → "))
		}
		for _, next := range mayImport[name] {
			if _, listed := mayImport[next]; next != anything && !listed {
				t.Errorf("%s may import %s, which is not listed", name, next)
			}
			visit(next, append(slices.Clone(trail), name))
		}
	}
	for name := range mayImport {
		visit(name, nil)
	}
}

// TestEnvironment keeps the reading of the environment where the program
// starts; everything else gets a config.Config.
func TestEnvironment(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.test || strings.HasPrefix(s.dir, "cmd/") || s.dir == "internal/testkit" || s.dir == "internal/e2e" {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if pkg, ok := sel.X.(*ast.Ident); ok && pkg.Name == "os" && slices.Contains([]string{"Getenv", "LookupEnv", "Environ"}, sel.Sel.Name) {
				t.Errorf("%s: only cmd reads the environment (os.%s)", s.path, sel.Sel.Name)
			}
			return true
		})
	}
}

// calls visits every call of a method in a file, tests aside.
func calls(s source, method string, visit func(*ast.CallExpr)) {
	if s.test {
		return
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if sel, ok := call.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == method {
				visit(call)
			}
		}
		return true
	})
}

// TestUnaudited pins who writes past the ledger.
func TestUnaudited(t *testing.T) {
	t.Parallel()
	var got []string
	for _, s := range sources(t) {
		calls(s, "Unaudited", func(call *ast.CallExpr) {
			reason := "not a literal"
			if lit, ok := call.Args[1].(*ast.BasicLit); ok {
				reason, _ = strconv.Unquote(lit.Value) // the file was parsed
			}
			got = append(got, s.path+": "+reason)
		})
	}
	slices.Sort(got)
	if diff := cmp.Diff(unaudited, got); diff != "" {
		t.Errorf("who writes past the ledger has changed (-listed +found):\n%s", diff)
	}
}

// TestPlainConnections keeps database/sql handles, which the ledger does not
// watch, inside the store.
func TestPlainConnections(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.dir == "internal/store" {
			continue
		}
		calls(s, "DB", func(call *ast.CallExpr) {
			if len(call.Args) == 0 {
				t.Errorf("%s: a plain connection (.DB()) writes past the ledger", s.path)
			}
		})
		if !s.test && slices.Contains(s.imports, "database/sql") && s.dir != "internal/audit" && s.dir != "internal/testkit" {
			t.Errorf("%s: only internal/store knows database/sql", s.path)
		}
	}
}

// TestTopLevel keeps the root of the project short.
func TestTopLevel(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !slices.Contains(topLevel, e.Name()) && !slices.Contains(ignored, e.Name()) {
			t.Errorf("%s does not belong at the top: put it into a package, .ci or .tools", e.Name())
		}
	}
}
