//! What troubleshooting argues from: a bounded look at the agent's history around one execution, from one snapshot.

use super::condition::{push_from_executions, push_ranges};
use crate::{
    Store, StoreError, codec,
    counts::Stretch,
    history::History,
    row::{SUMMARY_COLUMNS, decode_error},
    snapshot::{Snapshot, Statement},
    vault::Keys,
};
use domain::{
    AgentId, Choice, Execution, ExecutionFilter, ExecutionSummary, Hint, OrganizationId, Status,
    VersionNumber,
    time::from_micros,
    troubleshooting::{self, Around, Findings, LastAlike, Variables},
    zones::{self, Tz},
};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::{collections::HashMap, sync::Arc};

/// Executions before it that are looked at.
const BEFORE: i64 = 1_000;
/// Executions around it that are looked at.
const AROUND: i64 = 5_000;
/// Unsuccessful executions before it among which the last one that ended alike is looked for.
const UNSUCCESSFUL: i64 = 5_000;
/// Successes whose variables are read, and bytes of sealed payload that are opened for it.
const SUCCESSES: i64 = 200;
const SEALED_BYTES: i64 = 4 << 20;
/// Bytes of JSON that are unpacked for it, in all and of one success: at the first that is more
/// the look ends, so that it is always one at the last ones.
const UNPACKED_BYTES: usize = 16 << 20;
const UNPACKED_OF_ONE: usize = 1 << 20;

impl Store {
    /// What may help with this execution, with times in `zone`; nothing, and nothing is looked at, where it did not
    /// fail.
    pub async fn hints(
        &self,
        organization: OrganizationId,
        agent: &AgentId,
        execution: &Execution,
        zone: Tz,
    ) -> Result<Vec<Hint>, StoreError> {
        if !troubleshooting::helps(execution.summary.status) {
            return Ok(Vec::new());
        }
        let history = self.history(organization, agent).await?;
        let mut key_names = HashMap::new();
        if let Some(id) = &execution.summary.api_key_id
            && let Some(name) = self.api_key_name(organization, id).await?
        {
            key_names.insert(id.clone(), name);
        }
        // Before the snapshot: whoever holds one connection must not wait for another.
        let keys = self.vault.keys(organization).await?;
        let _place = self.looking.acquire().await.map_err(|_| StoreError::Closed)?;
        let mut snapshot = Snapshot::begin(&self.backend).await?;
        let subject = &execution.summary;
        let before = before(&mut snapshot, history, subject).await?;
        let findings = Findings {
            before_is_all: (before.len() as i64) < BEFORE,
            around: Some(around(&mut snapshot, history, subject).await?),
            last_alike: last_alike(&mut snapshot, history, subject, &before).await?,
            activation: activation(&mut snapshot, history, subject).await?,
            variables: self.variables(snapshot, keys, history, subject).await?,
            before,
            key_names,
        };
        Ok(troubleshooting::hints(
            execution,
            &findings,
            &zones::local_zone(zone),
        ))
    }

    /// What the variables of the newest successes before it were like. Ends the snapshot.
    async fn variables(
        &self,
        mut snapshot: Snapshot,
        keys: Arc<Keys>,
        history: History<'_>,
        subject: &ExecutionSummary,
    ) -> Result<Variables, StoreError> {
        let join = self.payload_join();
        let mut sizes = Statement::new("SELECT e.execution_key, CAST(LENGTH(p.payload) AS BIGINT) FROM (");
        let columns = "e.status, e.organization_id, e.execution_key";
        push_newest(&mut sizes, columns, history, subject);
        sizes.push(&format!(
            ") AS e {join} WHERE e.status = {} ORDER BY e.executed_at DESC, e.execution_id DESC LIMIT ",
            Status::Success.code()
        ));
        sizes.bind(SUCCESSES);
        let mut room = SEALED_BYTES;
        let newest: Vec<[i64; 1]> = snapshot
            .integers(sizes)
            .await?
            .into_iter()
            .map_while(|[key, size]| {
                room -= size;
                (room >= 0).then_some([key])
            })
            .collect();
        if newest.len() < troubleshooting::ENOUGH {
            return Ok(Variables::default());
        }
        let payloads = self.whole(&snapshot, history, newest);
        let sealed = snapshot
            .summaries_with::<Vec<u8>>(payloads, history.agent)
            .await?;
        drop(snapshot);
        let numbers = sealed.iter().filter_map(|(_, sealed)| codec::key_number(sealed));
        let keys = self.vault.covering(keys, numbers.collect()).await?;
        // Megabytes to unpack and parse: not on a thread that serves others.
        tokio::task::spawn_blocking(move || {
            let mut variables = Variables::default();
            let mut room = UNPACKED_BYTES;
            for (summary, sealed) in sealed {
                // What is damaged is no evidence.
                let packed = match codec::decrypt(&keys, &summary.execution_id, sealed) {
                    Err(StoreError::DamagedPayload(_)) => continue,
                    decrypted => decrypted?,
                };
                let left = room.checked_sub(packed.size());
                let Some(left) = left.filter(|_| packed.size() <= UNPACKED_OF_ONE) else {
                    break;
                };
                room = left;
                let given: Given = match packed.unpack() {
                    Err(StoreError::DamagedPayload(_)) => continue,
                    unpacked => unpacked?,
                };
                variables.add(summary.executed_at, given.input_variables.as_ref());
            }
            Ok(variables)
        })
        .await
        .map_err(|_| StoreError::Closed)?
    }
}

/// What of a payload is looked at.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Given {
    input_variables: Option<Map<String, Value>>,
}

/// `SELECT …` of the newest executions before it, newest first.
fn push_newest(statement: &mut Statement, columns: &str, history: History<'_>, subject: &ExecutionSummary) {
    statement.push(&format!(
        "SELECT {columns}, e.executed_at AS executed_at, e.execution_id AS execution_id"
    ));
    let stretch = Stretch {
        until: subject.executed_at.timestamp_micros(),
        ..Stretch::ALL
    };
    push_from_executions(statement, history, "", stretch);
    statement
        .push(" ORDER BY e.executed_at DESC, e.execution_id DESC LIMIT ")
        .bind(BEFORE);
}

/// The newest executions before it.
async fn before(
    snapshot: &mut Snapshot,
    history: History<'_>,
    subject: &ExecutionSummary,
) -> Result<Vec<ExecutionSummary>, StoreError> {
    let mut statement = Statement::default();
    push_newest(&mut statement, &SUMMARY_COLUMNS.to_string(), history, subject);
    snapshot.summaries(statement, history.agent).await
}

/// ` … = 1` where an execution ended like this one, else 0 or null.
fn push_alike(statement: &mut Statement, subject: &ExecutionSummary) {
    match &subject.error_code {
        Some(code) => statement.push("e.error_code = ").bind_text(code),
        None => statement.push(&format!(
            "e.error_code IS NULL AND e.status = {}",
            subject.status.code()
        )),
    };
}

/// The others within ten minutes of it.
async fn around(
    snapshot: &mut Snapshot,
    history: History<'_>,
    subject: &ExecutionSummary,
) -> Result<Around, StoreError> {
    let (from, to) = troubleshooting::around(subject.executed_at);
    let mut statement =
        Statement::new("SELECT COUNT(*), CAST(COALESCE(SUM(alike), 0) AS BIGINT) FROM (SELECT CASE WHEN ");
    push_alike(&mut statement, subject);
    statement.push(" THEN 1 ELSE 0 END AS alike");
    let stretch = Stretch {
        from: from.timestamp_micros(),
        until: to.timestamp_micros() + 1,
    };
    push_from_executions(&mut statement, history, "", stretch);
    statement
        .push(" AND e.execution_id <> ")
        .bind_text(subject.execution_id.as_str());
    statement.push(" LIMIT ").bind(AROUND).push(") AS others");
    let found = snapshot.integers(statement).await?;
    let [all, alike] = found.first().copied().unwrap_or_default();
    Ok(Around {
        from,
        to,
        all: all.unsigned_abs(),
        alike: alike.unsigned_abs(),
        more: all >= AROUND,
    })
}

/// When an execution ended alike for the last time before this one.
async fn last_alike(
    snapshot: &mut Snapshot,
    history: History<'_>,
    subject: &ExecutionSummary,
    before: &[ExecutionSummary],
) -> Result<LastAlike, StoreError> {
    let among = before.iter().find(|other| troubleshooting::alike(subject, other));
    if let Some(last) = among {
        return Ok(LastAlike::At(last.executed_at));
    }
    if (before.len() as i64) < BEFORE {
        return Ok(LastAlike::Never);
    }
    // Among those that did not succeed, which are few: an index has them in order, for each status and source.
    let mut statement = Statement::new(
        "SELECT COUNT(*), CAST(COALESCE(MAX(alike_at), -1) AS BIGINT) FROM (
         SELECT CASE WHEN ",
    );
    push_alike(&mut statement, subject);
    statement.push(" THEN e.executed_at END AS alike_at FROM (");
    let stretch = Stretch {
        until: subject.executed_at.timestamp_micros(),
        ..Stretch::ALL
    };
    let unsuccessful = ExecutionFilter {
        statuses: Status::ALL
            .iter()
            .copied()
            .filter(|status| *status != Status::Success)
            .collect(),
        ..Default::default()
    };
    let latest_first = " ORDER BY executed_at DESC";
    push_ranges(
        &mut statement,
        (history, &unsuccessful, stretch),
        ("e.execution_key, e.executed_at", latest_first),
        |_| (),
    );
    statement.push(latest_first).push(" LIMIT ").bind(UNSUCCESSFUL);
    statement.push(") AS k JOIN executions e ON e.execution_key = k.execution_key AND e.organization_id = ");
    statement.bind(history.organization.0).push(") AS looked_at");
    let found = snapshot.integers(statement).await?;
    let [looked_at, last] = found.first().copied().unwrap_or([UNSUCCESSFUL, -1]);
    Ok(match last {
        -1 if looked_at < UNSUCCESSFUL => LastAlike::Never,
        -1 => LastAlike::Unknown,
        last => LastAlike::At(from_micros(last)),
    })
}

/// The version that was in use when it began, and since when.
async fn activation(
    snapshot: &mut Snapshot,
    history: History<'_>,
    subject: &ExecutionSummary,
) -> Result<Option<(VersionNumber, domain::Timestamp)>, StoreError> {
    let mut statement =
        Statement::new("SELECT number, activated_at FROM activations WHERE organization_id = ");
    statement.bind(history.organization.0);
    statement.push(" AND agent_key = ").bind(history.agent_key);
    statement
        .push(" AND activated_at <= ")
        .bind(subject.executed_at.timestamp_micros());
    statement.push(" ORDER BY activated_at DESC, number DESC LIMIT 1");
    let found = snapshot.integers(statement).await?;
    found
        .first()
        .map(|[number, at]| {
            let number = u32::try_from(*number).map_err(decode_error)?;
            Ok((VersionNumber(number), from_micros(*at)))
        })
        .transpose()
}
