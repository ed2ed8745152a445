-- +goose Up
CREATE TABLE service (
	id                  TEXT     PRIMARY KEY,
	name                TEXT     NOT NULL CHECK (name <> ''),
	kind                TEXT     NOT NULL CHECK (kind <> ''),
	description         TEXT     NOT NULL,
	modalities          TEXT     NOT NULL,
	audience            TEXT     NOT NULL,
	minors              TEXT     NOT NULL CHECK (minors IN ('yes', 'no', 'unknown')),
	model               TEXT     NOT NULL,
	model_name          TEXT     NOT NULL,
	model_filing        TEXT     NOT NULL,
	channels            TEXT     NOT NULL,
	launch              TEXT     NOT NULL,
	filing_number       TEXT     NOT NULL,
	registration_number TEXT     NOT NULL,
	algorithm_number    TEXT     NOT NULL,
	compliance_owner    TEXT     NOT NULL,
	product_owner       TEXT     NOT NULL,
	technical_owner     TEXT     NOT NULL,
	privacy_contact     TEXT     NOT NULL,
	state               TEXT     NOT NULL CHECK (state IN ('planned', 'live', 'suspended', 'retired')),
	retired_at          TIMESTAMPTZ,
	retired_reason      TEXT     NOT NULL,
	offered_to_public   TEXT     NOT NULL CHECK (offered_to_public IN ('yes', 'no', 'unknown')),
	not_public          TEXT     NOT NULL,
	model_filed         TEXT     NOT NULL CHECK (model_filed IN ('yes', 'no', 'unknown')),
	answers             TEXT     NOT NULL,
	scope_note          TEXT     NOT NULL,
	scoped_at           TIMESTAMPTZ,
	scoped_by           TEXT     NOT NULL,
	created_at          TIMESTAMPTZ NOT NULL,
	created_by          TEXT     NOT NULL,
	updated_at          TIMESTAMPTZ NOT NULL,
	version             BIGINT   NOT NULL,
	CHECK ((state = 'retired') = (retired_at IS NOT NULL)),
	CHECK (state <> 'retired' OR retired_reason <> '')
);
CREATE UNIQUE INDEX uix_service_name ON service (name);

-- +goose Down
DROP TABLE service;
