//! Does the work that the screen asks for, on other threads.
//!
//! ```text
//! update ──Job──▶ Runtime ──thread──▶ Message ──channel──▶ update
//!                    └─ a small flow is waited for, so that nothing flickers
//! ```
//!
//! Work of one kind ends the one before it; what that had to say comes too late
//! and is dropped by its generation. A worker that panics is a message. Work on many
//! flows opens as many at a time as there are cores.

mod building;
mod context;
mod export;
mod load;
mod many;
mod perform;
mod pool;
mod scheduler;
mod semaphore;
mod text;
mod watch;

pub use scheduler::Runtime;

#[cfg(test)]
mod tests;
