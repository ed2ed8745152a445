package exports

import (
	"errors"

	"hegui/internal/labelling/exports/rawjson"
)

// Parser reads and shows rows that were taken out of a file, by its Layout.
type Parser struct {
	layout Layout
	rows   rows
	left   LeftOut
}

// NewParser makes the parser of a layout. It fails for a format that is not known.
func NewParser(l Layout) (*Parser, error) {
	p := &Parser{layout: l}
	c := common{layout: l}
	switch l.Format {
	case LabelStudio:
		p.rows = &labelStudio{common: c, left: &p.left}
	case LabelStudioMin:
		p.rows = &labelStudioFlat{common: c}
	case LabelStudioCSV:
		p.rows = &labelStudioFlat{common: c, columns: l.header()}
	case COCO:
		p.rows = newCOCO(c)
	case Doccano:
		p.rows = &doccano{c}
	case DoccanoCSV:
		p.rows = &doccanoCSV{c, l.header()}
	case Prodigy:
		p.rows = &prodigy{c}
	case Preference, KTO, Alpaca, Conversation:
		p.rows = &training{c}
	case PlainCSV:
		p.rows = newPlain(c, l.header())
	case PlainJSON:
		p.rows = newPlain(c, nil)
	default:
		return nil, fatal(UnknownFormat)
	}
	return p, nil
}

// View shows an item by its Original.
func (p *Parser) View(original string) View { return p.rows.view(original) }

// Parse reads an item again from its Original; row is the one it came in, which
// gives the id where the format has none.
func (p *Parser) Parse(original string, row int) (Item, *Fault) {
	rec := record{text: original, row: row}
	list, f := p.items(rec, nil)
	if f == nil && len(list) != 1 {
		f = refused(BadUnit)
	}
	if f != nil {
		return Item{}, rowFault(rec, f)
	}
	return list[0], nil
}

// items checks a row and reads what it holds.
func (p *Parser) items(rec record, out []Item) ([]Item, *Fault) {
	if !p.layout.Encoding.sound(rec.text) {
		return nil, refused(BadEncoding, "encoding", string(p.layout.Encoding))
	}
	if p.layout.Frame == Cells {
		return p.rows.items(rec, out)
	}
	if f := checkJSON(rec.text); f != nil {
		return nil, f
	}
	return p.rows.items(rec, out)
}

// checkJSON wants a well-formed object.
func checkJSON(text string) *Fault {
	switch err := rawjson.Check(text, maxDepth); {
	case err == nil && rawjson.Kind(text) != rawjson.Object:
		return refused(NotObject)
	case err == nil:
		return nil
	case errors.Is(err, rawjson.ErrDepth):
		return refused(TooDeep, "limit", maxDepth)
	case errors.Is(err, rawjson.ErrEnd):
		return refused(Truncated)
	default:
		return refused(BadJSON, "byte", placeOf(err))
	}
}

// placeOf gives the byte, from 1, at which a row stops being JSON.
func placeOf(err error) int {
	place, _ := errors.AsType[rawjson.Place](err) // Check gives no other error here
	return int(place) + 1
}
