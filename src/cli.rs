//! The command line: types only. No work, no printing.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

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

/// The screen, or the list where there is none.
#[derive(Debug, Args)]
pub struct Screen {
    /// Capture files to open on the screen, told by content, packed or not; `-`
    /// is standard input. Where standard output is no terminal they are listed
    #[arg(value_name = "CAPTURE")]
    pub captures: Vec<PathBuf>,
    /// Keys beside those in the captures.
    #[command(flatten)]
    pub keys: KeyOptions,
    /// Which of their flows.
    #[command(flatten)]
    pub filter: FilterOption,
    /// Leave other traffic out of the list; the screen begins without it
    #[arg(long)]
    pub mi: bool,
    /// Read on as the captures grow: new flows arrive in the list
    #[arg(long, requires = "captures")]
    pub follow: bool,
    /// Look at a made-up home, with made-up keys
    #[arg(long, conflicts_with = "captures", help_heading = "Screen")]
    pub demo: bool,
    /// The settings' file, instead of mishark/config.toml in your settings' folder
    #[arg(
        long,
        value_name = "FILE",
        env = "MISHARK_CONFIG",
        help_heading = "Screen"
    )]
    pub config: Option<PathBuf>,
    /// Draw frames and marks in ASCII, for terminals where lines are wide
    #[arg(long, help_heading = "Screen")]
    pub ascii: bool,
    /// The colours, whatever settings and terminal say
    #[arg(long, value_enum, help_heading = "Screen")]
    pub theme: Option<Theme>,
    /// Where the builder's requests go.
    #[command(flatten)]
    pub network: Network,
}

/// The colours of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Theme {
    /// For a dark background
    Dark,
    /// For a light background
    Light,
    /// None at all
    Mono,
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
    #[arg(long, value_name = "BYTES", default_value_t = crate::protocol::plaintext::GUNZIP_LIMIT)]
    pub gunzip_limit: u64,
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
        long_help = crate::filter::help()
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
    /// Where to write; standard output if not given or `-`
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
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

/// `attach`
#[derive(Debug, Args)]
pub struct Attach {
    /// The address of its web interface: http://127.0.0.1:8899 is whistle's,
    /// http://127.0.0.1:8081 mitmweb's, with the ?token=… that it prints.
    /// Nothing else is contacted
    #[arg(value_name = "URL")]
    pub url: String,
    /// Print a line for each flow, or write them in this form; without it they
    /// are shown on the screen, and listed where standard output is no terminal
    #[arg(long, value_enum)]
    pub format: Option<LiveFormat>,
    /// Mi Home flows only
    #[arg(long)]
    pub mi: bool,
    /// Write other flows too, and not only Mi Home's
    #[arg(long, conflicts_with = "mi")]
    pub all: bool,
    /// Keys beside those the flows bring.
    #[command(flatten)]
    pub keys: KeyOptions,
    /// Which of the flows.
    #[command(flatten)]
    pub filter: FilterOption,
    /// The settings' file, instead of mishark/config.toml in your settings' folder
    #[arg(
        long,
        value_name = "FILE",
        env = "MISHARK_CONFIG",
        hide_env_values = true,
        help_heading = "Screen"
    )]
    pub config: Option<PathBuf>,
    /// Draw frames and marks in ASCII, for terminals where lines are wide
    #[arg(long, help_heading = "Screen")]
    pub ascii: bool,
    /// The colours, whatever settings and terminal say
    #[arg(long, value_enum, help_heading = "Screen")]
    pub theme: Option<Theme>,
}

/// How flows are printed that come one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LiveFormat {
    /// A line to look at
    List,
    /// One JSON object, as `decrypt` writes it
    Jsonl,
    /// A heading, the checks and both plaintexts, redacted
    Markdown,
}

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
    #[arg(long, value_name = "BYTES", default_value_t = crate::replay::ANSWER_LIMIT, help_heading = "Network")]
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
    let lines = crate::template::ALL.iter().map(|template| {
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
