//! `PATCH /api/organization`.

use super::OrganizationAnswer;
use crate::{
    api::responses::{Denied, WrongBody},
    auth::{Admin, Allowed},
    body::{self, Bodies, body},
    problem::Problem,
};
use axum::{
    Json,
    extract::{Request, State},
};
use domain::{Retention, zones::Tz};
use service::{OrganizationChange as Change, Service};

body! {
    /// What changes; what is left out stays.
    pub struct OrganizationChange {
        /// IANA name of the zone in which days are read from now on.
        time_zone: Option<Tz> = "timeZone",
        /// How long executions are kept from now on. What is older goes within a quarter of an hour.
        retention: Option<Retention> = "retention",
    }
}

/// Reads the organization's days in another time zone, or keeps its executions for another time.
#[utoipa::path(
    patch,
    path = "/api/organization",
    tag = "Organization",
    operation_id = "changeOrganization",
    request_body = OrganizationChange,
    responses(
        (status = 200, description = "The organization as it is now", body = OrganizationAnswer),
        WrongBody,
        Denied,
    )
)]
pub async fn change(
    access: Allowed<Admin>,
    State(service): State<Service>,
    State(bodies): State<Bodies>,
    request: Request,
) -> Result<Json<OrganizationAnswer>, Problem> {
    let (json, _turn) = bodies.json(request, access.organization()).await?;
    let OrganizationChange { time_zone, retention } = body::read_change(json)?;
    let change = Change { time_zone, retention };
    service.change_organization(&access.caller, change).await?;
    let answer = OrganizationAnswer::read(&service.store, access.organization()).await?;
    Ok(Json(answer))
}
