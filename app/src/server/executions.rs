//! How the page's address becomes a filter, and where an execution is that it did not find.

use super::Viewer;
use crate::{data::executions::Elsewhere, error::PageError};
use domain::{
    AgentId, ExecutionFilter, ExecutionId, ExecutionQuery, FieldError,
    zones::{self, Tz},
};
use store::Organization;

/// The filter that the address asks for, its days read in the organization's zone, and everything in the address
/// that makes no sense.
pub fn filter(
    mut query: ExecutionQuery,
    mut ignored: Vec<FieldError>,
    organization: &Organization,
) -> (ExecutionFilter, Vec<FieldError>) {
    let zone = zones::parse(&organization.time_zone).unwrap_or(Tz::UTC);
    let filter = query.filter(zone).unwrap_or_else(|error| {
        ignored.push(error);
        query.time_zone = None;
        query.filter(zone).unwrap_or_default()
    });
    (filter, ignored)
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
