//! What keys spend: the costs of their executions, added up by key and month of UTC (of when the execution began) in the
//! transaction that records them. What is deleted later was spent all the same. A key whose budget is spent begins
//! nothing more; what it has run is still recorded, and what is running may end.

use crate::{StoreError, query::List, row::decode_error, transaction::WriteTransaction};
use domain::{
    ApiKeyId, DollarSum, ExecutionSummary, NanoDollars, OrganizationId, SpentBudget, Timestamp, time,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The most that is added up, in nano-dollars: two of them still fit into an integer.
const CEILING: i64 = 4_000_000_000_000_000_000;

/// One key's month, which is told by its first second. Ordered, so that every writer locks in the same order.
type KeyMonth = (OrganizationId, ApiKeyId, i64);

fn month_of(instant: Timestamp) -> i64 {
    time::month(instant).start.timestamp()
}

/// What one transaction adds to what keys spent.
#[derive(Debug, Default)]
pub(crate) struct Spending(BTreeMap<KeyMonth, i64>);

impl Spending {
    /// Adds what a new execution cost.
    pub(crate) fn add(&mut self, organization: OrganizationId, row: &ExecutionSummary) {
        self.count(organization, row, 1);
    }

    /// Adds the difference that a change makes.
    pub(crate) fn change(
        &mut self,
        organization: OrganizationId,
        before: &ExecutionSummary,
        after: &ExecutionSummary,
    ) {
        self.count(organization, before, -1);
        self.count(organization, after, 1);
    }

    fn count(&mut self, organization: OrganizationId, row: &ExecutionSummary, by: i64) {
        if let (Some(key), Some(cost)) = (&row.api_key_id, row.cost) {
            let month = (organization, key.clone(), month_of(row.executed_at));
            let nanos = self.0.entry(month).or_default();
            *nanos = (*nanos + by * cost.nanos()).clamp(-CEILING, CEILING);
        }
    }
}

/// The budgets of keys that begin something, with what is spent of them.
#[derive(Debug, Default)]
pub(crate) struct Budgets(HashMap<KeyMonth, (NanoDollars, i64)>);

impl Budgets {
    /// The budget that keeps an execution from beginning at `now`, given what was spent beside what is stored.
    pub(crate) fn refusing(
        &self,
        organization: OrganizationId,
        row: &ExecutionSummary,
        now: Timestamp,
        spending: &Spending,
    ) -> Option<SpentBudget> {
        if row.status.is_final() {
            return None;
        }
        let month = (organization, row.api_key_id.clone()?, month_of(now));
        let (budget, spent) = self.0.get(&month)?;
        let added = spending.0.get(&month).copied().unwrap_or(0);
        SpentBudget::of(*budget, DollarSum::from_nanos(spent + added), now)
    }
}

/// Keys that begin something, by organization and month.
#[derive(Debug, Default)]
pub(crate) struct Beginners(BTreeMap<(OrganizationId, i64), BTreeSet<ApiKeyId>>);

impl Beginners {
    /// Notes an execution that was handed over at `now`, where it is one that a budget can keep from beginning.
    pub(crate) fn note(&mut self, organization: OrganizationId, row: &ExecutionSummary, now: Timestamp) {
        if let (false, Some(key)) = (row.status.is_final(), &row.api_key_id) {
            let keys = self.0.entry((organization, month_of(now))).or_default();
            keys.insert(key.clone());
        }
    }
}

impl WriteTransaction {
    /// The budgets of those keys that have one.
    pub(crate) async fn budgets(&mut self, beginners: &Beginners) -> Result<Budgets, StoreError> {
        const READ: &str = "SELECT k.api_key_id, k.monthly_budget_nanos, COALESCE(s.nanos, 0)
                            FROM api_keys k LEFT JOIN api_key_spending s
                                ON s.organization_id = k.organization_id AND s.api_key_id = k.api_key_id AND s.month = $2
                            WHERE k.organization_id = $1 AND k.monthly_budget_nanos IS NOT NULL AND k.api_key_id";
        let mut budgets = Budgets::default();
        for ((organization, month), keys) in &beginners.0 {
            let keys: Vec<_> = keys.iter().map(ApiKeyId::as_str).collect();
            let among = match self {
                Self::Sqlite(_) => "IN (SELECT value FROM json_each($3))",
                Self::Postgres(_) => "= ANY($3)",
            };
            let rows: Vec<(String, i64, i64)> = self
                .fetch(format!("{READ} {among}"), (organization.0, *month, List(&keys)))
                .await?;
            for (key, budget, spent) in rows {
                let key: ApiKeyId = key.try_into().map_err(decode_error)?;
                if let Some(budget) = NanoDollars::from_nanos(budget) {
                    budgets.0.insert((*organization, key, *month), (budget, spent));
                }
            }
        }
        Ok(budgets)
    }

    /// Adds to what keys spent. Comes last in a transaction, since keys are shared by agents, and so by the writers of
    /// several servers.
    pub(crate) async fn spend(&mut self, spending: &Spending) -> Result<(), StoreError> {
        for ((organization, key, month), nanos) in &spending.0 {
            if *nanos == 0 {
                continue;
            }
            self.execute(
                "INSERT INTO api_key_spending AS spent (organization_id, api_key_id, month, nanos)
                 VALUES ($1, $2, $3, CASE WHEN $4 < 0 THEN 0 ELSE $4 END)
                 ON CONFLICT (organization_id, api_key_id, month) DO UPDATE SET nanos = CASE
                     WHEN spent.nanos + $4 < 0 THEN 0
                     WHEN spent.nanos + $4 > $5 THEN $5
                     ELSE spent.nanos + $4 END",
                (organization.0, key.as_str(), month, nanos, CEILING),
            )
            .await?;
        }
        Ok(())
    }
}
