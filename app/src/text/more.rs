//! The rarer filters.

pub const MORE: &str = "More";
/// In a box for a value of which no list is kept.
pub const EXACT: &str = "As recorded";

/// How many of the rarer filters are in force.
pub fn more(chosen: usize) -> String {
    if chosen == 0 {
        MORE.to_owned()
    } else {
        format!("{MORE} ({chosen})")
    }
}

/// A box that shortens a list of choices.
pub fn search(list: &str) -> String {
    format!("Search: {}", list.to_lowercase())
}
