-- +goose Up
-- Uploads under way; each goes when its content is kept or dropped.
CREATE TABLE file_upload (
	id         TEXT     PRIMARY KEY,
	started_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX ix_file_upload_started ON file_upload (started_at);

-- Content in pieces of 1 MiB; hash is the SHA-256 of data.
CREATE TABLE file_chunk (
	upload TEXT   NOT NULL,
	idx    BIGINT NOT NULL,
	hash   BYTEA   NOT NULL,
	data   BYTEA   NOT NULL,
	PRIMARY KEY (upload, idx)
);

-- Content that is kept, once for each SHA-256.
CREATE TABLE file_blob (
	id         TEXT     PRIMARY KEY,
	sha256     TEXT     NOT NULL CHECK (length(sha256) = 64),
	size       BIGINT   NOT NULL CHECK (size > 0),
	media_type TEXT     NOT NULL,
	upload     TEXT     NOT NULL,
	chunks     BIGINT   NOT NULL CHECK (chunks > 0),
	chunk_root TEXT     NOT NULL CHECK (length(chunk_root) = 64),
	created_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX uix_file_blob_sha256 ON file_blob (sha256);

CREATE TABLE evidence (
	id              TEXT     PRIMARY KEY,
	kind            TEXT     NOT NULL CHECK (kind IN ('file', 'link', 'note')),
	title           TEXT     NOT NULL CHECK (title <> '' OR state = 'erased'),
	type            TEXT     NOT NULL,
	source          TEXT     NOT NULL,
	made_on         TEXT     NOT NULL,
	covers_from     TEXT     NOT NULL,
	covers_to       TEXT     NOT NULL,
	received_on     TEXT     NOT NULL,
	valid_until     TEXT     NOT NULL,
	expired_on      TEXT     NOT NULL,
	confidentiality TEXT     NOT NULL CHECK (confidentiality IN ('internal', 'confidential', 'restricted')),
	owner_id        TEXT     NOT NULL,
	state           TEXT     NOT NULL CHECK (state IN ('draft', 'submitted', 'approved', 'returned', 'retired', 'erased')),
	submitted_by    TEXT     NOT NULL,
	submitted_at    TIMESTAMPTZ,
	reviewed_by     TEXT     NOT NULL,
	reviewed_at     TIMESTAMPTZ,
	review_note     TEXT     NOT NULL,
	retired_by      TEXT     NOT NULL,
	retired_at      TIMESTAMPTZ,
	retired_reason  TEXT     NOT NULL,
	current_id      TEXT     NOT NULL,
	versions        BIGINT   NOT NULL,
	links           BIGINT   NOT NULL,
	batch           TEXT     NOT NULL,
	created_by      TEXT     NOT NULL,
	created_at      TIMESTAMPTZ NOT NULL,
	version         BIGINT   NOT NULL
);
CREATE INDEX ix_evidence_title ON evidence (title, id);
CREATE INDEX ix_evidence_valid ON evidence (valid_until, id) WHERE valid_until <> '';
CREATE INDEX ix_evidence_state ON evidence (state, id);
CREATE INDEX ix_evidence_expiring ON evidence (owner_id, valid_until, id) WHERE state = 'approved' AND valid_until <> '';
CREATE INDEX ix_evidence_returned ON evidence (owner_id, id) WHERE state = 'returned';
CREATE INDEX ix_evidence_type ON evidence (type, id);
CREATE INDEX ix_evidence_owner ON evidence (owner_id, id);
CREATE INDEX ix_evidence_level ON evidence (confidentiality, id);
CREATE INDEX ix_evidence_created_by ON evidence (created_by, id);
-- what coverage asks of every piece of a service
CREATE INDEX ix_evidence_proof ON evidence (id, state, valid_until, covers_to, made_on, received_on);
CREATE INDEX ix_evidence_unlinked ON evidence (id) WHERE links = 0;
CREATE INDEX ix_evidence_batch ON evidence (batch, id) WHERE batch <> '';

CREATE TABLE evidence_version (
	id          TEXT     PRIMARY KEY,
	evidence_id TEXT     NOT NULL REFERENCES evidence (id),
	number      BIGINT   NOT NULL CHECK (number > 0),
	blob_id     TEXT     REFERENCES file_blob (id),
	sha256      TEXT     NOT NULL,
	size        BIGINT   NOT NULL,
	media_type  TEXT     NOT NULL,
	file_name   TEXT     NOT NULL,
	url         TEXT     NOT NULL,
	text        TEXT     NOT NULL,
	remark      TEXT     NOT NULL,
	created_by  TEXT     NOT NULL,
	created_at  TIMESTAMPTZ NOT NULL,
	erased_at   TIMESTAMPTZ
);
CREATE UNIQUE INDEX uix_evidence_version_number ON evidence_version (evidence_id, number);
CREATE INDEX ix_evidence_version_blob ON evidence_version (blob_id);

-- What a piece of evidence proves: one requirement in one service.
CREATE TABLE evidence_link (
	id             TEXT     PRIMARY KEY,
	evidence_id    TEXT     NOT NULL REFERENCES evidence (id),
	assessment_id  TEXT     NOT NULL,
	service_id     TEXT     NOT NULL,
	requirement_id TEXT     NOT NULL,
	created_by     TEXT     NOT NULL,
	created_at     TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX uix_evidence_link_pair ON evidence_link (evidence_id, assessment_id);
CREATE INDEX ix_evidence_link_assessment ON evidence_link (assessment_id, evidence_id);
CREATE INDEX ix_evidence_link_service ON evidence_link (service_id, evidence_id, assessment_id);

-- A request to destroy the content of a piece of evidence, and its outcome.
CREATE TABLE evidence_erasure (
	id           TEXT     PRIMARY KEY,
	evidence_id  TEXT     NOT NULL REFERENCES evidence (id),
	state        TEXT     NOT NULL CHECK (state IN ('requested', 'declined', 'done')),
	reason       TEXT     NOT NULL CHECK (reason <> ''),
	requested_by TEXT     NOT NULL,
	requested_at TIMESTAMPTZ NOT NULL,
	decided_by   TEXT     NOT NULL,
	decided_at   TIMESTAMPTZ,
	remark       TEXT     NOT NULL
);
CREATE INDEX ix_evidence_erasure_evidence ON evidence_erasure (evidence_id, id);
CREATE UNIQUE INDEX uix_evidence_erasure_open ON evidence_erasure (evidence_id) WHERE state = 'requested';

-- +goose Down
DROP TABLE evidence_erasure;
DROP TABLE evidence_link;
DROP TABLE evidence_version;
DROP TABLE evidence;
DROP TABLE file_blob;
DROP TABLE file_chunk;
DROP TABLE file_upload;
