package vault_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hegui/internal/request/vault"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func master(t *testing.T) *vault.Master {
	t.Helper()
	key := make([]byte, vault.KeySize)
	_, _ = rand.Read(key) // never fails
	m, err := vault.NewMaster(key)
	must(t, err)
	return m
}

func TestFields(t *testing.T) {
	t.Parallel()
	m := master(t)
	k, wrapped, err := m.NewKey("r1")
	must(t, err)
	sealed, err := k.Seal("name", "张三")
	must(t, err)
	if bytes.Contains(sealed, []byte("张三")) {
		t.Error("readable")
	}
	again, err := m.Open("r1", wrapped)
	must(t, err)
	if got, err := again.Open("name", sealed); err != nil || got != "张三" {
		t.Errorf("got %q, %v", got, err)
	}
	if got, err := k.Seal("name", ""); err != nil || got != nil {
		t.Errorf("nothing became %q, %v", got, err)
	}
	if got, err := k.Open("name", nil); err != nil || got != "" {
		t.Errorf("nothing became %q, %v", got, err)
	}

	other, otherWrapped, err := m.NewKey("r2")
	must(t, err)
	altered := bytes.Clone(sealed)
	altered[len(altered)-1] ^= 1
	for name, open := range map[string]func() error{
		"another field":      func() error { _, err := k.Open("contact", sealed); return err },
		"another request":    func() error { _, err := other.Open("name", sealed); return err },
		"altered":            func() error { _, err := k.Open("name", altered); return err },
		"another master key": func() error { _, err := master(t).Open("r1", wrapped); return err },
		"a key moved over":   func() error { _, err := m.Open("r1", otherWrapped); return err },
		"a destroyed key":    func() error { _, err := m.Open("r1", nil); return err },
	} {
		if err := open(); !errors.Is(err, vault.ErrSealed) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestHashes(t *testing.T) {
	t.Parallel()
	a, b := master(t), master(t)
	if first, again := a.Hash("contact", "x"), a.Hash("contact", "x"); first != again {
		t.Error("not the same twice")
	}
	for name, other := range map[string]string{
		"another value": a.Hash("contact", "y"), "another kind": a.Hash("code", "x"),
		"another master key": b.Hash("contact", "x"), "cut elsewhere": a.Hash("contac", "t\x00x"),
	} {
		if other == a.Hash("contact", "x") {
			t.Errorf("%s hashes the same", name)
		}
	}
	if a.Name() == b.Name() {
		t.Error("two master keys of the same name")
	}
}

func TestSecrets(t *testing.T) {
	t.Parallel()
	m := master(t)
	sealed, err := m.Wrap("hook 1", []byte("secret"))
	must(t, err)
	if got, err := m.Unwrap("hook 1", sealed); err != nil || string(got) != "secret" {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := m.Unwrap("hook 2", sealed); !errors.Is(err, vault.ErrSealed) {
		t.Errorf("moved over: %v", err)
	}
}

// TestFiles covers sizes around the segments of the stream, and what it does
// with a cut or altered one.
func TestFiles(t *testing.T) {
	t.Parallel()
	k, _, err := master(t).NewKey("r1")
	must(t, err)
	for _, size := range []int{0, 1, 1<<20 - 100, 1 << 20, 3<<20 + 17} {
		plain := make([]byte, size)
		_, _ = rand.Read(plain) // never fails
		f, sealed, err := k.NewFileKey("f1")
		must(t, err)
		stored, err := io.ReadAll(f.Encrypt(bytes.NewReader(plain)))
		must(t, err)
		again, err := k.OpenFileKey("f1", sealed)
		must(t, err)
		r, err := again.Decrypt(bytes.NewReader(stored))
		must(t, err)
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, plain) {
			t.Errorf("%d bytes: came back different, %v", size, err)
		}
		if _, err := k.OpenFileKey("f2", sealed); !errors.Is(err, vault.ErrSealed) {
			t.Errorf("the key of another file: %v", err)
		}
		if size == 0 {
			continue
		}
		for name, wrong := range map[string][]byte{"cut": stored[:len(stored)-1], "altered": append(bytes.Clone(stored[:len(stored)-1]), stored[len(stored)-1]^1)} {
			r, err := again.Decrypt(bytes.NewReader(wrong))
			if err == nil {
				_, err = io.ReadAll(r)
			}
			if err == nil {
				t.Errorf("%d bytes, %s: read without an error", size, name)
			}
		}
	}
}

func TestBrokenUploadReachesTheReader(t *testing.T) {
	t.Parallel()
	k, _, err := master(t).NewKey("r1")
	must(t, err)
	f, _, err := k.NewFileKey("f1")
	must(t, err)
	gone := errors.New("gone")
	_, err = io.ReadAll(f.Encrypt(io.MultiReader(strings.NewReader("half"), broken{gone})))
	if !errors.Is(err, gone) {
		t.Errorf("got %v", err)
	}
}

type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

func TestMasterKeyFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "key")
	if _, ok, err := vault.ReadFile(path); ok || err != nil {
		t.Errorf("no file: %v, %v", ok, err)
	}
	made, err := vault.WriteFile(path)
	must(t, err)
	info, err := os.Stat(path)
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("others may read it: %v", info.Mode())
	}
	read, ok, err := vault.ReadFile(path)
	if err != nil || !ok || read.Name() != made.Name() {
		t.Errorf("read %v, %v", ok, err)
	}
	if _, err := vault.WriteFile(path); err == nil {
		t.Error("replaced a key")
	}
	must(t, os.WriteFile(path, []byte("c2hvcnQ="), 0o600))
	if _, _, err := vault.ReadFile(path); err == nil {
		t.Error("took a short key")
	}
	if _, err := vault.ParseMaster("not base64 at all!"); err == nil || strings.Contains(err.Error(), "not base64 at all") {
		t.Errorf("got %v", err)
	}
}
