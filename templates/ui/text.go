package ui

import (
	"context"
	"regexp"
	"strings"

	"hegui/internal/i18n"
)

var blankLines = regexp.MustCompile(`\n[ \t]*(\n[ \t]*)+`)

// paragraphs cuts typed text at blank lines; line endings become "\n".
func paragraphs(s string) []string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.Trim(s, "\n")
	if strings.TrimSpace(s) == "" {
		return nil
	}
	return blankLines.Split(s, -1)
}

// initials returns what stands in an avatar: the last two characters of a
// Chinese name, the first letters of the first and last word of another.
func initials(name string) string {
	runes := []rune(strings.TrimSpace(name))
	if len(runes) == 0 {
		return "?"
	}
	if runes[0] > 0x2E7F { // from the CJK blocks on
		return string(runes[max(0, len(runes)-2):])
	}
	words := strings.Fields(string(runes))
	first := string([]rune(words[0])[:1])
	if len(words) == 1 {
		return strings.ToUpper(first)
	}
	return strings.ToUpper(first + string([]rune(words[len(words)-1])[:1]))
}

// progressText says a progress bar in words: its label, then each share.
func progressText(ctx context.Context, v ProgressView) string {
	shares := make([]string, 0, len(v.Segments))
	for _, s := range v.Segments {
		shares = append(shares, i18n.T(ctx, "ui.progress.share", "name", text(ctx, s.Label), "n", s.Count))
	}
	return i18n.T(ctx, "ui.progress.text", "name", text(ctx, v.Label),
		"shares", strings.Join(shares, i18n.T(ctx, "ui.progress.join")))
}
