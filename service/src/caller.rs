//! Who asks for something, and what they may do.

use crate::{Error, Service, clock, error::Grant};
use domain::{Actor, AgentId, ApiKey, OrganizationId, Permission, Role, SessionOrigin, UserId};
use store::{Session, Store};

/// Somebody who asks for something in an organization.
#[derive(Debug, Clone)]
pub struct Caller {
    /// In whose name.
    pub organization: OrganizationId,
    /// By what.
    pub identity: Identity,
    /// Where the request comes from, as sessions and the audit log keep it.
    pub origin: SessionOrigin,
}

/// By what somebody is known.
#[derive(Debug, Clone)]
pub enum Identity {
    /// A program with an API key.
    Key(Box<ApiKey>),
    /// A person who is signed in.
    Person(Box<Session>),
    /// Whoever operates the server, at its command line: may do anything.
    Operator,
}

impl Caller {
    /// Whoever operates the server, in the name of an organization.
    pub fn operator(organization: OrganizationId) -> Self {
        Self {
            organization,
            identity: Identity::Operator,
            origin: SessionOrigin::default(),
        }
    }

    /// # Errors
    /// `Forbidden` without the permission; `BudgetSpent` where agents are to be run and the key's budget is spent.
    pub fn require(&self, permission: impl Into<Permission>) -> Result<(), Error> {
        let permission = permission.into();
        let (allowed, grant) = match &self.identity {
            Identity::Key(key) => (key.scopes.allow(permission), Grant::Scopes),
            Identity::Person(session) => (session.role.allows(permission), Grant::Role),
            Identity::Operator => (true, Grant::Role),
        };
        if !allowed {
            return Err(Error::Forbidden { permission, grant });
        }
        match &self.identity {
            Identity::Key(key) if permission == Permission::Execute => within_budget(key),
            _ => Ok(()),
        }
    }

    /// # Errors
    /// Unless the caller may do that in the whole organization: a key may be limited to certain agents.
    pub fn require_everywhere(&self, permission: impl Into<Permission>) -> Result<(), Error> {
        self.require(permission)?;
        match &self.identity {
            Identity::Key(key) if !key.reaches_every_agent() => Err(Error::NotEveryAgent),
            _ => Ok(()),
        }
    }

    /// # Errors
    /// Unless the caller may do that with the agent, be it there or not.
    pub fn require_with_agent(
        &self,
        permission: impl Into<Permission>,
        agent: &AgentId,
    ) -> Result<(), Error> {
        self.require(permission)?;
        if self.reaches(agent) {
            Ok(())
        } else {
            Err(Error::OtherAgents)
        }
    }

    /// Whether the caller may touch the agent at all, be it there or not.
    pub fn reaches(&self, agent: &AgentId) -> bool {
        match &self.identity {
            Identity::Key(key) => key.reaches(agent),
            Identity::Person(_) | Identity::Operator => true,
        }
    }

    /// The role that counts where people are changed: a key does what an admin may.
    pub fn role(&self) -> Role {
        match &self.identity {
            Identity::Key(_) => Role::Admin,
            Identity::Person(session) => session.role,
            Identity::Operator => Role::Owner,
        }
    }

    /// The session of a person.
    pub fn session(&self) -> Option<&Session> {
        match &self.identity {
            Identity::Person(session) => Some(session),
            Identity::Key(_) | Identity::Operator => None,
        }
    }

    /// Whether that is the person who asks.
    pub fn is(&self, user: &UserId) -> bool {
        self.session().is_some_and(|session| session.user.id == *user)
    }

    /// The one who asks, as the audit log knows them.
    pub fn actor(&self) -> Actor {
        let origin = self.origin.clone();
        match &self.identity {
            Identity::Key(key) => Actor::api_key(key, origin),
            Identity::Person(session) => Actor::person(&session.user.id, &session.user.email, origin),
            Identity::Operator => Actor::command_line(),
        }
    }

    /// The one who asks, as executions keep who recorded them.
    pub fn recorded_by(&self) -> store::RecordedBy {
        let (api_key_id, executed_by) = match &self.identity {
            Identity::Key(key) => (Some(key.api_key_id.clone()), None),
            Identity::Person(session) => (None, Some(session.user.id.to_string())),
            Identity::Operator => (None, None),
        };
        let SessionOrigin {
            ip_address,
            user_agent,
        } = self.origin.clone();
        store::RecordedBy {
            api_key_id,
            executed_by,
            ip_address,
            user_agent,
        }
    }
}

impl Service {
    /// The store in the name of a caller who administers the organization.
    pub(crate) fn administered(&self, caller: &Caller) -> Result<Store, Error> {
        caller.require_everywhere(Permission::Administer)?;
        Ok(self.store.by(caller.actor()))
    }

    /// The store in the name of a caller who administers the agent.
    pub(crate) fn administered_with(&self, caller: &Caller, agent: &AgentId) -> Result<Store, Error> {
        caller.require_with_agent(Permission::Administer, agent)?;
        Ok(self.store.by(caller.actor()))
    }
}

/// Fails where the key's budget is spent. What it spent was read with it, for this request.
fn within_budget(key: &ApiKey) -> Result<(), Error> {
    match key.spent_budget(clock::now()) {
        Some(spent) => Err(Error::BudgetSpent(spent)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn caller(spent: f64) -> Caller {
        let key = json!({
            "apiKeyId": "key", "name": "Key", "scopes": ["record", "execute"], "agentIds": ["agent_1"],
            "monthlyBudgetUSD": 1, "spentThisMonthUSD": spent, "createdAt": "2026-01-01T00:00:00Z",
        });
        Caller {
            organization: OrganizationId(1),
            identity: Identity::Key(serde_json::from_value(key).unwrap()),
            origin: SessionOrigin::default(),
        }
    }

    #[test]
    fn a_spent_budget_keeps_a_key_from_running_agents_alone() {
        assert!(caller(0.999_999_999).require(Permission::Execute).is_ok());
        let spent = caller(1.0);
        assert!(spent.require(Permission::Record).is_ok());
        let refusal = spent.require(Permission::Execute).unwrap_err();
        assert_eq!(refusal.code(), "budget_spent");
        let missing = spent.require(Permission::Read).unwrap_err();
        assert_eq!(missing.code(), "insufficient_scope");
    }

    #[test]
    fn a_key_that_is_limited_to_agents_does_nothing_beyond_them() {
        let caller = caller(0.0);
        let (own, other) = ("agent_1".parse().unwrap(), "agent_2".parse().unwrap());
        assert!(caller.require_with_agent(Permission::Record, &own).is_ok());
        for refusal in [
            caller.require_with_agent(Permission::Record, &other),
            caller.require_everywhere(Permission::Record),
        ] {
            assert_eq!(refusal.unwrap_err().code(), "agent_not_allowed");
        }
        let operator = Caller::operator(OrganizationId(1));
        assert!(operator.require_everywhere(Permission::Own).is_ok());
    }
}
