//! What is told once: what became of a load, a key, a copy, a file.

use crate::text::count;

/// A CA was added to those that are trusted.
pub const AUTHORITY_TRUSTED: &str = "the CA is trusted for what is sent from here";

/// How much opened, told once after loading.
pub fn opened(opened: usize, total: usize, keys: usize, locked: usize) -> String {
    let by = match keys {
        0 => "no key was found".to_owned(),
        keys => format!("with {} found in the capture", count(keys, "key")),
    };
    let rest = match locked {
        0 => String::new(),
        1 => "; 1 needs another key (f state:K)".to_owned(),
        locked => format!("; {locked} need another key (f state:K)"),
    };
    format!("{opened} of {total} Mi Home flows opened, {by}{rest}")
}

/// What became of a key that was given.
pub fn key_taken(fits: usize, waiting: usize) -> String {
    match (fits, waiting) {
        (0, 0) => "key taken; no flow was waiting for one".to_owned(),
        (0, waiting) => format!(
            "key taken, but none of {} fits it",
            count(waiting, "locked flow")
        ),
        (fits, _) => format!("key taken: {} opened", count(fits, "flow")),
    }
}

/// Asks before a file is written over.
pub fn overwrite(path: &str) -> String {
    format!("{path} is there already. Write over it?")
}

/// Asks before secrets leave the screen.
pub const QUIT_WORKING: &str = "Something is still being written. Quit all the same?";
