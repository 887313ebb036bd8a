//! All text of the interface, in one place, so that a second language can
//! follow without touching a pane.
//!
//! What a flow says of itself (why it will not open, and what to do) stands
//! beside the reasons, in [`decode::Reason`](crate::decode::Reason).

use crate::tui::action::{Action, Context};

/// What an action does, for help, palette and README.
pub fn action(action: Action) -> &'static str {
    match action {
        Action::Accept => "take it",
        Action::AddKey => "type or paste an ssecurity, hidden",
        Action::AddKeyFile => "read keys from a file or another capture",
        Action::Back => "step back: end the find, leave zoom, go to the list",
        Action::Build => "put this flow into the builder, to edit and send it again",
        Action::Bottom => "to the end; with a count, to that row",
        Action::Cancel => "cancel what is under way, else quit",
        Action::Close => "close",
        Action::CloseDeep => "fold this value and all in it",
        Action::CloseLevel => "fold all values beside this one",
        Action::Copy => "copy: opens the menu",
        Action::CopyBody => "this side's plaintext, pretty",
        Action::CopyBodyAsSent => "this side's plaintext, byte for byte",
        Action::CopyCurl => "the request as curl, secrets as variables",
        Action::CopyCurlSecret => "the request as curl, with its live secrets",
        Action::CopyJqPath => "the path for jq",
        Action::CopyKey => "the key",
        Action::CopyLine => "the value, byte for byte",
        Action::CopyMarkdown => "the flow as Markdown, secrets redacted",
        Action::CopyPath => "the path",
        Action::CopyRaw => "the form or body as it was on the wire",
        Action::CopyRequest => "the request's plaintext, pretty",
        Action::CopyRequestAsSent => "the request's plaintext, byte for byte",
        Action::CopyScript => "a Python program that signs and sends it anew",
        Action::CopyScriptJs => "the same for node",
        Action::CopyScriptShell => "the same for sh, with curl and openssl",
        Action::CopyValue => "the value, pretty",
        Action::CycleLayout => "the next layout",
        Action::CycleTheme => "the next theme: dark, light, mono",
        Action::Demo => "look at a demo: a made-up home with made-up keys, no network",
        Action::Devices => "the devices that the captures tell of; Enter filters by one",
        Action::Diff => "compare a replay with its original, or the two marked flows",
        Action::Down => "down",
        Action::DryRun => "sign it and show what would be sent, with the signed strings",
        Action::Edit => "edit this part, or this value of the plaintext",
        Action::EditText => "edit the whole plaintext as text",
        Action::Editor => "open the body in $EDITOR",
        Action::EnterKey => "enter a key for this flow, hidden",
        Action::ExactResend => {
            "experiment: send the recorded bytes once more, old nonce and signature"
        }
        Action::Export => "export marked or filtered flows: opens the menu",
        Action::ExportHar => "HAR with plaintext bodies",
        Action::ExportJsonl => "JSON lines",
        Action::ExportMarkdown => "Markdown, secrets redacted",
        Action::ExportRedacted => "HAR with plaintext bodies, secrets redacted",
        Action::Filter => "filter flows; narrows while you type",
        Action::FilterClear => "clear the filter",
        Action::Find => "find in this pane; in the list, in all plaintexts",
        Action::FindNext => "the next place",
        Action::FindPrevious => "the place before",
        Action::GrowPane => "make this pane larger",
        Action::HalfDown => "half a page down",
        Action::HalfUp => "half a page up",
        Action::Help => "help; type to narrow it",
        Action::HowToRecord => "how to record: whistle, Reqable, mitmproxy",
        Action::In => "unfold, or into it; from the list, to the body",
        Action::Load => "open a capture",
        Action::Log => "all messages so far",
        Action::Mark => "mark the flow",
        Action::NewRequest => "a new request from a template",
        Action::NextFlow => "the next flow, from any pane",
        Action::NextPane => "the next pane; 3 Tab is the third",
        Action::NextSibling => "the next value of the same container",
        Action::NextTab => "the next tab: plaintext, headers, cookies, form, raw, hex",
        Action::No => "no",
        Action::Note => "write a note to the flow",
        Action::Open => "open",
        Action::OpenDeep => "unfold this value and all in it",
        Action::OpenLevel => "unfold all values beside this one",
        Action::OpenNested => "open JSON inside a string in place, or fold",
        Action::Out => "fold, or out of it; at the edge, back to the list",
        Action::PageDown => "a page down",
        Action::PageUp => "a page up",
        Action::Pager => "look at the body in $PAGER",
        Action::Palette => "all commands, by name",
        Action::PaneBuilder => "to the builder",
        Action::PaneFlows => "to the list of flows",
        Action::PaneRequest => "to the request",
        Action::PaneResponse => "to the response",
        Action::PaneStages => "to the stages",
        Action::Paste => "paste one flow: a curl command, or a form, then the answer",
        Action::Pipe => "pipe the body through a command",
        Action::PreviousFlow => "the flow before, from any pane",
        Action::PreviousPane => "the pane before",
        Action::PreviousSibling => "the value before in the same container",
        Action::PreviousTab => "the tab before",
        Action::PrintOut => "print it to the normal screen, to copy by hand",
        Action::Quit => "quit",
        Action::Recent => "open the chosen recent capture",
        Action::Redraw => "draw everything again",
        Action::Replay => "send it again as it is, signed with a fresh nonce; writes ask first",
        Action::Restore => "take the captured text of this part back",
        Action::Reveal => "show or mask secrets",
        Action::SaveSession => "save the session to a key file that only you can read",
        Action::ScrollLeft => "scroll to the left",
        Action::ScrollRight => "scroll to the right",
        Action::Send => "encrypt, sign and send it; writes ask first",
        Action::SetBase => "send to another base URL than the request's own",
        Action::SetCertificates => "trust a further CA: whistle's, mitmproxy's",
        Action::SetProxy => "send through a proxy",
        Action::Sessions => "sessions: the keys that are known",
        Action::ShowAll => "all traffic, or Mi Home's alone",
        Action::ShowMarked => "marked flows alone",
        Action::ShrinkPane => "make this pane smaller",
        Action::Sort => "sort and group: opens the menu",
        Action::SortByCode => "by the answer's code",
        Action::SortByDuration => "by how long it took",
        Action::SortByEndpoint => "by endpoint",
        Action::SortByNumber => "by number, as recorded",
        Action::SortBySize => "by size",
        Action::SortByState => "by state",
        Action::SortByTime => "by time",
        Action::SortCollapse => "collapse runs of the same call",
        Action::SortReverse => "the other way round",
        Action::Stages => "how the plaintext came about, step by step",
        Action::Suspend => "suspend; fg comes back",
        Action::Toggle => "fold or unfold",
        Action::ToggleAscii => "frames in ASCII",
        Action::ToggleGzip => "wish for gzip inside the encryption, or not",
        Action::ToggleHints => "show or hide the hints",
        Action::ToggleMouse => "the mouse: ours, or the terminal's",
        Action::ToggleRaw => "escapes as text, or as sent",
        Action::ToggleWrap => "wrap long lines",
        Action::Top => "to the start; with a count, to that row",
        Action::Undo => "undo the last edit",
        Action::Unfold => "open or close a run of the same call",
        Action::Up => "up",
        Action::Yes => "yes",
        Action::Zoom => "this pane alone",
    }
}

/// The word of an action in the hint bar, where room is short.
pub fn hint(action: Action) -> &'static str {
    match action {
        Action::Accept => "take",
        Action::AddKey => "add key",
        Action::AddKeyFile => "from file",
        Action::Build => "build",
        Action::Close => "close",
        Action::Copy => "copy",
        Action::CopyBody => "body",
        Action::CopyBodyAsSent => "body as sent",
        Action::CopyCurl => "curl",
        Action::CopyCurlSecret => "curl+secrets",
        Action::CopyJqPath => "jq path",
        Action::CopyKey => "key",
        Action::CopyLine => "as sent",
        Action::CopyMarkdown => "Markdown",
        Action::CopyPath => "path",
        Action::CopyRaw => "raw form",
        Action::CopyRequest => "request",
        Action::CopyRequestAsSent => "request as sent",
        Action::CopyScript => "Python",
        Action::CopyScriptJs => "node",
        Action::CopyScriptShell => "sh",
        Action::CopyValue => "value",
        Action::Demo => "demo",
        Action::Down => "move",
        Action::DryRun => "dry run",
        Action::Edit => "edit",
        Action::EditText => "as text",
        Action::EnterKey => "key",
        Action::Export => "export",
        Action::ExportHar => "HAR",
        Action::ExportJsonl => "JSONL",
        Action::ExportMarkdown => "Markdown",
        Action::ExportRedacted => "redacted",
        Action::Filter => "filter",
        Action::Find => "find",
        Action::Help => "help",
        Action::HowToRecord => "record",
        Action::In => "into",
        Action::Load => "open",
        Action::Mark => "mark",
        Action::NextPane => "pane",
        Action::NextTab => "tabs",
        Action::No => "no",
        Action::Open => "open",
        Action::OpenNested => "nested",
        Action::Palette => "commands",
        Action::Paste => "paste",
        Action::Quit => "quit",
        Action::Restore => "restore",
        Action::Reveal => "secrets",
        Action::SaveSession => "save",
        Action::Send => "send",
        Action::Sessions => "sessions",
        Action::ShowAll => "all/Mi",
        Action::Sort => "sort",
        Action::SortByCode => "code",
        Action::SortByDuration => "duration",
        Action::SortByEndpoint => "endpoint",
        Action::SortByNumber => "number",
        Action::SortBySize => "size",
        Action::SortByState => "state",
        Action::SortByTime => "time",
        Action::SortCollapse => "collapse",
        Action::SortReverse => "reverse",
        Action::Stages => "stages",
        Action::Toggle => "fold",
        Action::Undo => "undo",
        Action::Unfold => "run",
        Action::Yes => "yes",
        Action::Zoom => "zoom",
        _ => "",
    }
}

/// A place's heading in help.
pub fn context(context: Context) -> &'static str {
    match context {
        Context::Body => "request, response",
        Context::Builder => "builder",
        Context::Confirm => "question",
        Context::Copy => "copy",
        Context::Export => "export",
        Context::Flows => "flows",
        Context::Prompt => "line",
        Context::Reader => "text",
        Context::Sessions => "sessions",
        Context::Sort => "sort",
        Context::Stages => "stages",
        Context::Welcome => "start",
    }
}

/// `1 flow`, `2 flows`.
pub use crate::text::count;

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
/// A CA was added to those that are trusted.
pub const AUTHORITY_TRUSTED: &str = "the CA is trusted for what is sent from here";
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

/// The first screen, line by line; keys are filled in.
pub fn welcome(open: &str, paste: &str, demo: &str, help: &str, record: &str) -> Vec<String> {
    vec![
        "Open a capture of the Mi Home app:".into(),
        String::new(),
        format!("  {open:<4}open a file         .har  whistle .txt  .saz  .mitm  .chlsj  curl"),
        format!("  {paste:<4}paste one flow      a curl command or a form, then the answer"),
        format!("  {demo:<4}look at a demo      a made-up home, made-up keys, no network"),
        format!(
            "  {help:<4}help                {record}  how to record (whistle, Reqable, mitmproxy)"
        ),
    ]
}

/// A capture that was opened before.
pub fn recent(recent: &crate::tui::recent::Opened) -> String {
    let day = recent.at.to_string();
    let day = day.split('T').next().unwrap_or_default().to_owned();
    format!(
        "{}   {}   {day}",
        recent.path.display(),
        count(recent.flows, "flow")
    )
}

/// What the first screen promises.
pub const PROMISE: [&str; 2] = [
    "Nothing is sent anywhere unless you press send in the builder.",
    "Keys found in captures stay in memory.",
];

/// How to record, as text to read.
pub const RECORDING: &str = "\
How to record what the app says

whistle        w2 start; install its root CA on the phone and trust it;
               set the phone's proxy to this machine, port 8899.
               Network > Export > *.txt keeps every byte. Bodies over 1 MiB
               are dropped unless a rule says enable://bigData.

Reqable        start the capture, install its CA, choose the phone or the
               emulator; export as HAR. On Android 7 and later the app trusts
               system CAs alone: a rooted phone or an emulator is needed.

mitmproxy      mitmdump -w home.mitm           survives being killed
               mitmdump --set hardump=home.har  is written at the end
               Open http://mitm.it on the phone for its CA.

Charles        export as JSON Session File (.chlsj) or HAR.
Fiddler        File > Save > All Sessions (.saz), without a password.
Burp           Save items, with \"Base64-encode requests and responses\".
Chrome, Edge   Export HAR; the sanitized one decrypts as well.
curl           Copy as cURL keeps the whole request.

Start the recording before you open the app: the key travels in every
encrypted request, or in the login that is recorded with it.";

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

/// How much opened, told once after loading.
pub fn opened(opened: usize, total: usize, keys: usize, locked: usize) -> String {
    let by = match keys {
        0 => "no key was found".to_owned(),
        keys => format!("with {} found in the capture", count(keys, "key")),
    };
    let rest = match locked {
        0 => String::new(),
        1 => "; 1 needs another key (f state:K)".to_owned(),
        locked => format!("; {locked} need another key (f state:K)"),
    };
    format!("{opened} of {total} Mi Home flows opened, {by}{rest}")
}

/// What became of a key that was given.
pub fn key_taken(fits: usize, waiting: usize) -> String {
    match (fits, waiting) {
        (0, 0) => "key taken; no flow was waiting for one".to_owned(),
        (0, waiting) => format!(
            "key taken, but none of {} fits it",
            count(waiting, "locked flow")
        ),
        (fits, _) => format!("key taken: {} opened", count(fits, "flow")),
    }
}

/// Prompts, by what is asked.
pub mod ask {
    /// A filter.
    pub const FILTER: &str = "filter";
    /// A text in the pane.
    pub const FIND: &str = "find";
    /// A text in all plaintexts.
    pub const FIND_ALL: &str = "find in all flows";
    /// A note.
    pub const NOTE: &str = "note";
    /// A file to open.
    pub const OPEN: &str = "open";
    /// An ssecurity.
    pub const KEY: &str = "ssecurity (24 characters, ends in ==), hidden";
    /// A file of keys.
    pub const KEY_FILE: &str = "key file, or a capture with the login";
    /// A file to write.
    pub const EXPORT: &str = "write to";
    /// A command for the body.
    pub const PIPE: &str = "pipe through";
    /// A pasted flow.
    pub const PASTE: &str = "paste one flow";
    /// A text of the request.
    pub const VALUE: &str = "value";
    /// A server.
    pub const BASE: &str = "base URL";
    /// Method and path.
    pub const PATH: &str = "method and path";
    /// Another server for all that is sent.
    pub const ELSEWHERE: &str = "send everything to (base URL; empty for its own server)";
    /// A proxy.
    pub const PROXY: &str = "proxy (http://host:port, socks5://host:port; empty for none)";
    /// A file of authorities.
    pub const CERTIFICATES: &str = "CA file (PEM)";
    /// A file for a session.
    pub const SAVE: &str = "save session to";
    /// A command's name.
    pub const PALETTE: &str = "command";
}

/// Asks before a file is written over.
pub fn overwrite(path: &str) -> String {
    format!("{path} is there already. Write over it?")
}

/// Asks before secrets leave the screen.
pub const QUIT_WORKING: &str = "Something is still being written. Quit all the same?";

/// How to answer in a paste box.
pub const PASTE_HELP: &str = "Paste a curl command, a HAR, a whistle session, or a form body (then an empty line and the \
     answer). Ctrl-D takes it, Esc leaves.";
