//! Who appears in the sample organization: its owner, its keys, its agents and their versions.

use super::{
    DemoError, ORGANIZATION,
    agents::{self, SampleAgent},
    caller::{DemoCaller, KEYS},
    draw,
};
use crate::auth::password;
use chrono::Duration;
use domain::{AgentId, ApiKeyId, OrganizationId, Role, Scope, Scopes, Timestamp, UserId};
use rand::{RngExt, rngs::StdRng};
use store::{Caller, NewVersion, Store};

/// Address of the owner; the domain is reserved for examples (RFC 2606).
const OWNER: &str = "demo@acme-robotics.example";

/// The sample organization's people and things.
pub struct Cast {
    pub organization: OrganizationId,
    pub owner: UserId,
    pub agents: Vec<(AgentId, &'static SampleAgent)>,
    keys: Vec<ApiKeyId>,
}

impl Cast {
    /// Makes them all, as if they had come one after another over the last months.
    pub async fn make(store: &Store, now: Timestamp) -> Result<Self, DemoError> {
        let long_ago = now - Duration::days(91);
        let organization = store.ensure_organization(ORGANIZATION, long_ago).await?.id;
        let owner = store
            .add_user(organization, OWNER, Role::Owner, &unknown_password()?, long_ago)
            .await?
            .id;
        let scopes = Scopes::try_from(vec![Scope::Record, Scope::Read]).map_err(store::StoreError::from)?;
        let mut keys = Vec::new();
        for name in KEYS {
            let (key, _) = store
                .create_api_key(organization, name, &scopes, long_ago)
                .await?;
            keys.push(key.api_key_id);
        }
        let mut cast = Self {
            organization,
            owner,
            agents: Vec::new(),
            keys,
        };
        for sample in agents::ALL {
            let agent = cast.make_agent(store, sample, now).await?;
            cast.agents.push((agent, sample));
        }
        Ok(cast)
    }

    async fn make_agent(
        &self,
        store: &Store,
        sample: &SampleAgent,
        now: Timestamp,
    ) -> Result<AgentId, DemoError> {
        let agent = store
            .create_agent(self.organization, sample.name, now - Duration::days(91))
            .await?
            .agent_id;
        for version in sample.versions {
            let new = NewVersion {
                model: version.model.name.to_owned(),
                temperature: Some(version.temperature),
                system_prompt: Some(version.system_prompt.to_owned()),
                user_prompt_template: version.template.to_owned(),
                activate: true,
            };
            let made_at = now - Duration::days(version.days_ago);
            store
                .create_version(self.organization, &agent, new, made_at)
                .await?;
        }
        Ok(agent)
    }

    /// Somebody who asks one of the agents.
    pub fn caller(&self, rng: &mut StdRng, agent: &SampleAgent) -> DemoCaller {
        let source = draw::weighted(rng, agent.sources, domain::Source::Api);
        DemoCaller::draw(rng, source, self.owner.as_str())
    }

    /// The key that a caller uses, as the store wants to hear of it.
    pub fn key(&self, key: Option<usize>) -> Caller {
        Caller {
            api_key_id: key.and_then(|index| self.keys.get(index)).cloned(),
            ..Default::default()
        }
    }
}

/// A hash of a password that nobody knows: the owner signs in by link.
fn unknown_password() -> Result<String, DemoError> {
    let secret: [char; 40] = std::array::from_fn(|_| rand::rng().random_range('!'..='~'));
    password::hash(&String::from_iter(secret)).map_err(|error| DemoError::Password(error.to_string()))
}
