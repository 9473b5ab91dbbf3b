//! Callers who may do a certain thing, and the agent to which they may do it: 401, then 403, then 404. A key that is
//! limited to agents sees those of the organization that it reaches, and changes nothing beyond them.

use crate::{path, problem::Problem, state::AppState};
use axum::{extract::FromRequestParts, http::request::Parts};
use domain::{AgentId, OrganizationId, Permission};
use service::Caller;
use std::marker::PhantomData;

/// What a handler asks of its caller, as a type.
pub trait Need: Send + Sync {
    /// The permission that is needed.
    const PERMISSION: Permission;
}

/// May read and export.
pub struct Read;
/// May record executions.
pub struct Record;
/// May manage agents, versions, keys and settings.
pub struct Admin;

impl Need for Read {
    const PERMISSION: Permission = Permission::Read;
}
impl Need for Record {
    const PERMISSION: Permission = Permission::Record;
}
impl Need for Admin {
    const PERMISSION: Permission = Permission::Administer;
}

/// A caller who has the permission.
pub struct Allowed<P> {
    /// The one who asks.
    pub caller: Caller,
    permission: PhantomData<P>,
}

impl<P> Allowed<P> {
    /// In whose name.
    pub fn organization(&self) -> OrganizationId {
        self.caller.organization
    }
}

impl<P: Need> FromRequestParts<AppState> for Allowed<P> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, state).await?;
        match P::PERMISSION {
            Permission::Read => caller.require(Permission::Read)?,
            permission => caller.require_everywhere(permission)?,
        }
        Ok(Self {
            caller,
            permission: PhantomData,
        })
    }
}

/// A caller who has the permission, and the agent of the path, which is the caller's.
pub struct AgentAccess<P> {
    /// The one who asks.
    pub caller: Caller,
    agent: AgentId,
    permission: PhantomData<P>,
}

impl<P> AgentAccess<P> {
    /// In whose name.
    pub fn organization(&self) -> OrganizationId {
        self.caller.organization
    }

    /// The agent of the path.
    pub fn agent_id(&self) -> &AgentId {
        &self.agent
    }
}

impl<P: Need> FromRequestParts<AppState> for AgentAccess<P> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, state).await?;
        caller.require(P::PERMISSION)?;
        let agent: AgentId = path::parameter(parts, "agentId", "agent").await?;
        caller.require_with_agent(P::PERMISSION, &agent)?;
        state.store.check_agent(caller.organization, &agent).await?;
        Ok(Self {
            caller,
            agent,
            permission: PhantomData,
        })
    }
}
