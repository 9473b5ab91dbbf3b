//! Organizations and the people in them.

use crate::{
    Note, Store, StoreError,
    error::taken,
    ids,
    retention::stored_retention,
    row::decode_error,
    transaction::{WriteTransaction, transact},
};
use chrono::{TimeDelta, Utc};
use domain::{
    Actor, AuditAction, OrganizationId, Retention, Role, Timestamp, UserId,
    access::parse_email,
    zones::{self, Tz},
};

/// A tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Its key.
    pub id: OrganizationId,
    /// What people call it; unique.
    pub name: String,
    /// IANA name of the zone in which its days are read.
    pub time_zone: String,
    /// How long its executions are kept.
    pub retention: Retention,
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Begins with `user_`.
    pub id: UserId,
    /// Where to reach the person; unique, in lower case.
    pub email: String,
}

/// What is needed to check a password. `Debug` is not derived: the hash stays out of logs.
pub struct Credentials {
    /// Who.
    pub user: User,
    /// PHC string of an argon2id hash.
    pub password_hash: String,
    /// The organization that the person belongs to.
    pub organization: OrganizationId,
}

impl Organization {
    /// The zone in which its days are read; UTC where this program does not know it.
    pub fn zone(&self) -> Tz {
        zones::parse(&self.time_zone).unwrap_or(Tz::UTC)
    }
}

/// Key, name, time zone, plan and days of retention.
pub(crate) type OrganizationRow = (i64, String, String, String, Option<i64>);

/// An organization as it is stored.
pub(crate) fn organization(
    (id, name, time_zone, plan, days): OrganizationRow,
) -> Result<Organization, StoreError> {
    Ok(Organization {
        id: OrganizationId(id),
        name,
        time_zone,
        retention: stored_retention(&plan, days)?,
    })
}

impl Store {
    /// Whether nobody can sign in yet.
    pub async fn has_no_users(&self) -> Result<bool, StoreError> {
        let found: Option<(i64,)> = self
            .backend
            .fetch_optional("SELECT CAST(1 AS BIGINT) FROM users LIMIT 1", ())
            .await?;
        Ok(found.is_none())
    }

    /// The organization of that name, made where there is none. Its days are read in UTC until that is changed.
    pub async fn ensure_organization(&self, name: &str, now: Timestamp) -> Result<Organization, StoreError> {
        let name = domain::agent::parse_name("organization", name)?;
        transact!(self.backend, |transaction| {
            transaction.ensure_organization(&name, &self.actor, now).await
        })?;
        self.with_keys(&name).await
    }

    /// Adds a person to the organization of that name, which is made where there is none: both, or neither. `Taken` where
    /// somebody has that address.
    pub async fn add_user_to(
        &self,
        organization: &str,
        email: &str,
        role: Role,
        password_hash: &str,
        now: Timestamp,
    ) -> Result<(User, Organization), StoreError> {
        let name = domain::agent::parse_name("organization", organization)?;
        let user = User {
            id: ids::user_id(now),
            email: parse_email(email)?,
        };
        transact!(self.backend, |transaction| {
            let organization = transaction.ensure_organization(&name, &self.actor, now).await?;
            // So the log tells it after the organization's.
            let later = now + TimeDelta::microseconds(1);
            transaction
                .insert_user(organization, &user, role, password_hash, &self.actor, later)
                .await
        })?;
        Ok((user, self.with_keys(&name).await?))
    }

    /// An organization that is there, with keys to encrypt with.
    async fn with_keys(&self, name: &str) -> Result<Organization, StoreError> {
        let organization = self.organization_named(name).await?;
        self.vault.encrypting_keys(organization.id).await?;
        Ok(organization)
    }

    /// The organization of that name, or `NotFound`.
    pub async fn organization_named(&self, name: &str) -> Result<Organization, StoreError> {
        // What is no name of an organization is not asked for: PostgreSQL cannot be asked for every text.
        let name = domain::agent::parse_name("organization", name)
            .map_err(|_| StoreError::NotFound("organization"))?;
        let found: Option<OrganizationRow> = self
            .backend
            .fetch_optional(
                "SELECT organization_id, name, time_zone, retention_plan, retention_days FROM organizations
                 WHERE name = $1 AND deleting_at IS NULL",
                (&name,),
            )
            .await?;
        organization(found.ok_or(StoreError::NotFound("organization"))?)
    }

    /// The organization of that key, or `NotFound`.
    pub async fn organization(&self, id: OrganizationId) -> Result<Organization, StoreError> {
        let found: Option<OrganizationRow> = self
            .backend
            .fetch_optional(
                "SELECT organization_id, name, time_zone, retention_plan, retention_days FROM organizations
                 WHERE organization_id = $1 AND deleting_at IS NULL",
                (id.0,),
            )
            .await?;
        organization(found.ok_or(StoreError::NotFound("organization"))?)
    }

    /// Reads the organization's days in another zone from now on.
    pub async fn set_time_zone(&self, organization: OrganizationId, zone: Tz) -> Result<(), StoreError> {
        transact!(self.backend, |transaction| {
            let before = transaction.hold_organization(organization).await?.time_zone;
            if before == zone.name() {
                return Ok(());
            }
            transaction
                .execute(
                    "UPDATE organizations SET time_zone = $2 WHERE organization_id = $1",
                    (organization.0, zone.name()),
                )
                .await?;
            let note = Note::new(AuditAction::SettingsChanged).changed("timeZone", before, zone.name());
            transaction
                .audit(organization, &self.actor, note, Utc::now())
                .await?;
            Ok(())
        })
    }

    /// Adds a person to an organization. `Taken` where somebody has that address.
    pub async fn add_user(
        &self,
        organization: OrganizationId,
        email: &str,
        role: Role,
        password_hash: &str,
        now: Timestamp,
    ) -> Result<User, StoreError> {
        let user = User {
            id: ids::user_id(now),
            email: parse_email(email)?,
        };
        transact!(self.backend, |transaction| {
            transaction
                .insert_user(organization, &user, role, password_hash, &self.actor, now)
                .await
        })?;
        Ok(user)
    }

    /// What is needed to check the password of whoever has that address.
    pub async fn credentials(&self, email: &str) -> Result<Option<Credentials>, StoreError> {
        let Ok(email) = parse_email(email) else {
            return Ok(None);
        };
        let found: Option<(String, String, i64)> = self
            .backend
            .fetch_optional(
                "SELECT u.user_id, u.password_hash, m.organization_id FROM users u
                 JOIN memberships m ON m.user_id = u.user_id
                 WHERE u.email = $1 ORDER BY m.organization_id LIMIT 1",
                (&email,),
            )
            .await?;
        let Some((id, password_hash, organization)) = found else {
            return Ok(None);
        };
        let user = User {
            id: id.try_into().map_err(decode_error)?,
            email,
        };
        Ok(Some(Credentials {
            user,
            password_hash,
            organization: OrganizationId(organization),
        }))
    }

    /// Every organization to which a person belongs, by name.
    pub async fn organizations_of(&self, user: &UserId) -> Result<Vec<Organization>, StoreError> {
        let rows: Vec<OrganizationRow> = self
            .backend
            .fetch(
                "SELECT o.organization_id, o.name, o.time_zone, o.retention_plan, o.retention_days
                 FROM memberships m
                 JOIN organizations o ON o.organization_id = m.organization_id
                 WHERE m.user_id = $1 AND o.deleting_at IS NULL ORDER BY o.name",
                (user.as_str(),),
            )
            .await?;
        rows.into_iter().map(organization).collect()
    }

    /// E-mail address of the organization's member of that identifier, if there is one.
    pub async fn email_of_member(
        &self,
        organization: OrganizationId,
        user_id: &str,
    ) -> Result<Option<String>, StoreError> {
        let found: Option<(String,)> = self
            .backend
            .fetch_optional(
                "SELECT u.email FROM memberships m JOIN users u ON u.user_id = m.user_id
                 WHERE m.organization_id = $1 AND m.user_id = $2",
                (organization.0, user_id),
            )
            .await?;
        Ok(found.map(|(email,)| email))
    }
}

impl WriteTransaction {
    /// The organization of that name, made where there is none.
    async fn ensure_organization(
        &mut self,
        name: &str,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<OrganizationId, StoreError> {
        let made: Option<(i64,)> = self
            .fetch_optional(
                "INSERT INTO organizations (name, time_zone, created_at) VALUES ($1, 'UTC', $2)
                 ON CONFLICT (name) DO NOTHING RETURNING organization_id",
                (name, now.timestamp_micros()),
            )
            .await?;
        if let Some((id,)) = made {
            let note = Note::new(AuditAction::OrganizationCreated).with("name", name);
            self.audit(OrganizationId(id), actor, note, now).await?;
            return Ok(OrganizationId(id));
        }
        let found: Option<(i64,)> = self
            .fetch_optional(
                "SELECT organization_id FROM organizations WHERE name = $1 AND deleting_at IS NULL",
                (name,),
            )
            .await?;
        let (id,) = found.ok_or(StoreError::NotFound("organization"))?;
        Ok(OrganizationId(id))
    }

    /// Adds a person to an organization. `Taken` where somebody has that address.
    async fn insert_user(
        &mut self,
        organization: OrganizationId,
        user: &User,
        role: Role,
        password_hash: &str,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.hold_organization(organization).await?;
        self.execute(
            "INSERT INTO users (user_id, email, password_hash, created_at) VALUES ($1, $2, $3, $4)",
            (
                user.id.as_str(),
                &user.email,
                password_hash,
                now.timestamp_micros(),
            ),
        )
        .await
        .map_err(|error| taken(error, "this e-mail address"))?;
        self.execute(
            "INSERT INTO memberships (organization_id, user_id, role, created_at) VALUES ($1, $2, $3, $4)",
            (
                organization.0,
                user.id.as_str(),
                role.as_str(),
                now.timestamp_micros(),
            ),
        )
        .await?;
        let note = Note::new(AuditAction::MemberAdded)
            .about_person(&user.id, &user.email)
            .with("role", role.as_str());
        self.audit(organization, actor, note, now).await
    }

    /// The organization as it is until the transaction ends, or `NotFound`, also where it is being deleted. Changes to it
    /// take turns.
    pub(crate) async fn hold_organization(&mut self, id: OrganizationId) -> Result<Organization, StoreError> {
        let lock = self.lock("FOR NO KEY UPDATE");
        let sql = format!(
            "SELECT organization_id, name, time_zone, retention_plan, retention_days FROM organizations
             WHERE organization_id = $1 AND deleting_at IS NULL {lock}"
        );
        let row: Option<OrganizationRow> = self.fetch_optional(sql, (id.0,)).await?;
        organization(row.ok_or(StoreError::NotFound("organization"))?)
    }
}
