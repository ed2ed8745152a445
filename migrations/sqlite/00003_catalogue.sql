-- +goose Up
-- The catalogue of the Measures as it was loaded, version by version; the one
-- with the highest number is in force.
CREATE TABLE catalogue_version (
	id           TEXT     PRIMARY KEY,
	number       BIGINT   NOT NULL CHECK (number > 0),
	hash         TEXT     NOT NULL CHECK (hash <> ''),
	last_checked TEXT     NOT NULL,
	source       TEXT     NOT NULL CHECK (source IN ('built_in', 'uploaded')),
	measures     TEXT     NOT NULL,
	requirements TEXT     NOT NULL,
	instruments  TEXT     NOT NULL,
	note         TEXT     NOT NULL,
	loaded_at    DATETIME NOT NULL,
	loaded_by    TEXT     NOT NULL
);
CREATE UNIQUE INDEX uix_catalogue_version_number ON catalogue_version (number);

-- Versions that were read and found correct, and wait for somebody to look at
-- what they change.
CREATE TABLE catalogue_draft (
	id           TEXT     PRIMARY KEY,
	base_id      TEXT     NOT NULL REFERENCES catalogue_version (id),
	hash         TEXT     NOT NULL CHECK (hash <> ''),
	last_checked TEXT     NOT NULL,
	source       TEXT     NOT NULL CHECK (source IN ('built_in', 'uploaded')),
	measures     TEXT     NOT NULL,
	requirements TEXT     NOT NULL,
	instruments  TEXT     NOT NULL,
	note         TEXT     NOT NULL,
	created_at   DATETIME NOT NULL,
	created_by   TEXT     NOT NULL
);

-- Values of the organisation that replace the catalogue's default of a figure
-- from a day on, proposed by one person and decided by another.
CREATE TABLE figure_value (
	id             TEXT     PRIMARY KEY,
	figure_key     TEXT     NOT NULL CHECK (figure_key <> ''),
	value          TEXT     NOT NULL,
	unit           TEXT     NOT NULL,
	comparator     TEXT     NOT NULL,
	default_value  TEXT     NOT NULL,
	source         TEXT     NOT NULL CHECK (source <> ''),
	note           TEXT     NOT NULL,
	effective_from TEXT     NOT NULL CHECK (effective_from <> ''),
	state          TEXT     NOT NULL CHECK (state IN ('proposed', 'approved', 'rejected', 'withdrawn')),
	proposed_at    DATETIME NOT NULL,
	proposed_by    TEXT     NOT NULL,
	decided_at     DATETIME,
	decided_by     TEXT     NOT NULL,
	decision_note  TEXT     NOT NULL,
	version        BIGINT   NOT NULL,
	CHECK (state <> 'approved' OR (decided_by <> '' AND decided_by <> proposed_by))
);
CREATE UNIQUE INDEX uix_figure_value_proposed ON figure_value (figure_key) WHERE state = 'proposed';
CREATE INDEX ix_figure_value_figure ON figure_value (figure_key, state, effective_from);

-- Statements of people that they checked an unverified figure of the
-- catalogue; fingerprint is of what they checked.
CREATE TABLE figure_check (
	id           TEXT     PRIMARY KEY,
	figure_key   TEXT     NOT NULL CHECK (figure_key <> ''),
	fingerprint  TEXT     NOT NULL CHECK (fingerprint <> ''),
	source       TEXT     NOT NULL CHECK (source <> ''),
	note         TEXT     NOT NULL,
	checked_at   DATETIME NOT NULL,
	checked_by   TEXT     NOT NULL,
	withdrawn_at DATETIME,
	withdrawn_by TEXT     NOT NULL,
	version      BIGINT   NOT NULL
);
CREATE UNIQUE INDEX uix_figure_check_figure_fingerprint ON figure_check (figure_key, fingerprint) WHERE withdrawn_by = '';

-- +goose Down
DROP TABLE figure_check;
DROP TABLE figure_value;
DROP TABLE catalogue_draft;
DROP TABLE catalogue_version;
