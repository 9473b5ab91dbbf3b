-- What bounds a key, when and from where it was last used, and the secret before its last rotation.
ALTER TABLE api_keys ADD COLUMN agents TEXT; -- identifiers separated by commas; NULL: every agent
ALTER TABLE api_keys ADD COLUMN requests_per_minute INTEGER;
ALTER TABLE api_keys ADD COLUMN expires_at INTEGER;
ALTER TABLE api_keys ADD COLUMN old_secret_hash BLOB;
ALTER TABLE api_keys ADD COLUMN old_secret_until INTEGER;
ALTER TABLE api_keys ADD COLUMN last_used_at INTEGER;
ALTER TABLE api_keys ADD COLUMN last_used_from TEXT;

-- Links by which somebody joins an organization; a used or withdrawn one is deleted.
CREATE TABLE invitations (
    organization_id INTEGER NOT NULL REFERENCES organizations,
    invitation_id   TEXT    NOT NULL,
    token_hash      BLOB    NOT NULL UNIQUE,
    email           TEXT    NOT NULL,
    role            TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    PRIMARY KEY (organization_id, invitation_id)
) STRICT, WITHOUT ROWID;

-- Where a session was begun. Of older ones it is not known.
ALTER TABLE sessions ADD COLUMN ip_address TEXT;
ALTER TABLE sessions ADD COLUMN user_agent TEXT;
CREATE INDEX sessions_by_user ON sessions (user_id);
