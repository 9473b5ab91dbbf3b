//! The words of Agent Ledger as plain types: parse, format, decide.
//!
//! No I/O and no async; everything here also compiles for the browser.

pub mod abandonment;
pub mod access;
pub mod agent;
pub mod api_key;
pub mod audit;
pub mod connection;
pub mod csv;
pub mod errors;
pub mod event;
pub mod execution;
pub mod export;
pub mod facets;
pub mod field;
pub mod fields;
pub mod filter;
pub mod format;
pub mod given;
pub mod id;
pub mod json_text;
pub mod key_limits;
pub mod local_zone;
pub mod member;
pub mod members;
pub mod money;
mod named;
pub mod nearest;
pub mod network;
pub mod page;
mod parameter;
pub mod permission;
pub mod problem;
pub mod prompt;
pub mod query;
pub mod retention;
pub mod rule;
pub mod selection;
pub mod session;
pub mod source;
pub mod status;
pub mod strip;
pub mod surrogates;
pub mod task;
pub mod template;
pub mod time;
pub mod tokens;
pub mod troubleshooting;
#[cfg(feature = "zones")]
pub mod zones;

pub use access::{Role, Scope, Scopes};
pub use agent::{Agent, AgentVersion, VersionNumber};
pub use api_key::{ApiKey, ApiKeyToken, KeyExpiry, KeyState};
pub use audit::{Actor, ActorKind, AuditAction, AuditEvent, AuditFilter, AuditQuery};
pub use connection::{Connection, ConnectionKind, ConnectionTest};
pub use errors::Errors;
pub use event::{EventKind, EventPosition, ExecutionEvent};
pub use execution::{Execution, ExecutionSummary, Payload};
pub use export::{ExportFormat, ExportProgress, ExportState};
pub use facets::{FacetValue, Facets};
pub use fields::ExecutionFields;
pub use filter::{ExecutionFilter, FieldValues, FilterField};
pub use given::GivenExecution;
pub use id::{
    AgentId, ApiKeyId, AuditEventId, ConnectionId, ExecutionId, ExportName, InvalidId, InvitationId,
    OrganizationId, SessionId, TaskId, UserId,
};
pub use key_limits::{KeyChange, KeyLimits, SpentBudget};
pub use local_zone::LocalZone;
pub use member::{Invitation, Member};
pub use money::{DollarSum, NanoDollars};
pub use nearest::nearest;
pub use page::{Limit, PageRequest, Pagination};
pub use permission::Permission;
pub use problem::FieldError;
pub use query::{DateBound, ExecutionQuery};
pub use retention::{Retention, RetentionRuns};
pub use rule::Rule;
pub use selection::{Choice, Selection};
pub use session::{OpenSession, SessionOrigin};
pub use source::Source;
pub use status::Status;
pub use strip::{Activation, Bar, Strip};
pub use task::{Task, TaskFailure, TaskKind, TaskQuery, TaskState};
pub use time::Timestamp;
pub use tokens::TokenUsage;
pub use troubleshooting::{Evidence, Hint, UsualLatency};
