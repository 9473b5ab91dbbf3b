//! What is stored under the identifiers that a group names is fetched as the plan comes to it: a few megabytes at a time,
//! opened one after the other, and what the plan makes of it goes to the database as it gathers.

use super::{
    job::{Answer, Job, Work},
    owner::Owner,
    plan::Plan,
    postgres, sqlite,
};
use crate::{Budget, Share, StoreError, codec, transaction::WriteTransaction};
use domain::ExecutionId;

/// Bytes of sealed payload that are fetched together, unless a single one is larger, and that gather before they are
/// written.
const AT_ONCE: usize = 4 << 20;
/// Bytes, sealed or unpacked, from which on the writer waits in line with readers for the memory that a payload takes.
const LARGE: usize = 1 << 20;

impl WriteTransaction {
    /// Takes a job into the plan, and says what it is answered once the plan is committed.
    pub(super) async fn take<'a>(
        &mut self,
        plan: &mut Plan<'a>,
        job: &'a Job,
        opened: &Budget,
    ) -> Result<Answer, StoreError> {
        let owner = &job.owner;
        Ok(match &job.work {
            Work::Record(drafts) => {
                let mut recorded = Vec::with_capacity(drafts.len());
                for draft in drafts {
                    let _share = match &draft.given {
                        Some(_) => {
                            self.see_to(plan, owner, &draft.summary.execution_id, opened)
                                .await?
                        }
                        None => None,
                    };
                    recorded.push(plan.record(owner, draft)?);
                }
                Answer::Recorded(recorded)
            }
            Work::Amend(id, fields, now) => {
                let _share = self.see_to(plan, owner, id, opened).await?;
                Answer::Amended(plan.amend(owner, id, fields, *now)?.map(Box::new))
            }
            Work::Abandon(id, heard_before) => {
                let _share = self.see_to(plan, owner, id, opened).await?;
                Answer::Abandoned(plan.abandon(owner, id, *heard_before)?)
            }
        })
    }

    /// Sees to it that the plan can open this execution, if it is stored. What is returned has to outlive that.
    async fn see_to(
        &mut self,
        plan: &mut Plan<'_>,
        owner: &Owner,
        id: &ExecutionId,
        opened: &Budget,
    ) -> Result<Option<Share>, StoreError> {
        let mut share = None;
        if let Some(bytes) = plan.lacks(owner, id) {
            self.apply(plan).await?;
            if bytes >= LARGE {
                share = Some(opened.take(owner.organization, codec::LARGEST).await?);
            }
            let wanted = plan.next_named(owner, id, AT_ONCE);
            plan.hold(match self {
                Self::Sqlite(tx) => sqlite::sealed(tx, &wanted).await?,
                Self::Postgres(tx) => postgres::sealed(tx, &wanted).await?,
            })?;
        } else if plan.unapplied_bytes() >= AT_ONCE {
            self.apply(plan).await?;
        }
        let unpacked = plan.unpacked(owner, id);
        match &mut share {
            Some(share) => share.shrink(unpacked),
            None if unpacked >= LARGE => share = Some(opened.take(owner.organization, unpacked).await?),
            None => {}
        }
        Ok(share)
    }

    /// Writes what the plan has made so far of rows that are there.
    pub(super) async fn apply(&mut self, plan: &mut Plan<'_>) -> Result<(), StoreError> {
        let (heard, updates) = plan.take_unapplied();
        for heard in &heard {
            self.hear(heard).await?;
        }
        for update in updates {
            self.update(update).await?;
            update.sealed = Vec::new();
        }
        Ok(())
    }
}
