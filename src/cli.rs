//! The command line: types only. No work, no printing.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

mod screen;
mod sending;

pub use screen::{Attach, LiveFormat, Look, Screen, Theme};
pub use sending::{AnswerFormat, Call, Network, Replay, ScriptLanguage, Sending};

/// For who reads `--help` and has never run anything.
const EXAMPLES: &str = "\
Examples:
  mishark --demo                          look around in a made-up home
  mishark home.har                        open a capture on the screen
  mishark list home.har -f code:!=0       what went wrong in it
  mishark show home.har 14                one call, both sides
  mishark keys home.har                   which keys are in it
  mishark replay home.har 14 --dry-run    what would be sent again

Exit status: 0 fine, 1 a check failed or nothing matched, 2 an error.";

/// Opens captures of the Mi Home (米家) app: decrypts every request and
/// response, proves it, and sends them again, edited.
///
/// Reads HAR files of any recorder, the own files of whistle, mitmproxy, Fiddler,
/// Charles and Burp, and curl commands; finds the keys in them, and recomputes
/// every signature. Only `replay`, `call` and the builder on the screen send
/// requests, and what changes something at home only if you say so; `attach`
/// talks to the proxy you name.
#[derive(Debug, Parser)]
#[command(
    name = "mishark",
    version,
    args_conflicts_with_subcommands = true,
    max_term_width = 100,
    after_help = "Exit status: 0 fine, 1 a check failed or nothing matched, 2 an error.",
    after_long_help = EXAMPLES
)]
pub struct Cli {
    /// What to do; without a command captures are opened on the screen, or
    /// listed where standard output is no terminal.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The captures, when no command is named.
    #[command(flatten)]
    pub screen: Screen,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the entries of captures
    List(List),
    /// Show one flow: both plaintexts, checks, steps and the reason, if any
    Show(Show),
    /// Write flows as plaintext: JSON lines, HAR or Markdown
    Decrypt(Decrypt),
    /// Write a capture that can be shown: stand-ins for secrets and people's data
    Share(Share),
    /// Recompute all signatures and hashes; count states, explain what differs
    Verify(Verify),
    /// Tell which keys were found, where, and which flows they open
    Keys(Keys),
    /// List the devices the captures tell of: name, model, room, address, token
    Devices(Devices),
    /// Open one pasted body
    Body(Body),
    /// Encrypt and sign one call: print the form to send
    Sign(Sign),
    /// Edit captured requests, sign them afresh, send them, open the answers
    Replay(Replay),
    /// Call a path or a template as a captured client, or a saved session
    Call(Call),
    /// Show the flows of a running whistle or mitmweb as they come
    Attach(Attach),
    /// Print a completion script for a shell
    Completions {
        /// The shell to complete in
        shell: clap_complete::Shell,
    },
    /// Print the manual page, as roff
    Man,
}

/// Captures and what opens them.
#[derive(Debug, Args)]
pub struct Input {
    /// Capture files, told by content, packed or not; `-` is standard input
    #[arg(value_name = "CAPTURE", required = true)]
    pub captures: Vec<PathBuf>,
    /// Keys beside those in the captures.
    #[command(flatten)]
    pub keys: KeyOptions,
}

/// Keys beside those the captures hold.
#[derive(Debug, Args)]
pub struct KeyOptions {
    /// A key file: mijiaAPI's auth.json, mishark's own, or a bare ssecurity
    #[arg(long, value_name = "FILE", help_heading = "Keys")]
    pub ssecurity_file: Vec<PathBuf>,
    /// An ssecurity in base64; others on this machine can see it while mishark
    /// runs, so prefer a file or the variable MISHARK_SSECURITY
    #[arg(long, value_name = "BASE64", help_heading = "Keys")]
    pub ssecurity: Vec<String>,
    /// A capture to take keys from, and nothing else
    #[arg(long, value_name = "CAPTURE", help_heading = "Keys")]
    pub keys_from: Vec<PathBuf>,
    /// How many bytes one gunzip may yield
    #[arg(long, value_name = "BYTES", default_value_t = mishark_core::protocol::plaintext::GUNZIP_LIMIT)]
    pub gunzip_limit: u64,
    /// How many bytes a packed capture may unpack to; without it, what its size and
    /// the free memory allow
    #[arg(long, value_name = "BYTES")]
    pub unpack_limit: Option<u64>,
}

/// Which flows a command works on.
#[derive(Debug, Args)]
pub struct FilterOption {
    /// Only flows that match: 'path:prop code:!=0', 'did:5 or low battery'
    #[arg(
        short,
        long,
        value_name = "EXPR",
        allow_hyphen_values = true,
        long_help = mishark_core::filter::help()
    )]
    pub filter: Option<String>,
    /// What names properties, for `prop:NAME`.
    #[command(flatten)]
    pub spec: SpecOption,
}

/// `list`
#[derive(Debug, Args)]
pub struct List {
    /// The captures and their keys.
    #[command(flatten)]
    pub input: Input,
    /// Which of their flows.
    #[command(flatten)]
    pub filter: FilterOption,
    /// List Mi Home flows only
    #[arg(long)]
    pub mi: bool,
    /// Also tell what each call says: devices and scenes by their names, values,
    /// and what the answer was
    #[arg(long, conflicts_with = "follow")]
    pub says: bool,
    /// Read on as the captures grow: print new flows until Ctrl-C
    #[arg(long)]
    pub follow: bool,
}

/// `show`
#[derive(Debug, Args)]
pub struct Show {
    /// A capture file; `-` is standard input
    #[arg(value_name = "CAPTURE")]
    pub capture: PathBuf,
    /// The entry's number, as `list` prints it: from 0
    #[arg(value_name = "N")]
    pub entry: usize,
    /// Print one plaintext alone, byte for byte
    #[arg(long, value_name = "SIDE")]
    pub raw: Option<RawSide>,
    /// Print secrets in full, which are masked otherwise
    #[arg(long)]
    pub reveal: bool,
    /// Keys beside those in the captures.
    #[command(flatten)]
    pub keys: KeyOptions,
}

/// A side of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RawSide {
    /// The request's plaintext
    Request,
    /// The response's plaintext
    Response,
}

/// `decrypt`
#[derive(Debug, Args)]
pub struct Decrypt {
    /// Capture files, told by content, packed or not; `-` is standard input
    #[arg(value_name = "CAPTURE", required_unless_present = "stdin_jsonl")]
    pub captures: Vec<PathBuf>,
    /// Keys beside those in the captures.
    #[command(flatten)]
    pub keys: KeyOptions,
    /// Read on as the captures grow: write new flows until Ctrl-C
    #[arg(long, conflicts_with = "stdin_jsonl")]
    pub follow: bool,
    /// Open flows that another program writes to standard input, as they come
    #[arg(long, conflicts_with = "captures", long_help = STDIN_JSONL)]
    pub stdin_jsonl: bool,
    /// Which of their flows.
    #[command(flatten)]
    pub filter: FilterOption,
    /// Write all entries, not only Mi Home's
    #[arg(long)]
    pub all: bool,
    /// What to write
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    pub format: Format,
    /// Put `<token-1>` and the like for tokens, keys, passwords, cookies and
    /// account numbers, to show the flows to others. Markdown always has them
    #[arg(long, conflicts_with = "reveal")]
    pub redact: bool,
    /// Leave secrets in Markdown as they are
    #[arg(long)]
    pub reveal: bool,
    /// Add what each call says in one line, as `list --says` has it, to JSON lines
    #[arg(long)]
    pub says: bool,
    /// Where to write; standard output if not given or `-`
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Replace a file that is there already; an open capture never is
    #[arg(long, requires = "output")]
    pub force: bool,
}

/// An output format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One JSON object a line and entry
    Jsonl,
    /// A HAR with plaintext bodies
    Har,
    /// A heading, the checks and both plaintexts of each flow
    Markdown,
}

/// What `--stdin-jsonl` takes.
const STDIN_JSONL: &str = "\
Open flows that another program writes to standard input, as they come: one \
JSON object a line, and each is answered at once. A line is one of

  {\"method\":\"POST\",\"url\":\"https://…\",\"headers\":{\"Cookie\":\"…\"},\"body\":\"data=…\",
   \"response\":{\"status\":200,\"headers\":{…},\"body\":\"…\"}}
  a whistle session, a Charles transaction, or a HAR entry

Only url and one more member have to be there; bytes go into body_base64. A \
line that is none is told with its number, and the others are read.";

/// `share`
#[derive(Debug, Args)]
#[command(after_long_help = SHARE)]
pub struct Share {
    /// The captures and their keys.
    #[command(flatten)]
    pub input: Input,
    /// Where to write; `.jsonl` makes it a HAR entry a line, all else a HAR
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Replace what people called their homes, rooms, devices and scenes, too
    #[arg(long)]
    pub names: bool,
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
    /// Write over a file that is there
    #[arg(long)]
    pub force: bool,
}

const SHARE: &str = "\
Tokens, keys, passwords, accounts, ids of devices, homes, rooms and scenes, \
addresses, networks and places get stand-ins: the same one everywhere, of the \
same type and length. Every flow is encrypted and signed anew under a throw-away \
login, so that the file opens, verifies and replays as before; what was broken \
stays so. What was written is opened and looked through again, and nothing is \
kept if one value is left. Keys that the captures themselves did not hold go, as \
stand-ins, into FILE.key.";

/// `verify`
#[derive(Debug, Args)]
pub struct Verify {
    /// The captures and their keys.
    #[command(flatten)]
    pub input: Input,
    /// Which of their flows.
    #[command(flatten)]
    pub filter: FilterOption,
    /// Exit with 1 unless every Mi Home flow is verified, or plain with a
    /// matching signature
    #[arg(long)]
    pub strict: bool,
}

/// `keys`
#[derive(Debug, Args)]
pub struct Keys {
    /// The captures and their keys.
    #[command(flatten)]
    pub input: Input,
    /// Print keys, tokens and account numbers in full
    #[arg(long)]
    pub reveal: bool,
    /// Save all of it to a new key file that only you can read
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
}

/// Names for the numbers in calls.
#[derive(Debug, Default, Args)]
pub struct SpecOption {
    /// A MIoT spec instance, or a folder of them: names properties and actions
    #[arg(long, value_name = "FILE|DIR")]
    pub spec: Vec<PathBuf>,
}

/// `devices`
#[derive(Debug, Args)]
pub struct Devices {
    /// The captures and their keys.
    #[command(flatten)]
    pub input: Input,
    /// What else names things.
    #[command(flatten)]
    pub spec: SpecOption,
    /// What to write
    #[arg(long, value_enum, default_value_t = DeviceFormat::Text)]
    pub format: DeviceFormat,
    /// Print tokens and beacon keys in full
    #[arg(long)]
    pub reveal: bool,
}

/// How devices are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DeviceFormat {
    /// A table to look at
    Text,
    /// One JSON array
    Json,
    /// Comma-separated values
    Csv,
}

/// `body`
#[derive(Debug, Args)]
pub struct Body {
    /// The body: an encrypted answer or value, or a whole request form; `-` or
    /// nothing reads standard input
    #[arg(value_name = "TEXT", allow_hyphen_values = true)]
    pub text: Option<String>,
    /// The request's _nonce; a form brings its own
    #[arg(long, value_name = "BASE64")]
    pub nonce: Option<String>,
    /// Whether gzip inside the encryption is undone: if it is there, always, never
    #[arg(long, value_enum, default_value_t = Gzip::Auto)]
    pub gzip: Gzip,
    /// Keys beside those in the captures.
    #[command(flatten)]
    pub keys: KeyOptions,
}

/// Whether to gunzip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Gzip {
    /// If the bytes start as gzip does
    Auto,
    /// Always
    Yes,
    /// Never
    No,
}

/// `sign`
#[derive(Debug, Args)]
pub struct Sign {
    /// The path, or the whole URL: /app/miotspec/prop/get
    #[arg(long, value_name = "PATH")]
    pub path: String,
    /// The call's JSON; `@FILE` reads a file, `-` standard input
    #[arg(long, value_name = "JSON", allow_hyphen_values = true)]
    pub data: String,
    /// A further parameter, NAME=VALUE
    #[arg(long = "param", value_name = "NAME=VALUE")]
    pub params: Vec<String>,
    /// Encrypt and sign, or sign only
    #[arg(long, value_enum, default_value_t = Style::Rc4)]
    pub style: Style,
    /// One keystream for all values, as the app, or a fresh one for each
    #[arg(long, value_enum, default_value_t = Keystream::Chained)]
    pub keystream: Keystream,
    /// Sign parameters in the order given, not sorted as the app does
    #[arg(long)]
    pub unsorted: bool,
    /// Sign the path with its leading /app
    #[arg(long)]
    pub whole_path: bool,
    /// Leave ssecurity out of the form
    #[arg(long)]
    pub omit_ssecurity: bool,
    /// The HTTP method, which the encrypted form signs
    #[arg(long, default_value = "POST")]
    pub method: String,
    /// The nonce; made from randomness and the clock if not given
    #[arg(long, value_name = "BASE64")]
    pub nonce: Option<String>,
    /// Sign data even if it is no JSON
    #[arg(long)]
    pub any_data: bool,
    /// Print every intermediate string on standard error. They hold the key of
    /// this request
    #[arg(long)]
    pub explain: bool,
    /// Keys beside those in the captures.
    #[command(flatten)]
    pub keys: KeyOptions,
}

/// The form to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Style {
    /// RC4 and SHA-1
    Rc4,
    /// HMAC-SHA-256, nothing encrypted
    Hmac,
}

/// How the keystream is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Keystream {
    /// Each value goes on where the one before stopped
    Chained,
    /// Each value starts anew
    Fresh,
}
