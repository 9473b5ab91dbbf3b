//! Fuzz targets: what must hold of every parser that meets the outside, whatever comes in.
//!
//! A target is a plain function that panics where something does not hold. `cargo test` runs each on its corpus and on a
//! few thousand changes of it; `cargo xtask fuzz` hands the same functions to libFuzzer for as long as one likes.

pub mod corpus;
pub mod mutation;
mod target;
mod targets;

pub use target::Target;
pub use targets::TARGETS;

/// The target of that name.
pub fn target(name: &str) -> Option<Target> {
    TARGETS.iter().copied().find(|target| target.name == name)
}
