//! Writes a group of jobs in one transaction.

use super::{
    job::{Answer, Job},
    plan::{self, Plan},
    postgres, sqlite,
    stored::Stored,
};
use crate::{
    Budget, StoreError,
    facets::{remembered::Remembered, value::Facet},
    transaction::{Done, WriteTransaction, transact_if},
    vault::Vault,
};
use domain::{ExecutionId, OrganizationId};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Commits what the jobs ask for, all of it or nothing, and says what each is answered.
pub(super) async fn write(
    vault: &Vault,
    opened: &Budget,
    remembered: &mut Remembered,
    jobs: &[Job],
) -> Result<Vec<Answer>, StoreError> {
    let mut has_reread = false;
    loop {
        let written = transact_if!(*vault.backend(), |transaction| write_in(
            transaction,
            vault,
            opened,
            remembered,
            jobs
        )
        .await);
        if let Err(StoreError::WrongMasterKey) = written
            && !has_reread
        {
            vault.reread_master().await?;
            has_reread = true;
            continue;
        }
        let (answers, facets) = written?;
        remembered.remember(facets);
        return Ok(answers);
    }
}

/// The answers, and values that are known to be in the table of facets once this is committed.
async fn write_in(
    transaction: &mut WriteTransaction,
    vault: &Vault,
    opened: &Budget,
    remembered: &mut Remembered,
    jobs: &[Job],
) -> Result<Done<(Vec<Answer>, BTreeSet<Facet>)>, StoreError> {
    let forgotten = transaction.lock_agents(jobs.iter().map(|job| job.owner)).await?;
    remembered.heed(&forgotten);
    let (mut stored, mut erased, mut held) = (Vec::new(), HashSet::new(), HashMap::new());
    for (organization, ids) in plan::named_ids(jobs) {
        let keys = vault.hold(transaction, organization).await?;
        if !ids.is_empty() {
            let found = transaction.load(organization, &ids).await?;
            stored.extend(found.into_iter().map(|stored| (organization, stored)));
            let gone = transaction.erased(organization, &ids).await?;
            erased.extend(gone.into_iter().map(|id: ExecutionId| (organization, id)));
        }
        held.insert(organization, keys);
    }
    let budgets = transaction.budgets(&plan::beginners(jobs)).await?;
    let mut plan = Plan::new(held, stored, erased, budgets, jobs);
    let mut answers = Vec::with_capacity(jobs.len());
    for job in jobs {
        answers.push(transaction.take(&mut plan, job, opened).await?);
    }
    if plan.changes_nothing() {
        return Ok(Done::Undone((answers, BTreeSet::new())));
    }
    transaction.apply(&mut plan).await?;
    if plan.inserts.is_empty() && plan.updates.is_empty() {
        return Ok(Done::Kept((answers, BTreeSet::new())));
    }
    let arrivals = match transaction {
        WriteTransaction::Sqlite(tx) => sqlite::insert(tx, &plan.inserts).await?,
        WriteTransaction::Postgres(tx) => postgres::insert(tx, &plan.inserts).await?,
    };
    transaction.count(&plan.counted()).await?;
    transaction.log(&arrivals, &plan.updates).await?;
    let facets = remembered.missing(plan.rows());
    transaction.add_facets(&facets).await?;
    transaction.spend(&plan.spending).await?;
    Ok(Done::Kept((answers, facets)))
}

impl WriteTransaction {
    /// What is stored under these identifiers of the organization.
    async fn load(&mut self, organization: OrganizationId, ids: &[&str]) -> Result<Vec<Stored>, StoreError> {
        match self {
            Self::Sqlite(tx) => sqlite::load(tx, organization, ids).await,
            Self::Postgres(tx) => postgres::load(tx, organization, ids).await,
        }
    }

    /// Adds values to what can be filtered for. The agents' rows are held, so no other server is at the same.
    async fn add_facets(&mut self, facets: &BTreeSet<Facet>) -> Result<(), StoreError> {
        if facets.is_empty() {
            return Ok(());
        }
        match self {
            Self::Sqlite(tx) => sqlite::add_facets(tx, facets).await,
            Self::Postgres(tx) => postgres::add_facets(tx, facets).await,
        }
    }
}
