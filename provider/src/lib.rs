//! How Agent Ledger speaks to providers of language models: three wire formats over one request, their answers decoded
//! into one form, errors as stable codes, and one HTTP client that reaches nothing private.
//!
//! It knows nothing of databases, organizations or whoever asks.
//!
//! ```no_run
//! # use provider::outbound::{CONNECT_TIMEOUT, Client, ClientError, Networks};
//! # use provider::{Endpoint, Request, Timeouts, run};
//! # async fn example(endpoint: Endpoint, request: Request) -> Result<(), ClientError> {
//! let client = Client::new(Networks::default(), CONNECT_TIMEOUT)?;
//! let mut run = run(&client, &endpoint, &request, Timeouts::default());
//! while let Some(delta) = run.next().await {
//!     // What came is shown while more comes; dropping the run stops it.
//!     drop(delta);
//! }
//! let outcome = run.finish();
//! # Ok(())
//! # }
//! ```

mod answer;
mod call;
mod decoder;
pub mod demo;
mod endpoint;
mod failure;
mod mask;
pub mod outbound;
mod parameters;
mod probe;
mod refusal;
mod request;
mod retry;
mod run;
mod secret;
mod sse;
mod upstream;
mod wire;

pub use answer::{Answer, Delta, Tokens, ToolCall};
pub use decoder::{Decoder, MAX_ANSWER};
pub use endpoint::{Endpoint, EndpointFields, MAX_HEADERS};
pub use failure::{Code, Failure, MAX_MESSAGE};
pub use mask::Mask;
pub use parameters::{check, max_tokens};
pub use probe::{Probe, probe};
pub use request::Request;
pub use retry::{MAX_ATTEMPTS, MAX_WAITING};
pub use run::{Ending, Outcome, Run, Timeouts, run};
pub use secret::Secret;
pub use sse::MAX_EVENT;
pub use wire::tool_calls::MAX_TOOL_CALLS;
