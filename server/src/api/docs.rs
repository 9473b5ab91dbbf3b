//! `/api/openapi.json`, and `/api/docs`, which shows it.

use crate::{page::ContentPolicy, state::AppState};
use axum::{
    Extension, Router,
    body::Bytes,
    extract::Request,
    http::{Method, header::CONTENT_TYPE},
    middleware::{self, Next},
    response::{Html, IntoResponse, Response},
};
use tower_http::decompression::DecompressionLayer;
use utoipa::{
    Modify, OpenApi,
    openapi::{
        self,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use utoipa_axum::{router::OpenApiRouter, routes};
use utoipa_swagger_ui::{Config, SwaggerUi};

/// Where the document is.
pub const ADDRESS: &str = "/api/openapi.json";
const PAGE: &str = include_str!("docs.html");

/// What the document says beside the calls.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Agent Ledger",
        description = "Records agent executions, and answers with them. Times are RFC 3339 in UTC. Every refusal is an \
                       RFC 9457 problem with a stable `code`. Who asks is settled before what is asked."
    ),
    tags(
        (name = "Executions", description = "Runs of agents: recorded, finished, listed, read, followed, exported"),
        (name = "Agents", description = "Named prompts"),
        (name = "Versions", description = "Prompt configurations of an agent; they do not change, and one is in use"),
        (name = "Organization", description = "Its name, the zone in which its days are read, and how long it keeps"),
        (name = "Members", description = "The people of the organization, and who is invited"),
        (name = "Account", description = "The sessions and the password of the person who asks; not for API keys"),
        (name = "API keys", description = "Keys of the organization, shown once"),
        (name = "Tasks", description = "What is done in the background, and how far it is"),
        (name = "Audit log", description = "Who did what in the organization, when, and from where; it only grows"),
        (name = "Description", description = "This document"),
    ),
    servers((url = "/", description = "This server")),
    security(("apiKey" = []), ("session" = [])),
    modifiers(&Schemes, &NoLicence)
)]
pub struct Document;

/// A licence without a name would come from the package.
struct NoLicence;

impl Modify for NoLicence {
    fn modify(&self, document: &mut openapi::OpenApi) {
        document.info.license = None;
    }
}

struct Schemes;

impl Modify for Schemes {
    fn modify(&self, document: &mut openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("al_<public>_<secret>")
            .description(Some("An API key with the scope that the call needs."))
            .build();
        components.add_security_scheme("apiKey", SecurityScheme::Http(bearer));
        let cookie = ApiKeyValue::with_description(
            crate::credentials::COOKIE,
            "A signed-in person; over HTTPS its name is `__Host-al_session`. A request that changes something must come from our own pages.",
        );
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}

/// The document as it is sent.
#[derive(Clone)]
pub struct Rendered(Bytes);

impl From<&openapi::OpenApi> for Rendered {
    fn from(document: &openapi::OpenApi) -> Self {
        Self(document.to_pretty_json().unwrap_or_default().into())
    }
}

/// The call that tells the document.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(describe))
}

/// The description of this API. Needs no key.
#[utoipa::path(
    get,
    path = "/api/openapi.json",
    tag = "Description",
    operation_id = "describe",
    security(()),
    responses((status = 200, description = "The OpenAPI document", content_type = "application/json", body = Object))
)]
async fn describe(Extension(document): Extension<Rendered>) -> Response {
    ([(CONTENT_TYPE, "application/json")], document.0).into_response()
}

/// The page that shows the document. It asks nobody but us: no validator, no fonts, no scripts from elsewhere.
pub fn page() -> Router<AppState> {
    let config = Config::from(ADDRESS)
        .validator_url("none")
        .try_it_out_enabled(true)
        .persist_authorization(false);
    Router::from(SwaggerUi::new("/api/docs").config(config))
        // Its files are packed, whoever asks; they are packed again for those who take it.
        .layer(DecompressionLayer::new())
        .layer(middleware::from_fn(as_our_own))
}

/// Puts a page with a way back in the place of its own, and says what it may load.
async fn as_our_own(request: Request, next: Next) -> Response {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let mut response = match request.uri().path() {
        "/api/docs/" | "/api/docs/index.html" if is_read => Html(PAGE).into_response(),
        _ => next.run(request).await,
    };
    response.extensions_mut().insert(ContentPolicy::Description);
    response
}
