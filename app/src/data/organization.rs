//! The organization's settings.

use super::wire::Answer;
use crate::error::PageError;
use domain::{Retention, RetentionRuns, Timestamp};
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
    /// How long executions are kept.
    pub retention: Retention,
    /// How the deletion of older ones goes.
    pub runs: RetentionRuns,
    /// Whether the reader is an owner, who may delete it.
    pub owns: bool,
    /// Whether the reader is known to a provider of single sign-on, and may have no password.
    pub by_sso: bool,
    /// The server's time.
    pub now: Timestamp,
}

/// The settings as they are.
#[server(prefix = "/_fn", endpoint = "organization", input = PostUrl, output = Answer)]
pub async fn load_organization() -> Result<OrganizationSettings, PageError> {
    let viewer = crate::server::viewer()?.require(domain::Permission::Administer)?;
    let runs = viewer.store.retention_runs(viewer.organization()).await?;
    let by_sso = viewer.store.has_identity(&viewer.session.user.id).await?;
    let owns = viewer.session.role.allows(domain::Permission::Own);
    let organization = viewer.session.organization;
    Ok(OrganizationSettings {
        name: organization.name,
        time_zone: organization.time_zone,
        time_zones: domain::zones::names().map(str::to_owned).collect(),
        retention: organization.retention,
        runs,
        owns,
        by_sso,
        now: viewer.now,
    })
}

/// Reads the organization's days in another zone, an IANA name.
#[server(prefix = "/_fn", endpoint = "set-time-zone", input = PostUrl, output = Answer)]
pub async fn set_time_zone(time_zone: String) -> Result<(), PageError> {
    let viewer = crate::server::viewer()?;
    let zone = domain::zones::named(&time_zone).map_err(|error| crate::server::invalid(&error))?;
    let change = service::OrganizationChange {
        time_zone: Some(zone),
        retention: None,
    };
    viewer.service.change_organization(&viewer.caller, change).await?;
    Ok(())
}

/// Keeps executions by another plan. `days` count for the plan enterprise alone, and may be empty for others.
#[server(prefix = "/_fn", endpoint = "set-retention", input = PostUrl, output = Answer)]
pub async fn set_retention(plan: String, days: String) -> Result<(), PageError> {
    let viewer = crate::server::viewer()?;
    // A number that stood there before another plan was chosen is not meant; one that is none is no day.
    let days = (plan == "enterprise").then(|| days.trim().parse().unwrap_or(0));
    let retention = Retention::parse(&plan, days).map_err(|error| crate::server::invalid(&error))?;
    let change = service::OrganizationChange {
        time_zone: None,
        retention: Some(retention),
    };
    viewer.service.change_organization(&viewer.caller, change).await?;
    Ok(())
}

/// Lets deletion go on that waits for an owner's word.
#[server(prefix = "/_fn", endpoint = "let-deletion-go-on", input = PostUrl, output = Answer)]
pub async fn let_deletion_go_on() -> Result<(), PageError> {
    let viewer = crate::server::viewer()?;
    viewer.service.let_deletion_go_on(&viewer.caller).await?;
    Ok(())
}
