-- Who did what, when, and from where. Events are written in the transaction of what they tell of, and stay as they are:
-- triggers refuse to change, replace or delete them. They go with their organization alone, whose row is gone by the time
-- that its deletion reaches them here. See store/src/audit/.
CREATE TABLE audit_events (
    organization_id INTEGER NOT NULL REFERENCES organizations ON DELETE CASCADE,
    logged_at       INTEGER NOT NULL,
    event_id        TEXT    NOT NULL,
    action          TEXT    NOT NULL,
    actor_kind      TEXT    NOT NULL,
    actor_id        TEXT,
    actor_name      TEXT, -- as of then, like the subject's
    subject_kind    TEXT,
    subject_id      TEXT,
    subject_name    TEXT,
    ip_address      TEXT,
    user_agent      TEXT,
    details         TEXT    NOT NULL, -- a JSON object without secrets
    PRIMARY KEY (organization_id, logged_at, event_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER audit_events_are_not_changed BEFORE UPDATE ON audit_events BEGIN
    SELECT RAISE(ABORT, 'audit events are neither changed nor deleted');
END;

CREATE TRIGGER audit_events_are_not_deleted BEFORE DELETE ON audit_events
WHEN EXISTS (SELECT 1 FROM organizations WHERE organization_id = OLD.organization_id) BEGIN
    SELECT RAISE(ABORT, 'audit events are neither changed nor deleted');
END;

-- INSERT OR REPLACE takes a row's place without a deletion that a trigger sees.
CREATE TRIGGER audit_events_are_not_replaced BEFORE INSERT ON audit_events
WHEN EXISTS (SELECT 1 FROM audit_events WHERE organization_id = NEW.organization_id
    AND logged_at = NEW.logged_at AND event_id = NEW.event_id) BEGIN
    SELECT RAISE(ABORT, 'audit events are neither changed nor deleted');
END;
