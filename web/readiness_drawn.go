package web

import (
	"bytes"
	"context"
	"io"
	"maps"
	"sync"

	"github.com/a-h/templ"

	"hegui/internal/i18n"
	"hegui/internal/readiness"
	"hegui/internal/regulation"
	"hegui/templates/pages"
)

// drawings keep the board of the first screen as it was written, for those who
// see all services: it is the same for all of them, in their language, until
// something changes.
type drawings struct {
	mu   sync.Mutex
	list map[drawingKey]drawing
}

// drawingKey is what a board follows from. Overview and catalogue never change
// once they are made; a change of what they say makes new ones.
type drawingKey struct {
	overview            *readiness.Overview
	catalogue           *regulation.Catalogue
	language            string
	labelling, requests bool // pages that the tiles lead to
}

type drawing struct {
	people map[string]string // names as they are written
	body   []byte
}

// maxDrawings bounds what is kept; one takes about 80 KB.
const maxDrawings = 8

func (d *drawings) get(k drawingKey, people map[string]string) ([]byte, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	have, ok := d.list[k]
	return have.body, ok && maps.Equal(have.people, people)
}

func (d *drawings) put(k drawingKey, one drawing) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for old := range d.list {
		if old.overview != k.overview {
			delete(d.list, old)
		}
	}
	if d.list == nil || len(d.list) >= maxDrawings {
		d.list = map[drawingKey]drawing{}
	}
	d.list[k] = one
}

// drawn gives the board, written anew when anything on it has changed.
func (b *readinessBoard) drawn() (templ.Component, error) {
	top, due := b.o.Top(roomFor(len(b.o.Services))), b.o.Deadlines(b.o.Today.Add(readiness.Soon))
	due = due[:min(boardDates, len(due))]
	if err := b.names(top, due); err != nil {
		return nil, err
	}
	if !b.by.AllServices {
		return pages.ReadinessBoard(b.view(top, due)), nil
	}
	key := drawingKey{overview: b.o, catalogue: b.catalogue, language: i18n.Lang(b.ctx), labelling: mayOpen(b.by, "/labelling/lots"), requests: mayOpen(b.by, "/requests/figures")}
	body, ok := b.drawings.get(key, b.people)
	if !ok {
		var buf bytes.Buffer
		if err := pages.ReadinessBoard(b.view(top, due)).Render(b.ctx, &buf); err != nil {
			return nil, err
		}
		body = buf.Bytes()
		b.drawings.put(key, drawing{b.people, body})
	}
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := w.Write(body)
		return err
	}), nil
}
