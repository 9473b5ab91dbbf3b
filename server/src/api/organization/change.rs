//! `PATCH /api/organization`.

use super::OrganizationAnswer;
use crate::{
    api::{
        responses::{Denied, WrongBody},
        retention::RetentionChange,
    },
    auth::{Admin, Allowed},
    body::{Bodies, Fields, JsonBody},
    problem::Problem,
};
use axum::{
    Json,
    extract::{Request, State},
};
use domain::{FieldError, zones};
use service::{OrganizationChange as Change, Service};
use utoipa::ToSchema;

/// What changes; what is left out stays.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the body; `Fields` reads it")]
pub struct OrganizationChange {
    /// IANA name of the zone in which days are read from now on.
    #[schema(example = "Europe/Berlin")]
    time_zone: Option<String>,
    /// How long executions are kept from now on. What is older goes within a quarter of an hour.
    retention: Option<RetentionChange>,
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
    service.change_organization(&access.caller, parse(json)?).await?;
    let answer = OrganizationAnswer::read(&service.store, access.organization()).await?;
    Ok(Json(answer))
}

pub(crate) fn parse(json: JsonBody) -> Result<Change, Problem> {
    let mut fields = Fields::of(json)?;
    if fields.is_empty() {
        fields.wrong(FieldError::new("", "must say what changes"));
    }
    let name: Option<String> = fields.optional("timeZone", "a string");
    let time_zone = name.and_then(|name| fields.checked(zones::named(&name)));
    let given: Option<RetentionChange> = fields.optional("retention", RetentionChange::EXPECTED);
    let retention = given.and_then(|given| fields.checked(given.parse()));
    fields.finish(Some(Change { time_zone, retention }))
}
