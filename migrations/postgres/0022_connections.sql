-- How an organization reaches providers of models. What is sealed: the base URL, the API key and the further headers.
CREATE TABLE connections (
    organization_id BIGINT NOT NULL REFERENCES organizations,
    connection_id   TEXT    NOT NULL,
    name            TEXT    NOT NULL,
    kind            TEXT    NOT NULL,
    provider        TEXT,
    sealed          BYTEA   NOT NULL,
    created_at      BIGINT NOT NULL,
    changed_at      BIGINT,
    PRIMARY KEY (organization_id, connection_id)
);
