//! Calls to addresses that an organization can set: nothing private is reached unless the operator opened it.

mod addresses;
mod client;
mod lookup;

pub use addresses::{AddressRefused, Networks};
pub use client::{CONNECT_TIMEOUT, Client, ClientError, causes, refused};
pub use lookup::{Lookup, SystemLookup};
