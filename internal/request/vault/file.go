package vault

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/streamingaead"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// FileKey encrypts one file. It stands beside the file, sealed with the
// request's key, and is worth nothing when that is gone.
type FileKey struct {
	stream tink.StreamingAEAD
	place  []byte
}

// NewFileKey makes a key for a file and gives it sealed. The file's id binds
// both to each other.
func (k *Key) NewFileKey(file string) (*FileKey, []byte, error) {
	handle, err := keyset.NewHandle(streamingaead.AES256GCMHKDF1MBKeyTemplate())
	if err != nil {
		return nil, nil, fmt.Errorf("vault: new file key: %w", err)
	}
	var plain bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewBinaryWriter(&plain)); err != nil {
		return nil, nil, fmt.Errorf("vault: write file key: %w", err)
	}
	sealed, err := k.Seal("file/"+file, plain.String())
	if err != nil {
		return nil, nil, err
	}
	f, err := k.fileKey(file, handle)
	return f, sealed, err
}

// OpenFileKey decrypts the key of a file.
func (k *Key) OpenFileKey(file string, sealed []byte) (*FileKey, error) {
	plain, err := k.Open("file/"+file, sealed)
	if err != nil {
		return nil, err
	}
	handle, err := insecurecleartextkeyset.Read(keyset.NewBinaryReader(bytes.NewReader([]byte(plain))))
	if err != nil {
		return nil, fmt.Errorf("%w: key of file %s", ErrSealed, file)
	}
	return k.fileKey(file, handle)
}

func (k *Key) fileKey(file string, handle *keyset.Handle) (*FileKey, error) {
	stream, err := streamingaead.New(handle)
	if err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	return &FileKey{stream: stream, place: k.place("content/" + file)}, nil
}

// Encrypt gives the encrypted form of what plain holds, while it is read. The
// reader must be read to its end, or closed.
func (f *FileKey) Encrypt(plain io.Reader) io.ReadCloser {
	r, w := io.Pipe()
	go func() { w.CloseWithError(f.encrypt(w, plain)) }()
	return r
}

func (f *FileKey) encrypt(w io.Writer, plain io.Reader) error {
	sealed, err := f.stream.NewEncryptingWriter(w, f.place)
	if err != nil {
		return fmt.Errorf("vault: %w", err)
	}
	if _, err := io.Copy(sealed, plain); err != nil {
		return errors.Join(err, sealed.Close())
	}
	return sealed.Close()
}

// Decrypt gives the content of an encrypted file, piece by piece; what comes
// out was checked.
func (f *FileKey) Decrypt(sealed io.Reader) (io.Reader, error) {
	r, err := f.stream.NewDecryptingReader(sealed, f.place)
	if err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	return r, nil
}
