//! Plaintext as JSON rows.
