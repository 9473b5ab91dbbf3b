-- What happened to each agent's executions, in order, for the live stream. One entry for all executions of an agent
-- that a transaction records, and one for each change to an execution that was there before. See store/src/events/.
CREATE TABLE execution_log (
    organization_id BIGINT NOT NULL,
    agent_key       BIGINT NOT NULL,
    position        BIGINT NOT NULL, -- of the entry's last event, out of the same numbers as execution_key
    previous        BIGINT NOT NULL, -- the agent's entry before this one; 0 for the first
    first_key       BIGINT NOT NULL, -- the recorded executions' keys go from here to position
    execution_key   BIGINT,          -- the changed execution; null for recorded ones
    before_row      TEXT,            -- its summary before, as JSON
    logged_at       BIGINT NOT NULL,
    PRIMARY KEY (organization_id, agent_key, position)
);
