package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
)

// held keeps the lock files of this process reachable: a file that only a
// local variable knows is closed by the garbage collector, and its lock with
// it.
var held = struct {
	sync.Mutex
	files map[string]*os.File
}{files: map[string]*os.File{}}

// lockFolder takes the folder for this process alone, making it if need be.
func lockFolder(dir string) (unlock func() error, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make data folder: %w", err)
	}
	path, err := filepath.Abs(filepath.Join(dir, "hegui.lock"))
	if err != nil {
		return nil, err
	}
	held.Lock()
	defer held.Unlock()
	if held.files[path] != nil {
		return nil, inUse(dir)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the operator's own folder
	if err != nil {
		return nil, fmt.Errorf("lock data folder: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(inUse(dir), f.Close())
	}
	held.files[path] = f
	return func() error {
		held.Lock()
		defer held.Unlock()
		delete(held.files, path)
		return f.Close()
	}, nil
}

func inUse(dir string) error {
	return fmt.Errorf("data folder %s is in use by another hegui process: stop that one first", dir)
}
