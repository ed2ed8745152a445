package audit_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"gorm.io/gorm"

	"hegui/internal/audit"
	"hegui/internal/testkit"
)

// eventAt is a piece of SQL: the id of the event with a sequence number.
func eventAt(seq int64) string {
	return fmt.Sprintf("(SELECT event FROM ledger_event WHERE seq = %d)", seq)
}

// drop removes an event with everything that belongs to it.
func (a *archive) drop(where string) {
	a.exec("DELETE FROM ledger_part WHERE event IN (SELECT event FROM ledger_event WHERE %s)", where)
	a.exec("DELETE FROM ledger_event WHERE %s", where)
	a.exec("DELETE FROM ledger_leaf WHERE %s", where)
}

// setLeaf puts other bytes in the place of a leaf.
func (a *archive) setLeaf(seq int, data []byte) {
	a.exec("UPDATE ledger_leaf SET data = %s WHERE seq = %d", a.bytes(data), seq)
}

// claim rewrites a leaf so that it says another sequence number itself.
func claim(leaf []byte, from, to int) []byte {
	return bytes.Replace(leaf, fmt.Appendf(nil, `"seq":%d,`, from), fmt.Appendf(nil, `"seq":%d,`, to), 1)
}

// setHead makes the head fit the leaves, as an insider would who knows how.
func (a *archive) setHead() {
	leaves := a.leaves()
	frontier, root := audit.HeadOf(leaves)
	a.exec("UPDATE ledger_head SET size = %d, frontier = %s, root = %s", len(leaves), a.bytes(frontier), a.bytes(root))
}

// TestTampering plays an insider with the database. Whatever they change,
// verify must say so, and name what it found. (See "filled" for the events.)
func TestTampering(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		do   func(a *archive)
		want string
		seq  int64
	}{
		{"a body is changed", func(a *archive) {
			a.exec("UPDATE ledger_part SET body = %s WHERE event = %s AND name = 'label'", a.bytes([]byte("forged")), eventAt(2))
		}, audit.BodyAltered, 2},
		{"a recorded row's body is changed", func(a *archive) {
			a.exec("UPDATE ledger_part SET body = %s WHERE event = %s AND name = 'row/paper/p3'", a.bytes([]byte(`{"id":"p3"}`)), eventAt(3))
		}, audit.BodyAltered, 3},
		{"a salt is changed", func(a *archive) {
			a.exec("UPDATE ledger_part SET salt = %s WHERE event = %s AND name = 'label'", a.bytes(make([]byte, 32)), eventAt(1))
		}, audit.BodyAltered, 1},
		{"two bodies change places", func(a *archive) {
			a.exec("UPDATE ledger_part SET event = 'x' WHERE event = %s AND name = 'label'", eventAt(1))
			a.exec("UPDATE ledger_part SET event = %s WHERE event = %s AND name = 'label'", eventAt(1), eventAt(2))
			a.exec("UPDATE ledger_part SET event = %s WHERE event = 'x'", eventAt(2))
		}, audit.BodyAltered, 1},
		{"a body is erased silently", func(a *archive) {
			a.exec("UPDATE ledger_part SET body = NULL, salt = NULL WHERE event = %s AND name = 'label'", eventAt(4))
		}, audit.BodyMissing, 4},
		{"only a salt is erased", func(a *archive) {
			a.exec("UPDATE ledger_part SET salt = NULL WHERE event = %s AND name = 'label'", eventAt(4))
		}, audit.BodyMissing, 4},
		{"a part is deleted", func(a *archive) {
			a.exec("DELETE FROM ledger_part WHERE event = %s AND name = 'label'", eventAt(4))
		}, audit.BodyMissing, 4},
		{"a part is added to an event", func(a *archive) {
			a.exec("INSERT INTO ledger_part (event, name, subject, salt, body) VALUES (%s, 'note', '', %s, %s)", eventAt(4), a.bytes([]byte("s")), a.bytes([]byte("{}")))
		}, audit.BodyStray, 4},
		{"a part is added to no event", func(a *archive) {
			a.exec("INSERT INTO ledger_part (event, name, subject, salt, body) VALUES ('nobody', 'note', '', %s, %s)", a.bytes([]byte("s")), a.bytes([]byte("{}")))
		}, audit.BodyStray, -1},
		{"a leaf is changed", func(a *archive) {
			a.setLeaf(3, bytes.Replace(a.leaves()[3], []byte(`"actor":"ann"`), []byte(`"actor":"bob"`), 1))
			a.exec("UPDATE ledger_event SET actor = 'bob' WHERE seq = 3")
		}, audit.RootMismatch, 8},
		{"a leaf is no longer JSON", func(a *archive) { a.setLeaf(3, []byte("nonsense")) }, audit.LeafBroken, 3},
		{"an event is deleted", func(a *archive) { a.drop("seq = 3") }, audit.LeafGap, 3},
		{"an event is deleted and the others move up", func(a *archive) {
			a.drop("seq = 3")
			for seq := 4; seq <= 8; seq++ {
				a.exec("UPDATE ledger_leaf SET seq = %d WHERE seq = %d", seq-1, seq)
				a.exec("UPDATE ledger_event SET seq = %d WHERE seq = %d", seq-1, seq)
			}
		}, audit.LeafBroken, 3},
		{"an event is deleted, the others are renumbered and the size fits", func(a *archive) {
			leaves := a.leaves()
			a.drop("seq = 3")
			for seq := 4; seq <= 8; seq++ {
				a.exec("UPDATE ledger_leaf SET seq = %d, data = %s WHERE seq = %d", seq-1, a.bytes(claim(leaves[seq], seq, seq-1)), seq)
				a.exec("UPDATE ledger_event SET seq = %d WHERE seq = %d", seq-1, seq)
			}
			frontier, _ := audit.HeadOf(a.leaves()) // but not the root, which was noted elsewhere
			a.exec("UPDATE ledger_head SET size = 8, frontier = %s", a.bytes(frontier))
		}, audit.RootMismatch, 7},
		{"two events change places", func(a *archive) {
			leaves := a.leaves()
			a.setLeaf(2, leaves[3])
			a.setLeaf(3, leaves[2])
		}, audit.LeafBroken, 2},
		{"two events change places and say so", func(a *archive) {
			leaves := a.leaves()
			a.setLeaf(2, claim(leaves[3], 3, 2))
			a.setLeaf(3, claim(leaves[2], 2, 3))
			a.exec("UPDATE ledger_event SET seq = 99 WHERE seq = 2")
			a.exec("UPDATE ledger_event SET seq = 2 WHERE seq = 3")
			a.exec("UPDATE ledger_event SET seq = 3 WHERE seq = 99")
		}, audit.RootMismatch, 8},
		{"the tail is cut", func(a *archive) { a.drop("seq >= 7") }, audit.LeafGap, 7},
		{"the tail is cut and the head fits: a changed row tells", func(a *archive) { a.drop("seq >= 8"); a.setHead() }, audit.RowAltered, 5},
		{"the tail is cut and the head fits: a new row tells", func(a *archive) { a.drop("seq >= 5"); a.setHead() }, audit.RowUnrecorded, -1},
		{"everything is cut", func(a *archive) { a.drop("seq >= 0"); a.setHead() }, audit.RowUnrecorded, -1},
		{"a leaf is forged at the end", func(a *archive) {
			a.exec("INSERT INTO ledger_leaf (seq, data) VALUES (9, %s)", a.bytes(claim(a.leaves()[8], 8, 9)))
		}, audit.LeafBeyond, 9},
		{"the root is changed", func(a *archive) { a.exec("UPDATE ledger_head SET root = %s", a.bytes(make([]byte, 32))) }, audit.RootMismatch, 8},
		{"the frontier is changed", func(a *archive) { a.exec("UPDATE ledger_head SET frontier = %s", a.bytes(make([]byte, 64))) }, audit.RootMismatch, 8},
		{"the size is changed", func(a *archive) { a.exec("UPDATE ledger_head SET size = 4") }, audit.LeafBeyond, 4},
		{"the index is altered", func(a *archive) { a.exec("UPDATE ledger_event SET actor = 'bob' WHERE seq = 6") }, audit.IndexMismatch, 6},
		{"the index tells another time", func(a *archive) { a.exec("UPDATE ledger_event SET at = '2020-01-01 00:00:00+00:00' WHERE seq = 6") }, audit.IndexMismatch, 6},
		{"the index misses an event", func(a *archive) { a.exec("DELETE FROM ledger_event WHERE seq = 6") }, audit.IndexMismatch, 6},
		{"a row is changed behind the application", func(a *archive) { a.exec("UPDATE paper SET title = 'Forged' WHERE id = 'p2'") }, audit.RowAltered, 2},
		{"a row that was changed before is set back", func(a *archive) {
			a.exec("UPDATE paper SET title = 'Paper p1', version = 1 WHERE id = 'p1'")
		}, audit.RowAltered, 7},
		{"a secret column is changed", func(a *archive) { a.exec("UPDATE paper SET secret = 'known' WHERE id = 'p2'") }, audit.RowAltered, 2},
		{"an empty column is filled", func(a *archive) {
			a.exec("UPDATE paper SET seen_at = '2026-01-01 00:00:00+00:00' WHERE id = 'p2'")
		}, audit.RowAltered, 2},
		{"a list is changed", func(a *archive) { a.exec(`UPDATE paper SET tags = '["a"]' WHERE id = 'p2'`) }, audit.RowAltered, 2},
		{"a row is added behind the application", func(a *archive) {
			a.exec("INSERT INTO paper (id, title, pages, public, tags, secret, made_at, version) VALUES ('p9', 'X', 1, TRUE, '[]', '', '2026-01-01 00:00:00+00:00', 1)")
		}, audit.RowUnrecorded, -1},
		{"a row is deleted behind the application", func(a *archive) { a.exec("DELETE FROM paper WHERE id = 'p4'") }, audit.RowMissing, 4},
		{"a row takes another's id", func(a *archive) { a.exec("UPDATE paper SET id = 'p9' WHERE id = 'p4'") }, audit.RowMissing, 4},
		{"a checkpoint knows of more events", func(a *archive) {
			a.exec("INSERT INTO ledger_checkpoint (size, note, at) VALUES (20, 'hegui', '2026-11-23 00:00:00+00:00')")
		}, audit.CheckMismatch, 9},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a := filled(t)
			a.sound()
			c.do(a)
			a.finds(c.want, c.seq)
		})
	}
}

// TestRollback restores yesterday's copy of some tables, and of all.
func TestRollback(t *testing.T) {
	t.Parallel()
	rollBack := func(t *testing.T, tables ...string) (a *archive, before audit.Report) {
		a = newArchive(t)
		p := a.add("p0")
		for _, table := range tables {
			a.exec("CREATE TABLE old_%s AS SELECT * FROM %s", table, table)
		}
		a.exec("INSERT INTO ledger_checkpoint (size, note, at) VALUES (1, 'hegui', '2026-11-23 00:00:00+00:00')")
		a.retitle(p, "Newer")
		a.add("p1")
		before = a.verify()
		for _, table := range tables {
			a.exec("DELETE FROM %s", table)
			a.exec("INSERT INTO %s SELECT * FROM old_%s", table, table)
		}
		return a, before
	}
	ledger := []string{"ledger_part", "ledger_leaf", "ledger_event", "ledger_head"}

	t.Run("of the records alone", func(t *testing.T) {
		t.Parallel()
		a, _ := rollBack(t, "paper")
		a.finds(audit.RowAltered, 1)
		a.finds(audit.RowMissing, 2)
	})
	t.Run("of the ledger alone", func(t *testing.T) {
		t.Parallel()
		a, _ := rollBack(t, ledger...)
		a.finds(audit.RowAltered, 0)
		a.finds(audit.RowUnrecorded, -1)
	})
	t.Run("of everything but a checkpoint", func(t *testing.T) {
		t.Parallel()
		a, before := rollBack(t, append(ledger, "paper")...)
		a.exec("INSERT INTO ledger_checkpoint (size, note, at) VALUES (%d, 'hegui', '2026-11-23 00:00:00+00:00')", before.Events)
		a.finds(audit.CheckMismatch, 1)
	})
	t.Run("of everything is told by size and root noted outside", func(t *testing.T) {
		t.Parallel()
		a, before := rollBack(t, append(ledger, "paper")...)
		after := a.verify()
		if !after.Sound {
			t.Errorf("an old whole copy is sound in itself, found %+v", after.Findings)
		}
		if after.Events >= before.Events || after.Root == before.Root {
			t.Errorf("size and root do not tell: %d %s, before %d %s", after.Events, after.Root, before.Events, before.Root)
		}
	})
}

func TestTilesAreThoseOfTheLeaves(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	a.many(300)
	a.many(300)
	if got := a.count("ledger_tile"); got != 2 {
		t.Errorf("%d tiles for 600 events, want 2", got)
	}
	a.sound()
	for name, tamper := range map[string]string{
		"changed": "UPDATE ledger_tile SET data = (SELECT data FROM ledger_tile WHERE idx = 0) WHERE idx = 1",
		"deleted": "DELETE FROM ledger_tile WHERE idx = 1",
	} {
		a.exec("%s", tamper)
		a.finds(audit.TileMismatch, 511)
		t.Log(name)
	}
}

// many records n events without rows in one write.
func (a *archive) many(n int) {
	a.t.Helper()
	testkit.Must(a.t, a.Write(a.t.Context(), ann, func(*gorm.DB) ([]audit.Event, error) {
		return slices.Repeat([]audit.Event{{Action: "paper.read", Object: audit.Object{Type: "paper", ID: "p"}}}, n), nil
	}))
}

func TestFindingsAreBounded(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	a.many(300)
	a.exec("UPDATE ledger_event SET actor = 'bob'")
	if r := a.verify(); r.Sound || len(r.Findings) != 100 || !r.More {
		t.Errorf("got %d findings, more %v; want 100 and more", len(r.Findings), r.More)
	}
}

func TestErasureLeavesTheLedgerSound(t *testing.T) {
	t.Parallel()
	a := filled(t)
	before := a.leaves()
	list, err := a.History(t.Context(), audit.Object{Type: "paper", ID: "p1"}, 0, 10)
	testkit.Must(t, err)
	var parts []audit.Part
	for _, e := range list {
		parts = append(parts, audit.Part{Event: e.Event, Name: "label"}, audit.Part{Event: e.Event, Name: "row/paper/p1"})
	}
	testkit.Must(t, a.Write(t.Context(), ann, func(*gorm.DB) ([]audit.Event, error) {
		return []audit.Event{{Action: "paper.erased", Object: audit.Object{Type: "paper", ID: "p1"}, Erase: parts}}, nil
	}))
	a.sound()
	if !slices.EqualFunc(before, a.leaves()[:len(before)], bytes.Equal) {
		t.Error("erasing touched leaves")
	}
	list, err = a.History(t.Context(), audit.Object{Type: "paper", ID: "p1"}, 0, 10)
	testkit.Must(t, err)
	for _, e := range list {
		if e.Label != "" || len(e.Changes) != 0 {
			t.Errorf("still there: %+v", e)
		}
	}
	var left int
	testkit.Must(t, a.raw.QueryRowContext(t.Context(), "SELECT count(*) FROM ledger_part WHERE body IS NOT NULL AND name LIKE '%p1'").Scan(&left))
	if left != 0 {
		t.Errorf("%d bodies are left", left)
	}
}

// TestLeavesHoldNothingPersonal looks for names, titles and secrets in the
// bytes that can never be erased.
func TestLeavesHoldNothingPersonal(t *testing.T) {
	t.Parallel()
	a := filled(t)
	testkit.Must(t, a.Refused(t.Context(), ann, "GET /people/:id", "error.role"))
	for seq, leaf := range a.leaves() {
		for _, word := range []string{"Ann", "Paper p", "New title", "s3cret", "/people"} {
			if strings.Contains(string(leaf), word) {
				t.Errorf("leaf %d contains %q: %s", seq, word, leaf)
			}
		}
	}
	var bodies int
	testkit.Must(t, a.raw.QueryRowContext(t.Context(), "SELECT count(*) FROM ledger_part WHERE body LIKE "+a.bytes([]byte("%s3cret%"))).Scan(&bodies))
	if bodies != 0 {
		t.Error("a secret column stands readable in the ledger")
	}
}

// TestTilesOfTiles fills the first tile of the second level: 65,536 events.
func TestTilesOfTiles(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes seconds")
	}
	a := newArchive(t)
	a.many(256*256 + 1)
	var level, width int
	testkit.Must(t, a.raw.QueryRowContext(t.Context(), "SELECT max(level), max(length(data)) FROM ledger_tile").Scan(&level, &width))
	if got := a.count("ledger_tile"); got != 257 || level != 1 || width != 256*32 {
		t.Errorf("got %d tiles up to level %d of %d bytes", got, level, width)
	}
	a.sound()
}
