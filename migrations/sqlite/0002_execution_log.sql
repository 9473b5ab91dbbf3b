-- What happened to each agent's executions, in order, for the live stream. One entry for all executions of an agent
-- that a transaction records, and one for each change to an execution that was there before. See store/src/events/.
CREATE TABLE execution_log (
    position        INTEGER PRIMARY KEY, -- of the entry's last event, out of the same numbers as execution_key
    organization_id INTEGER NOT NULL,
    agent_key       INTEGER NOT NULL,
    previous        INTEGER NOT NULL, -- the agent's entry before this one; 0 for the first
    first_key       INTEGER NOT NULL, -- the recorded executions' keys go from here to position
    execution_key   INTEGER,          -- the changed execution; null for recorded ones
    before_row      TEXT,             -- its summary before, as JSON
    logged_at       INTEGER NOT NULL
) STRICT;
CREATE INDEX execution_log_by_agent ON execution_log (organization_id, agent_key, position);
