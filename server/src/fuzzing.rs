//! The door for the `fuzz` crate: readers of what comes from outside, which are otherwise the server's own business. It
//! does nothing of its own, and nothing else goes through it.

pub use crate::{
    api::{
        executions::{
            events::last_event_id,
            items::{Item, Items, MAX_ITEMS},
            record::idempotency_key,
        },
        query::QueryPairs,
    },
    auth::{
        caller::user_agent,
        cross_site::check as check_site,
        forms::{address, local, see_other},
        sso::{Answer, Begin, Kept},
    },
    body::{JsonBody, MediaType, parse as read_json},
    cli::{
        import::batch::{Batch, read as import},
        mail::checked_public_url,
        master_key::text::{parse as read_master_key, write as write_master_key},
        sso::checked_issuer,
    },
    credentials::{
        bearer,
        cookie::{named as cookie, token as session_cookie},
    },
    http::source::hops::{Believed, believed},
    peer::{RequestSource, is_trusted},
};

use crate::{
    api::{account, agents, api_keys, erasures, executions, invitations, members, organization, versions},
    auth::{
        change_password::NewPassword, delete_organization::Deletion, forgot_password::Forgot, forms,
        join::Join, reset_password::Reset, set_up::SetUp, sign_in::SignIn, switch::Switch,
    },
    body::{read, read_change},
    problem::Problem,
};
use axum::extract::Request;
use domain::ExecutionId;
use serde::de::DeserializeOwned;
use std::pin::Pin;

/// Reads a call's JSON body.
pub type BodyReader = fn(JsonBody) -> Result<(), Problem>;

/// The calls that take a JSON body, by their operation. Amending is of the execution `exec_1`.
pub const BODIES: &[(&str, BodyReader)] = &[
    ("createAgent", |json| read::<agents::AgentName>(json).map(drop)),
    ("changeAgent", |json| {
        read_change::<agents::change::AgentChange>(json).map(drop)
    }),
    ("createVersion", |json| {
        read::<versions::create::VersionFields>(json).map(drop)
    }),
    ("createApiKey", |json| {
        read::<api_keys::create::ApiKeyFields>(json)?.key().map(drop)
    }),
    ("changeApiKey", |json| {
        read_change::<api_keys::change::ApiKeyChange>(json).map(drop)
    }),
    ("rotateApiKey", |json| {
        read::<api_keys::rotate::Rotation>(json).map(drop)
    }),
    ("changeMember", |json| {
        read::<members::change::MemberChange>(json).map(drop)
    }),
    ("inviteMember", |json| {
        read::<invitations::create::InvitationFields>(json).map(drop)
    }),
    ("erasePerson", |json| read::<erasures::NewErasure>(json).map(drop)),
    ("changeOrganization", |json| {
        read_change::<organization::change::OrganizationChange>(json).map(drop)
    }),
    ("deleteOrganization", |json| {
        read::<organization::delete::Deletion>(json).map(drop)
    }),
    ("changePassword", |json| {
        read::<account::change_password::PasswordChange>(json).map(drop)
    }),
    ("amendExecution", |json| {
        let id = ExecutionId::try_from("exec_1".to_owned()).map_err(Problem::internal)?;
        executions::amend::parse(json.value().clone().into(), &id).map(drop)
    }),
];

/// Reads the form of a request.
pub type FormReader = fn(Request) -> Pin<Box<dyn Future<Output = Result<(), Problem>> + Send>>;

/// The forms under `/auth`, by the end of their address.
pub const FORMS: &[(&str, FormReader)] = &[
    ("sign-in", form::<SignIn>),
    ("join", form::<Join>),
    ("password", form::<NewPassword>),
    ("delete-organization", form::<Deletion>),
    ("forgot-password", form::<Forgot>),
    ("reset-password", form::<Reset>),
    ("set-up", form::<SetUp>),
    ("switch", form::<Switch>),
];

fn form<T: DeserializeOwned>(request: Request) -> Pin<Box<dyn Future<Output = Result<(), Problem>> + Send>> {
    Box::pin(async { forms::read::<T>(request).await.map(drop) })
}
