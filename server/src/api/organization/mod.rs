//! `/api/organization`: the organization of whoever asks.

mod change;
mod show;

use crate::http::AppState;
use serde::Serialize;
use store::Organization;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The calls about the organization.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(show::show, change::change))
}

/// The organization.
#[derive(Serialize, ToSchema)]
struct OrganizationAnswer {
    organization: OrganizationBody,
}

/// The organization.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OrganizationBody {
    /// What people call it.
    name: String,
    /// IANA name of the zone in which its days are read.
    #[schema(example = "Europe/Berlin")]
    time_zone: String,
}

impl From<Organization> for OrganizationAnswer {
    fn from(organization: Organization) -> Self {
        Self {
            organization: OrganizationBody {
                name: organization.name,
                time_zone: organization.time_zone,
            },
        }
    }
}
