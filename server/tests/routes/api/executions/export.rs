use crate::support::{TestApp, told::Told};
use domain::{ExportProgress, OrganizationId};
use http_body_util::BodyExt;
use insta::assert_snapshot;
use serde_json::{Value, json};
use service::Caller;
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

fn documented() -> Value {
    json!([
        {
            "executionId": "exec_xyz789", "status": "success", "executedAt": "2025-11-18T09:45:00Z",
            "latencyMs": 1250, "tokensUsed": 450, "costUSD": 0.0023, "model": "gemini-1.5-pro", "version": "V3",
        },
        {
            "executionId": "exec_abc123", "status": "failed", "source": "dashboard",
            "executedAt": "2025-11-18T09:30:00.999Z", "latencyMs": 150, "tokensUsed": 0, "costUSD": 0,
            "model": "gemini-1.5-pro", "version": "V3",
        },
    ])
}

#[tokio::test]
async fn csv_is_exactly_as_documented() {
    let app = TestApp::start().await;
    let key = app.key("read,record").await;
    key.post(&app.executions(), documented()).await;
    let answer = key.get(&app.execution("export")).await;
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(
        answer.header("content-disposition"),
        "attachment; filename=\"support-executions.csv\""
    );
    assert_eq!(
        answer.text(),
        "Execution ID,Status,Source,Executed At,Latency (ms),Tokens,Cost (USD),Model,Version\r\n\
         exec_xyz789,success,api,2025-11-18T09:45:00Z,1250,450,0.0023,gemini-1.5-pro,V3\r\n\
         exec_abc123,failed,dashboard,2025-11-18T09:30:00Z,150,0,0,gemini-1.5-pro,V3\r\n"
    );
}

#[tokio::test]
async fn what_is_unknown_is_empty_and_no_cell_runs() {
    let app = TestApp::start().await;
    let key = app.key("read,record").await;
    let body = json!({
        "executionId": "-1", "status": "running", "executedAt": "2025-11-18T09:45:00Z",
        "model": "=HYPERLINK(\"http://evil.example\",\"x\")", "version": "@V,1",
    });
    key.post(&app.executions(), body).await;
    let csv = key.get(&app.execution("export")).await;
    assert_snapshot!(csv.text().lines().nth(1).unwrap(), @r#"'-1,running,api,2025-11-18T09:45:00Z,,,,"'=HYPERLINK(""http://evil.example"",""x"")","'@V,1""#);
}

#[tokio::test]
async fn the_filters_of_the_list_count_and_name_the_file() {
    let app = TestApp::start().await;
    let key = app.key("read,record").await;
    key.post(&app.executions(), documented()).await;
    let query = "?status=failed&startDate=2025-11-01&endDate=2025-11-18T09:31:00Z";
    let answer = key.get(&app.execution(&format!("export{query}"))).await;
    assert!(
        answer
            .header("content-disposition")
            .contains("-executions-2025-11-01-to-2025-11-18T093100Z.csv"),
        "{}",
        answer.header("content-disposition")
    );
    assert_eq!(answer.text().lines().count(), 2);
    let nothing = key.get(&app.execution("export?status=canceled")).await;
    assert_eq!(nothing.text().lines().count(), 1);
    let nothing = key
        .get(&app.execution("export?status=canceled&format=ndjson"))
        .await;
    assert_eq!((nothing.status.as_u16(), nothing.text()), (200, ""));
}

/// How far the export of that name is, as somebody of the organization is told.
fn progress(app: &TestApp, organization: OrganizationId, name: &str) -> Option<ExportProgress> {
    let caller = Caller::operator(organization);
    let service = &app.state.service;
    service.export_progress(&caller, name.parse().unwrap()).unwrap()
}

#[tokio::test]
async fn whoever_began_an_export_can_ask_how_far_it_is() {
    let app = TestApp::start().await;
    let key = app.key("read,record").await;
    key.post(&app.executions(), documented()).await;
    let answer = key
        .get(&app.execution("export?status=failed&exportId=mine"))
        .await;
    assert_eq!(answer.text().lines().count(), 2);
    let found = progress(&app, app.organization, "mine").unwrap();
    assert_eq!((found.rows, found.total), (1, 1));
    let stranger = OrganizationId(app.organization.0 + 1);
    assert_eq!(progress(&app, stranger, "mine"), None);

    let wrong = key.get(&app.execution("export?exportId=a%20b")).await;
    assert_eq!(wrong.status, 400);
    assert!(
        wrong.text().contains("\"field\":\"exportId\""),
        "{}",
        wrong.text()
    );
}

#[tokio::test]
async fn a_packed_export_is_read_to_its_end() {
    let app = TestApp::start().await;
    let key = app.key("read,record").await;
    key.post(&app.executions(), documented()).await;
    let packed = key.clone().with("accept-encoding", "gzip");
    let answer = packed.get(&app.execution("export?exportId=packed")).await;
    assert_eq!(answer.header("content-encoding"), "gzip");
    let found = progress(&app, app.organization, "packed").unwrap();
    assert_eq!((found.rows, found.total), (2, 2));
}

#[tokio::test]
async fn the_file_is_named_after_the_agent_in_plain_letters() {
    let app = TestApp::start().await;
    let key = app.key("read").await;
    for (name, file) in [
        (
            "Product  copywriter (v2)",
            "product-copywriter-v2-executions.csv".to_owned(),
        ),
        ("\"; filename=x", "filename-x-executions.csv".to_owned()),
        ("写手", format!("{}-executions.csv", app.agent)),
    ] {
        let agent = app.agent.parse().unwrap();
        app.store
            .rename_agent(app.organization, &agent, name)
            .await
            .unwrap();
        let answer = key.get(&app.execution("export")).await;
        let disposition = answer.header("content-disposition");
        assert_eq!(disposition, format!("attachment; filename=\"{file}\""), "{name}");
    }
}

#[tokio::test]
async fn ndjson_goes_in_again_as_it_came_out() {
    let app = TestApp::start().await;
    let key = app.key("read,record,admin").await;
    key.post(&app.executions(), documented()).await;
    let exported = key.get(&app.execution("export?format=ndjson")).await;
    assert_eq!(exported.header("content-type"), "application/x-ndjson");
    assert_eq!(exported.text().lines().count(), 2);

    let again = key
        .send(
            "POST",
            &app.executions(),
            Some("application/x-ndjson"),
            exported.text().to_owned(),
        )
        .await;
    for result in again.json()["results"].as_array().unwrap() {
        assert_eq!(result["result"], "unchanged");
    }
    let other = app.stranger().await;
    let agent = other.post("/api/agents", json!({"name": "Copy"})).await.json();
    let path = format!(
        "/api/agents/{}/executions",
        agent["agent"]["agentId"].as_str().unwrap()
    );
    let copied = other
        .send(
            "POST",
            &path,
            Some("application/x-ndjson"),
            exported.text().to_owned(),
        )
        .await;
    for result in copied.json()["results"].as_array().unwrap() {
        assert_eq!(result["result"], "created");
    }
}

#[tokio::test]
async fn a_long_export_is_whole() {
    let app = TestApp::start().await;
    let key = app.key("read,record").await;
    for batch in 0..5 {
        let items: Vec<Value> = (0..1_000)
            .map(|item| {
                let second = batch * 1_000 + item;
                let at = format!(
                    "2025-11-18T{:02}:{:02}:{:02}Z",
                    second / 3_600,
                    second / 60 % 60,
                    second % 60
                );
                json!({"status": "success", "executionId": format!("exec_{second:05}"), "executedAt": at})
            })
            .collect();
        key.post(&app.executions(), items.into()).await;
    }
    let csv = key.get(&app.execution("export")).await;
    let ids: Vec<_> = csv
        .text()
        .lines()
        .skip(1)
        .map(|line| line.split(',').next().unwrap())
        .collect();
    let expected: Vec<_> = (0..5_000)
        .rev()
        .map(|second| format!("exec_{second:05}"))
        .collect();
    assert_eq!(ids, expected);
    let ndjson = key.get(&app.execution("export?format=ndjson")).await;
    assert_eq!(ndjson.text().lines().count(), 5_000);
}

#[tokio::test]
async fn an_export_ends_with_the_right_to_read_it() {
    const ROWS: usize = 2_000;
    let app = TestApp::start().await;
    let recorder = app.key("record").await;
    for _ in 0..ROWS / 1_000 {
        let items = vec![json!({"status": "success"}); 1_000];
        assert_eq!(recorder.post(&app.executions(), items.into()).await.status, 200);
    }
    let (now, scopes) = (chrono::Utc::now(), "read,admin".parse().unwrap());
    let (key, token) = app
        .store
        .create_api_key(app.organization, "Reader", &scopes, now)
        .await
        .unwrap();
    let reader = app
        .anonymous()
        .with("authorization", &format!("Bearer {}", token.reveal()));
    let path = app.execution("export?format=ndjson");
    let whole = reader.open(&path).await.collect().await.unwrap().to_bytes();
    assert_eq!(whole.iter().filter(|byte| **byte == b'\n').count(), ROWS);
    for _ in 0..1_100 {
        let note = store::Note::new(domain::AuditAction::AuditExported);
        app.store.note(app.organization, note, now).await.unwrap();
    }
    let executions = reader.open(&path).await;
    let events = reader.open("/api/audit-events/export").await;
    app.store
        .revoke_api_key(app.organization, &key.api_key_id, now)
        .await
        .unwrap();
    assert!(executions.collect().await.is_err(), "cut, and not ended");
    assert!(events.collect().await.is_err(), "cut, and not ended");
}

#[tokio::test]
async fn wrong_parameters_are_named() {
    let app = TestApp::start().await;
    let key = app.key("read").await;
    assert_snapshot!(key.get(&app.execution("export?format=xlsx")).await, @r#"
    400 Bad Request
    {
      "type": "about:blank",
      "title": "Bad Request",
      "status": 400,
      "detail": "Some parameters are wrong; `errors` names each.",
      "code": "invalid_parameters",
      "errors": [
        {
          "field": "format",
          "detail": "must be csv or ndjson"
        }
      ]
    }
    "#);
    assert_eq!(key.get(&app.execution("export?status=done")).await.status, 400);
    assert_eq!(
        app.stranger().await.get(&app.execution("export")).await.status,
        404
    );
}

#[tokio::test]
async fn a_client_that_leaves_stops_the_work() {
    const ROWS: u64 = 3_000;
    let app = TestApp::start().await;
    let key = app.key("read,record").await;
    let output = "x".repeat(10_000);
    for batch in 0..ROWS / 500 {
        let items: Vec<Value> = (0..500)
            .map(|item| {
                let id = format!("exec_{:05}", batch * 500 + item);
                json!({"status": "success", "executionId": id, "outputText": output})
            })
            .collect();
        assert_eq!(key.post(&app.executions(), items.into()).await.status, 200);
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let server = tokio::spawn(server::http::serve(listener, app.state.clone(), stop.clone()));
    let told = Told::here("server::api::executions::export=debug");

    let mut client = TcpStream::connect(address).await.unwrap();
    let request = format!(
        "GET {} HTTP/1.1\r\nhost: {address}\r\nauthorization: {}\r\n\r\n",
        app.execution("export?format=ndjson&exportId=left"),
        app.bearer("read").await,
    );
    client.write_all(request.as_bytes()).await.unwrap();
    let mut beginning = [0; 20_000];
    client.read_exact(&mut beginning).await.unwrap();
    assert!(beginning.starts_with(b"HTTP/1.1 200 OK\r\n"));
    // As far as it is read ahead: the work stands still with its reader.
    sleep(Duration::from_millis(300)).await;
    assert_eq!(told.text(), "");
    drop(client);
    timeout(Duration::from_secs(20), async {
        while !told.text().contains("an export's reader left") {
            sleep(Duration::from_millis(20)).await;
        }
    })
    .await
    .unwrap();
    let text = told.text();
    let rows: u64 = text.trim_end().rsplit_once("rows=").unwrap().1.parse().unwrap();
    assert!((100..ROWS).contains(&rows), "{text}");
    let found = progress(&app, app.organization, "left").unwrap();
    assert_eq!(format!("{:?}", found.state), "Failed");
    assert!(found.rows <= rows && found.total == ROWS, "{found:?}");
    stop.cancel();
    server.await.unwrap().unwrap();
}
