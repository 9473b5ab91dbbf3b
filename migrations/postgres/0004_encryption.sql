-- What is remembered of the master key, which is not here: a keyed digest. One row at most. See store/src/vault/.
CREATE TABLE master_key (
    id          BIGINT PRIMARY KEY CHECK (id = 1),
    fingerprint BYTEA  NOT NULL,
    since       BIGINT NOT NULL
);

-- The keys that payloads are encrypted with, each wrapped by the master key. One of an organization is active and
-- encrypts; retiring ones still decrypt; of destroyed ones only the number is left, so that it is never given again.
CREATE TABLE organization_keys (
    organization_id BIGINT NOT NULL REFERENCES organizations ON DELETE CASCADE,
    number          BIGINT NOT NULL,
    wrapped_key     BYTEA  NOT NULL,
    state           TEXT   NOT NULL CHECK (state IN ('active', 'retiring', 'destroyed')),
    created_at      BIGINT NOT NULL,
    PRIMARY KEY (organization_id, number)
);
CREATE UNIQUE INDEX organization_keys_active ON organization_keys (organization_id) WHERE state = 'active';

-- Organizations whose older payloads are still to be brought under their active key. Executions up to done_until, in
-- the order of their identifiers, are. See store/src/reencryption/.
CREATE TABLE reencryptions (
    organization_id BIGINT PRIMARY KEY REFERENCES organizations ON DELETE CASCADE,
    done_until      TEXT   COLLATE "C" NOT NULL
);

-- What was recorded before there was encryption.
INSERT INTO reencryptions SELECT DISTINCT organization_id, '' FROM agents;
