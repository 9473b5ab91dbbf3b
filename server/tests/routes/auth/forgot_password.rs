//! `POST /auth/forgot-password`, and invitations by e-mail.

use crate::support::{Answer, Client, EMAIL, PUBLIC_URL, TestApp};
use domain::Role;
use insta::assert_snapshot;
use serde_json::json;
use service::mail::Smtp;
use std::time::{Duration, Instant};
use testkit::{Conduct, SmtpServer};

const NEW: &str = "a very new password";

async fn start(conduct: Conduct) -> (TestApp, SmtpServer) {
    let server = SmtpServer::start(conduct).await.unwrap();
    let url = format!("smtp://localhost:{}", server.port);
    let app = TestApp::start_with_mail(Smtp::parse(&url, None, None).unwrap()).await;
    (app, server)
}

async fn ask(client: &Client, email: &str) -> Answer {
    client.submit("/auth/forgot-password", &[("email", email)]).await
}

#[tokio::test]
async fn a_link_comes_by_e_mail_and_works_once() {
    let (app, mut mail) = start(Conduct::Plain).await;
    let anonymous = app.anonymous();
    let page = anonymous.get("/sign-in").await;
    assert!(page.text().contains("href=\"/forgot-password\""), "{page}");
    assert_snapshot!(ask(&anonymous, " Ada@Acme.example").await, @"303 See Other → /forgot-password?done=sent");
    let letter = mail.next().await.unwrap();
    assert_eq!(letter.to, EMAIL);
    assert!(
        letter
            .text
            .contains(&format!("{PUBLIC_URL}/reset-password?token=")),
        "{}",
        letter.text
    );
    assert!(
        letter.text.contains("Subject: Choose a new password"),
        "{}",
        letter.text
    );

    assert!(letter.text.contains("MIME-Version: 1.0\r\n"), "{}", letter.text);
    let id = letter
        .text
        .lines()
        .find_map(|line| line.strip_prefix("Message-ID: <"));
    assert!(
        id.is_some_and(|id| id.ends_with("@acme.example>") && id.len() > 40),
        "{}",
        letter.text
    );

    let link = letter.link().unwrap();
    let token = link.strip_prefix("/reset-password?token=").unwrap();
    assert!(anonymous.get(link).await.text().contains(EMAIL));
    let form = [("token", token), ("password", NEW)];
    let done = anonymous.submit("/auth/reset-password", &form).await;
    assert_eq!(done.header("location"), "/sign-in?done=password");
    let again = anonymous.submit("/auth/reset-password", &form).await;
    assert!(again.header("location").ends_with("error=link"));
    let form = [("email", EMAIL), ("password", NEW)];
    let signed_in = anonymous.submit("/auth/sign-in", &form).await;
    assert_eq!(signed_in.header("location"), "/agents");
}

#[tokio::test]
async fn an_unknown_address_is_answered_the_same_and_gets_nothing() {
    let (app, mut mail) = start(Conduct::Plain).await;
    let known = ask(&app.anonymous(), EMAIL).await;
    assert!(mail.next().await.is_some());
    let unknown = ask(&app.anonymous(), "eve@acme.example").await;
    assert_eq!(unknown.to_string(), known.to_string());
    assert!(mail.is_silent().await);
}

#[tokio::test]
async fn nobodys_mailbox_is_filled() {
    let (app, mut mail) = start(Conduct::Plain).await;
    for _ in 0..3 {
        assert!(
            ask(&app.anonymous(), EMAIL)
                .await
                .header("location")
                .ends_with("done=sent")
        );
        assert!(mail.next().await.is_some());
    }
    for email in [EMAIL, "ADA@acme.example "] {
        let refused = ask(&app.anonymous(), email).await;
        assert_eq!(refused.header("location"), "/forgot-password?error=throttled");
    }
    assert!(mail.is_silent().await);
    assert!(
        ask(&app.anonymous(), "nobody")
            .await
            .header("location")
            .ends_with("error=email")
    );
}

#[tokio::test]
async fn a_mail_server_that_hangs_or_refuses_or_is_gone_keeps_nobody_waiting() {
    for conduct in [Conduct::Hangs, Conduct::Refuses] {
        let (app, _mail) = start(conduct).await;
        let begun = Instant::now();
        let answer = ask(&app.anonymous(), EMAIL).await;
        assert!(
            answer.header("location").ends_with("done=sent"),
            "{conduct:?}: {answer}"
        );
        let fields = json!({"email": "eve@acme.example", "role": "viewer"});
        let invited = app.owner().await.post("/api/invitations", fields).await;
        assert_eq!(invited.status, 201, "{conduct:?}");
        assert!(begun.elapsed() < Duration::from_secs(5), "{conduct:?}");
    }
    let (app, mail) = start(Conduct::Plain).await;
    drop(mail);
    assert!(
        ask(&app.anonymous(), EMAIL)
            .await
            .header("location")
            .ends_with("done=sent")
    );
}

#[tokio::test]
async fn a_full_queue_says_so() {
    let (app, _mail) = start(Conduct::Hangs).await;
    // Two letters hold the worker up.
    for _ in 0..2 {
        ask(&app.anonymous(), EMAIL).await;
    }
    let fill = |number: u32| {
        let store = app.store.clone();
        async move {
            let email = format!("{number}@acme.example");
            store.send_password_reset(&email, 1_000, chrono::Utc::now()).await
        }
    };
    let mut number = 0;
    while fill(number).await.unwrap() {
        number += 1;
    }
    let last = ask(&app.anonymous(), "eve@acme.example").await;
    let last = last.header("location");
    assert_eq!(last, "/forgot-password?error=busy");
}

#[tokio::test]
async fn letters_go_through_tls_and_with_the_password_or_not_at_all() {
    let mut mail = SmtpServer::start(Conduct::StartTls).await.unwrap();
    let authority =
        lettre::transport::smtp::client::Certificate::from_pem(mail.certificate.as_bytes()).unwrap();
    let url = format!("smtp://ledger@localhost:{}?tls=required", mail.port);
    let parse = |authority| Smtp::parse(&url, Some("s3cret".into()), authority).unwrap();
    let app = TestApp::start_with_mail(parse(Some(authority))).await;
    ask(&app.anonymous(), EMAIL).await;
    let letter = mail.next().await.unwrap();
    assert!(letter.encrypted);
    // Base64 of NUL, user, NUL, password.
    assert_eq!(letter.credentials.as_deref(), Some("AGxlZGdlcgBzM2NyZXQ="));

    let app = TestApp::start_with_mail(parse(None)).await;
    ask(&app.anonymous(), EMAIL).await;
    assert!(mail.is_silent().await, "a certificate that nobody vouches for");

    let mut plain = SmtpServer::start(Conduct::Plain).await.unwrap();
    let url = format!("smtp://localhost:{}?tls=required", plain.port);
    let app = TestApp::start_with_mail(Smtp::parse(&url, None, None).unwrap()).await;
    ask(&app.anonymous(), EMAIL).await;
    assert!(plain.is_silent().await, "no TLS is offered");
}

#[tokio::test]
async fn without_a_mail_server_the_page_says_whom_to_ask() {
    let app = TestApp::start().await;
    let page = app.anonymous().get("/sign-in").await;
    assert!(page.text().contains("Ask an owner or admin"), "{page}");
    assert!(!page.text().contains("href=\"/forgot-password\""));
    assert_snapshot!(ask(&app.anonymous(), EMAIL).await, @"303 See Other → /forgot-password?error=unavailable");
    let fields = json!({"email": "eve@acme.example", "role": "viewer"});
    let invited = app.owner().await.post("/api/invitations", fields).await;
    assert_eq!(invited.json()["emailed"], false);
}

#[tokio::test]
async fn invitations_leave_the_mail_server_to_others_too() {
    let (app, _mail) = start(Conduct::Plain).await;
    let admin = app.colleague(Role::Admin).await;
    let invite = |number: u32| {
        let (admin, email) = (admin.clone(), format!("{number}@acme.example"));
        async move {
            let fields = json!({"email": email, "role": "viewer"});
            admin.post("/api/invitations", fields).await
        }
    };
    for number in 0..100 {
        assert_eq!(invite(number).await.status, 201, "{number}");
    }
    let refused = invite(100).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.json()["code"]),
        (429, &json!("throttled"))
    );
    let wait: u32 = refused.header("retry-after").parse().unwrap();
    assert!((3_000..=3_600).contains(&wait), "{wait}");
    let form = [("email", "bob@acme.example"), ("role", "viewer")];
    let shown = admin.submit("/_fn/invite-member", &form).await;
    assert!(shown.text().contains("Try again later"), "{shown}");
    assert_eq!(
        ask(&app.anonymous(), EMAIL).await.header("location"),
        "/forgot-password?done=sent"
    );
}

#[tokio::test]
async fn an_invitation_goes_out_by_e_mail_and_its_link_is_shown_too() {
    let (app, mut mail) = start(Conduct::Plain).await;
    let admin = app.colleague(Role::Admin).await;
    let fields = json!({"email": "Eve@acme.example", "role": "viewer"});
    let invited = admin.post("/api/invitations", fields).await.json();
    assert_eq!(invited["emailed"], true);
    let letter = mail.next().await.unwrap();
    assert_eq!(letter.to, "eve@acme.example");
    // Each has a link of its own, and both lead to the same.
    let links = [letter.link().unwrap(), invited["link"].as_str().unwrap()];
    assert_ne!(links[0], links[1]);
    for link in links {
        assert!(
            app.anonymous()
                .get(link)
                .await
                .text()
                .contains("eve@acme.example")
        );
    }
    assert!(
        letter.text.contains("Subject: Join Acme on Agent Ledger"),
        "{}",
        letter.text
    );

    let form = [("email", "bob@acme.example"), ("role", "viewer")];
    let shown = admin.submit("/_fn/invite-member", &form).await;
    let letter = mail.next().await.unwrap();
    assert_eq!(letter.to, "bob@acme.example");
    assert!(letter.text.contains(&format!("{PUBLIC_URL}/join?token=")));
    assert!(
        shown.text().contains(&format!("{PUBLIC_URL}/join?token=")),
        "{shown}"
    );
}
