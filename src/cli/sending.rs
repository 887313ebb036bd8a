//! What is sent, and on which way.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{FilterOption, KeyOptions, Keystream, Style};

/// `replay`
#[derive(Debug, Args)]
pub struct Replay {
    /// A capture file; `-` is standard input
    #[arg(value_name = "CAPTURE")]
    pub capture: PathBuf,
    /// The entries' numbers, as `list` prints them: from 0
    #[arg(value_name = "N", conflicts_with = "filter")]
    pub entries: Vec<usize>,
    /// Which flows, instead of their numbers.
    #[command(flatten)]
    pub filter: FilterOption,
    /// Drafts, one JSON object a line: {"entry":13,"set":{"/params/0/piid":2}}
    #[arg(long, value_name = "FILE", conflicts_with_all = ["entries", "filter"])]
    pub drafts: Option<PathBuf>,
    /// Another plaintext; `@FILE` reads a file, `-` standard input
    #[arg(long, value_name = "JSON", allow_hyphen_values = true)]
    pub data: Option<String>,
    /// Put a value into the plaintext, every other byte stays:
    /// /params/0/value=false
    #[arg(long, value_name = "POINTER=JSON")]
    pub set: Vec<String>,
    /// An experiment: send the recorded bytes, with their old nonce and
    /// signature
    #[arg(long, conflicts_with_all = ["data", "set", "drafts", "style", "keystream", "nonce", "as_script"])]
    pub exact: bool,
    /// How to send.
    #[command(flatten)]
    pub sending: Sending,
    /// Keys beside those in the captures.
    #[command(flatten)]
    pub keys: KeyOptions,
}

/// `call`
#[derive(Debug, Args)]
pub struct Call {
    /// The path, or the whole URL: /app/miotspec/prop/get
    #[arg(value_name = "PATH", required_unless_present = "template")]
    pub path: Option<String>,
    /// The call's JSON; `@FILE` reads a file, `-` standard input
    #[arg(value_name = "DATA", allow_hyphen_values = true, requires = "path")]
    pub data: Option<String>,
    /// A template instead of path and data
    #[arg(long, value_name = "NAME", conflicts_with = "path", long_help = templates())]
    pub template: Option<String>,
    /// A template's device
    #[arg(long, requires = "template")]
    pub did: Option<String>,
    /// A template's service
    #[arg(long, requires = "template")]
    pub siid: Option<String>,
    /// A template's property
    #[arg(long, requires = "template")]
    pub piid: Option<String>,
    /// A template's action
    #[arg(long, requires = "template")]
    pub aiid: Option<String>,
    /// A template's value, as JSON
    #[arg(long, requires = "template", allow_hyphen_values = true)]
    pub value: Option<String>,
    /// A template's home
    #[arg(long, requires = "template")]
    pub home_id: Option<String>,
    /// A template's scene
    #[arg(long, requires = "template")]
    pub scene_id: Option<String>,
    /// Any other blank of a template
    #[arg(long, value_name = "NAME=VALUE", requires = "template")]
    pub fill: Vec<String>,
    /// The capture whose client calls: its login, headers and style; without one,
    /// --session has to bring a login
    #[arg(long, value_name = "CAPTURE")]
    pub from: Option<PathBuf>,
    /// The server, if it is not that of the captured client
    #[arg(long, value_name = "HOST")]
    pub host: Option<String>,
    /// How to send.
    #[command(flatten)]
    pub sending: Sending,
    /// Keys beside those in the captures.
    #[command(flatten)]
    pub keys: KeyOptions,
}

/// How a request is signed, sent and answered.
#[derive(Debug, Args)]
pub struct Sending {
    /// Encrypt and sign, or sign only; as captured if not given
    #[arg(long, value_enum)]
    pub style: Option<Style>,
    /// One keystream for all values, or a fresh one for each
    #[arg(long, value_enum)]
    pub keystream: Option<Keystream>,
    /// Sign data even if it is no JSON
    #[arg(long)]
    pub any_data: bool,
    /// The nonce; made from randomness and the clock if not given
    #[arg(long, value_name = "BASE64")]
    pub nonce: Option<String>,
    /// A key file with the login to sign with, instead of the captured one
    #[arg(long, value_name = "FILE")]
    pub session: Option<PathBuf>,
    /// Where it goes, and on which way.
    #[command(flatten)]
    pub network: Network,
    /// How many requests a second, if there are several
    #[arg(
        long,
        value_name = "NUMBER",
        default_value_t = 2.0,
        help_heading = "Network"
    )]
    pub rate: f64,
    /// Sign and show, but send nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Show the key in a dry run too
    #[arg(long, requires = "dry_run")]
    pub reveal: bool,
    /// Send even what changes something at home, or credentials to another host
    #[arg(long)]
    pub yes: bool,
    /// Print a program that sends it, signed afresh each time
    #[arg(long, value_enum, value_name = "LANGUAGE", conflicts_with = "dry_run")]
    pub as_script: Option<ScriptLanguage>,
    /// What to print of the answer
    #[arg(long, value_enum, default_value_t = AnswerFormat::Text)]
    pub format: AnswerFormat,
}

/// Where requests go, and on which way.
#[derive(Debug, Args)]
pub struct Network {
    /// Send to this server instead of the request's own; one beyond this machine
    /// needs your word: --yes, or an answer on the screen
    #[arg(long, value_name = "URL", help_heading = "Network")]
    pub base_url: Option<String>,
    /// Go through a proxy: http://…, https://…, socks5://…, socks5h://…
    #[arg(long, value_name = "URL", help_heading = "Network")]
    pub proxy: Option<String>,
    /// Trust the authorities in a PEM file too: whistle's or mitmproxy's
    #[arg(long, value_name = "FILE", help_heading = "Network")]
    pub cacert: Option<PathBuf>,
    /// How many seconds an answer may take
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 30.0,
        help_heading = "Network"
    )]
    pub timeout: f64,
    /// How many bytes an answer may have
    #[arg(long, value_name = "BYTES", default_value_t = mishark_core::replay::ANSWER_LIMIT, help_heading = "Network")]
    pub answer_limit: u64,
}

/// A language to write a program in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ScriptLanguage {
    /// JavaScript for Node.js
    Js,
    /// Python 3
    Python,
    /// POSIX shell with curl and openssl
    Sh,
}

/// What is printed of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AnswerFormat {
    /// What differs from the captured answer
    Diff,
    /// One JSON object a request: what was sent, the answer, the checks
    Json,
    /// The plaintext, byte for byte
    Text,
}

/// The templates and their blanks, a line each.
fn templates() -> String {
    let lines = mishark_core::template::ALL.iter().map(|template| {
        let blanks = template.blanks.iter().map(|blank| match blank.usual {
            Some(_) => format!("[{}]", blank.name),
            None => blank.name.to_owned(),
        });
        let blanks: Vec<String> = blanks.collect();
        let (name, about) = (template.name, template.about);
        format!("  {name:<13} {about}: {}", blanks.join(" "))
            .trim_end_matches(": ")
            .to_owned()
    });
    let lines: Vec<String> = lines.collect();
    format!(
        "A template instead of path and data. Blanks in brackets may be left out:\n\n{}",
        lines.join("\n")
    )
}
