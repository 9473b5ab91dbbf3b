//! What forms about people say, and the links that invite them.

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
    let path = address(routes::JOIN, [("token", token.to_owned())]);
    format!("{}{path}", origin())
}
