//! `POST /api/agents/{agentId}/versions`.

use super::VersionAnswer;
use crate::{
    api::responses::{Denied, Missing, WrongBody},
    auth::{Admin, AgentAccess},
    body::{
        self, Bodies, body,
        values::{Line, Temperature, Text},
    },
    path::AgentPath,
    problem::Problem,
};
use axum::{
    Json,
    extract::{Request, State},
    http::StatusCode,
};
use domain::field::MAX_NAME;
use service::Service;
use store::NewVersion;

/// Largest body, in bytes: two prompts of 1 MiB, escaped.
const MAX_BYTES: usize = 8 << 20;

body! {
    /// A prompt configuration; it is not changed afterwards.
    pub struct VersionFields {
        /// Model that it asks.
        model: Line<MAX_NAME> = "model",
        /// Sampling temperature, from 0 to 2.
        temperature: Option<Temperature> = "temperature",
        /// System prompt.
        system_prompt: Option<Text> = "systemPrompt",
        /// User prompt with places for variables.
        user_prompt_template: Text = "userPromptTemplate",
        /// Whether it is in use from now on; not unless told.
        activate: Option<bool> = "activate",
    }
}

/// Adds a version to an agent, numbered after the last.
#[utoipa::path(
    post,
    path = "/api/agents/{agentId}/versions",
    tag = "Versions",
    operation_id = "createVersion",
    params(AgentPath),
    request_body = VersionFields,
    responses((status = 201, description = "The new version", body = VersionAnswer), WrongBody, Missing, Denied)
)]
pub async fn create(
    access: AgentAccess<Admin>,
    State(service): State<Service>,
    State(bodies): State<Bodies>,
    request: Request,
) -> Result<(StatusCode, Json<VersionAnswer>), Problem> {
    let (json, _turn) = bodies
        .json_up_to(request, access.organization(), MAX_BYTES)
        .await?;
    let given: VersionFields = body::read(json)?;
    let new = NewVersion {
        model: given.model.0,
        temperature: given.temperature.map(|degree| degree.0),
        system_prompt: given.system_prompt.map(|text| text.0),
        user_prompt_template: given.user_prompt_template.0,
        activate: given.activate.unwrap_or(false),
    };
    let version = service
        .create_version(&access.caller, access.agent_id(), new)
        .await?;
    Ok((StatusCode::CREATED, Json(VersionAnswer { version })))
}
