//! Addresses that nobody opened: not one connection, however they are written.

use crate::setting::{endpoint, failure, request, to_the_end};
use crate::upstream::{Answer, Upstream};
use domain::ConnectionKind;
use futures_util::future::BoxFuture;
use provider::outbound::{CONNECT_TIMEOUT, Client, Lookup, Networks};
use provider::{Code, Ending, Timeouts, run};
use std::io;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Answers the first question with the first address and so on, further ones with the last.
struct Changing(Vec<IpAddr>, AtomicUsize);

impl Changing {
    fn new(addresses: &[&str]) -> Self {
        let addresses = addresses.iter().map(|address| address.parse().unwrap());
        Self(addresses.collect(), AtomicUsize::new(0))
    }
}

impl Lookup for Changing {
    fn lookup<'a>(&'a self, _: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        let number = self.1.fetch_add(1, Ordering::SeqCst);
        let address = self.0.get(number).or(self.0.last()).copied();
        Box::pin(async move { Ok(address.into_iter().collect()) })
    }
}

async fn refusal(client: &Client, base_url: &str) -> String {
    let endpoint = endpoint(ConnectionKind::Openai, base_url);
    let outcome = to_the_end(run(client, &endpoint, &request("gpt"), Timeouts::default())).await;
    let (code, message) = failure(&outcome);
    assert_eq!(
        (code, outcome.attempts),
        (Code::AddressNotAllowed, 1),
        "{message}"
    );
    assert!(message.contains("--outbound-networks"), "{message}");
    message
}

fn closed() -> Client {
    Client::new(Networks::default(), CONNECT_TIMEOUT).unwrap()
}

#[tokio::test]
async fn this_machine_is_not_called_however_it_is_written() {
    let upstream = Upstream::start(vec![Answer::new(200, "data: [DONE]\n\n")]).await;
    let port = upstream.address.port();
    for host in [
        "127.0.0.1",
        "localhost",
        "LOCALHOST",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "017700000001",
        "127.0.0.1.",
        "0.0.0.0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::]",
        "１２７.0.0.1",
    ] {
        let message = refusal(&closed(), &format!("http://{host}:{port}/v1")).await;
        let is_named = ["127.0.0.1", "0.0.0.0", "::1", "::,"]
            .iter()
            .any(|address| message.contains(address));
        assert!(is_named, "{host}: {message}");
    }
    assert_eq!(upstream.connections(), 0);
}

#[tokio::test]
async fn nothing_private_is_called() {
    for host in [
        "10.0.0.1",
        "192.168.1.1",
        "172.16.9.9",
        "169.254.169.254",
        "100.100.100.200",
        "168.63.129.16",
        "[fd00:ec2::254]",
        "[fe80::1]",
        "[64:ff9b::a9fe:a9fe]",
        "224.0.0.1",
    ] {
        refusal(&closed(), &format!("http://{host}/v1")).await;
    }
}

#[tokio::test]
async fn a_name_is_judged_by_where_it_leads() {
    let upstream = Upstream::start(vec![Answer::new(200, "data: [DONE]\n\n")]).await;
    let url = format!("http://models.example:{}/v1", upstream.address.port());
    for address in ["127.0.0.1", "::ffff:127.0.0.1", "169.254.169.254", "10.0.0.1"] {
        let client =
            Client::with_lookup(Networks::default(), CONNECT_TIMEOUT, Changing::new(&[address])).unwrap();
        let message = refusal(&client, &url).await;
        assert!(message.starts_with("models.example leads to "), "{message}");
    }
    assert_eq!(upstream.connections(), 0);
}

#[tokio::test]
async fn a_name_that_changes_its_answer_is_judged_each_time() {
    let upstream = Upstream::start(vec![Answer::new(503, "")]).await;
    let url = format!("http://models.example:{}/v1", upstream.address.port());
    // What was opened comes first; the connection is closed then, so the name is looked up again.
    let opened = Networks::new(["127.0.0.1/32".parse().unwrap()]);
    let lookup = Changing::new(&["127.0.0.1", "127.0.0.2"]);
    let client = Client::with_lookup(opened, CONNECT_TIMEOUT, lookup).unwrap();
    let endpoint = endpoint(ConnectionKind::Openai, &url);
    let answer = client
        .request(reqwest::Method::GET, format!("{url}/models").parse().unwrap())
        .unwrap()
        .header("connection", "close")
        .send()
        .await
        .unwrap();
    drop(answer);
    let outcome = to_the_end(run(&client, &endpoint, &request("gpt"), Timeouts::default())).await;
    let (code, message) = failure(&outcome);
    assert_eq!(code, Code::AddressNotAllowed);
    assert!(
        message.starts_with("models.example leads to 127.0.0.2"),
        "{message}"
    );
    assert_eq!(upstream.connections(), 1);
}

#[tokio::test]
async fn what_the_operator_opens_is_called() {
    let body = "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    let upstream = Upstream::start(vec![Answer::new(200, body)]).await;
    let opened = Networks::new(["127.0.0.0/8".parse().unwrap()]);
    let client = Client::with_lookup(opened, CONNECT_TIMEOUT, Changing::new(&["127.0.0.1"])).unwrap();
    for host in ["127.0.0.1", "models.example", "0x7f.1"] {
        let url = format!("http://{host}:{}/v1", upstream.address.port());
        let endpoint = endpoint(ConnectionKind::Openai, &url);
        let outcome = to_the_end(run(&client, &endpoint, &request("gpt"), Timeouts::default())).await;
        assert_eq!(outcome.ending, Ending::Complete, "{host}");
    }
}
