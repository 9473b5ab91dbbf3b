-- What a key's executions may cost within a month of UTC, and what those of each month cost. The costs are added up in
-- the transaction that records executions; what is deleted later was spent all the same. See store/src/api_keys/spending.rs.
ALTER TABLE api_keys ADD COLUMN monthly_budget_nanos BIGINT;

CREATE TABLE api_key_spending (
    organization_id BIGINT NOT NULL REFERENCES organizations ON DELETE CASCADE,
    api_key_id      TEXT   NOT NULL,
    month           BIGINT NOT NULL, -- its first second since 1970
    nanos           BIGINT NOT NULL,
    PRIMARY KEY (organization_id, api_key_id, month)
);

INSERT INTO api_key_spending (organization_id, api_key_id, month, nanos)
SELECT organization_id, api_key_id,
    EXTRACT(EPOCH FROM date_trunc('month', to_timestamp(executed_at / 1000000) AT TIME ZONE 'UTC'))::BIGINT AS month,
    LEAST(SUM(cost_nanos), 4000000000000000000)::BIGINT
FROM executions WHERE api_key_id IS NOT NULL AND cost_nanos > 0
GROUP BY organization_id, api_key_id, month;

-- Requests of the last minute of each key that has a limit, by the second, oldest first: when the last request of that
-- second was, in microseconds, and how many there were. Then the last request, and whether it was one too many. Not
-- logged: a crash forgives. SQLite has one server, which counts in memory. See store/src/api_keys/requests.rs.
DROP TABLE api_key_requests;
CREATE UNLOGGED TABLE api_key_requests (
    organization_id BIGINT   NOT NULL,
    api_key_id      TEXT     NOT NULL,
    moments         BIGINT[] NOT NULL,
    requests        BIGINT[] NOT NULL,
    asked_at        BIGINT   NOT NULL,
    exceeded        BOOLEAN  NOT NULL,
    PRIMARY KEY (organization_id, api_key_id)
) WITH (fillfactor = 50);
