//! The one who asks. The extractor is the only way to be known.

use super::{cross_site, quota, refusals};
use crate::{clock, credentials::bearer, peer::Guest, problem::Problem, state::AppState};
use app::RequestSource;
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header::USER_AGENT, request::Parts},
};
use domain::{
    Actor, AgentId, ApiKey, ApiKeyToken, OrganizationId, Permission, Role, SessionOrigin,
    fields::MAX_USER_AGENT,
};
use std::net::IpAddr;
use store::{KeyCheck, KeyRefusal, Session};

/// The one who asks.
#[derive(Debug, Clone)]
pub struct Caller {
    /// In whose name.
    pub organization: OrganizationId,
    /// By what.
    pub identity: Identity,
    /// Where the request comes from.
    pub ip_address: Option<IpAddr>,
    /// What the program calls itself, on one line.
    pub user_agent: Option<String>,
}

/// By what somebody is known.
#[derive(Debug, Clone)]
pub enum Identity {
    /// A program with an API key.
    Key(Box<ApiKey>),
    /// A person who is signed in.
    Person(Box<Session>),
}

impl Caller {
    /// Fails unless the caller has the permission, or where it runs agents and the key's budget is spent.
    pub fn require(&self, permission: impl Into<Permission>) -> Result<(), Problem> {
        let permission = permission.into();
        let (allowed, who) = match &self.identity {
            Identity::Key(key) => (key.scopes.allow(permission), "The API key"),
            Identity::Person(session) => (session.role.allows(permission), "Your role"),
        };
        if !allowed {
            return Err(Problem::forbidden(
                "insufficient_scope",
                format!(
                    "{who} does not include `{}`, which this call needs.",
                    permission.as_str()
                ),
            ));
        }
        match &self.identity {
            Identity::Key(key) if permission == Permission::Execute => within_budget(key),
            _ => Ok(()),
        }
    }

    /// The role that counts where people are changed: a key does what an admin may.
    pub fn role(&self) -> Role {
        match &self.identity {
            Identity::Key(_) => Role::Admin,
            Identity::Person(session) => session.role,
        }
    }

    /// Fails unless the caller may touch that agent, be it there or not.
    pub fn require_agent(&self, agent: &AgentId) -> Result<(), Problem> {
        match &self.identity {
            Identity::Key(key) if !key.reaches(agent) => Err(Problem::forbidden(
                "agent_not_allowed",
                "The API key is limited to other agents.",
            )),
            _ => Ok(()),
        }
    }

    /// Fails unless the caller may touch every agent.
    pub fn require_every_agent(&self) -> Result<(), Problem> {
        match &self.identity {
            Identity::Key(key) if !key.reaches_every_agent() => Err(Problem::forbidden(
                "agent_not_allowed",
                "The API key is limited to certain agents, and this call is about the whole organization.",
            )),
            _ => Ok(()),
        }
    }

    /// The one who asks, as the audit log knows them.
    pub fn actor(&self) -> Actor {
        let origin = SessionOrigin {
            ip_address: self.ip_address.map(|address| address.to_string()),
            user_agent: self.user_agent.clone(),
        };
        match &self.identity {
            Identity::Key(key) => Actor::api_key(key, origin),
            Identity::Person(session) => Actor::person(&session.user.id, &session.user.email, origin),
        }
    }

    /// The one who asks as the one who records.
    pub fn recorder(&self) -> store::Caller {
        let (api_key_id, executed_by) = match &self.identity {
            Identity::Key(key) => (Some(key.api_key_id.clone()), None),
            Identity::Person(session) => (None, Some(session.user.id.to_string())),
        };
        store::Caller {
            api_key_id,
            executed_by,
            ip_address: self.ip_address.map(|address| address.to_string()),
            user_agent: self.user_agent.clone(),
        }
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let (organization, identity) = match bearer(&parts.headers) {
            Some(token) => by_key(parts, state, token).await?,
            None => by_session(parts)?,
        };
        Ok(Self {
            organization,
            identity,
            ip_address: peer(parts),
            user_agent: user_agent(&parts.headers),
        })
    }
}

/// Fails where the key's budget is spent. What it spent was read with it, for this request.
fn within_budget(key: &ApiKey) -> Result<(), Problem> {
    let now = clock::now();
    match key.spent_budget(now) {
        Some(spent) => Err(Problem::budget_spent(&spent, now)),
        None => Ok(()),
    }
}

async fn by_key(parts: &Parts, state: &AppState, token: &str) -> Result<(OrganizationId, Identity), Problem> {
    let (store, now) = (&state.store, clock::now());
    let token: ApiKeyToken = token.parse().map_err(|()| Problem::unauthenticated())?;
    let (organization, key) = match store.authenticate(&token, now).await? {
        KeyCheck::Valid(organization, key) => (organization, key),
        KeyCheck::Refused(organization, key, why) => {
            refusals::tell_refused_key(state, organization, key, why, origin(parts));
            return Err(refusal(why));
        }
        KeyCheck::Unknown => return Err(Problem::unauthenticated()),
    };
    Guest::of_request_is_known(&parts.extensions);
    store.note_key_use(organization, &key.api_key_id, peer(parts), now);
    quota::admit(parts, store, organization, &key, now).await?;
    Ok((organization, Identity::Key(key)))
}

/// Why a key that does not work does not.
fn refusal(why: KeyRefusal) -> Problem {
    match why {
        KeyRefusal::Revoked => Problem::ended_key("api_key_revoked", "The API key was revoked."),
        KeyRefusal::Expired => Problem::ended_key("api_key_expired", "The API key has expired."),
        KeyRefusal::Replaced => Problem::ended_key(
            "api_key_replaced",
            "The API key was rotated, and its old secret works no more; use the new one.",
        ),
        KeyRefusal::WrongSecret => Problem::unauthenticated(),
    }
}

fn by_session(parts: &Parts) -> Result<(OrganizationId, Identity), Problem> {
    let session = parts
        .extensions
        .get::<Session>()
        .ok_or_else(Problem::unauthenticated)?;
    cross_site::check(parts)?;
    Ok((
        session.organization.id,
        Identity::Person(Box::new(session.clone())),
    ))
}

/// Who sends a form or asks for a page, as the audit log knows them.
pub fn actor(parts: &Parts) -> Actor {
    let origin = origin(parts);
    match parts.extensions.get::<Session>() {
        Some(session) => Actor::person(&session.user.id, &session.user.email, origin),
        None => Actor::unknown(origin),
    }
}

/// Where a request comes from.
pub fn origin(parts: &Parts) -> SessionOrigin {
    SessionOrigin {
        ip_address: peer(parts).map(|address| address.to_string()),
        user_agent: user_agent(&parts.headers),
    }
}

/// Address of whoever asks: of the other end of the connection, or where that is a trusted proxy, of whom it speaks for.
/// Requests that came through no connection have none.
pub fn peer(parts: &Parts) -> Option<IpAddr> {
    parts.extensions.get::<RequestSource>()?.address
}

/// What the program calls itself: the beginning of it, on one line.
pub fn user_agent(headers: &HeaderMap) -> Option<String> {
    let text = String::from_utf8_lossy(headers.get(USER_AGENT)?.as_bytes());
    let line: String = text
        .chars()
        .filter(|c| !c.is_control())
        .take(MAX_USER_AGENT)
        .collect();
    (!line.is_empty()).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{http::StatusCode, response::IntoResponse};
    use serde_json::json;

    fn caller(spent: f64) -> Caller {
        let key = json!({
            "apiKeyId": "key", "name": "Key", "scopes": ["record", "execute"], "agentIds": [],
            "monthlyBudgetUSD": 1, "spentThisMonthUSD": spent, "createdAt": "2026-01-01T00:00:00Z",
        });
        Caller {
            organization: OrganizationId(1),
            identity: Identity::Key(serde_json::from_value(key).unwrap()),
            ip_address: None,
            user_agent: None,
        }
    }

    #[test]
    fn a_spent_budget_keeps_a_key_from_running_agents_alone() {
        assert!(caller(0.999_999_999).require(Permission::Execute).is_ok());
        let spent = caller(1.0);
        assert!(spent.require(Permission::Record).is_ok());
        let refusal = spent.require(Permission::Execute).unwrap_err().into_response();
        assert_eq!(refusal.status(), StatusCode::TOO_MANY_REQUESTS);
        assert!(refusal.headers().contains_key("retry-after"));
        let missing = spent.require(Permission::Read).unwrap_err().into_response();
        assert_eq!(missing.status(), StatusCode::FORBIDDEN);
    }
}
