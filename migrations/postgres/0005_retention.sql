-- How long executions are kept. Existing organizations keep everything, as before.
ALTER TABLE organizations ADD COLUMN retention_plan TEXT NOT NULL DEFAULT 'none';
ALTER TABLE organizations ADD COLUMN retention_days BIGINT; -- of the plan enterprise alone
ALTER TABLE agents ADD COLUMN retention_days BIGINT; -- an agent's own, fewer than the organization's

-- Goes up when values are taken from an agent's facets, which writers remember.
ALTER TABLE agents ADD COLUMN facets_forgotten BIGINT NOT NULL DEFAULT 0;

-- What the job that deletes what is too old says of its runs.
CREATE TABLE retention_runs (
    organization_id   BIGINT NOT NULL PRIMARY KEY REFERENCES organizations,
    last_succeeded_at BIGINT,
    last_removed      BIGINT NOT NULL, -- executions, by the last run that succeeded
    removed           BIGINT NOT NULL, -- executions, by all runs
    failed_at         BIGINT,          -- null once a later run has succeeded
    failure           TEXT
);

-- What was erased on request, so that a repeated import does not bring it back. Nothing but the identifier is kept.
CREATE TABLE erased_executions (
    organization_id BIGINT NOT NULL,
    execution_id    TEXT   COLLATE "C" NOT NULL,
    PRIMARY KEY (organization_id, execution_id)
);
