//! One round: the work is begun, its process killed, the server started again, and everything looked at.

use crate::{
    checks,
    database::Database,
    kind::{Door, Kind},
    stage::{Copy, Stage},
    standing::Standing,
    work,
};
use anyhow::{Context, Result, bail};
use std::{
    fs,
    time::{Duration, Instant},
};
use tokio::time::{sleep, timeout};

/// How long a lease holds that nobody renews: the work of a process that died rests for as long.
const LEASE: Duration = Duration::from_secs(15);
/// What it may take beyond that and the time of the work itself.
const GRACE: Duration = Duration::from_secs(20);
/// How long the work may take undisturbed.
const PATIENCE: Duration = Duration::from_secs(600);
/// How often it is looked whether it has ended.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// Lines of the server's log that are shown of a failed round.
const LAST_LINES: usize = 10;

/// What a round is.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Which work.
    pub kind: Kind,
    /// How it is begun.
    pub door: Door,
    /// When the process is killed, from when the work was asked for.
    pub moment: Duration,
    /// How long the work takes undisturbed.
    pub takes: Duration,
}

/// What came of a round.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// How far the work had come when the process was killed.
    pub met: Standing,
    /// From the second start to the end of the work; none where it did not come.
    pub resumed: Option<Duration>,
    /// What is not as it has to be.
    pub faults: Vec<String>,
}

/// How long the work takes that nothing disturbs, and what is wrong after it.
pub async fn undisturbed(stage: &Stage, kind: Kind, door: Door) -> Result<(Duration, Vec<String>)> {
    let copy = stage.copy().await?;
    let mut work = work::begin(kind, door, &copy, &stage.fixture).await?;
    let began = work.began;
    let mut database = Database::open(&copy.url).await?;
    let is_done = |standing| match (kind, door) {
        // The command leaves it due for the next server.
        (Kind::Purge, Door::Command) => false,
        _ => standing == Standing::Ended,
    };
    let ended = async {
        while !is_done(Standing::of(kind, &mut database).await?) {
            if work.has_ended()? {
                break;
            }
            sleep(LOOK_EVERY).await;
        }
        anyhow::Ok(())
    };
    timeout(PATIENCE, ended)
        .await
        .with_context(|| format!("{} did not end within {PATIENCE:?}", kind.name()))??;
    let took = began.elapsed();
    database.close().await?;
    work.kill().await?;
    let server = copy.ledger.serve_by(&[], work::log(&copy)?).await?;
    if kind.is_periodic() {
        until_ended(kind, &copy, PATIENCE).await?;
    }
    let faults = checks::faults(kind, &copy, &server, &stage.fixture).await?;
    drop(server);
    copy.remove().await?;
    Ok((took, faults))
}

/// Runs a round.
pub async fn run(stage: &Stage, plan: Plan) -> Result<Outcome> {
    let Plan { kind, door, .. } = plan;
    let copy = stage.copy().await?;
    let work = work::begin(kind, door, &copy, &stage.fixture).await?;
    sleep(plan.moment.saturating_sub(work.began.elapsed())).await;
    let was_promised = work.kill().await?;
    let (mut left, aside) = copy.aside().await?;
    let met = Standing::of(kind, &mut left).await?;
    left.close().await?;
    drop(aside);

    let again = Instant::now();
    let server = copy.ledger.serve_by(&[], work::log(&copy)?).await?;
    if met == Standing::Unasked && !kind.is_periodic() {
        let mut faults = checks::untouched(kind, &copy, &server, &stage.fixture).await?;
        if was_promised {
            faults.push("it was promised, and nobody knows of it".to_owned());
        }
        drop(server);
        copy.remove().await?;
        return Ok(Outcome {
            met,
            resumed: None,
            faults,
        });
    }
    let bound = GRACE + LEASE + plan.takes;
    let has_ended = until_ended(kind, &copy, bound.saturating_sub(again.elapsed())).await?;
    let resumed = has_ended.then(|| again.elapsed());
    let mut faults = if has_ended {
        checks::faults(kind, &copy, &server, &stage.fixture).await?
    } else {
        let tasks = checks::open_tasks(&copy).await?;
        vec![format!("it did not end within {bound:.1?}: {}", tasks.join("; "))]
    };
    if !faults.is_empty() {
        faults.push(last_words(&copy));
    }
    drop(server);
    copy.remove().await?;
    Ok(Outcome { met, resumed, faults })
}

/// Whether the work comes to its end within that time.
async fn until_ended(kind: Kind, copy: &Copy, bound: Duration) -> Result<bool> {
    let begin = Instant::now();
    let mut database = Database::open(&copy.url).await?;
    let has_ended = loop {
        match Standing::of(kind, &mut database).await? {
            Standing::Ended => break true,
            _ if begin.elapsed() > bound => break false,
            Standing::Unasked if !kind.is_periodic() => bail!("the task of {} is gone", kind.name()),
            _ => sleep(LOOK_EVERY).await,
        }
    };
    database.close().await?;
    Ok(has_ended)
}

fn last_words(copy: &Copy) -> String {
    let text = fs::read(work::log_file(copy)).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<_> = text.lines().collect();
    let last = &lines[lines.len().saturating_sub(LAST_LINES)..];
    match last.is_empty() {
        true => "the servers said nothing".to_owned(),
        false => format!("the servers said last:\n    | {}", last.join("\n    | ")),
    }
}
