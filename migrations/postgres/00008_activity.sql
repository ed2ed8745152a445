-- +goose Up
-- To find a range of days without walking through all that followed it.
CREATE INDEX ix_ledger_event_at ON ledger_event (at, seq);
-- To find what a row was before an event.
CREATE INDEX ix_ledger_part_row ON ledger_part (name, event) WHERE name LIKE 'row/%';
-- To list the events of one type in their order.
CREATE INDEX ix_ledger_event_type ON ledger_event (object_type, seq);

-- +goose Down
DROP INDEX ix_ledger_event_type;
DROP INDEX ix_ledger_part_row;
DROP INDEX ix_ledger_event_at;
