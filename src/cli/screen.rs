//! What opens the screen: captures, or a proxy that runs.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{FilterOption, KeyOptions, Network};

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
    /// How it looks, and where its requests go.
    #[command(flatten)]
    pub look: Look,
}

/// What holds for any screen.
#[derive(Debug, Args)]
pub struct Look {
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

/// `attach`
#[derive(Debug, Args)]
pub struct Attach {
    /// The address of its web interface: http://127.0.0.1:8899 is whistle's,
    /// http://127.0.0.1:8081 mitmweb's, with the ?token=… that it prints.
    /// Nothing else is contacted: the options under Network are for what the
    /// builder sends
    #[arg(value_name = "URL")]
    pub url: String,
    /// Print a line for each flow, or write them in this form; without it they
    /// are shown on the screen, and listed where standard output is no terminal
    #[arg(long, value_enum)]
    pub format: Option<LiveFormat>,
    /// Print lines of Mi Home flows only; the screen begins with them alone
    #[arg(long)]
    pub mi: bool,
    /// Show and write other flows too, and not only Mi Home's
    #[arg(long, conflicts_with = "mi")]
    pub all: bool,
    /// Keys beside those the flows bring.
    #[command(flatten)]
    pub keys: KeyOptions,
    /// Which of the flows.
    #[command(flatten)]
    pub filter: FilterOption,
    /// How it looks, and where its requests go.
    #[command(flatten)]
    pub look: Look,
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
