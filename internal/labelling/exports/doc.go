// Package exports reads and writes what annotation tools export: it recognises the
// format and the encoding of a file, gives its items one by one, shows an item as a
// person should see it, and writes items back in the format they came in. It is pure:
// no database, no network; the same bytes give the same items.
//
// Where to find what:
//
//	format.go, layout.go   the formats; what must be kept of a file to write it back
//	detect.go, encoding.go recognising format and encoding
//	reader.go              the stream of items and refused rows
//	lines.go array.go coco_frame.go table.go  how rows are cut out of a file
//	labelstudio.go coco.go doccano.go prodigy.go preference.go sft.go plain.go  one format each
//	view.go, text.go       what is shown of an item
//	writer.go, correction.go, formula.go  writing back
//	inspect.go             a report on a file without importing it
//	fault.go               everything that can be wrong, by code
//
// # Items
//
// An item is one annotation: the unit that is drawn, checked and counted. Its
// Original is the row as it came, in UTF-8, and enough to show it and to write it
// back; the Layout of the file holds the rest (header line, tables of images). Where a
// Label Studio task has several annotations, each item holds the task with only its own
// part of them, and writing the items one after another puts the task together again.
//
// Ids are those of the tool: task and annotation for Label Studio ("7/12"),
// the annotation for COCO, the example for doccano, the task hash for Prodigy (with the
// annotator, where one is named, for several may have done the same task). Training data
// without ids are numbered by row, from 1. Plain tables and rows must say which column
// is the id, or ask for numbers.
//
// # Rows that fail
//
// A row that cannot be used is refused by itself, with its row, line and reason; the
// rows around it are read on. What makes the rest of the file unreadable ends the
// reading: a list of JSON that breaks off, bytes that are no text. Memory does not grow
// with the length of a file, but for 21 to 43 bytes an id, which find the ids that come
// twice, and the tables of a COCO file, which are limited.
//
// # Sources
//
// Label Studio: "Export annotations" (labelstud.io/guide/export), task format; its text
// offsets were UTF-16 units once and are code points since late 2021
// (HumanSignal/label-studio issue 1347, pull request 1559), so the text that a region
// quotes decides. COCO: "Data format" (cocodataset.org), CVAT adds attributes. doccano:
// its export formats for text, spans, relations and images. Prodigy: "Annotation interfaces"
// (prodi.gy/docs/api-interfaces). Preference and training data: the data
// README of LLaMA-Factory, TRL "Dataset formats", Anthropic HH-RLHF. CSV: RFC 4180.
package exports
