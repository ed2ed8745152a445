package exports

import (
	"regexp"
	"strings"
)

// plainNumber is a cell that a spreadsheet takes for a number, sign and all.
var plainNumber = regexp.MustCompile(`^[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

// Neutral makes a cell safe to open in a spreadsheet, which would run a text like
// "=1+1" (CWE-1236): such texts get an apostrophe in front. Numbers stay numbers.
// Restore takes it away again: Restore(Neutral(s)) is s for every text.
func Neutral(cell string) string {
	if formulaLike(strings.TrimLeft(cell, "'")) {
		return "'" + cell
	}
	return cell
}

// Restore undoes Neutral, for cells that are read.
func Restore(cell string) string {
	if strings.HasPrefix(cell, "'") && formulaLike(strings.TrimLeft(cell, "'")) {
		return cell[1:]
	}
	return cell
}

// formulaLike says whether a spreadsheet could take a text for a formula: by its
// first character after blanks of any kind.
func formulaLike(s string) bool {
	if s == "" || s[0] >= '0' && s[0] <= '9' || s[0] >= 'A' && s[0] <= 'z' && s[0] != '|' {
		return false
	}
	s = strings.TrimLeft(s, " \u00A0\u3000\uFEFF")
	for _, start := range []string{"=", "+", "-", "@", "|", "%", "\t", "\r", "\n", "＝", "＋", "－", "＠"} {
		if strings.HasPrefix(s, start) {
			return !plainNumber.MatchString(s)
		}
	}
	return false
}
