package ui

import (
	"context"
	"io"
	"sync"

	"github.com/a-h/templ"

	"hegui/static"
)

var icons sync.Map // markup by name; the names stand in the code

// Icon draws an icon of the sprite (static/vendor/icons) in the colour and size
// of the text around it. It is decoration: the words beside it carry the
// meaning. There are hundreds on a page, hence it is put together once.
func Icon(name string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		markup, ok := icons.Load(name)
		if !ok {
			markup = `<svg class="icon" width="20" height="20" aria-hidden="true"><use href="` +
				templ.EscapeString(static.URL("vendor/icons/icons.svg")+"#"+name) + `"></use></svg>`
			icons.Store(name, markup)
		}
		_, err := io.WriteString(w, markup.(string)) //nolint:forcetypeassert // nothing else is stored
		return err
	})
}
