//! What the forms' handlers share: how they are read, where they lead, and how they come back.

use crate::problem::Problem;
use axum::{
    Form,
    extract::{FromRequest, Request},
    http::{
        HeaderValue, StatusCode,
        header::{LOCATION, SET_COOKIE},
        request::Parts,
    },
    response::{IntoResponse, Response},
};
use cookie::Cookie;
use domain::Rule;
use serde::de::DeserializeOwned;
use service::Error;

/// Where people begin.
pub const HOME: &str = "/agents";

/// The form of a request, and what came with it.
pub async fn read<T: DeserializeOwned>(request: Request) -> Result<(Parts, T), Problem> {
    let (parts, body) = request.into_parts();
    let request = Request::from_parts(parts.clone(), body);
    let Form(form) = Form::from_request(request, &())
        .await
        .map_err(|rejection| Problem::new(rejection.status(), "invalid_form", rejection.body_text()))?;
    Ok((parts, form))
}

/// Why a form comes back.
pub enum Refusal {
    /// What its page has words for.
    Named(&'static str),
    /// What no page has words for.
    Failed(Problem),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Named(match &error {
            Error::LinkEnded => "link",
            Error::PasswordLength => "password",
            Error::WrongPassword => "credentials",
            Error::Throttled(_) | Error::TooManyLetters(_) => "throttled",
            Error::SignInAgain => "sign-in-again",
            Error::TooMuchWaiting => "busy",
            Error::NoMail => "unavailable",
            Error::Taken(_) => "taken",
            Error::Rule(Rule::LastOwner) => "last-owner",
            Error::Invalid(errors) => match errors.told() {
                [wrong] if wrong.field == "name" => "name",
                [wrong] if wrong.field == "email" => "email",
                [wrong] if wrong.field == "organization" => "organization",
                _ => return Self::Failed(error.into()),
            },
            _ => return Self::Failed(error.into()),
        })
    }
}

impl Refusal {
    /// Leads back to the page, with what is wrong as its parameter `error`, beside the other parameters.
    pub fn back(self, page: &str, parameters: &[(&str, &str)]) -> Result<Response, Problem> {
        match self {
            Self::Named(error) => {
                let parameters = [parameters, &[("error", error)]].concat();
                Ok(see_other(&address(page, &parameters), None))
            }
            Self::Failed(problem) => Err(problem),
        }
    }
}

/// A place on this server that a form may lead to; anything else leads home.
pub fn local(next: Option<&str>) -> &str {
    next.filter(|next| {
        next.starts_with('/')
            && !next.starts_with("//")
            && !next.contains('\\')
            && !next.chars().any(char::is_control)
    })
    .unwrap_or(HOME)
}

/// The address of `path` with parameters; empty ones are left out.
pub fn address(path: &str, parameters: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(parameters.iter().filter(|(_, value)| !value.is_empty()));
    match query.finish() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

/// Leads to `address`, with cookies where there are any.
pub fn see_other(address: &str, cookies: impl IntoIterator<Item = Cookie<'static>>) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let location = HeaderValue::try_from(address).unwrap_or(HeaderValue::from_static(HOME));
    response.headers_mut().insert(LOCATION, location);
    set(&mut response, cookies);
    response
}

/// Has the browser take cookies. Ours are of letters that a header may have.
pub fn set(response: &mut Response, cookies: impl IntoIterator<Item = Cookie<'static>>) {
    let headers = cookies.into_iter().map(|cookie| cookie.to_string().try_into());
    for cookie in headers.flatten() {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_leads_nowhere_else() {
        assert_eq!(local(Some("/agents/agent_1?page=2")), "/agents/agent_1?page=2");
        for elsewhere in [
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "",
            "/a\nb",
            "agents",
        ] {
            assert_eq!(local(Some(elsewhere)), HOME, "{elsewhere:?}");
        }
    }
}
