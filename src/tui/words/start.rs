//! The first screen, and how to record.

use crate::tui::recent::RecentCapture;
use mishark_core::text::count;

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

/// What is known of a capture that was opened before.
pub fn recent(recent: &RecentCapture) -> String {
    let day = recent.at.to_string();
    let day = day.split('T').next().unwrap_or_default().to_owned();
    format!("{}  {day}", count(recent.flows, "flow"))
}

/// What the first screen promises.
pub const PROMISE: [&str; 2] = [
    "Nothing is sent anywhere unless you send or replay a request.",
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

/// How to answer in a paste box.
pub const PASTE_HELP: &str = "Paste a curl command, a HAR, a whistle session, or a form body (then an empty line and the \
     answer). Ctrl-D takes it, Esc leaves.";

/// The heading of the captures that were opened before.
pub const RECENT: &str = "Recent";
/// What the demo's capture is called.
pub const DEMO: &str = "demo (samples/home.har)";
