-- What the clock said when deletion began to wait for an owner's word, since it had gone forward; NULL where it does not.
ALTER TABLE retention_runs ADD COLUMN waits_since BIGINT;
