-- What a key's executions may cost within a month of UTC, and what those of each month cost. The costs are added up in
-- the transaction that records executions; what is deleted later was spent all the same. See store/src/api_keys/spending.rs.
ALTER TABLE api_keys ADD COLUMN monthly_budget_nanos INTEGER;

CREATE TABLE api_key_spending (
    organization_id INTEGER NOT NULL REFERENCES organizations ON DELETE CASCADE,
    api_key_id      TEXT    NOT NULL,
    month           INTEGER NOT NULL, -- its first second since 1970
    nanos           INTEGER NOT NULL,
    PRIMARY KEY (organization_id, api_key_id, month)
) STRICT, WITHOUT ROWID;

INSERT INTO api_key_spending (organization_id, api_key_id, month, nanos)
SELECT organization_id, api_key_id,
    CAST(strftime('%s', executed_at / 1000000, 'unixepoch', 'start of month') AS INTEGER) AS month,
    MIN(SUM(cost_nanos), 4000000000000000000)
FROM executions WHERE api_key_id IS NOT NULL AND cost_nanos > 0
GROUP BY organization_id, api_key_id, month;
