//! Whose turn it is: writers to the same agent wait for one another.

use super::owner::Owner;
use crate::{StoreError, facets::remembered::Forgotten, query::List, transaction::WriteTransaction};
use domain::OrganizationId;
use std::collections::{BTreeMap, BTreeSet};

impl WriteTransaction {
    /// Makes writers to the same agent wait for one another, on any server: the counts of an agent, and whether a
    /// quarter is dense, are then one writer's at a time, and the positions in its log are in commit order, since they
    /// are drawn while the row is held. SQLite has one writer anyway. Tells how often values of each agent were taken
    /// out of what can be filtered for.
    pub(crate) async fn lock_agents(
        &mut self,
        owners: impl IntoIterator<Item = Owner>,
    ) -> Result<Vec<Forgotten>, StoreError> {
        let mut agents: BTreeMap<OrganizationId, BTreeSet<i64>> = BTreeMap::new();
        for owner in owners {
            agents
                .entry(owner.organization)
                .or_default()
                .insert(owner.agent_key);
        }
        let mut forgotten = Vec::new();
        for (organization, keys) in agents {
            let sql = match self {
                Self::Sqlite(_) => {
                    "SELECT a.agent_key, a.facets_forgotten FROM json_each($2) AS wanted
                     CROSS JOIN agents a ON a.organization_id = $1 AND a.agent_key = wanted.value"
                }
                Self::Postgres(_) => {
                    "SELECT agent_key, facets_forgotten FROM agents
                     WHERE organization_id = $1 AND agent_key = ANY($2)
                     ORDER BY agent_key FOR NO KEY UPDATE"
                }
            };
            let keys: Vec<_> = keys.into_iter().collect();
            let rows: Vec<(i64, i64)> = self.fetch(sql, (organization.0, List(&keys))).await?;
            forgotten.extend(rows.into_iter().map(|(agent_key, times)| Forgotten {
                organization,
                agent_key,
                times,
            }));
        }
        Ok(forgotten)
    }
}
