//! `import`: records the lines of a file, in order, through the same path as the REST call.

pub(crate) mod batch;
mod identify;
mod input;
mod lines;
mod progress;
mod tally;

use super::{Error, GlobalArgs, context};
use batch::Batch;
use domain::{
    AgentId, ExecutionFields, Status,
    given::{Bounds, MAX_MEMBERS},
};
use input::Input;
use progress::Progress;
use service::{Caller, Service};
use std::{
    path::{Path, PathBuf},
    time::Duration,
};
use store::{RecordResult, Recorded, StoreError};
use tally::Tally;
use tokio::sync::mpsc;

/// Batches that wait while one is recorded.
const BATCHES_AHEAD: usize = 2;
/// Pauses while the store is busy: the first, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));

/// What `import` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A repeated import records nothing twice: an execution is known by its executionId, and a line without one by its \
content. What is older than it is kept, and what was erased, is left out and counted. Lines that cannot be recorded \
are named on standard error; the others are recorded, and the exit code tells.")]
pub struct Args {
    /// Name of the organization that owns the agent.
    #[arg(long, value_name = "NAME")]
    org: String,
    /// Id of the agent.
    #[arg(long, value_name = "ID")]
    agent: AgentId,
    /// Members that inputVariables and metadata of an execution may have, each; nested ones and items of arrays count.
    #[arg(long, value_name = "COUNT", env = "AGENT_LEDGER_MAX_MEMBERS", default_value_t = MAX_MEMBERS)]
    max_members: usize,
    /// Record nothing: only say which lines could be read, and what is wrong with the others.
    #[arg(long)]
    dry_run: bool,
    /// NDJSON, one execution per line as the REST call takes it, or a JSON array of them, either also in gzip; - for
    /// standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Where executions are recorded.
struct Target {
    service: Service,
    operator: Caller,
    agent: AgentId,
    /// Whether nothing is to be recorded.
    is_rehearsal: bool,
}

/// Records the file, and says how many lines became what.
pub async fn run(args: Args, global: &GlobalArgs) -> Result<(), Error> {
    let input = input::open(&args.file)?;
    let service = context::service(global).await?;
    let operator = context::operator(&service, &args.org).await?;
    let store = &service.store;
    let agent = store.agent(operator.organization, &args.agent).await?.agent_id;
    let target = Target {
        service,
        operator,
        agent,
        is_rehearsal: args.dry_run,
    };
    let progress = Progress::begin(input.bytes);
    let bounds = Bounds {
        members: args.max_members,
        ..Bounds::default()
    };
    let imported = import(&target, &args.file, input, bounds, &progress).await;
    target.service.store.close().await;
    progress.end();
    let tally = imported?;
    eprintln!("{tally}");
    match (tally.refused(), tally.why_nothing(&args.org)) {
        (0, None) => Ok(()),
        (0, Some(why)) => Err(Error::refused(why)),
        (lines, _) => Err(Error::refused(format!(
            "{lines} {}s were not recorded",
            tally.unit
        ))),
    }
}

/// Reads and checks on one thread while another records; a few batches at most are held.
async fn import(
    target: &Target,
    file: &Path,
    input: Input,
    bounds: Bounds,
    progress: &Progress,
) -> Result<Tally, Error> {
    let (sender, mut batches) = mpsc::channel(BATCHES_AHEAD);
    let agent = target.agent.clone();
    // A thread of its own: a read from standard input may never come back, and must not hold up the end.
    let mut tally = Tally::of(input.unit);
    let reader = std::thread::spawn(move || {
        batch::read(input.lines, &agent, bounds, |batch| {
            sender.blocking_send(batch).is_ok()
        })
    });
    while let Some(batch) = batches.recv().await {
        let Batch {
            lines,
            executions,
            invalid,
            end,
        } = batch;
        for (line, errors) in invalid {
            progress.report(tally.invalid(line, &errors));
        }
        if target.is_rehearsal {
            tally.read(executions.len());
            progress.advance(end, &tally);
            continue;
        }
        let recorded = record(target, &executions).await?;
        for ((line, fields), recorded) in lines.into_iter().zip(&executions).zip(recorded) {
            let result = settle(target, fields, recorded).await?;
            if let Some(sentence) = tally.count(line, result) {
                progress.report(sentence);
            }
        }
        progress.advance(end, &tally);
    }
    match reader.join() {
        Ok(Ok(())) => Ok(tally),
        Ok(Err(error)) => Err(Error::io(file.display().to_string(), error)),
        Err(_) => Err(Error::refused("the reader of the file broke off")),
    }
}

/// Records a batch, and waits as long as the store has too much to do.
async fn record(target: &Target, executions: &[ExecutionFields]) -> Result<Vec<Recorded>, Error> {
    if executions.is_empty() {
        return Ok(Vec::new());
    }
    let (mut pause, longest) = PAUSES;
    loop {
        let recorded = target
            .service
            .record(&target.operator, &target.agent, executions.to_vec())
            .await;
        match recorded {
            Err(service::Error::Busy) => tokio::time::sleep(pause).await,
            recorded => return Ok(recorded?),
        }
        pause = (pause * 2).min(longest);
    }
}

/// A line that begins a run conflicts with the run once another line has ended it. At a repeated import that is no
/// conflict: everything the line says is there, or was replaced by the end.
async fn settle(target: &Target, fields: &ExecutionFields, recorded: Recorded) -> Result<Recorded, Error> {
    if recorded.result != RecordResult::Conflict || fields.status != Some(Status::Running) {
        return Ok(recorded);
    }
    let organization = target.operator.organization;
    let found = target
        .service
        .store
        .execution(organization, &target.agent, &recorded.execution_id)
        .await;
    let summary = match found {
        Ok(execution) => execution.into_inner().summary,
        Err(StoreError::NotFound(_)) => return Ok(recorded),
        Err(error) => return Err(error.into()),
    };
    let same_run = fields
        .executed_at
        .is_none_or(|began| began == summary.executed_at);
    let result = match summary.status.is_final() && same_run {
        true => RecordResult::Unchanged(summary),
        false => RecordResult::Conflict,
    };
    Ok(Recorded { result, ..recorded })
}
