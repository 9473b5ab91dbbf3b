//! How much of everything there is.

/// Numbers of a form.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    /// Executions of the person, which are those that are too old as well.
    pub person: usize,
    /// Executions of others, which stay.
    pub others: usize,
    /// Executions of the other organization, which stay.
    pub bystander: usize,
    /// Rounds of a kind and database.
    pub rounds: u32,
    /// Rounds at the same time: most of one is waiting for a lease to run out.
    pub at_once: usize,
}

impl Scale {
    /// Everything.
    pub const LONG: Self = Self {
        person: 20_000,
        others: 2_000,
        bystander: 200,
        rounds: 40,
        at_once: 6,
    };
    /// What fits into a minute.
    pub const SHORT: Self = Self {
        person: 1_200,
        others: 200,
        bystander: 50,
        rounds: 2,
        at_once: 16,
    };
}
