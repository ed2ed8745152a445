package stats_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"testing"
)

type vectorFile struct {
	Count   int            `json:"count"`
	Kinds   map[string]int `json:"kinds"`
	Vectors []vector       `json:"vectors"`
}

type vector struct {
	ID        string          `json:"id"`
	Kind      string          `json:"kind"`
	Inputs    json.RawMessage `json:"inputs"`
	Expected  map[string]any  `json:"expected"`
	Tolerance struct {
		Abs float64 `json:"abs"`
		Rel float64 `json:"rel"`
	} `json:"tolerance"`
}

// TestVectors compares the package with reference results of R, scipy,
// statsmodels and others. HEGUI_VECTORS names another file of the same form to be
// checked with as well.
func TestVectors(t *testing.T) {
	t.Parallel()
	t.Run("ours", func(t *testing.T) {
		if n := runVectors(t, "testdata/vectors.json"); n != 400 {
			t.Errorf("ran %d vectors, want 400", n)
		}
	})
	if path := os.Getenv("HEGUI_VECTORS"); path != "" {
		t.Run("given", func(t *testing.T) { runVectors(t, path) })
	}
}

func runVectors(t *testing.T, path string) int {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var file vectorFile
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	kinds := map[string]int{}
	for _, v := range file.Vectors {
		kinds[v.Kind]++
		t.Run(v.ID, func(t *testing.T) { v.check(t) })
	}
	if len(file.Vectors) != file.Count || len(file.Vectors) == 0 {
		t.Errorf("%s holds %d vectors and says %d", path, len(file.Vectors), file.Count)
	}
	if file.Kinds != nil && !maps.Equal(kinds, file.Kinds) {
		t.Errorf("%s holds %v and says %v", path, kinds, file.Kinds)
	}
	return len(file.Vectors)
}

func (v vector) check(t *testing.T) {
	compute, known := vectorKinds[v.Kind]
	if !known {
		t.Fatalf("unknown kind %q, known are %v", v.Kind, slices.Sorted(maps.Keys(vectorKinds)))
	}
	result, err := compute(v.Inputs)
	if err != nil {
		t.Fatalf("%s: %v", v.Kind, err)
	}
	encoded, err := json.Marshal(result) // refuses NaN and infinities
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(encoded, &got); err != nil {
		t.Fatal(err)
	}
	if len(v.Expected) == 0 {
		t.Error("vector expects nothing")
	}
	for field, want := range v.Expected {
		value, given := got[field]
		if !given {
			t.Errorf("%s: not computed", field)
			continue
		}
		v.compare(t, field, value, want)
	}
}

// compare walks the expected value: numbers within the tolerance, all else equal.
func (v vector) compare(t *testing.T, at string, got, want any) {
	t.Helper()
	switch want := want.(type) {
	case float64:
		number, ok := got.(float64)
		slack := max(v.Tolerance.Abs, v.Tolerance.Rel*math.Abs(want))
		if !ok || math.Abs(number-want) > slack {
			t.Errorf("%s = %v, want %v within %g", at, got, want, slack)
		}
	case []any:
		list, ok := got.([]any)
		if !ok || len(list) != len(want) {
			t.Errorf("%s = %v, want %v", at, got, want)
			return
		}
		for i := range want {
			v.compare(t, fmt.Sprintf("%s[%d]", at, i), list[i], want[i])
		}
	case map[string]any:
		fields, ok := got.(map[string]any)
		if !ok {
			t.Errorf("%s = %v, want %v", at, got, want)
			return
		}
		for key := range want {
			v.compare(t, at+"."+key, fields[key], want[key])
		}
	default:
		if got != want {
			t.Errorf("%s = %v, want %v", at, got, want)
		}
	}
}
