//! How large a filter may be.

/// How deep parentheses may nest, also those of a regular expression. Parser
/// and matcher recurse that far.
pub const MAX_DEPTH: usize = 64;

/// How many bytes a filter may have: far more than anyone types, little enough
/// that what is made of it stays small.
pub const MAX_LENGTH: usize = 4096;

/// How many terms a filter may have; each one costs time on every row.
pub const MAX_TERMS: usize = 256;

/// The most regular expressions in one filter: each may take
/// [`REGEX_SIZE`], and on every core [`REGEX_CACHE`].
pub const MAX_REGEXES: usize = 16;

/// How many bytes one compiled regular expression may take.
pub const REGEX_SIZE: usize = 1 << 20;

/// How many bytes of states one regular expression may keep at a time.
pub const REGEX_CACHE: usize = 1 << 20;
