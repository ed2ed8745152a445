-- +goose Up
-- A picture of all services at a moment: once a day by itself, and on demand.
-- The row commits to its states by content_hash.
CREATE TABLE readiness_snapshot (
	id           TEXT     PRIMARY KEY,
	day          TEXT     NOT NULL,
	kind         TEXT     NOT NULL CHECK (kind IN ('daily', 'manual')),
	note         TEXT     NOT NULL,
	formula      BIGINT   NOT NULL,
	services     BIGINT   NOT NULL,
	content_hash TEXT     NOT NULL CHECK (length(content_hash) = 64),
	taken_at     TIMESTAMPTZ NOT NULL,
	taken_by     TEXT     NOT NULL
);
CREATE UNIQUE INDEX uix_readiness_snapshot_daily ON readiness_snapshot (day) WHERE kind = 'daily';
CREATE INDEX ix_readiness_snapshot_day ON readiness_snapshot (day, id);

-- Which requirements a code of states is about, in its order; named by the
-- SHA-256 of the list.
CREATE TABLE readiness_layout (
	id           TEXT PRIMARY KEY,
	requirements TEXT NOT NULL
);

-- How one service stood: its sums, what other parts measured, and each
-- requirement in two characters.
CREATE TABLE readiness_state (
	snapshot_id    TEXT   NOT NULL,
	service_id     TEXT   NOT NULL,
	layout_id      TEXT   NOT NULL,
	states         TEXT   NOT NULL,
	points         BIGINT NOT NULL,
	weight         BIGINT NOT NULL,
	items          BIGINT NOT NULL,
	open           BIGINT NOT NULL,
	open_critical  BIGINT NOT NULL,
	non_conformity BIGINT NOT NULL,
	overdue        BIGINT NOT NULL,
	lots_decided   BIGINT NOT NULL,
	lots_accepted  BIGINT NOT NULL,
	lots_proven    BIGINT NOT NULL,
	requests_done  BIGINT NOT NULL,
	requests_timed BIGINT NOT NULL,
	requests_late  BIGINT NOT NULL,
	PRIMARY KEY (snapshot_id, service_id)
);

-- +goose Down
DROP TABLE readiness_state;
DROP TABLE readiness_layout;
DROP TABLE readiness_snapshot;
