//! How a command ended, as its exit code.

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Exit code 0.
    Fine,
    /// A check failed or nothing matched: exit code 1.
    Failed,
    /// Something could not be read: exit code 2. What could be is printed.
    Damaged,
    /// A signal stopped it on the way, and what was not done is said: exit code
    /// 130, as of a program that Ctrl-C ended.
    Stopped,
}

impl Outcome {
    /// [`Failed`](Self::Failed) if something did, else fine.
    pub(super) fn failed_if(failed: bool) -> Self {
        if failed { Self::Failed } else { Self::Fine }
    }

    /// The exit code.
    pub fn code(self) -> u8 {
        match self {
            Self::Fine => 0,
            Self::Failed => 1,
            Self::Damaged => 2,
            Self::Stopped => 130,
        }
    }
}
