//! Links by which somebody who forgot the password chooses another one: stored hashed, used once. A link that an
//! organization's admin made reaches a person of that organization alone: never an owner unless an owner made it, and
//! never an account that belongs to another organization too.

use crate::{
    LinkPurpose, Note, Store, StoreError, TokenHash,
    members::stored_role,
    row::decode_error,
    tasks::{SendPasswordReset, TaskPayload},
    transaction::{Done, transact, transact_if},
};
use chrono::Utc;
use domain::{Actor, AuditAction, OrganizationId, Role, Rule, Timestamp, UserId, member::check_reset};

const PURPOSE: LinkPurpose = LinkPurpose::ResetPassword;

impl Store {
    /// Makes a link for a person of the organization, in the name of somebody else who has the role `by`. An earlier one is
    /// void from then on.
    pub async fn reset_password_of_member(
        &self,
        organization: OrganizationId,
        user: &UserId,
        by: Role,
        token: &TokenHash,
        expires_at: Timestamp,
    ) -> Result<Result<(), Rule>, StoreError> {
        transact_if!(self.backend, |transaction| {
            // In turn with changes of roles: nobody becomes an owner between the look and the link.
            transaction.hold_organization(organization).await?;
            let memberships: Vec<(i64, String)> = transaction
                .fetch(
                    "SELECT organization_id, role FROM memberships WHERE user_id = $1",
                    (user.as_str(),),
                )
                .await?;
            let here = memberships.iter().find(|(id, _)| *id == organization.0);
            let (_, role) = here.ok_or(StoreError::NotFound("member"))?;
            if let Err(rule) = check_reset(stored_role(role)?, by, memberships.len()) {
                return Ok(Done::Undone(Err(rule)));
            }
            let email = transaction.email_of(user).await?;
            transaction
                .execute(
                    "DELETE FROM links WHERE purpose = $1 AND user_id = $2 AND organization_id = $3",
                    (PURPOSE.as_str(), user.as_str(), organization.0),
                )
                .await?;
            transaction
                .execute(
                    "INSERT INTO links (token_hash, purpose, organization_id, user_id, expires_at)
                     VALUES ($1, $2, $3, $4, $5)",
                    (
                        token.as_slice(),
                        PURPOSE.as_str(),
                        organization.0,
                        user.as_str(),
                        expires_at.timestamp_micros(),
                    ),
                )
                .await?;
            let note = Note::new(AuditAction::PasswordResetLink).about_person(user, &email);
            transaction
                .audit(organization, &self.actor, note, Utc::now())
                .await?;
            Ok(Done::Kept(Ok(())))
        })
    }

    /// Makes a link for whoever has that address and belongs to some organization: for the person's own mailbox, or in
    /// the operator's name. Answers the address as it is stored; `None` where there is nobody. The earlier one is void
    /// from then on.
    pub async fn reset_password_of(
        &self,
        email: &str,
        token: &TokenHash,
        expires_at: Timestamp,
    ) -> Result<Option<String>, StoreError> {
        let Some(known) = self.credentials(email).await? else {
            return Ok(None);
        };
        transact!(self.backend, |transaction| {
            transaction
                .execute(
                    "DELETE FROM links WHERE purpose = $1 AND user_id = $2 AND organization_id IS NULL",
                    (PURPOSE.as_str(), known.user.id.as_str()),
                )
                .await?;
            transaction
                .execute(
                    "INSERT INTO links (token_hash, purpose, user_id, expires_at) VALUES ($1, $2, $3, $4)",
                    (
                        token.as_slice(),
                        PURPOSE.as_str(),
                        known.user.id.as_str(),
                        expires_at.timestamp_micros(),
                    ),
                )
                .await?;
            let note =
                Note::new(AuditAction::PasswordResetLink).about_person(&known.user.id, &known.user.email);
            transaction
                .audit_everywhere(&known.user.id, &self.actor, &note, Utc::now())
                .await?;
            Ok(())
        })?;
        Ok(Some(known.user.email))
    }

    /// Has a task send a letter with a link for whoever has that address. False, and nothing is sent, where so many such
    /// tasks are open already.
    pub async fn send_password_reset(
        &self,
        email: &str,
        most_open: u64,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.prepare_to_seal(None).await?;
        let told = SendPasswordReset {
            email: email.to_owned(),
        };
        let is_taken = transact!(self.backend, |transaction| {
            let (open,): (i64,) = transaction
                .fetch_one(
                    "SELECT CAST(COUNT(*) AS BIGINT) FROM tasks WHERE kind = $1 AND ended_at IS NULL",
                    (SendPasswordReset::KIND.as_str(),),
                )
                .await?;
            if open.unsigned_abs() >= most_open {
                return Ok(false);
            }
            transaction
                .add_told_task(&self.vault, None, &told, None, now)
                .await?;
            Ok(true)
        })?;
        self.signals.raise_tasks();
        Ok(is_taken)
    }

    /// Whose password a link would change, as the address; `None` where the link does not work.
    pub async fn open_reset(&self, token: &TokenHash, now: Timestamp) -> Result<Option<String>, StoreError> {
        let found: Option<(String,)> = self
            .backend
            .fetch_optional(
                "SELECT u.email FROM links l JOIN users u ON u.user_id = l.user_id
                 WHERE l.token_hash = $1 AND l.purpose = $2 AND l.expires_at > $3
                     AND (l.organization_id IS NULL OR NOT EXISTS (
                         SELECT 1 FROM memberships m
                         WHERE m.user_id = l.user_id AND m.organization_id <> l.organization_id))",
                (token.as_slice(), PURPOSE.as_str(), now.timestamp_micros()),
            )
            .await?;
        Ok(found.map(|(email,)| email))
    }

    /// Uses a link up: its person has that password from now on, and every session and link of the person ends. `None`
    /// where the link does not work any more; of two who use it at once, one succeeds.
    pub async fn reset_password(
        &self,
        token: &TokenHash,
        password_hash: &str,
        now: Timestamp,
    ) -> Result<Option<UserId>, StoreError> {
        transact_if!(self.backend, |transaction| {
            let used: Option<(Option<i64>, String)> = transaction
                .fetch_optional(
                    "DELETE FROM links WHERE token_hash = $1 AND purpose = $2 AND expires_at > $3
                     RETURNING organization_id, user_id",
                    (token.as_slice(), PURPOSE.as_str(), now.timestamp_micros()),
                )
                .await?;
            let Some((organization, user)) = used else {
                return Ok(Done::Undone(None));
            };
            let elsewhere: Option<(i64,)> = transaction
                .fetch_optional(
                    "SELECT organization_id FROM memberships WHERE user_id = $1
                     AND organization_id <> $2 LIMIT 1",
                    (&user, organization),
                )
                .await?;
            // Joined another organization since an admin made the link: it is not that admin's any more.
            if elsewhere.is_some() {
                return Ok(Done::Undone(None));
            }
            transaction
                .execute(
                    "UPDATE users SET password_hash = $2 WHERE user_id = $1",
                    (&user, password_hash),
                )
                .await?;
            for statement in [
                "DELETE FROM sessions WHERE user_id = $1",
                "DELETE FROM links WHERE user_id = $1",
            ] {
                transaction.execute(statement, (&user,)).await?;
            }
            let user = UserId::try_from(user).map_err(decode_error)?;
            let email = transaction.email_of(&user).await?;
            // Whoever holds the link acts as the person from then on.
            let actor = Actor::person(&user, &email, self.actor.origin.clone());
            let note = Note::new(AuditAction::PasswordReset).about_person(&user, &email);
            transaction.audit_everywhere(&user, &actor, &note, now).await?;
            Ok(Done::Kept(Some(user)))
        })
    }
}
