//! The table of bindings: every action, its name, its keys and where they hold.

use super::Action::{self, *};
use super::{Binding, Context, Contexts};

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
    binding(Down, "down", &["j", "down"], ANY | SESSIONS | TEXTS, 1),
    binding(Up, "up", &["k", "up"], ANY | SESSIONS | TEXTS, 0),
    binding(In, "in", &["l", "right"], EVERY, 4),
    binding(Out, "out", &["h", "left"], EVERY, 0),
    binding(Top, "top", &["g", "home"], EVERY | SESSIONS | TEXTS, 0),
    binding(Bottom, "bottom", &["G", "end"], EVERY | SESSIONS | TEXTS, 0),
    binding(HalfDown, "half-down", &["ctrl-d"], EVERY | TEXTS, 0),
    binding(HalfUp, "half-up", &["ctrl-u"], EVERY | TEXTS, 0),
    binding(
        PageDown,
        "page-down",
        &["pagedown", "ctrl-f"],
        EVERY | SESSIONS | TEXTS,
        0,
    ),
    binding(
        PageUp,
        "page-up",
        &["pageup", "ctrl-b"],
        EVERY | SESSIONS | TEXTS,
        0,
    ),
    // Panes.
    binding(Open, "open", &["enter"], FLOWS, 2),
    binding(NextPane, "next-pane", &["tab"], EVERY, 2),
    binding(PreviousPane, "previous-pane", &["backtab"], EVERY, 0),
    binding(PaneFlows, "pane-flows", &["alt-1"], EVERY, 0),
    binding(PaneRequest, "pane-request", &["alt-2"], EVERY, 0),
    binding(PaneResponse, "pane-response", &["alt-3"], EVERY, 0),
    binding(PaneStages, "pane-stages", &["alt-6"], EVERY, 0),
    binding(NextFlow, "next-flow", &["}", "ctrl-n"], EVERY, 0),
    binding(PreviousFlow, "previous-flow", &["{"], EVERY, 0),
    binding(Zoom, "zoom", &["z"], EVERY, 7),
    binding(CycleLayout, "layout", &["-"], EVERY, 0),
    binding(ShrinkPane, "shrink-pane", &["["], EVERY, 0),
    binding(GrowPane, "grow-pane", &["]"], EVERY, 0),
    // Finding.
    binding(Find, "find", &["/"], PANES, 3),
    binding(FindNext, "find-next", &["n"], PANES, 0),
    binding(FindPrevious, "find-previous", &["N"], PANES, 0),
    binding(Filter, "filter", &["f"], EVERY, 3),
    binding(FilterClear, "filter-clear", &["F"], EVERY, 0),
    // The list.
    binding(ShowAll, "show-all", &["a"], EVERY, 6),
    binding(Sort, "sort", &["o"], EVERY, 6),
    binding(Unfold, "unfold-run", &["space"], FLOWS, 7),
    binding(Mark, "mark", &["m"], PANES, 5),
    binding(ShowMarked, "show-marked", &["M"], PANES, 0),
    binding(Note, "note", &[";"], PANES, 0),
    // Bodies.
    binding(Toggle, "toggle", &["space"], BODY, 5),
    binding(NextSibling, "next-sibling", &["J"], BODY, 0),
    binding(PreviousSibling, "previous-sibling", &["K"], BODY, 0),
    binding(CloseLevel, "close-level", &["c"], BODY, 0),
    binding(OpenLevel, "open-level", &["e"], BODY, 0),
    binding(CloseDeep, "close-deep", &["C"], BODY, 0),
    binding(OpenDeep, "open-deep", &["E"], BODY, 0),
    binding(OpenNested, "open-nested", &["enter"], BODY, 4),
    binding(NextTab, "next-tab", &["t"], BODY, 5),
    binding(PreviousTab, "previous-tab", &["T"], BODY, 0),
    binding(ToggleRaw, "raw-escapes", &["u"], BODY, 0),
    binding(ToggleWrap, "wrap", &["w"], BODY, 0),
    binding(ScrollLeft, "scroll-left", &["<"], BODY, 0),
    binding(ScrollRight, "scroll-right", &[">"], BODY, 0),
    // What leaves the screen.
    binding(Copy, "copy", &["y"], EVERY, 3),
    binding(Export, "export", &["x"], EVERY, 6),
    binding(PrintOut, "print-out", &["P"], PANES, 0),
    binding(Pager, "pager", &["v"], PANES, 0),
    binding(Editor, "editor", &["ctrl-e"], PANES, 0),
    binding(Editor, "editor", &["ctrl-e"], BUILDER | TEXT, 2),
    binding(Pipe, "pipe", &["|"], PANES, 0),
    // Keys and what is behind a flow.
    binding(Stages, "stages", &["i"], PANES, 4),
    binding(EnterKey, "enter-key", &["s"], PANES, 5),
    binding(Sessions, "sessions", &["S"], ANY, 7),
    binding(Reveal, "reveal", &["."], EVERY | SESSIONS, 7),
    binding(Reveal, "reveal", &["."], DRY_RUN, 2),
    binding(Devices, "devices", &["alt-5"], EVERY, 0),
    binding(Load, "load", &["L"], EVERY, 0),
    // The program.
    binding(Palette, "palette", &[":", "ctrl-p"], ANY, 8),
    binding(
        Help,
        "help",
        &["?", "f1"],
        ANY | MENUS | SESSIONS | TEXTS | CONFIRM,
        1,
    ),
    binding(Back, "back", &["esc"], EVERY, 0),
    binding(Quit, "quit", &["q"], ANY, 8),
    binding(
        Cancel,
        "cancel",
        &["ctrl-c"],
        ANY | MENUS | SESSIONS | TEXTS,
        0,
    ),
    binding(Log, "log", &[], ANY, 0),
    binding(ToggleHints, "hints", &["H"], EVERY, 0),
    binding(CycleTheme, "theme", &[], ANY, 0),
    binding(ToggleAscii, "ascii", &[], ANY, 0),
    binding(ToggleMouse, "mouse", &[], ANY, 0),
    binding(Redraw, "redraw", &["ctrl-l"], ANY, 0),
    binding(Suspend, "suspend", &["ctrl-z"], ANY, 0),
    // The builder.
    binding(Build, "build", &["r"], PANES, 3),
    binding(Replay, "replay", &["R"], PANES, 0),
    binding(ReplayMarked, "replay-marked", &["B"], PANES, 0),
    binding(NewRequest, "new-request", &["ctrl-t"], ANY, 0),
    binding(Diff, "diff", &["="], EVERY, 0),
    binding(PaneBuilder, "pane-builder", &["alt-4"], EVERY, 0),
    binding(Edit, "edit", &["enter", "i"], BUILDER, 1),
    binding(EditText, "edit-text", &["e"], BUILDER, 2),
    binding(Send, "send", &["ctrl-r"], BUILDER | DRY_RUN, 1),
    binding(DryRun, "dry-run", &["D", "s"], BUILDER, 1),
    binding(Undo, "undo", &["u"], BUILDER, 3),
    binding(Restore, "restore", &["0"], BUILDER, 4),
    binding(Toggle, "toggle-value", &["space"], BUILDER, 5),
    binding(ToggleGzip, "gzip", &["Z"], BUILDER, 0),
    binding(ExactResend, "exact-resend", &[], EVERY, 0),
    binding(SetBase, "set-base-url", &[], EVERY, 0),
    binding(SetProxy, "set-proxy", &[], EVERY, 0),
    binding(SetCertificates, "set-ca-file", &[], EVERY, 0),
    // The first screen.
    binding(Load, "load", &["o"], WELCOME, 1),
    binding(Paste, "paste", &["p"], WELCOME, 2),
    binding(Demo, "demo", &["d"], WELCOME, 2),
    binding(HowToRecord, "how-to-record", &["h"], WELCOME, 3),
    // Whoever lacks keys asks only after a capture is open.
    binding(HowToRecord, "how-to-record", &[], EVERY, 0),
    binding(Recent, "recent", &["enter"], WELCOME, 0),
    // Copies.
    binding(CopyValue, "copy-value", &["v"], COPY, 1),
    binding(CopyLine, "copy-line", &["o"], COPY, 1),
    binding(CopyKey, "copy-key", &["k"], COPY, 1),
    binding(CopyPath, "copy-path", &["p"], COPY, 1),
    binding(CopyJqPath, "copy-jq-path", &["q"], COPY, 1),
    binding(CopyBody, "copy-body", &["b"], COPY, 1),
    binding(CopyBodyAsSent, "copy-body-as-sent", &["B"], COPY, 1),
    binding(CopyRequest, "copy-request", &["a"], COPY, 1),
    binding(CopyRequestAsSent, "copy-request-as-sent", &["A"], COPY, 1),
    binding(CopyCurl, "copy-curl", &["c"], COPY, 1),
    binding(CopyCurlSecret, "copy-curl-secret", &["C"], COPY, 1),
    binding(CopyMarkdown, "copy-markdown", &["m"], COPY, 1),
    binding(CopyRaw, "copy-raw", &["r"], COPY, 1),
    binding(CopyScript, "copy-script", &["s"], COPY, 1),
    binding(CopyScriptJs, "copy-script-js", &["j"], COPY, 1),
    binding(CopyScriptShell, "copy-script-shell", &["S"], COPY, 1),
    // Orders.
    binding(SortByNumber, "sort-number", &["n"], SORT, 1),
    binding(SortByTime, "sort-time", &["t"], SORT, 1),
    binding(SortByEndpoint, "sort-endpoint", &["e"], SORT, 1),
    binding(SortByState, "sort-state", &["s"], SORT, 1),
    binding(SortByCode, "sort-code", &["c"], SORT, 1),
    binding(SortByDuration, "sort-duration", &["d"], SORT, 1),
    binding(SortBySize, "sort-size", &["z"], SORT, 1),
    binding(SortReverse, "sort-reverse", &["r"], SORT, 1),
    binding(SortCollapse, "collapse-runs", &["x"], SORT, 1),
    // Exports.
    binding(ExportHar, "export-har", &["h"], EXPORT, 1),
    binding(ExportRedacted, "export-redacted", &["r"], EXPORT, 1),
    binding(ExportJsonl, "export-jsonl", &["j"], EXPORT, 1),
    binding(ExportMarkdown, "export-markdown", &["m"], EXPORT, 1),
    // Sessions.
    binding(AddKey, "add-key", &["a"], SESSIONS, 1),
    binding(AddKeyFile, "add-key-file", &["f"], SESSIONS, 1),
    binding(SaveSession, "save-session", &["w"], SESSIONS, 2),
    // Popups.
    binding(Accept, "accept", &["enter"], PROMPT | MENUS, 1),
    binding(Close, "close", &["esc", "q"], SESSIONS | TEXTS, 2),
    binding(Accept, "take-text", &["ctrl-d"], TEXT, 1),
    binding(Close, "leave-text", &["esc", "ctrl-c"], TEXT, 1),
    binding(Close, "close-menu", &["esc"], MENUS, 2),
    binding(Close, "close-prompt", &["esc", "ctrl-c"], PROMPT, 2),
    binding(Yes, "yes", &["y"], CONFIRM, 1),
    binding(No, "no", &["n", "esc", "q", "ctrl-c"], CONFIRM, 1),
];
