//! mishark opens captures of the Mi Home (米家) app and shows what was said.
pub mod capture;
pub mod flow;
pub mod json;
pub mod ordered;
pub mod protocol;
pub mod session;
