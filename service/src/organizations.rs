//! An organization's settings, and its end.

use crate::{Caller, Error, Service, Visitor, clock};
use domain::{FieldError, Permission, Retention, Role, TaskId, zones::Tz};
use store::Organization;

/// What changes about an organization; what is left out stays.
#[derive(Debug, Clone, Copy, Default)]
pub struct OrganizationChange {
    /// The zone in which its days are read.
    pub time_zone: Option<Tz>,
    /// How long its executions are kept.
    pub retention: Option<Retention>,
}

impl Service {
    /// Changes an organization's settings.
    ///
    /// # Errors
    /// The permission is missing.
    pub async fn change_organization(
        &self,
        caller: &Caller,
        change: OrganizationChange,
    ) -> Result<Organization, Error> {
        let (store, organization) = (self.administered(caller)?, caller.organization);
        if let Some(zone) = change.time_zone {
            store.set_time_zone(organization, zone).await?;
        }
        if let Some(retention) = change.retention {
            store.set_retention(organization, retention).await?;
            if caller.role() == Role::Owner {
                // Where the clocks differ the plan is set, and deletion waits on.
                let _ = store.let_deletion_go_on(organization, clock::now()).await?;
            }
        }
        Ok(store.organization(organization).await?)
    }

    /// Lets what is too old be deleted again, where that waits for an owner's word since the clock went forward by more
    /// than 7 days. An owner who sets the retention gives that word, too.
    ///
    /// # Errors
    /// The permission is missing. `Rule::ClocksDiffer` where the clock that went forward is another server's, and wrong.
    pub async fn let_deletion_go_on(&self, caller: &Caller) -> Result<(), Error> {
        caller.require_everywhere(Permission::Own)?;
        let store = self.store.by(caller.actor());
        store
            .let_deletion_go_on(caller.organization, clock::now())
            .await??;
        Ok(())
    }

    /// Deletes the organization of the owner who asks, by its name and the owner's password; see `delete_organization`.
    ///
    /// # Errors
    /// The name is not the organization's: `Invalid` with the field `name`. `WrongPassword`, `Throttled` and `SignInAgain`.
    pub async fn delete_own_organization(
        &self,
        visitor: &Visitor,
        name: &str,
        password: Option<String>,
    ) -> Result<TaskId, Error> {
        let (Some(session), Some(caller)) = (&visitor.session, visitor.caller()) else {
            return Err(Error::NotFound("organization"));
        };
        caller.require_everywhere(Permission::Own)?;
        let expected = &session.organization.name;
        if name.trim() != expected {
            let detail = format!("must be {expected:?}, the name of the organization that is to be deleted");
            return Err(FieldError::new("name", detail).into());
        }
        self.confirm_person(visitor, session, password).await?;
        self.delete_organization(&caller).await
    }

    /// Deletes an organization with everything that is its own; answers the task that removes its rows. Its keys are
    /// destroyed, and its sessions and API keys have ended, when this returns.
    ///
    /// # Errors
    /// The permission is missing.
    pub async fn delete_organization(&self, caller: &Caller) -> Result<TaskId, Error> {
        caller.require_everywhere(Permission::Own)?;
        let store = self.store.by(caller.actor());
        Ok(store
            .delete_organization(caller.organization, clock::now())
            .await?)
    }
}
