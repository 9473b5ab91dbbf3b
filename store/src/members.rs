//! The people of an organization: who they are, what they may do, and how they are removed.

use crate::{
    Note, Store, StoreError,
    row::decode_error,
    transaction::{Done, WriteTransaction, transact_if},
};
use chrono::Utc;
use domain::{AuditAction, Member, OrganizationId, Role, Rule, UserId, member::check_change, time};

type MemberRow = (String, String, String, i64);

const SELECT: &str = "SELECT u.user_id, u.email, m.role, m.created_at FROM memberships m
                      JOIN users u ON u.user_id = m.user_id WHERE m.organization_id = $1";

/// What a membership becomes.
#[derive(Clone, Copy)]
pub(crate) enum Change {
    To(Role),
    Gone,
}

impl Change {
    /// The role that it leaves; `None` where the person is gone.
    fn role(self) -> Option<Role> {
        match self {
            Self::To(role) => Some(role),
            Self::Gone => None,
        }
    }
}

/// Who belongs to an organization, and as what.
pub(crate) struct Roles(Vec<(String, Role)>);

impl Roles {
    /// As what somebody belongs to it, or `NotFound`.
    pub(crate) fn of(&self, user: &UserId) -> Result<Role, StoreError> {
        let found = self.0.iter().find(|(id, _)| id == user.as_str());
        found.map(|(_, role)| *role).ok_or(StoreError::NotFound("member"))
    }

    /// How many own it.
    pub(crate) fn owners(&self) -> usize {
        self.0.iter().filter(|(_, role)| *role == Role::Owner).count()
    }
}

fn member((user_id, email, role, joined_at): MemberRow) -> Result<Member, StoreError> {
    Ok(Member {
        user_id: user_id.try_into().map_err(decode_error)?,
        email,
        role: stored_role(&role)?,
        joined_at: time::from_micros(joined_at),
    })
}

/// A role as it is stored.
pub(crate) fn stored_role(text: &str) -> Result<Role, sqlx::Error> {
    text.parse()
        .map_err(|error: &str| sqlx::Error::Decode(error.into()))
}

impl Store {
    /// Everybody in the organization, by address.
    pub async fn members(&self, organization: OrganizationId) -> Result<Vec<Member>, StoreError> {
        let sql = format!("{SELECT} ORDER BY u.email");
        let rows: Vec<MemberRow> = self.backend.fetch(sql, (organization.0,)).await?;
        rows.into_iter().map(member).collect()
    }

    /// Somebody in the organization, or `NotFound`.
    pub async fn member(&self, organization: OrganizationId, user: &UserId) -> Result<Member, StoreError> {
        let sql = format!("{SELECT} AND m.user_id = $2");
        let row: Option<MemberRow> = self
            .backend
            .fetch_optional(sql, (organization.0, user.as_str()))
            .await?;
        member(row.ok_or(StoreError::NotFound("member"))?)
    }

    /// Gives somebody another role, in the name of one who has the role `by`. It counts from the next request on.
    pub async fn change_role(
        &self,
        organization: OrganizationId,
        user: &UserId,
        role: Role,
        by: Role,
    ) -> Result<Result<Member, Rule>, StoreError> {
        let changed = self
            .change_member(organization, user, Change::To(role), by)
            .await?;
        match changed {
            Ok(()) => Ok(Ok(self.member(organization, user).await?)),
            Err(rule) => Ok(Err(rule)),
        }
    }

    /// Removes somebody, in the name of one who has the role `by`. The person's sessions in the organization end at once.
    pub async fn remove_member(
        &self,
        organization: OrganizationId,
        user: &UserId,
        by: Role,
    ) -> Result<Result<(), Rule>, StoreError> {
        self.change_member(organization, user, Change::Gone, by).await
    }

    async fn change_member(
        &self,
        organization: OrganizationId,
        user: &UserId,
        change: Change,
        by: Role,
    ) -> Result<Result<(), Rule>, StoreError> {
        transact_if!(self.backend, |transaction| {
            let roles = transaction.hold_roles(organization).await?;
            let before = roles.of(user)?;
            if let Err(rule) = check_change(before, change.role(), roles.owners(), by) {
                return Ok(Done::Undone(Err(rule)));
            }
            let email = transaction.email_of(user).await?;
            transaction.change_membership(organization, user, change).await?;
            let note = match change {
                Change::To(role) if role == before => None,
                Change::To(role) => Some(Note::new(AuditAction::MemberRoleChanged).changed(
                    "role",
                    before.as_str(),
                    role.as_str(),
                )),
                Change::Gone => Some(Note::new(AuditAction::MemberRemoved).with("role", before.as_str())),
            };
            if let Some(note) = note {
                let note = note.about_person(user, &email);
                transaction
                    .audit(organization, &self.actor, note, Utc::now())
                    .await?;
            }
            Ok(Done::Kept(Ok(())))
        })
    }
}

impl WriteTransaction {
    /// E-mail address of a person, or `NotFound`.
    pub(crate) async fn email_of(&mut self, user: &UserId) -> Result<String, StoreError> {
        let row: Option<(String,)> = self
            .fetch_optional("SELECT email FROM users WHERE user_id = $1", (user.as_str(),))
            .await?;
        row.map(|(email,)| email).ok_or(StoreError::NotFound("person"))
    }

    /// Who belongs to the organization, and as what, until the transaction ends. Changes to its people take turns: of two
    /// last owners who go at once, one stays.
    pub(crate) async fn hold_roles(&mut self, organization: OrganizationId) -> Result<Roles, StoreError> {
        self.hold_organization(organization).await?;
        let rows: Vec<(String, String)> = self
            .fetch(
                "SELECT user_id, role FROM memberships WHERE organization_id = $1",
                (organization.0,),
            )
            .await?;
        let roles = rows
            .into_iter()
            .map(|(user, role)| Ok((user, stored_role(&role)?)));
        Ok(Roles(roles.collect::<Result<_, sqlx::Error>>()?))
    }

    /// Changes a membership that was found to be one that may be changed so.
    pub(crate) async fn change_membership(
        &mut self,
        organization: OrganizationId,
        user: &UserId,
        change: Change,
    ) -> Result<(), StoreError> {
        match change {
            Change::To(role) => {
                self.execute(
                    "UPDATE memberships SET role = $3 WHERE organization_id = $1 AND user_id = $2",
                    (organization.0, user.as_str(), role.as_str()),
                )
                .await?;
            }
            Change::Gone => {
                self.execute(
                    "DELETE FROM memberships WHERE organization_id = $1 AND user_id = $2",
                    (organization.0, user.as_str()),
                )
                .await?;
            }
        }
        // Links were made for what the person was.
        self.execute(
            "DELETE FROM links WHERE user_id = $1 AND organization_id = $2",
            (user.as_str(), organization.0),
        )
        .await?;
        Ok(())
    }
}
