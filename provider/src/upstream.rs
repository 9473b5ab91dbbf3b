//! A request on its way and its answer, over the network or from the demo.

use crate::call::Call;
use crate::demo;
use crate::failure::{Code, Failure};
use crate::outbound::{Client, causes, refused};
use crate::{refusal, retry};
use bytes::Bytes;
use chrono::Utc;
use domain::ConnectionKind;
use reqwest::header::HeaderMap;
use reqwest::{Method, Response};
use url::Url;

/// Most of a refusal's body that is read, in bytes.
const MAX_REFUSAL: usize = 64 << 10;
/// Longest identifier of a request that is kept, in bytes.
const MAX_ID: usize = 200;
/// Headers in which providers give a request an identifier: OpenAI and others, Anthropic, Azure.
const REQUEST_ID: [&str; 3] = ["x-request-id", "request-id", "apim-request-id"];

/// An answer that has begun.
pub struct Exchange {
    /// The provider's identifier of the request, where a header gives one.
    pub request_id: Option<String>,
    body: Body,
}

enum Body {
    Http(Response),
    Demo(demo::DemoAnswer),
}

impl Exchange {
    /// The next bytes of the answer; `None` at its end. A call that is dropped loses nothing.
    ///
    /// # Errors
    /// The answer broke off.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Failure> {
        match &mut self.body {
            Body::Http(response) => response.chunk().await.map_err(|error| {
                let message = format!("The provider's answer broke off: {}.", root(&error));
                Failure::new(Code::StreamBroken, message)
            }),
            Body::Demo(answer) => answer.chunk().await,
        }
    }
}

/// Sends a call, and waits for the answer to begin.
///
/// # Errors
/// There is no answer, or it is a refusal.
pub async fn send(client: Client, kind: ConnectionKind, call: Call) -> Result<Exchange, Failure> {
    if kind == ConnectionKind::Demo {
        return Ok(Exchange {
            request_id: None,
            body: Body::Demo(demo::answer(&call.body)?),
        });
    }
    let response = fetch(&client, Method::POST, call.url, call.headers, call.body).await?;
    let id = REQUEST_ID
        .iter()
        .find_map(|name| response.headers().get(*name)?.to_str().ok());
    Ok(Exchange {
        request_id: id
            .filter(|id| !id.is_empty() && id.len() <= MAX_ID)
            .map(str::to_owned),
        body: Body::Http(response),
    })
}

/// Sends a request, and waits for an answer that is no refusal.
///
/// # Errors
/// There is no answer, or it is a refusal.
pub async fn fetch(
    client: &Client,
    method: Method,
    url: Url,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    let host = url.host_str().unwrap_or_default().to_owned();
    let request = client
        .request(method, url)
        .map_err(|refused| Failure::new(Code::AddressNotAllowed, refused.to_string()))?;
    let sent = request.headers(headers).body(body).send().await;
    let mut response = sent.map_err(|error| unsent(&host, &error))?;
    if response.status().is_success() {
        return Ok(response);
    }
    let retry_after = retry::retry_after(response.headers(), Utc::now());
    let mut refusal = Vec::new();
    while refusal.len() < MAX_REFUSAL
        && let Ok(Some(bytes)) = response.chunk().await
    {
        let room = MAX_REFUSAL - refusal.len();
        refusal.extend_from_slice(bytes.get(..room).unwrap_or(&bytes));
    }
    Err(refusal::of_answer(
        response.status().as_u16(),
        &refusal,
        retry_after,
    ))
}

/// Why a request got no answer.
fn unsent(host: &str, error: &reqwest::Error) -> Failure {
    if let Some(refused) = refused(error) {
        return Failure::new(Code::AddressNotAllowed, refused.to_string());
    }
    let cause = root(error);
    match (error.is_connect(), error.is_timeout()) {
        (true, true) => Failure::new(Code::ConnectTimeout, format!("No connection to {host} in time.")),
        (true, false) => Failure::new(Code::Network, format!("No connection to {host}: {cause}.")),
        (false, _) => Failure::new(
            Code::StreamBroken,
            format!("The connection to {host} broke before an answer came: {cause}."),
        ),
    }
}

/// What an error comes down to.
fn root(error: &reqwest::Error) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}
