//! `/agents/{agentId}`: one agent, a file or folder per tab.

pub mod connect;
mod curl;
pub mod execution;
pub mod executions;
pub mod layout;
pub mod versions;
