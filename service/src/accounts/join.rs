//! Somebody who was invited joins.

use super::{BegunSession, password};
use crate::{Error, Service, Visitor, clock};
use store::token;

impl Service {
    /// Joins by an invitation's token, and signs in. Who has an account already shows it by its password; everybody else
    /// chooses one.
    ///
    /// # Errors
    /// `LinkEnded`, `PasswordLength`, `WrongPassword` and `Throttled`.
    pub async fn join(&self, visitor: &Visitor, link: &str, password: String) -> Result<BegunSession, Error> {
        let link = token::hash(link);
        let invitation = self.store.open_invitation(&link, clock::now()).await?;
        let invitation = invitation.ok_or(Error::LinkEnded)?;
        let hash = match invitation.password_hash {
            Some(known) => {
                let checked = self
                    .check_password(visitor, &invitation.email, password, Some(known))
                    .await;
                if let Err(Error::WrongPassword) = checked
                    && let Some(known) = self.store.credentials(&invitation.email).await?
                {
                    self.tell_refused(known.user, visitor);
                }
                checked?;
                None
            }
            None => Some(password::hash_aside(password).await?),
        };
        let store = self.store.by(visitor.stranger());
        let joined = store
            .accept_invitation(&link, hash.as_deref(), clock::now())
            .await?;
        let (user, organization) = joined.ok_or(Error::LinkEnded)?;
        self.begin_session(visitor, &user.id, organization).await
    }
}
