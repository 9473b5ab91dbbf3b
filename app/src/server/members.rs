//! What forms about people say, and the links that are made for them.

use super::{invalid, origin};
use crate::{error::PageError, query_string::address, routes};
use domain::{FieldError, Role};

/// A role that a form names.
pub fn role(name: &str) -> Result<Role, PageError> {
    name.parse()
        .map_err(|detail: &str| invalid(&FieldError::new("role", detail)))
}

/// The whole link of an invitation, as the reader reaches this server.
pub fn join_link(token: &str) -> String {
    link(routes::JOIN, token)
}

/// The whole link to another password, as the reader reaches this server.
pub fn reset_link(token: &str) -> String {
    link(routes::RESET_PASSWORD, token)
}

fn link(page: &str, token: &str) -> String {
    format!("{}{}", origin(), address(page, [("token", token.to_owned())]))
}
