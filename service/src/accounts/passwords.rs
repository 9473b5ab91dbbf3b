//! Changing one's own password.

use super::password;
use crate::{Error, Service, Visitor};

/// A password that becomes another one. `Debug` is not derived: they stay out of logs.
pub struct NewPassword {
    /// The one that is to be changed.
    pub current: String,
    /// What it becomes.
    pub new: String,
}

impl Service {
    /// Changes the password of whoever is signed in and ends the person's other sessions.
    ///
    /// # Errors
    /// `WrongPassword` and `Throttled` of the current one, `PasswordLength` of the new one.
    pub async fn change_password(&self, visitor: &Visitor, change: NewPassword) -> Result<(), Error> {
        let (Some(session), Some(keep)) = (&visitor.session, &visitor.token) else {
            return Err(Error::NotFound("session"));
        };
        self.confirm(visitor, session, change.current).await?;
        let hash = password::hash_aside(change.new).await?;
        let store = self.store.by(visitor.actor());
        Ok(store.change_password(&session.user.id, &hash, keep).await?)
    }
}
