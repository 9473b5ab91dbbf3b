//! Sessions of people who signed in.

use crate::{
    Note, Organization, Store, StoreError, User, accounts::organization, members::stored_role,
    row::decode_error, transaction::transact,
};
use chrono::Utc;
use domain::{
    Actor, AuditAction, OpenSession, OrganizationId, Role, SessionId, SessionOrigin, Timestamp, UserId, time,
};

/// SHA-256 of an opaque token: what is stored, so that a copy of the database opens no session.
pub type TokenHash = [u8; 32];

/// A person who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Which session; says nothing of its token.
    pub id: SessionId,
    /// Who.
    pub user: User,
    /// In which organization.
    pub organization: Organization,
    /// As what.
    pub role: Role,
}

/// The name of a session: half of its token's hash, which opens nothing.
fn session_id(token: &[u8]) -> Result<SessionId, StoreError> {
    let half = token.iter().take(token.len() / 2);
    let id: String = half.map(|byte| format!("{byte:02x}")).collect();
    Ok(id.parse().map_err(decode_error)?)
}

/// Something that was done to a session, as the audit log tells it.
pub(crate) fn about(action: AuditAction, token: &[u8]) -> Result<Note, StoreError> {
    Ok(Note::new(action).about("session", session_id(token)?.as_str(), None))
}

impl Store {
    /// Remembers that a person signed in, and from where, and forgets sessions that have expired. The audit log is told
    /// in the name of that person.
    pub async fn create_session(
        &self,
        token: &TokenHash,
        user: &UserId,
        organization: OrganizationId,
        origin: &SessionOrigin,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        transact!(self.backend, |transaction| {
            let email = transaction.email_of(user).await?;
            transaction
                .execute(
                    "DELETE FROM sessions WHERE expires_at <= $1",
                    (now.timestamp_micros(),),
                )
                .await?;
            transaction
                .execute(
                    "INSERT INTO sessions
                         (token_hash, organization_id, user_id, created_at, expires_at, ip_address,
                         user_agent)
                     VALUES ($1, $2, $3, $4, $5, $6, $7)",
                    (
                        token.as_slice(),
                        organization.0,
                        user.as_str(),
                        now.timestamp_micros(),
                        expires_at.timestamp_micros(),
                        origin.ip_address.as_deref(),
                        origin.user_agent.as_deref(),
                    ),
                )
                .await?;
            let actor = Actor::person(user, &email, origin.clone());
            let note = about(AuditAction::SessionSignedIn, token)?;
            transaction.audit(organization, &actor, note, now).await?;
            Ok(())
        })
    }

    /// Who holds the token, unless it has expired or been revoked.
    pub async fn session(&self, token: &TokenHash, now: Timestamp) -> Result<Option<Session>, StoreError> {
        type SessionRow = (String, String, String, i64, String, String, String, Option<i64>);
        let found: Option<SessionRow> = self
            .backend
            .fetch_optional(
                "SELECT u.user_id, u.email, m.role, o.organization_id, o.name, o.time_zone, o.retention_plan,
                     o.retention_days FROM sessions s
                 JOIN memberships m ON m.organization_id = s.organization_id AND m.user_id = s.user_id
                 JOIN users u ON u.user_id = s.user_id
                 JOIN organizations o ON o.organization_id = s.organization_id
                 WHERE s.token_hash = $1 AND s.expires_at > $2 AND o.deleting_at IS NULL",
                (token.as_slice(), now.timestamp_micros()),
            )
            .await?;
        let Some((user_id, email, role, organization_id, name, time_zone, plan, days)) = found else {
            return Ok(None);
        };
        Ok(Some(Session {
            id: session_id(token)?,
            user: User {
                id: user_id.try_into().map_err(decode_error)?,
                email,
            },
            organization: organization((organization_id, name, time_zone, plan, days))?,
            role: stored_role(&role)?,
        }))
    }

    /// Ends a session.
    pub async fn delete_session(&self, token: &TokenHash) -> Result<(), StoreError> {
        transact!(self.backend, |transaction| {
            let ended: Option<(i64,)> = transaction
                .fetch_optional(
                    "DELETE FROM sessions WHERE token_hash = $1 RETURNING organization_id",
                    (token.as_slice(),),
                )
                .await?;
            if let Some((organization,)) = ended {
                let note = about(AuditAction::SessionEnded, token)?;
                transaction
                    .audit(OrganizationId(organization), &self.actor, note, Utc::now())
                    .await?;
            }
            Ok(())
        })
    }

    /// Every session of a person that has not ended, in whatever organization, newest first.
    pub async fn sessions_of(&self, user: &UserId, now: Timestamp) -> Result<Vec<OpenSession>, StoreError> {
        type Row = (Vec<u8>, i64, i64, Option<String>, Option<String>);
        let rows: Vec<Row> = self
            .backend
            .fetch(
                "SELECT token_hash, created_at, expires_at, ip_address, user_agent FROM sessions
                 WHERE user_id = $1 AND expires_at > $2 ORDER BY created_at DESC, token_hash",
                (user.as_str(), now.timestamp_micros()),
            )
            .await?;
        let open = |(token, began_at, expires_at, ip_address, user_agent): Row| {
            Ok(OpenSession {
                session_id: session_id(&token)?,
                began_at: time::from_micros(began_at),
                expires_at: time::from_micros(expires_at),
                origin: SessionOrigin {
                    ip_address,
                    user_agent,
                },
            })
        };
        rows.into_iter().map(open).collect()
    }

    /// Ends a session of that person. `NotFound` where it has ended already, or is another's.
    pub async fn end_session(&self, user: &UserId, session: &SessionId) -> Result<(), StoreError> {
        let tokens = self.tokens_of(user).await?;
        let token = tokens
            .into_iter()
            .find(|token| session_id(token).is_ok_and(|id| id == *session));
        let token = token.ok_or(StoreError::NotFound("session"))?;
        transact!(self.backend, |transaction| {
            let ended: Option<(i64,)> = transaction
                .fetch_optional(
                    "DELETE FROM sessions WHERE token_hash = $1 AND user_id = $2 RETURNING organization_id",
                    (&token, user.as_str()),
                )
                .await?;
            let (organization,) = ended.ok_or(StoreError::NotFound("session"))?;
            let note = about(AuditAction::SessionEnded, &token)?;
            transaction
                .audit(OrganizationId(organization), &self.actor, note, Utc::now())
                .await?;
            Ok(())
        })
    }

    async fn tokens_of(&self, user: &UserId) -> Result<Vec<Vec<u8>>, StoreError> {
        let tokens: Vec<(Vec<u8>,)> = self
            .backend
            .fetch(
                "SELECT token_hash FROM sessions WHERE user_id = $1",
                (user.as_str(),),
            )
            .await?;
        Ok(tokens.into_iter().map(|(token,)| token).collect())
    }

    /// Goes on in another organization of the person; false where the person does not belong to it.
    pub async fn switch_session(
        &self,
        token: &TokenHash,
        organization: OrganizationId,
    ) -> Result<bool, StoreError> {
        transact!(self.backend, |transaction| {
            let switched: Option<(String,)> = transaction
                .fetch_optional(
                    "UPDATE sessions SET organization_id = $2 WHERE token_hash = $1 AND EXISTS (
                         SELECT 1 FROM memberships m WHERE m.organization_id = $2
                             AND m.user_id = sessions.user_id)
                     RETURNING user_id",
                    (token.as_slice(), organization.0),
                )
                .await?;
            if switched.is_some() {
                let note = about(AuditAction::SessionSwitched, token)?;
                transaction
                    .audit(organization, &self.actor, note, Utc::now())
                    .await?;
            }
            Ok(switched.is_some())
        })
    }

    /// Gives a person another password. Every session but `keep` ends, and so does every link that signs in.
    pub async fn change_password(
        &self,
        user: &UserId,
        password_hash: &str,
        keep: &TokenHash,
    ) -> Result<(), StoreError> {
        transact!(self.backend, |transaction| {
            let email = transaction.email_of(user).await?;
            transaction
                .execute(
                    "UPDATE users SET password_hash = $2 WHERE user_id = $1",
                    (user.as_str(), password_hash),
                )
                .await?;
            transaction
                .execute(
                    "DELETE FROM sessions WHERE user_id = $1 AND token_hash <> $2",
                    (user.as_str(), keep.as_slice()),
                )
                .await?;
            transaction
                .execute("DELETE FROM links WHERE user_id = $1", (user.as_str(),))
                .await?;
            let note = Note::new(AuditAction::PasswordChanged).about_person(user, &email);
            transaction
                .audit_everywhere(user, &self.actor, &note, Utc::now())
                .await?;
            Ok(())
        })
    }

    /// Ends every session of a person but `keep`; answers how many those were.
    pub async fn end_other_sessions(&self, user: &UserId, keep: &TokenHash) -> Result<u64, StoreError> {
        transact!(self.backend, |transaction| {
            let ended: Vec<(Vec<u8>, i64)> = transaction
                .fetch(
                    "DELETE FROM sessions WHERE user_id = $1 AND token_hash <> $2
                     RETURNING token_hash, organization_id",
                    (user.as_str(), keep.as_slice()),
                )
                .await?;
            for (token, organization) in &ended {
                let note = about(AuditAction::SessionEnded, token)?;
                transaction
                    .audit(OrganizationId(*organization), &self.actor, note, Utc::now())
                    .await?;
            }
            Ok(ended.len() as u64)
        })
    }
}
