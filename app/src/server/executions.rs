//! How the page's address becomes a filter, and where an execution is that it did not find.

use super::Viewer;
use crate::{
    data::out_of_list::{Elsewhere, Older},
    error::PageError,
};
use domain::{
    AgentId, ExecutionFilter, ExecutionId, ExecutionQuery, FieldError,
    retention::kept_since,
    zones::{self, Tz},
};
use store::Organization;

/// The filter that the address asks for, the zone in which its days are read (its own `timeZone`, or else the
/// organization's), and everything in the address that makes no sense.
pub fn filter(
    mut query: ExecutionQuery,
    mut ignored: Vec<FieldError>,
    organization: &Organization,
) -> (ExecutionFilter, Tz, Vec<FieldError>) {
    let own = organization.zone();
    let filter = query.filter(own).unwrap_or_else(|error| {
        ignored.push(error);
        query.time_zone = None;
        query.filter(own).unwrap_or_default()
    });
    let zone = query.time_zone.as_deref().and_then(zones::parse).unwrap_or(own);
    (filter, zone, ignored)
}

/// Where the execution is that `agent`'s list does not show.
pub async fn elsewhere(
    viewer: &Viewer,
    agent: &AgentId,
    execution: &ExecutionId,
) -> Result<Option<Elsewhere>, PageError> {
    let organization = viewer.organization();
    let Some(owner) = viewer.store.agent_of_execution(organization, execution).await? else {
        return Ok(None);
    };
    if owner == *agent {
        return Ok(Some(Elsewhere::LeftOut));
    }
    let name = viewer.store.agent(organization, &owner).await?.name;
    Ok(Some(Elsewhere::OtherAgent(owner, name)))
}

/// What the agent's list would show further back, were it not deleted by now; nothing where its range begins later.
pub async fn older(
    viewer: &Viewer,
    agent: &AgentId,
    filter: &ExecutionFilter,
) -> Result<Option<Older>, PageError> {
    let days = viewer.store.days_kept(viewer.organization(), agent).await?;
    Ok(days.and_then(|days| {
        let since = kept_since(days, viewer.now);
        let reaches_back = filter.from.is_none_or(|from| from < since);
        reaches_back.then(|| Older {
            days,
            asked: filter.from.is_some(),
            all: filter.to.is_some_and(|to| to < since),
        })
    }))
}
