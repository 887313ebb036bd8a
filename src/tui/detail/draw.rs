//! A side of a flow on the screen.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line as Spans, Span};
use unicode_width::UnicodeWidthStr;

use super::explain::{Advice, explain};
use super::{Detail, Shown};
use crate::tui::action::{Action, Context, Keymap};
use crate::tui::look::{Look, behind, below, wrap};
use crate::tui::parts::{Half, Tab};
use crate::tui::theme::{Role, Theme};
use crate::tui::words;
use mishark_core::decode::Decoded;
use mishark_core::json::Tree;
use mishark_core::protocol::signature::Check;
use mishark_core::text::{clean, keep_start, size};

/// The margin of explanations.
const MARGIN: u16 = 8;

/// One side as it is drawn, inside a frame that is there already.
pub struct DetailView<'a> {
    /// Its state.
    pub detail: &'a Detail,
    /// The flow.
    pub shown: Option<&'a Shown>,
    /// How many flows wait for a key.
    pub waiting: usize,
    /// How it looks.
    pub look: Look,
    /// Whether a large flow is on its way.
    pub opening: bool,
    /// What stands beside ids.
    pub note: &'a dyn Fn(&Tree<'static>, usize) -> Option<String>,
    /// The keys that help.
    pub keymap: &'a Keymap,
}

/// What of a pane is left for the body: a note above it takes a line.
pub fn body_area(inside: Rect, shown: Option<&Shown>, detail: &Detail) -> Rect {
    let taken = u16::from(banner(shown, detail, inside.width).is_some() && inside.height > 3);
    Rect {
        y: inside.y + taken,
        height: inside.height - taken,
        ..inside
    }
}

/// What is to be said above a plaintext that is there, in so many cells: a
/// hint that does not fit is left to the stages.
fn banner(shown: Option<&Shown>, detail: &Detail, width: u16) -> Option<(String, Role)> {
    let shown = shown?;
    if detail.tab != Tab::Plaintext || detail.view().is_none() {
        return None;
    }
    let decoded = &shown.decoded;
    let side = shown.side(detail.half)?;
    if let Some(reason) = &decoded.reason {
        let of_response = matches!(
            reason.code(),
            "plain-answer" | "gzip-broken" | "gzip-too-big" | "gzip-missing" | "response-noise"
        );
        let here = of_response == (detail.half == Half::Response);
        if here && !matches!(reason.code(), "signed-only" | "no-response") {
            let role = if reason.is_problem() {
                Role::Warn
            } else {
                Role::Dim
            };
            let message = reason.message();
            let whole = format!("{message} {}", reason.hint());
            let fits = whole.width() <= usize::from(width);
            return Some((if fits { whole } else { message }, role));
        }
    }
    let warning = side.warnings.first()?;
    Some((words::warned(warning, side.warnings.len() - 1), Role::Dim))
}

impl DetailView<'_> {
    /// Draws it.
    pub fn draw(&self, inside: Rect, buffer: &mut Buffer) {
        let area = body_area(inside, self.shown, self.detail);
        if area.y > inside.y
            && let Some((text, role)) = banner(self.shown, self.detail, inside.width)
        {
            let text = clean(&text);
            let text = keep_start(&text, usize::from(inside.width));
            self.look.text(inside, &text, role, buffer);
        }
        match self.detail.view() {
            Some(view) if view.content().bytes().is_empty() => {
                self.say(area, buffer, words::NO_BODY);
            }
            Some(view) => view.draw(area, buffer, &self.look, self.note),
            None if self.opening || self.detail.is_making() => {
                self.say(area, buffer, words::OPENING)
            }
            None if self.shown.is_none() => self.say(area, buffer, words::NO_FLOW),
            None => self.nothing(area, buffer),
        }
    }

    fn say(&self, area: Rect, buffer: &mut Buffer, text: &str) {
        self.look.text(area, text, Role::Dim, buffer);
    }

    fn nothing(&self, area: Rect, buffer: &mut Buffer) {
        let half = self.detail.half;
        let hidden = self.shown.is_some_and(|shown| shown.has_secrets(half));
        match (self.detail.tab, self.shown) {
            (Tab::Plaintext, Some(shown)) => {
                let advice = explain(shown, half, self.waiting, self.keymap);
                self.explanation(advice, area, buffer);
            }
            (Tab::Hex, _) if hidden && !self.look.reveal => {
                let key = self.keymap.shown(Action::Reveal, Context::Body);
                self.say(area, buffer, &words::secret_bytes(&key));
            }
            _ => self.say(area, buffer, words::NOTHING_HERE),
        }
    }

    fn explanation(&self, advice: Vec<Advice>, area: Rect, buffer: &mut Buffer) {
        let mut left = area;
        for (at, line) in advice.iter().enumerate() {
            if at > 0 && !line.label.is_empty() {
                left = below(left, 1);
            }
            let is_wide = at == 0 && line.label.is_empty();
            let text = behind(left, if is_wide { 1 } else { MARGIN });
            let wide = text.width.saturating_sub(u16::from(!is_wide));
            let label = behind(left, 1);
            let label = Rect {
                width: label.width.min(MARGIN),
                ..label
            };
            self.look.text(label, line.label, Role::Title, buffer);
            let parts = wrap(&line.text, wide);
            let rows = parts.len() as u16;
            self.look.lines(text, parts, line.role, buffer);
            left = below(left, rows);
        }
    }
}

/// The line at the foot of a side's frame: what was undone, and what holds.
pub fn proof<'a>(shown: &Shown, half: Half, theme: Theme) -> Spans<'a> {
    let decoded = &shown.decoded;
    let mut spans = Vec::new();
    let dim = theme.style(Role::Dim);
    if let Some(side) = shown.side(half) {
        let steps: Vec<&str> = side.steps.iter().map(|step| step.name()).collect();
        if !steps.is_empty() {
            spans.push(Span::styled(format!(" {} ", steps.join("+")), dim));
        }
    }
    if let Some(content) = shown.content(half) {
        spans.push(Span::styled(
            format!(" {} B ", grouped(content.bytes().len())),
            dim,
        ));
    }
    if half == Half::Request {
        spans.extend(checks(decoded, theme));
    }
    Spans::from(spans)
}

/// What the checks found, each with its word.
fn checks<'a>(decoded: &Decoded, theme: Theme) -> Vec<Span<'a>> {
    let mut spans = Vec::new();
    if decoded.scheme.is_none() {
        return spans;
    }
    for (name, check) in [
        ("rc4_hash", &decoded.rc4_hash),
        ("signature", &decoded.signature),
    ] {
        let (word, role) = match check {
            Check::Absent => continue,
            Check::Match => (words::CHECK_MATCHES, Role::Good),
            Check::Mismatch { .. } => (words::CHECK_DIFFERS, Role::Warn),
            Check::Unknown => (words::CHECK_UNKNOWN, Role::Dim),
        };
        spans.push(Span::styled(format!(" {name} {word} "), theme.style(role)));
    }
    spans
}

/// A number with its thousands apart, or short if it is large.
fn grouped(bytes: usize) -> String {
    if bytes >= 10_000_000 {
        return size(bytes);
    }
    let digits = bytes.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    grouped
}

/// The title of a side's frame: number, name, tabs.
pub fn frame_title(detail: &Detail, call: &str) -> String {
    let (number, name) = (detail.half.pane().number(), words::side(detail.half));
    let tab = match detail.tab {
        Tab::Plaintext => String::new(),
        tab => format!("  [{}]", words::tab(tab)),
    };
    format!(" {number} {name}  {call}{tab} ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_grouped() {
        assert_eq!(grouped(412), "412");
        assert_eq!(grouped(31_204), "31 204");
        assert_eq!(grouped(50_000_000), "50M");
    }
}
