-- +goose Up
-- Refusals and failures are few among very many events, and asked for often.
CREATE INDEX ix_ledger_event_outcome ON ledger_event (outcome, seq) WHERE outcome <> 'done';
-- Compliance work without the many events of people signing in; the words are
-- those of audit.PeopleTypes.
CREATE INDEX ix_ledger_event_work ON ledger_event (seq) WHERE object_type NOT IN ('account', 'organisation');

-- +goose Down
DROP INDEX ix_ledger_event_work;
DROP INDEX ix_ledger_event_outcome;
