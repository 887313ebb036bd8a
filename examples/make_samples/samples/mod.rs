//! What is in `samples/`, as bytes.
//!
//! ```text
//! home ─▶ Script ─▶ Exchange, … ─▶ har, whistle ─▶ files
//! ```
//!
//! [`home`] and [`no_keys`] tell the story, [`Script`](script::Script) seals it
//! and keeps the time, [`har`] and [`whistle`] write what their recorder would
//! have written of it.

mod account;
mod broken;
mod exchange;
mod gzip;
mod har;
mod home;
mod no_keys;
mod plaintexts;
mod random;
mod script;
mod spec;
mod whistle;

/// Every sample: its name and its bytes.
pub(super) fn all() -> Vec<(&'static str, Vec<u8>)> {
    let home = home::exchanges();
    let no_keys = no_keys::exchanges();
    vec![
        ("broken.har", broken::file()),
        ("home.har", har::file(&home)),
        ("home.whistle.txt", whistle::file(&home)),
        ("no-keys.har", har::file(&no_keys)),
        ("no-keys.key", no_keys::key_file()),
        ("yeelink-ceiling22.spec.json", spec::file()),
    ]
}
