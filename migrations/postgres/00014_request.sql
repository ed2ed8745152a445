-- +goose Up
-- Requests of people about their personal information. What identifies a
-- person is sealed with the key of its request.
CREATE TABLE request (
	id               TEXT     PRIMARY KEY,
	number           TEXT     NOT NULL CHECK (number <> ''),
	service_id       TEXT     NOT NULL,
	kind             TEXT     NOT NULL CHECK (kind IN ('access', 'copy', 'correct', 'delete', 'withdraw', 'transfer', 'explain', 'close_account')),
	requester        TEXT     NOT NULL CHECK (requester IN ('self', 'agent', 'guardian', 'relative')),
	channel          TEXT     NOT NULL CHECK (channel IN ('portal', 'mail', 'phone', 'app', 'counter', 'api')),
	language         TEXT     NOT NULL CHECK (language IN ('zh-CN', 'en')),
	state            TEXT     NOT NULL CHECK (state IN ('received', 'identity', 'in_progress', 'waiting', 'answered', 'refused', 'closed', 'erased')),
	state_since      TIMESTAMPTZ NOT NULL,
	resume_to        TEXT     NOT NULL CHECK (resume_to IN ('', 'received', 'identity', 'in_progress')),
	owner_id         TEXT     NOT NULL,
	identity_level   TEXT     NOT NULL CHECK (identity_level IN ('none', 'code', 'documents', 'manual')),
	identity_state   TEXT     NOT NULL CHECK (identity_state IN ('not_needed', 'wanted', 'open', 'passed', 'failed')),
	rule_id          TEXT     NOT NULL,
	days             BIGINT   NOT NULL CHECK (days > 0),
	unit             TEXT     NOT NULL CHECK (unit IN ('working', 'calendar')),
	starts           TEXT     NOT NULL CHECK (starts IN ('intake', 'identity')),
	roll             BOOLEAN  NOT NULL,
	extension_days   BIGINT   NOT NULL CHECK (extension_days >= 0),
	remind_days      BIGINT   NOT NULL CHECK (remind_days >= 0),
	retention_days   BIGINT   NOT NULL CHECK (retention_days > 0),
	received_at      TIMESTAMPTZ NOT NULL,
	started_at       TIMESTAMPTZ,
	extended_days    BIGINT   NOT NULL,
	due              TEXT     NOT NULL,
	left_days        BIGINT   NOT NULL,
	unannounced      TEXT     NOT NULL,
	calendar_version BIGINT   NOT NULL,
	next_notice      TEXT     NOT NULL,
	notice           TEXT     NOT NULL CHECK (notice IN ('', 'reminded', 'escalated')),
	decided_at       TIMESTAMPTZ,
	decided_on       TEXT     NOT NULL,
	late             BOOLEAN  NOT NULL,
	took_days        BIGINT   NOT NULL,
	refusal_id       TEXT     NOT NULL,
	close_reason     TEXT     NOT NULL,
	reopened         BIGINT   NOT NULL,
	held             BOOLEAN  NOT NULL,
	tasks            BIGINT   NOT NULL,
	tasks_done       BIGINT   NOT NULL,
	messages         BIGINT   NOT NULL,
	unread           BIGINT   NOT NULL,
	name             BYTEA    NOT NULL,
	contact          BYTEA    NOT NULL,
	account          BYTEA    NOT NULL,
	details          BYTEA    NOT NULL,
	words            BYTEA    NOT NULL,
	track_hash       TEXT     NOT NULL,
	erase_on         TEXT     NOT NULL,
	erased_at        TIMESTAMPTZ,
	created_by       TEXT     NOT NULL,
	created_at       TIMESTAMPTZ NOT NULL,
	version          BIGINT   NOT NULL
);
CREATE UNIQUE INDEX uix_request_number ON request (number);
CREATE UNIQUE INDEX uix_request_track_hash ON request (track_hash) WHERE track_hash <> '';
CREATE INDEX ix_request_service ON request (service_id, id);
CREATE INDEX ix_request_kind ON request (kind, id);
CREATE INDEX ix_request_state ON request (state, id);
CREATE INDEX ix_request_owner ON request (owner_id, state, id);
CREATE INDEX ix_request_open_due ON request (due, id) WHERE state IN ('received', 'identity', 'in_progress', 'waiting');
CREATE INDEX ix_request_open_service_due ON request (service_id, due, id) WHERE state IN ('received', 'identity', 'in_progress', 'waiting');
CREATE INDEX ix_request_open_owner_due ON request (owner_id, due, id) WHERE state IN ('received', 'identity', 'in_progress', 'waiting');
CREATE INDEX ix_request_open_state_due ON request (state, due, id) WHERE state IN ('received', 'identity', 'in_progress', 'waiting');
CREATE INDEX ix_request_next_notice ON request (next_notice, id) WHERE next_notice <> '';
CREATE INDEX ix_request_open_calendar ON request (calendar_version, id) WHERE state IN ('received', 'identity', 'in_progress', 'waiting');
CREATE INDEX ix_request_erase_on ON request (erase_on, id) WHERE erase_on <> '';

-- The key of a request, wrapped by the master key; erasing a request
-- overwrites it. Its id is the request's.
CREATE TABLE request_key (
	id           TEXT     PRIMARY KEY REFERENCES request (id),
	wrapped      BYTEA    NOT NULL,
	master       TEXT     NOT NULL,
	created_at   TIMESTAMPTZ NOT NULL,
	destroyed_at TIMESTAMPTZ
);

-- Keyed hashes of contacts, to find requests by an exact contact.
CREATE TABLE request_contact (
	request_id TEXT NOT NULL,
	hash       TEXT NOT NULL,
	PRIMARY KEY (request_id, hash)
);
CREATE INDEX ix_request_contact_hash ON request_contact (hash, request_id);

CREATE TABLE request_message (
	id          TEXT     PRIMARY KEY,
	request_id  TEXT     NOT NULL REFERENCES request (id),
	service_id  TEXT     NOT NULL,
	direction   TEXT     NOT NULL CHECK (direction IN ('to_person', 'from_person', 'internal')),
	via         TEXT     NOT NULL CHECK (via IN ('portal', 'mail', 'phone', 'app', 'counter', 'api', 'internal')),
	letter_id   TEXT     NOT NULL,
	body        BYTEA    NOT NULL,
	created_by  TEXT     NOT NULL,
	created_at  TIMESTAMPTZ NOT NULL,
	read_at     TIMESTAMPTZ
);
CREATE INDEX ix_request_message_request ON request_message (request_id, id);

-- Files, encrypted with a key of their own that the request's key seals.
CREATE TABLE request_attachment (
	id          TEXT     PRIMARY KEY,
	request_id  TEXT     NOT NULL REFERENCES request (id),
	service_id  TEXT     NOT NULL,
	purpose     TEXT     NOT NULL CHECK (purpose IN ('request', 'proof', 'mandate', 'message', 'task', 'answer')),
	message_id  TEXT     NOT NULL,
	task_id     TEXT     NOT NULL,
	blob_id     TEXT,
	file_key    BYTEA    NOT NULL,
	name        BYTEA    NOT NULL,
	media_type  TEXT     NOT NULL,
	size        BIGINT   NOT NULL,
	for_person  BOOLEAN  NOT NULL,
	delete_on   TEXT     NOT NULL,
	deleted_at  TIMESTAMPTZ,
	deleted_why TEXT     NOT NULL,
	created_by  TEXT     NOT NULL,
	created_at  TIMESTAMPTZ NOT NULL
);
CREATE INDEX ix_request_attachment_request ON request_attachment (request_id, id);
CREATE INDEX ix_request_attachment_blob ON request_attachment (blob_id) WHERE blob_id IS NOT NULL;
CREATE INDEX ix_request_attachment_delete_on ON request_attachment (delete_on) WHERE delete_on <> '';

-- Identity: checks, one-time codes, mandates.
CREATE TABLE request_identity (
	id          TEXT     PRIMARY KEY,
	request_id  TEXT     NOT NULL REFERENCES request (id),
	service_id  TEXT     NOT NULL,
	level       TEXT     NOT NULL CHECK (level IN ('none', 'code', 'documents', 'manual')),
	state       TEXT     NOT NULL CHECK (state IN ('open', 'passed', 'failed')),
	reason      TEXT     NOT NULL,
	words       BYTEA    NOT NULL,
	attempts    BIGINT   NOT NULL,
	decided_by  TEXT     NOT NULL,
	decided_at  TIMESTAMPTZ,
	created_by  TEXT     NOT NULL,
	created_at  TIMESTAMPTZ NOT NULL,
	version     BIGINT   NOT NULL
);
CREATE INDEX ix_request_identity_request ON request_identity (request_id, id);

CREATE TABLE request_code (
	id          TEXT     PRIMARY KEY,
	request_id  TEXT     NOT NULL REFERENCES request (id),
	identity_id TEXT     NOT NULL,
	hash        TEXT     NOT NULL,
	attempts    BIGINT   NOT NULL,
	expires_at  TIMESTAMPTZ NOT NULL,
	used_at     TIMESTAMPTZ,
	created_at  TIMESTAMPTZ NOT NULL
);
CREATE INDEX ix_request_code_request ON request_code (request_id, id);

CREATE TABLE request_mandate (
	id          TEXT     PRIMARY KEY,
	request_id  TEXT     NOT NULL REFERENCES request (id),
	service_id  TEXT     NOT NULL,
	kind        TEXT     NOT NULL CHECK (kind IN ('agent', 'guardian', 'relative')),
	person      BYTEA    NOT NULL,
	relation    BYTEA    NOT NULL,
	valid_until TEXT     NOT NULL,
	state       TEXT     NOT NULL CHECK (state IN ('claimed', 'confirmed', 'rejected')),
	words       BYTEA    NOT NULL,
	decided_by  TEXT     NOT NULL,
	decided_at  TIMESTAMPTZ,
	created_by  TEXT     NOT NULL,
	created_at  TIMESTAMPTZ NOT NULL,
	version     BIGINT   NOT NULL
);
CREATE INDEX ix_request_mandate_request ON request_mandate (request_id, id);

-- Deadlines and the calendar.
CREATE TABLE request_rule (
	id             TEXT     PRIMARY KEY,
	service_id     TEXT     NOT NULL,
	kind           TEXT     NOT NULL CHECK (kind IN ('access', 'copy', 'correct', 'delete', 'withdraw', 'transfer', 'explain', 'close_account')),
	days           BIGINT   NOT NULL CHECK (days > 0),
	unit           TEXT     NOT NULL CHECK (unit IN ('working', 'calendar')),
	starts         TEXT     NOT NULL CHECK (starts IN ('intake', 'identity')),
	roll           BOOLEAN  NOT NULL,
	extension_days BIGINT   NOT NULL CHECK (extension_days >= 0),
	remind_days    BIGINT   NOT NULL CHECK (remind_days >= 0),
	identity_level TEXT     NOT NULL CHECK (identity_level IN ('none', 'code', 'documents', 'manual')),
	proof_days     BIGINT   NOT NULL CHECK (proof_days > 0),
	retention_days BIGINT   NOT NULL CHECK (retention_days > 0),
	figure_key     TEXT     NOT NULL,
	source         TEXT     NOT NULL,
	verified       BOOLEAN  NOT NULL,
	changed_by     TEXT     NOT NULL,
	changed_at     TIMESTAMPTZ NOT NULL,
	version        BIGINT   NOT NULL
);
CREATE UNIQUE INDEX uix_request_rule_service_id_kind ON request_rule (service_id, kind);

CREATE TABLE request_day (
	id         TEXT     PRIMARY KEY,
	date       TEXT     NOT NULL CHECK (date <> ''),
	working    BOOLEAN  NOT NULL,
	name       TEXT     NOT NULL,
	changed_by TEXT     NOT NULL,
	changed_at TIMESTAMPTZ NOT NULL,
	version    BIGINT   NOT NULL
);
CREATE UNIQUE INDEX uix_request_day_date ON request_day (date);

-- Years whose holidays the organisation has entered.
CREATE TABLE request_year (
	id         TEXT     PRIMARY KEY,
	year       BIGINT   NOT NULL,
	announced  BOOLEAN  NOT NULL,
	source     TEXT     NOT NULL,
	changed_by TEXT     NOT NULL,
	changed_at TIMESTAMPTZ NOT NULL,
	version    BIGINT   NOT NULL
);
CREATE UNIQUE INDEX uix_request_year_year ON request_year (year);

CREATE TABLE request_pause (
	id         TEXT     PRIMARY KEY,
	request_id TEXT     NOT NULL REFERENCES request (id),
	reason     TEXT     NOT NULL,
	words      BYTEA    NOT NULL,
	from_at    TIMESTAMPTZ NOT NULL,
	until_at   TIMESTAMPTZ,
	paused_by  TEXT     NOT NULL,
	resumed_by TEXT     NOT NULL
);
CREATE INDEX ix_request_pause_request ON request_pause (request_id, id);

CREATE TABLE request_extension (
	id          TEXT     PRIMARY KEY,
	request_id  TEXT     NOT NULL REFERENCES request (id),
	days        BIGINT   NOT NULL CHECK (days > 0),
	reason      TEXT     NOT NULL,
	words       BYTEA    NOT NULL,
	due_before  TEXT     NOT NULL,
	due_after   TEXT     NOT NULL,
	message_id  TEXT     NOT NULL,
	created_by  TEXT     NOT NULL,
	created_at  TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX uix_request_extension_request_id ON request_extension (request_id);

-- Fulfilment: the data map, tasks, connectors, packages.
CREATE TABLE request_system (
	id            TEXT     PRIMARY KEY,
	name          TEXT     NOT NULL CHECK (name <> ''),
	services      TEXT     NOT NULL,
	kinds         TEXT     NOT NULL,
	owner_id      TEXT     NOT NULL,
	deputy_id     TEXT     NOT NULL,
	categories    TEXT     NOT NULL,
	identifiers   TEXT     NOT NULL,
	retention     TEXT     NOT NULL,
	legal_basis   TEXT     NOT NULL,
	backup_days   BIGINT   NOT NULL CHECK (backup_days >= 0),
	steps         TEXT     NOT NULL,
	reach         TEXT     NOT NULL CHECK (reach IN ('manual', 'webhook')),
	url           TEXT     NOT NULL,
	secret        BYTEA    NOT NULL,
	second_person BOOLEAN  NOT NULL,
	state         TEXT     NOT NULL CHECK (state IN ('active', 'retired')),
	created_by    TEXT     NOT NULL,
	created_at    TIMESTAMPTZ NOT NULL,
	changed_at    TIMESTAMPTZ NOT NULL,
	version       BIGINT   NOT NULL
);
CREATE UNIQUE INDEX uix_request_system_name ON request_system (name);
CREATE INDEX ix_request_system_owner ON request_system (owner_id);

CREATE TABLE request_task (
	id           TEXT     PRIMARY KEY,
	request_id   TEXT     NOT NULL REFERENCES request (id),
	service_id   TEXT     NOT NULL,
	system_id    TEXT     NOT NULL REFERENCES request_system (id),
	kind         TEXT     NOT NULL CHECK (kind IN ('find', 'export', 'correct', 'delete', 'restrict', 'explain')),
	state        TEXT     NOT NULL CHECK (state IN ('open', 'second', 'done', 'withdrawn')),
	owner_id     TEXT     NOT NULL,
	due          TEXT     NOT NULL,
	instructions BYTEA    NOT NULL,
	result       TEXT     NOT NULL CHECK (result IN ('', 'found', 'nothing', 'done', 'cannot')),
	basis        TEXT     NOT NULL,
	kept_until   TEXT     NOT NULL,
	result_words BYTEA    NOT NULL,
	before_value BYTEA    NOT NULL,
	after_value  BYTEA    NOT NULL,
	done_by      TEXT     NOT NULL,
	done_at      TIMESTAMPTZ,
	second_by    TEXT     NOT NULL,
	second_at    TIMESTAMPTZ,
	second_words BYTEA    NOT NULL,
	created_by   TEXT     NOT NULL,
	created_at   TIMESTAMPTZ NOT NULL,
	version      BIGINT   NOT NULL,
	CHECK (second_by = '' OR second_by <> done_by)
);
CREATE UNIQUE INDEX uix_request_task_request_id_system_id_kind ON request_task (request_id, system_id, kind);
CREATE INDEX ix_request_task_owner ON request_task (owner_id, state, due, id);
CREATE INDEX ix_request_task_open ON request_task (state, due, id) WHERE state IN ('open', 'second');

CREATE TABLE request_delivery (
	id            TEXT     PRIMARY KEY,
	request_id    TEXT     NOT NULL REFERENCES request (id),
	task_id       TEXT     NOT NULL REFERENCES request_task (id),
	system_id     TEXT     NOT NULL,
	action        TEXT     NOT NULL,
	state         TEXT     NOT NULL CHECK (state IN ('queued', 'sent', 'answered', 'failed', 'given_up')),
	attempts      BIGINT   NOT NULL,
	next_at       TIMESTAMPTZ,
	status        BIGINT   NOT NULL,
	fault         TEXT     NOT NULL,
	callback_hash TEXT     NOT NULL,
	callback_used TIMESTAMPTZ,
	body_sha256   TEXT     NOT NULL,
	sent_at       TIMESTAMPTZ,
	answered_at   TIMESTAMPTZ,
	created_at    TIMESTAMPTZ NOT NULL,
	version       BIGINT   NOT NULL
);
CREATE INDEX ix_request_delivery_request ON request_delivery (request_id, id);
CREATE INDEX ix_request_delivery_next ON request_delivery (next_at) WHERE state IN ('queued', 'failed');
CREATE UNIQUE INDEX uix_request_delivery_callback_hash ON request_delivery (callback_hash) WHERE callback_hash <> '';

CREATE TABLE request_package (
	id            TEXT     PRIMARY KEY,
	request_id    TEXT     NOT NULL REFERENCES request (id),
	service_id    TEXT     NOT NULL,
	state         TEXT     NOT NULL CHECK (state IN ('building', 'ready', 'failed', 'expired', 'erased')),
	done          BIGINT   NOT NULL,
	total         BIGINT   NOT NULL,
	fault         TEXT     NOT NULL,
	blob_id       TEXT,
	file_key      BYTEA    NOT NULL,
	size          BIGINT   NOT NULL,
	sha256        TEXT     NOT NULL,
	token_hash    TEXT     NOT NULL,
	expires_at    TIMESTAMPTZ,
	downloads     BIGINT   NOT NULL,
	max_downloads BIGINT   NOT NULL,
	created_by    TEXT     NOT NULL,
	created_at    TIMESTAMPTZ NOT NULL,
	ended_at      TIMESTAMPTZ,
	version       BIGINT   NOT NULL
);
CREATE INDEX ix_request_package_request ON request_package (request_id, id);
CREATE UNIQUE INDEX uix_request_package_token_hash ON request_package (token_hash) WHERE token_hash <> '';
CREATE INDEX ix_request_package_live ON request_package (state, expires_at) WHERE state IN ('building', 'ready');

-- Letters, refusals, holds, certificates.
CREATE TABLE request_template (
	id         TEXT     PRIMARY KEY,
	purpose    TEXT     NOT NULL CHECK (purpose IN ('receipt', 'identity', 'question', 'extension', 'answer', 'refusal', 'closing', 'certificate', 'code')),
	kind       TEXT     NOT NULL,
	language   TEXT     NOT NULL CHECK (language IN ('zh-CN', 'en')),
	number     BIGINT   NOT NULL CHECK (number > 0),
	subject    TEXT     NOT NULL,
	body       TEXT     NOT NULL,
	state      TEXT     NOT NULL CHECK (state IN ('current', 'replaced')),
	created_by TEXT     NOT NULL,
	created_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX uix_request_template_purpose_kind_language_number ON request_template (purpose, kind, language, number);

CREATE TABLE request_letter (
	id          TEXT     PRIMARY KEY,
	request_id  TEXT     NOT NULL REFERENCES request (id),
	service_id  TEXT     NOT NULL,
	template_id TEXT     NOT NULL,
	purpose     TEXT     NOT NULL,
	language    TEXT     NOT NULL CHECK (language IN ('zh-CN', 'en')),
	subject     BYTEA    NOT NULL,
	body        BYTEA    NOT NULL,
	state       TEXT     NOT NULL CHECK (state IN ('draft', 'sent', 'discarded')),
	message_id  TEXT     NOT NULL,
	created_by  TEXT     NOT NULL,
	created_at  TIMESTAMPTZ NOT NULL,
	sent_by     TEXT     NOT NULL,
	sent_at     TIMESTAMPTZ,
	version     BIGINT   NOT NULL
);
CREATE INDEX ix_request_letter_request ON request_letter (request_id, id);

CREATE TABLE request_certificate (
	id         TEXT     PRIMARY KEY,
	request_id TEXT     NOT NULL REFERENCES request (id),
	service_id TEXT     NOT NULL,
	code_hash  TEXT     NOT NULL,
	statement  TEXT     NOT NULL,
	signature  TEXT     NOT NULL,
	key_name   TEXT     NOT NULL,
	issued_by  TEXT     NOT NULL,
	issued_at  TIMESTAMPTZ NOT NULL
);
CREATE INDEX ix_request_certificate_request ON request_certificate (request_id, id);
CREATE UNIQUE INDEX uix_request_certificate_code_hash ON request_certificate (code_hash);

CREATE TABLE request_refusal (
	id         TEXT     PRIMARY KEY,
	code       TEXT     NOT NULL CHECK (code <> ''),
	kinds      TEXT     NOT NULL,
	title_zh   TEXT     NOT NULL CHECK (title_zh <> ''),
	title_en   TEXT     NOT NULL CHECK (title_en <> ''),
	text_zh    TEXT     NOT NULL,
	text_en    TEXT     NOT NULL,
	source_zh  TEXT     NOT NULL,
	source_en  TEXT     NOT NULL,
	verified   BOOLEAN  NOT NULL,
	active     BOOLEAN  NOT NULL,
	position   BIGINT   NOT NULL,
	changed_by TEXT     NOT NULL,
	changed_at TIMESTAMPTZ NOT NULL,
	version    BIGINT   NOT NULL
);
CREATE UNIQUE INDEX uix_request_refusal_code ON request_refusal (code);

CREATE TABLE request_hold (
	id            TEXT     PRIMARY KEY,
	request_id    TEXT     NOT NULL REFERENCES request (id),
	service_id    TEXT     NOT NULL,
	basis         TEXT     NOT NULL CHECK (basis <> ''),
	words         BYTEA    NOT NULL,
	until_on      TEXT     NOT NULL,
	placed_by     TEXT     NOT NULL,
	placed_at     TIMESTAMPTZ NOT NULL,
	released_by   TEXT     NOT NULL,
	released_at   TIMESTAMPTZ,
	release_words BYTEA    NOT NULL,
	version       BIGINT   NOT NULL
);
CREATE INDEX ix_request_hold_request ON request_hold (request_id, id);
CREATE UNIQUE INDEX uix_request_hold_request_id ON request_hold (request_id) WHERE released_at IS NULL;

-- Oversight.
CREATE TABLE request_view (
	id         TEXT     PRIMARY KEY,
	request_id TEXT     NOT NULL REFERENCES request (id),
	account_id TEXT     NOT NULL,
	what       TEXT     NOT NULL CHECK (what IN ('opened', 'unmasked', 'found', 'downloaded')),
	at         TIMESTAMPTZ NOT NULL
);
CREATE INDEX ix_request_view_request ON request_view (request_id, at);
CREATE INDEX ix_request_view_account ON request_view (account_id, request_id, at);

CREATE TABLE request_statement (
	id          TEXT     PRIMARY KEY,
	month       TEXT     NOT NULL CHECK (month <> ''),
	service_id  TEXT     NOT NULL,
	figures     TEXT     NOT NULL,
	evidence_id TEXT     NOT NULL,
	created_at  TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX uix_request_statement_month_service_id ON request_statement (month, service_id);

CREATE TABLE request_setting (
	id               TEXT     PRIMARY KEY,
	lead_id          TEXT     NOT NULL,
	complain_zh      TEXT     NOT NULL,
	complain_en      TEXT     NOT NULL,
	calendar_version BIGINT   NOT NULL,
	requirements     TEXT     NOT NULL,
	changed_by       TEXT     NOT NULL,
	changed_at       TIMESTAMPTZ NOT NULL,
	version          BIGINT   NOT NULL
);

-- Counts kept beside the requests: what is open by state (month ''), and what
-- came, was decided and how long it took by month. They can be made anew.
CREATE TABLE request_tally (
	month      TEXT   NOT NULL,
	service_id TEXT   NOT NULL,
	kind       TEXT   NOT NULL,
	measure    TEXT   NOT NULL,
	value      TEXT   NOT NULL,
	n          BIGINT NOT NULL,
	PRIMARY KEY (month, service_id, kind, measure, value)
);

-- +goose Down
DROP TABLE request_tally;
DROP TABLE request_setting;
DROP TABLE request_statement;
DROP TABLE request_view;
DROP TABLE request_hold;
DROP TABLE request_refusal;
DROP TABLE request_certificate;
DROP TABLE request_letter;
DROP TABLE request_template;
DROP TABLE request_package;
DROP TABLE request_delivery;
DROP TABLE request_task;
DROP TABLE request_system;
DROP TABLE request_extension;
DROP TABLE request_pause;
DROP TABLE request_year;
DROP TABLE request_day;
DROP TABLE request_rule;
DROP TABLE request_mandate;
DROP TABLE request_code;
DROP TABLE request_identity;
DROP TABLE request_attachment;
DROP TABLE request_message;
DROP TABLE request_contact;
DROP TABLE request_key;
DROP TABLE request;
