//! Every key of the table does something that is seen, or says why not.

use std::fs;

use mishark::tui::action::{Action, BINDINGS, Context};
use mishark::tui::recent::RecentCapture;
use mishark_core::flow::Moment;
use ratatui::buffer::Buffer;

use super::recording::Recording;
use super::support::Screen;

/// Longer than a pane is wide.
const LONG: &str = "0123456789012345678901234567890123456789012345678901234567890123456789";

/// Bodies with all that can be folded, and a run of calls at the end.
fn recording() -> Recording {
    let numbers: Vec<String> = (0..80).map(|number| number.to_string()).collect();
    let request = r#"{"n":true,"list":[1,[2,3],{"a":4}],"did":"1"}"#;
    let answer = format!(
        r#"{{"code":0,"result":{{"list":[{{"did":"1","name":"\u706f"}},{{"did":"2","extra":"{{\"a\":1}}"}},{{"did":"3"}}],"long":"{LONG}","token":"secret-token","rows":[{}]}}}}"#,
        numbers.join(",")
    );
    let mut recording = Recording::new();
    for path in ["/home/device_list", "/v2/homeroom/gethome"].repeat(6) {
        recording = recording.call(path, request, &answer);
    }
    for _ in 0..4 {
        recording = recording.call("/miotspec/prop/get", r#"{"params":[]}"#, r#"{"code":-8}"#);
    }
    recording.foreign("https://a.example/page", "text/plain", b"page")
}

/// What can be seen of a screen, and what was asked of the terminal.
#[derive(PartialEq)]
struct Seen {
    cells: Buffer,
    copied: usize,
    outside: usize,
    quit: bool,
}

fn seen(screen: &Screen) -> Seen {
    Seen {
        cells: screen.cells(),
        copied: screen.copied.len(),
        outside: screen.outside.len(),
        quit: screen.quit,
    }
}

/// Leads to a place from the list of the capture.
fn way_to(context: Context) -> &'static str {
    match context {
        Context::Flows => "6 j",
        Context::Body => "4 j 3 tab 3 j",
        Context::Stages => "4 j i 6 tab 3 j",
        Context::Builder => "4 j r 3 j",
        Context::Copy => "3 tab 3 j y",
        Context::Sort => "o",
        Context::Export => "x",
        Context::Sessions => "S j",
        Context::Reader => ": h o w space t o space r e c o r d enter 3 j",
        Context::Prompt => "f",
        Context::Text => "r e",
        Context::DryRun => "r D 3 j",
        Context::Welcome => "j",
        Context::Confirm => "m x j ctrl-u",
    }
}

/// What has to be the case for an action to have something to do.
fn before(action: Action) -> &'static str {
    match action {
        Action::Back => "z",
        Action::Diff => "m j j m",
        Action::FilterClear => "f h o m e enter",
        Action::FindNext | Action::FindPrevious => "/ i d enter",
        Action::OpenDeep => "C",
        Action::OpenLevel => "c",
        Action::PreviousSibling => "J J",
        Action::ScrollLeft => "> > >",
        Action::ShowMarked | Action::ReplayMarked => "m",
        Action::Restore | Action::Undo => "3 k space",
        Action::Unfold => "G",
        _ => "",
    }
}

/// Keys that are at their end there, and say so by staying.
fn is_at_its_end(context: Context, action: Action) -> bool {
    match context {
        Context::Flows => matches!(action, Action::Out | Action::PaneFlows),
        Context::Body => action == Action::PaneResponse,
        Context::Stages => matches!(action, Action::In | Action::PaneStages),
        Context::Builder => action == Action::PaneBuilder,
        _ => false,
    }
}

#[test]
fn every_key_of_the_table_does_something_that_is_seen() {
    let bytes = recording().bytes();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("there.jsonl");
    fs::write(&path, "there").unwrap();
    let recent = ["samples/home.har", "a.har", "b.har"].map(|path| RecentCapture {
        path: path.into(),
        flows: 5,
        at: Moment::parse("2024-05-01T08:00:00Z").unwrap(),
    });
    let mut idle = Vec::new();
    for context in Context::ALL {
        // Texts that do not fit have somewhere to go.
        let height = if matches!(context, Context::Reader | Context::DryRun) {
            18
        } else {
            30
        };
        for binding in BINDINGS.iter().filter(|one| one.contexts.has(context)) {
            // Its other keys are the same action by the table alone.
            let Some(key) = binding.keys.first() else {
                continue;
            };
            if is_at_its_end(context, binding.action) {
                continue;
            }
            let mut screen = Screen::new(100, height);
            if context == Context::Welcome {
                screen.driver.app.set_recent(recent.to_vec());
            } else {
                screen.load_bytes("bindings.har", &bytes);
            }
            if context == Context::Sessions {
                screen
                    .press("s")
                    .paste("ql8fOZ1nCKzR0tTGnlAFhA==")
                    .press("enter");
                screen
                    .press("s")
                    .paste("AAAAAAAAAAAAAAAAAAAAAA==")
                    .press("enter");
            }
            screen.press("esc").press(way_to(context));
            if context == Context::Confirm {
                screen.paste(&path.display().to_string()).press("enter");
            }
            screen.press(before(binding.action));
            let before = seen(&screen);
            screen.press(key).holds();
            if seen(&screen) == before {
                idle.push(format!(
                    "{context:?}: {key} ({})\n{}",
                    binding.name,
                    screen.text()
                ));
            }
        }
    }
    assert!(idle.is_empty(), "{}", idle.join("\n"));
}
