//! Who appears in the sample organization: its owner, its keys, its agents and their versions.

use super::{
    DemoError, ORGANIZATION,
    agents::{self, SampleAgent},
    caller::{DemoCaller, KEYS},
    draw,
};
use chrono::Duration;
use domain::{
    Actor, AgentId, ApiKeyId, AuditAction, OrganizationId, Role, Scope, Scopes, SessionOrigin, Timestamp,
    UserId,
};
use rand::{RngExt, rngs::StdRng};
use service::hash_password;
use store::{NewInvitation, NewVersion, Note, RecordedBy, Store, User, token::Token};

/// Address of the owner; the domain is reserved for examples (RFC 2606).
const OWNER: &str = "demo@acme-robotics.example";
/// What the owner's browser calls itself.
const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

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
        let origin = SessionOrigin {
            ip_address: Some("198.51.100.7".to_owned()),
            user_agent: Some(BROWSER.to_owned()),
        };
        let person = Actor::person(&owner, OWNER, origin);
        let store = &store.by(person.clone());
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
        cast.live(store, &person, now).await?;
        Ok(cast)
    }

    /// What people did lately, for the audit log to tell.
    async fn live(&self, store: &Store, person: &Actor, now: Timestamp) -> Result<(), DemoError> {
        let ago = |hours| now - Duration::hours(hours);
        if let Some(key) = self.keys.last() {
            store
                .rotate_api_key(self.organization, key, Duration::hours(24), ago(19 * 24))
                .await?
                .map_err(service::Error::from)?;
        }
        let new = NewInvitation {
            email: "ines@acme-robotics.example",
            role: Role::Viewer,
            expires_at: ago(5 * 24),
            by_email: false,
        };
        store
            .invite(self.organization, &Token::fresh().hash(), new, ago(12 * 24))
            .await?;
        if let Some((agent, sample)) = self.agents.first() {
            let note = Note::new(AuditAction::ExecutionsExported)
                .about("agent", agent.as_str(), Some(sample.name))
                .with("format", "csv");
            store.note(self.organization, note, ago(3 * 24)).await?;
        }
        let guesser = SessionOrigin {
            ip_address: Some("203.0.113.66".to_owned()),
            user_agent: Some("curl/8.14.1".to_owned()),
        };
        let owner = User {
            id: self.owner.clone(),
            email: OWNER.to_owned(),
        };
        let stranger = store.by(Actor::unknown(guesser));
        stranger.note_refused_sign_in(&owner, ago(30)).await?;
        store
            .create_session(
                &Token::fresh().hash(),
                &self.owner,
                self.organization,
                &person.origin,
                ago(26),
                ago(25),
            )
            .await?;
        Ok(())
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
    pub fn key(&self, key: Option<usize>) -> RecordedBy {
        RecordedBy {
            api_key_id: key.and_then(|index| self.keys.get(index)).cloned(),
            ..Default::default()
        }
    }
}

/// A hash of a password that nobody knows: the owner signs in by link.
fn unknown_password() -> Result<String, DemoError> {
    let secret: [char; 40] = std::array::from_fn(|_| rand::rng().random_range('!'..='~'));
    Ok(hash_password(&String::from_iter(secret))?)
}
