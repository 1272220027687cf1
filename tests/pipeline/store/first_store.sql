-- A store as release 0.1 made it, with a row in every state.
CREATE TABLE meta (
	name VARCHAR NOT NULL,
	value VARCHAR NOT NULL,
	PRIMARY KEY (name)
);
CREATE TABLE version_set (
	digest VARCHAR(64) NOT NULL,
	versions TEXT NOT NULL,
	PRIMARY KEY (digest)
);
CREATE TABLE result (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	"key" VARCHAR(64) NOT NULL,
	subject VARCHAR(64) NOT NULL,
	case_id TEXT NOT NULL,
	documents TEXT NOT NULL,
	request TEXT NOT NULL,
	policy VARCHAR NOT NULL,
	as_of VARCHAR(10),
	llm VARCHAR NOT NULL,
	versions VARCHAR(64) NOT NULL,
	paths TEXT NOT NULL,
	state VARCHAR NOT NULL,
	owner VARCHAR,
	lease_until FLOAT,
	attempts INTEGER NOT NULL,
	error_code VARCHAR,
	error_class VARCHAR,
	answer VARCHAR,
	payload TEXT,
	created FLOAT NOT NULL,
	updated FLOAT NOT NULL,
	CONSTRAINT known_state CHECK (state in ('queued', 'leased', 'done', 'failed', 'dead')),
	CONSTRAINT payload_when_done CHECK ((state = 'done') = (payload is not null)),
	CONSTRAINT owner_when_leased CHECK ((state = 'leased') = (owner is not null)),
	UNIQUE ("key"),
	FOREIGN KEY(versions) REFERENCES version_set (digest)
);
CREATE INDEX result_state ON result (state, attempts, id);
CREATE INDEX result_subject ON result (subject);
INSERT INTO meta VALUES ('schema', '1');
INSERT INTO version_set VALUES ('v1', '{"rules":"1"}');
INSERT INTO result VALUES (1, 'k1', 'sk1', 'case-1', '["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]', '{}', 'guideline', NULL, 'off', 'v1', '["/notes/case-1.txt"]', 'queued', NULL, NULL, 0, NULL, NULL, NULL, NULL, 1000.0, 2000.0);
INSERT INTO result VALUES (2, 'k2', 'sk2', 'case-2', '["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]', '{}', 'guideline', NULL, 'off', 'v1', '["/notes/case-2.txt"]', 'leased', 'host:1:2:x', 5000000000.0, 1, NULL, NULL, NULL, NULL, 1000.0, 2000.0);
INSERT INTO result VALUES (3, 'k3', 'sk3', 'case-3', '["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]', '{}', 'guideline', NULL, 'off', 'v1', '["/notes/case-3.txt"]', 'done', NULL, NULL, 1, NULL, NULL, 'supported', '{"quote":"café"}', 1000.0, 2000.0);
INSERT INTO result VALUES (4, 'k4', 'sk4', 'case-4', '["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]', '{}', 'guideline', NULL, 'off', 'v1', '["/notes/case-4.txt"]', 'failed', NULL, NULL, 1, 'NO_TEXT', 'EmptyDocument', NULL, NULL, 1000.0, 2000.0);
INSERT INTO result VALUES (5, 'k5', 'sk5', 'case-5', '["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]', '{}', 'guideline', NULL, 'off', 'v1', '["/notes/case-5.txt"]', 'dead', NULL, NULL, 3, 'INTERNAL', 'KeyError', NULL, NULL, 1000.0, 2000.0);
INSERT INTO result VALUES (6, 'k6', 'sk6', 'case-6', '["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]', '{}', 'guideline', NULL, 'off', 'v1', '["/notes/case-6.txt"]', 'dead', NULL, NULL, 0, 'SUPERSEDED', NULL, NULL, NULL, 1000.0, 2000.0);
