-- +goose Up
CREATE TABLE ledger_head (
	id       BIGINT PRIMARY KEY CHECK (id = 1),
	size     BIGINT NOT NULL CHECK (size >= 0),
	frontier BYTEA   NOT NULL,
	root     BYTEA   NOT NULL
);
-- The root of the empty tree is the SHA-256 of nothing (RFC 6962, 2.1).
INSERT INTO ledger_head (id, size, frontier, root)
VALUES (1, 0, '', decode('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 'hex'));

-- The exact bytes that were hashed, never encoded again.
CREATE TABLE ledger_leaf (
	seq  BIGINT PRIMARY KEY,
	data BYTEA   NOT NULL
);

-- What pages ask by; every value stands in the leaf, too, and verify compares.
CREATE TABLE ledger_event (
	seq         BIGINT   PRIMARY KEY,
	event       TEXT     NOT NULL,
	at          TIMESTAMPTZ NOT NULL,
	actor       TEXT     NOT NULL,
	action      TEXT     NOT NULL,
	object_type TEXT     NOT NULL,
	object_id   TEXT     NOT NULL,
	service     TEXT     NOT NULL,
	outcome     TEXT     NOT NULL
);
CREATE UNIQUE INDEX uix_ledger_event_event ON ledger_event (event);
CREATE INDEX ix_ledger_event_object ON ledger_event (object_type, object_id, seq);
CREATE INDEX ix_ledger_event_actor ON ledger_event (actor, seq);
CREATE INDEX ix_ledger_event_action ON ledger_event (action, seq);
CREATE INDEX ix_ledger_event_service ON ledger_event (service, seq);

-- Everything that may have to be erased one day; the leaf keeps commitments.
CREATE TABLE ledger_part (
	event   TEXT NOT NULL,
	name    TEXT NOT NULL,
	subject TEXT NOT NULL,
	salt    BYTEA,
	body    BYTEA,
	PRIMARY KEY (event, name)
);
CREATE INDEX ix_ledger_part_subject ON ledger_part (subject) WHERE subject <> '';

CREATE TABLE ledger_checkpoint (
	size BIGINT   PRIMARY KEY,
	note TEXT     NOT NULL,
	at   TIMESTAMPTZ NOT NULL
);

-- Complete runs of 256 hashes per level, for fast proofs.
CREATE TABLE ledger_tile (
	level BIGINT NOT NULL,
	idx   BIGINT NOT NULL,
	data  BYTEA   NOT NULL,
	PRIMARY KEY (level, idx)
);

-- +goose Down
DROP TABLE ledger_tile;
DROP TABLE ledger_checkpoint;
DROP TABLE ledger_part;
DROP TABLE ledger_event;
DROP TABLE ledger_leaf;
DROP TABLE ledger_head;
