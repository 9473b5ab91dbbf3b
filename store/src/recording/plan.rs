//! What a group of jobs changes, decided in memory: given what is stored under the identifiers that they name, which
//! rows are inserted, which updated, by how much the counts change, and what everybody is answered.

use super::{
    change::{Counted, Heard, Insert, Update},
    draft::Draft,
    job::{Job, Work},
    outcome::{Amendment, RecordResult, Recorded},
    owner::Owner,
    stored::Stored,
};
use crate::{
    StoreError,
    api_keys::spending::{Beginners, Budgets, Spending},
    codec::{self, Packed},
    vault::keys::Keys,
};
use domain::{
    Execution, ExecutionFields, ExecutionId, ExecutionSummary, FieldError, OrganizationId, Status, Timestamp,
    fields::Defaults,
};
use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap, HashSet, VecDeque},
    sync::Arc,
};

/// Bytes of payload up to which an amended execution is answered as the plan has it.
const TOLD: usize = 16 << 10;

/// An execution that the plan knows under its identifier, as it is after the jobs so far.
struct Known<'a> {
    agent_key: i64,
    summary: ExecutionSummary,
    payload: KnownPayload<'a>,
    amended: bool,
    start_is_assumed: bool,
    heard_at: Option<Timestamp>,
    place: Place,
}

/// Where a known execution's payload is. Opened it is for a moment only, since many that are named may be large.
enum KnownPayload<'a> {
    /// In the database, in so many bytes; here as well once it was fetched, until it is opened.
    Stored { bytes: usize, packed: Option<Packed> },
    /// Among what was given.
    Given(&'a ExecutionFields, &'a Defaults),
    /// Among the inserts, put together from several jobs.
    Inserted,
}

#[derive(Clone, Copy)]
enum Place {
    Stored {
        execution_key: i64,
    },
    /// At this index among the inserts.
    New(usize),
}

impl Known<'_> {
    /// Whether its result may still come.
    fn is_open(&self) -> bool {
        !self.summary.status.is_final() || self.summary.is_abandoned()
    }
}

/// What is told of an execution whose stored payload is damaged: nothing can be compared with it or put over it.
fn damaged() -> FieldError {
    FieldError::new(
        "executionId",
        "is of an execution whose stored payload is damaged, which stays as it is; delete it, or take another identifier",
    )
}

/// What a group changes.
#[derive(Default)]
pub(crate) struct Plan<'a> {
    /// The keys of every organization that the jobs concern.
    keys: HashMap<OrganizationId, Arc<Keys>>,
    known: HashMap<(OrganizationId, ExecutionId), Known<'a>>,
    /// What the jobs name that is stored, in their order, as far as they are not taken in yet.
    named: VecDeque<(&'a Owner, &'a ExecutionId)>,
    /// What was fetched and may not have been opened.
    fetched: Vec<(OrganizationId, ExecutionId)>,
    erased: HashSet<(OrganizationId, ExecutionId)>,
    budgets: Budgets,
    /// What it adds to what API keys spent.
    pub spending: Spending,
    pub inserts: Vec<Insert<'a>>,
    pub updates: Vec<Update>,
    pub heard: Vec<Heard>,
    /// How many of the updates are applied.
    applied: usize,
    /// Whether something that was heard is applied.
    has_heard: bool,
}

impl<'a> Plan<'a> {
    pub(crate) fn new(
        keys: HashMap<OrganizationId, Arc<Keys>>,
        stored: Vec<(OrganizationId, Stored)>,
        erased: HashSet<(OrganizationId, ExecutionId)>,
        budgets: Budgets,
        jobs: &'a [Job],
    ) -> Self {
        let known = stored.into_iter().map(|(organization, stored)| {
            let key = (organization, stored.summary.execution_id.clone());
            let place = Place::Stored {
                execution_key: stored.execution_key,
            };
            let known = Known {
                agent_key: stored.agent_key,
                summary: stored.summary,
                payload: KnownPayload::Stored {
                    bytes: stored.sealed_bytes,
                    packed: None,
                },
                amended: stored.amended,
                start_is_assumed: stored.start_is_assumed,
                heard_at: stored.heard_at,
                place,
            };
            (key, known)
        });
        let known: HashMap<_, _> = known.collect();
        let mut named = VecDeque::new();
        if !known.is_empty() {
            let is_known =
                |owner: &Owner, id: &ExecutionId| known.contains_key(&(owner.organization, id.clone()));
            for job in jobs {
                let ids = job.work.named().filter(|id| is_known(&job.owner, id));
                named.extend(ids.map(|id| (&job.owner, id)));
            }
        }
        Self {
            keys,
            known,
            named,
            erased,
            budgets,
            ..Self::default()
        }
    }

    /// Bytes of the sealed payload that has to be fetched before a job is taken in that names this execution, if it has.
    pub(super) fn lacks(&self, owner: &Owner, id: &ExecutionId) -> Option<usize> {
        let known = self.known.get(&(owner.organization, id.clone()))?;
        match &known.payload {
            KnownPayload::Stored { bytes, packed: None } if known.agent_key == owner.agent_key => {
                Some(*bytes)
            }
            _ => None,
        }
    }

    /// The keys of that execution and of those that the jobs name next, as many as have so many bytes of sealed payload
    /// together, one at least.
    pub(super) fn next_named(
        &mut self,
        owner: &Owner,
        id: &ExecutionId,
        most: usize,
    ) -> Vec<(OrganizationId, i64)> {
        // Two organizations may have the same identifier.
        let is_it = |by: &Owner, named: &ExecutionId| by.organization == owner.organization && named == id;
        while self.named.front().is_some_and(|(by, named)| !is_it(by, named)) {
            self.named.pop_front();
        }
        let (mut next, mut bytes, mut seen) = (Vec::new(), 0, HashSet::new());
        for (owner, id) in &self.named {
            let Some(size) = self
                .lacks(owner, id)
                .filter(|_| seen.insert((owner.organization, *id)))
            else {
                continue;
            };
            bytes += size;
            if !next.is_empty() && bytes > most {
                break;
            }
            let known = self.known.get(&(owner.organization, (*id).clone()));
            if let Some(Place::Stored { execution_key }) = known.map(|known| known.place) {
                next.push((owner.organization, execution_key));
            }
        }
        next
    }

    /// Takes in what was fetched, by the keys of the executions. What was fetched before is let go.
    pub(super) fn hold(&mut self, fetched: Vec<(i64, Vec<u8>)>) -> Result<(), StoreError> {
        for before in self.fetched.drain(..) {
            if let Some(KnownPayload::Stored { packed, .. }) =
                self.known.get_mut(&before).map(|known| &mut known.payload)
            {
                *packed = None;
            }
        }
        let mut sealed: HashMap<_, _> = fetched.into_iter().collect();
        for ((organization, id), known) in &mut self.known {
            if let (Place::Stored { execution_key }, KnownPayload::Stored { packed, .. }) =
                (known.place, &mut known.payload)
                && let Some(sealed) = sealed.remove(&execution_key)
            {
                let keys = self.keys.get(organization).ok_or(StoreError::KeysDestroyed)?;
                // A damaged one fails by itself, when somebody opens it.
                *packed = match codec::decrypt(keys, id, sealed) {
                    Err(StoreError::DamagedPayload(_)) => None,
                    decrypted => Some(decrypted?),
                };
                self.fetched.push((*organization, id.clone()));
            }
        }
        Ok(())
    }

    /// Bytes of JSON that opening this execution unpacks; 0 where nothing is there to open.
    pub(super) fn unpacked(&self, owner: &Owner, id: &ExecutionId) -> usize {
        let known = self.known.get(&(owner.organization, id.clone()));
        match known.map(|known| &known.payload) {
            Some(KnownPayload::Stored {
                packed: Some(packed), ..
            }) => packed.size(),
            _ => 0,
        }
    }

    /// What has been planned since the last time for rows that are there: words that were heard, and updates.
    pub(super) fn take_unapplied(&mut self) -> (Vec<Heard>, &mut [Update]) {
        let applied = std::mem::replace(&mut self.applied, self.updates.len());
        self.has_heard |= !self.heard.is_empty();
        (std::mem::take(&mut self.heard), &mut self.updates[applied..])
    }

    /// Whether nothing is to be written.
    pub(super) fn changes_nothing(&self) -> bool {
        self.inserts.is_empty() && self.updates.is_empty() && self.heard.is_empty() && !self.has_heard
    }

    /// Bytes of sealed payload in updates that are not applied yet.
    pub(super) fn unapplied_bytes(&self) -> usize {
        let waiting = self.updates.iter().skip(self.applied);
        waiting.map(|update| update.sealed.len()).sum()
    }

    /// Rows as they are written, each with its organization and its agent's key.
    pub(super) fn rows(&self) -> impl Iterator<Item = (OrganizationId, i64, &ExecutionSummary)> {
        let inserts = self.inserts.iter();
        let inserted = inserts.map(|row| (row.organization, row.agent_key, &*row.summary));
        let updates = self.updates.iter();
        inserted.chain(updates.map(|row| (row.organization, row.agent_key, &row.after)))
    }

    /// What the counts count in and out.
    pub(super) fn counted(&self) -> Vec<Counted<'_>> {
        let inserted = self.inserts.iter().map(|insert| Counted {
            organization: insert.organization,
            agent_key: insert.agent_key,
            row: &insert.summary,
            by: 1,
        });
        let updated = self.updates.iter().flat_map(|update| {
            let one = |row, by| Counted {
                organization: update.organization,
                agent_key: update.agent_key,
                row,
                by,
            };
            [one(&update.before, -1), one(&update.after, 1)]
        });
        inserted.chain(updated).collect()
    }

    /// Takes an execution in, and says what its recorder is answered once the plan is committed.
    pub(super) fn record(&mut self, owner: &Owner, draft: &'a Draft) -> Result<Recorded, StoreError> {
        let execution_id = draft.summary.execution_id.clone();
        let key = (owner.organization, execution_id.clone());
        let result = match &draft.given {
            None => self.insert(owner, draft, None)?,
            Some((fields, defaults)) => match self.known.get(&key).map(|known| known.agent_key) {
                None if self.erased.contains(&key) => RecordResult::Erased,
                None => self.insert(owner, draft, Some((fields, defaults)))?,
                Some(agent_key) if agent_key != owner.agent_key => RecordResult::Conflict,
                Some(_) => match self.open(&key) {
                    Err(StoreError::DamagedPayload(_)) => RecordResult::Invalid(vec![damaged()]),
                    Err(error) => return Err(error),
                    Ok((known, base)) => {
                        let base = base.revived();
                        match compare(known, &base, fields, defaults) {
                            Comparison::Same => {
                                let summary = known.summary.clone();
                                self.hear(owner, &execution_id, draft.taken_at);
                                RecordResult::Unchanged(summary)
                            }
                            Comparison::Other => RecordResult::Conflict,
                            Comparison::Ends => {
                                let ended = fields.clone().put_over(base);
                                let summary = ended.summary.clone();
                                self.replace(owner, ended, fields.executed_at, draft.taken_at)?;
                                RecordResult::Finished(summary)
                            }
                            Comparison::Begins => {
                                let start = fields.executed_at.filter(|_| known.start_is_assumed);
                                if let Some(kept) = owner.kept
                                    && start.is_some_and(|start| start < kept.since)
                                {
                                    let result = RecordResult::Expired { days: kept.days };
                                    return Ok(Recorded { execution_id, result });
                                }
                                let filled = fields.clone().put_under(base.clone(), start);
                                let summary = filled.summary.clone();
                                if filled == base {
                                    RecordResult::Unchanged(summary)
                                } else {
                                    self.replace(owner, filled, fields.executed_at, draft.taken_at)?;
                                    RecordResult::Finished(summary)
                                }
                            }
                        }
                    }
                },
            },
        };
        Ok(Recorded { execution_id, result })
    }

    /// Puts fields over an execution, and says what is answered once the plan is committed.
    pub(super) fn amend(
        &mut self,
        owner: &Owner,
        id: &ExecutionId,
        fields: &ExecutionFields,
        now: Timestamp,
    ) -> Result<Option<Amendment>, StoreError> {
        let key = (owner.organization, id.clone());
        if self
            .known
            .get(&key)
            .is_none_or(|known| known.agent_key != owner.agent_key)
        {
            return Ok(None);
        }
        let (known, before) = match self.open(&key) {
            Err(StoreError::DamagedPayload(_)) => return Ok(Some(Amendment::Invalid(vec![damaged()]))),
            opened => opened?,
        };
        let is_open = known.is_open();
        // What was given up is compared as it is, and put over as it was before.
        let amended = if known.summary.is_abandoned() {
            fields.clone().put_over(before.clone().revived())
        } else {
            fields.clone().amend(&before)
        };
        let is_same = amended == before;
        drop(before);
        // Many may wait for their answers: what is large is read again by whoever asked.
        let told = (!codec::is_larger(&amended.payload, TOLD)).then(|| amended.clone());
        Ok(Some(if is_same {
            self.hear(owner, id, now);
            Amendment::Unchanged(told)
        } else if is_open {
            self.replace(owner, amended, fields.executed_at, now)?;
            Amendment::Amended(told)
        } else {
            Amendment::Final
        }))
    }

    /// Gives the execution up, unless it has ended or something was heard of it meanwhile. One whose stored payload is
    /// damaged stays as it is.
    pub(super) fn abandon(
        &mut self,
        owner: &Owner,
        id: &ExecutionId,
        heard_before: Timestamp,
    ) -> Result<bool, StoreError> {
        let key = (owner.organization, id.clone());
        let known = self.known.get(&key);
        let Some(known) = known.filter(|known| known.agent_key == owner.agent_key) else {
            return Ok(false);
        };
        let is_silent = known.heard_at.is_some_and(|at| at < heard_before);
        if !is_silent {
            return Ok(false);
        }
        match self.open(&key) {
            Err(StoreError::DamagedPayload(_)) => {
                tracing::warn!(
                    execution = id.as_str(),
                    "a running execution whose payload is damaged is not given up; delete it"
                );
                Ok(false)
            }
            Err(error) => Err(error),
            Ok((_, execution)) => {
                self.replace(owner, execution.abandoned(), None, heard_before)?;
                Ok(true)
            }
        }
    }

    /// A known execution, whole.
    fn open(&mut self, key: &(OrganizationId, ExecutionId)) -> Result<(&Known<'a>, Execution), StoreError> {
        let missing = || StoreError::DamagedPayload(key.1.to_string());
        let known = self.known.get_mut(key).ok_or_else(missing)?;
        let payload = match &mut known.payload {
            KnownPayload::Stored { packed, .. } => packed.take().ok_or_else(missing)?.unpack()?,
            KnownPayload::Given(fields, defaults) => {
                (*fields).clone().into_execution((*defaults).clone()).payload
            }
            KnownPayload::Inserted => {
                let Place::New(index) = known.place else {
                    return Err(missing());
                };
                let insert = self.inserts.get(index).ok_or_else(missing)?;
                let keys = self.keys.get(&key.0).ok_or(StoreError::KeysDestroyed)?;
                codec::open(keys, &key.1, insert.sealed.to_vec())?
            }
        };
        let summary = known.summary.clone();
        Ok((known, Execution { summary, payload }))
    }

    /// Notes that something was heard of an execution, where that is of any use.
    fn hear(&mut self, owner: &Owner, id: &ExecutionId, now: Timestamp) {
        let known = self.known.get_mut(&(owner.organization, id.clone()));
        let Some(known) = known.filter(|known| known.heard_at.is_some()) else {
            return;
        };
        known.heard_at = Some(now);
        match known.place {
            Place::New(index) => {
                if let Some(insert) = self.inserts.get_mut(index) {
                    insert.heard_at = Some(now);
                }
            }
            Place::Stored { execution_key } => self.heard.push(Heard {
                organization: owner.organization,
                execution_key,
                at: now,
            }),
        }
    }

    fn insert(
        &mut self,
        owner: &Owner,
        draft: &'a Draft,
        given: Option<(&'a ExecutionFields, &'a Defaults)>,
    ) -> Result<RecordResult, StoreError> {
        if let Some(kept) = owner.kept.filter(|kept| draft.summary.executed_at < kept.since) {
            return Ok(RecordResult::Expired { days: kept.days });
        }
        let (summary, now) = (&draft.summary, draft.taken_at);
        if let Some(spent) = self
            .budgets
            .refusing(owner.organization, summary, now, &self.spending)
        {
            return Ok(RecordResult::BudgetSpent(spent));
        }
        self.spending.add(owner.organization, summary);
        let sealed = self.sealed(owner, draft)?;
        let heard_at = heard_at(summary, now);
        // Of what has no identifier of its own, nothing more can be said.
        let start_is_assumed = given.is_some_and(|(fields, _)| fields.executed_at.is_none());
        if let Some((fields, defaults)) = given {
            let known = Known {
                agent_key: owner.agent_key,
                summary: draft.summary.clone(),
                payload: KnownPayload::Given(fields, defaults),
                amended: false,
                start_is_assumed,
                heard_at,
                place: Place::New(self.inserts.len()),
            };
            self.known
                .insert((owner.organization, draft.summary.execution_id.clone()), known);
        }
        self.inserts.push(Insert {
            organization: owner.organization,
            agent_key: owner.agent_key,
            summary: Cow::Borrowed(&draft.summary),
            sealed,
            amended: false,
            start_is_assumed,
            heard_at,
        });
        Ok(RecordResult::Created(draft.summary.clone()))
    }

    /// The draft's payload, under the key that encrypts now: another one did where the key was changed while the draft
    /// waited.
    fn sealed(&self, owner: &Owner, draft: &'a Draft) -> Result<Cow<'a, [u8]>, StoreError> {
        let again = codec::reseal(
            &draft.keys,
            self.keys(owner)?,
            &draft.summary.execution_id,
            &draft.sealed,
        )?;
        Ok(again.map_or(Cow::Borrowed(&draft.sealed[..]), Cow::Owned))
    }

    fn keys(&self, owner: &Owner) -> Result<&Keys, StoreError> {
        let keys = self.keys.get(&owner.organization);
        keys.map(|keys| &**keys).ok_or(StoreError::KeysDestroyed)
    }

    /// Puts another content under a known identifier; `start` is that of the run, where it was given with that.
    fn replace(
        &mut self,
        owner: &Owner,
        execution: Execution,
        start: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let id = execution.summary.execution_id.clone();
        let sealed = codec::seal(self.keys(owner)?, &id, &execution.payload)?;
        let Some(known) = self.known.get_mut(&(owner.organization, id)) else {
            return Ok(());
        };
        let after = execution.summary;
        let heard_at = heard_at(&after, now);
        self.spending.change(owner.organization, &known.summary, &after);
        let before = std::mem::replace(&mut known.summary, after.clone());
        (known.amended, known.heard_at) = (true, heard_at);
        known.start_is_assumed &= start.is_none();
        match known.place {
            Place::New(index) => {
                known.payload = KnownPayload::Inserted;
                if let Some(insert) = self.inserts.get_mut(index) {
                    (insert.summary, insert.sealed) = (Cow::Owned(after), Cow::Owned(sealed));
                    (insert.amended, insert.heard_at) = (true, heard_at);
                    insert.start_is_assumed = known.start_is_assumed;
                }
            }
            Place::Stored { execution_key } => {
                known.payload = KnownPayload::Stored {
                    bytes: sealed.len(),
                    packed: None,
                };
                self.updates.push(Update {
                    organization: owner.organization,
                    execution_key,
                    agent_key: owner.agent_key,
                    before,
                    after,
                    sealed,
                    start_is_assumed: known.start_is_assumed,
                    heard_at,
                });
            }
        }
        Ok(())
    }
}

/// When something was last heard of an execution, given that it is now; a final one is not listened for.
fn heard_at(summary: &ExecutionSummary, now: Timestamp) -> Option<Timestamp> {
    (!summary.status.is_final()).then_some(now)
}

/// How a recorded execution relates to the one that is there under its identifier.
enum Comparison {
    Same,
    Ends,
    Begins,
    Other,
}

/// What was given is the same as what is there, ends it, is the beginning of what has ended, or is something else. What
/// the caller left out and we filled in does not count. Of an execution that was put together from several calls, each of
/// them is a repeat.
fn compare(known: &Known<'_>, base: &Execution, fields: &ExecutionFields, defaults: &Defaults) -> Comparison {
    let Execution { summary, payload } = base;
    if known.is_open() && fields.status.is_some_and(Status::is_final) {
        return Comparison::Ends;
    }
    let as_then = Defaults {
        now: summary.executed_at,
        api_key_id: summary.api_key_id.clone(),
        executed_by: summary.executed_by.clone(),
        ip_address: payload.ip_address.clone(),
        user_agent: payload.user_agent.clone(),
        ..defaults.clone()
    };
    let same = fields.clone().into_execution(as_then) == *base
        || (known.amended && fields.clone().amend(base) == *base);
    if same {
        Comparison::Same
    } else if !known.is_open() && fields.status == Some(Status::Running) && fields.may_begin(base) {
        Comparison::Begins
    } else {
        Comparison::Other
    }
}

/// The API keys with which a group begins something.
pub(crate) fn beginners(jobs: &[Job]) -> Beginners {
    let mut beginners = Beginners::default();
    for job in jobs {
        if let Work::Record(drafts) = &job.work {
            for draft in drafts {
                beginners.note(job.owner.organization, &draft.summary, draft.taken_at);
            }
        }
    }
    beginners
}

/// The identifiers that a group names, by organization and in the order in which organizations are locked.
pub(crate) fn named_ids(jobs: &[Job]) -> BTreeMap<OrganizationId, Vec<&str>> {
    let mut named: BTreeMap<OrganizationId, Vec<&str>> = BTreeMap::new();
    for job in jobs {
        let ids = named.entry(job.owner.organization).or_default();
        ids.extend(job.work.named().map(ExecutionId::as_str));
    }
    named
}
