-- Work that outlives the process that began it. See store/src/tasks/.
CREATE TABLE tasks (
    task_key        INTEGER PRIMARY KEY,
    task_id         TEXT    NOT NULL UNIQUE,
    kind            TEXT    NOT NULL,
    organization_id INTEGER REFERENCES organizations ON DELETE CASCADE,
    unique_key      TEXT,    -- of open tasks of a kind and organization with the same one there is one
    payload         BLOB,    -- sealed; null where there is none, and once the task has ended
    created_at      INTEGER NOT NULL,
    run_after       INTEGER NOT NULL,
    attempts        INTEGER NOT NULL,
    lease           TEXT,    -- names the one who works on it
    leased_until    INTEGER,
    again           INTEGER NOT NULL DEFAULT 0, -- 1 where the same was asked for while somebody works on it
    done            INTEGER NOT NULL, -- how far it has come, in what its kind counts
    total           INTEGER,
    failure         TEXT,    -- why the last attempt failed
    outcome         TEXT,    -- null while it is open
    ended_at        INTEGER
) STRICT;
CREATE INDEX tasks_open ON tasks (run_after) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX tasks_unique ON tasks (kind, COALESCE(organization_id, 0), unique_key) WHERE ended_at IS NULL;
CREATE INDEX tasks_by_organization ON tasks (organization_id, task_key);
CREATE INDEX tasks_ended ON tasks (ended_at) WHERE ended_at IS NOT NULL;

-- Seals payloads of tasks that are no organization's; wrapped by the master key, as organizations' keys are.
CREATE TABLE installation_key (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    wrapped_key BLOB    NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT;

-- An invitation has several links: the one that the inviter was shown, and one a letter.
ALTER TABLE invitations RENAME TO old_invitations;
CREATE TABLE invitations (
    organization_id INTEGER NOT NULL REFERENCES organizations,
    invitation_id   TEXT    NOT NULL,
    email           TEXT    NOT NULL,
    role            TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    PRIMARY KEY (organization_id, invitation_id)
) STRICT, WITHOUT ROWID;
INSERT INTO invitations
    SELECT organization_id, invitation_id, email, role, created_at, expires_at FROM old_invitations;

CREATE TABLE invitation_links (
    token_hash      BLOB    NOT NULL PRIMARY KEY,
    organization_id INTEGER NOT NULL,
    invitation_id   TEXT    NOT NULL,
    FOREIGN KEY (organization_id, invitation_id) REFERENCES invitations ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX invitation_links_by_invitation ON invitation_links (organization_id, invitation_id);
INSERT INTO invitation_links SELECT token_hash, organization_id, invitation_id FROM old_invitations;
DROP TABLE old_invitations;

-- Executions that went by age and that neither `removed` nor the audit log tells of yet: a run is told of at its end, also
-- where its process died on the way.
ALTER TABLE retention_runs ADD COLUMN untold INTEGER NOT NULL DEFAULT 0;

-- What was under way.
INSERT INTO tasks (task_id, kind, organization_id, unique_key, created_at, run_after, attempts, done)
    SELECT 'task_reencrypt_' || organization_id, 'reencrypt', organization_id, '', 0, 0, 0, 0 FROM reencryptions;
INSERT INTO tasks (task_id, kind, organization_id, unique_key, created_at, run_after, attempts, done)
    SELECT 'task_remove_' || organization_id, 'remove_organization', NULL, CAST(organization_id AS TEXT), 0, 0, 0, 0
    FROM organizations WHERE deleting_at IS NOT NULL;
