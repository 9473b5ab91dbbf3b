-- The audit log of an organization that is being deleted goes with it, some events at a time. See
-- store/src/recording/removal/organization.rs.
CREATE OR REPLACE FUNCTION audit_events_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF NOT EXISTS (
            SELECT 1 FROM organizations WHERE organization_id = OLD.organization_id AND deleting_at IS NULL
        ) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'audit events are neither changed nor deleted';
END
$$;
