//! `PATCH /api/organization`.

use super::OrganizationAnswer;
use crate::{
    api::{
        body::{self, Fields},
        problem::Problem,
        responses::{Denied, WrongBody},
    },
    auth::{Admin, Allowed},
};
use axum::{
    Json,
    extract::{Request, State},
};
use domain::zones::{self, Tz};
use serde_json::Value;
use store::Store;
use utoipa::ToSchema;

/// What changes.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the body; `Fields` reads it")]
pub struct OrganizationChange {
    /// IANA name of the zone in which days are read from now on.
    #[schema(example = "Europe/Berlin")]
    time_zone: String,
}

/// Reads the organization's days in another time zone.
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
    request: Request,
) -> Result<Json<OrganizationAnswer>, Problem> {
    let zone = zone(body::json(request).await?)?;
    store.set_time_zone(access.organization(), zone).await?;
    let organization = store.organization(access.organization()).await?;
    Ok(Json(organization.into()))
}

fn zone(json: Value) -> Result<Tz, Problem> {
    let mut fields = Fields::of(json)?;
    let name: Option<String> = fields.required("timeZone", "a string");
    let zone = name.and_then(|name| fields.checked(zones::named(&name)));
    fields.finish(zone)
}
