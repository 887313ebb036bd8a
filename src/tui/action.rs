//! Everything a key can do, and the one table of keys.
//!
//! Dispatch, hint bar, help, palette, the settings' names and the README's key
//! table all come from [`BINDINGS`].

use super::key::Key;
use super::words;

/// What can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "`words::action` says what each does")]
pub enum Action {
    // Everywhere.
    Back,
    Cancel,
    CycleLayout,
    CycleTheme,
    Devices,
    Editor,
    EnterKey,
    Export,
    Filter,
    FilterClear,
    Find,
    FindNext,
    FindPrevious,
    GrowPane,
    Help,
    HowToRecord,
    Load,
    Log,
    NextFlow,
    NextPane,
    Open,
    Pager,
    Palette,
    PaneFlows,
    PaneRequest,
    PaneResponse,
    PaneStages,
    Pipe,
    PreviousFlow,
    PreviousPane,
    PrintOut,
    Quit,
    Redraw,
    Reveal,
    Sessions,
    ShrinkPane,
    Stages,
    Suspend,
    ToggleAscii,
    ToggleHints,
    ToggleMouse,
    Zoom,
    // Moves.
    Bottom,
    Down,
    HalfDown,
    HalfUp,
    In,
    Out,
    PageDown,
    PageUp,
    Top,
    Up,
    // The list of flows.
    Mark,
    Note,
    ShowAll,
    ShowMarked,
    Sort,
    Unfold,
    // Bodies.
    CloseDeep,
    CloseLevel,
    NextSibling,
    NextTab,
    OpenDeep,
    OpenLevel,
    OpenNested,
    PreviousSibling,
    PreviousTab,
    ScrollLeft,
    ScrollRight,
    Toggle,
    ToggleRaw,
    ToggleWrap,
    // The menu of copies.
    Copy,
    CopyBody,
    CopyBodyAsSent,
    CopyCurl,
    CopyCurlSecret,
    CopyJqPath,
    CopyKey,
    CopyLine,
    CopyMarkdown,
    CopyPath,
    CopyRaw,
    CopyRequest,
    CopyRequestAsSent,
    CopyValue,
    // The menu of orders.
    SortByCode,
    SortByDuration,
    SortByEndpoint,
    SortByNumber,
    SortBySize,
    SortByState,
    SortByTime,
    SortCollapse,
    SortReverse,
    // The menu of exports.
    ExportHar,
    ExportJsonl,
    ExportMarkdown,
    ExportRedacted,
    // The builder.
    Build,
    CopyScript,
    CopyScriptJs,
    CopyScriptShell,
    Diff,
    DryRun,
    Edit,
    EditText,
    ExactResend,
    NewRequest,
    PaneBuilder,
    Replay,
    Restore,
    SaveSession,
    Send,
    SetBase,
    SetCertificates,
    SetProxy,
    ToggleGzip,
    Undo,
    // Before anything is open.
    Demo,
    Paste,
    Recent,
    // The sessions.
    AddKey,
    AddKeyFile,
    // Popups.
    Accept,
    Close,
    No,
    Yes,
}

/// Where a key is pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Context {
    /// The list of flows.
    Flows,
    /// A request or a response.
    Body,
    /// How plaintext came about.
    Stages,
    /// The request that is being built.
    Builder,
    /// The first screen, without a capture.
    Welcome,
    /// The menu of copies.
    Copy,
    /// The menu of orders.
    Sort,
    /// The menu of exports.
    Export,
    /// The list of sessions.
    Sessions,
    /// A text to read: help, log, how to record.
    Reader,
    /// A line that is being typed.
    Prompt,
    /// A question.
    Confirm,
}

impl Context {
    /// All of them, in the order help shows them.
    pub const ALL: [Self; 12] = [
        Self::Flows,
        Self::Body,
        Self::Stages,
        Self::Builder,
        Self::Welcome,
        Self::Copy,
        Self::Sort,
        Self::Export,
        Self::Sessions,
        Self::Reader,
        Self::Prompt,
        Self::Confirm,
    ];

    const fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// The contexts a binding holds in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contexts(u16);

impl Contexts {
    /// Whether it holds there.
    pub fn has(self, context: Context) -> bool {
        self.0 & context.bit() != 0
    }

    /// The contexts in the order help shows them.
    pub fn iter(self) -> impl Iterator<Item = Context> {
        Context::ALL.into_iter().filter(move |one| self.has(*one))
    }
}

/// A key, or several, and what it does where.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// What it does.
    pub action: Action,
    /// Its name in the settings.
    pub name: &'static str,
    /// The keys that come with the program.
    pub keys: &'static [&'static str],
    /// Where.
    pub contexts: Contexts,
    /// How early its hint gives way when the line is short: 1 stays longest, 0
    /// has no hint.
    pub hint: u8,
}

const FLOWS: u16 = Context::Flows.bit();
const BODY: u16 = Context::Body.bit();
const PANES: u16 = FLOWS | BODY | Context::Stages.bit();
const BUILDER: u16 = Context::Builder.bit();
const EVERY: u16 = PANES | BUILDER;
const WELCOME: u16 = Context::Welcome.bit();
const ANY: u16 = EVERY | WELCOME;
const COPY: u16 = Context::Copy.bit();
const SORT: u16 = Context::Sort.bit();
const EXPORT: u16 = Context::Export.bit();
const SESSIONS: u16 = Context::Sessions.bit();
const READER: u16 = Context::Reader.bit();
const PROMPT: u16 = Context::Prompt.bit();
const CONFIRM: u16 = Context::Confirm.bit();
const MENUS: u16 = COPY | SORT | EXPORT;

const fn binding(
    action: Action,
    name: &'static str,
    keys: &'static [&'static str],
    contexts: u16,
    hint: u8,
) -> Binding {
    Binding {
        action,
        name,
        keys,
        contexts: Contexts(contexts),
        hint,
    }
}

/// The table. Its order is that of help and README; within a context the first
/// of two actions on one key would win, and a test refuses that.
pub const BINDINGS: &[Binding] = &[
    // Moving.
    binding(
        Action::Down,
        "down",
        &["j", "down"],
        EVERY | SESSIONS | READER,
        1,
    ),
    binding(Action::Up, "up", &["k", "up"], EVERY | SESSIONS | READER, 0),
    binding(Action::In, "in", &["l", "right"], EVERY, 4),
    binding(Action::Out, "out", &["h", "left"], EVERY, 0),
    binding(
        Action::Top,
        "top",
        &["g", "home"],
        EVERY | SESSIONS | READER,
        0,
    ),
    binding(
        Action::Bottom,
        "bottom",
        &["G", "end"],
        EVERY | SESSIONS | READER,
        0,
    ),
    binding(
        Action::HalfDown,
        "half-down",
        &["ctrl-d"],
        EVERY | READER,
        0,
    ),
    binding(Action::HalfUp, "half-up", &["ctrl-u"], EVERY | READER, 0),
    binding(
        Action::PageDown,
        "page-down",
        &["pagedown", "ctrl-f"],
        EVERY | SESSIONS | READER,
        0,
    ),
    binding(
        Action::PageUp,
        "page-up",
        &["pageup", "ctrl-b"],
        EVERY | SESSIONS | READER,
        0,
    ),
    // Panes.
    binding(Action::Open, "open", &["enter"], FLOWS | SESSIONS, 2),
    binding(Action::NextPane, "next-pane", &["tab"], EVERY, 2),
    binding(
        Action::PreviousPane,
        "previous-pane",
        &["backtab"],
        EVERY,
        0,
    ),
    binding(Action::PaneFlows, "pane-flows", &["alt-1"], EVERY, 0),
    binding(Action::PaneRequest, "pane-request", &["alt-2"], EVERY, 0),
    binding(Action::PaneResponse, "pane-response", &["alt-3"], EVERY, 0),
    binding(Action::PaneStages, "pane-stages", &["alt-6"], EVERY, 0),
    binding(Action::NextFlow, "next-flow", &["}", "ctrl-n"], EVERY, 0),
    binding(Action::PreviousFlow, "previous-flow", &["{"], EVERY, 0),
    binding(Action::Zoom, "zoom", &["z"], EVERY, 7),
    binding(Action::CycleLayout, "layout", &["-"], EVERY, 0),
    binding(Action::ShrinkPane, "shrink-pane", &["["], EVERY, 0),
    binding(Action::GrowPane, "grow-pane", &["]"], PANES, 0),
    // Finding.
    binding(Action::Find, "find", &["/"], PANES, 3),
    binding(Action::FindNext, "find-next", &["n"], PANES, 0),
    binding(Action::FindPrevious, "find-previous", &["N"], PANES, 0),
    binding(Action::Filter, "filter", &["f"], EVERY, 3),
    binding(Action::FilterClear, "filter-clear", &["F"], EVERY, 0),
    // The list.
    binding(Action::ShowAll, "show-all", &["a"], EVERY, 6),
    binding(Action::Sort, "sort", &["o"], EVERY, 6),
    binding(Action::Unfold, "unfold-run", &["space"], FLOWS, 7),
    binding(Action::Mark, "mark", &["m"], PANES, 5),
    binding(Action::ShowMarked, "show-marked", &["M"], PANES, 0),
    binding(Action::Note, "note", &[";"], PANES, 0),
    // Bodies.
    binding(Action::Toggle, "toggle", &["space"], BODY, 5),
    binding(Action::NextSibling, "next-sibling", &["J"], BODY, 0),
    binding(Action::PreviousSibling, "previous-sibling", &["K"], BODY, 0),
    binding(Action::CloseLevel, "close-level", &["c"], BODY, 0),
    binding(Action::OpenLevel, "open-level", &["e"], BODY, 0),
    binding(Action::CloseDeep, "close-deep", &["C"], BODY, 0),
    binding(Action::OpenDeep, "open-deep", &["E"], BODY, 0),
    binding(Action::OpenNested, "open-nested", &["enter"], BODY, 4),
    binding(Action::NextTab, "next-tab", &["t"], BODY, 5),
    binding(Action::PreviousTab, "previous-tab", &["T"], BODY, 0),
    binding(Action::ToggleRaw, "raw-escapes", &["u"], BODY, 0),
    binding(Action::ToggleWrap, "wrap", &["w"], BODY, 0),
    binding(Action::ScrollLeft, "scroll-left", &["<"], BODY, 0),
    binding(Action::ScrollRight, "scroll-right", &[">"], BODY, 0),
    // What leaves the screen.
    binding(Action::Copy, "copy", &["y"], EVERY, 3),
    binding(Action::Export, "export", &["x"], EVERY, 6),
    binding(Action::PrintOut, "print-out", &["P"], PANES, 0),
    binding(Action::Pager, "pager", &["v"], PANES, 0),
    binding(Action::Editor, "editor", &["ctrl-e"], EVERY, 0),
    binding(Action::Pipe, "pipe", &["|"], PANES, 0),
    // Keys and what is behind a flow.
    binding(Action::Stages, "stages", &["i"], PANES, 4),
    binding(Action::EnterKey, "enter-key", &["s"], PANES, 5),
    binding(Action::Sessions, "sessions", &["S"], ANY, 7),
    binding(Action::Reveal, "reveal", &["."], EVERY | SESSIONS, 7),
    binding(Action::Devices, "devices", &["alt-5"], EVERY, 0),
    binding(Action::Load, "load", &["L"], EVERY, 0),
    // The program.
    binding(Action::Palette, "palette", &[":", "ctrl-p"], ANY, 8),
    binding(
        Action::Help,
        "help",
        &["?", "f1"],
        ANY | MENUS | SESSIONS | READER | CONFIRM,
        1,
    ),
    binding(Action::Back, "back", &["esc"], EVERY, 0),
    binding(Action::Quit, "quit", &["q"], ANY, 8),
    binding(
        Action::Cancel,
        "cancel",
        &["ctrl-c"],
        ANY | MENUS | SESSIONS | READER,
        0,
    ),
    binding(Action::Log, "log", &[], ANY, 0),
    binding(Action::ToggleHints, "hints", &["H"], EVERY, 0),
    binding(Action::CycleTheme, "theme", &[], ANY, 0),
    binding(Action::ToggleAscii, "ascii", &[], ANY, 0),
    binding(Action::ToggleMouse, "mouse", &[], ANY, 0),
    binding(Action::Redraw, "redraw", &["ctrl-l"], ANY, 0),
    binding(Action::Suspend, "suspend", &["ctrl-z"], ANY, 0),
    // The builder.
    binding(Action::Build, "build", &["r"], PANES, 3),
    binding(Action::Replay, "replay", &["R"], PANES, 0),
    binding(Action::NewRequest, "new-request", &["ctrl-t"], EVERY, 0),
    binding(Action::Diff, "diff", &["="], EVERY, 0),
    binding(Action::PaneBuilder, "pane-builder", &["alt-4"], EVERY, 0),
    binding(Action::Edit, "edit", &["enter", "i"], BUILDER, 1),
    binding(Action::EditText, "edit-text", &["e"], BUILDER, 2),
    binding(Action::Send, "send", &["ctrl-r"], BUILDER, 1),
    binding(Action::DryRun, "dry-run", &["D", "s"], BUILDER, 1),
    binding(Action::Undo, "undo", &["u"], BUILDER, 3),
    binding(Action::Restore, "restore", &["0"], BUILDER, 4),
    binding(Action::Toggle, "toggle-value", &["space"], BUILDER, 5),
    binding(Action::ToggleGzip, "gzip", &["Z"], BUILDER, 0),
    binding(Action::ExactResend, "exact-resend", &[], EVERY, 0),
    binding(Action::SetBase, "set-base-url", &[], EVERY, 0),
    binding(Action::SetProxy, "set-proxy", &[], EVERY, 0),
    binding(Action::SetCertificates, "set-ca-file", &[], EVERY, 0),
    // The first screen.
    binding(Action::Load, "load", &["o"], WELCOME, 1),
    binding(Action::Paste, "paste", &["p"], WELCOME, 2),
    binding(Action::Demo, "demo", &["d"], WELCOME, 2),
    binding(Action::HowToRecord, "how-to-record", &["h"], WELCOME, 3),
    binding(Action::Recent, "recent", &["enter"], WELCOME, 0),
    // Copies.
    binding(Action::CopyValue, "copy-value", &["v"], COPY, 1),
    binding(Action::CopyLine, "copy-line", &["o"], COPY, 1),
    binding(Action::CopyKey, "copy-key", &["k"], COPY, 1),
    binding(Action::CopyPath, "copy-path", &["p"], COPY, 1),
    binding(Action::CopyJqPath, "copy-jq-path", &["q"], COPY, 1),
    binding(Action::CopyBody, "copy-body", &["b"], COPY, 1),
    binding(Action::CopyBodyAsSent, "copy-body-as-sent", &["B"], COPY, 1),
    binding(Action::CopyRequest, "copy-request", &["a"], COPY, 1),
    binding(
        Action::CopyRequestAsSent,
        "copy-request-as-sent",
        &["A"],
        COPY,
        1,
    ),
    binding(Action::CopyCurl, "copy-curl", &["c"], COPY, 1),
    binding(Action::CopyCurlSecret, "copy-curl-secret", &["C"], COPY, 1),
    binding(Action::CopyMarkdown, "copy-markdown", &["m"], COPY, 1),
    binding(Action::CopyRaw, "copy-raw", &["r"], COPY, 1),
    binding(Action::CopyScript, "copy-script", &["s"], COPY, 1),
    binding(Action::CopyScriptJs, "copy-script-js", &["j"], COPY, 1),
    binding(
        Action::CopyScriptShell,
        "copy-script-shell",
        &["S"],
        COPY,
        1,
    ),
    // Orders.
    binding(Action::SortByNumber, "sort-number", &["n"], SORT, 1),
    binding(Action::SortByTime, "sort-time", &["t"], SORT, 1),
    binding(Action::SortByEndpoint, "sort-endpoint", &["e"], SORT, 1),
    binding(Action::SortByState, "sort-state", &["s"], SORT, 1),
    binding(Action::SortByCode, "sort-code", &["c"], SORT, 1),
    binding(Action::SortByDuration, "sort-duration", &["d"], SORT, 1),
    binding(Action::SortBySize, "sort-size", &["z"], SORT, 1),
    binding(Action::SortReverse, "sort-reverse", &["r"], SORT, 1),
    binding(Action::SortCollapse, "collapse-runs", &["x"], SORT, 1),
    // Exports.
    binding(Action::ExportHar, "export-har", &["h"], EXPORT, 1),
    binding(Action::ExportRedacted, "export-redacted", &["r"], EXPORT, 1),
    binding(Action::ExportJsonl, "export-jsonl", &["j"], EXPORT, 1),
    binding(Action::ExportMarkdown, "export-markdown", &["m"], EXPORT, 1),
    // Sessions.
    binding(Action::AddKey, "add-key", &["a"], SESSIONS, 1),
    binding(Action::AddKeyFile, "add-key-file", &["f"], SESSIONS, 1),
    binding(Action::SaveSession, "save-session", &["w"], SESSIONS, 2),
    // Popups.
    binding(Action::Accept, "accept", &["enter"], PROMPT | MENUS, 1),
    binding(Action::Close, "close", &["esc", "q"], SESSIONS | READER, 2),
    binding(Action::Close, "close-menu", &["esc"], MENUS, 2),
    binding(Action::Close, "close-prompt", &["esc", "ctrl-c"], PROMPT, 2),
    binding(Action::Yes, "yes", &["y"], CONFIRM, 1),
    binding(Action::No, "no", &["n", "esc", "q", "ctrl-c"], CONFIRM, 1),
];

/// The first binding of an action: its name and where help puts it.
pub fn binding_of(action: Action) -> Option<&'static Binding> {
    BINDINGS.iter().find(|binding| binding.action == action)
}

/// The action of that name in the settings.
pub fn named(name: &str) -> Option<Action> {
    let binding = BINDINGS.iter().find(|binding| binding.name == name)?;
    Some(binding.action)
}

/// The keys as they hold now: the table, and what the settings change in it.
#[derive(Debug, Clone)]
pub struct Keymap {
    /// Parallel to [`BINDINGS`].
    keys: Vec<Vec<Key>>,
}

impl Default for Keymap {
    fn default() -> Self {
        Self {
            keys: BINDINGS.iter().map(parsed).collect(),
        }
    }
}

fn parsed(binding: &Binding) -> Vec<Key> {
    let keys = binding.keys.iter();
    // A test reads them all.
    keys.filter_map(|text| Key::parse(text)).collect()
}

impl Keymap {
    /// What a key does there.
    pub fn action(&self, key: Key, context: Context) -> Option<Action> {
        let mut bindings = BINDINGS.iter().zip(&self.keys);
        bindings
            .find(|(binding, keys)| binding.contexts.has(context) && keys.contains(&key))
            .map(|(binding, _)| binding.action)
    }

    /// The keys of a binding of [`BINDINGS`], by its place there.
    pub fn keys(&self, binding: usize) -> &[Key] {
        self.keys.get(binding).map_or(&[], Vec::as_slice)
    }

    /// The first key of an action in a context, to be shown.
    pub fn first(&self, action: Action, context: Context) -> Option<Key> {
        let mut bindings = BINDINGS.iter().zip(&self.keys);
        bindings
            .find(|(binding, _)| binding.action == action && binding.contexts.has(context))
            .and_then(|(_, keys)| keys.first().copied())
    }

    /// Gives the bindings of a name other keys. A key that did something else
    /// in the same context does it no longer.
    pub fn bind(&mut self, name: &str, keys: &[Key]) {
        let named: Vec<usize> = (0..BINDINGS.len())
            .filter(|at| BINDINGS[*at].name == name)
            .collect();
        for (at, binding) in BINDINGS.iter().enumerate() {
            let meets = |other: &usize| BINDINGS[*other].contexts.0 & binding.contexts.0 != 0;
            if !named.contains(&at) && named.iter().any(meets) {
                self.keys[at].retain(|key| !keys.contains(key));
            }
        }
        for at in named {
            self.keys[at] = keys.to_vec();
        }
    }

    /// The hints of a context: key and word, the most wanted first.
    pub fn hints(&self, context: Context) -> Vec<(u8, Key, &'static str, Action)> {
        let mut hints: Vec<_> = BINDINGS
            .iter()
            .zip(&self.keys)
            .filter(|(binding, _)| binding.hint > 0 && binding.contexts.has(context))
            .filter_map(|(binding, keys)| {
                let word = words::hint(binding.action);
                Some((binding.hint, *keys.first()?, word, binding.action))
            })
            .collect();
        hints.sort_by_key(|(priority, ..)| *priority);
        hints
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_in_the_table_is_one_and_never_a_byte_of_another() {
        for binding in BINDINGS {
            for text in binding.keys {
                assert!(Key::parse(text).is_some(), "{text}");
                // The same bytes as Enter, Tab, Backspace and Esc.
                let taken = ["ctrl-m", "ctrl-j", "ctrl-i", "ctrl-h", "ctrl-["];
                assert!(!taken.contains(text), "{text}");
            }
        }
    }

    #[test]
    fn no_key_means_two_things_in_one_place() {
        for context in Context::ALL {
            let mut seen: Vec<(Key, Action)> = Vec::new();
            for binding in BINDINGS.iter().filter(|one| one.contexts.has(context)) {
                for key in parsed(binding) {
                    let other = seen.iter().find(|(taken, _)| *taken == key);
                    assert_eq!(other, None, "{key} in {context:?}");
                    seen.push((key, binding.action));
                }
            }
        }
    }

    #[test]
    fn a_name_is_one_action_and_every_action_has_words() {
        for binding in BINDINGS {
            assert_eq!(
                named(binding.name),
                Some(binding.action),
                "{}",
                binding.name
            );
            assert!(!words::action(binding.action).is_empty());
            assert!(binding.hint == 0 || !words::hint(binding.action).is_empty());
        }
    }

    #[test]
    fn the_settings_take_a_key_away_from_what_had_it() {
        let mut keymap = Keymap::default();
        let key = |text| Key::parse(text).unwrap();
        keymap.bind("mark", &[key("z"), key("ctrl-t")]);
        assert_eq!(keymap.action(key("z"), Context::Flows), Some(Action::Mark));
        assert_eq!(
            keymap.action(key("ctrl-t"), Context::Body),
            Some(Action::Mark)
        );
        assert_eq!(keymap.action(key("m"), Context::Flows), None);
        // In another place it keeps its meaning.
        assert_eq!(
            keymap.action(key("z"), Context::Sort),
            Some(Action::SortBySize)
        );
        assert_eq!(keymap.first(Action::Zoom, Context::Flows), None);
    }
}
