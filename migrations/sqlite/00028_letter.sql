-- +goose Up
-- Templates of letters are proposed by one person and approved by another.
-- Nothing wrote templates before.
DROP TABLE request_template;
CREATE TABLE request_template (
	id         TEXT     PRIMARY KEY,
	purpose    TEXT     NOT NULL CHECK (purpose IN ('receipt', 'question', 'extension', 'answer', 'refusal', 'closing')),
	kind       TEXT     NOT NULL CHECK (kind IN ('', 'access', 'copy', 'correct', 'delete', 'withdraw', 'transfer', 'explain', 'close_account')),
	language   TEXT     NOT NULL CHECK (language IN ('zh-CN', 'en')),
	number     BIGINT   NOT NULL CHECK (number > 0),
	subject    TEXT     NOT NULL CHECK (subject <> ''),
	body       TEXT     NOT NULL CHECK (body <> ''),
	state      TEXT     NOT NULL CHECK (state IN ('proposed', 'current', 'replaced', 'rejected')),
	created_by TEXT     NOT NULL,
	created_at DATETIME NOT NULL,
	decided_by TEXT     NOT NULL,
	decided_at DATETIME,
	words      TEXT     NOT NULL,
	version    BIGINT   NOT NULL,
	CHECK (state <> 'current' OR decided_by <> created_by OR number = 1)
);
CREATE UNIQUE INDEX uix_request_template_purpose_kind_language_number ON request_template (purpose, kind, language, number);
CREATE UNIQUE INDEX uix_request_template_current ON request_template (purpose, kind, language) WHERE state = 'current';
CREATE UNIQUE INDEX uix_request_template_proposed ON request_template (purpose, kind, language) WHERE state = 'proposed';

-- +goose Down
DROP TABLE request_template;
CREATE TABLE request_template (
	id         TEXT     PRIMARY KEY,
	purpose    TEXT     NOT NULL CHECK (purpose IN ('receipt', 'identity', 'question', 'extension', 'answer', 'refusal', 'closing', 'certificate', 'code')),
	kind       TEXT     NOT NULL,
	language   TEXT     NOT NULL CHECK (language IN ('zh-CN', 'en')),
	number     BIGINT   NOT NULL CHECK (number > 0),
	subject    TEXT     NOT NULL,
	body       TEXT     NOT NULL,
	state      TEXT     NOT NULL CHECK (state IN ('current', 'replaced')),
	created_by TEXT     NOT NULL,
	created_at DATETIME NOT NULL
);
CREATE UNIQUE INDEX uix_request_template_purpose_kind_language_number ON request_template (purpose, kind, language, number);
