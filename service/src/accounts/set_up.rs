//! The first account of an installation.

use super::{BegunSession, password};
use crate::{Error, Service, Visitor, clock};
use domain::{Retention, Role, access::parse_email, agent::parse_name};
use store::{LinkPurpose, token};

/// What the first account is to be. `Debug` is not derived: the password stays out of logs.
pub struct SetUp {
    /// What the organization is called.
    pub organization: String,
    /// Address with which its owner signs in.
    pub email: String,
    /// The owner's password.
    pub password: String,
    /// How long executions are kept.
    pub retention: Retention,
}

impl Service {
    /// Makes the first organization and its owner by the token that the server printed, and signs in.
    ///
    /// # Errors
    /// `LinkEnded`, also where there is an account by now; `Invalid` with the fields `organization` and `email`;
    /// `PasswordLength`; `Taken`.
    pub async fn set_up(&self, visitor: &Visitor, link: &str, new: SetUp) -> Result<BegunSession, Error> {
        let store = self.store.by(visitor.stranger());
        let (link, purpose) = (token::hash(link), LinkPurpose::SetUp);
        let works = store.link_is_valid(&link, purpose, clock::now()).await?;
        // The link is for the first account, which the command line may have made meanwhile.
        if !works || !store.has_no_users().await? {
            return Err(Error::LinkEnded);
        }
        let organization = parse_name("organization", &new.organization)?;
        let email = parse_email(&new.email)?;
        let hash = password::hash_aside(new.password).await?;
        // The link goes first: of two who use it at once, one makes the account.
        let used = store.use_link(&link, purpose, clock::now()).await?;
        used.ok_or(Error::LinkEnded)?;
        let (user, organization) = store
            .add_user_to(&organization, &email, Role::Owner, &hash, clock::now())
            .await?;
        store.set_retention(organization.id, new.retention).await?;
        self.begin_session(visitor, &user.id, organization.id).await
    }

    /// Adds a person to the organization of that name, which is made where there is none: in the operator's name.
    ///
    /// # Errors
    /// The name, the address or the password is none; `Taken` where somebody has the address.
    pub async fn add_user(
        &self,
        organization: &str,
        email: &str,
        role: Role,
        password: String,
    ) -> Result<store::User, Error> {
        let organization = parse_name("organization", organization)?;
        let email = parse_email(email)?;
        let hash = password::hash_aside(password).await?;
        let store = self.store.by(domain::Actor::command_line());
        let (user, _) = store
            .add_user_to(&organization, &email, role, &hash, clock::now())
            .await?;
        Ok(user)
    }
}
