-- +goose Up
-- What was found in a lot, for the dashboard: written with its decision, and
-- made of its checks, so that no page has to read those.
CREATE TABLE label_tally (
	lot_id      TEXT     PRIMARY KEY,
	project_id  TEXT     NOT NULL,
	service_id  TEXT     NOT NULL,
	supplier_id TEXT     NOT NULL,
	stream_id   TEXT     NOT NULL,
	kind        TEXT     NOT NULL,
	rule_set_id TEXT     NOT NULL,
	original    BOOLEAN  NOT NULL,
	accepted    BOOLEAN  NOT NULL,
	items       BIGINT   NOT NULL,
	wrong       BIGINT   NOT NULL,
	decided_on  TEXT     NOT NULL,
	decided_at  DATETIME NOT NULL
);
CREATE INDEX ix_label_tally_project ON label_tally (project_id, decided_at);
CREATE INDEX ix_label_tally_decided ON label_tally (decided_at);

CREATE TABLE label_tally_defect (
	lot_id TEXT   NOT NULL,
	code   TEXT   NOT NULL,
	items  BIGINT NOT NULL,
	PRIMARY KEY (lot_id, code)
);

CREATE TABLE label_tally_worker (
	lot_id    TEXT   NOT NULL,
	annotator TEXT   NOT NULL,
	class     TEXT   NOT NULL,
	items     BIGINT NOT NULL,
	wrong     BIGINT NOT NULL,
	PRIMARY KEY (lot_id, annotator, class)
);

-- Why somebody was held: the figures behind a suspension that the quality of
-- their work gave reason for, in millionths.
CREATE TABLE label_hold (
	id            TEXT     PRIMARY KEY,
	suspension_id TEXT     NOT NULL REFERENCES label_suspension (id),
	worker_id     TEXT     NOT NULL REFERENCES label_worker (id),
	project_id    TEXT     NOT NULL REFERENCES label_project (id),
	service_id    TEXT     NOT NULL,
	class         TEXT     NOT NULL,
	items         BIGINT   NOT NULL,
	wrong         BIGINT   NOT NULL,
	least         BIGINT   NOT NULL,
	below         BIGINT   NOT NULL,
	from_on       TEXT     NOT NULL,
	until_on      TEXT     NOT NULL,
	created_at    DATETIME NOT NULL,
	created_by    TEXT     NOT NULL,
	version       BIGINT   NOT NULL
);
CREATE UNIQUE INDEX uix_label_hold_suspension_id ON label_hold (suspension_id);

CREATE INDEX ix_label_assignment_open ON label_assignment (service_id, worker_id) WHERE state = 'open';

-- +goose Down
DROP INDEX ix_label_assignment_open;
DROP TABLE label_hold;
DROP TABLE label_tally_worker;
DROP TABLE label_tally_defect;
DROP TABLE label_tally;
