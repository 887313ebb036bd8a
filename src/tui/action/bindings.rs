//! The table of bindings: every action, its name, its keys and where they hold.

use super::{Action, Binding, Context, Contexts};

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
const TEXT: u16 = Context::Text.bit();
const DRY_RUN: u16 = Context::DryRun.bit();
const TEXTS: u16 = READER | DRY_RUN;
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
        ANY | SESSIONS | TEXTS,
        1,
    ),
    binding(Action::Up, "up", &["k", "up"], ANY | SESSIONS | TEXTS, 0),
    binding(Action::In, "in", &["l", "right"], EVERY, 4),
    binding(Action::Out, "out", &["h", "left"], EVERY, 0),
    binding(
        Action::Top,
        "top",
        &["g", "home"],
        EVERY | SESSIONS | TEXTS,
        0,
    ),
    binding(
        Action::Bottom,
        "bottom",
        &["G", "end"],
        EVERY | SESSIONS | TEXTS,
        0,
    ),
    binding(Action::HalfDown, "half-down", &["ctrl-d"], EVERY | TEXTS, 0),
    binding(Action::HalfUp, "half-up", &["ctrl-u"], EVERY | TEXTS, 0),
    binding(
        Action::PageDown,
        "page-down",
        &["pagedown", "ctrl-f"],
        EVERY | SESSIONS | TEXTS,
        0,
    ),
    binding(
        Action::PageUp,
        "page-up",
        &["pageup", "ctrl-b"],
        EVERY | SESSIONS | TEXTS,
        0,
    ),
    // Panes.
    binding(Action::Open, "open", &["enter"], FLOWS, 2),
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
    binding(Action::GrowPane, "grow-pane", &["]"], EVERY, 0),
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
    binding(Action::Editor, "editor", &["ctrl-e"], PANES, 0),
    binding(Action::Editor, "editor", &["ctrl-e"], BUILDER | TEXT, 2),
    binding(Action::Pipe, "pipe", &["|"], PANES, 0),
    // Keys and what is behind a flow.
    binding(Action::Stages, "stages", &["i"], PANES, 4),
    binding(Action::EnterKey, "enter-key", &["s"], PANES, 5),
    binding(Action::Sessions, "sessions", &["S"], ANY, 7),
    binding(Action::Reveal, "reveal", &["."], EVERY | SESSIONS, 7),
    binding(Action::Reveal, "reveal", &["."], DRY_RUN, 2),
    binding(Action::Devices, "devices", &["alt-5"], EVERY, 0),
    binding(Action::Load, "load", &["L"], EVERY, 0),
    // The program.
    binding(Action::Palette, "palette", &[":", "ctrl-p"], ANY, 8),
    binding(
        Action::Help,
        "help",
        &["?", "f1"],
        ANY | MENUS | SESSIONS | TEXTS | CONFIRM,
        1,
    ),
    binding(Action::Back, "back", &["esc"], EVERY, 0),
    binding(Action::Quit, "quit", &["q"], ANY, 8),
    binding(
        Action::Cancel,
        "cancel",
        &["ctrl-c"],
        ANY | MENUS | SESSIONS | TEXTS,
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
    binding(Action::ReplayMarked, "replay-marked", &["B"], PANES, 0),
    binding(Action::NewRequest, "new-request", &["ctrl-t"], ANY, 0),
    binding(Action::Diff, "diff", &["="], EVERY, 0),
    binding(Action::PaneBuilder, "pane-builder", &["alt-4"], EVERY, 0),
    binding(Action::Edit, "edit", &["enter", "i"], BUILDER, 1),
    binding(Action::EditText, "edit-text", &["e"], BUILDER, 2),
    binding(Action::Send, "send", &["ctrl-r"], BUILDER | DRY_RUN, 1),
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
    // Whoever lacks keys asks only after a capture is open.
    binding(Action::HowToRecord, "how-to-record", &[], EVERY, 0),
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
    binding(Action::Close, "close", &["esc", "q"], SESSIONS | TEXTS, 2),
    binding(Action::Accept, "take-text", &["ctrl-d"], TEXT, 1),
    binding(Action::Close, "leave-text", &["esc", "ctrl-c"], TEXT, 1),
    binding(Action::Close, "close-menu", &["esc"], MENUS, 2),
    binding(Action::Close, "close-prompt", &["esc", "ctrl-c"], PROMPT, 2),
    binding(Action::Yes, "yes", &["y"], CONFIRM, 1),
    binding(Action::No, "no", &["n", "esc", "q", "ctrl-c"], CONFIRM, 1),
];
