-- Whether an execution's start is when it was first heard of, since nobody said another: then it gives way to a start that
-- is told later. Of executions before, every start counts as told.
ALTER TABLE executions ADD COLUMN start_is_assumed SMALLINT NOT NULL DEFAULT 0;
