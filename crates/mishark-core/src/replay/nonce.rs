//! A nonce for a request that is made now.

use crate::flow::Moment;
use crate::protocol::key::Nonce;

/// Why no nonce could be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NonceError {
    /// The system's clock can not be written as minutes since 1970 in 32 bits.
    #[error("the clock is before 1970 or after the year 6053")]
    Clock,
    /// The system gave no random bytes.
    #[error("the system gives no randomness")]
    Randomness,
}

/// Draws eight random bytes and the minute it is.
///
/// The one place where a request gets its randomness and its clock; [`sign`]
/// itself takes the nonce, so the same draft can be signed the same way again.
///
/// [`sign`]: super::sign
///
/// # Errors
/// If the system has no randomness, or its clock is out of all bounds.
pub fn fresh_nonce() -> Result<Nonce, NonceError> {
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(|_| NonceError::Randomness)?;
    let millis = Moment::now().map(Moment::as_millis);
    let minutes = millis
        .filter(|millis| *millis >= 0)
        .map(|millis| millis / 60_000);
    let minutes = minutes.and_then(|minutes| i32::try_from(minutes).ok());
    Ok(Nonce::new(random, minutes.ok_or(NonceError::Clock)?))
}
