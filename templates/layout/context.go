package layout

import (
	"context"
	"io"
	"strconv"

	"github.com/a-h/templ"

	"hegui/templates/ui"
)

// withCSRF renders its children with the form token in the context. An empty
// token leaves the one that is there.
func withCSRF(token string) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		children := templ.GetChildren(ctx)
		ctx = templ.ClearChildren(ctx)
		if token != "" {
			ctx = ui.WithCSRF(ctx, token)
		}
		return children.Render(ctx, w)
	})
}

func boolText(b bool) string { return strconv.FormatBool(b) }
