//! Flows that carry no envelope: logins, pages, pictures, counters.

use super::answer::Answer;
use super::calls::members;
use super::line::Line;
use crate::call;
use crate::flow::Flow;
use crate::protocol::hosts::is_login;
use crate::text::{headline, size};

/// How many members of an answer are told.
const TOLD: usize = 2;

/// Says in short what came back. Nothing of what was sent: passwords are in
/// forms.
pub(super) fn say(flow: &Flow, answer: &Answer<'_>, line: &mut Line) {
    if is_login(flow.request.url.host()) {
        line.text(call::short(flow.request.url.path()));
        return answer.end("ok", line);
    }
    let Some(response) = &flow.response else {
        return answer.end("", line);
    };
    if let Some(tree) = &answer.tree {
        line.answer();
        if answer.is_refused() {
            answer.end("", line);
        } else if !members(tree, 0, TOLD, "", line) {
            line.words("JSON");
        }
        return;
    }
    let kind = response.headers.get("content-type").unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default();
    line.text(kind);
    line.space();
    match answer.bytes() {
        Some(bytes) => match headline(bytes).filter(|_| kind.contains("html")) {
            Some(title) => line.message(title),
            None => line.words(&format!("{}B", size(bytes.len()))),
        },
        None => answer.end("", line),
    }
}
