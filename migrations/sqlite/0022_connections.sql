-- How an organization reaches providers of models. What is sealed: the base URL, the API key and the further headers.
CREATE TABLE connections (
    organization_id INTEGER NOT NULL REFERENCES organizations,
    connection_id   TEXT    NOT NULL,
    name            TEXT    NOT NULL,
    kind            TEXT    NOT NULL,
    provider        TEXT,
    sealed          BLOB    NOT NULL,
    created_at      INTEGER NOT NULL,
    changed_at      INTEGER,
    PRIMARY KEY (organization_id, connection_id)
) STRICT, WITHOUT ROWID;
