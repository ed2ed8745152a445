-- +goose Up
-- E-mail that waits to be sent. What was sent is deleted, and of what was
-- given up only the reason is kept.
CREATE TABLE mail_outbox (
	id         TEXT   PRIMARY KEY,
	recipient  TEXT   NOT NULL,
	subject    TEXT   NOT NULL,
	body_text  TEXT   NOT NULL,
	body_html  TEXT   NOT NULL,
	files      TEXT   NOT NULL,
	state      TEXT   NOT NULL CHECK (state IN ('queued', 'failed')),
	attempts   BIGINT NOT NULL,
	due        TIMESTAMPTZ NOT NULL,
	until      TIMESTAMPTZ,
	created_at TIMESTAMPTZ NOT NULL,
	reason     TEXT   NOT NULL
);
CREATE INDEX ix_mail_outbox_due ON mail_outbox (state, due);

-- +goose Down
DROP TABLE mail_outbox;
