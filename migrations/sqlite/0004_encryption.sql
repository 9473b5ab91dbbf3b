-- What is remembered of the master key, which is not here: a keyed digest. One row at most. See store/src/vault/.
CREATE TABLE master_key (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    fingerprint BLOB    NOT NULL,
    since       INTEGER NOT NULL
) STRICT;

-- The keys that payloads are encrypted with, each wrapped by the master key. One of an organization is active and
-- encrypts; retiring ones still decrypt; of destroyed ones only the number is left, so that it is never given again.
CREATE TABLE organization_keys (
    organization_id INTEGER NOT NULL REFERENCES organizations ON DELETE CASCADE,
    number          INTEGER NOT NULL,
    wrapped_key     BLOB    NOT NULL,
    state           TEXT    NOT NULL CHECK (state IN ('active', 'retiring', 'destroyed')),
    created_at      INTEGER NOT NULL,
    PRIMARY KEY (organization_id, number)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX organization_keys_active ON organization_keys (organization_id) WHERE state = 'active';

-- Organizations whose older payloads are still to be brought under their active key. Executions up to done_until, in
-- the order of their identifiers, are. See store/src/reencryption/.
CREATE TABLE reencryptions (
    organization_id INTEGER PRIMARY KEY REFERENCES organizations ON DELETE CASCADE,
    done_until      TEXT    NOT NULL
) STRICT;

-- What was recorded before there was encryption.
INSERT INTO reencryptions SELECT DISTINCT organization_id, '' FROM agents;
