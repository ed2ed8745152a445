package file_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/file"
	"hegui/internal/problem"
	"hegui/internal/testkit"
)

const mib = 1 << 20

// noise gives n reproducible bytes that look like no known type.
func noise(n int) []byte {
	out := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{7}).Read(out) // never fails
	return out
}

// keep stores a content the way capabilities do.
func keep(t testing.TB, a *testkit.App, r io.Reader) (b file.Blob, fresh bool) {
	t.Helper()
	st, err := a.Files.Receive(t.Context(), r)
	testkit.Must(t, err)
	err = a.Ledger.Write(t.Context(), actor.System("test"), func(tx *gorm.DB) ([]audit.Event, error) {
		var err error
		b, fresh, err = a.Files.Keep(tx, st)
		e := audit.Event{Action: "test.kept", Object: audit.Object{Type: "file", ID: b.ID}}
		if fresh {
			e.Rows = []any{&b}
		}
		return []audit.Event{e}, err
	})
	testkit.Must(t, err)
	a.Files.Drop(t.Context(), st)
	return b, fresh
}

func count(t testing.TB, a *testkit.App, table string) (n int64) {
	t.Helper()
	testkit.Must(t, a.Ledger.Read(t.Context()).Table(table).Count(&n).Error)
	return n
}

// plain runs SQL that no capability would, as a fault or an intruder does.
func plain(t testing.TB, a *testkit.App, sql string, args ...any) {
	t.Helper()
	testkit.Must(t, a.Ledger.Unaudited(t.Context(), "damage for a test", func(tx *gorm.DB) error { return tx.Exec(sql, args...).Error }))
}

func TestContentComesBackWhole(t *testing.T) {
	t.Parallel()
	a := testkit.Open(t)
	for _, size := range []int{1, 100, mib - 1, mib, mib + 1, 3 * mib, 3*mib + 17} {
		want := noise(size)
		want[0] = byte(size) // different contents
		b, fresh := keep(t, a, iotest.HalfReader(bytes.NewReader(want)))
		if !fresh || b.Size != int64(size) {
			t.Fatalf("size %d: kept %d bytes, fresh %v", size, b.Size, fresh)
		}
		r, err := a.Files.Open(t.Context(), b.ID)
		testkit.Must(t, err)
		got, err := io.ReadAll(r)
		testkit.Must(t, err)
		if !bytes.Equal(got, want) {
			t.Errorf("size %d: other bytes came back", size)
		}
	}
	if n := count(t, a, "file_upload"); n != 0 {
		t.Errorf("%d uploads are still open", n)
	}
	a.Sound()
}

func TestReadingFromAnyPlace(t *testing.T) {
	t.Parallel()
	a := testkit.Open(t)
	want := noise(2*mib + 500)
	b, _ := keep(t, a, bytes.NewReader(want))
	r, err := a.Files.Open(t.Context(), b.ID)
	testkit.Must(t, err)
	for _, at := range []int64{0, mib - 3, mib, 2*mib + 499, 17} {
		_, err := r.Seek(at, io.SeekStart)
		testkit.Must(t, err)
		n := min(10, int64(len(want))-at)
		got := make([]byte, n)
		_, err = io.ReadFull(r, got)
		testkit.Must(t, err)
		if !bytes.Equal(got, want[at:at+n]) {
			t.Errorf("from %d: other bytes", at)
		}
	}
	if _, err := r.Seek(-1, io.SeekStart); err == nil {
		t.Error("a place before the start was taken")
	}
	if end, _ := r.Seek(0, io.SeekEnd); end != b.Size {
		t.Errorf("end at %d, want %d", end, b.Size)
	}
}

func TestSameContentIsKeptOnce(t *testing.T) {
	t.Parallel()
	a := testkit.Open(t)
	content := noise(2*mib + 5)
	first, _ := keep(t, a, bytes.NewReader(content))
	chunks := count(t, a, "file_chunk")
	second, fresh := keep(t, a, bytes.NewReader(content))
	if fresh || second.ID != first.ID {
		t.Errorf("kept twice: %s and %s", first.ID, second.ID)
	}
	if n := count(t, a, "file_chunk"); n != chunks {
		t.Errorf("%d chunks, want %d", n, chunks)
	}
	if n := count(t, a, "file_upload"); n != 0 {
		t.Errorf("%d uploads are still open", n)
	}
	a.Sound()
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	a := testkit.Open(t) // its limit is 64 MiB
	for _, c := range []struct {
		name    string
		content io.Reader
		kind    problem.Kind
		key     string
	}{
		{"nothing", strings.NewReader(""), problem.Invalid, "file.empty"},
		{"Windows program", strings.NewReader("MZ\x90\x00" + strings.Repeat("\x00", 300)), problem.Invalid, "file.refused"},
		{"Linux program", strings.NewReader("\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 300)), problem.Invalid, "file.refused"},
		{"too much", io.LimitReader(rand.NewChaCha8([32]byte{1}), 64*mib+1), problem.TooLarge, "file.too_large"},
	} {
		_, err := a.Files.Receive(t.Context(), c.content)
		if !problem.Is(err, c.kind) || !strings.Contains(err.Error(), c.key) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.key)
		}
	}
	if n := count(t, a, "file_chunk"); n != 0 {
		t.Errorf("%d chunks of refused files are left", n)
	}
}

func TestInterruptedUploadLeavesNothing(t *testing.T) {
	t.Parallel()
	a := testkit.Open(t)
	gone := errors.New("connection lost")
	_, err := a.Files.Receive(t.Context(), io.MultiReader(bytes.NewReader(noise(3*mib+9)), iotest.ErrReader(gone)))
	if !errors.Is(err, gone) {
		t.Errorf("got %v", err)
	}
	_, err = a.Files.Receive(t.Context(), io.MultiReader(bytes.NewReader(noise(3*mib+9)), iotest.ErrReader(io.ErrUnexpectedEOF)))
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a body that is cut off: got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, err = a.Files.Receive(ctx, io.MultiReader(bytes.NewReader(noise(2*mib)), readerFunc(func([]byte) (int, error) { cancel(); return 0, nil }),
		bytes.NewReader(noise(2*mib))))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v", err)
	}
	for _, table := range []string{"file_blob", "file_chunk", "file_upload"} {
		if n := count(t, a, table); n != 0 {
			t.Errorf("%s has %d rows", table, n)
		}
	}
}

// readerFunc runs once and ends.
type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) {
	if _, err := f(p); err != nil {
		return 0, err
	}
	return 0, io.EOF
}

func TestSweepRemovesWhatACrashLeft(t *testing.T) {
	t.Parallel()
	a := testkit.Open(t)
	_, err := a.Files.Receive(t.Context(), bytes.NewReader(noise(40*mib))) // and then the process ends
	testkit.Must(t, err)
	b, _ := keep(t, a, bytes.NewReader(noise(2*mib)))
	a.Clock.Advance(23 * time.Hour)
	if n, err := a.Files.Sweep(t.Context()); n != 0 || err != nil {
		t.Errorf("swept %d uploads that may still go on (%v)", n, err)
	}
	a.Clock.Advance(2 * time.Hour)
	if n, err := a.Files.Sweep(t.Context()); n != 1 || err != nil {
		t.Errorf("swept %d, want 1 (%v)", n, err)
	}
	if n := count(t, a, "file_chunk"); n != b.Chunks {
		t.Errorf("%d chunks left, want those %d of the kept content", n, b.Chunks)
	}
}

func TestDamageIsNoticedBeforeAByteLeaves(t *testing.T) {
	t.Parallel()
	a := testkit.Open(t)
	first, second := noise(2*mib+5), noise(2*mib+6)
	damaged, _ := keep(t, a, bytes.NewReader(first))
	incomplete, _ := keep(t, a, bytes.NewReader(second))
	forged := append([]byte{first[mib] + 1}, first[mib+1:2*mib]...)
	plain(t, a, "UPDATE file_chunk SET data = ? WHERE upload = ? AND idx = 1", forged, damaged.Upload)
	plain(t, a, "DELETE FROM file_chunk WHERE upload = ? AND idx = 1", incomplete.Upload)

	r, err := a.Files.Open(t.Context(), damaged.ID)
	testkit.Must(t, err)
	got, err := io.ReadAll(r)
	if !errors.Is(err, file.ErrDamaged) || !bytes.Equal(got, first[:mib]) {
		t.Errorf("read %d bytes, %v", len(got), err)
	}
	_, err = r.Seek(mib+10, io.SeekStart)
	testkit.Must(t, err)
	if n, err := r.Read(make([]byte, 10)); n != 0 || !errors.Is(err, file.ErrDamaged) {
		t.Errorf("from the middle: %d bytes, %v", n, err)
	}
	if _, err := a.Files.Open(t.Context(), incomplete.ID); !errors.Is(err, file.ErrDamaged) {
		t.Errorf("a chunk is missing: %v", err)
	}
	if got := a.Actions(); got[len(got)-1] != "file.damaged" || got[len(got)-2] != "file.damaged" || got[len(got)-3] == "file.damaged" {
		t.Errorf("recorded %v, want each content's damage once", got)
	}
}

// TestMemoryStaysFlat streams 200 MiB in and out.
func TestMemoryStaysFlat(t *testing.T) {
	if testing.Short() {
		t.Skip("moves 400 MiB")
	}
	a := testkit.Open(t)
	files := file.New(a.Ledger, 1<<30)
	const size, bound = 200 * mib, 48 * mib
	st, err := files.Receive(t.Context(), io.LimitReader(&measured{t: t, r: rand.NewChaCha8([32]byte{3}), bound: bound}, size))
	testkit.Must(t, err)
	var b file.Blob
	testkit.Must(t, a.Ledger.Write(t.Context(), actor.System("test"), func(tx *gorm.DB) ([]audit.Event, error) {
		b, _, err = files.Keep(tx, st)
		return []audit.Event{{Action: "test.kept", Object: audit.Object{Type: "file", ID: b.ID}, Rows: []any{&b}}}, err
	}))
	r, err := files.Open(t.Context(), b.ID)
	testkit.Must(t, err)
	n, err := io.Copy(io.Discard, &measured{t: t, r: r, bound: bound})
	if err != nil || n != size {
		t.Errorf("read %d bytes, %v", n, err)
	}
}

// measured fails the test when the heap in use passes a bound while reading.
type measured struct {
	t     *testing.T
	r     io.Reader
	bound uint64
	n     int64
}

func (m *measured) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	if before := m.n; before/(32*mib) != (before+int64(n))/(32*mib) {
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		if stats.HeapInuse > m.bound {
			m.t.Errorf("after %d MiB the heap has %d MiB in use", m.n/mib, stats.HeapInuse/mib)
		}
	}
	m.n += int64(n)
	return n, err
}
