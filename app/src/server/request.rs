//! What the request itself tells.

use leptos::prelude::use_context;

/// Scheme, host and port under which people reach the server, for links and command lines that are shown: as it was told,
/// or else as this reader did.
pub fn origin() -> String {
    use_context::<super::ServerContext>().map_or_else(String::new, |context| context.origin.to_string())
}
