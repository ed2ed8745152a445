-- +goose Up
-- What can be found, in the form it is compared in.
CREATE TABLE search_text (
	kind      TEXT NOT NULL,
	object_id TEXT NOT NULL,
	words     TEXT NOT NULL,
	PRIMARY KEY (kind, object_id)
);

-- Every short run of characters, to find candidates by.
CREATE TABLE search_gram (
	kind      TEXT NOT NULL,
	gram      TEXT COLLATE "C" NOT NULL,
	object_id TEXT NOT NULL,
	PRIMARY KEY (kind, gram, object_id)
);
CREATE INDEX ix_search_gram_object ON search_gram (kind, object_id);

-- +goose Down
DROP TABLE search_gram;
DROP TABLE search_text;
