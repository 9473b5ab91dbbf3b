//! Roles and scopes. What they allow is said in `permission`.

use crate::{FieldError, named::named};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

named! {
    /// What a person may do in an organization. The mightiest comes first.
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
    pub enum Role {
        /// Everything.
        Owner = "owner",
        /// Everything but what concerns owners.
        Admin = "admin",
        /// Works with agents.
        Member = "member",
        /// Looks.
        Viewer = "viewer",
    }
}

impl FromStr for Role {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::from_name(text).ok_or("must be one of owner, admin, member, viewer")
    }
}

/// Longest e-mail address, in bytes (RFC 5321).
pub const MAX_EMAIL: usize = 254;
/// Shortest password that can be chosen, in characters.
pub const MIN_PASSWORD: usize = 12;
/// Longest one, in bytes.
pub const MAX_PASSWORD: usize = 1_024;

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

named! {
    /// One thing that an API key may do.
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
    pub enum Scope {
        /// Record executions, and finish running ones.
        Record = "record",
        /// Read and export executions, agents and versions.
        Read = "read",
        /// Run agents.
        Execute = "execute",
        /// Manage agents, versions, keys and people.
        Admin = "admin",
    }
}

/// What an API key may do: at least one scope, each once. As text, names separated by commas.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Scope>", into = "Vec<Scope>")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = Vec<Scope>))]
pub struct Scopes(Vec<Scope>);

impl Scopes {
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
            .map(|name| Scope::from_name(name.trim()))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_named() {
        assert_eq!(
            "read, record,read".parse::<Scopes>().unwrap().to_string(),
            "record,read"
        );
        assert_eq!("write".parse::<Scopes>().unwrap_err().field, "scopes");
    }
}
