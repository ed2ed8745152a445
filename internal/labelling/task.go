package labelling

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"gorm.io/gorm"

	"hegui/internal/actor"
)

// tasks are the background tasks of this process, one for a batch at a time.
type tasks struct {
	mu      sync.Mutex
	running map[string]*task
	ctx     context.Context //nolint:containedctx // ends with the service, not with a request
	end     context.CancelFunc
	wg      sync.WaitGroup
}

type task struct {
	stop context.CancelFunc
	done chan struct{}
}

func newTasks() *tasks {
	t := &tasks{running: map[string]*task{}}
	t.ctx, t.end = context.WithCancel(context.Background())
	return t
}

// start runs fn in the background for a batch, after the task before it, if
// there is one, has ended.
func (s *Service) start(batch string, fn func(context.Context) error) {
	t := s.tasks
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ctx.Err() != nil {
		return
	}
	before := t.running[batch]
	ctx, stop := context.WithCancel(t.ctx)
	one := &task{stop: stop, done: make(chan struct{})}
	t.running[batch] = one
	t.wg.Go(func() {
		defer stop()
		defer close(one.done)
		if before != nil {
			<-before.done
		}
		if err := fn(ctx); err != nil && ctx.Err() == nil {
			s.log.Error("labelling task failed", "batch", batch, "error", err)
		}
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.running[batch] == one {
			delete(t.running, batch)
		}
	})
}

// stop ends the task of a batch, if there is one.
func (s *Service) stop(batch string) {
	s.tasks.mu.Lock()
	defer s.tasks.mu.Unlock()
	if one := s.tasks.running[batch]; one != nil {
		one.stop()
	}
}

// Settle waits until a batch has no task in this process, at most for a while.
func (s *Service) Settle(ctx context.Context, batch string, patience time.Duration) {
	s.tasks.mu.Lock()
	one := s.tasks.running[batch]
	s.tasks.mu.Unlock()
	if one == nil {
		return
	}
	select {
	case <-one.done:
	case <-ctx.Done():
	case <-time.After(patience):
	}
}

// Close ends all tasks and waits for them. What they were doing goes on with
// the next start of the program.
func (s *Service) Close() {
	s.tasks.end()
	s.tasks.wg.Wait()
}

// Progress is how far the background task of a batch got.
type Progress struct {
	Phase       string
	Read, Size  int64 // bytes
	Items       int64
	RefusedRows int64
}

// Progress gives the task of a batch; ok is false when there is none.
func (s *Service) Progress(ctx context.Context, by actor.Actor, batch string) (p Progress, ok bool, err error) {
	if _, err := s.Batch(ctx, by, batch); err != nil {
		return p, false, err
	}
	var rows []progress
	if err := s.ledger.Read(ctx).Where("batch_id = ?", batch).Limit(1).Find(&rows).Error; err != nil || len(rows) == 0 {
		return p, false, err
	}
	r := rows[0]
	return Progress{r.Phase, r.ReadBytes, r.Size, r.Items, r.Refused}, true, nil
}

// abandoned is after how long a task without a sign of life belongs to a
// process that ended.
const abandoned = time.Minute

// Resume takes up the tasks of processes that ended: imports start again, what
// others staged is deleted, and files that were not looked through are.
func (s *Service) Resume(ctx context.Context) error {
	db := s.ledger.Read(ctx)
	limit := s.ledger.Now().Add(-abandoned)
	var stale []string
	err := db.Raw(`SELECT b.id FROM label_batch AS b WHERE b.state = 'importing' AND b.updated_at < ?
			AND NOT EXISTS (SELECT 1 FROM label_progress AS p WHERE p.batch_id = b.id AND p.beat_at >= ?)`, limit, limit).Scan(&stale).Error
	if err != nil {
		return err
	}
	for _, id := range stale {
		s.resume(id, func(ctx context.Context, id string) error { return s.run(ctx, id, chunkTime) })
	}
	var left []string
	if err := db.Raw(`SELECT p.batch_id FROM label_progress AS p JOIN label_batch AS b ON b.id = p.batch_id
			WHERE b.state IN ('imported', 'failed', 'cancelled') AND p.beat_at < ?`, limit).Scan(&left).Error; err != nil {
		return err
	}
	for _, id := range left {
		s.resume(id, s.clear)
	}
	var unseen []string
	if err := db.Raw(`SELECT b.id FROM label_batch AS b WHERE b.state = 'uploaded' AND b.updated_at < ?
			AND NOT EXISTS (SELECT 1 FROM label_report AS r WHERE r.batch_id = b.id)
			AND NOT EXISTS (SELECT 1 FROM label_progress AS p WHERE p.batch_id = b.id AND p.beat_at >= ?)`, limit, limit).Scan(&unseen).Error; err != nil {
		return err
	}
	for _, id := range unseen {
		s.resume(id, func(ctx context.Context, id string) error { return s.check(ctx, id, noted) })
	}
	return nil
}

// resume starts a task unless this process runs one for the batch, or another
// node was first to take it.
func (s *Service) resume(batch string, fn func(context.Context, string) error) {
	s.tasks.mu.Lock()
	running := s.tasks.running[batch] != nil
	s.tasks.mu.Unlock()
	if running {
		return
	}
	s.start(batch, func(ctx context.Context) error {
		mine, err := s.claim(ctx, batch)
		if err != nil || !mine {
			return err
		}
		return fn(ctx, batch)
	})
}

// claim takes a stale task over; only one node can.
func (s *Service) claim(ctx context.Context, batch string) (mine bool, err error) {
	var had []progress
	if err := s.ledger.Read(ctx).Where("batch_id = ?", batch).Limit(1).Find(&had).Error; err != nil {
		return false, err
	}
	err = s.ledger.Unaudited(ctx, "take over an import", func(tx *gorm.DB) error {
		if len(had) == 0 {
			mine = true
			return tx.Create(&progress{BatchID: batch, Phase: phaseChecking, Staged: []string{}, BeatAt: s.ledger.Now()}).Error
		}
		res := tx.Model(&progress{}).Where("batch_id = ? AND beat_at = ?", batch, had[0].BeatAt).Update("beat_at", s.ledger.Now())
		mine = res.RowsAffected == 1
		return res.Error
	})
	return mine, err
}

func discard(log *slog.Logger) *slog.Logger {
	if log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return log
}
