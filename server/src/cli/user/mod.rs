//! `user`: people who can sign in.

pub mod add;
pub mod reset_password;
