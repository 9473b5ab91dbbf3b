//! The organization's settings.

pub const SETTINGS: &str = "Settings";
pub const ORGANIZATION: &str = "Organization";
pub const TIME_ZONE: &str = "Time zone";
pub const TIME_ZONE_WORDS: &str = "Days begin and times are told in this zone, for everybody in the organization. \
    Type to search, for example Berlin or Kathmandu.";
pub const SAVE: &str = "Save";
pub const SAVED: &str = "Saved.";
