package labelling

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math"
	"slices"

	"hegui/internal/labelling/stats/draw"
)

// Proven is one thing that a record was held against itself for.
type Proven struct {
	What string // label_decide.proof.<what>
	OK   bool
}

// Recheck computes everything in a record anew that can be computed from it
// alone: the seed from its parts, the list of the draw, the counts from the verdicts, all
// figures from the counts, and the hash of the whole.
func (r Record) Recheck() ([]Proven, error) {
	b, err := r.Read()
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(r.Body))
	out := []Proven{{"hash", hex.EncodeToString(sum[:]) == r.SHA256}}
	if b.Draw != nil {
		out = append(out, Proven{"seed", b.Draw.seedFits(b.Lot.ID)})
	}
	if b.Checks != nil && len(b.Checks.Verdicts) > 0 {
		ids, counts := b.Checks.count()
		in := b.Standing.Inputs
		out = append(out, Proven{"verdicts", hashOfRows(b.Checks.Verdicts) == b.Checks.Hash}, Proven{"list", listHash(ids) == b.Draw.ListHash},
			Proven{"counts", counts == [3]int{in.Drawn, in.Judged, in.Wrong}})
	}
	if b.Plan != nil {
		again, err := Compute(b.Standing.Inputs)
		if err != nil {
			return nil, err
		}
		out = append(out, Proven{"figures", same(again, b.Standing.Computed)})
	}
	return out, nil
}

// seedFits says whether the parts open their commitments, and the seed hash is
// that of the seed.
func (d BodyDraw) seedFits(lot string) bool {
	hash, err := draw.SeedHash(lot, d.Seed)
	if len(d.Parts) == 2 {
		seed, err := draw.Seed(d.Parts[0].Reveal, d.Parts[1].Reveal)
		if err != nil || seed != d.Seed {
			return false
		}
	}
	for _, p := range d.Parts {
		if !draw.Reveals(p.Commitment, p.Reveal) {
			return false
		}
	}
	return err == nil && hash == d.SeedHash
}

// hashOfRows is the SHA-256 over all cells in order, each followed by a line
// feed.
func hashOfRows(rows [][]string) string {
	h := sha256.New()
	for _, row := range rows {
		for _, cell := range row {
			_, _ = h.Write([]byte(cell + "\n")) // a hash never fails
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// count gives the ids of the sample in the order of the draw, and how many were
// drawn, judged and wrong.
func (c BodyChecks) count() (ids []string, counts [3]int) {
	purpose, verdict := slices.Index(c.Columns, "purpose"), slices.Index(c.Columns, "verdict")
	id := slices.Index(c.Columns, "item_id")
	for _, cells := range c.Verdicts {
		if len(cells) != len(c.Columns) || cells[purpose] != string(PurposeSample) {
			continue
		}
		ids = append(ids, cells[id])
		counts[0]++
		if cells[verdict] != "" {
			counts[1]++
		}
		if cells[verdict] == string(VerdictWrong) {
			counts[2]++
		}
	}
	return ids, counts
}

// tolerance is how far figures may differ that two machines computed: rounding
// of the last digits.
const tolerance = 1e-9

// same compares figures.
func same(a, b Computed) bool {
	var x, y any
	return json.Unmarshal(jsonOf(a), &x) == nil && json.Unmarshal(jsonOf(b), &y) == nil && alike(x, y)
}

func alike(a, b any) bool {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for k, v := range a {
			if w, ok := b[k]; !ok || !alike(v, w) {
				return false
			}
		}
		return true
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, alike)
	case float64:
		b, ok := b.(float64)
		return ok && math.Abs(a-b) <= tolerance*math.Max(1, math.Abs(a))
	}
	return a == b
}
