package vault

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// ReadFile reads the master key of a file; ok is false when there is none.
func ReadFile(path string) (m *Master, ok bool, err error) {
	data, err := os.ReadFile(path) //nolint:gosec // the operator's own file
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("read master key: %w", err)
	}
	m, err = ParseMaster(string(data))
	if err != nil {
		return nil, false, fmt.Errorf("master key in %s: %w", path, err)
	}
	return m, true, nil
}

// WriteFile makes a new master key and keeps it in a file that only this
// account can read. It never replaces a file.
func WriteFile(path string) (*Master, error) {
	key := make([]byte, KeySize)
	if _, err := rand.Read(key); err != nil {
		return nil, fmt.Errorf("make master key: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) //nolint:gosec // the operator's own folder
	if err != nil {
		return nil, fmt.Errorf("keep master key: %w", err)
	}
	_, err = f.WriteString(base64.StdEncoding.EncodeToString(key) + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, errors.Join(fmt.Errorf("keep master key: %w", err), os.Remove(path))
	}
	return NewMaster(key)
}
