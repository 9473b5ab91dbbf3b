//! The pages, laid out like their addresses.

pub mod account;
pub mod agent;
pub mod agents;
pub mod api_keys;
pub mod audit_log;
pub mod forgot_password;
pub mod join;
pub mod members;
pub mod not_found;
pub mod organization;
pub mod providers;
pub mod reset_password;
pub mod set_up;
pub mod sign_in;
