-- +goose Up
-- Challenges of the portal that were solved and used, until they are too old
-- to be used again.
CREATE TABLE request_solution (
	hash       TEXT     PRIMARY KEY,
	expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX ix_request_solution_expires_at ON request_solution (expires_at);

-- Tokens with which the provider's own app hands in requests.
CREATE TABLE request_token (
	id         TEXT     PRIMARY KEY,
	name       TEXT     NOT NULL CHECK (name <> ''),
	hash       TEXT     NOT NULL,
	services   TEXT     NOT NULL,
	created_by TEXT     NOT NULL,
	created_at TIMESTAMPTZ NOT NULL,
	revoked_by TEXT     NOT NULL,
	revoked_at TIMESTAMPTZ,
	version    BIGINT   NOT NULL
);
CREATE UNIQUE INDEX uix_request_token_hash ON request_token (hash);

-- What waits to be mailed, encrypted; the columns in the clear are for
-- installations without a key.
ALTER TABLE mail_outbox ADD COLUMN sealed BYTEA;

-- +goose Down
ALTER TABLE mail_outbox DROP COLUMN sealed;
DROP TABLE request_token;
DROP TABLE request_solution;
