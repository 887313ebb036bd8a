//! mishark opens captures of the Mi Home (米家) app and shows what was said.
//!
//! A capture file goes in at the bottom of this table and plaintext comes out
//! at the top. A module imports only from rows below its own; modules in one
//! row do not know each other. `tests/layers.rs` holds this.
//!
//! | row | modules | what they know |
//! |-----|---------|----------------|
//! | 0 | [`json`] | bytes and values only |
pub mod json;
