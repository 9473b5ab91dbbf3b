//! Leaving an organization by oneself, whatever one's role.

use crate::{
    Note, Store, StoreError,
    members::Change,
    sessions,
    transaction::{Done, WriteTransaction, transact_if},
};
use chrono::Utc;
use domain::{AuditAction, OrganizationId, Role, Rule, UserId, member::check_change};

impl Store {
    /// Takes a person out of an organization who wants to go. Where the person belongs to another one, which is
    /// answered then, all sessions go on there; else they end at once. Refused where nobody would own what is left.
    pub async fn leave(
        &self,
        organization: OrganizationId,
        user: &UserId,
    ) -> Result<Result<Option<OrganizationId>, Rule>, StoreError> {
        transact_if!(self.backend, |transaction| {
            let roles = transaction.hold_roles(organization).await?;
            // What one does to oneself needs no other role than one's own.
            let role = roles.of(user)?;
            if let Err(rule) = check_change(role, None, roles.owners(), Role::Owner) {
                return Ok(Done::Undone(Err(rule)));
            }
            let email = transaction.email_of(user).await?;
            let next = transaction.another_organization(organization, user).await?;
            if let Some(next) = next {
                self.go_on(transaction, organization, user, next).await?;
            }
            transaction
                .change_membership(organization, user, Change::Gone)
                .await?;
            let note = Note::new(AuditAction::MemberLeft)
                .about_person(user, &email)
                .with("role", role.as_str());
            transaction
                .audit(organization, &self.actor, note, Utc::now())
                .await?;
            Ok(Done::Kept(Ok(next)))
        })
    }

    /// Whether the person is the only owner, and so cannot leave.
    pub async fn is_last_owner(
        &self,
        organization: OrganizationId,
        user: &UserId,
    ) -> Result<bool, StoreError> {
        let members = self.members(organization).await?;
        let mut owners = members.iter().filter(|member| member.role == Role::Owner);
        Ok(owners.next().is_some_and(|owner| owner.user_id == *user) && owners.next().is_none())
    }

    /// Moves every session of the person to another organization of theirs, which is told.
    async fn go_on(
        &self,
        transaction: &mut WriteTransaction,
        organization: OrganizationId,
        user: &UserId,
        next: OrganizationId,
    ) -> Result<(), StoreError> {
        let moved: Vec<(Vec<u8>,)> = transaction
            .fetch(
                "UPDATE sessions SET organization_id = $3 WHERE organization_id = $1 AND user_id = $2
                 RETURNING token_hash",
                (organization.0, user.as_str(), next.0),
            )
            .await?;
        for (token,) in moved {
            let note = sessions::about(AuditAction::SessionSwitched, &token)?;
            transaction.audit(next, &self.actor, note, Utc::now()).await?;
        }
        Ok(())
    }
}

impl WriteTransaction {
    /// The first by name of the person's other organizations.
    async fn another_organization(
        &mut self,
        organization: OrganizationId,
        user: &UserId,
    ) -> Result<Option<OrganizationId>, StoreError> {
        let row: Option<(i64,)> = self
            .fetch_optional(
                "SELECT o.organization_id FROM memberships m
                 JOIN organizations o ON o.organization_id = m.organization_id
                 WHERE m.user_id = $2 AND m.organization_id <> $1 AND o.deleting_at IS NULL
                 ORDER BY o.name LIMIT 1",
                (organization.0, user.as_str()),
            )
            .await?;
        Ok(row.map(|(id,)| OrganizationId(id)))
    }
}
