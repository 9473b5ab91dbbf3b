//! People of an organization, and those who are invited.

use crate::{InvitationId, Role, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// How long an invitation's link works, in days.
pub const INVITATION_DAYS: i64 = 7;

/// How long a link works by which somebody chooses another password, in hours.
pub const RESET_HOURS: i64 = 1;

/// A person of the organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Member {
    /// Who.
    pub user_id: UserId,
    /// Address with which the person signs in.
    pub email: String,
    /// What the person may do.
    pub role: Role,
    /// Since when the person has belonged to the organization.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub joined_at: Timestamp,
}

/// Somebody who is invited and has not joined yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invitation {
    /// Which.
    pub invitation_id: InvitationId,
    /// Address with which the person is to sign in.
    pub email: String,
    /// What the person is to be allowed.
    pub role: Role,
    /// When it was made.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: Timestamp,
    /// When its link stops working.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: Timestamp,
}
