-- Who did what, when, and from where. Events are written in the transaction of what they tell of, and stay as they are:
-- triggers refuse to change or delete them. They go with their organization alone, whose row is gone by the time that its
-- deletion reaches them here. See store/src/audit/.
CREATE TABLE audit_events (
    organization_id BIGINT NOT NULL REFERENCES organizations ON DELETE CASCADE,
    logged_at       BIGINT NOT NULL,
    event_id        TEXT   COLLATE "C" NOT NULL,
    action          TEXT   NOT NULL,
    actor_kind      TEXT   NOT NULL,
    actor_id        TEXT,
    actor_name      TEXT, -- as of then, like the subject's
    subject_kind    TEXT,
    subject_id      TEXT,
    subject_name    TEXT,
    ip_address      TEXT,
    user_agent      TEXT,
    details         TEXT   NOT NULL, -- a JSON object without secrets
    PRIMARY KEY (organization_id, logged_at, event_id)
);

CREATE FUNCTION audit_events_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF NOT EXISTS (SELECT 1 FROM organizations WHERE organization_id = OLD.organization_id) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'audit events are neither changed nor deleted';
END
$$;

CREATE TRIGGER audit_events_stay BEFORE UPDATE OR DELETE ON audit_events
    FOR EACH ROW EXECUTE FUNCTION audit_events_stay();
CREATE TRIGGER audit_events_are_not_truncated BEFORE TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION audit_events_stay();
