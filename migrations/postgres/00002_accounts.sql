-- +goose Up
CREATE TABLE organisation (
	id         TEXT     PRIMARY KEY CHECK (id = 'organisation'),
	name       TEXT     NOT NULL CHECK (name <> ''),
	language   TEXT     NOT NULL CHECK (language IN ('zh-CN', 'en')),
	created_at TIMESTAMPTZ NOT NULL,
	version    BIGINT   NOT NULL
);

CREATE TABLE account (
	id              TEXT     PRIMARY KEY,
	email           TEXT     NOT NULL CHECK (email <> ''),
	name            TEXT     NOT NULL CHECK (name <> ''),
	roles           TEXT     NOT NULL,
	all_services    BOOLEAN  NOT NULL,
	services        TEXT     NOT NULL,
	language        TEXT     NOT NULL CHECK (language IN ('zh-CN', 'en')),
	password_hash   TEXT     NOT NULL,
	password_set_at TIMESTAMPTZ,
	disabled_at     TIMESTAMPTZ,
	created_at      TIMESTAMPTZ NOT NULL,
	version         BIGINT   NOT NULL
);
CREATE UNIQUE INDEX uix_account_email ON account (email);
CREATE INDEX ix_account_name ON account (name, id);

-- One-time links: to choose a first password, or a new one.
CREATE TABLE account_link (
	id         TEXT     PRIMARY KEY,
	token_hash TEXT     NOT NULL,
	account_id TEXT     NOT NULL REFERENCES account (id),
	expires_at TIMESTAMPTZ NOT NULL,
	used_at    TIMESTAMPTZ,
	created_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX uix_account_link_token_hash ON account_link (token_hash);
CREATE INDEX ix_account_link_account ON account_link (account_id);

-- Sign-in states. The cookie holds a random token; here stands its SHA-256.
CREATE TABLE session (
	token_hash TEXT     PRIMARY KEY,
	account_id TEXT     NOT NULL REFERENCES account (id),
	form_token TEXT     NOT NULL,
	network    TEXT     NOT NULL,
	agent      TEXT     NOT NULL,
	created_at TIMESTAMPTZ NOT NULL,
	seen_at    TIMESTAMPTZ NOT NULL
);
CREATE INDEX ix_session_account ON session (account_id, created_at);
CREATE INDEX ix_session_seen ON session (seen_at);

-- Failed sign-ins by hashed key (account and network, or network alone).
CREATE TABLE signin_counter (
	key      TEXT     PRIMARY KEY,
	failures BIGINT   NOT NULL,
	since    TIMESTAMPTZ NOT NULL
);
CREATE INDEX ix_signin_counter_since ON signin_counter (since);

-- +goose Down
DROP TABLE signin_counter;
DROP TABLE session;
DROP TABLE account_link;
DROP TABLE account;
DROP TABLE organisation;
