//! Whether the cloud did what a request asked for, by whom it was refused, and
//! why. The one place that judges: lists, replays, filters and exports ask here.

mod codes;

pub use codes::{Meaning, explain_code, is_success};
