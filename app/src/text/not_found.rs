//! The page for an address that leads nowhere.

pub const TITLE: &str = "Page not found";
pub const WORDS: &str = "There is nothing at this address.";
