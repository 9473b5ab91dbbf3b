//! What every page has in common; what is on them is the browser tests' matter.

use crate::support::{Client, TestApp, empty_server};
use insta::assert_snapshot;

#[tokio::test]
async fn who_is_not_signed_in_is_led_to_the_form_and_back() {
    let app = TestApp::start().await;
    let answer = app
        .anonymous()
        .get("/agents/agent_1/executions?status=failed")
        .await;
    assert_snapshot!(answer, @"303 See Other → /sign-in?next=%2Fagents%2Fagent_1%2Fexecutions%3Fstatus%3Dfailed");
    assert_eq!(app.anonymous().get("/").await.header("location"), "/sign-in");
    assert_eq!(
        app.anonymous().get("/nowhere").await.header("location"),
        "/sign-in?next=%2Fnowhere"
    );
    let (client, ..) = empty_server().await;
    assert_eq!(
        client.get("/agents").await.header("location"),
        "/sign-in?error=set-up&next=%2Fagents"
    );
}

#[tokio::test]
async fn a_page_is_rendered_under_a_strict_policy() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let mut policies = Vec::new();
    for path in ["/agents", "/agents/none/executions", "/nowhere"] {
        let page = owner.get(path).await;
        let expected = if path == "/agents" { 200 } else { 404 };
        assert_eq!(page.status, expected, "{path}");
        assert!(page.header("content-type").starts_with("text/html"), "{path}");
        let policy = page.header("content-security-policy");
        let nonce = policy
            .split("'nonce-")
            .nth(1)
            .unwrap()
            .split('\'')
            .next()
            .unwrap();
        assert!(nonce.len() >= 20, "{policy}");
        policies.push(policy.replace(nonce, "…"));
        for script in page.text().split("<script").skip(1) {
            assert!(script.contains(&format!("nonce=\"{nonce}\"")), "{path}: {script}");
        }
        assert!(!page.text().contains(" style="), "{path}");
    }
    policies.dedup();
    assert_snapshot!(policies.join("\n"), @"default-src 'none'; script-src 'nonce-…' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'");
}

#[tokio::test]
async fn two_pages_never_share_a_nonce() {
    let app = TestApp::start().await;
    let first = app.anonymous().get("/sign-in").await;
    let second = app.anonymous().get("/sign-in").await;
    assert_eq!(first.status, 200);
    assert_ne!(
        first.header("content-security-policy"),
        second.header("content-security-policy")
    );
}

#[tokio::test]
async fn an_address_that_leads_elsewhere_does_so_whatever_it_finds_there() {
    let app = TestApp::start().await;
    let browser = app.owner().await.with("accept", "text/html");
    let missing = browser.get("/agents/agent_0/executions/exec_1").await;
    assert_eq!(
        (missing.status.as_u16(), missing.header("location")),
        (302, "/agents/agent_0/executions?execution=exec_1")
    );
    assert_eq!(browser.get(missing.header("location")).await.status, 404);
}

#[tokio::test]
async fn behind_tls_browsers_stay_with_tls() {
    let app = TestApp::start_behind_tls().await;
    let answer = app.anonymous().get("/sign-in").await;
    assert_eq!(answer.header("strict-transport-security"), "max-age=31536000");
}

#[tokio::test]
async fn a_request_names_one_host() {
    let app = TestApp::start().await;
    let nobody = app.anonymous().without("host");
    let twice = app.anonymous().also("host", "other.example");
    for client in [nobody, twice, app.anonymous().with("host", "a b")] {
        for path in ["/sign-in", "/healthz", "/api/agents"] {
            let answer = client.get(path).await;
            assert_eq!(
                (answer.status.as_u16(), answer.json()["code"].as_str()),
                (400, Some("invalid_host")),
                "{path}"
            );
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        }
    }
}

#[tokio::test]
async fn every_answer_is_guarded() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    for path in [
        "/agents",
        "/api/agents",
        "/api/nothing",
        "/healthz",
        "/nowhere",
        "/favicon.svg",
        "/pkg/none.js",
    ] {
        let answer = owner.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(
            answer.header("cross-origin-opener-policy"),
            "same-origin",
            "{path}"
        );
        assert!(
            answer.header("permissions-policy").contains("camera=()"),
            "{path}"
        );
        assert_eq!(answer.header("strict-transport-security"), "", "{path}");
        assert_eq!(answer.header("x-request-id").len(), 16, "{path}");
        assert!(
            answer
                .header("content-security-policy")
                .contains("frame-ancestors 'none'"),
            "{path}"
        );
        if path != "/favicon.svg" {
            assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        }
    }
}

#[tokio::test]
async fn pages_and_json_are_packed_for_those_who_take_it() {
    let app = TestApp::start().await;
    let owner = app.owner().await.with("accept-encoding", "gzip, br");
    assert_eq!(owner.get("/agents").await.header("content-encoding"), "gzip");
    assert_eq!(
        owner.get("/api/openapi.json").await.header("content-encoding"),
        "gzip"
    );
}

#[tokio::test]
async fn an_unknown_server_function_is_a_problem() {
    let app = TestApp::start().await;
    let answer = app.owner().await.submit("/_fn/none", &[]).await;
    assert_snapshot!(answer, @r#"
    404 Not Found
    {
      "type": "about:blank",
      "title": "Not Found",
      "status": 404,
      "detail": "There is no such function.",
      "code": "not_found"
    }
    "#);
    let elsewhere = app.owner().await.with("sec-fetch-site", "cross-site");
    assert_eq!(elsewhere.submit("/_fn/none", &[]).await.status, 403);
}

#[tokio::test]
async fn a_form_of_a_server_function_is_bounded() {
    let app = TestApp::start().await;
    let send = async |client: &Client, kibibytes: usize| {
        let fields = [("name", "a".repeat(kibibytes << 10))];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        let answer = client.submit("/_fn/create-agent", &fields).await;
        (answer.status.as_u16(), answer.text().contains("body_too_large"))
    };
    let (owner, stranger) = (app.owner().await, app.anonymous());
    assert_eq!(send(&stranger, 17).await, (413, true));
    assert_eq!(send(&stranger, 15).await, (401, false));
    assert_eq!(send(&owner, 1 << 10).await, (413, true));
    assert_eq!(send(&owner, 17).await, (422, false));

    let prompt = "a".repeat(1 << 20);
    let version = [
        ("agent_id", app.agent.as_str()),
        ("model", "m"),
        ("temperature", ""),
        ("system_prompt", &prompt),
        ("user_prompt_template", &prompt),
    ];
    let made = owner.submit("/_fn/create-version", &version).await;
    assert_eq!(made.status, 200, "two of the longest prompts: {made}");
}
