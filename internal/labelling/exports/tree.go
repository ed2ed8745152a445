package exports

import (
	"errors"
	"io"
	"strings"

	"hegui/internal/labelling/exports/rawjson"
)

// itemsField is the list of a COCO file that holds its items.
const itemsField = "annotations"

// readTree reads a JSON object and gives the text before and after the items of its
// list of annotations: everything else, which is held in memory and limited.
func readTree(r io.Reader, limit int) (head, tail string, err error) {
	t := &tree{v: newValues(r), limit: limit}
	if err := t.members(); err != nil {
		return "", "", err
	}
	if err := t.v.atEnd(); err != nil {
		return "", "", err
	}
	if t.head == "" {
		return "", "", fatal(WrongShape, "format", string(COCO))
	}
	return t.head, t.text.String(), nil
}

type tree struct {
	v     *values
	limit int
	text  strings.Builder
	head  string // the text up to the items, once they were seen
}

func (t *tree) members() error {
	if err := t.v.expect('{'); err != nil {
		return err
	}
	t.text.WriteString("{")
	for sep := ""; ; sep = "," {
		b, err := t.v.skipSpace()
		if err != nil {
			return err
		}
		if b == ',' && sep != "" {
			b, err = t.v.skipSpace()
		}
		switch {
		case err != nil:
			return err
		case b == '}':
			t.text.WriteString("}")
			return nil
		case b != '"':
			return t.v.fault(Broken)
		}
		if err := t.member(b, sep); err != nil {
			return err
		}
	}
}

func (t *tree) member(quote byte, sep string) error {
	name, err := t.value(quote)
	if err != nil {
		return err
	}
	if err := t.v.expect(':'); err != nil {
		return err
	}
	t.text.WriteString(sep + "\n" + name + ": ")
	b, err := t.v.skipSpace()
	if err != nil {
		return err
	}
	if b == '[' && t.head == "" && rawjson.Text(name) == itemsField {
		return t.items()
	}
	value, err := t.value(b)
	t.text.WriteString(value)
	return err
}

// items passes over the list of annotations.
func (t *tree) items() error {
	t.head = t.text.String() + "["
	t.text.Reset()
	t.text.WriteString("]")
	if _, err := t.v.read('[', 0); !errors.Is(err, errTooLong) {
		return err // a list is longer than nothing: any other end is a fault
	}
	return nil
}

// value reads one value outside the list.
func (t *tree) value(b byte) (string, error) {
	text, err := t.v.read(b, t.limit-t.text.Len()-len(t.head))
	if errors.Is(err, errTooLong) {
		return "", fatal(TablesTooLarge, "limit", t.limit)
	}
	if err == nil {
		if problem := rawjson.Check(text, maxDepth); problem != nil {
			return "", t.v.fault(Broken)
		}
	}
	return text, err
}

// enterTree reads a tree again up to its items and gives them as a list.
func enterTree(r io.Reader, limits Limits) (*list, error) {
	v := newValues(r)
	if err := v.expect('{'); err != nil {
		return nil, err
	}
	for {
		b, err := v.skipSpace()
		if err != nil {
			return nil, err
		}
		if b == ',' {
			continue
		}
		name, err := v.read(b, limits.Tables)
		if err != nil {
			return nil, err
		}
		if err := v.expect(':'); err != nil {
			return nil, err
		}
		if b, err = v.skipSpace(); err != nil {
			return nil, err
		}
		if b == '[' && rawjson.Text(name) == itemsField {
			return &list{v: v, limit: limits.Row, state: first, after: func() error { return nil }}, nil
		}
		if _, err := v.read(b, 0); err != nil && !errors.Is(err, errTooLong) {
			return nil, err
		}
	}
}
