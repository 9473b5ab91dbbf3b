//! What becomes of somebody for whom a provider of single sign-on vouches.

use super::{BegunSession, password};
use crate::{Error, Service, Visitor, clock};
use domain::{OrganizationId, Role, UserId, access::parse_email};
use store::{
    Identity, Store, StoreError,
    token::{self, Token},
};

/// Somebody, as a provider says.
#[derive(Debug, Clone, Copy)]
pub struct Vouched<'a> {
    /// Address of the provider.
    pub issuer: &'a str,
    /// The provider's name for the person.
    pub subject: &'a str,
    /// The person's address, where the provider has verified it.
    pub email: Option<&'a str>,
}

/// Where whom a provider vouches for joins without an invitation, and as what.
#[derive(Debug, Clone, Copy)]
pub struct Provisioning<'a> {
    /// Name of the organization.
    pub organization: &'a str,
    /// As what.
    pub role: Role,
}

/// Why somebody for whom a provider vouches is not signed in.
#[derive(Debug, thiserror::Error)]
pub enum SsoRefusal {
    /// The provider has verified no address.
    #[error("the provider has verified no e-mail address")]
    NoEmail,
    /// Nobody here is that person.
    #[error("the person has no account, and is not invited")]
    NoAccount,
    /// The invitation works no more, or is somebody else's.
    #[error("the invitation works no more, or is for another address")]
    Invitation,
    /// Something failed.
    #[error(transparent)]
    Failed(#[from] Error),
}

impl From<StoreError> for SsoRefusal {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

type Known = (UserId, OrganizationId);

impl Service {
    /// Signs in whom a provider vouches for. Somebody new is known by a verified address alone, and joins by the token of
    /// an invitation or where the installation says so; nobody comes back by it who was removed.
    ///
    /// # Errors
    /// See `SsoRefusal`.
    pub async fn sign_in_by_provider(
        &self,
        visitor: &Visitor,
        vouched: Vouched<'_>,
        invitation: Option<&str>,
        provisioning: Option<Provisioning<'_>>,
    ) -> Result<BegunSession, SsoRefusal> {
        let store = self.store.by(visitor.stranger());
        let (user, organization) = who(&store, vouched, invitation, provisioning).await?;
        Ok(self.begin_session(visitor, &user, organization).await?)
    }
}

async fn who(
    store: &Store,
    vouched: Vouched<'_>,
    invitation: Option<&str>,
    provisioning: Option<Provisioning<'_>>,
) -> Result<Known, SsoRefusal> {
    let now = clock::now();
    let identity = Identity {
        issuer: vouched.issuer,
        subject: vouched.subject,
    };
    let known = store.known_by(identity).await?;
    let email = match (&known, vouched.email) {
        (Some((user, _)), _) => user.email.clone(),
        (None, Some(email)) => parse_email(email).map_err(|_| SsoRefusal::NoEmail)?,
        (None, None) => return Err(SsoRefusal::NoEmail),
    };
    if let Some(invitation) = invitation {
        let link = token::hash(invitation);
        let open = store.open_invitation(&link, now).await?;
        let open = open
            .filter(|open| open.email == email)
            .ok_or(SsoRefusal::Invitation)?;
        let hash = match open.password_hash {
            Some(_) => None,
            None => Some(unknown_password().await?),
        };
        let joined = store.accept_invitation(&link, hash.as_deref(), now).await?;
        let (user, organization) = joined.ok_or(SsoRefusal::Invitation)?;
        store.link_identity(identity, &user.id, now).await?;
        return Ok((user.id, organization));
    }
    if let Some((user, organization)) = known {
        let organization = organization.ok_or(SsoRefusal::NoAccount)?;
        return Ok((user.id, organization));
    }
    if let Some(account) = store.credentials(&email).await? {
        store.link_identity(identity, &account.user.id, now).await?;
        return Ok((account.user.id, account.organization));
    }
    let Provisioning { organization, role } = provisioning.ok_or(SsoRefusal::NoAccount)?;
    let organization = match store.organization_named(organization).await {
        Err(StoreError::NotFound(_)) => {
            tracing::error!("--oidc-organization names no organization");
            return Err(SsoRefusal::NoAccount);
        }
        found => found?.id,
    };
    let hash = unknown_password().await?;
    match store.add_user(organization, &email, role, &hash, now).await {
        Ok(user) => {
            store.link_identity(identity, &user.id, now).await?;
            Ok((user.id, organization))
        }
        // Somebody who was removed, or who came by another way at the same moment.
        Err(StoreError::Taken(_)) => Err(SsoRefusal::NoAccount),
        Err(error) => Err(error.into()),
    }
}

/// The hash of a password that nobody knows: it takes as long to refuse as any other.
async fn unknown_password() -> Result<String, Error> {
    password::hash_aside(Token::fresh().reveal().to_owned()).await
}
