// Package vault encrypts what is personal in requests, field by field, with a
// key per request.
//
// The keys are tink keysets (AES-256-GCM), wrapped by the master key, which is
// kept outside of the database: in HEGUI_MASTER_KEY or in a file of the data
// folder. Who has the database alone reads nothing; who loses the master key
// loses all personal data in requests. It has to be backed up, apart from the
// database.
//
// The master key itself encrypts nothing: HKDF-SHA-256 derives from it a key
// that wraps others, a key that hashes contacts, and the key that signs
// certificates.
package vault

import (
	"bytes"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// KeySize is how many bytes a master key has.
const KeySize = 32

// ErrSealed says that something cannot be decrypted: with this key, for this
// request, in this field.
var ErrSealed = errors.New("vault: cannot be decrypted")

// Master wraps keys and hashes contacts; make it with NewMaster.
type Master struct {
	wrap tink.AEAD
	hash []byte
	name string
	sign ed25519.PrivateKey
}

// NewMaster makes a Master of a key of KeySize bytes.
func NewMaster(key []byte) (*Master, error) {
	if len(key) != KeySize {
		return nil, fmt.Errorf("vault: the master key has %d bytes, want %d", len(key), KeySize)
	}
	var parts [4][]byte
	for i, use := range []string{"hegui request key wrapping v1", "hegui request contact hash v1", "hegui request master name v1", "hegui certificate signing v1"} {
		part, err := hkdf.Key(sha256.New, key, nil, use, KeySize)
		if err != nil {
			return nil, fmt.Errorf("vault: derive key: %w", err)
		}
		parts[i] = part
	}
	wrap, err := subtle.NewAESGCM(parts[0])
	if err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	return &Master{wrap: wrap, hash: parts[1], name: hex.EncodeToString(parts[2][:8]), sign: ed25519.NewKeyFromSeed(parts[3])}, nil
}

// ParseMaster reads a master key as it is written down: base64 of KeySize
// bytes.
func ParseMaster(s string) (*Master, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(s))
	if err != nil {
		return nil, errors.New("vault: the master key is not base64") // the cause would quote it
	}
	return NewMaster(key)
}

// Name tells master keys apart without saying anything about them.
func (m *Master) Name() string { return m.name }

// Hash is the keyed hash of a value, in hex: equal for equal values, and
// telling nothing to who has no master key. What says what kind of value it
// is, so that equal values of different kinds differ.
func (m *Master) Hash(what, value string) string {
	h := hmac.New(sha256.New, m.hash)
	fmt.Fprintf(h, "%d\x00%s\x00%s", len(what), what, value)
	return hex.EncodeToString(h.Sum(nil))
}

// Sign signs a certificate with the installation's key (Ed25519); what says
// what kind of text it is.
func (m *Master) Sign(what string, text []byte) []byte {
	return ed25519.Sign(m.sign, signed(what, text))
}

// PublicKey is the key by which signatures are checked, in base64.
func (m *Master) PublicKey() string {
	return base64.StdEncoding.EncodeToString(m.sign.Public().(ed25519.PublicKey)) //nolint:forcetypeassert // always of this type
}

// Signed says that a signature by the key that PublicKey gave fits a text.
func Signed(publicKey, what string, text, signature []byte) bool {
	key, err := base64.StdEncoding.DecodeString(publicKey)
	return err == nil && len(key) == ed25519.PublicKeySize && ed25519.Verify(key, signed(what, text), signature)
}

func signed(what string, text []byte) []byte {
	return append([]byte("hegui "+what+" v1\n"), text...)
}

// NewKey makes a key for a request and gives it wrapped, too.
func (m *Master) NewKey(request string) (*Key, []byte, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, nil, fmt.Errorf("vault: new key: %w", err)
	}
	var out bytes.Buffer
	if err := handle.WriteWithAssociatedData(keyset.NewBinaryWriter(&out), m.wrap, []byte(request)); err != nil {
		return nil, nil, fmt.Errorf("vault: wrap key: %w", err)
	}
	k, err := newKey(request, handle)
	return k, out.Bytes(), err
}

// Open unwraps the key of a request. ErrSealed says that another master key
// wrapped it, or that it belongs to another request.
func (m *Master) Open(request string, wrapped []byte) (*Key, error) {
	handle, err := keyset.ReadWithAssociatedData(keyset.NewBinaryReader(bytes.NewReader(wrapped)), m.wrap, []byte(request))
	if err != nil {
		return nil, fmt.Errorf("%w: key of request %s", ErrSealed, request)
	}
	return newKey(request, handle)
}

// Wrap encrypts a secret of the organisation's own, such as that of a webhook.
func (m *Master) Wrap(what string, secret []byte) ([]byte, error) {
	return m.wrap.Encrypt(secret, []byte("secret/"+what))
}

// Unwrap decrypts what Wrap made.
func (m *Master) Unwrap(what string, sealed []byte) ([]byte, error) {
	plain, err := m.wrap.Decrypt(sealed, []byte("secret/"+what))
	if err != nil {
		return nil, fmt.Errorf("%w: %s", ErrSealed, what)
	}
	return plain, nil
}

// Key encrypts the fields of one request. It is safe for concurrent use.
type Key struct {
	request string
	aead    tink.AEAD
}

func newKey(request string, handle *keyset.Handle) (*Key, error) {
	primitive, err := aead.New(handle)
	if err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	return &Key{request: request, aead: primitive}, nil
}

// place binds a ciphertext to its request and field, so that nobody can move
// it to another.
func (k *Key) place(field string) []byte { return []byte(k.request + "/" + field) }

// Seal encrypts a text for a field; an empty one stays empty.
func (k *Key) Seal(field, text string) ([]byte, error) {
	if text == "" {
		return nil, nil
	}
	sealed, err := k.aead.Encrypt([]byte(text), k.place(field))
	if err != nil {
		return nil, fmt.Errorf("vault: seal %s: %w", field, err)
	}
	return sealed, nil
}

// Open decrypts a field. ErrSealed says that it belongs elsewhere or was
// altered.
func (k *Key) Open(field string, sealed []byte) (string, error) {
	if len(sealed) == 0 {
		return "", nil
	}
	plain, err := k.aead.Decrypt(sealed, k.place(field))
	if err != nil {
		return "", fmt.Errorf("%w: %s of request %s", ErrSealed, field, k.request)
	}
	return string(plain), nil
}
