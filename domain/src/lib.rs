//! The words of Agent Ledger as plain types: parse, format, decide.
//!
//! No I/O and no async; everything here also compiles for the browser.

pub mod access;
pub mod agent;
pub mod csv;
pub mod execution;
pub mod fields;
pub mod filter;
pub mod format;
pub mod id;
pub mod money;
pub mod page;
pub mod problem;
pub mod query;
pub mod selection;
pub mod source;
pub mod status;
pub mod time;
pub mod tokens;
#[cfg(feature = "zones")]
pub mod zones;

pub use access::{ApiKey, ApiKeyToken, Role, Scope, Scopes};
pub use agent::{Agent, AgentVersion, VersionNumber};
pub use execution::{Execution, ExecutionSummary, Payload};
pub use fields::ExecutionFields;
pub use filter::ExecutionFilter;
pub use id::{AgentId, ApiKeyId, ExecutionId, InvalidId, OrganizationId, UserId};
pub use money::NanoDollars;
pub use page::{Limit, PageRequest, Pagination};
pub use problem::FieldError;
pub use query::{DateBound, ExecutionQuery};
pub use selection::{Choice, Selection};
pub use source::Source;
pub use status::Status;
pub use time::Timestamp;
pub use tokens::TokenUsage;
