-- +goose Up
-- When each periodic job is due next; nodes that share the database take turns.
CREATE TABLE job_lease (
	name TEXT     PRIMARY KEY,
	due  DATETIME NOT NULL
);

-- +goose Down
DROP TABLE job_lease;
