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
use domain::{
    FieldError, Retention,
    zones::{self, Tz},
};
use store::Store;
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
    State(store): State<Store>,
    State(bodies): State<Bodies>,
    request: Request,
) -> Result<Json<OrganizationAnswer>, Problem> {
    let store = store.by(access.caller.actor());
    let (json, _turn) = bodies.json(request, access.organization()).await?;
    let (zone, retention) = parse(json)?;
    let organization = access.organization();
    if let Some(zone) = zone {
        store.set_time_zone(organization, zone).await?;
    }
    if let Some(retention) = retention {
        store.set_retention(organization, retention).await?;
    }
    Ok(Json(OrganizationAnswer::read(&store, organization).await?))
}

pub(crate) fn parse(json: JsonBody) -> Result<(Option<Tz>, Option<Retention>), Problem> {
    let mut fields = Fields::of(json)?;
    if fields.is_empty() {
        fields.wrong(FieldError::new("", "must say what changes"));
    }
    let name: Option<String> = fields.optional("timeZone", "a string");
    let zone = name.and_then(|name| fields.checked(zones::named(&name)));
    let given: Option<RetentionChange> = fields.optional("retention", RetentionChange::EXPECTED);
    let retention = given.and_then(|given| fields.checked(given.parse()));
    fields.finish(Some((zone, retention)))
}
