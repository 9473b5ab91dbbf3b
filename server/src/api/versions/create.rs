//! `POST /api/agents/{agentId}/versions`.

use super::VersionAnswer;
use crate::{
    api::responses::{Denied, Missing, WrongBody},
    auth::{Admin, AgentAccess},
    body::{Bodies, Fields, JsonBody},
    path::AgentPath,
    problem::Problem,
};
use axum::{
    Json,
    extract::{Request, State},
    http::StatusCode,
};
use domain::{FieldError, field::MAX_NAME, fields::check_text};
use service::Service;
use store::NewVersion;
use utoipa::ToSchema;

/// Largest body, in bytes: two prompts of 1 MiB, escaped.
const MAX_BYTES: usize = 8 << 20;

/// A prompt configuration; it is not changed afterwards.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the body; `parse` reads it")]
pub struct VersionFields {
    /// Model that it asks.
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
    )]
    model: String,
    /// Sampling temperature, from 0.
    #[schema(minimum = 0)]
    temperature: Option<f64>,
    /// System prompt.
    system_prompt: Option<String>,
    /// User prompt with places for variables.
    user_prompt_template: String,
    /// Whether it is in use from now on; not unless told.
    activate: Option<bool>,
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
    let version = service
        .create_version(&access.caller, access.agent_id(), parse(json)?)
        .await?;
    Ok((StatusCode::CREATED, Json(VersionAnswer { version })))
}

pub(crate) fn parse(json: JsonBody) -> Result<NewVersion, Problem> {
    let mut fields = Fields::of(json)?;
    let model: Option<String> = fields.required("model", "a string");
    let model = model.and_then(|model| fields.checked(check_model(model)));
    let temperature: Option<f64> = fields.optional("temperature", "a number");
    let temperature = temperature.and_then(|degree| fields.checked(check_temperature(degree)));
    let system_prompt: Option<String> = fields.optional("systemPrompt", "a string");
    let system_prompt =
        system_prompt.and_then(|text| fields.checked(check_text("systemPrompt", &text).map(|()| text)));
    let template: Option<String> = fields.required("userPromptTemplate", "a string");
    let user_prompt_template =
        template.and_then(|text| fields.checked(check_text("userPromptTemplate", &text).map(|()| text)));
    let activate = fields.optional("activate", "true or false");
    let version = model
        .zip(user_prompt_template)
        .map(|(model, user_prompt_template)| NewVersion {
            model,
            temperature,
            system_prompt,
            user_prompt_template,
            activate: activate.unwrap_or(false),
        });
    fields.finish(version)
}

fn check_model(model: String) -> Result<String, FieldError> {
    let fits = !model.is_empty() && model.chars().count() <= MAX_NAME && !model.chars().any(char::is_control);
    fits.then_some(model)
        .ok_or_else(|| FieldError::new("model", format!("must be 1 to {MAX_NAME} characters on one line")))
}

fn check_temperature(temperature: f64) -> Result<f64, FieldError> {
    (temperature >= 0.0)
        .then_some(temperature)
        .ok_or_else(|| FieldError::new("temperature", "must be a number from 0"))
}
