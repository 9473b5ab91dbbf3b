//! Deleting an organization. In one transaction it is marked, its keys are destroyed, and everything goes by which
//! somebody gets at it: from then on it is answered as what does not exist, on every server. Its rows go afterwards, some
//! at a time (`recording/removal/organization.rs`), whoever begins or goes on with it.

use crate::{
    Note, Store, StoreError,
    recording::Chore,
    tasks::insert::NewTask,
    transaction::{WriteTransaction, transact},
    vault::State,
};
use domain::{AuditAction, OrganizationId, TaskId, TaskKind, Timestamp};

/// One step of removing what is left of an organization that is deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// Of which.
    pub organization: OrganizationId,
    /// How many rows went. Those that go together with others are not counted.
    pub rows: u64,
    /// Whether nothing is left of it.
    pub is_finished: bool,
}

impl Store {
    /// Deletes an organization: `NotFound` where there is none, or it is being deleted already. From the end of this on
    /// nothing of it is answered, and its payloads can never be read again. People who belong to no other organization
    /// go with it. What is left is removed by the task that is answered, by `remove_deleted`.
    pub async fn delete_organization(
        &self,
        organization: OrganizationId,
        now: Timestamp,
    ) -> Result<TaskId, StoreError> {
        let task = transact!(self.backend, |transaction| {
            let name = transaction.hold_organization(organization).await?.name;
            transaction.lock_keys(organization, "FOR UPDATE").await?;
            transaction
                .destroy_keys(organization, &[State::Active, State::Retiring])
                .await?;
            let note = Note::new(AuditAction::OrganizationDeleted).with("name", name);
            transaction.audit(organization, &self.actor, note, now).await?;
            // The name is free at once; nobody can give one with a control character.
            let freed = format!("\u{1}{}", organization.0);
            transaction
                .execute(
                    "UPDATE organizations SET deleting_at = $2, name = $3 WHERE organization_id = $1",
                    (organization.0, now.timestamp_micros(), &freed),
                )
                .await?;
            transaction.shut(organization).await?;
            // Of no organization: it needs none of the keys, and outlives all of its rows.
            let task = NewTask::single(TaskKind::RemoveOrganization, None, organization.0.to_string());
            transaction.add_task(&task, now).await
        })?;
        self.signals.raise_tasks();
        // This process forgets the keys now, others within a minute.
        self.vault.read(organization).await?;
        Ok(task)
    }

    /// Removes some of the rows of an organization that is being deleted. `None` where nothing is left of it, or another
    /// process is at it.
    pub async fn remove_deleted(&self, organization: OrganizationId) -> Result<Option<Removed>, StoreError> {
        if !self.being_deleted().await?.contains(&organization) {
            return Ok(None);
        }
        let rows = self
            .recorder
            .chore(Chore::RemoveOrganization(organization))
            .await?;
        if rows > 0 {
            return Ok(Some(Removed {
                organization,
                rows,
                is_finished: false,
            }));
        }
        if self.being_deleted().await?.contains(&organization) {
            return Ok(None);
        }
        self.give_back().await?;
        Ok(Some(Removed {
            organization,
            rows,
            is_finished: true,
        }))
    }

    /// The organizations that are deleted and not yet removed.
    pub async fn being_deleted(&self) -> Result<Vec<OrganizationId>, StoreError> {
        let rows: Vec<(i64,)> = self
            .backend
            .fetch(
                "SELECT organization_id FROM organizations WHERE deleting_at IS NOT NULL
                 ORDER BY organization_id",
                (),
            )
            .await?;
        Ok(rows.into_iter().map(|(id,)| OrganizationId(id)).collect())
    }
}

impl WriteTransaction {
    /// Takes away everything by which somebody gets at the organization, and the people who belong to no other.
    async fn shut(&mut self, organization: OrganizationId) -> Result<(), StoreError> {
        // Invitations first: whoever is joining by one has joined by the next statement, or never will.
        for table in ["invitations", "links", "api_keys", "reencryptions", "tasks"] {
            let sql = format!("DELETE FROM {table} WHERE organization_id = $1");
            self.execute(sql, (organization.0,)).await?;
        }
        // Sessions go with memberships.
        let people: Vec<(String,)> = self
            .fetch(
                "DELETE FROM memberships WHERE organization_id = $1 RETURNING user_id",
                (organization.0,),
            )
            .await?;
        for (person,) in people {
            let gone = self
                .execute(
                    "DELETE FROM users WHERE user_id = $1
                     AND NOT EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = $1)",
                    (&person,),
                )
                .await?;
            if gone > 0 {
                self.execute("DELETE FROM links WHERE user_id = $1", (&person,))
                    .await?;
            }
        }
        Ok(())
    }
}
