-- When something was last heard of an execution that runs; null once it is final. See store/src/recording/abandonment.rs.
ALTER TABLE executions ADD COLUMN heard_at INTEGER;
UPDATE executions SET heard_at = executed_at WHERE status = 0;
CREATE INDEX executions_by_silence ON executions (heard_at, execution_key) WHERE heard_at IS NOT NULL;
