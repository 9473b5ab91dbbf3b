//! Roles, API keys and what they allow.

use crate::{ApiKeyId, FieldError, Timestamp};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// What a person may do in an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Role {
    /// Everything.
    Owner,
    /// Everything but what concerns owners.
    Admin,
    /// Works with agents.
    Member,
    /// Looks.
    Viewer,
}

impl Role {
    /// Every role, the mightiest first.
    pub const ALL: [Self; 4] = [Self::Owner, Self::Admin, Self::Member, Self::Viewer];

    /// The name in JSON, on the command line and in storage.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Member => "member",
            Self::Viewer => "viewer",
        }
    }

    /// Whether a person of this role may do what the scope names.
    pub fn allows(self, scope: Scope) -> bool {
        match self {
            Self::Owner | Self::Admin => true,
            Self::Member => scope != Scope::Admin,
            Self::Viewer => scope == Scope::Read,
        }
    }
}

impl FromStr for Role {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or("must be one of owner, admin, member, viewer")
    }
}

/// Longest e-mail address, in bytes (RFC 5321).
pub const MAX_EMAIL: usize = 254;

/// An e-mail address in lower case: something before and after one `@`, and no blanks. Whether it exists is not ours
/// to know.
pub fn parse_email(text: &str) -> Result<String, FieldError> {
    let email = text.trim().to_lowercase();
    let parts: Vec<_> = email.split('@').collect();
    let well_formed = email.len() <= MAX_EMAIL
        && parts.len() == 2
        && parts.iter().all(|part| !part.is_empty())
        && !email.chars().any(|c| c.is_whitespace() || c.is_control());
    if well_formed {
        Ok(email)
    } else {
        Err(FieldError::new(
            "email",
            "must be an e-mail address such as mira@example.com",
        ))
    }
}

/// One thing that an API key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Scope {
    /// Record executions, and finish running ones.
    Record,
    /// Read and export executions, agents and versions.
    Read,
    /// Run agents.
    Execute,
    /// Manage agents, versions and keys.
    Admin,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 4] = [Self::Record, Self::Read, Self::Execute, Self::Admin];

    /// The name in JSON, on the command line and in storage.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Read => "read",
            Self::Execute => "execute",
            Self::Admin => "admin",
        }
    }
}

/// What an API key may do: at least one scope, each once. As text, names separated by commas.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Scope>", into = "Vec<Scope>")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = Vec<Scope>))]
pub struct Scopes(Vec<Scope>);

impl Scopes {
    /// Whether `scope` is among them.
    pub fn allow(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// The scopes, in a fixed order.
    pub fn iter(&self) -> impl Iterator<Item = Scope> {
        self.0.iter().copied()
    }
}

impl TryFrom<Vec<Scope>> for Scopes {
    type Error = FieldError;
    fn try_from(given: Vec<Scope>) -> Result<Self, FieldError> {
        let scopes: Vec<_> = Scope::ALL
            .into_iter()
            .filter(|scope| given.contains(scope))
            .collect();
        if scopes.is_empty() {
            return Err(FieldError::new(
                "scopes",
                "must name at least one of record, read, execute, admin",
            ));
        }
        Ok(Self(scopes))
    }
}

impl From<Scopes> for Vec<Scope> {
    fn from(scopes: Scopes) -> Self {
        scopes.0
    }
}

impl FromStr for Scopes {
    type Err = FieldError;
    fn from_str(text: &str) -> Result<Self, FieldError> {
        let given: Option<Vec<_>> = text
            .split(',')
            .map(|name| Scope::ALL.into_iter().find(|scope| scope.as_str() == name.trim()))
            .collect();
        given
            .ok_or_else(|| FieldError::new("scopes", "must be some of record, read, execute, admin"))
            .and_then(Self::try_from)
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.iter().map(Scope::as_str).collect();
        f.write_str(&names.join(","))
    }
}

/// An API key as it is shown: without its secret, which nobody keeps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiKey {
    /// The public half.
    pub api_key_id: ApiKeyId,
    /// What people call it.
    pub name: String,
    /// What it allows.
    pub scopes: Scopes,
    /// When it was made.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: Timestamp,
    /// When it was revoked.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub revoked_at: Option<Timestamp>,
}

/// An API key as its holder presents it: `al_<public>_<secret>`. `Debug` hides the secret.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKeyToken {
    /// The public half.
    pub public: ApiKeyId,
    /// The secret half, letters and digits.
    pub secret: String,
}

impl ApiKeyToken {
    /// The whole key, to be shown once.
    pub fn reveal(&self) -> String {
        format!("al_{}_{}", self.public, self.secret)
    }
}

impl FromStr for ApiKeyToken {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let (public, secret) = text
            .strip_prefix("al_")
            .and_then(|rest| rest.split_once('_'))
            .ok_or(())?;
        let well_formed =
            (16..=128).contains(&secret.len()) && secret.bytes().all(|b| b.is_ascii_alphanumeric());
        if !well_formed {
            return Err(());
        }
        Ok(Self {
            public: public.parse().map_err(|_| ())?,
            secret: secret.to_owned(),
        })
    }
}

impl fmt::Debug for ApiKeyToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKeyToken({}, …)", self.public)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_its_text_and_hides_in_debug() {
        let text = "al_pub123_0123456789abcdefABCDEF";
        let token: ApiKeyToken = text.parse().unwrap();
        assert_eq!(token.reveal(), text);
        assert!(!format!("{token:?}").contains("0123456789"));
        for wrong in [
            "",
            "al_",
            "al_x_short",
            "sk_x_0123456789abcdef",
            "al_x_0123456789abcde!",
        ] {
            assert!(wrong.parse::<ApiKeyToken>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn scopes_are_named() {
        assert_eq!(
            "read, record,read".parse::<Scopes>().unwrap().to_string(),
            "record,read"
        );
        assert_eq!("write".parse::<Scopes>().unwrap_err().field, "scopes");
    }
}
