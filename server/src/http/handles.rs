//! File handles: how many the system lets this process have, and how many connections follow from that.

/// Most connections at a time, however many handles there are.
const MOST: usize = 16_384;
/// Handles that are left for the database, files and what goes out.
#[cfg(unix)]
const RESERVE: usize = 256;
/// Connections that are taken however few handles there are.
#[cfg(unix)]
const FEWEST: usize = 16;

/// Has the system let this process have as many handles as it may, and tells the log.
#[cfg(unix)]
pub fn raise() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let given = getrlimit(Resource::Nofile);
    // Where there is no hard limit, some systems take no soft one without a number.
    let wanted = given.maximum.unwrap_or((MOST + RESERVE) as u64);
    let (soft, hard) = (words(given.current), words(given.maximum));
    if given.current.is_none_or(|current| current >= wanted) {
        tracing::debug!(
            %soft,
            %hard,
            "the soft limit of file handles is as high as it may be"
        );
        return;
    }
    let raised = Rlimit {
        current: Some(wanted),
        maximum: given.maximum,
    };
    match setrlimit(Resource::Nofile, raised) {
        Ok(()) => tracing::info!(%soft, %hard, "raised the soft limit of file handles to {wanted}"),
        Err(error) => {
            tracing::warn!(%soft, %hard, %error, "the soft limit of file handles could not be raised");
        }
    }
}

#[cfg(not(unix))]
pub fn raise() {}

#[cfg(unix)]
fn words(limit: Option<u64>) -> String {
    limit.map_or("none".to_owned(), |limit| limit.to_string())
}

/// How many connections are taken at a time: as many as there are handles for, less those that other things need.
#[cfg(unix)]
pub fn connections() -> usize {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    let handles = limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    handles.saturating_sub(RESERVE).clamp(FEWEST, MOST)
}

#[cfg(not(unix))]
pub fn connections() -> usize {
    MOST
}
