//! What is embedded. A build without `cargo xtask` carries no page files; the icon is always there.

use crate::support::TestApp;

#[tokio::test]
async fn the_icon_is_there() {
    let app = TestApp::start().await;
    let icon = app.anonymous().get("/favicon.svg").await;
    assert_eq!(
        (icon.status.as_u16(), icon.header("content-type")),
        (200, "image/svg+xml")
    );
    assert_eq!(icon.header("cache-control"), "public, max-age=86400");
    let by_habit = app.anonymous().get("/favicon.ico").await;
    assert_eq!((by_habit.status, by_habit.body), (icon.status, icon.body));
}

#[tokio::test]
async fn search_engines_are_sent_away() {
    let app = TestApp::start().await;
    let robots = app.anonymous().get("/robots.txt").await;
    assert_eq!(robots.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(robots.text(), "User-agent: *\nDisallow: /\n");
}

#[tokio::test]
async fn page_files_are_packed_hashed_and_kept_for_ever() {
    let app = TestApp::start().await;
    let page = app.anonymous().get("/sign-in").await;
    let stylesheet = page.text().split("rel=\"stylesheet\" href=\"").nth(1).unwrap();
    let path = stylesheet.split('"').next().unwrap();
    let browser = app.anonymous().with("accept-encoding", "gzip, deflate, br");
    let file = browser.get(path).await;
    if file.status == 404 {
        eprintln!("skipped: this build carries no page files (cargo xtask build makes them)");
        return;
    }
    assert_eq!(file.header("content-type"), "text/css; charset=utf-8");
    assert_eq!(
        file.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    assert_eq!(file.header("content-encoding"), "br");
    assert_eq!(file.header("vary"), "Accept-Encoding");
    let known = browser
        .clone()
        .with("if-none-match", file.header("etag"))
        .get(path)
        .await;
    assert_eq!((known.status.as_u16(), known.body.len()), (304, 0));
    let plain = app.anonymous().get(path).await;
    assert_eq!(plain.header("content-encoding"), "");
    assert_ne!(plain.header("etag"), file.header("etag"));
    let module = page
        .text()
        .split("href=\"")
        .find(|rest| rest.starts_with("/pkg/") && rest.contains(".wasm"));
    let module = app
        .anonymous()
        .get(module.unwrap().split('"').next().unwrap())
        .await;
    assert_eq!(
        (module.header("content-type"), module.header("content-encoding")),
        ("application/wasm", "")
    );
    assert!(module.body.starts_with(b"\0asm"));
}

#[tokio::test]
async fn nothing_else_is_served() {
    let app = TestApp::start().await;
    for path in [
        "/pkg/none.js",
        "/pkg/../../Cargo.toml",
        "/pkg/%2e%2e/%2e%2e/Cargo.toml",
    ] {
        assert_eq!(app.anonymous().get(path).await.status, 404, "{path}");
    }
}
