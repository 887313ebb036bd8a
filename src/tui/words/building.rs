//! What the builder says and asks.

/// Asks before a box is left whose text was edited.
pub const DISCARD: &str = "The text was edited. Leave without taking it?";

/// The frame around a signed request that is shown.
pub const DRY_RUN: &str = "dry run: nothing was sent";

/// Asks before a plaintext is signed that is no JSON.
pub fn sign_no_json(fault: &str) -> String {
    format!(
        "The plaintext is no JSON: {fault}.\n\
         The cloud will hardly take it, and its bytes go out as they are.\n\
         Sign it all the same?"
    )
}
