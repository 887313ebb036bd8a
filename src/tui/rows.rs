//! Every flow of every open capture as one row: what the list, the filter and
//! the sweep count on.
//!
//! Rows come in the order they were loaded in and never move; what the list
//! shows is an order over their numbers.

mod calls;
mod chunks;
mod files;
mod known;
mod marks;
mod row;
mod store;
mod table;

pub use calls::Call;
pub use chunks::Chunks;
pub use row::{Digest, Known, Row};
pub use store::{File, Rows};
pub use table::Table;

#[cfg(test)]
mod tests;
