//! Frames, headings and states of the panes, and the lines around them.

use crate::text::count;

/// The frame around the list.
pub const FLOWS: &str = "Flows";
/// The frame around the request.
pub const REQUEST: &str = "Request";
/// The frame around the response.
pub const RESPONSE: &str = "Response";
/// The frame around the builder.
pub const BUILD: &str = "Build";
/// The frame around the stages.
pub const STAGES: &str = "Stages";
/// Secrets are shown.
pub const REVEALED: &str = "REVEALED";
/// Secrets are masked.
pub const MASKED: &str = "masked";
/// What the list shows when nothing narrows it.
pub const ONLY_MI: &str = "Mi Home";
/// What the list shows when all traffic is wanted.
pub const ALL_TRAFFIC: &str = "all traffic";
/// Beside a flow that was recorded without an answer.
pub const NO_RESPONSE: &str = "No response in the capture. The request is complete.";
/// A side without a body.
pub const NO_BODY: &str = "No body.";
/// No flow is chosen.
pub const NO_FLOW: &str = "No flow.";
/// While a large body is being read.
pub const OPENING: &str = "opening …";
/// A list of names and values without any.
pub const NOTHING_HERE: &str = "None.";

/// The screen is too small for anything.
pub fn too_small(width: u16, height: u16, least: (u16, u16)) -> String {
    format!(
        "terminal too small ({width}x{height}), need {}x{}",
        least.0, least.1
    )
}

/// Why nothing is in the list.
pub fn nothing_matches(total: usize, filter: &str, clear: &str, edit: &str) -> String {
    format!("0 of {total} match `{filter}`. {clear} clears, {edit} edits.")
}

/// No flow of the capture is Mi Home's; which hosts it holds instead.
pub fn no_mi(total: usize, all: &str, hosts: &str) -> String {
    format!(
        "{} read, none carries a Mi Home request (form fields data, signature, _nonce). \
         {all} shows all. Hosts seen: {hosts}",
        count(total, "flow")
    )
}

/// No flow is marked.
pub const NOTHING_MARKED: &str = "No flow is marked.";
/// The capture has no entries.
pub const NO_ENTRIES: &str = "The capture has no entries.";
/// The first batch is not here yet.
pub const LOADING: &str = "loading …";
