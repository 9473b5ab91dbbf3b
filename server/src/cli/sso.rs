//! Settings of single sign-on.

use super::{Error, secret::Secret};
use crate::sso::{Sso, SsoSettings};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use domain::Role;
use openidconnect::{ClientId, ClientSecret, IssuerUrl};
use std::path::PathBuf;
use url::{Host, Url};

/// The OpenID Connect provider that people may sign in by.
#[derive(Debug, clap::Args)]
pub struct SsoArgs {
    /// OpenID Connect provider by which people may sign in: its address, by https:// beyond this machine. It sends people
    /// back to /auth/sso/callback under --public-url.
    #[arg(
        long,
        value_name = "URL",
        env = "AGENT_LEDGER_OIDC_ISSUER",
        requires_all = ["oidc_client_id", "public_url"]
    )]
    oidc_issuer: Option<String>,
    /// What the provider calls this server.
    #[arg(long, value_name = "ID", env = "AGENT_LEDGER_OIDC_CLIENT_ID")]
    oidc_client_id: Option<String>,
    /// File with the secret that this server shows the provider, if it has one.
    #[arg(long, value_name = "FILE", env = "AGENT_LEDGER_OIDC_CLIENT_SECRET_FILE")]
    oidc_client_secret_file: Option<PathBuf>,
    /// The secret itself; better from its variable or a file, since a command line can be read by others.
    #[arg(
        long,
        value_name = "SECRET",
        env = "AGENT_LEDGER_OIDC_CLIENT_SECRET",
        hide_env_values = true,
        conflicts_with = "oidc_client_secret_file"
    )]
    oidc_client_secret: Option<Secret>,
    /// What people call the provider; the button says it.
    #[arg(
        long,
        value_name = "NAME",
        env = "AGENT_LEDGER_OIDC_NAME",
        default_value = "single sign-on"
    )]
    oidc_name: String,
    /// Organization that everybody joins for whom the provider vouches; without it one joins by invitation.
    #[arg(
        long,
        value_name = "NAME",
        env = "AGENT_LEDGER_OIDC_ORGANIZATION",
        requires_all = ["oidc_issuer", "oidc_role"]
    )]
    oidc_organization: Option<String>,
    /// As what they join it.
    #[arg(
        long,
        value_name = "ROLE",
        env = "AGENT_LEDGER_OIDC_ROLE",
        value_parser = role_parser(),
        requires = "oidc_organization"
    )]
    oidc_role: Option<Role>,
    /// Believe the provider's e-mail addresses also where it does not say whether it has verified them (no
    /// email_verified, as Entra ID). Whoever can choose an address there signs in as the person who has it here: only for
    /// a provider whose people cannot.
    #[arg(long, env = "AGENT_LEDGER_OIDC_TRUST_EMAIL", requires = "oidc_issuer")]
    oidc_trust_email: bool,
}

/// Nobody manages others because a provider knows them.
fn role_parser() -> impl TypedValueParser<Value = Role> {
    PossibleValuesParser::new([Role::Member, Role::Viewer].map(Role::as_str))
        .try_map(|name| name.parse::<Role>())
}

impl SsoArgs {
    /// The provider, where one is named; people reach this server at `public_url`.
    pub fn provider(&self, public_url: Option<&str>) -> Result<Option<Sso>, Error> {
        let (Some(issuer), Some(client_id), Some(public_url)) =
            (&self.oidc_issuer, &self.oidc_client_id, public_url)
        else {
            return Ok(None);
        };
        let settings = SsoSettings {
            issuer: checked_issuer(issuer)?,
            client_id: ClientId::new(client_id.clone()),
            client_secret: self.secret()?,
            name: self.oidc_name.clone(),
            public_url: public_url.to_owned(),
            provisioning: self.oidc_organization.clone().zip(self.oidc_role),
            trust_email: self.oidc_trust_email,
            authority: None,
        };
        if settings.trust_email {
            let issuer = &*settings.issuer;
            tracing::info!(
                "e-mail addresses of {issuer} count as verified where it does not say whether they are"
            );
        }
        let sso = Sso::new(settings).map_err(|error| Error::refused(error.to_string()))?;
        Ok(Some(sso))
    }

    fn secret(&self) -> Result<Option<ClientSecret>, Error> {
        let secret = match &self.oidc_client_secret_file {
            Some(file) => Some(Secret::in_file(file)?),
            None => self.oidc_client_secret.clone(),
        };
        Ok(secret.map(|secret| ClientSecret::new(secret.reveal().to_owned())))
    }
}

/// An address whose answers nobody on the way can change.
pub fn checked_issuer(issuer: &str) -> Result<IssuerUrl, Error> {
    let is_safe = Url::parse(issuer).is_ok_and(|url| {
        let is_here = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        url.scheme() == "https" || url.scheme() == "http" && is_here
    });
    match IssuerUrl::new(issuer.to_owned()) {
        Ok(url) if is_safe => Ok(url),
        _ => Err(Error::refused(format!(
            "--oidc-issuer {issuer:?} must be the https:// address of a provider"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_asked_by_tls_beyond_this_machine() {
        for safe in [
            "https://id.example/realms/a",
            "http://127.0.0.1:9000",
            "http://localhost:9000/x",
        ] {
            assert!(checked_issuer(safe).is_ok(), "{safe}");
        }
        for unsafe_one in [
            "http://id.example",
            "id.example",
            "ftp://id.example",
            "http://192.0.2.1",
        ] {
            assert!(checked_issuer(unsafe_one).is_err(), "{unsafe_one}");
        }
    }
}
