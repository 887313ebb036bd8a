//! Everything a key can do, with its words, and the one table of keys.
//!
//! Dispatch, hint bar, help, palette, the settings' names and the README's key
//! table all come from [`BINDINGS`].

mod bindings;
mod keymap;

pub use bindings::BINDINGS;
pub use keymap::{Hint, Keymap};

/// Everything that can be done: a word for the hint bar, where room is short, and
/// what it does, for help, palette and README.
macro_rules! actions {
    ($($action:ident: $hint:literal, $words:literal;)*) => {
        /// What can be done.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Action {
            $(#[doc = $words] $action,)*
        }

        impl Action {
            /// Its word in the hint bar; empty if it has no hint anywhere.
            pub fn hint(self) -> &'static str {
                match self {
                    $(Self::$action => $hint,)*
                }
            }

            /// What it does.
            pub fn words(self) -> &'static str {
                match self {
                    $(Self::$action => $words,)*
                }
            }
        }
    };
}

actions! {
    // Everywhere.
    Back: "", "step back: end the find, leave zoom, go to the list";
    Cancel: "", "cancel what is under way, else quit";
    CycleLayout: "", "the next layout";
    CycleTheme: "", "the next theme: dark, light, mono";
    Devices: "", "the devices that the captures tell of; Enter filters by one";
    Editor: "$EDITOR", "open the body in $EDITOR";
    EnterKey: "key", "enter a key for this flow, hidden";
    Export: "export", "export marked or filtered flows: opens the menu";
    Filter: "filter", "filter flows; narrows while you type";
    FilterClear: "", "clear the filter";
    Find: "find", "find in this pane; in the list, in all plaintexts";
    FindNext: "", "the next place";
    FindPrevious: "", "the place before";
    GrowPane: "", "make this pane larger";
    Help: "help", "help; type to narrow it";
    HowToRecord: "record", "how to record: whistle, Reqable, mitmproxy";
    Load: "open", "open a capture";
    Log: "", "all messages so far";
    NextFlow: "", "the next flow, from any pane";
    NextPane: "pane", "the next pane; 3 Tab is the third";
    Open: "open", "open";
    Pager: "", "look at the body in $PAGER";
    Palette: "commands", "all commands, by name";
    PaneFlows: "", "to the list of flows";
    PaneRequest: "", "to the request";
    PaneResponse: "", "to the response";
    PaneStages: "", "to the stages";
    Pipe: "", "pipe the body through a command";
    PreviousFlow: "", "the flow before, from any pane";
    PreviousPane: "", "the pane before";
    PrintOut: "", "print it to the normal screen, to copy by hand";
    Quit: "quit", "quit";
    Redraw: "", "draw everything again";
    Reveal: "secrets", "show or mask secrets";
    Sessions: "sessions", "sessions: the keys that are known";
    ShrinkPane: "", "make this pane smaller";
    Stages: "stages", "how the plaintext came about, step by step";
    Suspend: "", "suspend; fg comes back";
    ToggleAscii: "", "frames in ASCII";
    ToggleHints: "", "show or hide the hints";
    ToggleMouse: "", "the mouse: ours, or the terminal's";
    Zoom: "zoom", "this pane alone";
    // Moves.
    Bottom: "", "to the end; with a count, to that row";
    Down: "move", "down";
    HalfDown: "", "half a page down";
    HalfUp: "", "half a page up";
    In: "into", "unfold, or into it; from the list, to the body";
    Out: "", "fold, or out of it; at the edge, back to the list";
    PageDown: "", "a page down";
    PageUp: "", "a page up";
    Top: "", "to the start; with a count, to that row";
    Up: "", "up";
    // The list of flows.
    Mark: "mark", "mark the flow";
    Note: "", "write a note to the flow";
    ShowAll: "all/Mi", "all traffic, or Mi Home's alone";
    ShowMarked: "", "marked flows alone";
    Sort: "sort", "sort and group: opens the menu";
    Unfold: "run", "open or close a run of the same call";
    // Bodies.
    CloseDeep: "", "fold this value and all in it";
    CloseLevel: "", "fold all values beside this one";
    NextSibling: "", "the next value of the same container";
    NextTab: "tabs", "the next tab: plaintext, headers, cookies, form, raw, hex";
    OpenDeep: "", "unfold this value and all in it";
    OpenLevel: "", "unfold all values beside this one";
    OpenNested: "nested", "open JSON inside a string in place, or fold";
    PreviousSibling: "", "the value before in the same container";
    PreviousTab: "", "the tab before";
    ScrollLeft: "", "scroll to the left";
    ScrollRight: "", "scroll to the right";
    Toggle: "fold", "fold or unfold";
    ToggleRaw: "", "escapes as text, or as sent";
    ToggleWrap: "", "wrap long lines";
    // The menu of copies.
    Copy: "copy", "copy: opens the menu";
    CopyBody: "body", "this side's plaintext, pretty";
    CopyBodyAsSent: "body as sent", "this side's plaintext, byte for byte";
    CopyCurl: "curl", "the request as curl, secrets as variables";
    CopyCurlSecret: "curl+secrets", "the request as curl, with its live secrets";
    CopyJqPath: "jq path", "the path for jq";
    CopyKey: "key", "the key";
    CopyLine: "as sent", "the value, byte for byte";
    CopyMarkdown: "Markdown", "the flow as Markdown, secrets redacted";
    CopyPath: "path", "the path";
    CopyRaw: "raw form", "the form or body as it was on the wire";
    CopyRequest: "request", "the request's plaintext, pretty";
    CopyRequestAsSent: "request as sent", "the request's plaintext, byte for byte";
    CopyValue: "value", "the value, pretty";
    // The menu of orders.
    SortByCode: "code", "by the answer's code";
    SortByDuration: "duration", "by how long it took";
    SortByEndpoint: "endpoint", "by endpoint";
    SortByNumber: "number", "by number, as recorded";
    SortBySize: "size", "by size";
    SortByState: "state", "by state";
    SortByTime: "time", "by time";
    SortCollapse: "collapse", "collapse runs of the same call";
    SortReverse: "reverse", "the other way round";
    // The menu of exports.
    ExportHar: "HAR", "HAR with plaintext bodies";
    ExportJsonl: "JSONL", "JSON lines";
    ExportMarkdown: "Markdown", "Markdown, secrets redacted";
    ExportRedacted: "redacted", "HAR with plaintext bodies, secrets redacted";
    // The builder.
    Build: "build", "put this flow into the builder, to edit and send it again";
    CopyScript: "Python", "a Python program that signs and sends it anew";
    CopyScriptJs: "node", "the same for node";
    CopyScriptShell: "sh", "the same for sh, with curl and openssl";
    Diff: "",
        "compare a replay with its original, or the two marked flows, or the marked and this one";
    DryRun: "dry run", "sign it and show what would be sent, with the signed strings";
    Edit: "edit", "edit this part, or this value of the plaintext";
    EditText: "as text", "edit the whole plaintext as text";
    ExactResend: "", "experiment: send the recorded bytes once more, old nonce and signature";
    NewRequest: "", "a new request from a template";
    PaneBuilder: "", "to the builder";
    Replay: "", "send it again as it is, signed with a fresh nonce; writes ask first";
    ReplayMarked: "", "sign and send the marked reads anew, one after the other";
    Restore: "restore", "take the captured text of this part back";
    SaveSession: "save", "save the session to a key file that only you can read";
    Send: "send", "encrypt, sign and send it; writes ask first";
    SetBase: "", "send to another base URL than the request's own";
    SetCertificates: "", "trust a further CA: whistle's, mitmproxy's";
    SetProxy: "", "send through a proxy";
    ToggleGzip: "", "wish for gzip inside the encryption, or not";
    Undo: "undo", "undo the last edit";
    // Before anything is open.
    Demo: "demo", "look at a demo: a made-up home with made-up keys, no network";
    Paste: "paste", "paste one flow: a curl command, or a form, then the answer";
    Recent: "", "open the chosen recent capture";
    // The sessions.
    AddKey: "add key", "type or paste an ssecurity, hidden";
    AddKeyFile: "from file", "read keys from a file or another capture";
    // Popups.
    Accept: "take", "take it";
    Close: "close", "close";
    No: "no", "no";
    Yes: "yes", "yes";
}

impl Action {
    /// Where a move takes a line of a list or a text: from `at`, so many times,
    /// in a pane of so many rows, to the last line at most. `None` if it is none.
    pub fn moved(self, at: usize, times: usize, height: usize, last: usize) -> Option<usize> {
        let height = height.max(1);
        let to = match self {
            Self::Down => at.saturating_add(times),
            Self::Up => at.saturating_sub(times),
            Self::HalfDown => at + height / 2,
            Self::HalfUp => at.saturating_sub(height / 2),
            Self::PageDown => at + height,
            Self::PageUp => at.saturating_sub(height),
            Self::Top => 0,
            Self::Bottom => last,
            _ => return None,
        };
        Some(to.min(last))
    }
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
    /// A text that is being edited.
    Text,
    /// A signed request that is being read.
    DryRun,
    /// A question.
    Confirm,
}

impl Context {
    /// All of them, in the order help shows them.
    pub const ALL: [Self; 14] = [
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
        Self::Text,
        Self::DryRun,
        Self::Confirm,
    ];

    /// Its heading in help.
    pub fn words(self) -> &'static str {
        match self {
            Self::Body => "request, response",
            Self::Builder => "builder",
            Self::Confirm => "question",
            Self::Copy => "copy",
            Self::DryRun => "dry run",
            Self::Export => "export",
            Self::Flows => "flows",
            Self::Prompt => "line",
            Self::Reader => "text",
            Self::Sessions => "sessions",
            Self::Sort => "sort",
            Self::Stages => "stages",
            Self::Text => "text box",
            Self::Welcome => "start",
        }
    }

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

/// The action of that name in the settings.
pub fn named(name: &str) -> Option<Action> {
    let binding = BINDINGS.iter().find(|binding| binding.name == name)?;
    Some(binding.action)
}
