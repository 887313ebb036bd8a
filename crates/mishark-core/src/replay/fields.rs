//! The parts of a draft by name: which differ from the capture, and taking the
//! captured text back.

use super::draft::Draft;

/// A part of a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// The HTTP method.
    Method,
    /// Scheme, host and port.
    Base,
    /// The path.
    Path,
    /// What stands in the URL's query and is not signed.
    Query,
    /// How it is encrypted and signed.
    Style,
    /// Where the form stands.
    Carrier,
    /// Header fields, the wish for gzip among them.
    Headers,
    /// Cookies.
    Cookies,
    /// Parameters beside `data`.
    Params,
    /// The call's plaintext.
    Data,
    /// The login that signs.
    Session,
}

impl Field {
    /// All parts in the order a form shows them.
    pub const ALL: [Self; 11] = [
        Self::Method,
        Self::Base,
        Self::Path,
        Self::Query,
        Self::Style,
        Self::Carrier,
        Self::Headers,
        Self::Cookies,
        Self::Params,
        Self::Data,
        Self::Session,
    ];

    /// Its name in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Method => "method",
            Self::Base => "base",
            Self::Path => "path",
            Self::Query => "query",
            Self::Style => "style",
            Self::Carrier => "carrier",
            Self::Headers => "headers",
            Self::Cookies => "cookies",
            Self::Params => "params",
            Self::Data => "data",
            Self::Session => "session",
        }
    }
}

impl Draft {
    /// The parts that differ from the captured ones; none without a capture.
    pub fn changed(&self) -> Vec<Field> {
        let fields = Field::ALL.into_iter();
        fields.filter(|field| self.has_changed(*field)).collect()
    }

    /// Whether a part differs from the captured one.
    pub fn has_changed(&self, field: Field) -> bool {
        let Some(captured) = self.captured() else {
            return false;
        };
        match field {
            Field::Method => self.method != captured.method,
            Field::Base => self.base != captured.base,
            Field::Path => self.path != captured.path,
            Field::Query => self.query != captured.query,
            Field::Style => self.style != captured.style,
            Field::Carrier => self.carrier != captured.carrier,
            Field::Headers => self.headers != captured.headers,
            Field::Cookies => self.cookies != captured.cookies,
            Field::Params => !self.others().eq(captured.others()),
            Field::Data => self.data() != captured.data(),
            Field::Session => self.session != captured.session,
        }
    }

    /// Takes the captured text of one part back.
    pub fn restore(&mut self, field: Field) {
        let Some(captured) = self.captured().cloned() else {
            return;
        };
        match field {
            Field::Method => self.method = captured.method,
            Field::Base => self.base = captured.base,
            Field::Path => self.path = captured.path,
            Field::Query => self.query = captured.query,
            Field::Style => self.style = captured.style,
            Field::Carrier => self.carrier = captured.carrier,
            Field::Headers => self.headers = captured.headers,
            Field::Cookies => self.cookies = captured.cookies,
            Field::Session => self.session = captured.session,
            Field::Params => {
                let data = self.data().map(<[u8]>::to_vec);
                self.params = captured.params;
                self.put_data(data);
            }
            Field::Data => {
                let data = captured.data().map(<[u8]>::to_vec);
                self.put_data(data);
            }
        }
    }

    /// Takes everything captured back.
    pub fn restore_all(&mut self) {
        for field in Field::ALL {
            self.restore(field);
        }
    }
}
