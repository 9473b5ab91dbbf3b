-- How many executions of a past UTC day had which version, model, error code and API key, so that a filter for one of
-- them need not look at every row. Whoever changes an execution of a day takes the day out, in the same transaction;
-- a job counts it again. See store/src/facet_days.rs.
CREATE TABLE facet_days (
    organization_id BIGINT NOT NULL,
    agent_key       BIGINT NOT NULL,
    day             BIGINT NOT NULL, -- its first second since 1970
    attempt         BIGINT NOT NULL, -- a random number by which a counting finds itself undisturbed
    counted         BIGINT NOT NULL, -- 1 once it is
    PRIMARY KEY (organization_id, agent_key, day)
);

CREATE TABLE facet_counts (
    organization_id BIGINT NOT NULL,
    agent_key       BIGINT NOT NULL,
    day             BIGINT NOT NULL,
    number          BIGINT NOT NULL, -- tells the day's combinations apart
    status          BIGINT NOT NULL,
    source          BIGINT NOT NULL,
    version         TEXT COLLATE "C",
    model           TEXT COLLATE "C",
    error_code      TEXT COLLATE "C",
    api_key_id      TEXT COLLATE "C",
    executions      BIGINT NOT NULL,
    first_at        BIGINT NOT NULL,
    last_at         BIGINT NOT NULL,
    PRIMARY KEY (organization_id, agent_key, day, number),
    FOREIGN KEY (organization_id, agent_key, day) REFERENCES facet_days ON DELETE CASCADE
);
