-- Instants are microseconds since 1970 in UTC, buckets are seconds since 1970, money is nano-dollars.
-- Every table that holds tenants' data begins its key with the organization.

CREATE TABLE organizations (
    organization_id INTEGER PRIMARY KEY,
    name            TEXT    NOT NULL UNIQUE,
    time_zone       TEXT    NOT NULL,
    created_at      INTEGER NOT NULL
) STRICT;

CREATE TABLE users (
    user_id       TEXT    NOT NULL PRIMARY KEY,
    email         TEXT    NOT NULL UNIQUE,
    password_hash TEXT    NOT NULL,
    created_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE memberships (
    organization_id INTEGER NOT NULL REFERENCES organizations,
    user_id         TEXT    NOT NULL REFERENCES users,
    role            TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    PRIMARY KEY (organization_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX memberships_by_user ON memberships (user_id);

CREATE TABLE sessions (
    token_hash      BLOB    NOT NULL PRIMARY KEY,
    organization_id INTEGER NOT NULL,
    user_id         TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    FOREIGN KEY (organization_id, user_id) REFERENCES memberships ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- One-time links; a used one is deleted.
CREATE TABLE links (
    token_hash      BLOB    NOT NULL PRIMARY KEY,
    purpose         TEXT    NOT NULL,
    organization_id INTEGER,
    user_id         TEXT,
    expires_at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE agents (
    organization_id INTEGER NOT NULL REFERENCES organizations,
    agent_key       INTEGER NOT NULL, -- short stand-in for agent_id in larger tables
    agent_id        TEXT    NOT NULL,
    name            TEXT    NOT NULL,
    active_version  INTEGER,
    created_at      INTEGER NOT NULL,
    PRIMARY KEY (organization_id, agent_key),
    UNIQUE (organization_id, agent_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE versions (
    organization_id      INTEGER NOT NULL,
    agent_key            INTEGER NOT NULL,
    number               INTEGER NOT NULL,
    model                TEXT    NOT NULL,
    temperature          REAL,
    system_prompt        TEXT,
    user_prompt_template TEXT    NOT NULL,
    created_at           INTEGER NOT NULL,
    activated_at         INTEGER,
    PRIMARY KEY (organization_id, agent_key, number),
    FOREIGN KEY (organization_id, agent_key) REFERENCES agents
) STRICT, WITHOUT ROWID;

CREATE TABLE api_keys (
    organization_id INTEGER NOT NULL REFERENCES organizations,
    api_key_id      TEXT    NOT NULL UNIQUE,
    name            TEXT    NOT NULL,
    secret_hash     BLOB    NOT NULL, -- SHA-256 of a random secret
    scopes          TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    revoked_at      INTEGER,
    PRIMARY KEY (organization_id, api_key_id)
) STRICT, WITHOUT ROWID;

-- The two large tables have no foreign keys: the one writer holds the agent's row while it inserts.
-- The summary of an execution: what lists, counts and charts need.
CREATE TABLE executions (
    execution_key         INTEGER PRIMARY KEY, -- order of arrival
    organization_id       INTEGER NOT NULL,
    agent_key             INTEGER NOT NULL,
    execution_id          TEXT    NOT NULL,
    status                INTEGER NOT NULL,
    source                INTEGER NOT NULL,
    executed_at           INTEGER NOT NULL,
    latency_ms            INTEGER,
    uncached_input_tokens INTEGER,
    cache_read_tokens     INTEGER,
    cache_write_tokens    INTEGER,
    output_tokens         INTEGER,
    reasoning_tokens      INTEGER, -- within output_tokens
    tokens_used           INTEGER,
    cost_nanos            INTEGER,
    model                 TEXT,
    version               TEXT,
    error_code            TEXT,
    executed_by           TEXT,
    api_key_id            TEXT,
    amended               INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX executions_by_id ON executions (organization_id, execution_id);
CREATE INDEX executions_by_time ON executions (organization_id, agent_key, executed_at, execution_id);
CREATE INDEX executions_by_status
    ON executions (organization_id, agent_key, status, source, executed_at, execution_id);

-- The private part, in the form that the store's codec gives it.
CREATE TABLE payloads (
    execution_key INTEGER PRIMARY KEY,
    payload       BLOB NOT NULL
) STRICT;

-- How many executions began in [bucket, bucket + width), in seconds. See store/src/counts.rs.
CREATE TABLE execution_counts (
    organization_id INTEGER NOT NULL,
    agent_key       INTEGER NOT NULL,
    width           INTEGER NOT NULL,
    bucket          INTEGER NOT NULL,
    status          INTEGER NOT NULL,
    source          INTEGER NOT NULL,
    executions      INTEGER NOT NULL,
    PRIMARY KEY (organization_id, agent_key, width, bucket, status, source)
) STRICT, WITHOUT ROWID;
-- The few quarters of an hour that are dense enough to be counted in slices.
CREATE INDEX execution_counts_dense
    ON execution_counts (organization_id, agent_key, bucket) WHERE width = 900 AND executions > 2048;
