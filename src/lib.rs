//! mishark opens captures of the Mi Home (米家) app and shows what was said.
pub mod json;
pub mod protocol;
