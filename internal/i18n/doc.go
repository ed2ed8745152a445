// Package i18n speaks to people in their language: Simplified Chinese
// (the source) and English.
//
// Texts live in flat JSON catalogues, one file per area and language
// (locales/zh-CN/evidence.json, locales/en/evidence.json). A key starts with its
// area: "evidence.title". A value is a text, or an object with one text per
// plural form ("one", "other" in English; "other" in Chinese). Placeholders are
// written {{.name}} and filled by the name/value pairs given to T:
//
//	i18n.T(ctx, "evidence.count", "count", n)
//
// The language travels in the context (With, Lang). Catalogues are read and cut
// into pieces once, when first used, so that a text without placeholders costs
// one map lookup.
//
// Texts of regulations are not messages: they come from the database in both
// languages and are chosen with Pick.
package i18n
