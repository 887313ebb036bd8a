//! What went over the wire, before any recorder wrote it down.

/// When the story starts: 2026-09-12 08:30:00 in Shanghai, in milliseconds.
pub(super) const START: i64 = 1_789_173_000_000;

/// One request and what came of it.
pub(super) struct Exchange {
    /// Milliseconds after [`START`].
    pub(super) at: i64,
    /// Milliseconds until the answer.
    pub(super) took: i64,
    pub(super) method: &'static str,
    pub(super) url: String,
    /// HTTP/2, or 1.1.
    pub(super) http2: bool,
    pub(super) headers: Headers,
    pub(super) body: Kept,
    /// `None` if the request was aborted.
    pub(super) answer: Option<Answer>,
}

/// What the server said.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Headers,
    pub(super) body: Kept,
}

/// Header fields in order.
pub(super) type Headers = Vec<(String, String)>;

/// What the recorder kept of a body.
pub(super) enum Kept {
    Bytes(Vec<u8>),
    /// Only that there were so many bytes.
    Dropped(usize),
}

impl Kept {
    pub(super) fn none() -> Self {
        Self::Bytes(Vec::new())
    }

    pub(super) fn size(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::Dropped(size) => *size,
        }
    }

    /// The bytes; none if they were dropped.
    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Dropped(_) => &[],
        }
    }
}

/// The value of a field, names compared without case.
pub(super) fn value<'a>(headers: &'a Headers, name: &str) -> Option<&'a str> {
    let field = headers
        .iter()
        .find(|(field, _)| field.eq_ignore_ascii_case(name));
    field.map(|(_, value)| value.as_str())
}

/// Header fields from a table.
pub(super) fn fields(table: &[(&str, &str)]) -> Headers {
    let field = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    table.iter().map(field).collect()
}
