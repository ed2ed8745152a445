package ui

import (
	"context"
	"io"
	"strings"
	"sync"

	"github.com/a-h/templ"

	"hegui/internal/i18n"
)

// maxMemo is how many pieces a memo keeps; when there are more, it starts anew.
// A row of a list takes one or two kilobytes.
const maxMemo = 2_000

// Memo keeps pieces of pages that follow from their view and the language
// alone, so that what many people look at is put together once. A view that
// differs in anything is another piece, hence nothing in it can be out of
// date. Pieces must not ask the context for anything but the language: none
// with a form, whose token belongs to one session.
type Memo[V comparable] struct {
	render func(V) templ.Component

	mu   sync.RWMutex
	kept map[memoKey[V]]string
}

type memoKey[V comparable] struct {
	language string
	view     V
}

// NewMemo makes a memo of what render makes of views.
func NewMemo[V comparable](render func(V) templ.Component) *Memo[V] {
	return &Memo[V]{render: render, kept: map[memoKey[V]]string{}}
}

// Show is the piece for a view.
func (m *Memo[V]) Show(view V) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		key := memoKey[V]{i18n.Lang(ctx), view}
		m.mu.RLock()
		piece, ok := m.kept[key]
		m.mu.RUnlock()
		if !ok {
			var b strings.Builder
			if err := m.render(view).Render(templ.ClearChildren(ctx), &b); err != nil {
				return err
			}
			piece = b.String()
			m.put(key, piece)
		}
		_, err := io.WriteString(w, piece)
		return err
	})
}

func (m *Memo[V]) put(key memoKey[V], piece string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.kept) >= maxMemo {
		clear(m.kept)
	}
	m.kept[key] = piece
}
