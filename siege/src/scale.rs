//! How much of everything there is.

use std::time::Duration;

/// Bounds of the loads, in numbers and time.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    /// Whether the binary is optimized: only then it is judged by times, and by its own pages in memory.
    pub is_release: bool,
    /// Whether each hostile body comes 64 times at once as well, not only all of them together.
    pub has_waves: bool,
    /// Sign-ins of strangers.
    pub sign_ins: usize,
    /// Event streams.
    pub streams: usize,
    /// Executions of the largest size that nothing makes smaller.
    pub incompressible: usize,
    /// Executions that are large and pack to nothing.
    pub repetitive: usize,
    /// Pages of the largest execution that are asked for at once.
    pub pages: usize,
    /// For how long an export is read slowly.
    pub slow: Duration,
    /// Strangers who guess while somebody signs in.
    pub guessers: usize,
    /// How long a phase may take.
    pub phase: Duration,
}

impl Scale {
    /// Everything.
    pub const LONG: Self = Self {
        is_release: true,
        has_waves: true,
        sign_ins: 1_000,
        streams: 1_000,
        incompressible: 2,
        repetitive: 3,
        pages: 20,
        slow: Duration::from_secs(20),
        guessers: 600,
        phase: Duration::from_secs(30 * 60),
    };
    /// What fits into a minute.
    pub const SHORT: Self = Self {
        is_release: false,
        has_waves: false,
        sign_ins: 200,
        streams: 300,
        incompressible: 1,
        repetitive: 1,
        pages: 6,
        slow: Duration::from_secs(3),
        guessers: 200,
        phase: Duration::from_secs(70),
    };
}
