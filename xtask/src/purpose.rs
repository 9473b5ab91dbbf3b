//! What a build is for: to be released, as small and fast as can be, or to be looked at soon.

/// What a build is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To be used, measured and handed out.
    Release,
    /// To be looked at soon, after a change or for the first time. It is the same program, larger and somewhat slower.
    Serve,
}

impl Purpose {
    /// The profile in `Cargo.toml` in which the server is compiled; its folder below `target` has the same name.
    pub fn server_profile(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Serve => "served",
        }
    }

    /// The profile in which the page is compiled.
    pub fn page_profile(self) -> &'static str {
        match self {
            Self::Release => "wasm-release",
            Self::Serve => "wasm-served",
        }
    }

    /// Whether minutes are spent on making what is sent to browsers small.
    pub fn is_small(self) -> bool {
        self == Self::Release
    }
}
