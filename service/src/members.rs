//! The people of an organization: what they may do, and how they go.

use crate::{Caller, Error, Service};
use domain::{Member, OrganizationId, Role, UserId};

/// How somebody left an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// Sessions go on in another organization of the person.
    GoesOnIn(OrganizationId),
    /// There is no other, so sessions have ended.
    SignedOut,
}

impl Service {
    /// Gives somebody another role, from the next request on. Nothing changes where it is the same.
    ///
    /// # Errors
    /// Only owners decide about owners, and the last one stays.
    pub async fn change_role(&self, caller: &Caller, user: &UserId, role: Role) -> Result<Member, Error> {
        let store = self.administered(caller)?;
        let changed = store
            .change_role(caller.organization, user, role, caller.role())
            .await?;
        Ok(changed?)
    }

    /// Removes somebody, whose sessions in the organization end at once. Whoever names themselves leaves, which needs no
    /// permission.
    ///
    /// # Errors
    /// As with `change_role`.
    pub async fn remove_member(&self, caller: &Caller, user: &UserId) -> Result<(), Error> {
        if caller.is(user) {
            self.leave(caller).await?;
            return Ok(());
        }
        let store = self.administered(caller)?;
        let removed = store
            .remove_member(caller.organization, user, caller.role())
            .await?;
        Ok(removed?)
    }

    /// Takes the person who asks out of the organization.
    ///
    /// # Errors
    /// The last owner stays. Whoever is no person has nothing to leave.
    pub async fn leave(&self, caller: &Caller) -> Result<Left, Error> {
        let session = caller.session().ok_or(Error::NotFound("member"))?;
        let store = self.store.by(caller.actor());
        let next = store.leave(caller.organization, &session.user.id).await??;
        Ok(next.map_or(Left::SignedOut, Left::GoesOnIn))
    }
}
