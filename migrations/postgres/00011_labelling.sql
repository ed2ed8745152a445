-- +goose Up
-- Projects, their rules, and the people who label and check.
CREATE TABLE label_project (
	id             TEXT     PRIMARY KEY,
	service_id     TEXT     NOT NULL,
	name           TEXT     NOT NULL CHECK (name <> ''),
	kind           TEXT     NOT NULL CHECK (kind IN ('functional', 'safety')),
	description    TEXT     NOT NULL,
	blind          BOOLEAN  NOT NULL,
	double_percent BIGINT   NOT NULL CHECK (double_percent BETWEEN 0 AND 100),
	gold_percent   BIGINT   NOT NULL CHECK (gold_percent BETWEEN 0 AND 50),
	defects        TEXT     NOT NULL,
	state          TEXT     NOT NULL CHECK (state IN ('active', 'closed')),
	created_at     TIMESTAMPTZ NOT NULL,
	created_by     TEXT     NOT NULL,
	updated_at     TIMESTAMPTZ NOT NULL,
	version        BIGINT   NOT NULL
);
CREATE UNIQUE INDEX uix_label_project_service_id_name ON label_project (service_id, name);

-- Versions of the rules; functional and safety rules count apart.
CREATE TABLE label_rule_set (
	id            TEXT     PRIMARY KEY,
	project_id    TEXT     NOT NULL REFERENCES label_project (id),
	service_id    TEXT     NOT NULL,
	kind          TEXT     NOT NULL CHECK (kind IN ('functional', 'safety')),
	number        BIGINT   NOT NULL CHECK (number > 0),
	goal          TEXT     NOT NULL,
	data_format   TEXT     NOT NULL,
	method        TEXT     NOT NULL,
	quality       TEXT     NOT NULL,
	examples      TEXT     NOT NULL,
	state         TEXT     NOT NULL CHECK (state IN ('draft', 'submitted', 'approved', 'in_force', 'superseded')),
	drafted_by    TEXT     NOT NULL,
	returned_note TEXT     NOT NULL,
	approved_by   TEXT     NOT NULL,
	approved_at   TIMESTAMPTZ,
	in_force_on   TEXT     NOT NULL,
	superseded_on TEXT     NOT NULL,
	created_at    TIMESTAMPTZ NOT NULL,
	updated_at    TIMESTAMPTZ NOT NULL,
	version       BIGINT   NOT NULL,
	CHECK (approved_by = '' OR approved_by <> drafted_by)
);
CREATE UNIQUE INDEX uix_label_rule_set_project_id_kind_number ON label_rule_set (project_id, kind, number);

CREATE TABLE label_supplier (
	id         TEXT     PRIMARY KEY,
	name       TEXT     NOT NULL CHECK (name <> ''),
	contact    TEXT     NOT NULL,
	note       TEXT     NOT NULL,
	state      TEXT     NOT NULL CHECK (state IN ('active', 'ended')),
	created_at TIMESTAMPTZ NOT NULL,
	created_by TEXT     NOT NULL,
	updated_at TIMESTAMPTZ NOT NULL,
	version    BIGINT   NOT NULL
);
CREATE UNIQUE INDEX uix_label_supplier_name ON label_supplier (name);

CREATE TABLE label_worker (
	id          TEXT     PRIMARY KEY,
	name        TEXT     NOT NULL CHECK (name <> ''),
	pseudonym   TEXT     NOT NULL CHECK (pseudonym <> ''),
	codes       TEXT     NOT NULL,
	supplier_id TEXT     NOT NULL,
	account_id  TEXT     NOT NULL,
	left_on     TEXT     NOT NULL,
	created_at  TIMESTAMPTZ NOT NULL,
	created_by  TEXT     NOT NULL,
	updated_at  TIMESTAMPTZ NOT NULL,
	version     BIGINT   NOT NULL
);
CREATE UNIQUE INDEX uix_label_worker_pseudonym ON label_worker (pseudonym);
CREATE UNIQUE INDEX uix_label_worker_account_id ON label_worker (account_id) WHERE account_id <> '';
CREATE INDEX ix_label_worker_name ON label_worker (name, id);
CREATE INDEX ix_label_worker_supplier ON label_worker (supplier_id, name);

-- One function per person and project.
CREATE TABLE label_function (
	id         TEXT     PRIMARY KEY,
	project_id TEXT     NOT NULL REFERENCES label_project (id),
	service_id TEXT     NOT NULL,
	worker_id  TEXT     NOT NULL REFERENCES label_worker (id),
	function   TEXT     NOT NULL CHECK (function IN ('annotator', 'reviewer', 'arbiter')),
	from_on    TEXT     NOT NULL,
	until_on   TEXT     NOT NULL,
	created_at TIMESTAMPTZ NOT NULL,
	created_by TEXT     NOT NULL,
	version    BIGINT   NOT NULL
);
CREATE UNIQUE INDEX uix_label_function_project_id_worker_id ON label_function (project_id, worker_id);
CREATE INDEX ix_label_function_worker ON label_function (worker_id);

CREATE TABLE label_training (
	id          TEXT     PRIMARY KEY,
	worker_id   TEXT     NOT NULL REFERENCES label_worker (id),
	project_id  TEXT     NOT NULL,
	rule_set_id TEXT     NOT NULL,
	title       TEXT     NOT NULL CHECK (title <> ''),
	held_on     TEXT     NOT NULL CHECK (held_on <> ''),
	minutes     BIGINT   NOT NULL CHECK (minutes >= 0),
	exam        TEXT     NOT NULL CHECK (exam IN ('none', 'passed', 'failed')),
	score       BIGINT   NOT NULL CHECK (score BETWEEN 0 AND 100),
	valid_until TEXT     NOT NULL,
	note        TEXT     NOT NULL,
	created_at  TIMESTAMPTZ NOT NULL,
	created_by  TEXT     NOT NULL,
	version     BIGINT   NOT NULL
);
CREATE INDEX ix_label_training_worker ON label_training (worker_id, held_on);

CREATE TABLE label_suspension (
	id         TEXT     PRIMARY KEY,
	worker_id  TEXT     NOT NULL REFERENCES label_worker (id),
	from_on    TEXT     NOT NULL CHECK (from_on <> ''),
	until_on   TEXT     NOT NULL,
	reason     TEXT     NOT NULL CHECK (reason <> ''),
	lift_note  TEXT     NOT NULL,
	lifted_by  TEXT     NOT NULL,
	created_at TIMESTAMPTZ NOT NULL,
	created_by TEXT     NOT NULL,
	version    BIGINT   NOT NULL
);
CREATE INDEX ix_label_suspension_worker ON label_suspension (worker_id, from_on);

CREATE TABLE label_reading (
	id          TEXT     PRIMARY KEY,
	rule_set_id TEXT     NOT NULL REFERENCES label_rule_set (id),
	service_id  TEXT     NOT NULL,
	worker_id   TEXT     NOT NULL REFERENCES label_worker (id),
	read_on     TEXT     NOT NULL,
	created_at  TIMESTAMPTZ NOT NULL,
	created_by  TEXT     NOT NULL,
	version     BIGINT   NOT NULL
);
CREATE UNIQUE INDEX uix_label_reading_rule_set_id_worker_id ON label_reading (rule_set_id, worker_id);
CREATE INDEX ix_label_reading_worker ON label_reading (worker_id);

-- What came in, and how it is divided.
CREATE TABLE label_batch (
	id            TEXT     PRIMARY KEY,
	project_id    TEXT     NOT NULL REFERENCES label_project (id),
	service_id    TEXT     NOT NULL,
	name          TEXT     NOT NULL CHECK (name <> ''),
	blob_id       TEXT     NOT NULL,
	file_name     TEXT     NOT NULL,
	file_size     BIGINT   NOT NULL,
	file_sha256   TEXT     NOT NULL,
	format        TEXT     NOT NULL,
	encoding      TEXT     NOT NULL,
	columns       TEXT     NOT NULL,
	number        BOOLEAN  NOT NULL,
	per_task      BOOLEAN  NOT NULL,
	kind          TEXT     NOT NULL CHECK (kind IN ('', 'functional', 'safety')),
	rule_set_id   TEXT     NOT NULL,
	supplier_id   TEXT     NOT NULL,
	period_from   TEXT     NOT NULL,
	period_until  TEXT     NOT NULL,
	risk_category TEXT     NOT NULL,
	note          TEXT     NOT NULL,
	parent_lot_id TEXT     NOT NULL,
	divide_by     TEXT     NOT NULL CHECK (divide_by IN ('whole', 'annotator', 'column', 'size')),
	divide_column TEXT     NOT NULL,
	divide_size   BIGINT   NOT NULL,
	state         TEXT     NOT NULL CHECK (state IN ('uploaded', 'importing', 'imported', 'failed', 'cancelled')),
	fault_code    TEXT     NOT NULL,
	fault_args    TEXT     NOT NULL,
	items         BIGINT   NOT NULL,
	refused       BIGINT   NOT NULL,
	left_out      BIGINT   NOT NULL,
	lots          BIGINT   NOT NULL,
	annotators    TEXT     NOT NULL,
	labels        TEXT     NOT NULL,
	strata        TEXT     NOT NULL,
	layout_sha256 TEXT     NOT NULL,
	content_hash  TEXT     NOT NULL,
	confirmed_by  TEXT     NOT NULL,
	ended_at      TIMESTAMPTZ,
	created_at    TIMESTAMPTZ NOT NULL,
	created_by    TEXT     NOT NULL,
	updated_at    TIMESTAMPTZ NOT NULL,
	version       BIGINT   NOT NULL
);
CREATE INDEX ix_label_batch_project ON label_batch (project_id, id);
CREATE INDEX ix_label_batch_service ON label_batch (service_id, id);
CREATE INDEX ix_label_batch_running ON label_batch (id) WHERE state = 'importing';

CREATE TABLE label_lot (
	id            TEXT     PRIMARY KEY,
	batch_id      TEXT     NOT NULL REFERENCES label_batch (id),
	project_id    TEXT     NOT NULL REFERENCES label_project (id),
	service_id    TEXT     NOT NULL,
	supplier_id   TEXT     NOT NULL,
	kind          TEXT     NOT NULL CHECK (kind IN ('functional', 'safety')),
	rule_set_id   TEXT     NOT NULL,
	stream_id     TEXT     NOT NULL,
	parent_id     TEXT     NOT NULL,
	name          TEXT     NOT NULL CHECK (name <> ''),
	division      TEXT     NOT NULL,
	size          BIGINT   NOT NULL CHECK (size > 0),
	content_hash  TEXT     NOT NULL,
	frame_hash    TEXT     NOT NULL,
	frozen_by     TEXT     NOT NULL,
	frozen_at     TIMESTAMPTZ,
	state         TEXT     NOT NULL CHECK (state IN ('open', 'frozen', 'planned', 'drawn', 'checking', 'decided', 'void', 'closed')),
	state_since   TIMESTAMPTZ NOT NULL,
	stopped       BOOLEAN  NOT NULL,
	plan_id       TEXT     NOT NULL,
	draw_id       TEXT     NOT NULL,
	to_check      BIGINT   NOT NULL,
	checked       BIGINT   NOT NULL,
	wrong         BIGINT   NOT NULL,
	outcome       TEXT     NOT NULL CHECK (outcome IN ('', 'accepted', 'rejected', 'void')),
	created_at    TIMESTAMPTZ NOT NULL,
	updated_at    TIMESTAMPTZ NOT NULL,
	version       BIGINT   NOT NULL
);
CREATE INDEX ix_label_lot_batch ON label_lot (batch_id, id);
CREATE INDEX ix_label_lot_project ON label_lot (project_id, id);
CREATE INDEX ix_label_lot_service ON label_lot (service_id, state, id);
CREATE INDEX ix_label_lot_state ON label_lot (state, state_since);
CREATE INDEX ix_label_lot_stream ON label_lot (stream_id, id);
CREATE INDEX ix_label_lot_parent ON label_lot (parent_id) WHERE parent_id <> '';

-- Items hold nothing of their own: the rows of batch and lot commit to them.
CREATE TABLE label_item (
	lot_id    TEXT   NOT NULL,
	n         BIGINT NOT NULL,
	item_id   TEXT   COLLATE "C" NOT NULL,
	row_no    BIGINT NOT NULL,
	line_no   BIGINT NOT NULL,
	annotator TEXT   NOT NULL,
	labels    TEXT   NOT NULL,
	strata    TEXT   NOT NULL,
	verdict   TEXT   NOT NULL,
	lead_ms   BIGINT NOT NULL,
	original  BYTEA   NOT NULL,
	sha       BYTEA   NOT NULL,
	PRIMARY KEY (lot_id, n)
);
CREATE UNIQUE INDEX uix_label_item_lot_id_item_id ON label_item (lot_id, item_id);

CREATE TABLE label_refused (
	batch_id TEXT   NOT NULL,
	n        BIGINT NOT NULL,
	row_no   BIGINT NOT NULL,
	line_no  BIGINT NOT NULL,
	code     TEXT   NOT NULL,
	args     TEXT   NOT NULL,
	PRIMARY KEY (batch_id, n)
);

CREATE TABLE label_layout (
	batch_id TEXT   NOT NULL,
	idx      BIGINT NOT NULL,
	data     BYTEA   NOT NULL,
	PRIMARY KEY (batch_id, idx)
);

-- What a look through the whole file of a batch found, before it is imported.
CREATE TABLE label_report (
	batch_id TEXT PRIMARY KEY,
	data     BYTEA NOT NULL
);

CREATE TABLE label_progress (
	batch_id   TEXT     PRIMARY KEY,
	read_bytes BIGINT   NOT NULL,
	size       BIGINT   NOT NULL,
	items      BIGINT   NOT NULL,
	refused    BIGINT   NOT NULL,
	phase      TEXT     NOT NULL CHECK (phase IN ('checking', 'reading', 'sealing', 'clearing')),
	cancel     BOOLEAN  NOT NULL,
	staged     TEXT     NOT NULL,
	beat_at    TIMESTAMPTZ NOT NULL
);

-- Pictures of a batch, by the name its items give them.
CREATE TABLE label_picture (
	id         TEXT     PRIMARY KEY,
	batch_id   TEXT     NOT NULL REFERENCES label_batch (id),
	service_id TEXT     NOT NULL,
	name       TEXT     NOT NULL,
	blob_id    TEXT     NOT NULL,
	created_at TIMESTAMPTZ NOT NULL,
	created_by TEXT     NOT NULL,
	version    BIGINT   NOT NULL
);
CREATE UNIQUE INDEX uix_label_picture_batch_id_name ON label_picture (batch_id, name);

-- Plan, draw, checks, decision, record of a lot.
CREATE TABLE label_plan (
	id             TEXT     PRIMARY KEY,
	lot_id         TEXT     NOT NULL REFERENCES label_lot (id),
	service_id     TEXT     NOT NULL,
	method         TEXT     NOT NULL,
	params         TEXT     NOT NULL,
	classes        TEXT     NOT NULL,
	n              BIGINT   NOT NULL,
	strata         TEXT     NOT NULL,
	figures        TEXT     NOT NULL,
	blind          BOOLEAN  NOT NULL,
	double_percent BIGINT   NOT NULL,
	gold_percent   BIGINT   NOT NULL,
	state          TEXT     NOT NULL CHECK (state IN ('chosen', 'replaced')),
	reason         TEXT     NOT NULL,
	created_at     TIMESTAMPTZ NOT NULL,
	created_by     TEXT     NOT NULL,
	version        BIGINT   NOT NULL
);
CREATE INDEX ix_label_plan_lot ON label_plan (lot_id, id);

CREATE TABLE label_seed_part (
	id           TEXT     PRIMARY KEY,
	lot_id       TEXT     NOT NULL REFERENCES label_lot (id),
	service_id   TEXT     NOT NULL,
	draw_number  BIGINT   NOT NULL,
	account_id   TEXT     NOT NULL,
	commitment   TEXT     NOT NULL,
	reveal       TEXT     NOT NULL,
	committed_at TIMESTAMPTZ NOT NULL,
	revealed_at  TIMESTAMPTZ,
	version      BIGINT   NOT NULL
);
CREATE UNIQUE INDEX uix_label_seed_part_lot_id_draw_number_account_id ON label_seed_part (lot_id, draw_number, account_id);

CREATE TABLE label_draw (
	id         TEXT     PRIMARY KEY,
	lot_id     TEXT     NOT NULL REFERENCES label_lot (id),
	service_id TEXT     NOT NULL,
	plan_id    TEXT     NOT NULL,
	number     BIGINT   NOT NULL CHECK (number > 0),
	seed       TEXT     NOT NULL,
	seed_hash  TEXT     NOT NULL,
	n          BIGINT   NOT NULL,
	one_person BOOLEAN  NOT NULL,
	reason     TEXT     NOT NULL,
	list_hash  TEXT     NOT NULL,
	state      TEXT     NOT NULL CHECK (state IN ('current', 'replaced')),
	drawn_at   TIMESTAMPTZ NOT NULL,
	drawn_by   TEXT     NOT NULL,
	version    BIGINT   NOT NULL
);
CREATE UNIQUE INDEX uix_label_draw_lot_id_number ON label_draw (lot_id, number);

CREATE TABLE label_sampled (
	draw_id  TEXT   NOT NULL,
	position BIGINT NOT NULL,
	n        BIGINT NOT NULL,
	stratum  TEXT   NOT NULL,
	purpose  TEXT   NOT NULL CHECK (purpose IN ('sample', 'targeted', 'gold', 'double')),
	PRIMARY KEY (draw_id, position)
);
CREATE INDEX ix_label_sampled_item ON label_sampled (draw_id, n);

CREATE TABLE label_assignment (
	id         TEXT     PRIMARY KEY,
	draw_id    TEXT     NOT NULL REFERENCES label_draw (id),
	lot_id     TEXT     NOT NULL REFERENCES label_lot (id),
	service_id TEXT     NOT NULL,
	worker_id  TEXT     NOT NULL REFERENCES label_worker (id),
	account_id TEXT     NOT NULL,
	round      BIGINT   NOT NULL CHECK (round BETWEEN 1 AND 3),
	items      BIGINT   NOT NULL,
	done       BIGINT   NOT NULL,
	items_hash TEXT     NOT NULL,
	due        TEXT     NOT NULL,
	state      TEXT     NOT NULL CHECK (state IN ('open', 'done', 'withdrawn')),
	created_at TIMESTAMPTZ NOT NULL,
	created_by TEXT     NOT NULL,
	version    BIGINT   NOT NULL
);
CREATE INDEX ix_label_assignment_draw ON label_assignment (draw_id, round);
CREATE INDEX ix_label_assignment_account ON label_assignment (account_id, state, due);
CREATE INDEX ix_label_assignment_worker ON label_assignment (worker_id, state);

CREATE TABLE label_assigned (
	assignment_id TEXT   NOT NULL,
	seq           BIGINT NOT NULL,
	lot_id        TEXT   NOT NULL,
	n             BIGINT NOT NULL,
	purpose       TEXT   NOT NULL CHECK (purpose IN ('sample', 'targeted', 'gold', 'double')),
	PRIMARY KEY (assignment_id, seq)
);
CREATE INDEX ix_label_assigned_item ON label_assigned (lot_id, n);

CREATE TABLE label_check (
	id            TEXT     PRIMARY KEY,
	draw_id       TEXT     NOT NULL REFERENCES label_draw (id),
	lot_id        TEXT     NOT NULL REFERENCES label_lot (id),
	service_id    TEXT     NOT NULL,
	assignment_id TEXT     NOT NULL,
	n             BIGINT   NOT NULL,
	item_id       TEXT     NOT NULL,
	round         BIGINT   NOT NULL CHECK (round BETWEEN 1 AND 3),
	checker_id    TEXT     NOT NULL,
	purpose       TEXT     NOT NULL CHECK (purpose IN ('sample', 'targeted', 'gold', 'double')),
	own_answer    TEXT     NOT NULL,
	verdict       TEXT     NOT NULL CHECK (verdict IN ('', 'right', 'wrong', 'unsure')),
	defects       TEXT     NOT NULL,
	severity      TEXT     NOT NULL CHECK (severity IN ('', 'critical', 'major', 'minor')),
	corrected     TEXT     NOT NULL,
	note          TEXT     NOT NULL,
	illegal       BOOLEAN  NOT NULL,
	millis        BIGINT   NOT NULL,
	checked_at    TIMESTAMPTZ NOT NULL,
	version       BIGINT   NOT NULL
);
CREATE UNIQUE INDEX uix_label_check_draw_id_n_round ON label_check (draw_id, n, round);
CREATE INDEX ix_label_check_assignment ON label_check (assignment_id, n);
CREATE INDEX ix_label_check_checker ON label_check (checker_id, checked_at);

CREATE TABLE label_decision (
	id               TEXT     PRIMARY KEY,
	lot_id           TEXT     NOT NULL REFERENCES label_lot (id),
	service_id       TEXT     NOT NULL,
	draw_id          TEXT     NOT NULL,
	plan_id          TEXT     NOT NULL,
	computed         TEXT     NOT NULL,
	computed_verdict TEXT     NOT NULL CHECK (computed_verdict IN ('accepted', 'rejected', 'void')),
	verdict          TEXT     NOT NULL CHECK (verdict IN ('accepted', 'rejected', 'void')),
	follow_up        TEXT     NOT NULL CHECK (follow_up IN ('', 'correction', 'recheck', 'return', 'destruction')),
	reason           TEXT     NOT NULL,
	state            TEXT     NOT NULL CHECK (state IN ('awaiting_second', 'final', 'withdrawn')),
	signed_by        TEXT     NOT NULL,
	signed_at        TIMESTAMPTZ NOT NULL,
	second_by        TEXT     NOT NULL,
	second_at        TIMESTAMPTZ,
	version          BIGINT   NOT NULL,
	CHECK (second_by = '' OR second_by <> signed_by)
);
CREATE INDEX ix_label_decision_lot ON label_decision (lot_id, id);

CREATE TABLE label_stream (
	id          TEXT     PRIMARY KEY,
	project_id  TEXT     NOT NULL REFERENCES label_project (id),
	service_id  TEXT     NOT NULL,
	supplier_id TEXT     NOT NULL,
	kind        TEXT     NOT NULL CHECK (kind IN ('functional', 'safety')),
	severity    TEXT     NOT NULL CHECK (severity IN ('normal', 'tightened', 'reduced', 'discontinued')),
	score       BIGINT   NOT NULL,
	history     TEXT     NOT NULL,
	updated_at  TIMESTAMPTZ NOT NULL,
	version     BIGINT   NOT NULL
);
CREATE UNIQUE INDEX uix_label_stream_project_id_supplier_id_kind ON label_stream (project_id, supplier_id, kind);

CREATE TABLE label_record (
	id          TEXT     PRIMARY KEY,
	lot_id      TEXT     NOT NULL REFERENCES label_lot (id),
	service_id  TEXT     NOT NULL,
	decision_id TEXT     NOT NULL REFERENCES label_decision (id),
	kind        TEXT     NOT NULL CHECK (kind IN ('inspection', 'destruction')),
	number      TEXT     NOT NULL,
	body        TEXT     NOT NULL,
	sha256      TEXT     NOT NULL,
	evidence_id TEXT     NOT NULL,
	made_at     TIMESTAMPTZ NOT NULL,
	made_by     TEXT     NOT NULL,
	version     BIGINT   NOT NULL
);
CREATE UNIQUE INDEX uix_label_record_number ON label_record (number);
CREATE INDEX ix_label_record_lot ON label_record (lot_id, id);

-- +goose Down
DROP TABLE label_record;
DROP TABLE label_stream;
DROP TABLE label_decision;
DROP TABLE label_check;
DROP TABLE label_assigned;
DROP TABLE label_assignment;
DROP TABLE label_sampled;
DROP TABLE label_draw;
DROP TABLE label_seed_part;
DROP TABLE label_plan;
DROP TABLE label_picture;
DROP TABLE label_progress;
DROP TABLE label_report;
DROP TABLE label_layout;
DROP TABLE label_refused;
DROP TABLE label_item;
DROP TABLE label_lot;
DROP TABLE label_batch;
DROP TABLE label_reading;
DROP TABLE label_suspension;
DROP TABLE label_training;
DROP TABLE label_function;
DROP TABLE label_worker;
DROP TABLE label_supplier;
DROP TABLE label_rule_set;
DROP TABLE label_project;
