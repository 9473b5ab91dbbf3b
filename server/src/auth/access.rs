//! Callers who may do a certain thing, and the agent to which they may do it: 401, then 403, then 404.

use super::Caller;
use crate::{
    api::{path, problem::Problem},
    http::AppState,
};
use axum::{extract::FromRequestParts, http::request::Parts};
use domain::{AgentId, OrganizationId, Scope};
use std::marker::PhantomData;

/// What a handler asks of its caller.
pub trait Permission: Send + Sync {
    /// The scope that is needed.
    const SCOPE: Scope;
}

/// May read and export.
pub struct Read;
/// May record executions.
pub struct Record;
/// May manage agents, versions and keys.
pub struct Admin;

impl Permission for Read {
    const SCOPE: Scope = Scope::Read;
}
impl Permission for Record {
    const SCOPE: Scope = Scope::Record;
}
impl Permission for Admin {
    const SCOPE: Scope = Scope::Admin;
}

/// A caller who has the permission.
pub struct Allowed<P> {
    caller: Caller,
    permission: PhantomData<P>,
}

impl<P> Allowed<P> {
    /// In whose name.
    pub fn organization(&self) -> OrganizationId {
        self.caller.organization
    }
}

impl<P: Permission> FromRequestParts<AppState> for Allowed<P> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, state).await?;
        caller.require(P::SCOPE)?;
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

impl<P: Permission> FromRequestParts<AppState> for AgentAccess<P> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let Allowed { caller, permission } = Allowed::<P>::from_request_parts(parts, state).await?;
        let agent: AgentId = path::parameter(parts, "agentId", "agent").await?;
        state.store.check_agent(caller.organization, &agent).await?;
        Ok(Self {
            caller,
            agent,
            permission,
        })
    }
}
