//! What bodies may hold, and what is answered to more than that.

use crate::{
    api::bodies::gzip,
    support::{Answer, Client, TestApp},
};
use axum::body::{Body, Bytes};
use futures_util::{StreamExt, stream};
use insta::assert_snapshot;
use serde_json::{Value, json};
use server::{http::serve, limits::Limits};
use std::time::{Duration, Instant};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

const MIB: usize = 1 << 20;
/// Longest answer to a wrong body, in bytes.
const LONGEST: usize = 200_000;

async fn post(client: &Client, path: &str, body: impl Into<Body>) -> Answer {
    client.send("POST", path, Some("application/json"), body).await
}

/// An object of so many fields that there are not.
fn unknown(fields: usize, name: impl Fn(usize) -> String) -> String {
    let fields: Vec<_> = (0..fields)
        .map(|number| format!("{}:1", json!(name(number))))
        .collect();
    format!("{{\"status\":\"done\",{}}}", fields.join(","))
}

fn told(answer: &Answer) -> (usize, u64) {
    let json = answer.json();
    let told = json["errors"].as_array().map_or(0, Vec::len);
    (told, json["moreErrors"].as_u64().unwrap_or_default())
}

#[tokio::test]
async fn no_answer_to_a_wrong_body_is_long() {
    let app = TestApp::start().await;
    let recorder = app.key("record,admin").await;
    let many = unknown(1_000_000, |number| format!("f{number}"));
    for (body, more) in [
        (many, 999_901),
        (unknown(30, |number| format!("{number}{}", "n".repeat(MIB))), 0),
        (
            unknown(1_000, |number| format!("{number}{}", "\u{1}".repeat(100))),
            901,
        ),
        (
            unknown(1_000, |number| format!("{number}{}", "\u{10ffff}\"".repeat(100))),
            901,
        ),
    ] {
        let answer = post(&recorder, &app.executions(), body).await;
        assert_eq!((answer.status.as_u16(), told(&answer).1), (400, more));
        assert!(answer.body.len() < LONGEST, "{} bytes", answer.body.len());
    }
    let item = unknown(1_000, |number| "\u{1}".repeat(70) + &number.to_string());
    let array = format!("[{}]", vec![item.as_str(); 30].join(","));
    let lines = [item.as_str(); 30].join("\n");
    let name = "i".repeat(64);
    let small = unknown(1_000, |number| format!("{number:x}"));
    let small = small.replacen("done\"", &format!("done\",\"executionId\":\"{name}\""), 1);
    let most = format!("[{}]", vec![small.as_str(); 1_000].join(","));
    for (body, content_type, items) in [
        (array, "application/json", 30),
        (lines, "application/x-ndjson", 30),
        (most, "application/json", 1_000),
    ] {
        let answer = recorder
            .send("POST", &app.executions(), Some(content_type), body)
            .await;
        assert!(answer.body.len() < LONGEST, "{} bytes", answer.body.len());
        let json = answer.json();
        let results = json["results"].as_array().unwrap();
        assert_eq!(results.len(), items);
        assert!(results.iter().all(|item| item["result"] == "invalid"));
        assert_eq!(results[0]["errors"].as_array().unwrap().len(), 100);
        assert_eq!(results[1]["errors"], Value::Null);
        assert_eq!(json["moreErrors"], items as u64 * 1_001 - 100);
        let id = (items == 1_000).then_some(name.as_str());
        assert_eq!(results[items - 1]["executionId"].as_str(), id);
    }
    let answer = post(
        &recorder,
        "/api/agents",
        unknown(9_998, |number| number.to_string()),
    )
    .await;
    assert_eq!(told(&answer), (100, 9_900), "and the name is missing");
    assert!(answer.body.len() < LONGEST);
    let wrong = "limit=x&".repeat(2_000);
    let answer = app
        .key("read")
        .await
        .get(&format!("{}?{wrong}", app.executions()))
        .await;
    assert_eq!(told(&answer), (100, 1_900));
}

#[tokio::test]
async fn as_many_wrong_fields_are_told_as_the_server_is_set_to() {
    let app = TestApp::start_within(Limits {
        max_errors: 2,
        ..Limits::default()
    })
    .await;
    let recorder = app.key("record,admin").await;
    let wrong = json!({"status": "done", "a": 1, "ä".repeat(70): 1, "b": 2});
    assert_snapshot!(recorder.post(&app.executions(), wrong.clone()).await, @r#"
    400 Bad Request
    {
      "type": "about:blank",
      "title": "Bad Request",
      "status": 400,
      "detail": "Some fields are wrong; `errors` names the first, and `moreErrors` counts the others.",
      "code": "invalid_fields",
      "errors": [
        {
          "field": "status",
          "detail": "must be one of success, failed, rate_limited, canceled, unauthorized, running"
        },
        {
          "field": "a",
          "detail": "is not a field of an execution; put what else is to be kept under metadata"
        }
      ],
      "moreErrors": 2
    }
    "#);
    let items = json!([{"status": "done", "executionId": "exec_1"}, {"status": "success"}, wrong, 3]);
    assert_snapshot!(recorder.post(&app.executions(), items).await, @r#"
    200 OK
    {
      "results": [
        {
          "executionId": "exec_1",
          "result": "invalid",
          "errors": [
            {
              "field": "status",
              "detail": "must be one of success, failed, rate_limited, canceled, unauthorized, running"
            }
          ]
        },
        {
          "executionId": "[exec]",
          "result": "created"
        },
        {
          "executionId": null,
          "result": "invalid",
          "errors": [
            {
              "field": "status",
              "detail": "must be one of success, failed, rate_limited, canceled, unauthorized, running"
            }
          ]
        },
        {
          "executionId": null,
          "result": "invalid"
        }
      ],
      "moreErrors": 4
    }
    "#);
    let two = recorder
        .post(&app.executions(), json!({"status": "done", "a": 1}))
        .await;
    assert_eq!(told(&two), (2, 0));
    assert!(!two.text().contains("moreErrors"), "{two}");
    let long = json!({"name": "A", "n".repeat(65): 1, "o": 1, "p": 1});
    let answer = recorder.post("/api/agents", long).await;
    assert_eq!(told(&answer), (2, 1));
    assert_eq!(answer.json()["errors"][0]["field"], "n".repeat(64) + "…");
}

#[tokio::test]
async fn variables_have_as_many_members_as_the_server_is_set_to() {
    let app = TestApp::start_within(Limits {
        max_members: 4,
        ..Limits::default()
    })
    .await;
    let recorder = app.key("record,read").await;
    let most = json!({"a": [1, {"b": 2}]});
    let fits =
        json!({"executionId": "exec_1", "status": "running", "inputVariables": most, "metadata": most});
    assert_eq!(recorder.post(&app.executions(), fits).await.status, 201);
    let over = json!({"status": "success", "inputVariables": most, "metadata": {"a": [1, {"b": 2}], "c": 3}});
    assert_snapshot!(recorder.post(&app.executions(), over.clone()).await, @r#"
    400 Bad Request
    {
      "type": "about:blank",
      "title": "Bad Request",
      "status": 400,
      "detail": "Some fields are wrong; `errors` names each.",
      "code": "invalid_fields",
      "errors": [
        {
          "field": "metadata",
          "detail": "must have at most 4 members, nested ones and items of arrays counted"
        }
      ]
    }
    "#);
    let answer = recorder.patch(&app.execution("exec_1"), over.clone()).await;
    assert_eq!((answer.status.as_u16(), told(&answer)), (400, (1, 0)));
    let answer = recorder.post(&app.executions(), json!([over])).await;
    assert_eq!(answer.json()["results"][0]["errors"][0]["field"], "metadata");
    let read = recorder.get(&app.execution("exec_1")).await.json();
    assert_eq!(read["execution"]["metadata"], most);
}

#[tokio::test]
async fn a_hundred_thousand_members_are_taken_and_read_again() {
    let app = TestApp::start().await;
    let recorder = app.key("record,read").await;
    let body = |members: usize| {
        let items = vec!["[]"; members - 1].join(",");
        format!(r#"{{"executionId":"exec_1","status":"success","metadata":{{"a":[{items}]}}}}"#)
    };
    assert_eq!(
        post(&recorder, &app.executions(), body(100_000)).await.status,
        201
    );
    let read = recorder.get(&app.execution("exec_1")).await.json();
    assert_eq!(
        read["execution"]["metadata"]["a"].as_array().unwrap().len(),
        99_999
    );
    assert_eq!(
        post(&recorder, &app.executions(), body(100_001)).await.status,
        400
    );
}

#[tokio::test]
async fn no_name_within_variables_means_anything() {
    let app = TestApp::start().await;
    let recorder = app.key("record,read").await;
    let odd =
        json!({"a": {"$serde_json::private::RawValue": "[1"}, "b": [{"$serde_json::private::Number": "1"}]});
    let body = json!({"executionId": "exec_1", "status": "success", "inputVariables": odd, "metadata": odd});
    assert_eq!(recorder.post(&app.executions(), body).await.status, 201);
    let text = recorder.get(&app.execution("exec_1")).await.text().to_owned();
    assert!(text.contains(&format!("\"inputVariables\":{odd}")), "{text}");
    assert!(text.contains(&format!("\"metadata\":{odd}")), "{text}");
}

#[tokio::test]
async fn items_with_many_members_are_recorded_bit_by_bit() {
    let app = TestApp::start().await;
    let recorder = app.key("record,read").await;
    let many = vec!["0"; 60_000].join(",");
    let item =
        |id: &str| format!(r#"{{"executionId":"{id}","status":"success","metadata":{{"a":[{many}]}}}}"#);
    let items = ["a", "b", "c", "not an id", "d", "a"].map(item).join(",");
    let total = async || recorder.get(&app.executions()).await.json()["pagination"]["total"].clone();

    let broken = post(&recorder, &app.executions(), format!("[{items},]")).await;
    assert_eq!(broken.json()["code"], "invalid_json");
    let few = vec!["{}"; 995].join(",");
    let too_many = post(&recorder, &app.executions(), format!("[{items},{few}]")).await;
    assert_eq!(too_many.json()["code"], "too_many_items");
    assert_eq!(
        total().await,
        0,
        "nothing is recorded of what is refused as a whole"
    );

    let answer = post(&recorder, &app.executions(), format!("[{items}]"))
        .await
        .json();
    let results = answer["results"].as_array().unwrap().iter();
    let results: Vec<_> = results
        .map(|one| (one["executionId"].as_str(), one["result"].as_str().unwrap()))
        .collect();
    assert_eq!(
        results,
        [
            (Some("a"), "created"),
            (Some("b"), "created"),
            (Some("c"), "created"),
            (None, "invalid"),
            (Some("d"), "created"),
            (Some("a"), "unchanged"),
        ]
    );
    assert_eq!(total().await, 4);
}

#[tokio::test]
async fn an_array_of_nothing_is_read_up_to_the_first_item_too_many() {
    let app = TestApp::start().await;
    let recorder = app.key("record").await.with("content-encoding", "gzip");
    let body = format!("[{}[]]", "[],".repeat(28 * MIB / 3));
    let answer = post(&recorder, &app.executions(), gzip(body.as_bytes())).await;
    assert_eq!(answer.json()["code"], "too_many_items");
}

#[tokio::test]
async fn other_bodies_are_smaller_and_have_fewer_members() {
    let app = TestApp::start().await;
    let admin = app.key("admin").await;
    let padded = |length: usize| format!("{{\"name\":\"A\"{}}}", " ".repeat(length - 12));
    assert_eq!(post(&admin, "/api/agents", padded(MIB)).await.status, 201);
    assert_snapshot!(post(&admin, "/api/agents", padded(MIB + 1)).await, @r#"
    413 Payload Too Large
    {
      "type": "about:blank",
      "title": "Payload Too Large",
      "status": 413,
      "detail": "The body may have 1 MiB at most, unpacked.",
      "code": "body_too_large"
    }
    "#);
    let scopes = |members: usize| {
        let scopes = vec!["\"read\""; members - 2].join(",");
        format!("{{\"name\":\"A\",\"scopes\":[{scopes}]}}")
    };
    assert_eq!(post(&admin, "/api/api-keys", scopes(10_000)).await.status, 201);
    assert_snapshot!(post(&admin, "/api/api-keys", scopes(10_001)).await, @r#"
    400 Bad Request
    {
      "type": "about:blank",
      "title": "Bad Request",
      "status": 400,
      "detail": "The body may have 10,000 members at most, nested ones and items of arrays counted.",
      "code": "too_many_members"
    }
    "#);

    let versions = format!("/api/agents/{}/versions", app.agent);
    // As long as a prompt may be, and each of its characters escaped.
    let prompt = "\"".repeat(MIB);
    let version = json!({"model": "m", "systemPrompt": prompt, "userPromptTemplate": prompt});
    assert_eq!(admin.post(&versions, version).await.status, 201);
    let answer = post(&admin, &versions, vec![b' '; 8 * MIB + 1]).await;
    assert_eq!(answer.json()["code"], "body_too_large");
}

/// A body that has sent so much, and then nothing more until it is let go.
struct Slow {
    request: JoinHandle<Answer>,
    go_on: oneshot::Sender<()>,
}

impl Slow {
    async fn send(client: &Client, path: &str, bytes: usize) -> Self {
        let (go_on, rest) = oneshot::channel::<()>();
        let (arrived, has_arrived) = oneshot::channel();
        let begin = stream::iter(std::iter::repeat_n(
            Bytes::from(vec![b' '; MIB / 4]),
            bytes / (MIB / 4),
        ));
        let end = stream::once(async move {
            // Asked for the rest it has taken what there was.
            let _ = arrived.send(());
            let _ = rest.await;
            Bytes::from("{\"status\":\"success\"}")
        });
        let body = Body::from_stream(begin.chain(end).map(Ok::<_, std::io::Error>));
        let (client, path) = (client.clone(), path.to_owned());
        let request = tokio::spawn(async move { post(&client, &path, body).await });
        has_arrived.await.unwrap();
        Self { request, go_on }
    }

    async fn end(self) -> u16 {
        self.go_on.send(()).unwrap();
        self.request.await.unwrap().status.as_u16()
    }
}

#[tokio::test]
async fn bodies_under_way_hold_a_bounded_memory() {
    let app = TestApp::start().await;
    let recorder = app.key("record").await;
    let (stranger, theirs) = {
        let client = app.stranger().await;
        let agent = client.post("/api/agents", json!({"name": "B"})).await.json();
        let agent = agent["agent"]["agentId"].as_str().unwrap().to_owned();
        (client, format!("/api/agents/{agent}/executions"))
    };
    let small = || Body::from(vec![b' '; 3 * MIB]);

    let slow = Slow::send(&recorder, &app.executions(), 31 * MIB).await;
    let refused = post(&recorder, &app.executions(), small()).await;
    assert_eq!(refused.header("retry-after"), "1");
    assert_snapshot!(refused, @r#"
    429 Too Many Requests
    {
      "type": "about:blank",
      "title": "Too Many Requests",
      "status": 429,
      "detail": "The bodies of this organization that are under way hold as much memory as they may; try again in a moment.",
      "code": "too_many_bytes"
    }
    "#);
    let other = recorder
        .post(&app.executions(), json!({"status": "success"}))
        .await;
    assert_eq!(other.status, 201, "what is small finds its place");

    // The others have the rest, and no more.
    let their_slow = Slow::send(&stranger, &theirs, 15 * MIB).await;
    let refused = post(&stranger, &theirs, small()).await;
    assert_eq!(refused.header("retry-after"), "1");
    assert_snapshot!(refused, @r#"
    503 Service Unavailable
    {
      "type": "about:blank",
      "title": "Service Unavailable",
      "status": 503,
      "detail": "The server has as many large bodies at hand as it can hold; try again in a moment.",
      "code": "busy"
    }
    "#);

    // What is given up gives its memory back, and so does what is done.
    slow.request.abort();
    assert!(slow.request.await.is_err());
    let taken = Slow::send(&recorder, &app.executions(), 30 * MIB).await;
    assert_eq!((taken.end().await, their_slow.end().await), (201, 201));
    let largest = Slow::send(&recorder, &app.executions(), 32 * MIB - MIB / 4).await;
    assert_eq!(largest.end().await, 201);
}

#[tokio::test]
async fn the_largest_body_fits_whatever_it_arrives_in() {
    let app = TestApp::start().await;
    let recorder = app.key("record").await;
    let odd = stream::iter(
        (0..)
            .map(|number| 1_000 + number % 1_777)
            .scan(32 * MIB - 20, |left, length| {
                let length = length.min(*left);
                *left -= length;
                (length > 0).then(|| Bytes::from(vec![b' '; length]))
            }),
    );
    let end = stream::iter([Bytes::from("{\"status\":\"success\"}")]);
    let body = Body::from_stream(odd.chain(end).map(Ok::<_, std::io::Error>));
    assert_eq!(post(&recorder, &app.executions(), body).await.status, 201);
}

#[tokio::test]
async fn what_says_that_it_is_too_large_is_not_read() {
    let app = TestApp::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let server = tokio::spawn(serve(listener, app.state.clone(), stop.clone()));
    let key = app.bearer("record").await;
    let head = |told: &str| {
        format!(
            "POST {} HTTP/1.1\r\nhost: {address}\r\nauthorization: {key}\r\ncontent-type: application/json\r\n{told}\r\n\r\n",
            app.executions()
        )
    };

    let mut connection = TcpStream::connect(address).await.unwrap();
    let told = format!("content-length: {}", 32 * MIB + 1);
    connection.write_all(head(&told).as_bytes()).await.unwrap();
    let answer = until_it_closes(&mut connection).await;
    assert!(
        answer.starts_with("HTTP/1.1 413") && answer.contains("body_too_large"),
        "{answer}"
    );

    // One that does not say it is read up to the bound; then the connection is closed, whatever more there is.
    let connection = TcpStream::connect(address).await.unwrap();
    let (mut reader, mut writer) = connection.into_split();
    let head = head("transfer-encoding: chunked");
    let sent = tokio::spawn(async move {
        writer.write_all(head.as_bytes()).await.unwrap();
        let chunk = [b"100000\r\n".as_slice(), &vec![b' '; MIB], b"\r\n"].concat();
        let mut sent = 0;
        while writer.write_all(&chunk).await.is_ok() && sent < 200 {
            sent += 1;
        }
        sent
    });
    let mut answer = Vec::new();
    // What comes before the end of a connection that was cut off may be lost.
    let _ = reader.read_to_end(&mut answer).await;
    let sent = sent.await.unwrap();
    assert!((32..100).contains(&sent), "{sent} MiB were taken");

    stop.cancel();
    server.await.unwrap().unwrap();
}

async fn until_it_closes(connection: &mut TcpStream) -> String {
    let begin = Instant::now();
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).await.unwrap();
    assert!(
        begin.elapsed() < Duration::from_secs(10),
        "it waited for the body"
    );
    String::from_utf8(answer).unwrap()
}
