//! Pane 1: the list of flows.

mod draw;
mod lines;
mod list;
mod narrow;
mod pane;
mod sort;

pub use draw::{FlowsView, role_of};
pub use list::{ListJob, Listed};
pub use narrow::Narrow;
pub use pane::Flows;

#[cfg(test)]
mod tests;
