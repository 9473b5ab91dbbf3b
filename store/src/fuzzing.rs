//! The door for the `fuzz` crate: how what is sealed is opened, which is otherwise the store's own business. It does
//! nothing of its own, and nothing else goes through it.

pub use crate::{
    codec::{key_number, open, reseal, seal},
    vault::Keys,
};

use crate::{MasterKey, StoreError, vault::Held};
use domain::OrganizationId;
use std::sync::Arc;

/// A fresh key of the organization as its row holds it.
pub fn wrap_fresh(
    master: &MasterKey,
    organization: OrganizationId,
    number: u32,
) -> Result<Vec<u8>, StoreError> {
    master.wrap_fresh(organization, number.into())
}

/// The organization's only key, out of its row.
pub fn unwrap(
    master: &MasterKey,
    organization: OrganizationId,
    number: u32,
    wrapped: &[u8],
) -> Result<Keys, StoreError> {
    let cipher = Arc::new(master.unwrap(organization, number.into(), wrapped)?);
    let mut keys = Keys::new(organization);
    keys.hold(number, Held { made_at: 0, cipher }, true);
    Ok(keys)
}
