-- +goose Up
-- Checks of items with a known answer stand apart: such an item belongs to
-- another lot, and several checkers may get it.
ALTER TABLE label_assignment ADD COLUMN gold BIGINT NOT NULL DEFAULT 0;
ALTER TABLE label_assignment ADD COLUMN apart BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE label_assigned ADD COLUMN gold_id TEXT NOT NULL DEFAULT '';
ALTER TABLE label_check ADD COLUMN gold_id TEXT NOT NULL DEFAULT '';
DROP INDEX uix_label_check_draw_id_n_round;
CREATE UNIQUE INDEX uix_label_check_draw_id_n_round ON label_check (draw_id, n, round) WHERE gold_id = '';
CREATE UNIQUE INDEX uix_label_check_assignment_id_gold_id ON label_check (assignment_id, gold_id) WHERE gold_id <> '';
CREATE INDEX ix_label_check_illegal ON label_check (lot_id) WHERE illegal;
CREATE INDEX ix_label_assignment_lot ON label_assignment (lot_id, id);

-- Items whose answer is known.
CREATE TABLE label_gold (
	id         TEXT     PRIMARY KEY,
	project_id TEXT     NOT NULL REFERENCES label_project (id),
	service_id TEXT     NOT NULL,
	kind       TEXT     NOT NULL CHECK (kind IN ('functional', 'safety')),
	lot_id     TEXT     NOT NULL REFERENCES label_lot (id),
	n          BIGINT   NOT NULL,
	item_id    TEXT     NOT NULL,
	verdict    TEXT     NOT NULL CHECK (verdict IN ('right', 'wrong')),
	defects    TEXT     NOT NULL,
	severity   TEXT     NOT NULL CHECK (severity IN ('', 'critical', 'major', 'minor')),
	corrected  TEXT     NOT NULL,
	note       TEXT     NOT NULL,
	state      TEXT     NOT NULL CHECK (state IN ('in_use', 'retired')),
	created_at TIMESTAMPTZ NOT NULL,
	created_by TEXT     NOT NULL,
	version    BIGINT   NOT NULL
);
CREATE UNIQUE INDEX uix_label_gold_lot_id_n ON label_gold (lot_id, n);
CREATE INDEX ix_label_gold_project ON label_gold (project_id, state, id);

-- Items that checkers disagree about or are unsure of, until the arbiter has
-- judged them. It follows from the checks.
CREATE TABLE label_dispute (
	draw_id       TEXT   NOT NULL,
	n             BIGINT NOT NULL,
	lot_id        TEXT   NOT NULL,
	assignment_id TEXT   NOT NULL,
	PRIMARY KEY (draw_id, n)
);
CREATE INDEX ix_label_dispute_waiting ON label_dispute (lot_id) WHERE assignment_id = '';

-- +goose Down
DROP TABLE label_dispute;
DROP TABLE label_gold;
DROP INDEX ix_label_assignment_lot;
DROP INDEX ix_label_check_illegal;
DROP INDEX uix_label_check_assignment_id_gold_id;
DROP INDEX uix_label_check_draw_id_n_round;
CREATE UNIQUE INDEX uix_label_check_draw_id_n_round ON label_check (draw_id, n, round);
ALTER TABLE label_check DROP COLUMN gold_id;
ALTER TABLE label_assigned DROP COLUMN gold_id;
ALTER TABLE label_assignment DROP COLUMN apart;
ALTER TABLE label_assignment DROP COLUMN gold;
