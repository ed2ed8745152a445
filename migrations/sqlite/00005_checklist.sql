-- +goose Up
-- One row per service and requirement, opened when the service is registered
-- and never deleted. Article, severity and the evidence counts are copies, kept
-- in the same transaction as what they are copied from, so that lists and
-- counts need one table.
CREATE TABLE assessment (
	id                TEXT     PRIMARY KEY,
	service_id        TEXT     NOT NULL,
	requirement_id    TEXT     NOT NULL,
	article           BIGINT   NOT NULL,
	base_severity     TEXT     NOT NULL CHECK (base_severity IN ('critical', 'high', 'medium', 'low')),
	severity          TEXT     NOT NULL CHECK (severity IN ('critical', 'high', 'medium', 'low')),
	severity_reason   TEXT     NOT NULL,
	applies           BOOLEAN  NOT NULL,
	provisional       BOOLEAN  NOT NULL,
	reason_zh         TEXT     NOT NULL,
	reason_en         TEXT     NOT NULL,
	status            TEXT     NOT NULL CHECK (status IN ('not_assessed', 'in_progress', 'compliant', 'partly_compliant', 'non_compliant', 'not_applicable')),
	standing          TEXT     NOT NULL CHECK (standing IN ('not_assessed', 'in_progress', 'compliant', 'partly_compliant', 'non_compliant', 'not_applicable')),
	lowered_on        TEXT     NOT NULL,
	conclusion        TEXT     NOT NULL,
	justification     TEXT     NOT NULL,
	owner_id          TEXT     NOT NULL,
	due               TEXT     NOT NULL,
	next_review       TEXT     NOT NULL,
	linked            BIGINT   NOT NULL,
	valid             BIGINT   NOT NULL,
	expired           BIGINT   NOT NULL,
	unreviewed        BIGINT   NOT NULL,
	proof_until       TEXT     NOT NULL,
	proposed_status   TEXT     NOT NULL CHECK (proposed_status IN ('', 'compliant', 'not_applicable')),
	proposed_by       TEXT     NOT NULL,
	proposed_at       DATETIME,
	concluded_by      TEXT     NOT NULL,
	concluded_at      DATETIME,
	approved_by       TEXT     NOT NULL,
	approved_at       DATETIME,
	returned_to       TEXT     NOT NULL,
	returned_by       TEXT     NOT NULL,
	returned_at       DATETIME,
	returned_note     TEXT     NOT NULL,
	copied_from       TEXT     NOT NULL,
	catalogue_changed BOOLEAN  NOT NULL,
	created_at        DATETIME NOT NULL,
	updated_at        DATETIME NOT NULL,
	updated_by        TEXT     NOT NULL,
	version           BIGINT   NOT NULL,
	CHECK (proposed_status = '' OR proposed_by <> ''),
	CHECK (approved_by = '' OR approved_by <> concluded_by)
);
CREATE UNIQUE INDEX uix_assessment_service_id_requirement_id ON assessment (service_id, requirement_id);
CREATE INDEX ix_assessment_requirement ON assessment (requirement_id);
CREATE INDEX ix_assessment_owner ON assessment (owner_id);
CREATE INDEX ix_assessment_proof_until ON assessment (proof_until) WHERE proof_until <> '';

CREATE TABLE assessment_task (
	id             TEXT     PRIMARY KEY,
	assessment_id  TEXT     NOT NULL REFERENCES assessment (id),
	service_id     TEXT     NOT NULL,
	requirement_id TEXT     NOT NULL,
	title          TEXT     NOT NULL CHECK (title <> ''),
	owner_id       TEXT     NOT NULL,
	due            TEXT     NOT NULL,
	note           TEXT     NOT NULL,
	state          TEXT     NOT NULL CHECK (state IN ('open', 'done', 'cancelled')),
	closing_note   TEXT     NOT NULL,
	closed_by      TEXT     NOT NULL,
	closed_at      DATETIME,
	created_by     TEXT     NOT NULL,
	created_at     DATETIME NOT NULL,
	version        BIGINT   NOT NULL
);
CREATE INDEX ix_assessment_task_assessment ON assessment_task (assessment_id, id);
CREATE INDEX ix_assessment_task_owner ON assessment_task (owner_id, state, due);
CREATE INDEX ix_assessment_task_open ON assessment_task (due, id) WHERE state = 'open';

CREATE TABLE assessment_comment (
	id            TEXT     PRIMARY KEY,
	assessment_id TEXT     NOT NULL REFERENCES assessment (id),
	service_id    TEXT     NOT NULL,
	author_id     TEXT     NOT NULL,
	body          TEXT     NOT NULL CHECK (body <> ''),
	created_at    DATETIME NOT NULL
);
CREATE INDEX ix_assessment_comment_assessment ON assessment_comment (assessment_id, id);

CREATE TABLE assessment_mention (
	id             TEXT     PRIMARY KEY,
	comment_id     TEXT     NOT NULL REFERENCES assessment_comment (id),
	assessment_id  TEXT     NOT NULL REFERENCES assessment (id),
	service_id     TEXT     NOT NULL,
	requirement_id TEXT     NOT NULL,
	account_id     TEXT     NOT NULL,
	created_at     DATETIME NOT NULL,
	seen_at        DATETIME
);
CREATE INDEX ix_assessment_mention_account ON assessment_mention (account_id, assessment_id);
CREATE INDEX ix_assessment_mention_unseen ON assessment_mention (account_id, id) WHERE seen_at IS NULL;

-- +goose Down
DROP TABLE assessment_mention;
DROP TABLE assessment_comment;
DROP TABLE assessment_task;
DROP TABLE assessment;
