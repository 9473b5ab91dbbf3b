//! Agents and their versions.

use crate::{
    Note, Store, StoreError,
    counts::SPAN,
    error::taken,
    ids,
    row::decode_error,
    transaction::{WriteTransaction, transact},
};
use chrono::Utc;
use domain::{
    Agent, AgentId, AgentVersion, AuditAction, FieldError, OrganizationId, Timestamp, VersionNumber,
    agent::{MAX_TEMPERATURE, parse_line, parse_name},
    field, time,
};

/// A version that is to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct NewVersion {
    /// Model that it asks.
    pub model: String,
    /// Sampling temperature.
    pub temperature: Option<f64>,
    /// System prompt.
    pub system_prompt: Option<String>,
    /// User prompt with places for variables.
    pub user_prompt_template: String,
    /// Whether it is to be in use from now on.
    pub activate: bool,
}

type AgentRow = (
    String,
    String,
    i64,
    Option<i64>,
    Option<String>,
    i64,
    Option<i64>,
    Option<i64>,
);

/// An agent with its active version's model and what its executions sum up to. `$2` is the width of the widest counts.
macro_rules! select_agents {
    ($condition:literal) => {
        concat!(
            "SELECT a.agent_id, a.name, a.created_at, a.active_version, v.model,
                 COALESCE((SELECT CAST(SUM(c.executions) AS BIGINT) FROM execution_counts c
                     WHERE c.organization_id = a.organization_id AND c.agent_key = a.agent_key
                         AND c.width = $2), 0),
                 (SELECT MAX(e.executed_at) FROM executions e
                     WHERE e.organization_id = a.organization_id AND e.agent_key = a.agent_key),
                 a.retention_days
             FROM agents a LEFT JOIN versions v ON v.organization_id = a.organization_id
                 AND v.agent_key = a.agent_key AND v.number = a.active_version
             WHERE a.organization_id = $1",
            $condition
        )
    };
}

fn agent(
    (agent_id, name, created_at, active, model, executions, last, days): AgentRow,
) -> Result<Agent, StoreError> {
    Ok(Agent {
        agent_id: agent_id.try_into().map_err(decode_error)?,
        name,
        created_at: time::from_micros(created_at),
        active_version: active.map(version_number).transpose()?,
        model,
        executions: executions.unsigned_abs(),
        last_executed_at: last.map(time::from_micros),
        retention_days: days.and_then(|days| u32::try_from(days).ok()),
    })
}

fn version_number(number: i64) -> Result<VersionNumber, sqlx::Error> {
    u32::try_from(number).map(VersionNumber).map_err(decode_error)
}

impl Store {
    /// Makes an agent. Names need not be unique.
    pub async fn create_agent(
        &self,
        organization: OrganizationId,
        name: &str,
        now: Timestamp,
    ) -> Result<Agent, StoreError> {
        let agent = Agent {
            agent_id: ids::agent_id(now),
            name: parse_name("name", name)?,
            created_at: time::truncate(now),
            active_version: None,
            model: None,
            executions: 0,
            last_executed_at: None,
            retention_days: None,
        };
        transact!(self.backend, |transaction| {
            transaction
                .execute(
                    "INSERT INTO agents (organization_id, agent_key, agent_id, name, created_at)
                     SELECT $1, COALESCE(MAX(agent_key), 0) + 1, $2, $3, $4 FROM agents
                     WHERE organization_id = $1",
                    (
                        organization.0,
                        agent.agent_id.as_str(),
                        &agent.name,
                        now.timestamp_micros(),
                    ),
                )
                .await
                .map_err(|error| taken(error, "this agent's number, by another made at the same moment,"))?;
            let note = Note::new(AuditAction::AgentCreated).about(
                "agent",
                agent.agent_id.as_str(),
                Some(&agent.name),
            );
            transaction.audit(organization, &self.actor, note, now).await?;
            Ok(())
        })?;
        Ok(agent)
    }

    /// Every agent of the organization, by name.
    pub async fn agents(&self, organization: OrganizationId) -> Result<Vec<Agent>, StoreError> {
        let rows: Vec<AgentRow> = self
            .backend
            .fetch(
                select_agents!(" ORDER BY LOWER(a.name), a.agent_id"),
                (organization.0, SPAN),
            )
            .await?;
        rows.into_iter().map(agent).collect()
    }

    /// One agent, or `NotFound`.
    pub async fn agent(&self, organization: OrganizationId, id: &AgentId) -> Result<Agent, StoreError> {
        let row: Option<AgentRow> = self
            .backend
            .fetch_optional(
                select_agents!(" AND a.agent_id = $3"),
                (organization.0, SPAN, id.as_str()),
            )
            .await?;
        agent(row.ok_or(StoreError::NotFound("agent"))?)
    }

    /// Whether there is such an agent: `NotFound` where there is none. Cheaper than `agent`, which sums up.
    pub async fn check_agent(&self, organization: OrganizationId, id: &AgentId) -> Result<(), StoreError> {
        self.agent_key(organization, id).await.map(drop)
    }

    /// The short key of an agent, or `NotFound`: what every call on its executions begins with.
    pub(crate) async fn agent_key(
        &self,
        organization: OrganizationId,
        id: &AgentId,
    ) -> Result<i64, StoreError> {
        let row: Option<(i64,)> = self
            .backend
            .fetch_optional(
                "SELECT agent_key FROM agents WHERE organization_id = $1 AND agent_id = $2",
                (organization.0, id.as_str()),
            )
            .await?;
        row.map(|(key,)| key).ok_or(StoreError::NotFound("agent"))
    }

    /// Gives an agent another name.
    pub async fn rename_agent(
        &self,
        organization: OrganizationId,
        id: &AgentId,
        name: &str,
    ) -> Result<Agent, StoreError> {
        let name = parse_name("name", name)?;
        transact!(self.backend, |transaction| {
            let before = transaction.hold_agent(organization, id).await?;
            if before.name != name {
                transaction
                    .execute(
                        "UPDATE agents SET name = $3 WHERE organization_id = $1 AND agent_id = $2",
                        (organization.0, id.as_str(), &name),
                    )
                    .await?;
                let note = Note::new(AuditAction::AgentRenamed)
                    .about("agent", id.as_str(), Some(&name))
                    .changed("name", before.name, name.as_str());
                transaction
                    .audit(organization, &self.actor, note, Utc::now())
                    .await?;
            }
            Ok(())
        })?;
        self.agent(organization, id).await
    }

    /// Adds a version to an agent, numbered after the last. The first one is in use at once.
    pub async fn create_version(
        &self,
        organization: OrganizationId,
        agent: &AgentId,
        version: NewVersion,
        now: Timestamp,
    ) -> Result<AgentVersion, StoreError> {
        let version = version.checked()?;
        let (number, active) = transact!(self.backend, |transaction| {
            let Held { agent_key, name, .. } = transaction.hold_agent(organization, agent).await?;
            let (number,): (i64,) = transaction
                .fetch_one(
                    "INSERT INTO versions (organization_id, agent_key, number, model, temperature,
                     system_prompt, user_prompt_template, created_at)
                     SELECT $1, $2, COALESCE(MAX(number), 0) + 1, $3, $4, $5, $6, $7 FROM versions
                     WHERE organization_id = $1 AND agent_key = $2 RETURNING number",
                    (
                        organization.0,
                        agent_key,
                        &version.model,
                        version.temperature,
                        &version.system_prompt,
                        &version.user_prompt_template,
                        now.timestamp_micros(),
                    ),
                )
                .await
                .map_err(|error| {
                    taken(
                        error,
                        "this version's number, by another made at the same moment,",
                    )
                })?;
            let number = version_number(number)?;
            let active = version.activate || number.0 == 1;
            if active {
                transaction
                    .put_in_use(organization, agent_key, number, now)
                    .await?;
            }
            let note = Note::new(AuditAction::VersionCreated)
                .about("version", agent.as_str(), Some(&format!("{name} {number}")))
                .with("number", number.0)
                .with("model", version.model.as_str())
                .with("inUse", active);
            transaction.audit(organization, &self.actor, note, now).await?;
            Ok((number, active))
        })?;
        Ok(AgentVersion {
            number,
            model: version.model,
            temperature: version.temperature,
            system_prompt: version.system_prompt,
            user_prompt_template: version.user_prompt_template,
            created_at: time::truncate(now),
            active,
        })
    }

    /// The agent's versions, newest first.
    pub async fn versions(
        &self,
        organization: OrganizationId,
        agent: &AgentId,
    ) -> Result<Vec<AgentVersion>, StoreError> {
        let any = (0, i64::from(u32::MAX));
        self.versions_among(organization, agent, any, i64::from(i32::MAX))
            .await
    }

    /// The agent's versions, newest first, with the first so many characters of their prompts.
    pub async fn versions_in_short(
        &self,
        organization: OrganizationId,
        agent: &AgentId,
        characters: u32,
    ) -> Result<Vec<AgentVersion>, StoreError> {
        let any = (0, i64::from(u32::MAX));
        self.versions_among(organization, agent, any, characters.into())
            .await
    }

    /// One of the agent's versions, if it is there.
    pub async fn version(
        &self,
        organization: OrganizationId,
        agent: &AgentId,
        number: VersionNumber,
    ) -> Result<Option<AgentVersion>, StoreError> {
        let one = (number.0.into(), number.0.into());
        let found = self.versions_among(organization, agent, one, i64::from(i32::MAX));
        Ok(found.await?.pop())
    }

    /// Versions of these numbers, first and last one given.
    async fn versions_among(
        &self,
        organization: OrganizationId,
        agent: &AgentId,
        (first, last): (i64, i64),
        characters: i64,
    ) -> Result<Vec<AgentVersion>, StoreError> {
        type VersionRow = (i64, String, Option<f64>, Option<String>, String, i64, Option<i64>);
        let agent_key = self.agent_key(organization, agent).await?;
        let rows: Vec<VersionRow> = self
            .backend
            .fetch(
                "SELECT v.number, v.model, v.temperature, SUBSTR(v.system_prompt, 1, CAST($5 AS INTEGER)),
                     SUBSTR(v.user_prompt_template, 1, CAST($5 AS INTEGER)), v.created_at, a.active_version
                 FROM versions v
                 JOIN agents a ON a.organization_id = v.organization_id AND a.agent_key = v.agent_key
                 WHERE v.organization_id = $1 AND v.agent_key = $2 AND v.number BETWEEN $3 AND $4
                 ORDER BY v.number DESC",
                (organization.0, agent_key, first, last, characters),
            )
            .await?;
        rows.into_iter()
            .map(
                |(number, model, temperature, system_prompt, user_prompt_template, created_at, active)| {
                    Ok(AgentVersion {
                        number: version_number(number)?,
                        model,
                        temperature,
                        system_prompt,
                        user_prompt_template,
                        created_at: time::from_micros(created_at),
                        active: active == Some(number),
                    })
                },
            )
            .collect()
    }

    /// When the version was put in use for the last time up to an instant, if that is known.
    pub async fn put_in_use(
        &self,
        organization: OrganizationId,
        agent: &AgentId,
        number: VersionNumber,
        until: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let agent_key = self.agent_key(organization, agent).await?;
        let (at,): (Option<i64>,) = self
            .backend
            .fetch_one(
                "SELECT MAX(activated_at) FROM activations
                 WHERE organization_id = $1 AND agent_key = $2 AND number = $3 AND activated_at <= $4",
                (
                    organization.0,
                    agent_key,
                    i64::from(number.0),
                    until.timestamp_micros(),
                ),
            )
            .await?;
        Ok(at.map(time::from_micros))
    }

    /// Puts a version in use. `NotFound` where the agent has none of that number.
    pub async fn activate_version(
        &self,
        organization: OrganizationId,
        agent: &AgentId,
        number: VersionNumber,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        transact!(self.backend, |transaction| {
            let held = transaction.hold_agent(organization, agent).await?;
            transaction
                .put_in_use(organization, held.agent_key, number, now)
                .await?;
            if held.active_version != Some(i64::from(number.0)) {
                let note = Note::new(AuditAction::VersionActivated)
                    .about(
                        "version",
                        agent.as_str(),
                        Some(&format!("{} {number}", held.name)),
                    )
                    .changed("number", held.active_version, number.0);
                transaction.audit(organization, &self.actor, note, now).await?;
            }
            Ok(())
        })
    }
}

/// An agent that nobody else changes until the transaction ends.
pub(crate) struct Held {
    pub agent_key: i64,
    pub name: String,
    pub active_version: Option<i64>,
    pub retention_days: Option<i64>,
}

impl WriteTransaction {
    /// The agent as it is until the transaction ends, or `NotFound`.
    pub(crate) async fn hold_agent(
        &mut self,
        organization: OrganizationId,
        agent: &AgentId,
    ) -> Result<Held, StoreError> {
        let lock = self.lock("FOR NO KEY UPDATE");
        let sql = format!(
            "SELECT agent_key, name, active_version, retention_days FROM agents
             WHERE organization_id = $1 AND agent_id = $2 {lock}"
        );
        let row: Option<(i64, String, Option<i64>, Option<i64>)> =
            self.fetch_optional(sql, (organization.0, agent.as_str())).await?;
        let (agent_key, name, active_version, retention_days) = row.ok_or(StoreError::NotFound("agent"))?;
        Ok(Held {
            agent_key,
            name,
            active_version,
            retention_days,
        })
    }

    /// Puts a version in use. `NotFound` where the agent has none of that number.
    async fn put_in_use(
        &mut self,
        organization: OrganizationId,
        agent_key: i64,
        number: VersionNumber,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let activated = self
            .execute(
                "UPDATE versions SET activated_at = $4 WHERE organization_id = $1 AND agent_key = $2
                 AND number = $3",
                (
                    organization.0,
                    agent_key,
                    i64::from(number.0),
                    now.timestamp_micros(),
                ),
            )
            .await?;
        if activated == 0 {
            return Err(StoreError::NotFound("version"));
        }
        let put_in_use = self
            .execute(
                "UPDATE agents SET active_version = $3
                 WHERE organization_id = $1 AND agent_key = $2 AND COALESCE(active_version, 0) <> $3",
                (organization.0, agent_key, i64::from(number.0)),
            )
            .await?;
        if put_in_use > 0 {
            self.execute(
                "INSERT INTO activations (organization_id, agent_key, activated_at, number)
                 VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
                (
                    organization.0,
                    agent_key,
                    now.timestamp_micros(),
                    i64::from(number.0),
                ),
            )
            .await?;
        }
        Ok(())
    }
}

/// Longest prompt of a version, in bytes.
const MAX_PROMPT: usize = 1 << 20;

impl NewVersion {
    fn checked(self) -> Result<Self, FieldError> {
        let model = parse_line("model", &self.model, field::MAX_NAME)?;
        if self
            .temperature
            .is_some_and(|temperature| !(0.0..=MAX_TEMPERATURE).contains(&temperature))
        {
            return Err(FieldError::new(
                "temperature",
                format!("must be a number from 0 to {MAX_TEMPERATURE}"),
            ));
        }
        let system_prompt = self.system_prompt.filter(|prompt| !prompt.is_empty());
        for (field, prompt) in [
            ("systemPrompt", system_prompt.as_deref().unwrap_or_default()),
            ("userPromptTemplate", &self.user_prompt_template),
        ] {
            if prompt.len() > MAX_PROMPT || prompt.contains('\0') {
                return Err(FieldError::new(
                    field,
                    "must be at most 1 MiB of text without NUL characters",
                ));
            }
        }
        Ok(Self {
            model,
            system_prompt,
            ..self
        })
    }
}
