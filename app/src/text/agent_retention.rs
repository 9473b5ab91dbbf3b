//! How long one agent's executions are kept.

use domain::format::grouped;

pub const TAB: &str = "Retention";
pub const DAYS: &str = "Keep this agent's executions, in days";
pub const LOOK: &str = "Look what goes";
pub const AS_PLAN: &str = "Keep as long as the organization";
pub const SAVED: &str = "Saved.";

fn days(days: u32) -> String {
    match days {
        1 => "1 day".to_owned(),
        days => format!("{} days", grouped(days.into())),
    }
}

/// What holds now.
pub fn now(plan: Option<u32>, own: Option<u32>) -> String {
    let plan = match plan {
        Some(plan) => format!("The organization keeps executions {}.", days(plan)),
        None => "The organization keeps executions for ever.".to_owned(),
    };
    match own {
        Some(own) => format!("{plan} This agent's are kept {}.", days(own)),
        None => format!("{plan} This agent's are kept as long."),
    }
}

/// What can be chosen.
pub fn bounds(most: u32) -> String {
    format!(
        "1 to {}: fewer than the organization's, never more.",
        grouped(most.into())
    )
}

/// What would be deleted.
pub fn would_go(chosen: u32, executions: u64) -> String {
    let count = crate::text::executions_count(&grouped(executions), executions == 1);
    format!(
        "Kept {}, {count} would be deleted for good within a quarter of an hour: those that began before",
        days(chosen)
    )
}

/// What the button does.
pub fn keep(chosen: u32) -> String {
    format!("Keep {}", days(chosen))
}
