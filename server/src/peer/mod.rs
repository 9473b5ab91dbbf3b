//! The other end of a connection: whose network it is in, whether it is a proxy whose word is believed, and how many
//! strangers come from there.

mod guests;
mod network;
mod trusted;

pub use guests::{Guest, Guests};
pub use network::network;
pub use trusted::{TrustedProxy, is_trusted};
