-- Instants are microseconds since 1970 in UTC, buckets are seconds since 1970, money is nano-dollars.
-- Identifiers are compared byte by byte (COLLATE "C"), whatever the database's locale.
-- Every table that holds tenants' data begins its key with the organization.

CREATE TABLE organizations (
    organization_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name            TEXT   NOT NULL UNIQUE,
    time_zone       TEXT   NOT NULL,
    created_at      BIGINT NOT NULL
);

CREATE TABLE users (
    user_id       TEXT   NOT NULL PRIMARY KEY,
    email         TEXT   NOT NULL UNIQUE,
    password_hash TEXT   NOT NULL,
    created_at    BIGINT NOT NULL
);

CREATE TABLE memberships (
    organization_id BIGINT NOT NULL REFERENCES organizations,
    user_id         TEXT   NOT NULL REFERENCES users,
    role            TEXT   NOT NULL,
    created_at      BIGINT NOT NULL,
    PRIMARY KEY (organization_id, user_id)
);
CREATE INDEX memberships_by_user ON memberships (user_id);

CREATE TABLE sessions (
    token_hash      BYTEA  NOT NULL PRIMARY KEY,
    organization_id BIGINT NOT NULL,
    user_id         TEXT   NOT NULL,
    created_at      BIGINT NOT NULL,
    expires_at      BIGINT NOT NULL,
    FOREIGN KEY (organization_id, user_id) REFERENCES memberships ON DELETE CASCADE
);

-- One-time links; a used one is deleted.
CREATE TABLE links (
    token_hash      BYTEA  NOT NULL PRIMARY KEY,
    purpose         TEXT   NOT NULL,
    organization_id BIGINT,
    user_id         TEXT,
    expires_at      BIGINT NOT NULL
);

CREATE TABLE agents (
    organization_id BIGINT NOT NULL REFERENCES organizations,
    agent_key       BIGINT NOT NULL, -- short stand-in for agent_id in larger tables
    agent_id        TEXT   NOT NULL,
    name            TEXT   NOT NULL,
    active_version  BIGINT,
    created_at      BIGINT NOT NULL,
    PRIMARY KEY (organization_id, agent_key),
    UNIQUE (organization_id, agent_id)
);

CREATE TABLE versions (
    organization_id      BIGINT NOT NULL,
    agent_key            BIGINT NOT NULL,
    number               BIGINT NOT NULL,
    model                TEXT   NOT NULL,
    temperature          DOUBLE PRECISION,
    system_prompt        TEXT,
    user_prompt_template TEXT   NOT NULL,
    created_at           BIGINT NOT NULL,
    activated_at         BIGINT,
    PRIMARY KEY (organization_id, agent_key, number),
    FOREIGN KEY (organization_id, agent_key) REFERENCES agents
);

CREATE TABLE api_keys (
    organization_id BIGINT NOT NULL REFERENCES organizations,
    api_key_id      TEXT   NOT NULL UNIQUE,
    name            TEXT   NOT NULL,
    secret_hash     BYTEA  NOT NULL, -- SHA-256 of a random secret
    scopes          TEXT   NOT NULL,
    created_at      BIGINT NOT NULL,
    revoked_at      BIGINT,
    PRIMARY KEY (organization_id, api_key_id)
);

CREATE SEQUENCE execution_keys;

-- The two large tables have no foreign keys: the one writer holds the agent's row while it inserts.
-- The summary of an execution: what lists, counts and charts need.
CREATE TABLE executions (
    organization_id       BIGINT NOT NULL,
    execution_key         BIGINT NOT NULL DEFAULT nextval('execution_keys'), -- order of arrival
    agent_key             BIGINT NOT NULL,
    execution_id          TEXT   COLLATE "C" NOT NULL,
    status                SMALLINT NOT NULL,
    source                SMALLINT NOT NULL,
    executed_at           BIGINT NOT NULL,
    latency_ms            BIGINT,
    uncached_input_tokens BIGINT,
    cache_read_tokens     BIGINT,
    cache_write_tokens    BIGINT,
    output_tokens         BIGINT,
    reasoning_tokens      BIGINT, -- within output_tokens
    tokens_used           BIGINT,
    cost_nanos            BIGINT,
    model                 TEXT,
    version               TEXT,
    error_code            TEXT,
    executed_by           TEXT,
    api_key_id            TEXT,
    amended               SMALLINT NOT NULL,
    PRIMARY KEY (organization_id, execution_key)
);
CREATE UNIQUE INDEX executions_by_id ON executions (organization_id, execution_id);
CREATE INDEX executions_by_time ON executions (organization_id, agent_key, executed_at, execution_id);
CREATE INDEX executions_by_status
    ON executions (organization_id, agent_key, status, source, executed_at, execution_id);

-- The private part, in the form that the store's codec gives it.
CREATE TABLE payloads (
    organization_id BIGINT NOT NULL,
    execution_key   BIGINT NOT NULL,
    payload         BYTEA  NOT NULL,
    PRIMARY KEY (organization_id, execution_key)
);

-- How many executions began in [bucket, bucket + width), in seconds. See store/src/counts.rs.
CREATE TABLE execution_counts (
    organization_id BIGINT NOT NULL,
    agent_key       BIGINT NOT NULL,
    width           BIGINT NOT NULL,
    bucket          BIGINT NOT NULL,
    status          SMALLINT NOT NULL,
    source          SMALLINT NOT NULL,
    executions      BIGINT NOT NULL,
    PRIMARY KEY (organization_id, agent_key, width, bucket, status, source)
);
-- The few quarters of an hour that are dense enough to be counted in slices.
CREATE INDEX execution_counts_dense
    ON execution_counts (organization_id, agent_key, bucket) WHERE width = 900 AND executions > 2048;
