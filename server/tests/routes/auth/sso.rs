//! `GET /auth/sso` and its callback, with a provider that really signs.

use crate::support::{Answer, Client, EMAIL, PUBLIC_URL, TestApp};
use chrono::Utc;
use domain::Role;
use openidconnect::{ClientId, ClientSecret, IssuerUrl};
use serde_json::json;
use server::sso::{Sso, SsoSettings};
use store::{NewInvitation, token::Token};
use testkit::{OIDC_CLIENT, OidcProvider, Signing, Spoiled};

async fn start() -> (TestApp, OidcProvider) {
    start_with(None).await
}

async fn start_with(provisioning: Option<(String, Role)>) -> (TestApp, OidcProvider) {
    let provider = OidcProvider::start().await.unwrap();
    (app(&provider, provisioning, None).await, provider)
}

async fn app(
    provider: &OidcProvider,
    provisioning: Option<(String, Role)>,
    authority: Option<Vec<u8>>,
) -> TestApp {
    app_that_trusts(provider, provisioning, authority, false).await
}

async fn app_that_trusts(
    provider: &OidcProvider,
    provisioning: Option<(String, Role)>,
    authority: Option<Vec<u8>>,
    trust_email: bool,
) -> TestApp {
    let sso = Sso::new(SsoSettings {
        issuer: IssuerUrl::new(provider.issuer.clone()).unwrap(),
        client_id: ClientId::new(OIDC_CLIENT.0.into()),
        client_secret: Some(ClientSecret::new(OIDC_CLIENT.1.into())),
        name: "Acme ID".into(),
        public_url: PUBLIC_URL.into(),
        provisioning,
        trust_email,
        authority,
    });
    TestApp::start_with_sso(sso.unwrap()).await
}

/// A browser that went to the provider: with its cookie, and the address where it is sent back to on this server.
struct Gone {
    browser: Client,
    back: String,
}

async fn go(app: &TestApp, provider: &OidcProvider, begin: &str) -> Gone {
    let sent = app.anonymous().get(begin).await;
    let back = provider.send_back(sent.header("location")).unwrap();
    Gone {
        browser: app.anonymous().with("cookie", &sent.session()),
        back: back.strip_prefix(PUBLIC_URL).unwrap().to_owned(),
    }
}

impl Gone {
    async fn come_back(&self) -> Answer {
        self.browser.get(&self.back).await
    }
}

async fn sign_in(app: &TestApp, provider: &OidcProvider) -> Answer {
    go(app, provider, "/auth/sso").await.come_back().await
}

/// Where an answer leads, and whether it opens a session.
fn told(answer: &Answer) -> (String, bool) {
    let opened = answer.session().starts_with("al_session=");
    (answer.header("location").to_owned(), opened)
}

fn refused(error: &str) -> (String, bool) {
    (format!("/sign-in?error={error}"), false)
}

#[tokio::test]
async fn whom_the_provider_vouches_for_is_signed_in_and_known_again() {
    let (app, provider) = start().await;
    let page = app.anonymous().get("/sign-in?next=%2Fagents%2Fx").await;
    assert!(page.text().contains("Sign in with Acme ID"), "{page}");
    assert!(page.text().contains("/auth/sso?next=%2Fagents%2Fx"), "{page}");

    provider.vouch_for("ada-1", "Ada@acme.example", true);
    let gone = go(&app, &provider, "/auth/sso?next=%2Fagents%2Fx%3Fpage%3D2").await;
    let answer = gone.come_back().await;
    assert_eq!(told(&answer), ("/agents/x?page=2".into(), true));
    let ada = app.anonymous().with("cookie", &answer.session());
    assert_eq!(ada.get("/api/members").await.status, 200);

    // By the provider's name, whatever address it says later.
    provider.vouch_for("ada-1", "elsewhere@acme.example", false);
    assert_eq!(told(&sign_in(&app, &provider).await), ("/agents".into(), true));
    provider.change_key().unwrap();
    assert_eq!(
        told(&sign_in(&app, &provider).await),
        ("/agents".into(), true),
        "another key"
    );
}

#[tokio::test]
async fn tokens_that_nobody_must_believe_open_nothing() {
    for signing in [Signing::Es256, Signing::Rs256] {
        let (app, provider) = start().await;
        provider.sign_by(signing).unwrap();
        provider.vouch_for("ada-1", EMAIL, true);
        for spoiled in [
            Spoiled::Nonce,
            Spoiled::Audience,
            Spoiled::Issuer,
            Spoiled::Unsigned,
            Spoiled::Hmac,
            Spoiled::HmacOfPublicKey,
            Spoiled::Key,
            Spoiled::Expired,
        ] {
            provider.spoil(spoiled);
            assert_eq!(
                told(&sign_in(&app, &provider).await),
                refused("sso"),
                "{signing:?}, {spoiled:?}"
            );
        }
        provider.spoil(Spoiled::Not);
        assert_eq!(
            told(&sign_in(&app, &provider).await),
            ("/agents".into(), true),
            "{signing:?}"
        );
    }
}

#[tokio::test]
async fn claims_are_read_as_providers_write_them() {
    let (app, provider) = start().await;
    for (claims, signs_in) in [
        (json!({"email_verified": "true"}), true),
        (
            json!({"email_verified": "True", "updated_at": "2026-11-29T08:00:00.000Z"}),
            true,
        ),
        (
            json!({"email_verified": true, "address": "Main St 1", "name": {"first": "Ada"}, "iat": "now"}),
            true,
        ),
        (json!({"email_verified": true, "aud": [OIDC_CLIENT.0]}), true),
        (
            json!({"email_verified": true, "aud": [OIDC_CLIENT.0, "another program"]}),
            false,
        ),
        (json!({"email_verified": true, "aud": []}), false),
        (json!({"email_verified": true, "exp": "tomorrow"}), false),
        (json!({"email_verified": "false"}), false),
        (json!({"email_verified": 1}), false),
        (json!({"email_verified": null}), false),
        (json!({}), false),
        (json!({"email_verified": true, "email": 7}), false),
    ] {
        provider.claim(&format!("ada {claims}"), EMAIL, claims.clone());
        let answer = sign_in(&app, &provider).await;
        assert_eq!(told(&answer).1, signs_in, "{claims}");
    }
}

#[tokio::test]
async fn a_provider_that_is_silent_about_addresses_may_be_trusted_with_them() {
    let provider = OidcProvider::start().await.unwrap();
    let app = app_that_trusts(&provider, None, None, true).await;
    provider.claim("ada-1", EMAIL, json!({"email_verified": false}));
    assert_eq!(told(&sign_in(&app, &provider).await), refused("sso-email"));
    provider.claim("ada-1", EMAIL, json!({}));
    assert_eq!(told(&sign_in(&app, &provider).await), ("/agents".into(), true));
}

#[tokio::test]
async fn an_identifier_that_nobody_has_opens_nothing() {
    let (app, provider) = start().await;
    for subject in ["ada\u{0}1", "ada\n1", &"a".repeat(256)] {
        provider.vouch_for(subject, EMAIL, true);
        assert_eq!(
            told(&sign_in(&app, &provider).await),
            refused("sso"),
            "{subject:?}"
        );
    }
    provider.vouch_for(&"a".repeat(255), EMAIL, true);
    assert_eq!(told(&sign_in(&app, &provider).await), ("/agents".into(), true));
}

#[tokio::test]
async fn a_provider_may_sign_by_rsa_and_change_its_key() {
    let (app, provider) = start().await;
    provider.sign_by(Signing::Rs256).unwrap();
    provider.vouch_for("ada-1", EMAIL, true);
    for _ in 0..2 {
        let answer = sign_in(&app, &provider).await;
        assert_eq!(told(&answer), ("/agents".into(), true));
        let ada = app.anonymous().with("cookie", &answer.session());
        assert_eq!(ada.get("/api/members").await.status, 200);
        provider.change_key().unwrap();
    }
}

#[tokio::test]
async fn only_the_browser_that_began_comes_back_and_once() {
    let (app, provider) = start().await;
    provider.vouch_for("ada-1", EMAIL, true);
    let gone = go(&app, &provider, "/auth/sso").await;
    assert_eq!(told(&app.anonymous().get(&gone.back).await), refused("sso-state"));
    let other = go(&app, &provider, "/auth/sso").await;
    assert_eq!(told(&other.browser.get(&gone.back).await), refused("sso-state"));
    assert_eq!(told(&gone.come_back().await), ("/agents".into(), true));
    assert_eq!(told(&gone.come_back().await), refused("sso"), "a code works once");

    // Somebody else's code in an own attempt: the verifier does not fit.
    let (mine, theirs) = (
        go(&app, &provider, "/auth/sso").await,
        go(&app, &provider, "/auth/sso").await,
    );
    let code = |back: &str| back.split(['=', '&']).nth(1).unwrap().to_owned();
    let mixed = mine.back.replace(&code(&mine.back), &code(&theirs.back));
    assert_eq!(told(&mine.browser.get(&mixed).await), refused("sso"));

    let denied = mine.back.replace("code=", "error=access_denied&x=");
    assert_eq!(told(&mine.browser.get(&denied).await), refused("sso-denied"));
    let ends = mine.browser.get(&denied).await;
    assert!(
        ends.header("set-cookie")
            .starts_with("al_sso=; HttpOnly; SameSite=Lax; Path=/auth/sso/callback; Max-Age=0")
    );
}

#[tokio::test]
async fn it_leads_nowhere_else() {
    let (app, provider) = start().await;
    provider.vouch_for("ada-1", EMAIL, true);
    for next in [
        "%2F%2Fevil.example",
        "https%3A%2F%2Fevil.example",
        "%2F%5Cevil.example",
    ] {
        let gone = go(&app, &provider, &format!("/auth/sso?next={next}")).await;
        assert_eq!(told(&gone.come_back().await), ("/agents".into(), true), "{next}");
    }
}

#[tokio::test]
async fn nobody_makes_himself_a_member() {
    let (app, provider) = start().await;
    provider.vouch_for("eve-1", EMAIL, false);
    assert_eq!(
        told(&sign_in(&app, &provider).await),
        refused("sso-email"),
        "not verified"
    );
    provider.vouch_for("eve-1", "eve@acme.example", true);
    assert_eq!(told(&sign_in(&app, &provider).await), refused("sso-account"));
    assert!(app.store.credentials("eve@acme.example").await.unwrap().is_none());

    // Who was removed does not come back by it either.
    app.colleague(Role::Viewer).await;
    provider.vouch_for("viewer-1", "viewer@acme.example", true);
    assert_eq!(told(&sign_in(&app, &provider).await), ("/agents".into(), true));
    let viewer = app
        .store
        .credentials("viewer@acme.example")
        .await
        .unwrap()
        .unwrap();
    app.store
        .remove_member(app.organization, &viewer.user.id, Role::Owner)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(told(&sign_in(&app, &provider).await), refused("sso-account"));
}

#[tokio::test]
async fn an_invitation_is_accepted_by_its_own_person() {
    let (app, provider) = start().await;
    let (token, now) = (Token::fresh(), Utc::now());
    let new = NewInvitation {
        email: "bob@acme.example",
        role: Role::Member,
        expires_at: now + chrono::Duration::days(1),
        by_email: false,
    };
    app.store
        .invite(app.organization, &token.hash(), new, now)
        .await
        .unwrap();
    let begin = format!("/auth/sso?invitation={}", token.reveal());
    let page = app
        .anonymous()
        .get(&format!("/join?token={}", token.reveal()))
        .await;
    assert!(page.text().contains(&begin), "{page}");

    provider.vouch_for("eve-1", "eve@acme.example", true);
    let eve = go(&app, &provider, &begin).await.come_back().await;
    assert_eq!(told(&eve), refused("sso-invitation"), "another's");
    provider.vouch_for("bob-1", "bob@acme.example", true);
    let bob = go(&app, &provider, &begin).await.come_back().await;
    assert_eq!(told(&bob), ("/agents".into(), true));
    let again = go(&app, &provider, &begin).await.come_back().await;
    assert_eq!(told(&again), refused("sso-invitation"), "used");
    assert_eq!(told(&sign_in(&app, &provider).await), ("/agents".into(), true));
    let members = app.store.members(app.organization).await.unwrap();
    assert!(
        members
            .iter()
            .any(|one| one.email == "bob@acme.example" && one.role == Role::Member)
    );
}

#[tokio::test]
async fn an_installation_may_take_whom_the_provider_vouches_for() {
    let (app, provider) = start_with(Some(("Acme".into(), Role::Viewer))).await;
    provider.vouch_for("eve-1", "eve@acme.example", false);
    assert_eq!(told(&sign_in(&app, &provider).await), refused("sso-email"));
    provider.vouch_for("eve-1", "eve@acme.example", true);
    let eve = sign_in(&app, &provider).await;
    assert_eq!(told(&eve), ("/agents".into(), true));
    let eve = app.anonymous().with("cookie", &eve.session());
    assert_eq!(eve.get(&app.executions()).await.status, 200);
    assert_eq!(eve.get("/api/members").await.status, 403);

    let known = app.store.credentials("eve@acme.example").await.unwrap().unwrap();
    app.store
        .remove_member(app.organization, &known.user.id, Role::Owner)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        told(&sign_in(&app, &provider).await),
        refused("sso-account"),
        "removed"
    );
}

#[tokio::test]
async fn a_provider_that_is_gone_is_told_in_plain_words() {
    let (app, provider) = start().await;
    drop(provider);
    let answer = app.anonymous().get("/auth/sso").await;
    assert_eq!(told(&answer), refused("sso"));
    let page = app.anonymous().get(answer.header("location")).await;
    assert!(page.text().contains("The sign-in service did not work"), "{page}");
    let none = TestApp::start().await;
    assert_eq!(told(&none.anonymous().get("/auth/sso").await), refused("sso"));
    assert!(
        !none
            .anonymous()
            .get("/sign-in")
            .await
            .text()
            .contains("/auth/sso")
    );
}

#[tokio::test]
async fn a_provider_is_asked_by_tls_that_somebody_vouches_for() {
    let provider = OidcProvider::start_with_tls().await.unwrap();
    provider.vouch_for("ada-1", EMAIL, true);
    let trusting = app(&provider, None, provider.certificate.clone()).await;
    assert_eq!(
        told(&sign_in(&trusting, &provider).await),
        ("/agents".into(), true)
    );
    let wary = app(&provider, None, None).await;
    assert_eq!(told(&wary.anonymous().get("/auth/sso").await), refused("sso"));
}
