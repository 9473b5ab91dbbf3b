//! Who does something, and from where.

use crate::{ApiKey, SessionOrigin, UserId, named::named};
use serde::{Deserialize, Serialize};

named! {
    /// What kind of actor does something.
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
    pub enum ActorKind {
        /// A person who is signed in.
        Person = "person",
        /// A program with an API key.
        ApiKey = "api_key",
        /// Whoever may run the program on the machine.
        CommandLine = "command_line",
        /// The server itself, in one of its jobs.
        System = "system",
        /// Somebody who has not said who they are, or was not believed.
        Unknown = "unknown",
    }
}

/// Who does something, and from where, as known at that time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "ActorFields", into = "ActorFields")]
pub struct Actor {
    /// What kind of actor.
    pub kind: ActorKind,
    /// Identifier of a person, or the public half of an API key.
    pub id: Option<String>,
    /// E-mail address of a person, or the name of an API key.
    pub name: Option<String>,
    /// From where.
    pub origin: SessionOrigin,
}

/// An actor as JSON has it: who, and beside it from where.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActorFields {
    /// Who.
    actor: Who,
    /// Address of the other end of the connection.
    ip_address: Option<String>,
    /// What the browser or program called itself.
    user_agent: Option<String>,
}

/// Who does something.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = AuditActor))]
pub struct Who {
    /// What kind of actor.
    kind: ActorKind,
    /// Identifier of a person, or the public half of an API key.
    id: Option<String>,
    /// E-mail address of a person or name of an API key, as of then.
    name: Option<String>,
}

impl Actor {
    /// The server itself.
    pub fn system() -> Self {
        Self::of(ActorKind::System)
    }

    /// Whoever runs the program on the machine.
    pub fn command_line() -> Self {
        Self::of(ActorKind::CommandLine)
    }

    /// Somebody of whom nothing is known but from where.
    pub fn unknown(origin: SessionOrigin) -> Self {
        Self {
            origin,
            ..Self::of(ActorKind::Unknown)
        }
    }

    /// A person.
    pub fn person(id: &UserId, email: &str, origin: SessionOrigin) -> Self {
        Self {
            kind: ActorKind::Person,
            id: Some(id.to_string()),
            name: Some(email.to_owned()),
            origin,
        }
    }

    /// A program with that key.
    pub fn api_key(key: &ApiKey, origin: SessionOrigin) -> Self {
        Self {
            kind: ActorKind::ApiKey,
            id: Some(key.api_key_id.to_string()),
            name: Some(key.name.clone()),
            origin,
        }
    }

    fn of(kind: ActorKind) -> Self {
        Self {
            kind,
            id: None,
            name: None,
            origin: SessionOrigin::default(),
        }
    }
}

impl From<ActorFields> for Actor {
    fn from(fields: ActorFields) -> Self {
        Self {
            kind: fields.actor.kind,
            id: fields.actor.id,
            name: fields.actor.name,
            origin: SessionOrigin {
                ip_address: fields.ip_address,
                user_agent: fields.user_agent,
            },
        }
    }
}

impl From<Actor> for ActorFields {
    fn from(actor: Actor) -> Self {
        Self {
            actor: Who {
                kind: actor.kind,
                id: actor.id,
                name: actor.name,
            },
            ip_address: actor.origin.ip_address,
            user_agent: actor.origin.user_agent,
        }
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Actor {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        ActorFields::schema()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Actor {
    fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>) {
        ActorFields::schemas(schemas);
    }
}
