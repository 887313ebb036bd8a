//! One flow opened to be shown: read, decrypted, and made ready for its panes.

use std::sync::Arc;

use super::content::Content;
use super::shown::Shown;
use super::view::View;
use mishark_core::capture::{Entry, Reader};
use mishark_core::workspace::Workspace;

/// One flow to be opened.
#[derive(Debug)]
pub struct OpenJob {
    /// Its row.
    pub row: u32,
    /// What reads it.
    pub reader: Reader,
    /// Where it is.
    pub entry: Entry,
    /// Keys as they are now.
    pub workspace: Workspace,
}

/// A flow smaller than this takes less than a frame, unless it is packed very
/// tightly.
const SMALL: u64 = 256 << 10;

impl OpenJob {
    /// Whether it takes less than a frame.
    pub fn is_small(&self) -> bool {
        self.entry.len < SMALL
    }
}

/// A flow made ready.
pub struct Opened {
    /// The flow. Its plaintexts have moved into the views.
    pub shown: Shown,
    /// How the plaintexts of request and response are browsed.
    pub views: [Option<View>; 2],
}

impl Opened {
    /// Reads and opens a flow. Takes a while for a large one.
    pub fn new(job: OpenJob) -> Self {
        let (flow, mut decoded) = job.workspace.open_entry(&job.reader, &job.entry);
        let response = decoded.response.as_mut();
        let plaintexts = [
            decoded.request.plaintext.take(),
            response.and_then(|side| side.plaintext.take()),
        ];
        let contents = plaintexts.map(|bytes| Some(Arc::new(Content::new(bytes?))));
        let views = contents.clone().map(|content| content.map(View::new));
        let has_secrets = |view: &Option<View>| view.as_ref().is_some_and(View::has_secrets);
        Self {
            shown: Shown {
                row: job.row,
                flow,
                decoded,
                has_secrets: views.each_ref().map(has_secrets),
                contents,
            },
            views,
        }
    }
}

impl std::fmt::Debug for Opened {
    /// Without bodies, which hold tokens.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opened")
            .field("row", &self.shown.row)
            .field("state", &self.shown.decoded.state)
            .finish_non_exhaustive()
    }
}
