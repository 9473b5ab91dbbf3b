//! Sessions of people who signed in, and links that work once.

use crate::{
    Organization, Store, StoreError, User, backend::on_pool, retention::stored_retention, row::decode_error,
};
use domain::{OrganizationId, Role, Timestamp, UserId};

/// SHA-256 of an opaque token: what is stored, so that a copy of the database opens no session.
pub type TokenHash = [u8; 32];

/// A person who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Who.
    pub user: User,
    /// In which organization.
    pub organization: Organization,
    /// As what.
    pub role: Role,
}

/// What a one-time link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkPurpose {
    /// Make the first account.
    SetUp,
    /// Sign in as a given person.
    SignIn,
}

/// A link that was valid and is now used up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Whom and where it signs in, for `SignIn`.
    pub user: Option<(UserId, OrganizationId)>,
}

impl LinkPurpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::SetUp => "set_up",
            Self::SignIn => "sign_in",
        }
    }
}

impl Store {
    /// Remembers that a person signed in, and forgets sessions that have expired.
    pub async fn create_session(
        &self,
        token: &TokenHash,
        user: &UserId,
        organization: OrganizationId,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        on_pool!(self.backend, |pool| {
            sqlx::query("DELETE FROM sessions WHERE expires_at <= $1")
                .bind(now.timestamp_micros())
                .execute(pool)
                .await?;
            sqlx::query(
                "INSERT INTO sessions (token_hash, organization_id, user_id, created_at, expires_at)
                 VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(token.as_slice())
            .bind(organization.0)
            .bind(user.as_str())
            .bind(now.timestamp_micros())
            .bind(expires_at.timestamp_micros())
            .execute(pool)
            .await?;
        });
        Ok(())
    }

    /// Who holds the token, unless it has expired or been revoked.
    pub async fn session(&self, token: &TokenHash, now: Timestamp) -> Result<Option<Session>, StoreError> {
        type SessionRow = (String, String, String, i64, String, String, String, Option<i64>);
        let found: Option<SessionRow> = on_pool!(self.backend, |pool| {
            sqlx::query_as(
                "SELECT u.user_id, u.email, m.role, o.organization_id, o.name, o.time_zone, o.retention_plan,
                     o.retention_days FROM sessions s
                 JOIN memberships m ON m.organization_id = s.organization_id AND m.user_id = s.user_id
                 JOIN users u ON u.user_id = s.user_id
                 JOIN organizations o ON o.organization_id = s.organization_id
                 WHERE s.token_hash = $1 AND s.expires_at > $2",
            )
            .bind(token.as_slice())
            .bind(now.timestamp_micros())
            .fetch_optional(pool)
            .await?
        });
        let Some((user_id, email, role, organization_id, name, time_zone, plan, days)) = found else {
            return Ok(None);
        };
        Ok(Some(Session {
            user: User {
                id: user_id.try_into().map_err(decode_error)?,
                email,
            },
            organization: Organization {
                id: OrganizationId(organization_id),
                name,
                time_zone,
                retention: stored_retention(&plan, days)?,
            },
            role: role
                .parse()
                .map_err(|error: &str| sqlx::Error::Decode(error.into()))?,
        }))
    }

    /// Ends a session.
    pub async fn delete_session(&self, token: &TokenHash) -> Result<(), StoreError> {
        on_pool!(self.backend, |pool| sqlx::query(
            "DELETE FROM sessions WHERE token_hash = $1"
        )
        .bind(token.as_slice())
        .execute(pool)
        .await
        .map(|_| ()))?;
        Ok(())
    }

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
