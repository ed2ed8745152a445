package regulation

import "strings"

// Text is one saying in Chinese, the source, and in English, our translation.
type Text struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

// In gives the text for a language tag: Chinese for "zh" and its variants,
// English for everything else.
func (t Text) In(lang string) string {
	if chinese(lang) {
		return t.ZH
	}
	return t.EN
}

// Empty says whether both languages are missing.
func (t Text) Empty() bool { return t.ZH == "" && t.EN == "" }

func chinese(lang string) bool { return strings.HasPrefix(strings.ToLower(lang), "zh") }

// join lists things the way each language does in a short sentence.
func join(lang string, parts []string) string {
	if chinese(lang) {
		return strings.Join(parts, "、")
	}
	return strings.Join(parts, "; ")
}
