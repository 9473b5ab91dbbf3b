-- What an agent's executions can be filtered for: every value that was ever recorded, so that nobody looks for them in
-- the executions. The writer adds new ones in the transaction of the rows. Kinds: 1 version, 2 model, 3 error code,
-- 4 API key. See store/src/facets.rs.
CREATE TABLE facets (
    organization_id INTEGER NOT NULL,
    agent_key       INTEGER NOT NULL,
    kind            INTEGER NOT NULL,
    value           TEXT    NOT NULL,
    PRIMARY KEY (organization_id, agent_key, kind, value)
) STRICT, WITHOUT ROWID;

-- What was recorded before there was this table.
INSERT INTO facets SELECT DISTINCT organization_id, agent_key, 1, version FROM executions WHERE version IS NOT NULL;
INSERT INTO facets SELECT DISTINCT organization_id, agent_key, 2, model FROM executions WHERE model IS NOT NULL;
INSERT INTO facets SELECT DISTINCT organization_id, agent_key, 3, error_code FROM executions WHERE error_code IS NOT NULL;
INSERT INTO facets SELECT DISTINCT organization_id, agent_key, 4, api_key_id FROM executions WHERE api_key_id IS NOT NULL;

-- Every moment at which a version was put in use; versions.activated_at keeps the last one of each.
CREATE TABLE activations (
    organization_id INTEGER NOT NULL,
    agent_key       INTEGER NOT NULL,
    activated_at    INTEGER NOT NULL,
    number          INTEGER NOT NULL,
    PRIMARY KEY (organization_id, agent_key, activated_at, number),
    FOREIGN KEY (organization_id, agent_key, number) REFERENCES versions
) STRICT, WITHOUT ROWID;

-- Of the time before there was this table only the last moment of each version is known.
INSERT INTO activations
    SELECT organization_id, agent_key, activated_at, number FROM versions WHERE activated_at IS NOT NULL;

-- A fourth width of counts: hours, so that the days of any time zone are read off few numbers.
INSERT INTO execution_counts
    SELECT organization_id, agent_key, 3600, bucket / 3600 * 3600, status, source, SUM(executions)
    FROM execution_counts WHERE width = 900
    GROUP BY organization_id, agent_key, bucket / 3600 * 3600, status, source;
