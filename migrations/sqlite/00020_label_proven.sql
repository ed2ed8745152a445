-- +goose Up
-- Whether the sample of a lot shows with confidence that the limits are kept,
-- for readiness.
ALTER TABLE label_tally ADD COLUMN proven BOOLEAN NOT NULL DEFAULT FALSE;

-- +goose Down
ALTER TABLE label_tally DROP COLUMN proven;
