//! Everything a key can do, and the one table of keys.
//!
//! Dispatch, hint bar, help, palette, the settings' names and the README's key
//! table all come from [`BINDINGS`].

mod bindings;
mod keymap;

pub use bindings::BINDINGS;
pub use keymap::{Hint, Keymap};

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
    ReplayMarked,
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

/// The first binding of an action: its name and where help puts it.
pub fn binding_of(action: Action) -> Option<&'static Binding> {
    BINDINGS.iter().find(|binding| binding.action == action)
}

/// The action of that name in the settings.
pub fn named(name: &str) -> Option<Action> {
    let binding = BINDINGS.iter().find(|binding| binding.name == name)?;
    Some(binding.action)
}
