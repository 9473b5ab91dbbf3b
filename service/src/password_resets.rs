//! Links to another password.

use crate::{Error, Service};
use domain::Timestamp;

/// Letters with such links that may wait, of all people together.
const MOST_WAITING: u64 = 1_000;

impl Service {
    /// Has a letter with a link to another password sent to an address, if somebody signs in with it: that is looked for
    /// when the letter is written, so that nothing here tells.
    ///
    /// # Errors
    /// The server sends no letters, or too many wait.
    pub async fn send_password_reset(&self, email: &str, now: Timestamp) -> Result<(), Error> {
        if !self.sends_mail() {
            return Err(Error::NoMail);
        }
        if self.store.send_password_reset(email, MOST_WAITING, now).await? {
            Ok(())
        } else {
            Err(Error::TooMuchWaiting)
        }
    }
}
