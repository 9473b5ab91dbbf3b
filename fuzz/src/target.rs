//! What a target is.

/// A parser, or several that belong together, with what must hold of it.
#[derive(Clone, Copy)]
pub struct Target {
    /// What `cargo xtask fuzz` calls it; also the name of its folder in `corpus/`.
    pub name: &'static str,
    /// Panics where something does not hold of this input.
    pub run: fn(&[u8]),
}
