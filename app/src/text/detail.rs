//! One execution.

use domain::{LocalZone, Timestamp, format::grouped};

pub const BACK: &str = "Back to the list";
pub const CLOSE_HINT: &str = "Close (Esc)";
pub const LOADING: &str = "Loading the execution";
pub const STEPS: &str = "Executions around this one";
pub const NEWER: &str = "Newer execution";
pub const OLDER: &str = "Older execution";
pub const COPY_ID: &str = "Copy ID";
pub const COPY_LINK: &str = "Copy link";
pub const COPY_CURL: &str = "Copy as cURL";
pub const FIGURES: &str = "Performance metrics";
pub const SLOWER: &str = "slower than 95 of 100";
pub const ERROR: &str = "Error";
pub const HINTS: &str = "What may help";
pub const INPUT_VARIABLES: &str = "Input variables";
pub const NO_VARIABLES: &str = "None were given.";
pub const COPY_JSON: &str = "Copy JSON";
pub const OUTPUT: &str = "Output";
pub const OUTPUT_FORM: &str = "Form of the output";
pub const LAID_OUT: &str = "Formatted";
pub const AS_WRITTEN: &str = "As written";
pub const PROMPT_CONFIGURATION: &str = "Prompt configuration";
pub const SEE_VERSION: &str = "See the versions";
pub const SHOW_TEMPLATE: &str = "Show template";
pub const DOWNLOAD: &str = "Download";
pub const METADATA: &str = "Metadata";
pub const OWN_METADATA: &str = "Metadata of the caller";
pub const TOKENS_CONTRADICT: &str = "These counts do not add up; they are shown as reported.";
pub const EXECUTED_AT: &str = "Executed at";
pub const IP_ADDRESS: &str = "IP address";
pub const USER_AGENT: &str = "User agent";

/// The heading: when the run began, by the clocks of the zone.
pub fn title(zone: &LocalZone, at: Timestamp) -> String {
    zone.local(at).format("%-d %b %Y, %H:%M:%S").to_string()
}

/// When a version was put in use.
pub fn in_use_since(zone: &LocalZone, at: Timestamp) -> String {
    format!("put in use {}", title(zone, at))
}

/// An execution that is not there.
pub fn not_found(id: &str) -> String {
    format!(
        "This agent has no execution with the ID {id}. It was never recorded here, or it was deleted: when its time \
         to be kept had passed, or because somebody asked for it."
    )
}

/// How much of a text is shown, in bytes.
pub fn beginning(shown: u64, whole: u64) -> String {
    format!("The first {} are shown.", of_bytes(shown, whole))
}

/// How much of a variable is shown, name and value, in bytes.
pub fn beginning_of(name: &str, shown: u64, whole: u64) -> String {
    format!("Of {name}, the first {} are shown.", of_bytes(shown, whole))
}

/// How many variables are shown.
pub fn some_variables(shown: u64, all: u64) -> String {
    format!("{} of {} variables are shown.", grouped(shown), grouped(all))
}

/// The longest text that is shown whole, in bytes.
pub fn at_most(bytes: u64) -> String {
    format!("Of longer prompts, the first {} are shown.", size(bytes))
}

fn of_bytes(shown: u64, whole: u64) -> String {
    match (size(shown), size(whole)) {
        (shown_words, whole_words) if shown_words == whole_words => {
            format!("{} of {} bytes", grouped(shown), grouped(whole))
        }
        (shown, whole) => format!("{shown} of {whole}"),
    }
}

/// Bytes in the largest unit of which there is one at least.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}

/// The command that reads an execution by REST.
pub fn curl(origin: &str, call: &str) -> String {
    format!("curl {origin}{call} \\\n  -H \"Authorization: Bearer $AGENT_LEDGER_KEY\"")
}

/// What the agent usually takes with this model.
pub fn usual(half: &str, nearly_all: &str) -> String {
    format!("usually {half} · p95 {nearly_all}")
}

/// What that was read from.
pub fn usual_of(executions: &str) -> String {
    format!(
        "Half and 95 of 100 of the last {executions} successes of this agent with this model took at most this long"
    )
}

/// How much a folded part of JSON holds.
pub fn parts(count: usize) -> String {
    format!("{count} item{}", if count == 1 { "" } else { "s" })
}

/// Tokens sent, how many of them the cache had, and how many went into it.
pub fn tokens_in(count: &str, read: Option<&str>, written: Option<&str>) -> String {
    match (read, written) {
        (None, None) => format!("{count} in"),
        (Some(read), None) => format!("{count} in ({read} cached)"),
        (None, Some(written)) => format!("{count} in ({written} to cache)"),
        (Some(read), Some(written)) => format!("{count} in ({read} cached, {written} to cache)"),
    }
}

/// Tokens received, and how many of them were spent on reasoning.
pub fn tokens_out(count: &str, reasoning: Option<&str>) -> String {
    reasoning.map_or_else(
        || format!("{count} out"),
        |part| format!("{count} out ({part} reasoning)"),
    )
}

/// Where a link leads to everything that somebody executed.
pub fn executed_by_alone(who: &str) -> String {
    format!("Show only what {who} executed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_much_is_shown_is_said_in_round_numbers_that_differ() {
        assert_eq!(
            beginning(100_000, 20_000_400),
            "The first 100 kB of 20 MB are shown."
        );
        assert_eq!(
            beginning(100_000, 100_001),
            "The first 100,000 of 100,001 bytes are shown."
        );
        assert_eq!(
            some_variables(200, 500_000),
            "200 of 500,000 variables are shown."
        );
        assert_eq!(
            beginning_of("letter", 12, 2_000),
            "Of letter, the first 12 bytes of 2 kB are shown."
        );
    }
}
