//! The server functions, one file per subject: what a page asks the server for and what comes back.
//!
//! They are public endpoints, so each settles first who asks. Arguments are flat, as serde_qs wants them.

pub mod account;
pub mod agent_retention;
pub mod agents;
pub mod api_keys;
pub mod audit;
pub mod audit_list;
pub mod connections;
pub mod cut;
pub mod erasure;
pub mod executions;
pub mod exports;
pub mod facets;
pub mod members;
pub mod organization;
pub mod out_of_list;
pub mod password_reset;
pub mod strip;
pub mod tasks;
pub mod versions;
pub mod viewer;
pub mod wire;
