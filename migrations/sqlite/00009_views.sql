-- +goose Up
CREATE TABLE saved_view (
	id         TEXT     PRIMARY KEY,
	account_id TEXT     NOT NULL,
	page       TEXT     NOT NULL,
	name       TEXT     NOT NULL CHECK (name <> ''),
	query      TEXT     NOT NULL,
	shared     BOOLEAN  NOT NULL,
	created_at DATETIME NOT NULL,
	version    BIGINT   NOT NULL
);
CREATE UNIQUE INDEX uix_saved_view_account_id_page_name ON saved_view (account_id, page, name);
CREATE INDEX ix_saved_view_page ON saved_view (page, shared);

-- +goose Down
DROP TABLE saved_view;
