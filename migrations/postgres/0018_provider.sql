-- The provider of an execution's model, and days counted by it. Of executions before, it is unknown, as their days say.
ALTER TABLE executions ADD COLUMN provider TEXT;
ALTER TABLE facet_counts ADD COLUMN provider TEXT COLLATE "C";
