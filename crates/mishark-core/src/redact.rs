//! What is a secret, wherever it stands (headers, cookies, form fields, members
//! of JSON, text in text), and what stands for it where others can see it.
//!
//! ```text
//! names: what a value of this name is
//!   └─ finder: where such names and their values are in a text
//!        ├─ mask ─────▶ the same text with ***             screens, lists, messages
//!        └─ redactor ─▶ the same text with <token-1>       what is given to others
//!             └─ known: a secret that stands elsewhere, under no name or packed
//! ```

mod finder;
mod found;
mod known;
mod mask;
mod names;
mod packed;
mod places;
mod redactor;
#[cfg(test)]
mod tests;

pub use found::Found;
pub use mask::{holds_secret, is_secret_member, masked, masked_account, masked_field, ranges};
pub use names::{Kind, Place, is_secret, kind};
pub use places::{in_field, in_header, in_parameter, in_text};
pub use redactor::{Counts, Redactor};
