//! Where captures come from.

use std::path::PathBuf;

use mishark_core::attach::Target;

/// Where a capture comes from.
#[derive(Clone)]
pub enum Input {
    /// Bytes that are here already.
    Bytes {
        /// What to call it.
        name: String,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// A file.
    Path(PathBuf),
}

impl Input {
    /// What to call it.
    pub fn name(&self) -> String {
        match self {
            Self::Bytes { name, .. } => name.clone(),
            Self::Path(path) => path.display().to_string(),
        }
    }
}

impl std::fmt::Debug for Input {
    /// Bytes may hold tokens.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Input({})", self.name())
    }
}

/// Where flows come from while one looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Watched {
    /// A file that grows.
    File(PathBuf),
    /// A proxy that runs.
    Proxy(Target),
}

impl Watched {
    /// What to call it, before it has answered.
    pub fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Proxy(target) => target.authority().to_owned(),
        }
    }
}
