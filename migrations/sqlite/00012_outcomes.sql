-- +goose Up
-- Refusals and failures are few among very many events, and asked for often.
CREATE INDEX ix_ledger_event_outcome ON ledger_event (outcome, seq) WHERE outcome <> 'done';

-- +goose Down
DROP INDEX ix_ledger_event_outcome;
