-- From where an account signed in of late: a network address, or a browser by the hash of the token that it keeps.
-- Guesses at its password from there are counted apart from everybody else's. See server/src/auth/throttle.rs.
CREATE TABLE sign_in_origins (
    user_id      TEXT   NOT NULL REFERENCES users ON DELETE CASCADE,
    origin       TEXT   NOT NULL,
    signed_in_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, origin)
);
