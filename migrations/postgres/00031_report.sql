-- +goose Up
-- Links with which people without an account read one report, and reports that
-- go out by e-mail.
CREATE TABLE report_share (
	id            TEXT     PRIMARY KEY,
	token_hash    TEXT     NOT NULL CHECK (length(token_hash) = 64),
	kind          TEXT     NOT NULL CHECK (kind IN ('board', 'article', 'service', 'labelling', 'requests')),
	article       BIGINT   NOT NULL CHECK (article BETWEEN 0 AND 24),
	service_id    TEXT     NOT NULL,
	period        TEXT     NOT NULL,
	recipient     TEXT     NOT NULL CHECK (recipient <> ''),
	workbook      BOOLEAN  NOT NULL,
	password_hash TEXT     NOT NULL,
	last_day      TEXT     NOT NULL,
	created_by    TEXT     NOT NULL,
	created_at    TIMESTAMPTZ NOT NULL,
	revoked_by    TEXT     NOT NULL,
	revoked_at    TIMESTAMPTZ,
	opens         BIGINT   NOT NULL CHECK (opens >= 0),
	opened_at     TIMESTAMPTZ,
	failures      BIGINT   NOT NULL CHECK (failures >= 0),
	locked_until  TIMESTAMPTZ,
	schedule_id   TEXT     NOT NULL,
	version       BIGINT   NOT NULL
);
CREATE UNIQUE INDEX uix_report_share_token_hash ON report_share (token_hash);
CREATE INDEX ix_report_share_created_by ON report_share (created_by, id);

CREATE TABLE report_schedule (
	id         TEXT     PRIMARY KEY,
	kind       TEXT     NOT NULL CHECK (kind IN ('board', 'article', 'service', 'labelling', 'requests')),
	article    BIGINT   NOT NULL CHECK (article BETWEEN 0 AND 24),
	service_id TEXT     NOT NULL,
	every      TEXT     NOT NULL CHECK (every IN ('week', 'month', 'quarter')),
	language   TEXT     NOT NULL CHECK (language IN ('zh-CN', 'en')),
	recipients TEXT     NOT NULL,
	link       BOOLEAN  NOT NULL,
	next_on    TEXT     NOT NULL,
	paused_at  TIMESTAMPTZ,
	sent_at    TIMESTAMPTZ,
	failure    TEXT     NOT NULL,
	created_by TEXT     NOT NULL,
	created_at TIMESTAMPTZ NOT NULL,
	version    BIGINT   NOT NULL
);
CREATE INDEX ix_report_schedule_created_by ON report_schedule (created_by, id);
CREATE INDEX ix_report_schedule_next_on ON report_schedule (next_on) WHERE paused_at IS NULL;

-- +goose Down
DROP TABLE report_schedule;
DROP TABLE report_share;
