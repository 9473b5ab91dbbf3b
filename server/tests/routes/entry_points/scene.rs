//! An organization with one of each thing, ways to do something in it, and all that can be seen of it.

use crate::{
    access::Things,
    support::{Answer, Client, TestApp},
};
use chrono::{TimeDelta, Utc};
use domain::{ExecutionFields, Role, time};
use serde_json::{Map, Value, json};
use std::{fmt, process::Stdio, time::Duration};
use store::RecordedBy;
use tokio::{
    process::Command,
    time::{sleep, timeout},
};

/// One way to do something.
pub struct Step {
    way: Way,
    is_admin: bool,
}

enum Way {
    /// A REST call: method and address, and a JSON body unless that is empty.
    Rest(String, String),
    /// A server function, and its form.
    Function(String, String),
    /// A form under `/auth`.
    Form(String, String),
    /// A command, its arguments with blanks between.
    Command(String),
}

pub fn rest(call: &str, body: &str) -> Step {
    Way::Rest(call.to_owned(), body.to_owned()).into()
}

pub fn function(name: &str, form: &str) -> Step {
    Way::Function(format!("/_fn/{name}"), form.to_owned()).into()
}

pub fn form(name: &str, fields: &str) -> Step {
    Way::Form(format!("/auth/{name}"), fields.to_owned()).into()
}

pub fn command(line: &str) -> Step {
    Way::Command(line.to_owned()).into()
}

impl From<Way> for Step {
    fn from(way: Way) -> Self {
        Self { way, is_admin: false }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Way::Rest(name, _) | Way::Function(name, _) | Way::Form(name, _) | Way::Command(name)) =
            &self.way;
        f.write_str(name)
    }
}

impl Step {
    /// Taken by an admin, not by the owner.
    pub fn by_admin(self) -> Self {
        Self {
            is_admin: true,
            ..self
        }
    }

    /// Does it.
    pub async fn take(&self, scene: &Scene) {
        let (is_done, told) = self.attempt(scene).await;
        assert!(is_done, "{self}: {told}");
        scene.settled().await;
    }

    /// Tries it, in vain.
    pub async fn be_refused(&self, scene: &Scene) {
        let (is_done, told) = self.attempt(scene).await;
        assert!(!is_done, "{self} is not refused: {told}");
    }

    async fn attempt(&self, scene: &Scene) -> (bool, String) {
        let client = if self.is_admin { &scene.admin } else { &scene.owner };
        let is_form = |text: &str| {
            if text.is_empty() {
                ""
            } else {
                "application/x-www-form-urlencoded"
            }
        };
        let answer = match &self.way {
            Way::Command(line) => return scene.run(line).await,
            Way::Rest(call, body) => {
                let (method, address) = call.split_once(' ').unwrap();
                let content_type = (!body.is_empty()).then_some("application/json");
                let (address, body) = (scene.fill(address), scene.fill(body));
                client.send(method, &address, content_type, body).await
            }
            Way::Function(path, fields) | Way::Form(path, fields) => {
                let fields = form_of(&scene.fill(fields));
                client.send("POST", path, Some(is_form("form")), fields).await
            }
        };
        let leads_back = answer.header("location").contains("error=");
        let is_done = answer.status.as_u16() < 400 && !leads_back;
        (is_done, shown(&answer))
    }
}

fn shown(answer: &Answer) -> String {
    format!("{} {}", answer.status, String::from_utf8_lossy(&answer.body))
}

/// `a=b c&d=e` as a browser sends it.
fn form_of(fields: &str) -> String {
    let pairs = fields.split('&').filter_map(|field| field.split_once('='));
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

/// What can be seen of an organization.
#[derive(Debug, PartialEq)]
pub struct Observed {
    /// What reading calls answer, by address.
    pub state: Map<String, Value>,
    /// What the audit log tells, newest first, without who and from where.
    pub events: Vec<Value>,
}

impl Observed {
    /// What was told after `before` was observed, newest first. All is gone with its organization.
    pub fn events_since(&self, before: &Self) -> Vec<Value> {
        let count = self.events.len().saturating_sub(before.events.len());
        self.events[..count].to_vec()
    }
}

pub struct Scene {
    app: TestApp,
    things: Things,
    owner: Client,
    admin: Client,
    admin_id: String,
    own_session: String,
}

impl Scene {
    pub async fn new() -> Self {
        let app = TestApp::start().await;
        let things = Things::of(&app, app.organization).await;
        let (owner, admin) = (app.owner().await, app.colleague(Role::Admin).await);
        app.owner().await;
        let (organization, now) = (app.organization, Utc::now());
        let of_mira = json!({"status": "failed", "executedBy": "mira", "errorMessage": "no"});
        let fields = ExecutionFields::parse(of_mira, now).unwrap();
        let agent = things.fill("{agentId}").parse().unwrap();
        app.store
            .record(organization, &agent, &RecordedBy::default(), now, vec![fields])
            .await
            .unwrap();
        let members = app.store.members(organization).await.unwrap();
        let admin_member = members.iter().find(|member| member.role == Role::Admin);
        let sessions = app.store.sessions_of(&app.owner, now).await.unwrap();
        app.work();
        let scene = Self {
            admin_id: admin_member.unwrap().user_id.to_string(),
            own_session: sessions[0].session_id.to_string(),
            things,
            owner,
            admin,
            app,
        };
        scene.settled().await;
        scene
    }

    fn fill(&self, text: &str) -> String {
        let text = text
            .replace("{adminId}", &self.admin_id)
            .replace("{ownerId}", self.app.owner.as_str())
            .replace("{ownSessionId}", &self.own_session);
        self.things.fill(&text)
    }

    async fn run(&self, line: &str) -> (bool, String) {
        let line = self.fill(line);
        let output = Command::new(env!("CARGO_BIN_EXE_agent-ledger"))
            .args(line.split_whitespace())
            .args(["--database-url", &self.app.database_url()])
            .env("AGENT_LEDGER_MASTER_KEY", testkit::MASTER_KEY_BASE64)
            .stdin(Stdio::null())
            .output()
            .await
            .unwrap();
        (
            output.status.success(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    }

    /// Waits until nothing is left to be done but what is to be tried again later.
    async fn settled(&self) {
        let is_settled = |task: &Value| {
            let next = task["nextAttemptAt"].as_str().and_then(time::parse_instant);
            next.is_some_and(|next| next > Utc::now() + TimeDelta::minutes(10))
        };
        let settled = async {
            loop {
                let open = self.owner.get("/api/tasks").await;
                let is_gone = open.status != 200;
                if is_gone || open.json()["tasks"].as_array().unwrap().iter().all(is_settled) {
                    break;
                }
                sleep(Duration::from_millis(25)).await;
            }
        };
        timeout(Duration::from_secs(10), settled).await.unwrap();
    }

    pub async fn observed(&self) -> Observed {
        let mut state = Map::new();
        for address in [
            "/api/organization",
            "/api/members",
            "/api/invitations",
            "/api/api-keys",
            "/api/agents",
            "/api/agents/{agentId}/versions",
            "/api/agents/{agentId}/executions",
            "/api/tasks",
            "/api/account/sessions",
        ] {
            let answer = self.owner.get(&self.fill(address)).await;
            let seen = match answer.status.as_u16() {
                200 => masked("", answer.json()),
                refused => refused.into(),
            };
            state.insert(address.to_owned(), seen);
        }
        let log = self.owner.get("/api/audit-events?limit=100").await;
        let events = match log.status.as_u16() {
            200 => log.json()["auditEvents"].as_array().unwrap().clone(),
            _ => Vec::new(),
        };
        let told = |event: &Value| {
            json!({
                "action": event["action"],
                "subject": masked("", event["subject"].clone()),
                "details": masked("", event["details"].clone()),
            })
        };
        let events: Vec<_> = events.iter().map(told).collect();
        state.insert("events".to_owned(), events.len().into());
        Observed { state, events }
    }
}

/// The same with made-up identifiers and positions replaced, and times told in hours from now.
fn masked(field: &str, value: Value) -> Value {
    match value {
        Value::Object(map) => map
            .into_iter()
            .map(|(name, value)| {
                let value = masked(&name, value);
                (name, value)
            })
            .collect(),
        Value::Array(items) => items.into_iter().map(|item| masked(field, item)).collect(),
        Value::String(text) => text_of(field, &text).into(),
        other => other,
    }
}

fn text_of(field: &str, text: &str) -> String {
    if let Some(instant) = time::parse_instant(text) {
        let hours = (instant - Utc::now()).as_seconds_f64() / 3_600.0;
        return format!("now + {} h", hours.round());
    }
    match field {
        "apiKeyId" | "position" | "sessionId" | "id" => format!("[{field}]"),
        _ => text.split(',').map(without_id).collect::<Vec<_>>().join(","),
    }
}

/// A word whose made-up end is replaced.
fn without_id(word: &str) -> String {
    let is_made_up = |end: &str| end.len() >= 26 && end.chars().take(26).all(|c| c.is_ascii_alphanumeric());
    match word.split_once('_') {
        Some((kind, end)) if is_made_up(end) => format!("{kind}_…{}", &end[26..]),
        _ => word.to_owned(),
    }
}
