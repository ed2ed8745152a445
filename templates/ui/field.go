package ui

import (
	"strings"

	"github.com/a-h/templ"
)

// Field is one input with everything that belongs to it. Name and Label are
// required.
type Field struct {
	Name  string
	Label string
	Value string // what was typed, kept when the form comes back
	Hint  string // how to fill it in
	Error string // why it was refused; "" when it was not

	Type         InputType
	Required     bool
	Disabled     bool
	ReadOnly     bool
	Autofocus    bool
	HideLabel    bool // the label is read out but not seen (filters, tables)
	Autocomplete string
	Placeholder  string
	Min, Max     string // of numbers and dates
	Step         string
	MaxLength    int // in characters; 0 is no limit
	Rows         int // height of a text area; 0 means 3

	ID    string           // default: "f-" and the name
	Attrs templ.Attributes // more attributes of the input, such as hx-post
}

// InputType is the type attribute of an input; the empty one is text.
type InputType string

// The input types in use.
const (
	InputText     InputType = ""
	InputEmail    InputType = "email"
	InputPassword InputType = "password"
	InputDate     InputType = "date"
	InputMonth    InputType = "month"
	InputNumber   InputType = "number"
	InputSearch   InputType = "search"
	InputURL      InputType = "url"
	InputTel      InputType = "tel"
)

// DOMID returns the id of the input, to which labels and links point.
func (f Field) DOMID() string {
	if f.ID != "" {
		return f.ID
	}
	return "f-" + strings.ReplaceAll(f.Name, ".", "-")
}

// describedBy names the elements that hold hint and error.
func (f Field) describedBy() string {
	var ids []string
	if f.Error != "" {
		ids = append(ids, f.DOMID()+"-error")
	}
	if f.Hint != "" {
		ids = append(ids, f.DOMID()+"-hint")
	}
	return strings.Join(ids, " ")
}

// attributes returns what all kinds of input share.
func (f Field) attributes() templ.Attributes {
	a := templ.Attributes{
		"id": f.DOMID(), "name": f.Name,
		"required": f.Required, "disabled": f.Disabled, "readonly": f.ReadOnly, "autofocus": f.Autofocus,
	}
	for name, value := range map[string]string{
		"autocomplete": f.Autocomplete, "min": f.Min, "max": f.Max, "step": f.Step,
		"aria-describedby": f.describedBy(),
	} {
		if value != "" {
			a[name] = value
		}
	}
	if f.Error != "" {
		a["aria-invalid"] = "true"
	}
	for name, value := range f.Attrs {
		a[name] = value
	}
	return a
}

func (f Field) rows() int {
	if f.Rows == 0 {
		return 3
	}
	return f.Rows
}

func (f Field) inputType() string {
	if f.Type == InputText {
		return "text"
	}
	return string(f.Type)
}

// Choice is a field whose value is picked from options: a select, a group of
// radio buttons or check boxes.
type Choice struct {
	Field
	Options []Option
	Prompt  string // first, empty option of a select; "" for none
	Inline  bool   // radio buttons and check boxes side by side
}

// Option is one thing to pick. In a select, neighbours with the same Group stand
// under that heading.
type Option struct {
	Value    string
	Label    string
	Hint     string
	Group    string
	Disabled bool
	Selected bool
}

// selected reports whether option i is picked: it says so itself, or its value
// is the field's.
func (c Choice) selected(o Option) bool {
	return o.Selected || (c.Value != "" && o.Value == c.Value)
}

// groups returns the options parted where the group changes.
func (c Choice) groups() [][]Option {
	var out [][]Option
	for i, o := range c.Options {
		if i == 0 || o.Group != c.Options[i-1].Group {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], o)
	}
	return out
}

// optionID is the id of one radio button or check box.
func (c Choice) optionID(o Option) string { return c.DOMID() + "-" + o.Value }

// File is a field for files.
type File struct {
	Field
	Accept   string // as the accept attribute: ".pdf,image/*"
	Multiple bool
}

// Check is a single check box; its value is "1".
type Check struct {
	Field
	Checked bool
}
