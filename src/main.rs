//! The `mishark` program.
fn main() {}
