-- +goose Up
-- The switching rules of a stream, lot by lot, and what has to be put right.
ALTER TABLE label_stream RENAME COLUMN history TO states;
ALTER TABLE label_stream ADD COLUMN steady BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE label_stream ADD COLUMN steps BIGINT NOT NULL DEFAULT 0;

CREATE TABLE label_stream_step (
	id          TEXT     PRIMARY KEY,
	stream_id   TEXT     NOT NULL REFERENCES label_stream (id),
	service_id  TEXT     NOT NULL,
	number      BIGINT   NOT NULL CHECK (number > 0),
	kind        TEXT     NOT NULL CHECK (kind IN ('lot', 'confirmed', 'withdrawn', 'restarted')),
	lot_id      TEXT     NOT NULL,
	decision_id TEXT     NOT NULL,
	used        TEXT     NOT NULL,
	next        TEXT     NOT NULL,
	accepted    BOOLEAN  NOT NULL,
	counted     BOOLEAN  NOT NULL,
	why         TEXT     NOT NULL,
	score       BIGINT   NOT NULL,
	classes     TEXT     NOT NULL,
	note        TEXT     NOT NULL,
	made_at     TIMESTAMPTZ NOT NULL,
	made_by     TEXT     NOT NULL,
	version     BIGINT   NOT NULL
);
CREATE UNIQUE INDEX uix_label_stream_step_stream_id_number ON label_stream_step (stream_id, number);
CREATE INDEX ix_label_stream_step_lot ON label_stream_step (lot_id);

CREATE TABLE label_correction (
	id          TEXT     PRIMARY KEY,
	lot_id      TEXT     NOT NULL REFERENCES label_lot (id),
	service_id  TEXT     NOT NULL,
	decision_id TEXT     NOT NULL REFERENCES label_decision (id),
	items       BIGINT   NOT NULL CHECK (items > 0),
	corrected   BIGINT   NOT NULL,
	list_hash   TEXT     NOT NULL,
	due         TEXT     NOT NULL,
	state       TEXT     NOT NULL CHECK (state IN ('open', 'done', 'waived')),
	note        TEXT     NOT NULL,
	created_at  TIMESTAMPTZ NOT NULL,
	created_by  TEXT     NOT NULL,
	updated_at  TIMESTAMPTZ NOT NULL,
	version     BIGINT   NOT NULL
);
CREATE UNIQUE INDEX uix_label_correction_decision_id ON label_correction (decision_id);
CREATE INDEX ix_label_correction_lot ON label_correction (lot_id);
CREATE INDEX ix_label_correction_open ON label_correction (service_id, due) WHERE state = 'open';

CREATE INDEX ix_label_decision_open ON label_decision (service_id, id) WHERE state = 'awaiting_second';
CREATE INDEX ix_label_record_decision ON label_record (decision_id);
CREATE INDEX ix_label_record_evidence ON label_record (evidence_id);

-- +goose Down
DROP INDEX ix_label_record_evidence;
DROP INDEX ix_label_record_decision;
DROP INDEX ix_label_decision_open;
DROP TABLE label_correction;
DROP TABLE label_stream_step;
ALTER TABLE label_stream DROP COLUMN steps;
ALTER TABLE label_stream DROP COLUMN steady;
ALTER TABLE label_stream RENAME COLUMN states TO history;
