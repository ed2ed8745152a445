package layout_test

import (
	"context"
	"io"
	"testing"

	"github.com/a-h/templ"

	"hegui/internal/i18n"
	"hegui/templates/layout"
	"hegui/templates/ui"
)

// BenchmarkGallery draws every component in the frame once.
func BenchmarkGallery(b *testing.B) {
	ctx := templ.WithChildren(i18n.With(context.Background(), i18n.English), ui.Gallery())
	for b.Loop() {
		if err := layout.Frame(sampleFrame(layout.Light)).Render(ctx, io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}
