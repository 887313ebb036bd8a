//! Real captures, and what is made of them: against what the server itself
//! logged, packed in every way, and exported.

#![expect(clippy::unwrap_used, reason = "the helpers of tests are tests too")]

mod archives;
mod captures;
mod directory;
mod exports;
mod mutations;
#[allow(dead_code, reason = "tests/readme uses more of it")]
mod support;
mod text_formats;
