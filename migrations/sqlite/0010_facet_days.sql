-- How many executions of a past UTC day had which version, model, error code and API key, so that a filter for one of
-- them need not look at every row. Whoever changes an execution of a day takes the day out, in the same transaction;
-- a job counts it again. See store/src/facet_days.rs.
CREATE TABLE facet_days (
    organization_id INTEGER NOT NULL,
    agent_key       INTEGER NOT NULL,
    day             INTEGER NOT NULL, -- its first second since 1970
    attempt         INTEGER NOT NULL, -- a random number by which a counting finds itself undisturbed
    counted         INTEGER NOT NULL, -- 1 once it is
    PRIMARY KEY (organization_id, agent_key, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE facet_counts (
    organization_id INTEGER NOT NULL,
    agent_key       INTEGER NOT NULL,
    day             INTEGER NOT NULL,
    number          INTEGER NOT NULL, -- tells the day's combinations apart
    status          INTEGER NOT NULL,
    source          INTEGER NOT NULL,
    version         TEXT,
    model           TEXT,
    error_code      TEXT,
    api_key_id      TEXT,
    executions      INTEGER NOT NULL,
    first_at        INTEGER NOT NULL,
    last_at         INTEGER NOT NULL,
    PRIMARY KEY (organization_id, agent_key, day, number),
    FOREIGN KEY (organization_id, agent_key, day) REFERENCES facet_days ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
