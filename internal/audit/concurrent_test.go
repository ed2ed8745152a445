package audit_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"gorm.io/gorm"

	"hegui/internal/audit"
	"hegui/internal/testkit"
)

// TestManyWritersMakeOneOrder lets 32 writers work at once, some of whom give
// up: the ledger has every acknowledged event once, without gaps.
func TestManyWritersMakeOneOrder(t *testing.T) {
	t.Parallel()
	const writers, writes = 32, 12
	a := newArchive(t)
	var all sync.WaitGroup
	failures := make(chan error, writers*writes)
	for w := range writers {
		all.Go(func() {
			for i := range writes {
				p := newPaper(fmt.Sprintf("w%d-%d", w, i), "P")
				givesUp := i%4 == 3
				err := a.Write(t.Context(), ann, func(tx *gorm.DB) ([]audit.Event, error) {
					if err := tx.Create(p).Error; err != nil || givesUp {
						return nil, errors.Join(err, errMine)
					}
					return []audit.Event{about("added", p), about("read", p)}, nil
				})
				if givesUp != errors.Is(err, errMine) || err != nil && !givesUp {
					failures <- fmt.Errorf("%s: %w", p.ID, err)
				}
			}
		})
	}
	all.Wait()
	close(failures)
	for err := range failures {
		t.Error(err)
	}
	const kept = writers * writes * 3 / 4
	if r := a.verify(); !r.Sound || r.Events != 2*kept || r.Rows != kept {
		t.Errorf("got %d events, %d rows, findings %+v; want %d and %d", r.Events, r.Rows, r.Findings, 2*kept, kept)
	}
	var first, last, events int
	testkit.Must(t, a.raw.QueryRowContext(t.Context(), "SELECT min(seq), max(seq), count(DISTINCT event) FROM ledger_event").Scan(&first, &last, &events))
	if first != 0 || last != 2*kept-1 || events != 2*kept {
		t.Errorf("numbers %d to %d, %d events", first, last, events)
	}
}

// TestVerifyWhileWriting reads one moment, whatever goes on meanwhile.
func TestVerifyWhileWriting(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	a.add("first")
	stop := make(chan struct{})
	var writer sync.WaitGroup
	writer.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				a.add(fmt.Sprint("p", i))
			}
		}
	})
	for range 20 {
		a.sound()
	}
	close(stop)
	writer.Wait()
	a.sound()
}
