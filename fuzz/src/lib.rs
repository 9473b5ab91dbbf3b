//! Fuzz targets: what must hold of every parser that meets the outside, whatever comes in.
//!
//! A target is a plain function that panics where something does not hold. `cargo test` runs each on its corpus and on a
//! few thousand changes of it; `cargo xtask fuzz` hands the same functions to libFuzzer for as long as one likes.

pub mod corpus;
pub mod mutation;
mod targets;

pub use targets::TARGETS;

/// A parser, or several that belong together, with what must hold of it.
#[derive(Clone, Copy)]
pub struct Target {
    /// What `cargo xtask fuzz` calls it; also the name of its folder in `corpus/`.
    pub name: &'static str,
    /// Panics where something does not hold of this input.
    pub run: fn(&[u8]),
}

/// The target of that name.
pub fn target(name: &str) -> Option<Target> {
    TARGETS.iter().copied().find(|target| target.name == name)
}
