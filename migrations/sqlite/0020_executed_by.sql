-- What somebody executed, of an agent, is found without a look at what others did.
CREATE INDEX executions_by_person ON executions (organization_id, agent_key, executed_by, executed_at, execution_id)
    WHERE executed_by IS NOT NULL;
