//! Signing in by a password.

use super::BegunSession;
use crate::{Error, Service, Visitor};
use domain::access::MAX_EMAIL;

impl Service {
    /// Signs somebody in. An unknown address takes as long as a wrong password.
    ///
    /// # Errors
    /// `WrongPassword` and `Throttled`.
    pub async fn sign_in(
        &self,
        visitor: &Visitor,
        email: &str,
        password: String,
    ) -> Result<BegunSession, Error> {
        if email.len() > MAX_EMAIL || email.contains(char::is_control) {
            return Err(Error::WrongPassword);
        }
        let known = self.store.credentials(email).await?;
        let hash = known.as_ref().map(|known| known.password_hash.clone());
        let checked = self.check_password(visitor, email, password, hash).await;
        match (checked, known) {
            (Ok(()), Some(known)) => {
                self.begin_session(visitor, &known.user.id, known.organization)
                    .await
            }
            (Ok(()), None) => Err(Error::WrongPassword),
            (Err(Error::WrongPassword), Some(known)) => {
                self.tell_refused(known.user, visitor);
                Err(Error::WrongPassword)
            }
            (Err(error), _) => Err(error),
        }
    }
}
