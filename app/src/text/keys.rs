//! Keys.

use crate::keys::Key;

pub const TITLE: &str = "Keyboard";
pub const SWITCH: &str = "Single keys work";
/// Keys that work in any case.
pub const MORE: [(&str, &str); 2] = [("Enter", "Open the execution"), ("Esc", "Close what is open")];

/// What a key does.
pub fn of(key: Key) -> &'static str {
    match key {
        Key::Down => "Next row, or next execution in the detail",
        Key::Up => "Row or execution before",
        Key::Filters => "To the filters",
        Key::Pause => "Pause live updates, or go on",
        Key::Help => "This sheet",
    }
}
