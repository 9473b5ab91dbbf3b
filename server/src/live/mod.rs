//! Live events: who watches which agent, and what each of them is told.
//!
//! One reader follows the log of each watched agent and hands what it finds to every open stream of that agent, in
//! memory that is bounded: a stream that falls behind loses its place and is told to read the list again.

mod check;
mod frame;
mod hub;
mod places;
mod stream;
mod subscription;
mod topic;

pub use hub::{Hub, Refusal};
pub use places::{Bound, Follower};
pub use subscription::Subscription;
