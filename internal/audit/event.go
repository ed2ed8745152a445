package audit

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"time"
)

// Outcome says how an action ended.
type Outcome string

// The outcomes. Refused and failed events change no row.
const (
	Done    Outcome = "done"
	Refused Outcome = "refused"
	Failed  Outcome = "failed"
)

// Object is what an event is about: a type such as "evidence", and its id.
type Object struct{ Type, ID string }

// Event is something that happened, as a domain method reports it.
type Event struct {
	Action  string  // object and past verb: "evidence.submitted"
	Object  Object  // what it happened to
	Service string  // the service it belongs to, or none
	Outcome Outcome // Done when empty
	Label   string  // short name of the object, for the activity page
	Subject string  // whose personal data the parts hold, or none
	Rows    []any   // pointers to the GORM rows that changed; read back before the commit
	Note    any     // further details, kept as JSON
	Erase   []Part  // parts of earlier events to erase
}

// Part names a part of an event.
type Part struct{ Event, Name string }

// leaf is what is hashed. Field order is the order of the bytes.
type leaf struct {
	V       int               `json:"v"`
	Seq     int64             `json:"seq"`
	ID      string            `json:"id"`
	At      time.Time         `json:"at"`
	Actor   string            `json:"actor"`
	Action  string            `json:"action"`
	Type    string            `json:"type"`
	Object  string            `json:"object"`
	Service string            `json:"service,omitempty"`
	Outcome Outcome           `json:"outcome"`
	Parts   map[string]string `json:"parts,omitempty"`
	Erased  []string          `json:"erased,omitempty"`
}

func (l leaf) encode() []byte {
	data, err := json.Marshal(l)
	if err != nil {
		panic(err) // strings, a number and a time always encode
	}
	return data
}

// commitment binds and hides a part; see the package comment.
func commitment(salt []byte, name string, body []byte) string {
	h := sha256.New()
	h.Write([]byte("hegui-part/v1\x00"))
	h.Write(salt)
	_ = binary.Write(h, binary.BigEndian, uint32(len(name))) // names are short; a hash never fails
	h.Write([]byte(name))
	h.Write(body)
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// The ledger's own rows.
type (
	headRow struct {
		ID       int64
		Size     int64
		Frontier []byte
		Root     []byte
	}
	leafRow struct {
		Seq  int64 `gorm:"primaryKey;autoIncrement:false"`
		Data []byte
	}
	eventRow struct {
		Seq        int64 `gorm:"primaryKey;autoIncrement:false"`
		Event      string
		At         time.Time
		Actor      string
		Action     string
		ObjectType string
		ObjectID   string
		Service    string
		Outcome    Outcome
	}
	partRow struct {
		Event   string `gorm:"primaryKey"`
		Name    string `gorm:"primaryKey"`
		Subject string
		Salt    []byte
		Body    []byte
	}
	tileRow struct {
		Level int64 `gorm:"primaryKey;autoIncrement:false"`
		Idx   int64 `gorm:"primaryKey;autoIncrement:false"`
		Data  []byte
	}
)

// TableName is the table of the one head row.
func (headRow) TableName() string { return "ledger_head" }

// TableName is the table of leaves.
func (leafRow) TableName() string { return "ledger_leaf" }

// TableName is the table that pages ask.
func (eventRow) TableName() string { return "ledger_event" }

// TableName is the table of erasable parts.
func (partRow) TableName() string { return "ledger_part" }

// TableName is the table of complete tiles.
func (tileRow) TableName() string { return "ledger_tile" }

func rowOf(l leaf) eventRow {
	return eventRow{Seq: l.Seq, Event: l.ID, At: l.At, Actor: l.Actor, Action: l.Action,
		ObjectType: l.Type, ObjectID: l.Object, Service: l.Service, Outcome: l.Outcome}
}
