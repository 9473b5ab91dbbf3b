//! Links that work once.

use crate::{Store, StoreError, TokenHash, row::decode_error};
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
        if purpose == LinkPurpose::SetUp {
            self.backend
                .execute("DELETE FROM links WHERE purpose = $1", (purpose.as_str(),))
                .await?;
        }
        self.backend
            .execute(
                "INSERT INTO links (token_hash, purpose, organization_id, user_id, expires_at)
                 VALUES ($1, $2, $3, $4, $5)",
                (
                    token.as_slice(),
                    purpose.as_str(),
                    user.map(|(_, organization)| organization.0),
                    user.map(|(user, _)| user.to_string()),
                    expires_at.timestamp_micros(),
                ),
            )
            .await?;
        Ok(())
    }

    /// Whether the link would work now; it is not used up.
    pub async fn link_is_valid(
        &self,
        token: &TokenHash,
        purpose: LinkPurpose,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let found: Option<(i64,)> = self
            .backend
            .fetch_optional(
                "SELECT expires_at FROM links WHERE token_hash = $1 AND purpose = $2 AND expires_at > $3",
                (token.as_slice(), purpose.as_str(), now.timestamp_micros()),
            )
            .await?;
        Ok(found.is_some())
    }

    /// Uses a link up: `None` where it is unknown, expired or used. Of two who try at once, one succeeds.
    pub async fn use_link(
        &self,
        token: &TokenHash,
        purpose: LinkPurpose,
        now: Timestamp,
    ) -> Result<Option<Link>, StoreError> {
        let used: Option<(Option<i64>, Option<String>)> = self
            .backend
            .fetch_optional(
                "DELETE FROM links WHERE token_hash = $1 AND purpose = $2 AND expires_at > $3
                 RETURNING organization_id, user_id",
                (token.as_slice(), purpose.as_str(), now.timestamp_micros()),
            )
            .await?;
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
