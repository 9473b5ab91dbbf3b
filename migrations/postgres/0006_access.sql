-- What bounds a key, when and from where it was last used, and the secret before its last rotation.
ALTER TABLE api_keys ADD COLUMN agents TEXT; -- identifiers separated by commas; NULL: every agent
ALTER TABLE api_keys ADD COLUMN requests_per_minute BIGINT;
ALTER TABLE api_keys ADD COLUMN expires_at BIGINT;
ALTER TABLE api_keys ADD COLUMN old_secret_hash BYTEA;
ALTER TABLE api_keys ADD COLUMN old_secret_until BIGINT;
ALTER TABLE api_keys ADD COLUMN last_used_at BIGINT;
ALTER TABLE api_keys ADD COLUMN last_used_from TEXT;

-- Requests within the current minute of each key that has a limit, counted for all servers together. Not logged: a
-- crash forgives. SQLite has one server, which counts in memory. See store/src/api_keys/requests.rs.
CREATE UNLOGGED TABLE api_key_requests (
    organization_id BIGINT NOT NULL,
    api_key_id      TEXT   NOT NULL,
    began_at        BIGINT NOT NULL,
    requests        BIGINT NOT NULL,
    PRIMARY KEY (organization_id, api_key_id)
);

-- Links by which somebody joins an organization; a used or withdrawn one is deleted.
CREATE TABLE invitations (
    organization_id BIGINT NOT NULL REFERENCES organizations,
    invitation_id   TEXT   NOT NULL,
    token_hash      BYTEA  NOT NULL UNIQUE,
    email           TEXT   NOT NULL,
    role            TEXT   NOT NULL,
    created_at      BIGINT NOT NULL,
    expires_at      BIGINT NOT NULL,
    PRIMARY KEY (organization_id, invitation_id)
);

-- Where a session was begun. Of older ones it is not known.
ALTER TABLE sessions ADD COLUMN ip_address TEXT;
ALTER TABLE sessions ADD COLUMN user_agent TEXT;
CREATE INDEX sessions_by_user ON sessions (user_id);
