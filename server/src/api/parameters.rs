//! Parameters that a call does not have are refused: one that is misspelt would be lost without a word. What there is, the
//! OpenAPI document says.

use super::docs;
use crate::{
    problem::{MEDIA_TYPE, Problem},
    state::AppState,
};
use axum::{
    extract::{FromRequestParts, MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};
use domain::{Errors, FieldError, nearest};
use service::Caller;
use std::{collections::HashMap, sync::Arc};
use utoipa::openapi::{
    Content, OpenApi, Ref, RefOr, ResponseBuilder,
    path::{Operation, ParameterIn},
};

/// The names of the parameters of each call, by its method and path.
type Names = HashMap<(&'static str, String), Vec<String>>;

/// What the layer knows. Cheap to clone.
#[derive(Clone)]
pub struct Parameters {
    state: AppState,
    names: Arc<Names>,
}

impl Parameters {
    /// Those of the document.
    pub fn of(document: &OpenApi, state: AppState) -> Self {
        let mut names = Names::new();
        for (path, item) in &document.paths.paths {
            let calls = [
                ("GET", &item.get),
                ("POST", &item.post),
                ("PUT", &item.put),
                ("PATCH", &item.patch),
                ("DELETE", &item.delete),
            ];
            for (method, call) in calls {
                if let Some(call) = call {
                    names.insert((method, path.clone()), in_query(call));
                }
            }
        }
        Self {
            state,
            names: Arc::new(names),
        }
    }
}

/// Says of each call that it refuses parameters that it does not have, where it says of no other 400.
pub fn describe(document: &mut OpenApi) {
    let refusal = ResponseBuilder::new()
        .description("The call has no such parameter: `errors` names each, with the nearest one.")
        .content(MEDIA_TYPE, Content::new(Some(Ref::from_schema_name("Problem"))))
        .build();
    for item in document.paths.paths.values_mut() {
        let calls = [
            &mut item.get,
            &mut item.post,
            &mut item.put,
            &mut item.patch,
            &mut item.delete,
        ];
        for call in calls.into_iter().flatten() {
            let responses = &mut call.responses.responses;
            responses
                .entry("400".to_owned())
                .or_insert_with(|| refusal.clone().into());
        }
    }
}

fn in_query(call: &Operation) -> Vec<String> {
    let parameters = call.parameters.iter().flatten();
    parameters
        .filter_map(|parameter| match parameter {
            RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query => {
                Some(parameter.name.clone())
            }
            _ => None,
        })
        .collect()
}

/// Refuses a request with parameters that its call does not have, once it is settled who asks.
pub async fn refuse_unknown(
    State(Parameters { state, names }): State<Parameters>,
    path: MatchedPath,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let method = match request.method().as_str() {
        "HEAD" => "GET",
        method => method,
    };
    let query = request.uri().query().unwrap_or_default();
    let known = names
        .iter()
        .find(|((of, at), _)| *of == method && at == path.as_str())
        .map(|(_, names)| names);
    let Some(known) = known.filter(|_| !query.is_empty()) else {
        return Ok(next.run(request).await);
    };
    let mut errors = Errors::up_to(state.limits.max_errors as usize);
    for (name, _) in form_urlencoded::parse(query.as_bytes()) {
        if !known.iter().any(|known| *known == name) {
            errors.push(FieldError::new(&*name, words(&name, known)));
        }
    }
    if errors.is_empty() {
        return Ok(next.run(request).await);
    }
    if path.as_str() != docs::ADDRESS {
        let (mut parts, _) = request.into_parts();
        Caller::from_request_parts(&mut parts, &state).await?;
    }
    Err(Problem::invalid_parameters(errors))
}

fn words(name: &str, known: &[String]) -> String {
    let known = || known.iter().map(String::as_str);
    match nearest(name, known()) {
        Some(meant) => format!("is not a parameter of this call; the nearest is {meant}"),
        None if known().next().is_none() => "is not a parameter: this call has none".to_owned(),
        None => {
            let known: Vec<_> = known().collect();
            format!("is not a parameter of this call, which has {}", known.join(", "))
        }
    }
}
