-- The audit log of an organization that is being deleted goes with it, some events at a time. See
-- store/src/recording/removal/organization.rs.
DROP TRIGGER audit_events_are_not_deleted;
CREATE TRIGGER audit_events_are_not_deleted BEFORE DELETE ON audit_events
WHEN EXISTS (SELECT 1 FROM organizations WHERE organization_id = OLD.organization_id AND deleting_at IS NULL) BEGIN
    SELECT RAISE(ABORT, 'audit events are neither changed nor deleted');
END;
