package i18n

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// keyShape is what a message key looks like.
var keyShape = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_-]+)+$`)

// prefixShape is the beginning of keys put together in code.
var prefixShape = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_-]+)*\.$`)

// keyArgument says which argument of a call is a message key: after the context
// of T, after the kind of problem.New, after kind and field of problem.Field.
var keyArgument = map[string]int{"i18n.T": 1, "problem.New": 1, "problem.Field": 2}

// use is what the code says about messages.
type use struct {
	literals map[string]bool // every string that looks like a key
	prefixes []string
	calls    []call
	faces    map[string][]string // strings in web and templates that look like keys, and where
}

// call is a use of a key whose values are known.
type call struct {
	where, key string
	values     []string // names given; nil if not known
	open       bool     // values come from a variable
}

// TestKeysExist looks at every key in code: those given to T and to problems
// anywhere, and every string of web and templates that starts like a key.
func TestKeysExist(t *testing.T) {
	t.Parallel()
	code := readCode(t)
	for _, c := range code.calls {
		m, ok := catalogues()[Chinese][c.key]
		if !ok {
			t.Errorf("%s: no message %q", c.where, c.key)
			continue
		}
		if missing := without(names(m.other), c.values); !c.open && len(missing) > 0 {
			t.Errorf("%s: %q needs values for %v", c.where, c.key, missing)
		}
	}
	for key, where := range code.faces {
		if areas()[area(key)] && !Has(key) {
			t.Errorf("%s: no message %q", where[0], key)
		}
	}
}

// TestKeysUsed finds messages that nobody prints.
func TestKeysUsed(t *testing.T) {
	t.Parallel()
	code := readCode(t)
	for _, key := range keys(catalogues()[Chinese]) {
		made := slices.ContainsFunc(code.prefixes, func(p string) bool { return strings.HasPrefix(key, p) })
		if !code.literals[key] && !made {
			t.Errorf("message %q is not used", key)
		}
	}
}

func area(key string) string {
	name, _, _ := strings.Cut(key, ".")
	return name
}

func areas() map[string]bool {
	out := map[string]bool{}
	for key := range catalogues()[Chinese] {
		out[area(key)] = true
	}
	return out
}

// readCode parses every Go file of the module but tests. Templates are read in
// their generated form.
func readCode(t *testing.T) *use {
	t.Helper()
	root := moduleRoot(t)
	u := &use{literals: map[string]bool{}, faces: map[string][]string{}}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || d.Name() == "vendor" || strings.HasPrefix(d.Name(), ".") && name != root) {
			return fs.SkipDir
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		return u.read(root, name)
	})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func moduleRoot(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		t.Fatal(err)
	}
	return dir
}

func (u *use) read(root, name string) error {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, nil, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	rel, _ := filepath.Rel(root, name) // both are absolute: cannot fail
	face := strings.HasPrefix(rel, "web/") || strings.HasPrefix(rel, "templates/")
	ast.Inspect(file, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.BasicLit:
			u.literal(x, face, rel)
		case *ast.CallExpr:
			u.call(x, rel)
		}
		return true
	})
	return nil
}

func (u *use) literal(x *ast.BasicLit, face bool, where string) {
	s, ok := value(x)
	switch {
	case !ok:
	case prefixShape.MatchString(s):
		u.prefixes = append(u.prefixes, s)
	case keyShape.MatchString(s):
		u.literals[s] = true
		if face {
			u.faces[s] = append(u.faces[s], where)
		}
	}
}

// call records a call with a literal key.
func (u *use) call(x *ast.CallExpr, where string) {
	at, ok := keyArgument[callee(x)]
	if !ok || len(x.Args) <= at {
		return
	}
	key, ok := value(x.Args[at])
	if !ok {
		return
	}
	c := call{where: where, key: key, open: x.Ellipsis.IsValid()}
	for i := at + 1; i < len(x.Args); i += 2 {
		name, _ := value(x.Args[i])
		c.values = append(c.values, name)
	}
	u.calls = append(u.calls, c)
}

// callee names the function called as it is written, package.Function.
func callee(x *ast.CallExpr) string {
	s, ok := x.Fun.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	p, ok := s.X.(*ast.Ident)
	if !ok {
		return ""
	}
	return p.Name + "." + s.Sel.Name
}

// value returns the text of a string literal.
func value(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}
