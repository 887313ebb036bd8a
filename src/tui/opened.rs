//! The flow that is shown: read, decrypted, and made ready for its panes.

use std::sync::Arc;

use super::content::Content;
use super::effect::OpenJob;
use super::view::View;
use mishark_core::decode::{Decoded, Side};
use mishark_core::flow::Flow;

/// A flow made ready. Its plaintexts have moved into the views.
pub struct Opened {
    /// Its row.
    pub row: u32,
    /// The flow; `None` if its entry can not be read.
    pub flow: Option<Flow>,
    /// What came of decoding; without the plaintexts.
    pub decoded: Decoded,
    /// The request's plaintext.
    pub request: Option<Body>,
    /// The response's plaintext.
    pub response: Option<Body>,
}

/// A plaintext, and how it is browsed.
pub struct Body {
    /// The plaintext.
    pub content: Arc<Content>,
    /// Where one is in it.
    pub view: View,
    /// Whether it has members that are secrets.
    pub has_secrets: bool,
}

impl Body {
    /// Makes a plaintext ready. Takes a while for a large one.
    pub fn new(bytes: Vec<u8>) -> Self {
        let content = Arc::new(Content::new(bytes));
        Self {
            view: View::new(Arc::clone(&content)),
            has_secrets: content.has_secrets(),
            content,
        }
    }
}

impl Opened {
    /// Reads and opens a flow.
    pub fn new(job: OpenJob) -> Self {
        let (flow, mut decoded) = job.workspace.open_entry(&job.reader, &job.entry);
        let take = |side: &mut Side| side.plaintext.take().map(Body::new);
        let request = take(&mut decoded.request);
        let response = decoded.response.as_mut().and_then(take);
        Self {
            row: job.row,
            flow,
            decoded,
            request,
            response,
        }
    }
}

impl std::fmt::Debug for Opened {
    /// Without bodies, which hold tokens.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opened")
            .field("row", &self.row)
            .field("state", &self.decoded.state)
            .finish_non_exhaustive()
    }
}
