-- Of labelling quality: how many items of a frozen lot stand in each stratum,
-- and what a draw and its seed hold beside the sample.

-- +goose Up
-- Counted once when a lot is frozen; the items are what counts.
CREATE TABLE label_stratum (
	lot_id TEXT   NOT NULL,
	axis   TEXT   NOT NULL CHECK (axis IN ('annotator', 'label', 'column')),
	name   TEXT   NOT NULL,
	value  TEXT   NOT NULL,
	size   BIGINT NOT NULL CHECK (size > 0),
	PRIMARY KEY (lot_id, axis, name, value)
);

ALTER TABLE label_seed_part ADD COLUMN abandoned TEXT NOT NULL DEFAULT '';
ALTER TABLE label_draw ADD COLUMN targeted BIGINT NOT NULL DEFAULT 0;
ALTER TABLE label_draw ADD COLUMN targeted_hash TEXT NOT NULL DEFAULT '';
ALTER TABLE label_draw ADD COLUMN targeted_notes TEXT NOT NULL DEFAULT '[]';

-- +goose Down
ALTER TABLE label_draw DROP COLUMN targeted_notes;
ALTER TABLE label_draw DROP COLUMN targeted_hash;
ALTER TABLE label_draw DROP COLUMN targeted;
ALTER TABLE label_seed_part DROP COLUMN abandoned;
DROP TABLE label_stratum;
