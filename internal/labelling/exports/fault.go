package exports

import (
	"errors"
	"fmt"
)

// Fault says what is wrong with a row, or with a file as a whole when Fatal. Code and
// Args are for translation: the message is i18n.T(ctx, f.Key(), f.Args...).
type Fault struct {
	Code  string `json:"code"`
	Args  []any  `json:"args,omitempty"` // name, value, name, value …
	Row   int    `json:"row,omitempty"`  // from 1, as rows come; 0: the file
	Line  int    `json:"line,omitempty"` // from 1: where the row begins
	Fatal bool   `json:"fatal,omitempty"`
}

// Reasons to refuse a file.
const (
	Empty           = "empty"            // no byte, or nothing but white space
	Binary          = "binary"           // not a text
	Zip             = "zip"              // a ZIP archive, also a workbook
	Compressed      = "compressed"       // another archive
	XML             = "xml"              // XML or HTML
	TooLarge        = "too_large"        // limit
	UnknownEncoding = "unknown_encoding" // none of those read
	UnknownFormat   = "unknown_format"   // none of those read
	WrongShape      = "wrong_shape"      // format: chosen, but the file is not built like it
	Truncated       = "truncated"        // JSON breaks off
	AfterEnd        = "after_end"        // something follows the end of the JSON
	Broken          = "broken"           // JSON in which no row can be told from the next
	OpenQuote       = "open_quote"       // a quoted cell that never ends
	NoIDColumn      = "no_id_column"     // columns: no column is the id
	ColumnMissing   = "column_missing"   // column: mapped or needed, not there
	TablesTooLarge  = "tables_too_large" // limit: images and categories of COCO
	TooManyRows     = "too_many_rows"    // limit
)

// Reasons to refuse a row.
const (
	BadJSON         = "json"             // byte
	TooDeep         = "too_deep"         // limit
	TooLong         = "too_long"         // limit
	NotObject       = "not_object"       // a row that is no JSON object
	BadEncoding     = "encoding"         // bytes that are not of the file's encoding
	IDMissing       = "id_missing"       // field
	IDInvalid       = "id_invalid"       // field
	DuplicateID     = "duplicate_id"     // id, first: its line
	CellCount       = "cell_count"       // want, got
	FieldMissing    = "field_missing"    // field
	ImageUnknown    = "image_unknown"    // id
	CategoryUnknown = "category_unknown" // id
	BadUnit         = "bad_unit"         // a task without the one annotation it should hold
)

// Key is the message of the reason in the language catalogues.
func (f *Fault) Key() string { return "exports.reason." + f.Code }

// Error is for logs: the code and where, never what the file holds.
func (f *Fault) Error() string {
	if f.Row == 0 {
		return "export refused: " + f.Code
	}
	return fmt.Sprintf("row %d, line %d: %s", f.Row, f.Line, f.Code)
}

// fatal makes a fault of the whole file.
func fatal(code string, args ...any) *Fault { return &Fault{Code: code, Args: args, Fatal: true} }

// refused makes a fault of a row; the reader adds where.
func refused(code string, args ...any) *Fault { return &Fault{Code: code, Args: args} }

// FaultOf gives the fault inside err; ok is false for nil and for errors of reading
// and writing.
func FaultOf(err error) (f *Fault, ok bool) { return errors.AsType[*Fault](err) }
