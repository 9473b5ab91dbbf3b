//! Beginning a kind of work by one of its doors, and killing the process that does it.

use crate::{
    fixture::{Fixture, ORGANIZATION, OWNER, PASSWORD, PERSON, PLAN},
    kind::{Door, Kind},
    stage::Copy,
};
use anyhow::{Context, Result, bail, ensure};
use bytes::Bytes;
use hyper::{Method, StatusCode};
use serde_json::json;
use std::{
    fs::OpenOptions,
    path::PathBuf,
    process::{Child, Stdio},
    time::Instant,
};
use testkit::{Client, Server};
use tokio::task::JoinHandle;

/// Work that somebody has begun.
pub struct Work {
    process: Process,
    /// The call that asks for it; it answers the status.
    call: Option<JoinHandle<Result<StatusCode>>>,
    /// From when on its time is counted: when it was asked for.
    pub began: Instant,
}

enum Process {
    Server(Server),
    Command(Child),
}

/// Prepares a copy of the database, and begins the work on it.
pub async fn begin(kind: Kind, door: Door, copy: &Copy, fixture: &Fixture) -> Result<Work> {
    match kind {
        Kind::Purge => {
            quietly(copy, &["retention", "--org", ORGANIZATION, "--plan", PLAN])?;
        }
        Kind::Reencryption => {
            quietly(copy, &["encryption", "rotate", "--org", ORGANIZATION])?;
        }
        Kind::Erasure | Kind::Deletion => {}
    }
    match (door, kind) {
        (Door::Command, Kind::Erasure) => {
            command(copy, &["erase", "--org", ORGANIZATION, "--executed-by", PERSON])
        }
        (Door::Command, Kind::Deletion) => command(
            copy,
            &[
                "organization",
                "delete",
                "--org",
                ORGANIZATION,
                "--confirm",
                ORGANIZATION,
            ],
        ),
        (Door::Command, Kind::Purge) => command(copy, &["purge"]),
        (Door::Call, Kind::Erasure) => {
            let server = copy.ledger.serve_by(&[], log(copy)?).await?;
            let key = format!("Bearer {}", fixture.key);
            let body = json!({ "executedBy": PERSON });
            call(
                server,
                Method::POST,
                "/api/erasures",
                ("authorization", key),
                body,
            )
            .await
        }
        (Door::Call, Kind::Deletion) => {
            let server = copy.ledger.serve_by(&[], log(copy)?).await?;
            let session = server.sign_in(OWNER, PASSWORD).await?;
            let body = json!({ "name": ORGANIZATION, "password": PASSWORD });
            call(
                server,
                Method::DELETE,
                "/api/organization",
                ("cookie", session),
                body,
            )
            .await
        }
        (Door::Start, _) => {
            let began = Instant::now();
            let server = copy.ledger.start(log(copy)?)?;
            Ok(Work {
                process: Process::Server(server),
                call: None,
                began,
            })
        }
        (door, kind) => bail!("no {} begins {}", door.name(), kind.name()),
    }
}

impl Work {
    /// Kills the process at once, as a power loss would. Whether somebody was told that the work will be done.
    pub async fn kill(mut self) -> Result<bool> {
        match &mut self.process {
            // SIGKILL, both of them.
            Process::Command(child) => {
                child.kill()?;
                child.wait()?;
            }
            Process::Server(server) => server.kill()?,
        }
        let Some(call) = self.call else {
            return Ok(false);
        };
        // A call that was not answered fails now.
        match call.await? {
            Ok(status) if status.is_success() => Ok(true),
            Ok(status) => bail!("the call that begins it answered {status}"),
            Err(_) => Ok(false),
        }
    }

    /// Whether the process has ended by itself, as a command does whose work is done.
    ///
    /// # Errors
    /// It failed, or is a server, which does not end.
    pub fn has_ended(&mut self) -> Result<bool> {
        let ended = match &mut self.process {
            Process::Server(server) => server.ended()?.map(|status| (status, false)),
            Process::Command(child) => child.try_wait()?.map(|status| (status, status.success())),
        };
        match ended {
            None => Ok(false),
            Some((_, true)) => Ok(true),
            Some((status, false)) => bail!("the process that does it ended with {status}"),
        }
    }
}

/// The file that takes what servers say.
pub fn log_file(copy: &Copy) -> PathBuf {
    copy.folder().join("server.log")
}

/// The same, opened at its end.
pub fn log(copy: &Copy) -> Result<Stdio> {
    let path = log_file(copy);
    let file = OpenOptions::new().create(true).append(true).open(&path);
    Ok(file
        .with_context(|| format!("cannot open {}", path.display()))?
        .into())
}

/// Runs a command to its end; what it says is said in each round.
fn quietly(copy: &Copy, arguments: &[&str]) -> Result<()> {
    let status = copy.ledger.begin(arguments)?.wait()?;
    ensure!(status.success(), "`agent-ledger {}` failed", arguments.join(" "));
    Ok(())
}

fn command(copy: &Copy, arguments: &[&str]) -> Result<Work> {
    let began = Instant::now();
    Ok(Work {
        process: Process::Command(copy.ledger.begin(arguments)?),
        call: None,
        began,
    })
}

async fn call(
    server: Server,
    method: Method,
    path: &'static str,
    (name, value): (&'static str, String),
    body: serde_json::Value,
) -> Result<Work> {
    let headers = [
        (name, value.as_str()),
        ("content-type", "application/json"),
        ("sec-fetch-site", "same-origin"),
    ];
    let mut client = Client::connect(server.address(), &headers).await?;
    let began = Instant::now();
    let call = tokio::spawn(async move {
        let answer = client.call(method, path, Bytes::from(body.to_string())).await?;
        Ok(answer.status)
    });
    Ok(Work {
        process: Process::Server(server),
        call: Some(call),
        began,
    })
}
