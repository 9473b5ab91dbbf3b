//! The organization's settings.

use super::wire::Answer;
use crate::error::PageError;
use leptos::{prelude::*, server_fn::codec::PostUrl};
use serde::{Deserialize, Serialize};

/// What can be set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationSettings {
    /// What people call it.
    pub name: String,
    /// IANA name of the zone in which its days are read.
    pub time_zone: String,
    /// Every zone that can be chosen, by name.
    pub time_zones: Vec<String>,
}

/// The settings as they are.
#[server(prefix = "/_fn", endpoint = "organization", input = PostUrl, output = Answer)]
pub async fn load_organization() -> Result<OrganizationSettings, PageError> {
    let viewer = crate::server::viewer()?.require(domain::Scope::Admin)?;
    let organization = viewer.session.organization;
    Ok(OrganizationSettings {
        name: organization.name,
        time_zone: organization.time_zone,
        time_zones: domain::zones::names().map(str::to_owned).collect(),
    })
}

/// Reads the organization's days in another zone, an IANA name.
#[server(prefix = "/_fn", endpoint = "set-time-zone", input = PostUrl, output = Answer)]
pub async fn set_time_zone(time_zone: String) -> Result<(), PageError> {
    let viewer = crate::server::viewer()?.require(domain::Scope::Admin)?;
    let zone = domain::zones::named(&time_zone).map_err(|error| crate::server::invalid(&error))?;
    viewer.store.set_time_zone(viewer.organization(), zone).await?;
    Ok(())
}
