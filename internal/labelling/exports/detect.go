package exports

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"hegui/internal/labelling/exports/rawjson"
)

// Guess is what was recognised, and by what.
type Guess struct {
	Layout     Layout   `json:"layout"`
	Fields     []string `json:"fields,omitempty"` // fields or columns that gave the format away
	EncodingBy string   `json:"encoding_by"`      // bom, zero_bytes, valid_utf8, valid_gb18030, chosen
	Names      []string `json:"names,omitempty"`  // columns that can be mapped
}

// headSize is how much of a file is looked at to recognise it.
const headSize = 1 << 20

// Detect recognises a file by its beginning. whole says that head is all of it; the
// Layout then lacks only the tables of COCO. Options come first where they say
// something. The fault says why the file cannot be read.
func Detect(head []byte, whole bool, o Options) (Guess, *Fault) {
	if f := refuseForeign(head); f != nil {
		return Guess{}, f
	}
	g := Guess{Layout: Layout{Newline: "\n", Number: o.Number, PerTask: o.PerTask}}
	if f := g.encoding(head, o.Encoding); f != nil {
		return Guess{}, f
	}
	text, err := g.text(head)
	switch {
	case err != nil:
		return Guess{}, fatal(UnknownEncoding)
	case strings.TrimSpace(text) == "":
		return Guess{}, fatal(Empty)
	case strings.IndexByte(text, 0) >= 0:
		return Guess{}, fatal(Binary)
	}
	if line, _, _ := strings.Cut(text, "\n"); strings.HasSuffix(line, "\r") {
		g.Layout.Newline = "\r\n"
	}
	return g, g.format(strings.TrimLeft(text, " \t\r\n"), text, whole, o)
}

// signatures of files that are no text exports.
var signatures = []struct{ start, code string }{
	{"PK\x03\x04", Zip}, {"PK\x05\x06", Zip}, {"PK\x07\x08", Zip},
	{"\x1F\x8B", Compressed}, {"BZh", Compressed}, {"\xFD7zXZ", Compressed}, {"7z\xBC\xAF", Compressed},
	{"Rar!", Compressed}, {"\x28\xB5\x2F\xFD", Compressed},
	{"%PDF", Binary}, {"\xD0\xCF\x11\xE0", Binary}, {"\x89PNG", Binary}, {"\xFF\xD8\xFF", Binary}, {"GIF8", Binary}, {"SQLite format 3", Binary},
}

// refuseForeign tells archives and other files by their first bytes. Nothing is
// ever unpacked.
func refuseForeign(head []byte) *Fault {
	if len(head) == 0 {
		return fatal(Empty)
	}
	for _, s := range signatures {
		if bytes.HasPrefix(head, []byte(s.start)) {
			return fatal(s.code)
		}
	}
	return nil
}

func (g *Guess) encoding(head []byte, chosen Encoding) *Fault {
	e, bom, why := recogniseEncoding(head)
	switch {
	case chosen != "":
		g.Layout.Encoding, g.EncodingBy = chosen, "chosen"
		g.Layout.BOM = len(chosen.bom()) > 0 && bytes.HasPrefix(head, chosen.bom())
	case e != "":
		g.Layout.Encoding, g.Layout.BOM, g.EncodingBy = e, bom, why
	case bytes.IndexByte(head, 0) >= 0 || bytes.ContainsFunc(head, func(r rune) bool { return control(r) && r != 0x7F && r != 0x1B }):
		return fatal(Binary)
	default:
		return fatal(UnknownEncoding)
	}
	return nil
}

// text decodes the beginning of a file.
func (g *Guess) text(head []byte) (string, error) {
	if g.Layout.BOM {
		head = head[len(g.Layout.Encoding.bom()):]
	}
	text, err := io.ReadAll(g.Layout.Encoding.decode(bytes.NewReader(head)))
	return string(text), err
}

// format recognises frame and format. text is the file without white space before
// it, raw with.
func (g *Guess) format(text, raw string, whole bool, o Options) *Fault {
	switch {
	case text[0] == '<':
		return fatal(XML)
	case o.Format.table(), text[0] != '{' && text[0] != '[' && o.Format == "":
		return g.cells(raw, o)
	case text[0] == '[':
		g.Layout.Frame = List
	case text[0] == '{':
		g.Layout.Frame = treeOrLines(text, whole)
	default:
		return fatal(WrongShape, "format", string(o.Format))
	}
	if (o.Format == COCO) != (g.Layout.Frame == Tree) && o.Format != "" {
		return fatal(WrongShape, "format", string(o.Format))
	}
	if g.Layout.Frame == Tree {
		g.Layout.Format = COCO
		g.Fields = slices.DeleteFunc(fieldNames(text), func(n string) bool { return !treeFields[n] })
		return nil
	}
	return g.objects(sample(text, g.Layout.Frame), o)
}

// treeFields are those of a COCO file.
var treeFields = map[string]bool{"images": true, "annotations": true, "categories": true}

// treeOrLines tells one object with a list of items inside from an object a line. ""
// is an object of many lines that is neither.
func treeOrLines(text string, whole bool) Frame {
	names := fieldNames(text)
	value, rest := rawjson.First(text)
	cutOff := rest == "" && !whole
	switch has := func(n string) bool { return slices.Contains(names, n) }; {
	case has("images") && (has("annotations") || has("categories")):
		return Tree
	case cutOff && onlyTree(names):
		return Tree // its first table is longer than the beginning
	case !strings.Contains(value, "\n"), strings.HasPrefix(strings.TrimSpace(rest), "{"), rest == "" && rawjson.Check(text, maxDepth) != nil:
		return Lines // broken lines are named one by one
	}
	return ""
}

// onlyTree says whether all fields are those of a COCO file.
func onlyTree(names []string) bool {
	known := []string{"info", "licenses", "images", "annotations", "categories", "videos", "type"}
	return !slices.ContainsFunc(names, func(n string) bool { return !slices.Contains(known, n) })
}

func fieldNames(obj string) (names []string) {
	for name := range rawjson.Fields(obj) {
		names = append(names, name)
	}
	return names
}

// sampled is how many rows are looked at.
const sampled = 50

// sample gives the first rows of a text that may be cut off.
func sample(text string, frame Frame) (rows []string) {
	if frame == List {
		for e := range rawjson.Elements(text) {
			if rows = append(rows, e); len(rows) == sampled {
				break
			}
		}
		return rows
	}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			rows = append(rows, line)
		}
		if len(rows) == sampled {
			break
		}
	}
	return rows
}

// objects recognises the format of JSON rows by the first row that tells.
func (g *Guess) objects(rows []string, o Options) *Fault {
	g.Layout.Format = o.Format
	for _, row := range rows {
		if g.Layout.Format != "" {
			break
		}
		g.Layout.Format, g.Fields = formatOf(row)
	}
	switch {
	case g.Layout.Frame == "" || len(rows) == 0:
		return fatal(UnknownFormat)
	case g.Layout.Format == "" && !slices.ContainsFunc(rows, func(r string) bool { return len(fieldNames(r)) > 0 }):
		return fatal(UnknownFormat)
	case g.Layout.Format == "":
		g.Layout.Format = PlainJSON
	}
	if g.Layout.Format != PlainJSON {
		return nil
	}
	g.Names = columnNames(rows)
	return g.roles(o)
}

// columnNames lists the fields of rows, those of objects inside them as
// "outer.inner".
func columnNames(rows []string) (names []string) {
	add := func(n string) {
		if !slices.Contains(names, n) && len(names) < 500 {
			names = append(names, n)
		}
	}
	for _, row := range rows {
		for name, v := range rawjson.Fields(row) {
			if rawjson.Kind(v) != rawjson.Object {
				add(name)
				continue
			}
			for inner := range rawjson.Fields(v) {
				add(name + "." + inner)
			}
		}
	}
	return names
}

// roles maps the columns of a plain file, and wants one to be the id.
func (g *Guess) roles(o Options) *Fault {
	for _, c := range o.Columns {
		if !slices.Contains(g.Names, c.Name) && (g.Layout.Frame == Cells || c.Role == RoleID) {
			return fatal(ColumnMissing, "column", c.Name)
		}
	}
	g.Layout.Columns = assign(g.Names, o.Columns)
	if g.Layout.column(RoleID) == "" && !o.Number {
		return fatal(NoIDColumn, "columns", strings.Join(g.Names[:min(len(g.Names), 20)], ", "))
	}
	return nil
}

// cells recognises a table by its header.
func (g *Guess) cells(text string, o Options) *Fault {
	text = strings.TrimLeft(text, "\r\n")
	g.Layout.Frame, g.Layout.Format = Cells, o.Format
	line, _, _ := strings.Cut(text, "\n")
	comma := delimiter(line)
	line = headerRow(text, comma)
	if comma == 0 && o.Format == "" {
		return fatal(UnknownFormat)
	}
	if comma == 0 {
		comma = ','
	}
	g.Layout.Comma = string(comma)
	g.Layout.Head = line
	g.Names = g.Layout.header()
	has := func(n string) bool { return slices.Contains(g.Names, n) }
	switch {
	case g.Layout.Format != "":
	case has("annotation_id") && (has("annotator") || has("lead_time") || has("created_at")):
		g.Layout.Format, g.Fields = LabelStudioCSV, []string{"annotation_id"}
	case has("id") && has("data") && has("label"):
		g.Layout.Format, g.Fields = DoccanoCSV, []string{"id", "data", "label"}
	default:
		g.Layout.Format = PlainCSV
	}
	if g.Layout.Format == PlainCSV {
		return g.roles(o)
	}
	if !has("id") && !o.Number {
		return fatal(ColumnMissing, "column", "id")
	}
	return nil
}

// headerRow gives the first row, with the line feeds in its quotes.
func headerRow(text string, comma byte) string {
	row, scan := "", quotes{comma: comma, start: true}
	for line := range strings.Lines(text) {
		row += line
		if scan.feed(line); !scan.inside {
			break
		}
	}
	return strings.TrimRight(row, "\r\n")
}

// delimiter finds what stands between the cells of a header, 0 when nothing does.
func delimiter(line string) byte {
	best, most := byte(0), 0
	for _, c := range []byte{',', '\t', ';'} {
		if n := len(cells(line, c)); n > 1 && n > most {
			best, most = c, n
		}
	}
	return best
}

// formatOf tells a JSON row by its fields; fields are those that told.
func formatOf(row string) (f Format, fields []string) {
	kind := map[string]byte{}
	for name, v := range rawjson.Fields(row) {
		kind[name] = rawjson.Kind(v)
	}
	for _, rule := range rules {
		if fields := rule.matches(kind); fields != nil {
			return rule.format, fields
		}
	}
	if fields := longTask.matches(kind); fields != nil && errors.Is(rawjson.Check(row, maxDepth), rawjson.ErrEnd) {
		return longTask.format, fields
	}
	return "", nil
}

// longTask recognises a Label Studio task whose annotations are longer than the
// part that is looked at; its data come after them.
var longTask = rule{LabelStudio, []string{"id", "annotations:["}}

// rule recognises a format: by all of its fields, each of one of the kinds after
// the colon, if there are any.
type rule struct {
	format Format
	fields []string
}

// rules stand in the order in which they are tried.
var rules = []rule{
	{LabelStudio, []string{"annotations:[", "data"}},
	{LabelStudio, []string{"completions:[", "data"}},
	{LabelStudioMin, []string{"annotation_id", "annotator"}},
	{LabelStudioMin, []string{"annotation_id", "lead_time"}},
	{Prodigy, []string{"_task_hash"}},
	{Preference, []string{"chosen_messages:[", "rejected_messages:["}},
	{Preference, []string{"chosen", "rejected"}},
	{KTO, []string{"kto_tag:t", "messages:["}},
	{KTO, []string{"kto_tag:t", "conversations:["}},
	{KTO, []string{"kto_tag:t", "instruction", "output"}},
	{KTO, []string{"label:t", "messages:["}},
	{KTO, []string{"label:t", "conversations:["}},
	{KTO, []string{"label:t", "prompt", "completion"}},
	{Alpaca, []string{"instruction", "output"}},
	{Conversation, []string{"conversations:["}},
	{Conversation, []string{"messages:["}},
	{Doccano, []string{"entities:[", "text"}},
	{Doccano, []string{"label:[", "text"}},
	{Doccano, []string{"label:[", "data:\""}},
	{Doccano, []string{"label:[", "filename"}},
	{Doccano, []string{"labels:[", "text"}},
	{Doccano, []string{"bbox:[", "filename"}},
	{Doccano, []string{"segmentation:[", "filename"}},
	{Doccano, []string{"cats", "text", "Comments"}},
}

func (r rule) matches(kind map[string]byte) []string {
	var names []string
	for _, f := range r.fields {
		name, kinds, limited := strings.Cut(f, ":")
		have, ok := kind[name]
		if !ok || limited && !strings.ContainsRune(kinds, rune(have)) {
			return nil
		}
		names = append(names, name)
	}
	return names
}
