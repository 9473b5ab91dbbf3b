-- When an organization was deleted whose rows are still being removed. See store/src/deletion.rs.
ALTER TABLE organizations ADD COLUMN deleting_at INTEGER;
