//! By whom else a person is known: an OpenID Connect provider, and its name for the person.

use crate::{Note, Store, StoreError, User, row::decode_error, transaction::transact};
use domain::{AuditAction, OrganizationId, Timestamp, UserId};

/// A person as a provider names one.
#[derive(Debug, Clone, Copy)]
pub struct Identity<'a> {
    /// Address of the provider.
    pub issuer: &'a str,
    /// The provider's name for the person, which never changes.
    pub subject: &'a str,
}

impl Store {
    /// Who that is, and the first organization that the person belongs to, if there is one.
    pub async fn known_by(
        &self,
        identity: Identity<'_>,
    ) -> Result<Option<(User, Option<OrganizationId>)>, StoreError> {
        let found: Option<(String, String, Option<i64>)> = self
            .backend
            .fetch_optional(
                "SELECT u.user_id, u.email, m.organization_id FROM identities i
                 JOIN users u ON u.user_id = i.user_id
                 LEFT JOIN memberships m ON m.user_id = u.user_id
                 WHERE i.issuer = $1 AND i.subject = $2 ORDER BY m.organization_id LIMIT 1",
                (identity.issuer, identity.subject),
            )
            .await?;
        let Some((id, email, organization)) = found else {
            return Ok(None);
        };
        let user = User {
            id: id.try_into().map_err(decode_error)?,
            email,
        };
        Ok(Some((user, organization.map(OrganizationId))))
    }

    /// Whether the person is known by a provider of single sign-on.
    pub async fn has_identity(&self, user: &UserId) -> Result<bool, StoreError> {
        let found: Option<(i64,)> = self
            .backend
            .fetch_optional(
                "SELECT CAST(1 AS BIGINT) FROM identities WHERE user_id = $1 LIMIT 1",
                (user.as_str(),),
            )
            .await?;
        Ok(found.is_some())
    }

    /// Knows a person by that identity from now on. One that is known already stays whose it is.
    pub async fn link_identity(
        &self,
        identity: Identity<'_>,
        user: &UserId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        transact!(self.backend, |transaction| {
            let linked = transaction
                .execute(
                    "INSERT INTO identities (issuer, subject, user_id, created_at) VALUES ($1, $2, $3, $4)
                     ON CONFLICT (issuer, subject) DO NOTHING",
                    (
                        identity.issuer,
                        identity.subject,
                        user.as_str(),
                        now.timestamp_micros(),
                    ),
                )
                .await?;
            if linked > 0 {
                let email = transaction.email_of(user).await?;
                let note = Note::new(AuditAction::IdentityLinked)
                    .about_person(user, &email)
                    .with("issuer", identity.issuer);
                transaction
                    .audit_everywhere(user, &self.actor, &note, now)
                    .await?;
            }
            Ok(())
        })
    }
}
