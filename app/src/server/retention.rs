//! Days of retention as forms have them.

use domain::{FieldError, Retention};

/// An agent's own days; none where the field is empty.
pub fn agent_days(plan: Retention, text: &str) -> Result<Option<u32>, FieldError> {
    match text.trim() {
        "" => Ok(None),
        // What is no number is refused like a number out of bounds.
        text => plan.check_agent_days(text.parse().unwrap_or(0)).map(Some),
    }
}
