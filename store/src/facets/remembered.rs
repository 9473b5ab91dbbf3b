//! What the writer remembers of the table, so that hardly any transaction has to write to it.

use super::value::{Facet, values};
use domain::{ExecutionSummary, OrganizationId};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Values that the writer remembers.
const REMEMBERED: usize = 4_096;

/// Values that are known to be in the table, so that hardly any transaction has to write one.
#[derive(Debug, Default)]
pub(crate) struct Remembered {
    facets: HashSet<Facet>,
    /// How often values of an agent had been taken out when its values were remembered.
    forgotten: HashMap<(OrganizationId, i64), i64>,
}

/// How often values of an agent have been taken out of the table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Forgotten {
    pub organization: OrganizationId,
    pub agent_key: i64,
    pub times: i64,
}

impl Remembered {
    /// Remembers nothing of agents whose values were taken out meanwhile, on whichever server.
    pub(crate) fn heed(&mut self, forgotten: &[Forgotten]) {
        for one in forgotten {
            let agent = (one.organization, one.agent_key);
            if self.forgotten.insert(agent, one.times) != Some(one.times) {
                self.facets
                    .retain(|facet| (facet.organization, facet.agent_key) != agent);
            }
        }
    }

    /// Of rows that are written, each with its organization and its agent's key, the values that may be missing from the
    /// table.
    pub(crate) fn missing<'a>(
        &self,
        rows: impl Iterator<Item = (OrganizationId, i64, &'a ExecutionSummary)>,
    ) -> BTreeSet<Facet> {
        let mut missing = BTreeSet::new();
        for (organization, agent_key, summary) in rows {
            for (field, value) in values(summary) {
                let facet = Facet {
                    organization,
                    agent_key,
                    field,
                    value: value.to_owned(),
                };
                if !self.facets.contains(&facet) {
                    missing.insert(facet);
                }
            }
        }
        missing
    }

    /// Keeps values in mind that a committed transaction has written. Where there are too many of them, it begins
    /// anew: writing a value again is harmless.
    pub(crate) fn remember(&mut self, committed: BTreeSet<Facet>) {
        if self.facets.len() + committed.len() > REMEMBERED {
            self.facets.clear();
            self.forgotten.clear();
        }
        self.facets.extend(committed.into_iter().take(REMEMBERED));
    }
}
