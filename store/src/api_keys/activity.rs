//! What this process knows of keys and the database does not yet.

use super::{uses::Uses, windows::Windows};

/// What keys do between two visits to the database.
#[derive(Debug, Default)]
pub(crate) struct KeyActivity {
    pub(super) uses: Uses,
    pub(super) windows: Windows,
}
