//! Links that work once.

use crate::{Store, StoreError, TokenHash, backend::on_pool, row::decode_error};
use domain::{OrganizationId, Timestamp, UserId};

/// What a one-time link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkPurpose {
    /// Make the first account.
    SetUp,
    /// Sign in as a given person.
    SignIn,
    /// Choose another password.
    ResetPassword,
}

/// A link that was valid and is now used up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Whom and where it signs in, for `SignIn`.
    pub user: Option<(UserId, OrganizationId)>,
}

impl LinkPurpose {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::SetUp => "set_up",
            Self::SignIn => "sign_in",
            Self::ResetPassword => "reset_password",
        }
    }
}

impl Store {
    /// Remembers a link that works once, until it expires. A new set-up link voids the older ones.
    pub async fn create_link(
        &self,
        token: &TokenHash,
        purpose: LinkPurpose,
        user: Option<(&UserId, OrganizationId)>,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        on_pool!(self.backend, |pool| {
            if purpose == LinkPurpose::SetUp {
                sqlx::query("DELETE FROM links WHERE purpose = $1")
                    .bind(purpose.as_str())
                    .execute(pool)
                    .await?;
            }
            sqlx::query(
                "INSERT INTO links (token_hash, purpose, organization_id, user_id, expires_at)
                 VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(token.as_slice())
            .bind(purpose.as_str())
            .bind(user.map(|(_, organization)| organization.0))
            .bind(user.map(|(user, _)| user.to_string()))
            .bind(expires_at.timestamp_micros())
            .execute(pool)
            .await?;
        });
        Ok(())
    }

    /// Whether the link would work now; it is not used up.
    pub async fn link_is_valid(
        &self,
        token: &TokenHash,
        purpose: LinkPurpose,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let found: Option<(i64,)> = on_pool!(self.backend, |pool| {
            sqlx::query_as(
                "SELECT expires_at FROM links WHERE token_hash = $1 AND purpose = $2 AND expires_at > $3",
            )
            .bind(token.as_slice())
            .bind(purpose.as_str())
            .bind(now.timestamp_micros())
            .fetch_optional(pool)
            .await?
        });
        Ok(found.is_some())
    }

    /// Uses a link up: `None` where it is unknown, expired or used. Of two who try at once, one succeeds.
    pub async fn use_link(
        &self,
        token: &TokenHash,
        purpose: LinkPurpose,
        now: Timestamp,
    ) -> Result<Option<Link>, StoreError> {
        let used: Option<(Option<i64>, Option<String>)> = on_pool!(self.backend, |pool| {
            sqlx::query_as(
                "DELETE FROM links WHERE token_hash = $1 AND purpose = $2 AND expires_at > $3
                 RETURNING organization_id, user_id",
            )
            .bind(token.as_slice())
            .bind(purpose.as_str())
            .bind(now.timestamp_micros())
            .fetch_optional(pool)
            .await?
        });
        let Some((organization, user)) = used else {
            return Ok(None);
        };
        let user = match (user, organization) {
            (Some(user), Some(organization)) => Some((
                user.try_into().map_err(decode_error)?,
                OrganizationId(organization),
            )),
            _ => None,
        };
        Ok(Some(Link { user }))
    }
}
