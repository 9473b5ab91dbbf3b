//! The other end of a connection: where it is, whose network it is in, whether it is a proxy whose word is believed, and how many
//! strangers come from there.

mod guests;
mod source;
mod trusted;

pub use guests::{Guest, Guests};
pub use source::RequestSource;
pub use trusted::{TrustedProxy, is_trusted};
