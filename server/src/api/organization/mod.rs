//! `/api/organization`: the organization of whoever asks.

pub(crate) mod change;
pub(crate) mod delete;
mod show;

use super::retention::RetentionBody;
use crate::{problem::Problem, state::AppState};
use domain::OrganizationId;
use serde::Serialize;
use store::Store;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The calls about the organization.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(show::show, change::change, delete::delete))
}

/// The organization.
#[derive(Serialize, ToSchema)]
pub(crate) struct OrganizationAnswer {
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
    /// How long its executions are kept.
    retention: RetentionBody,
}

impl OrganizationAnswer {
    /// The organization as it is now.
    async fn read(store: &Store, id: OrganizationId) -> Result<Self, Problem> {
        let organization = store.organization(id).await?;
        let runs = store.retention_runs(id).await?;
        Ok(Self {
            organization: OrganizationBody {
                name: organization.name,
                time_zone: organization.time_zone,
                retention: RetentionBody::new(organization.retention, runs),
            },
        })
    }
}
