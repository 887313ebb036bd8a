//! Where this user's settings and state are.

use std::path::PathBuf;

use etcetera::app_strategy::{AppStrategy, AppStrategyArgs, choose_app_strategy};

/// The folders of this program. Neither has to be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folders {
    /// For `config.toml`: `~/.config/mishark`, or where `XDG_CONFIG_HOME` or
    /// Windows has such files.
    pub config: PathBuf,
    /// For what is kept between two runs: `~/.local/state/mishark`, or where
    /// `XDG_STATE_HOME` or Windows has such files.
    pub state: PathBuf,
}

impl Folders {
    /// Those of the user who runs us; `None` for one without a home.
    pub fn of_user() -> Option<Self> {
        let ours = choose_app_strategy(AppStrategyArgs {
            app_name: "mishark".to_owned(),
            ..AppStrategyArgs::default()
        })
        .ok()?;
        Some(Self {
            config: ours.config_dir(),
            // Windows tells state and data not apart.
            state: ours.state_dir().unwrap_or_else(|| ours.data_dir()),
        })
    }

    /// The settings' file.
    pub fn config_file(&self) -> PathBuf {
        self.config.join("config.toml")
    }
}
