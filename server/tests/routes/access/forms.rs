//! The forms of `/auth/`: who may post them, and that no other site can have somebody's browser do it.

use super::{
    REFUSED, UNKNOWN,
    Who::{self, Anyone, Themselves, With},
};
use crate::support::{Answer, Client, EMAIL, PASSWORD, TestApp};
use domain::{Permission::Own, Role};
use serde_json::json;
use std::collections::BTreeSet;

const CHANGED: &str = "another horse battery";

struct Form {
    path: &'static str,
    /// What is filled in; without, the address is a link.
    fields: Option<&'static [(&'static str, &'static str)]>,
    who: Who,
    /// Where it leads whoever may.
    leads_to: &'static str,
}

const fn form(
    path: &'static str,
    fields: &'static [(&'static str, &'static str)],
    who: Who,
    leads_to: &'static str,
) -> Form {
    Form {
        path,
        fields: Some(fields),
        who,
        leads_to,
    }
}

const fn link(path: &'static str, leads_to: &'static str) -> Form {
    Form {
        path,
        fields: None,
        who: Anyone,
        leads_to,
    }
}

/// Every form and link; those that end a session come last.
const FORMS: &[Form] = &[
    form(
        "/auth/sign-in",
        &[("email", EMAIL), ("password", PASSWORD)],
        Anyone,
        "/agents",
    ),
    form(
        "/auth/set-up",
        &[
            ("token", "none"),
            ("organization", "Initech"),
            ("email", "eve@acme.example"),
            ("password", PASSWORD),
        ],
        Anyone,
        "/set-up?token=none&error=link",
    ),
    form(
        "/auth/join",
        &[("token", "none"), ("password", PASSWORD)],
        Anyone,
        "/join?token=none&error=link",
    ),
    form(
        "/auth/forgot-password",
        &[("email", EMAIL)],
        Anyone,
        "/forgot-password?error=unavailable",
    ),
    form(
        "/auth/reset-password",
        &[("token", "none"), ("password", PASSWORD)],
        Anyone,
        "/reset-password?token=none&error=link",
    ),
    link("/auth/sso", "/sign-in?error=sso"),
    link("/auth/sso/callback", "/sign-in?error=sso"),
    form("/auth/switch", &[("organization", "Acme")], Themselves, "/agents"),
    form(
        "/auth/switch",
        &[("organization", "Globex")],
        Themselves,
        "/agents",
    ),
    form(
        "/auth/password",
        &[("current", PASSWORD), ("new", CHANGED)],
        Themselves,
        "/settings/account?done=password",
    ),
    form(
        "/auth/delete-organization",
        &[("name", "Globex"), ("password", PASSWORD)],
        With(Own),
        "/settings/organization?error=name",
    ),
    form("/auth/sign-out", &[], Anyone, "/sign-in"),
    form("/auth/leave", &[], Themselves, "/sign-in?done=left"),
];

impl Form {
    async fn post(&self, client: &Client) -> Answer {
        match self.fields {
            Some(fields) => client.submit(self.path, fields).await,
            None => client.get(self.path).await,
        }
    }
}

/// A server where there is another organization, to which nobody here belongs.
async fn start() -> TestApp {
    let app = TestApp::start().await;
    app.store
        .ensure_organization("Globex", chrono::Utc::now())
        .await
        .unwrap();
    app
}

/// The organization in which a session is.
async fn organization(client: &Client) -> serde_json::Value {
    client.get("/api/organization").await.json()["organization"]["name"].clone()
}

/// A fresh session of somebody, before or after the password was changed.
async fn session_of(app: &TestApp, email: &str) -> String {
    let mut session = String::new();
    for password in [CHANGED, PASSWORD] {
        if session.is_empty() {
            let fields = [("email", email), ("password", password)];
            session = app.anonymous().submit("/auth/sign-in", &fields).await.session();
        }
    }
    session
}

async fn signs_in(app: &TestApp, email: &str, password: &str) -> bool {
    let fields = [("email", email), ("password", password)];
    let answer = app.anonymous().submit("/auth/sign-in", &fields).await;
    answer.header("location") == "/agents"
}

#[test]
fn every_route_has_its_row() {
    let routes: BTreeSet<_> = server::auth::paths().into_iter().collect();
    let rows: BTreeSet<_> = FORMS.iter().map(|form| form.path).collect();
    assert_eq!(routes, rows);
}

#[tokio::test]
async fn whoever_is_signed_out_reaches_what_is_for_anybody() {
    let app = start().await;
    for form in FORMS {
        let answer = form.post(&app.anonymous()).await;
        match form.who {
            Anyone => {
                assert_eq!(answer.status, 303, "{}", form.path);
                assert_eq!(answer.header("location"), form.leads_to, "{}", form.path);
            }
            _ => assert_eq!(answer.status, UNKNOWN, "{}", form.path),
        }
    }
    assert!(signs_in(&app, EMAIL, PASSWORD).await);
}

#[tokio::test]
async fn every_role_reaches_what_is_its_own_alone() {
    for role in Role::ALL {
        let app = start().await;
        let (mut client, owner) = (app.colleague(role).await, app.owner().await);
        let email = format!("{}@acme.example", role.as_str());
        for form in FORMS {
            if form.path == "/auth/leave" {
                assert_eq!(
                    client.get("/api/organization").await.status,
                    UNKNOWN,
                    "signed out"
                );
                client = client.with("cookie", &session_of(&app, &email).await);
            }
            let told = format!("{}: {}", role.as_str(), form.path);
            assert_eq!(organization(&client).await, "Acme", "before {told}");
            let answer = form.post(&client).await;
            if matches!(form.who, With(permission) if !role.allows(permission)) {
                assert_eq!(answer.status, REFUSED, "{told}");
                continue;
            }
            assert_eq!(answer.status, 303, "{told}");
            assert_eq!(answer.header("location"), form.leads_to, "{told}");
            // A browser that signs in anew has another session instead.
            if answer.session().len() > "al_session=".len() {
                client = client.with("cookie", &session_of(&app, &email).await);
            }
        }
        assert!(!signs_in(&app, &email, CHANGED).await, "who left is gone");
        assert_eq!(
            organization(&owner).await,
            "Acme",
            "somebody else's session goes on"
        );
        assert!(
            signs_in(&app, EMAIL, PASSWORD).await,
            "nobody else's password changed"
        );
    }
}

#[tokio::test]
async fn no_other_site_posts_a_form() {
    let app = start().await;
    let foreign = [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
    ];
    for role in Role::ALL {
        let here = app.colleague(role).await;
        for (name, value) in foreign {
            let abroad = here.clone().without("sec-fetch-site").with(name, value);
            let nobody = app.anonymous().with(name, value);
            for form in FORMS.iter().filter(|form| form.fields.is_some()) {
                for client in [&abroad, &nobody] {
                    let answer = form.post(client).await;
                    let told = format!("{}: {} with {name}: {value}", role.as_str(), form.path);
                    assert_eq!(answer.status, REFUSED, "{told}");
                    assert_eq!(answer.json()["code"], json!("cross_site_request"), "{told}");
                    assert_eq!(answer.header("set-cookie"), "", "{told}");
                }
            }
        }
        // A browser that does not say where a form comes from is not believed either.
        let silent = here.clone().without("sec-fetch-site");
        for form in FORMS.iter().filter(|form| form.fields.is_some()) {
            assert_eq!(form.post(&silent).await.status, REFUSED, "{}", form.path);
        }
        assert_eq!(organization(&here).await, "Acme", "the session goes on");
        assert!(signs_in(&app, &format!("{}@acme.example", role.as_str()), PASSWORD).await);
    }
}

#[tokio::test]
async fn a_link_from_elsewhere_leads_on() {
    let app = start().await;
    let client = app.owner().await.with("sec-fetch-site", "cross-site");
    for form in FORMS.iter().filter(|form| form.fields.is_none()) {
        let answer = form.post(&client).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("location")),
            (303, form.leads_to)
        );
    }
}
