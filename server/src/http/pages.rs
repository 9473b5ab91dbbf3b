//! The pages: rendered by the app, for whoever is signed in.

use crate::{
    answers,
    auth::{
        forms::{HOME, address, see_other},
        sign_in_by_link,
    },
    body::{self, Bodies, MAX_JSON_BYTES},
    page::rendering,
    problem::Problem,
    state::AppState,
};
use app::{App, shell};
use axum::{
    Router,
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, FromRef, OriginalUri, Request, State},
    http::{Method, StatusCode, request::Parts},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{any, get, post},
};
use domain::OrganizationId;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use leptos::{prelude::LeptosOptions, server_fn::axum::server_fn_paths};
use leptos_axum::{AxumRouteListing, LeptosRoutes, generate_route_list, handle_server_fns_with_context};
use service::{Error, Visitor};
use std::sync::LazyLock;
use store::Share;

/// The server function that takes prompts, and the largest form of it, in bytes: two of 1 MiB, escaped.
const NEW_VERSION: &str = "/_fn/create-version";
const MAX_VERSION: usize = 8 << 20;
/// Largest form of a server function of somebody who is not signed in.
const MAX_STRANGERS_FORM: usize = 16 << 10;

const SIGN_IN: &str = "/sign-in";
const SET_UP: &str = "/set-up";
const JOIN: &str = "/join";
const RESET_PASSWORD: &str = "/reset-password";
const FORGOT_PASSWORD: &str = "/forgot-password";

/// The pages' addresses. They are found out once, before any page is rendered: while Leptos runs the app for it, what
/// any thread wants to load never comes.
static ADDRESSES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| generate_route_list(App));

/// Every page, and the server functions behind them.
pub fn router(state: &AppState) -> Router<AppState> {
    rendering::install();
    let context = state.for_pages();
    let provide = rendering::provider(context.clone());
    let scripts = LeptosOptions::from_ref(state);
    let document = move || shell(Some(scripts.clone()), &context);
    let page = {
        let (provide, state) = (provide.clone(), state.clone());
        move |request: Request| {
            let (provide, document, state) = (provide.clone(), document.clone(), state.clone());
            async move {
                let reader = organization(&request);
                let _turn = state.page_line.turn().await?;
                let (head, document) = rendering::render(provide, document, request).await?.into_parts();
                let body = match reader {
                    Some(reader) => answers::body(&state.service.answers, reader, document)
                        .await
                        .map_err(Error::from)?,
                    None => document.into(),
                };
                Ok::<_, Problem>(Response::from_parts(head, body))
            }
        }
    };
    let function = {
        let bodies = state.bodies.clone();
        move |request: Request| {
            let (provide, bodies) = (provide.clone(), bodies.clone());
            async move {
                let (request, _turn) = received(request, &bodies).await?;
                Ok::<_, Problem>(
                    handle_server_fns_with_context(provide, request)
                        .await
                        .into_response(),
                )
            }
        }
    };
    server_fn_paths()
        .fold(Router::new(), |router, (path, _)| {
            router.route(path, post(function.clone()))
        })
        // Their bodies are here before they are called.
        .layer(DefaultBodyLimit::disable())
        .leptos_routes_with_handler(ADDRESSES.clone(), page.clone())
        .route("/_fn/{*name}", any(|| async { Problem::not_found("function") }))
        .fallback_service(get(page).layer(middleware::from_fn(not_found)))
        .layer(middleware::from_fn_with_state(state.clone(), admit))
}

/// The request of a server function with all of its body, in the memory that its organization's bodies may have; and what is
/// held while the function does its work.
async fn received(request: Request, bodies: &Bodies) -> Result<(Request, Option<Share>), Problem> {
    let reader = organization(&request);
    let most = match request.uri().path() {
        NEW_VERSION => MAX_VERSION,
        _ => MAX_JSON_BYTES,
    };
    let (parts, body) = request.into_parts();
    let Some(organization) = reader else {
        let body = Limited::new(body, MAX_STRANGERS_FORM).collect().await;
        let body = body.map_err(|error| match error.downcast::<LengthLimitError>() {
            Ok(_) => Problem::too_large("body_too_large", "The form may have 16 KiB at most."),
            Err(_) => body::incomplete(),
        })?;
        return Ok((Request::from_parts(parts, body.to_bytes().into()), None));
    };
    let body = bodies.receive(&parts.headers, body, organization, most).await?;
    let turn = bodies.turn_of_form(organization, &body).await?;
    let body = Body::from(Bytes::from_owner(body));
    Ok((Request::from_parts(parts, body), Some(turn)))
}

/// The organization of whoever asks, where somebody is signed in.
fn organization(request: &Request) -> Option<OrganizationId> {
    let session = request.extensions().get::<Visitor>()?.session.as_ref()?;
    Some(session.organization.id)
}

/// A page that nobody wrote: the app says so, and so does the status.
async fn not_found(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}

/// Leads those who are not signed in to the sign-in page, and back afterwards. Server functions answer for themselves.
async fn admit(
    State(state): State<AppState>,
    OriginalUri(uri): OriginalUri,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let (path, is_signed_in) = (uri.path(), organization(&request).is_some());
    let is_open =
        matches!(path, SET_UP | JOIN | RESET_PASSWORD | FORGOT_PASSWORD) || path.starts_with("/_fn/");
    match path {
        SIGN_IN if request.method() == Method::GET => {
            let (parts, body) = request.into_parts();
            if let Some(answer) = at_sign_in(&state, &parts, is_signed_in).await? {
                return Ok(answer);
            }
            request = Request::from_parts(parts, body);
        }
        SIGN_IN => {}
        _ if is_open || is_signed_in => {}
        _ => return Ok(see_other(&sign_in_address(&state, &uri).await?, None)),
    }
    Ok(next.run(request).await)
}

/// Follows a link that signs in. Who is signed in already has nothing to do here.
async fn at_sign_in(
    state: &AppState,
    parts: &Parts,
    is_signed_in: bool,
) -> Result<Option<Response>, Problem> {
    let query = parts.uri.query().unwrap_or_default();
    let token = form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "token")
        .map(|(_, token)| token);
    let Some(token) = token else {
        return Ok(is_signed_in.then(|| see_other(HOME, None)));
    };
    Ok(Some(match sign_in_by_link(state, &token, parts).await? {
        Some(cookies) => see_other(HOME, cookies),
        None if is_signed_in => see_other(HOME, None),
        None => see_other(&address(SIGN_IN, &[("error", "link")]), None),
    }))
}

async fn sign_in_address(state: &AppState, uri: &axum::http::Uri) -> Result<String, Problem> {
    let error = if state.store.has_no_users().await? {
        "set-up"
    } else {
        ""
    };
    let next = uri.path_and_query().map_or("", |asked| asked.as_str());
    let next = if next == "/" { "" } else { next };
    Ok(address(SIGN_IN, &[("error", error), ("next", next)]))
}
