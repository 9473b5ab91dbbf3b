//! What a page is made of: the files that it loads, what a browser may load for it, and its rendering.

pub mod assets;
pub mod content_policy;
pub mod plain;
pub mod rendering;

pub use content_policy::ContentPolicy;
