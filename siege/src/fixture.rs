//! What is besieged: two organizations, their agents, keys and people, and executions as large as they may be.

use crate::{
    bodies::{self, Body},
    exchange::Request,
    scale::Scale,
    sources::CALLER,
};
use anyhow::{Context, Result, bail};
use serde_json::json;
use std::{path::Path, time::Duration};
use testkit::{Ledger, Server};
use tokio::task::spawn_blocking;

/// The organization that is besieged, and another one that is not.
const ORGANIZATION: &str = "Besieged";
const BYSTANDER: &str = "Bystander";
/// The owner of the first, who has a session from before.
const OWNER: &str = "owner@example.com";
/// Somebody in it who signs in meanwhile, and somebody who does so afterwards.
pub const PERSON: &str = "person@example.com";
/// See [`PERSON`].
pub const VISITOR: &str = "visitor@example.com";
/// The password of all of them.
pub const PASSWORD: &str = "only-for-this-run";
/// Bytes of text of the largest execution: a body of 32 MiB with some room for the other fields.
const LARGEST: usize = (32 << 20) - 1_024;
/// Bytes of text that is one letter over and over.
const REPETITIVE: usize = 20 << 20;
/// How long one execution may take to be recorded.
const PATIENCE: Duration = Duration::from_secs(180);
/// The largest execution.
const LARGEST_ID: &str = "largest_0";
/// An execution that runs.
const RUNNING_ID: &str = "running";

/// What is needed to use the database.
pub struct Fixture {
    /// The binary on its database.
    pub ledger: Ledger,
    /// The agent whose executions are sent hostile bodies.
    pub agent: String,
    /// The agent that is followed.
    pub followed: String,
    /// The agent whose executions are large.
    pub large: String,
    /// How many of those it has.
    pub large_count: usize,
    /// The agent of the other organization.
    pub bystander: String,
    /// A key that records.
    pub record: String,
    /// A key that reads.
    pub read: String,
    /// A key that administers.
    pub admin: String,
    /// The other organization's key.
    pub bystander_key: String,
    /// The owner's session, as the cookie is sent.
    pub session: String,
    /// Hostile bodies that any call is sent, and those of recording.
    pub everywhere: Vec<Body>,
    /// See `everywhere`.
    pub recording: Vec<Body>,
}

impl Fixture {
    /// Fills a database of its own, with a server that nothing bounds.
    pub async fn create(binary: &Path, folder: &Path, scale: Scale) -> Result<Self> {
        let ledger = Ledger::on_sqlite(binary, folder);
        ledger.add_user(ORGANIZATION, OWNER, "owner", PASSWORD)?;
        for person in [PERSON, VISITOR] {
            ledger.add_user(ORGANIZATION, person, "viewer", PASSWORD)?;
        }
        let agent = ledger.create_agent(ORGANIZATION, "Busy")?;
        let followed = ledger.create_agent(ORGANIZATION, "Followed")?;
        let large = ledger.create_agent(ORGANIZATION, "Large")?;
        let key = |scope| ledger.create_key(ORGANIZATION, scope, scope);
        let (record, read, admin) = (key("record")?, key("read")?, key("admin")?);
        ledger.add_user(BYSTANDER, "bystander@example.com", "owner", PASSWORD)?;
        let bystander = ledger.create_agent(BYSTANDER, "Bystander")?;
        let bystander_key = ledger.create_key(BYSTANDER, "Bystander", "record,read")?;

        let bodies = spawn_blocking(|| anyhow::Ok((bodies::everywhere()?, bodies::recording()?)));
        let server = ledger.serve().await?;
        let recorder = Recorder {
            server: &server,
            key: &record,
        };
        for number in 0..scale.incompressible {
            let id = format!("largest_{number}");
            recorder
                .record(&large, &id, "success", &incompressible(LARGEST, number as u64))
                .await?;
        }
        for number in 0..scale.repetitive {
            let id = format!("repetitive_{number}");
            recorder
                .record(&large, &id, "success", &"a".repeat(REPETITIVE))
                .await?;
        }
        recorder.record(&agent, RUNNING_ID, "running", "").await?;
        let session = server.sign_in(OWNER, PASSWORD).await?;
        server.stop().await?;
        let (everywhere, recording) = bodies.await??;
        Ok(Self {
            ledger,
            agent,
            followed,
            large,
            large_count: scale.incompressible + scale.repetitive,
            bystander,
            record,
            read,
            admin,
            bystander_key,
            session,
            everywhere,
            recording,
        })
    }

    /// Path of the executions of an agent in the API.
    pub fn executions(agent: &str) -> String {
        format!("/api/agents/{agent}/executions")
    }

    /// Path of the execution that runs.
    pub fn running(&self) -> String {
        format!("{}/{RUNNING_ID}", Self::executions(&self.agent))
    }

    /// Path of the page of the largest execution.
    pub fn largest_page(&self) -> String {
        format!("/agents/{}/executions?execution={LARGEST_ID}", self.large)
    }
}

struct Recorder<'a> {
    server: &'a Server,
    key: &'a str,
}

impl Recorder<'_> {
    async fn record(&self, agent: &str, id: &str, status: &str, text: &str) -> Result<()> {
        let body = json!({ "executionId": id, "status": status, "outputText": text }).to_string();
        let request = Request::json("POST", Fixture::executions(agent), body).with_key(self.key);
        let outcome = request.send(CALLER, self.server.address(), PATIENCE).await;
        let answer = outcome
            .answer()
            .with_context(|| format!("{id} could not be recorded: {outcome}"))?;
        if answer.status != 201 {
            bail!(
                "recording {id} answered {}: {}",
                answer.status,
                String::from_utf8_lossy(&answer.body)
            );
        }
        Ok(())
    }
}

/// Text of that many bytes which packs to three quarters at best. Each number makes another one.
fn incompressible(length: usize, number: u64) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .";
    // Marsaglia's xorshift: quick also where it is not optimized.
    let mut state = 0x9e37_79b9_7f4a_7c15 ^ number;
    let mut text = String::with_capacity(length + 10);
    while text.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        for letter in 0..10 {
            text.push(char::from(LETTERS[(state >> (letter * 6) & 63) as usize]));
        }
    }
    text.truncate(length);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    #[test]
    fn what_is_incompressible_packs_badly() {
        let text = incompressible(100_000, 0);
        assert_eq!(text.len(), 100_000);
        assert_ne!(text, incompressible(100_000, 1));
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(text.as_bytes()).unwrap();
        assert!(encoder.finish().unwrap().len() > 70_000);
    }
}
