//! Who may do what: every call and every server function, for every role and every scope, in the own organization and
//! on what is another's, and every form of `/auth/`. A call, function or form without a row here fails.

mod audited;
mod calls;
mod fixture;
pub use fixture::Things;
mod forms;
mod functions;

use domain::Permission;

/// Who may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    /// Anybody, known or not.
    Anyone,
    /// Everybody who is signed in, on what is the person's own alone.
    Themselves,
    /// Whoever has the permission.
    With(Permission),
}

/// How a refusal is told, and what is not there.
const UNKNOWN: u16 = 401;
const REFUSED: u16 = 403;
const MISSING: u16 = 404;
