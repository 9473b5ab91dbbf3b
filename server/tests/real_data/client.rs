//! A server in process on a given database, and a program with a key that talks to it.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode},
};
use domain::{Scope, Scopes};
use serde_json::Value;
use server::{
    http::router,
    state::{AppState, Options},
};
use service::Service;
use store::Store;
use testkit::TestDatabase;
use tower::ServiceExt;

pub struct Client {
    router: Router,
    authorization: String,
    executions: String,
}

impl Client {
    /// Of an agent without executions.
    pub async fn start(database: &TestDatabase) -> Self {
        let store = Store::open(&database.url, testkit::MASTER_KEY).await.unwrap();
        let now = chrono::Utc::now();
        let organization = store.ensure_organization("Real data", now).await.unwrap().id;
        let agent = store
            .create_agent(organization, "Agent", now)
            .await
            .unwrap()
            .agent_id;
        let scopes = Scopes::try_from(vec![Scope::Record, Scope::Read]).unwrap();
        let (_, key) = store
            .create_api_key(organization, "Key", &scopes, now)
            .await
            .unwrap();
        Self {
            router: router(AppState::new(Service::new(store, None), Options::default())),
            authorization: format!("Bearer {}", key.reveal()),
            executions: format!("/api/agents/{agent}/executions"),
        }
    }

    /// Records NDJSON.
    pub async fn record(&self, ndjson: &str) -> Value {
        let request = Request::post(&self.executions)
            .header("content-type", "application/x-ndjson")
            .body(Body::from(ndjson.to_owned()));
        serde_json::from_str(&self.call(request.unwrap()).await).unwrap()
    }

    /// Reads JSON; `rest` follows the address of the agent's executions.
    pub async fn json(&self, rest: &str) -> Value {
        serde_json::from_str(&self.text(rest).await).unwrap()
    }

    /// Reads text; `rest` follows the address of the agent's executions.
    pub async fn text(&self, rest: &str) -> String {
        let request = Request::get(format!("{}{rest}", self.executions)).body(Body::empty());
        self.call(request.unwrap()).await
    }

    async fn call(&self, mut request: Request<Body>) -> String {
        let headers = request.headers_mut();
        headers.insert("authorization", self.authorization.parse().unwrap());
        headers.insert("host", "ledger.example".parse().unwrap());
        let response = self.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        String::from_utf8(body.to_vec()).unwrap()
    }
}
