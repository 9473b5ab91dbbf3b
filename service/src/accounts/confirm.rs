//! Asking a signed-in person for the current password once more.

use crate::{Error, Service, Visitor, clock};
use chrono::TimeDelta;
use store::Session;

/// How long ago somebody may have signed in who has no password to give, in minutes.
pub const FRESH_MINUTES: i64 = 5;

impl Service {
    /// Checks the current password of whoever is signed in. The throttle that guards signing in guards it too, and the
    /// audit log is told of a wrong one.
    pub(super) async fn confirm(
        &self,
        visitor: &Visitor,
        session: &Session,
        password: String,
    ) -> Result<(), Error> {
        let email = &session.user.email;
        let known = self.store.credentials(email).await?;
        let hash = known.map(|known| known.password_hash);
        let checked = self.check_password(visitor, email, password, hash).await;
        if let Err(Error::WrongPassword) = checked {
            let store = self.store.by(visitor.actor());
            store.note_refused_password(&session.user, clock::now()).await?;
        }
        checked
    }

    /// Checks once more that whoever is signed in is that person: by the password, or where none is given and the person is
    /// known to a provider of single sign-on, by having signed in just now.
    pub(crate) async fn confirm_person(
        &self,
        visitor: &Visitor,
        session: &Session,
        password: Option<String>,
    ) -> Result<(), Error> {
        let user = &session.user.id;
        if password.is_some() || !self.store.has_identity(user).await? {
            return self.confirm(visitor, session, password.unwrap_or_default()).await;
        }
        let now = clock::now();
        let sessions = self.store.sessions_of(user, now).await?;
        let current = sessions.iter().find(|one| one.session_id == session.id);
        let is_fresh = current.is_some_and(|one| now - one.began_at <= TimeDelta::minutes(FRESH_MINUTES));
        if is_fresh { Ok(()) } else { Err(Error::SignInAgain) }
    }
}
