package draw

import (
	"fmt"
	"strings"
)

// Shell prints the lines that repeat a draw of n from the lot's exported id list,
// a file named ids.txt with one id and one LF per line, using bash, sha256sum, sort,
// cut and head alone. The first line prints the frame hash, the rest the draw in
// its order. Errors as SeedHash.
func Shell(lot, seed string, n int) (string, error) {
	if _, err := SeedHash(lot, seed); err != nil {
		return "", err
	}
	return fmt.Sprintf(`LOT=%s
SEED=%s
n=%d
LC_ALL=C sort ids.txt | sha256sum | cut -c1-64
sh=$(printf '%%s\n%%s' "$LOT" "$SEED" | sha256sum | cut -c1-64)
while IFS= read -r id; do
  printf '%%s %%s\n' "$(printf '%%s\n%%s' "$sh" "$id" | sha256sum | cut -c1-64)" "$id"
done < ids.txt | LC_ALL=C sort | head -n "$n" | cut -c66-
`, quote(lot), quote(seed), n), nil
}

// ShellSeed prints the lines that repeat the commitments and the seed from the two
// revealed parts. Errors as Commit.
func ShellSeed(first, second string) (string, error) {
	if _, err := Seed(first, second); err != nil {
		return "", err
	}
	return fmt.Sprintf(`A=%s
B=%s
printf '%%s' "$A" | sha256sum | cut -c1-64
printf '%%s' "$B" | sha256sum | cut -c1-64
printf '%%s\n%%s' "$A" "$B" | sha256sum | cut -c1-64
`, quote(first), quote(second)), nil
}

// quote makes one shell word of any text.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// ShellStrata prints the lines that repeat a stratified draw from the lot's
// exported list, a file named strata.txt with "number id" and one LF per line,
// numbers counting from 1. n holds the items to draw from each stratum. The first
// line prints the frame hash, the rest the draw in the order of its tickets, strata
// mingled. Besides the programs of Shell it takes grep. Errors as SeedHash.
func ShellStrata(lot, seed string, n []int) (string, error) {
	if _, err := SeedHash(lot, seed); err != nil {
		return "", err
	}
	pairs := make([]string, len(n))
	for i, count := range n {
		pairs[i] = fmt.Sprintf("%d:%d", i+1, count)
	}
	return fmt.Sprintf(`LOT=%s
SEED=%s
cut -d' ' -f2- strata.txt | LC_ALL=C sort | sha256sum | cut -c1-64
sh=$(printf '%%s\n%%s' "$LOT" "$SEED" | sha256sum | cut -c1-64)
while IFS= read -r line; do
  printf '%%s %%s\n' "$(printf '%%s\n%%s' "$sh" "${line#* }" | sha256sum | cut -c1-64)" "$line"
done < strata.txt | LC_ALL=C sort > tickets.txt
for p in %s; do
  LC_ALL=C grep "^.\{64\} ${p%%%%:*} " tickets.txt | head -n "${p#*:}"
done | LC_ALL=C sort | cut -d' ' -f3-
`, quote(lot), quote(seed), strings.Join(pairs, " ")), nil
}
