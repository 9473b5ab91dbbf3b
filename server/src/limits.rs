//! What one caller, one answer and one page may have. The bounds of memory follow from them: see docs/limits.md.

/// Members that `inputVariables` and `metadata` may have, each, nested ones and items of arrays counted.
const MEMBERS: u32 = domain::given::MAX_MEMBERS as u32;
/// Wrong fields that one answer names.
const ERRORS: u32 = domain::given::MAX_ERRORS as u32;
/// Bytes of one text that a page shows.
const PAGE_TEXT: u32 = 100_000;
/// Variables that a page shows.
const PAGE_VARIABLES: u32 = 200;
/// Connections of one address over which no valid credential came.
const CONNECTIONS_PER_ADDRESS: u32 = 100;
/// Event streams of one API key or session.
const STREAMS_PER_KEY: u32 = 1_000;
/// Event streams of one organization.
const STREAMS_PER_ORGANIZATION: u32 = 3_000;
/// Mebibytes of bodies that may be in memory at once.
const BODY_MEMORY: u32 = 48;

/// Bounds that can be set.
#[derive(Debug, Clone, clap::Args)]
pub struct Limits {
    /// Members that inputVariables and metadata of an execution may have, each; nested ones and items of arrays count.
    #[arg(long, value_name = "COUNT", env = "AGENT_LEDGER_MAX_MEMBERS", default_value_t = MEMBERS)]
    pub max_members: u32,
    /// Wrong fields that one answer names; of more it tells how many.
    #[arg(long, value_name = "COUNT", env = "AGENT_LEDGER_MAX_ERRORS", default_value_t = ERRORS)]
    pub max_errors: u32,
    /// Bytes of one text that a page shows; the rest is downloaded.
    #[arg(long, value_name = "BYTES", env = "AGENT_LEDGER_PAGE_TEXT", default_value_t = PAGE_TEXT)]
    pub page_text: u32,
    /// Variables of an execution that a page shows; the rest is downloaded.
    #[arg(long, value_name = "COUNT", env = "AGENT_LEDGER_PAGE_VARIABLES", default_value_t = PAGE_VARIABLES)]
    pub page_variables: u32,
    /// Connections that one network address (IPv6: one /64) may have open without a valid credential. Trusted proxies
    /// are exempt.
    #[arg(
        long,
        value_name = "COUNT",
        env = "AGENT_LEDGER_CONNECTIONS_PER_ADDRESS",
        default_value_t = CONNECTIONS_PER_ADDRESS
    )]
    pub connections_per_address: u32,
    /// Event streams that one API key or session may have open.
    #[arg(long, value_name = "COUNT", env = "AGENT_LEDGER_STREAMS_PER_KEY", default_value_t = STREAMS_PER_KEY)]
    pub streams_per_key: u32,
    /// Event streams that one organization may have open.
    #[arg(
        long,
        value_name = "COUNT",
        env = "AGENT_LEDGER_STREAMS_PER_ORGANIZATION",
        default_value_t = STREAMS_PER_ORGANIZATION
    )]
    pub streams_per_organization: u32,
    /// Mebibytes of request bodies that may be in memory at once, over all requests; one organization has 32 of them at
    /// most, which is one body of the largest size.
    #[arg(
        long,
        value_name = "MIB",
        env = "AGENT_LEDGER_BODY_MEMORY",
        default_value_t = BODY_MEMORY,
        value_parser = clap::value_parser!(u32).range(32..=1_024)
    )]
    pub body_memory: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_members: MEMBERS,
            max_errors: ERRORS,
            page_text: PAGE_TEXT,
            page_variables: PAGE_VARIABLES,
            connections_per_address: CONNECTIONS_PER_ADDRESS,
            streams_per_key: STREAMS_PER_KEY,
            streams_per_organization: STREAMS_PER_ORGANIZATION,
            body_memory: BODY_MEMORY,
        }
    }
}
