//! `cargo xtask crash`: whether what is begun comes to its end by itself after its process was killed. Each kind of work is
//! begun on a copy of a prepared database, by the built binary; the process gets a SIGKILL at a random moment; a server is
//! started again, and everything is looked at once it says that the work is done.

mod checks;
mod database;
mod dice;
mod faults;
mod fixture;
mod kind;
mod report;
mod round;
mod scale;
mod stage;
mod standing;
mod work;

use anyhow::{Context, Result, bail};
use clap::{Parser, ValueEnum};
use kind::{Door, Kind};
use parking_lot::Mutex;
use report::{At, Report, print, seconds};
use scale::Scale;
use stage::Stage;
use std::{
    env,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};
use testkit::POSTGRES_VARIABLE;
use tokio::{sync::Semaphore, task::JoinSet};

/// Threads of those who look.
const THREADS: usize = 4;

/// Kills a built agent-ledger in the midst of its work, again and again.
#[derive(Parser)]
#[command(name = "cargo xtask crash")]
struct Arguments {
    /// Less of everything, for a minute
    #[arg(long)]
    short: bool,
    /// Only these kinds of work, with commas between
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    only: Vec<Kind>,
    /// Rounds of each kind on each database
    #[arg(long, value_name = "COUNT")]
    rounds: Option<u32>,
    /// Rounds at the same time
    #[arg(long, value_name = "COUNT")]
    at_once: Option<usize>,
    /// What the random moments follow from; another one each time unless given
    #[arg(long)]
    seed: Option<u64>,
    /// Folder for the databases, which is removed afterwards
    #[arg(long, default_value_os_t = std::env::temp_dir())]
    folder: PathBuf,
    /// The binary that is killed
    #[arg(long, env = "AGENT_LEDGER_CRASH_BINARY")]
    binary: PathBuf,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("crash: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether everything came to its end.
fn run(arguments: &Arguments) -> Result<bool> {
    let postgres = env::var(POSTGRES_VARIABLE).ok();
    if postgres.is_none() {
        if env::var_os("CI").is_some() {
            bail!("it needs PostgreSQL, and {POSTGRES_VARIABLE} is not set");
        }
        print(&format!(
            "crash: skipped on PostgreSQL, because {POSTGRES_VARIABLE} is not set"
        ));
    }
    // It runs in a folder of its own.
    let binary = std::path::absolute(&arguments.binary)?;
    let folder = tempfile::Builder::new()
        .prefix("agent-ledger-crash-")
        .tempdir_in(&arguments.folder)
        .with_context(|| format!("cannot make a folder in {}", arguments.folder.display()))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(THREADS)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        tokio::select! {
            is_whole = crash(arguments, &binary, folder.path(), postgres.as_deref()) => is_whole,
            // Servers and files go with what is dropped.
            _ = tokio::signal::ctrl_c() => bail!("interrupted"),
        }
    })
}

async fn crash(arguments: &Arguments, binary: &Path, folder: &Path, postgres: Option<&str>) -> Result<bool> {
    let scale = if arguments.short {
        Scale::SHORT
    } else {
        Scale::LONG
    };
    let seed = arguments.seed.unwrap_or_else(rand::random);
    print(&format!("crash: seed {seed}"));
    eprintln!("▸ fill the databases");
    let begin = Instant::now();
    let stages = fill(binary, folder, postgres, scale).await?;
    eprintln!("✓ fill the databases ({})", seconds(begin.elapsed()));
    let crash = Arc::new(Crash {
        stages,
        seed,
        rounds: arguments.rounds.unwrap_or(scale.rounds),
        places: Semaphore::new(arguments.at_once.unwrap_or(scale.at_once)),
        report: Mutex::new(Report::new(seed)),
    });
    let mut running = JoinSet::new();
    for kind in kinds(&arguments.only) {
        for stage in 0..crash.stages.len() {
            running.spawn(Arc::clone(&crash).every_round(kind, stage));
        }
    }
    while let Some(ended) = running.join_next().await {
        ended??;
    }
    let crash = Arc::into_inner(crash).context("a round goes on")?;
    for stage in crash.stages {
        stage.remove().await?;
    }
    let report = crash.report.into_inner();
    Ok(report.conclude())
}

/// The prepared databases, filled at the same time.
async fn fill(binary: &Path, folder: &Path, postgres: Option<&str>, scale: Scale) -> Result<Vec<Stage>> {
    let mut filling = JoinSet::new();
    let (program, beside) = (binary.to_owned(), folder.to_owned());
    filling.spawn(async move { Stage::on_sqlite(&program, &beside, scale).await });
    if let Some(server) = postgres {
        let (program, beside, server) = (binary.to_owned(), folder.to_owned(), server.to_owned());
        filling.spawn(async move { Stage::on_postgres(&program, &beside, &server, scale).await });
    }
    let mut stages = Vec::new();
    while let Some(filled) = filling.join_next().await {
        stages.push(filled??);
    }
    stages.sort_by_key(|stage| stage.backend as usize);
    Ok(stages)
}

/// The kinds that are meant.
fn kinds(only: &[Kind]) -> Vec<Kind> {
    let all = Kind::value_variants().iter().copied();
    all.filter(|kind| only.is_empty() || only.contains(kind))
        .collect()
}

/// All that goes on.
struct Crash {
    stages: Vec<Stage>,
    seed: u64,
    rounds: u32,
    places: Semaphore,
    report: Mutex<Report>,
}

impl Crash {
    /// Every round of a kind on a database, as many at the same time as there are places. A round that breaks off is told
    /// of and holds up no other.
    async fn every_round(self: Arc<Self>, kind: Kind, stage: usize) -> Result<()> {
        let mut takes = Vec::new();
        for door in kind.doors() {
            takes.push((*door, self.undisturbed(kind, *door, stage).await?));
        }
        let mut running = JoinSet::new();
        for round in 0..self.rounds {
            let door = kind.door(round);
            let took = takes.iter().find(|(of, _)| *of == door);
            let takes = took.map(|(_, took)| *took).unwrap_or_default();
            // Each kind, database and round has a number of its own.
            let number = (kind as u64) << 40 | (self.stages[stage].backend as u64) << 32 | u64::from(round);
            let moment = dice::moment(self.seed, number, takes);
            let plan = round::Plan {
                kind,
                door,
                moment,
                takes,
            };
            running.spawn(Arc::clone(&self).round(plan, stage, round));
        }
        while let Some(ended) = running.join_next().await {
            ended??;
        }
        Ok(())
    }

    async fn undisturbed(&self, kind: Kind, door: Door, stage: usize) -> Result<Duration> {
        let stage = &self.stages[stage];
        let _place = self.places.acquire().await?;
        let (took, faults) = round::undisturbed(stage, kind, door)
            .await
            .with_context(|| format!("{} by {} on {}", kind.name(), door.name(), stage.backend.name()))?;
        let mut report = self.report.lock();
        report.undisturbed(kind, stage.backend, door, took, &faults);
        Ok(took)
    }

    async fn round(self: Arc<Self>, plan: round::Plan, stage: usize, round: u32) -> Result<()> {
        let stage = &self.stages[stage];
        let _place = self.places.acquire().await?;
        let outcome = round::run(stage, plan).await;
        let at = At {
            kind: plan.kind,
            backend: stage.backend,
            door: plan.door,
            round,
            moment: plan.moment,
        };
        let mut report = self.report.lock();
        match outcome {
            Ok(outcome) => report.round(at, &outcome),
            Err(error) => report.broke_off(at, &error),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_named_is_begun() {
        assert_eq!(kinds(&[]).len(), 4);
        assert_eq!(kinds(&[Kind::Purge, Kind::Erasure]), [Kind::Erasure, Kind::Purge]);
    }
}
