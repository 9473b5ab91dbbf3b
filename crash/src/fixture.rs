//! What a database holds before anything is begun.

use crate::{database::Database, scale::Scale};
use anyhow::{Context, Result};
use chrono::{SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};
use std::{fs, ops::Range};
use testkit::{Ledger, ndjson};

/// The organization that work is done on.
pub const ORGANIZATION: &str = "Acme";
/// Its owner.
pub const OWNER: &str = "owner@example.com";
/// The owner's password.
pub const PASSWORD: &str = "a-password-for-nobody";
/// Whose executions are erased.
pub const PERSON: &str = "mira@example.com";
/// The plan by which the person's executions are too old, and no others.
pub const PLAN: &str = "standard";

/// The organization that nothing is done to.
const BYSTANDER: &str = "Bystander";
/// Days before today in which the person's executions lie: all of them older than `PLAN` keeps.
const OLD: Range<f64> = 95.0..200.0;
/// Days before today in which all others lie.
const RECENT: Range<f64> = 1.0..80.0;
/// Values of one kind that only the person's executions have, each for a while.
const VALUES: usize = 30;

/// What is needed to use the database.
#[derive(Debug, Clone)]
pub struct Fixture {
    /// Identifier of the organization.
    pub organization: i64,
    /// Its agent.
    pub agent: String,
    /// Its key, which reads and administers.
    pub key: String,
    /// The other organization's agent.
    pub bystander: String,
    /// The other organization's key.
    pub bystander_key: String,
    /// How much there is.
    pub scale: Scale,
}

impl Fixture {
    /// Fills the database of a ledger by its commands.
    pub async fn create(ledger: &Ledger, url: &str, scale: Scale) -> Result<Self> {
        ledger.add_user(ORGANIZATION, OWNER, "owner", PASSWORD)?;
        ledger.add_user(BYSTANDER, "bystander@example.com", "owner", PASSWORD)?;
        let agent = ledger.create_agent(ORGANIZATION, "Busy")?;
        let key = ledger.create_key(ORGANIZATION, "All", "read,admin")?;
        let bystander = ledger.create_agent(BYSTANDER, "Bystander")?;
        let bystander_key = ledger.create_key(BYSTANDER, "All", "read")?;
        import(ledger, ORGANIZATION, &agent, &of_person(scale.person))?;
        import(ledger, ORGANIZATION, &agent, &of_others("other", scale.others))?;
        import(
            ledger,
            BYSTANDER,
            &bystander,
            &of_others("bystander", scale.bystander),
        )?;
        let mut database = Database::open(url).await?;
        let sql = format!("SELECT organization_id FROM organizations WHERE name = '{ORGANIZATION}'");
        let organization = database.number(&sql).await?;
        database.close().await?;
        Ok(Self {
            organization,
            agent,
            key,
            bystander,
            bystander_key,
            scale,
        })
    }
}

/// What an execution put out, by which it is seen whether its payload opens.
pub fn output_of(id: &str) -> String {
    format!("what {id} put out. ").repeat(8)
}

fn import(ledger: &Ledger, organization: &str, agent: &str, executions: &[Value]) -> Result<()> {
    let file = ledger.folder().join("executions.ndjson");
    fs::write(&file, ndjson(executions))?;
    let path = file.to_str().context("a folder's name is no UTF-8")?;
    ledger.command(&["import", "--org", organization, "--agent", agent, path], "")?;
    Ok(fs::remove_file(&file)?)
}

fn of_person(count: usize) -> Vec<Value> {
    (0..count)
        .map(|number| {
            let value = number * VALUES / count;
            execution("person", number, count, &OLD, PERSON, &format!("model-{value}"))
        })
        .collect()
}

fn of_others(name: &str, count: usize) -> Vec<Value> {
    (0..count)
        .map(|number| execution(name, number, count, &RECENT, "somebody else", "model-of-all"))
        .collect()
}

fn execution(
    name: &str,
    number: usize,
    count: usize,
    days: &Range<f64>,
    executed_by: &str,
    model: &str,
) -> Value {
    let id = format!("{name}_{number}");
    let days = days.end - (days.end - days.start) * number as f64 / count as f64;
    let executed_at = Utc::now() - TimeDelta::seconds((days * 86_400.0) as i64);
    json!({
        "executionId": id,
        "status": if number.is_multiple_of(7) { "failed" } else { "success" },
        "executedAt": executed_at.to_rfc3339_opts(SecondsFormat::Millis, true),
        "executedBy": executed_by,
        "model": model,
        "latencyMs": number,
        "inputVariables": { "number": number },
        "outputText": output_of(&id),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_persons_executions_are_old() {
        let edge = (Utc::now() - TimeDelta::days(90)).to_rfc3339();
        let is_old = |execution: &Value| execution["executedAt"].as_str().unwrap() < edge.as_str();
        assert!(of_person(100).iter().all(is_old));
        assert!(!of_others("other", 100).iter().any(is_old));
    }

    #[test]
    fn values_come_and_go_in_turn() {
        let models: Vec<_> = of_person(60).iter().map(|one| one["model"].to_string()).collect();
        assert!(models.is_sorted_by_key(|model| model.len()));
        assert_eq!(
            models.iter().collect::<std::collections::HashSet<_>>().len(),
            VALUES
        );
    }
}
