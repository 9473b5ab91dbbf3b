//! Identifiers. A public one is text of 1 to 64 characters out of `A-Z a-z 0-9 _ -`.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Longest identifier, in characters.
pub const MAX_LENGTH: usize = 64;

/// The text is not an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 64 characters out of A-Z, a-z, 0-9, _ and -")]
pub struct InvalidId;

/// Whether the text is an identifier.
pub(crate) fn is_valid(text: &str) -> bool {
    (1..=MAX_LENGTH).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
        pub struct $name(String);

        impl $name {
            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> {
                if is_valid(&text) { Ok(Self(text)) } else { Err(InvalidId) }
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::try_from(text.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_id! {
    /// One execution; unique in its organization. Ours begin with `exec_`.
    ExecutionId
}
text_id! {
    /// One agent; begins with `agent_`.
    AgentId
}
text_id! {
    /// One API key, by its public half.
    ApiKeyId
}
text_id! {
    /// One person; begins with `user_`.
    UserId
}
text_id! {
    /// One invitation; begins with `invite_`.
    InvitationId
}
text_id! {
    /// One session of a person.
    SessionId
}
text_id! {
    /// One event of the audit log; begins with `event_`.
    AuditEventId
}
text_id! {
    /// One task; begins with `task_`.
    TaskId
}
text_id! {
    /// One connection to a provider of models; begins with `connection_`.
    ConnectionId
}
text_id! {
    /// One running export, as its reader named it.
    ExportName
}

/// One organization. Internal: it appears in every key and query, and never on a page or in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrganizationId(pub i64);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_ends_of_the_range() {
        assert!("a".parse::<ExecutionId>().is_ok());
        assert!("x".repeat(64).parse::<ExecutionId>().is_ok());
        for wrong in ["", "a b", "é", "a/b", "a.b", &"x".repeat(65)] {
            assert_eq!(wrong.parse::<ExecutionId>(), Err(InvalidId), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn what_parses_prints_as_it_was(text in "[A-Za-z0-9_-]{1,64}") {
            prop_assert_eq!(text.parse::<AgentId>().unwrap().to_string(), text);
        }
    }
}
