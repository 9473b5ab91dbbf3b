//! Parts that several pages use.

pub mod badge;
pub mod copy_button;
pub mod failure;
pub mod figures;
pub mod icon;
pub mod loaded;
pub mod time;
pub mod top_bar;
