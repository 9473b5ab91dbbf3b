//! What a group of jobs changes, decided in memory: given what is stored under the identifiers that they name, which
//! rows are inserted, which updated, by how much the counts change, and what everybody is answered.

use super::{
    AmendOutcome, Draft, Owner, RecordResult, Recorded,
    queue::{Answer, Job, Work},
    stored::Stored,
    writer::Counted,
};
use crate::{
    StoreError,
    api_keys::{Beginners, Budgets, Spending},
    codec,
    vault::Keys,
};
use domain::{
    Execution, ExecutionFields, ExecutionId, ExecutionSummary, OrganizationId, Timestamp, fields::Defaults,
};
use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

/// A row that is to be inserted.
#[derive(Debug)]
pub(crate) struct Insert<'a> {
    pub organization: OrganizationId,
    pub agent_key: i64,
    pub summary: Cow<'a, ExecutionSummary>,
    pub sealed: Cow<'a, [u8]>,
    pub amended: bool,
    /// When something was heard of it; `None` once it is final.
    pub heard_at: Option<Timestamp>,
}

/// A row that is to be updated.
#[derive(Debug)]
pub(crate) struct Update {
    pub organization: OrganizationId,
    pub execution_key: i64,
    pub agent_key: i64,
    pub before: ExecutionSummary,
    pub after: ExecutionSummary,
    pub sealed: Vec<u8>,
    /// When something was heard of it; `None` once it is final.
    pub heard_at: Option<Timestamp>,
}

/// A running row of which something was heard that changes nothing.
#[derive(Debug)]
pub(crate) struct Heard {
    pub organization: OrganizationId,
    pub execution_key: i64,
    pub at: Timestamp,
}

/// An execution that the plan knows under its identifier, as it is after the jobs so far.
struct Known {
    agent_key: i64,
    execution: Execution,
    amended: bool,
    heard_at: Option<Timestamp>,
    place: Place,
}

#[derive(Clone, Copy)]
enum Place {
    Stored {
        execution_key: i64,
    },
    /// At this index among the inserts.
    New(usize),
}

impl Known {
    /// Whether its result may still come.
    fn is_open(&self) -> bool {
        let summary = &self.execution.summary;
        !summary.status.is_final() || summary.is_abandoned()
    }

    /// What anything that is heard of it is put over.
    fn base(&self) -> Cow<'_, Execution> {
        let revived = self.execution.revived();
        revived.map_or(Cow::Borrowed(&self.execution), Cow::Owned)
    }
}

/// What a group changes.
#[derive(Default)]
pub(crate) struct Plan<'a> {
    /// The keys of every organization that the jobs concern.
    keys: HashMap<OrganizationId, Arc<Keys>>,
    known: HashMap<(OrganizationId, ExecutionId), Known>,
    erased: HashSet<(OrganizationId, ExecutionId)>,
    budgets: Budgets,
    /// What it adds to what API keys spent.
    pub spending: Spending,
    pub inserts: Vec<Insert<'a>>,
    pub updates: Vec<Update>,
    pub heard: Vec<Heard>,
}

impl<'a> Plan<'a> {
    pub(crate) fn new(
        keys: HashMap<OrganizationId, Arc<Keys>>,
        stored: Vec<(OrganizationId, Stored)>,
        erased: HashSet<(OrganizationId, ExecutionId)>,
        budgets: Budgets,
    ) -> Self {
        let known = stored.into_iter().map(|(organization, stored)| {
            let key = (organization, stored.execution.summary.execution_id.clone());
            let place = Place::Stored {
                execution_key: stored.execution_key,
            };
            let known = Known {
                agent_key: stored.agent_key,
                execution: stored.execution,
                amended: stored.amended,
                heard_at: stored.heard_at,
                place,
            };
            (key, known)
        });
        Self {
            keys,
            known: known.collect(),
            erased,
            budgets,
            ..Self::default()
        }
    }

    /// Takes a job in, and says what it is answered once the plan is committed.
    pub(crate) fn take(&mut self, job: &'a Job) -> Result<Answer, StoreError> {
        match &job.work {
            Work::Record(drafts) => {
                let recorded = drafts.iter().map(|draft| self.record(&job.owner, draft));
                recorded.collect::<Result<_, _>>().map(Answer::Recorded)
            }
            Work::Amend(id, fields, now) => {
                let outcome = self.amend(&job.owner, id, fields, *now)?;
                Ok(Answer::Amended(outcome.map(Box::new)))
            }
            Work::Abandon(id, heard_before) => {
                let given_up = self.abandon(&job.owner, id, *heard_before)?;
                Ok(Answer::Abandoned(given_up))
            }
        }
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

    fn record(&mut self, owner: &Owner, draft: &'a Draft) -> Result<Recorded, StoreError> {
        let execution_id = draft.summary.execution_id.clone();
        let result = match &draft.given {
            None => self.insert(owner, draft, None)?,
            Some((fields, defaults)) => match self.known.get(&(owner.organization, execution_id.clone())) {
                None if self.erased.contains(&(owner.organization, execution_id.clone())) => {
                    RecordResult::Erased
                }
                None => self.insert(owner, draft, Some((fields, defaults)))?,
                Some(known) if known.agent_key != owner.agent_key => RecordResult::Conflict,
                Some(known) => match compare(known, fields, defaults) {
                    Comparison::Same => {
                        let summary = known.execution.summary.clone();
                        self.hear(owner, &execution_id, draft.taken_at);
                        RecordResult::Unchanged(summary)
                    }
                    Comparison::Other => RecordResult::Conflict,
                    Comparison::Ends => match fields.clone().amend(&known.base()) {
                        Err(errors) => RecordResult::Invalid(errors),
                        Ok(ended) => {
                            let summary = ended.summary.clone();
                            self.replace(owner, ended, draft.taken_at)?;
                            RecordResult::Finished(summary)
                        }
                    },
                },
            },
        };
        Ok(Recorded { execution_id, result })
    }

    fn amend(
        &mut self,
        owner: &Owner,
        id: &ExecutionId,
        fields: &ExecutionFields,
        now: Timestamp,
    ) -> Result<Option<AmendOutcome>, StoreError> {
        let Some(known) = self.known.get(&(owner.organization, id.clone())) else {
            return Ok(None);
        };
        if known.agent_key != owner.agent_key {
            return Ok(None);
        }
        let amended = match fields.clone().amend(&known.base()) {
            Err(errors) => return Ok(Some(AmendOutcome::Invalid(errors))),
            Ok(amended) => amended,
        };
        Ok(Some(if amended == known.execution {
            self.hear(owner, id, now);
            AmendOutcome::Unchanged(amended)
        } else if known.is_open() {
            self.replace(owner, amended.clone(), now)?;
            AmendOutcome::Amended(amended)
        } else {
            AmendOutcome::Final
        }))
    }

    /// Gives the execution up, unless it has ended or something was heard of it meanwhile.
    fn abandon(
        &mut self,
        owner: &Owner,
        id: &ExecutionId,
        heard_before: Timestamp,
    ) -> Result<bool, StoreError> {
        let known = self.known.get(&(owner.organization, id.clone()));
        let Some(known) = known.filter(|known| known.agent_key == owner.agent_key) else {
            return Ok(false);
        };
        let is_silent = known.heard_at.is_some_and(|at| at < heard_before);
        if is_silent {
            let given_up = known.execution.clone().abandoned();
            self.replace(owner, given_up, heard_before)?;
        }
        Ok(is_silent)
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
        given: Option<(&ExecutionFields, &Defaults)>,
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
        if let Some((fields, defaults)) = given {
            let execution = fields.clone().into_execution(defaults.clone());
            let known = Known {
                agent_key: owner.agent_key,
                execution,
                amended: false,
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

    /// Puts another content under a known identifier.
    fn replace(&mut self, owner: &Owner, execution: Execution, now: Timestamp) -> Result<(), StoreError> {
        let id = execution.summary.execution_id.clone();
        let sealed = codec::seal(self.keys(owner)?, &id, &execution.payload)?;
        let Some(known) = self.known.get_mut(&(owner.organization, id)) else {
            return Ok(());
        };
        let after = execution.summary.clone();
        let heard_at = heard_at(&after, now);
        self.spending
            .change(owner.organization, &known.execution.summary, &after);
        match known.place {
            Place::New(index) => {
                if let Some(insert) = self.inserts.get_mut(index) {
                    (insert.summary, insert.sealed) = (Cow::Owned(after), Cow::Owned(sealed));
                    (insert.amended, insert.heard_at) = (true, heard_at);
                }
            }
            Place::Stored { execution_key } => self.updates.push(Update {
                organization: owner.organization,
                execution_key,
                agent_key: owner.agent_key,
                before: known.execution.summary.clone(),
                after,
                sealed,
                heard_at,
            }),
        }
        (known.execution, known.amended, known.heard_at) = (execution, true, heard_at);
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
    Other,
}

/// What was given is the same as what is there, ends it, or is something else. What the caller left out and we
/// filled in does not count. Of an execution that was put together from several calls, each of them is a repeat.
fn compare(known: &Known, fields: &ExecutionFields, defaults: &Defaults) -> Comparison {
    let base = known.base();
    let Execution { summary, payload } = &*base;
    if known.is_open() && fields.status.is_some_and(domain::Status::is_final) {
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
        || (known.amended && fields.clone().amend(&base).is_ok_and(|again| again == *base));
    if same { Comparison::Same } else { Comparison::Other }
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
        match &job.work {
            Work::Record(drafts) => {
                let given = drafts.iter().filter(|draft| draft.given.is_some());
                ids.extend(given.map(|draft| draft.summary.execution_id.as_str()));
            }
            Work::Amend(id, ..) | Work::Abandon(id, _) => ids.push(id.as_str()),
        }
    }
    named
}
