package web_test

import (
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"hegui/internal/i18n"
	"hegui/internal/testkit"
)

// TestActionsHaveWords reads the capabilities' source for the actions they
// name, and wants a sentence for each. Those put together in other ways are
// seen by testkit's Sound, when a test brings them about.
func TestActionsHaveWords(t *testing.T) {
	t.Parallel()
	dirs, err := filepath.Glob("../internal/*")
	testkit.Must(t, err)
	found := 0
	for _, dir := range dirs {
		if slices.Contains([]string{"testkit", "e2e", "bench"}, filepath.Base(dir)) {
			continue
		}
		s := scan(t, dir)
		for _, action := range s.actions() {
			found++
			if key := "activity.action." + action; !i18n.Has(key) {
				t.Errorf("%s records %q, which has no words: add %q to both activity.json", filepath.Base(dir), action, key)
			}
		}
	}
	if found < 30 {
		t.Errorf("found only %d actions: does the scan still understand the code?", found)
	}
}

// source is one package as the scan sees it.
type source struct {
	files []*ast.File
}

func scan(t *testing.T, dir string) *source {
	t.Helper()
	s, set := &source{}, gotoken.NewFileSet()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	testkit.Must(t, err)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(set, name, nil, parser.SkipObjectResolution)
		testkit.Must(t, err)
		s.files = append(s.files, file)
	}
	return s
}

// functions visits every function with a body.
func (s *source) functions(visit func(*ast.FuncDecl)) {
	for _, file := range s.files {
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
				visit(f)
			}
		}
	}
}

// actions gives the values of the field Action in all literals of events.
func (s *source) actions() []string {
	var out []string
	s.functions(func(f *ast.FuncDecl) {
		ast.Inspect(f, func(n ast.Node) bool {
			lit, ok := n.(*ast.CompositeLit)
			if !ok || !isEvent(lit) {
				return true
			}
			for _, e := range lit.Elts {
				if kv, ok := e.(*ast.KeyValueExpr); ok && name(kv.Key) == "Action" {
					out = append(out, s.values(kv.Value, f, "")...)
				}
			}
			return true
		})
	})
	slices.Sort(out)
	return slices.Compact(out)
}

// isEvent tells the literal of an event from others with a field Action: it
// also says what it happened to.
func isEvent(lit *ast.CompositeLit) bool {
	return slices.ContainsFunc(lit.Elts, func(e ast.Expr) bool {
		kv, ok := e.(*ast.KeyValueExpr)
		return ok && name(kv.Key) == "Object"
	})
}

func name(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

// values gives what an expression can be: a literal, or a prefix and a
// parameter of a plain function, whose callers then say the rest.
func (s *source) values(e ast.Expr, in *ast.FuncDecl, prefix string) []string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if word, err := strconv.Unquote(e.Value); err == nil {
			return []string{prefix + word}
		}
	case *ast.BinaryExpr:
		if lit, ok := e.X.(*ast.BasicLit); ok && e.Op == gotoken.ADD {
			if word, err := strconv.Unquote(lit.Value); err == nil {
				return s.values(e.Y, in, prefix+word)
			}
		}
	case *ast.Ident:
		if at := parameter(in, e.Name); at >= 0 && in.Recv == nil {
			return s.arguments(in.Name.Name, at, prefix)
		}
	}
	return nil
}

// parameter gives the place of a parameter, or -1.
func parameter(f *ast.FuncDecl, wanted string) int {
	at := 0
	for _, field := range f.Type.Params.List {
		for _, n := range field.Names {
			if n.Name == wanted {
				return at
			}
			at++
		}
	}
	return -1
}

// arguments gives the literals that callers in the package hand over.
func (s *source) arguments(function string, at int, prefix string) []string {
	var out []string
	s.functions(func(f *ast.FuncDecl) {
		ast.Inspect(f, func(n ast.Node) bool {
			c, ok := n.(*ast.CallExpr)
			if !ok || len(c.Args) <= at {
				return true
			}
			if id, plain := c.Fun.(*ast.Ident); plain && id.Name == function {
				if lit, ok := c.Args[at].(*ast.BasicLit); ok {
					out = append(out, s.values(lit, f, prefix)...)
				}
			}
			return true
		})
	})
	return out
}
