-- What a running server noticed of its installation, for whoever looks at the database from outside: a few of each kind.
-- See store/src/installation_notes.rs.
CREATE TABLE installation_notes (
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    noted_at INTEGER NOT NULL,
    PRIMARY KEY (kind, subject)
) STRICT, WITHOUT ROWID;
