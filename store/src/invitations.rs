//! Invitations to an organization. One has several links: the one that the inviter was shown, and one a letter, each made
//! when it is sent. They are stored hashed, and end together when one is used, or the invitation is withdrawn, replaced or
//! expires.

use crate::{
    Note, Organization, Store, StoreError, TokenHash, User,
    accounts::organization,
    ids,
    members::stored_role,
    row::decode_error,
    tasks::{SendInvitation, TaskPayload},
    transaction::{Done, WriteTransaction, transact, transact_if},
};
use chrono::{TimeDelta, Utc};
use domain::{
    Actor, AuditAction, FieldError, Invitation, InvitationId, OrganizationId, Role, Timestamp, UserId,
    access::parse_email, time,
};

/// An invitation that is to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewInvitation<'a> {
    /// Whom.
    pub email: &'a str,
    /// As what.
    pub role: Role,
    /// Until when the link works.
    pub expires_at: Timestamp,
    /// Whether a letter with a link of its own goes to the address, too.
    pub by_email: bool,
}

/// An invitation whose link works, and what is needed to check the password of somebody who has an account already.
/// `Debug` is not derived: the hash stays out of logs.
pub struct OpenInvitation {
    /// Where to.
    pub organization: Organization,
    /// Whom.
    pub email: String,
    /// PHC string of the person's argon2id hash, where there is an account of that address.
    pub password_hash: Option<String>,
}

type InvitationRow = (String, String, String, i64, i64);

fn invitation(row: InvitationRow) -> Result<Invitation, StoreError> {
    let (id, email, role, created_at, expires_at) = row;
    Ok(Invitation {
        invitation_id: id.try_into().map_err(decode_error)?,
        email,
        role: stored_role(&role)?,
        created_at: time::from_micros(created_at),
        expires_at: time::from_micros(expires_at),
    })
}

impl Store {
    /// Invites somebody. An earlier invitation of the same address is void from then on.
    pub async fn invite(
        &self,
        organization: OrganizationId,
        token: &TokenHash,
        new: NewInvitation<'_>,
        now: Timestamp,
    ) -> Result<Invitation, StoreError> {
        let invitation = Invitation {
            invitation_id: ids::invitation_id(now),
            email: parse_email(new.email)?,
            role: new.role,
            created_at: time::truncate(now),
            expires_at: time::truncate(new.expires_at),
        };
        if new.by_email {
            self.prepare_to_seal(Some(organization)).await?;
        }
        let members = self.members(organization).await?;
        if members.iter().any(|member| member.email == invitation.email) {
            return Err(FieldError::new("email", "is the address of a member already").into());
        }
        transact!(self.backend, |transaction| {
            transaction
                .execute(
                    "DELETE FROM invitations WHERE organization_id = $1
                     AND (email = $2 OR expires_at <= $3)",
                    (organization.0, &invitation.email, now.timestamp_micros()),
                )
                .await?;
            transaction
                .execute(
                    "INSERT INTO invitations
                         (organization_id, invitation_id, email, role, created_at, expires_at)
                     VALUES ($1, $2, $3, $4, $5, $6)",
                    (
                        organization.0,
                        invitation.invitation_id.as_str(),
                        &invitation.email,
                        invitation.role.as_str(),
                        now.timestamp_micros(),
                        invitation.expires_at.timestamp_micros(),
                    ),
                )
                .await?;
            transaction
                .insert_invitation_link(organization, &invitation.invitation_id, token)
                .await?;
            if new.by_email {
                let told = SendInvitation {
                    invitation_id: invitation.invitation_id.clone(),
                };
                transaction
                    .add_told_task(&self.vault, Some(organization), &told, None, now)
                    .await?;
            }
            let note = about(
                AuditAction::MemberInvited,
                &invitation.invitation_id,
                &invitation.email,
            )
            .with("role", invitation.role.as_str());
            transaction.audit(organization, &self.actor, note, now).await?;
            Ok(())
        })?;
        self.signals.raise_tasks();
        Ok(invitation)
    }

    /// How long to wait until one more invitation may be sent by e-mail, where so many letters of the organization were
    /// asked for within the last hour.
    ///
    /// # Errors
    /// When the database cannot say.
    pub async fn wait_to_invite(
        &self,
        organization: OrganizationId,
        most_letters: u32,
        now: Timestamp,
    ) -> Result<Option<TimeDelta>, StoreError> {
        let hour = TimeDelta::hours(1);
        let oldest: Option<(i64,)> = self
            .backend
            .fetch_optional(
                "SELECT created_at FROM tasks WHERE organization_id = $1 AND kind = $2 AND created_at > $3
                 ORDER BY task_key DESC LIMIT 1 OFFSET $4",
                (
                    organization.0,
                    SendInvitation::KIND.as_str(),
                    (now - hour).timestamp_micros(),
                    i64::from(most_letters) - 1,
                ),
            )
            .await?;
        Ok(oldest.map(|(asked_at,)| time::from_micros(asked_at) + hour - now))
    }

    /// Gives an invitation one more link, for a letter, and has all of its links work until `expires_at`. Answers the
    /// invitation and the organization's name; `None` where it was accepted, withdrawn or replaced meanwhile, or has
    /// expired.
    pub async fn add_invitation_link(
        &self,
        organization: OrganizationId,
        id: &InvitationId,
        token: &TokenHash,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<Option<(Invitation, String)>, StoreError> {
        transact!(self.backend, |transaction| {
            let row: Option<InvitationRow> = transaction
                .fetch_optional(
                    "UPDATE invitations SET expires_at = $4
                     WHERE organization_id = $1 AND invitation_id = $2 AND expires_at > $3
                     RETURNING invitation_id, email, role, created_at, expires_at",
                    (
                        organization.0,
                        id.as_str(),
                        now.timestamp_micros(),
                        expires_at.timestamp_micros(),
                    ),
                )
                .await?;
            let Some(row) = row else {
                return Ok(None);
            };
            transaction
                .insert_invitation_link(organization, id, token)
                .await?;
            let name = transaction.hold_organization(organization).await?.name;
            Ok(Some((invitation(row)?, name)))
        })
    }

    /// Invitations whose links work, newest first.
    pub async fn invitations(
        &self,
        organization: OrganizationId,
        now: Timestamp,
    ) -> Result<Vec<Invitation>, StoreError> {
        let rows: Vec<InvitationRow> = self
            .backend
            .fetch(
                "SELECT invitation_id, email, role, created_at, expires_at FROM invitations
                 WHERE organization_id = $1 AND expires_at > $2 ORDER BY invitation_id DESC",
                (organization.0, now.timestamp_micros()),
            )
            .await?;
        rows.into_iter().map(invitation).collect()
    }

    /// Makes an invitation's link void. `NotFound` where there is no such invitation.
    pub async fn withdraw_invitation(
        &self,
        organization: OrganizationId,
        invitation: &InvitationId,
    ) -> Result<(), StoreError> {
        transact!(self.backend, |transaction| {
            let gone: Option<(String,)> = transaction
            .fetch_optional(
                "DELETE FROM invitations WHERE organization_id = $1 AND invitation_id = $2 RETURNING email",
                (organization.0, invitation.as_str()),
            )
            .await?;
            let (email,) = gone.ok_or(StoreError::NotFound("invitation"))?;
            let note = about(AuditAction::InvitationWithdrawn, invitation, &email);
            transaction
                .audit(organization, &self.actor, note, Utc::now())
                .await?;
            Ok(())
        })
    }

    /// The invitation of a link; `None` where it is unknown, used, withdrawn or expired.
    pub async fn open_invitation(
        &self,
        token: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<OpenInvitation>, StoreError> {
        type Found = (i64, String, String, String, Option<i64>, String, Option<String>);
        let found: Option<Found> = self
            .backend
            .fetch_optional(
                "SELECT o.organization_id, o.name, o.time_zone, o.retention_plan, o.retention_days, i.email,
                        u.password_hash
                 FROM invitation_links l
                 JOIN invitations i ON i.organization_id = l.organization_id AND i.invitation_id = l.invitation_id
                 JOIN organizations o ON o.organization_id = i.organization_id
                 LEFT JOIN users u ON u.email = i.email
                 WHERE l.token_hash = $1 AND i.expires_at > $2 AND o.deleting_at IS NULL",
                (token.as_slice(), now.timestamp_micros()),
            )
            .await?;
        let Some((id, name, time_zone, plan, days, email, password_hash)) = found else {
            return Ok(None);
        };
        Ok(Some(OpenInvitation {
            organization: organization((id, name, time_zone, plan, days))?,
            email,
            password_hash,
        }))
    }

    /// Uses an invitation up: its person joins, with a new account and that password hash where there is none yet.
    /// `None` where the link does not work any more; of two who use it at once, one joins.
    pub async fn accept_invitation(
        &self,
        token: &TokenHash,
        password_hash: Option<&str>,
        now: Timestamp,
    ) -> Result<Option<(User, OrganizationId)>, StoreError> {
        let fresh = ids::user_id(now);
        transact_if!(self.backend, |transaction| {
            let used: Option<(i64, String, String)> = transaction
                .fetch_optional(
                    "DELETE FROM invitations WHERE expires_at > $2
                         AND (organization_id, invitation_id) IN (
                             SELECT organization_id, invitation_id FROM invitation_links WHERE token_hash = $1)
                         AND organization_id IN (SELECT organization_id FROM organizations
                         WHERE deleting_at IS NULL)
                     RETURNING organization_id, email, role",
                    (token.as_slice(), now.timestamp_micros()),
                )
                .await?;
            let Some((organization, email, role)) = used else {
                return Ok(Done::Undone(None));
            };
            if let Some(password_hash) = password_hash {
                transaction
                    .execute(
                        "INSERT INTO users (user_id, email, password_hash, created_at)
                         VALUES ($1, $2, $3, $4)
                         ON CONFLICT (email) DO NOTHING",
                        (fresh.as_str(), &email, password_hash, now.timestamp_micros()),
                    )
                    .await?;
            }
            let user: Option<(String,)> = transaction
                .fetch_optional("SELECT user_id FROM users WHERE email = $1", (&email,))
                .await?;
            // Nobody joins an account by a password that was meant for a new one.
            let user = user.filter(|(id,)| password_hash.is_none() || id == fresh.as_str());
            let Some((user,)) = user else {
                return Ok(Done::Undone(None));
            };
            transaction
                .execute(
                    "INSERT INTO memberships (organization_id, user_id, role, created_at)
                     VALUES ($1, $2, $3, $4)
                     ON CONFLICT (organization_id, user_id) DO NOTHING",
                    (organization, &user, &role, now.timestamp_micros()),
                )
                .await?;
            let (organization, id) = (
                OrganizationId(organization),
                UserId::try_from(user).map_err(decode_error)?,
            );
            let actor = Actor::person(&id, &email, self.actor.origin.clone());
            let note = Note::new(AuditAction::MemberJoined)
                .about_person(&id, &email)
                .with("role", role);
            transaction.audit(organization, &actor, note, now).await?;
            Ok(Done::Kept(Some((User { id, email }, organization))))
        })
    }
}

impl WriteTransaction {
    async fn insert_invitation_link(
        &mut self,
        organization: OrganizationId,
        invitation: &InvitationId,
        token: &TokenHash,
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO invitation_links (token_hash, organization_id, invitation_id) VALUES ($1, $2, $3)",
            (token.as_slice(), organization.0, invitation.as_str()),
        )
        .await?;
        Ok(())
    }
}

/// Something that was done to an invitation, as the audit log tells it.
fn about(action: AuditAction, invitation: &InvitationId, email: &str) -> Note {
    Note::new(action).about("invitation", invitation.as_str(), Some(email))
}
