//! `/agents/{agentId}`: one agent, a file or folder per tab.

pub mod connect;
mod curl;
pub mod executions;
pub mod last_list;
pub mod layout;
pub mod retention;
pub mod versions;
