//! What the parts of the screen are called: panes, the halves of a flow and their
//! tabs, orders of the list, ways to divide the screen.

/// A part of the screen that can have the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pane {
    /// The list.
    Flows,
    /// The request.
    Request,
    /// The response.
    Response,
    /// How the plaintext came about.
    Stages,
    /// The request that is being built.
    Builder,
}

impl Pane {
    /// All of them, in the order `Tab` goes through them.
    pub const ALL: [Self; 5] = [
        Self::Flows,
        Self::Request,
        Self::Response,
        Self::Builder,
        Self::Stages,
    ];

    /// Its number in the frames.
    pub fn number(self) -> u8 {
        match self {
            Self::Flows => 1,
            Self::Request => 2,
            Self::Response => 3,
            Self::Builder => 4,
            // 5 is the devices'.
            Self::Stages => 6,
        }
    }

    /// The pane that is shown beside the list, where there is room for one: the
    /// response, if the list has the focus.
    pub fn detail(self) -> Self {
        match self {
            Self::Flows => Self::Response,
            pane => pane,
        }
    }

    /// The half of a flow that it shows, if it shows one.
    pub fn half(self) -> Option<Half> {
        match self {
            Self::Request => Some(Half::Request),
            Self::Response => Some(Half::Response),
            Self::Builder | Self::Flows | Self::Stages => None,
        }
    }
}

/// Which half of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Half {
    /// What was asked.
    Request,
    /// What came back.
    Response,
}

impl Half {
    /// Both, in their order.
    pub const BOTH: [Self; 2] = [Self::Request, Self::Response];

    /// The pane it is shown in.
    pub fn pane(self) -> Pane {
        match self {
            Self::Request => Pane::Request,
            Self::Response => Pane::Response,
        }
    }
}

/// A way to look at one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// What it says.
    Plaintext,
    /// Its header fields.
    Headers,
    /// Its cookies.
    Cookies,
    /// The fields of its form or query.
    Form,
    /// The body as it was on the wire.
    Raw,
    /// The plaintext's bytes, or the body's if there is no plaintext.
    Hex,
}

impl Tab {
    /// All of them, in their order.
    pub const ALL: [Self; 6] = [
        Self::Plaintext,
        Self::Headers,
        Self::Cookies,
        Self::Form,
        Self::Raw,
        Self::Hex,
    ];
}

/// What the list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortBy {
    /// The answer's code.
    Code,
    /// How long it took.
    Duration,
    /// Host and path.
    Endpoint,
    /// As recorded.
    Number,
    /// Bytes of plaintext.
    Size,
    /// The state.
    State,
    /// When it began.
    Time,
}

/// A way to divide the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Arrangement {
    /// As the width asks for.
    #[default]
    Auto,
    /// The list above one other pane.
    Stacked,
    /// The list above request and response.
    Rows,
    /// The list beside request and response.
    Columns,
}

impl Arrangement {
    /// The next one.
    pub fn next(self) -> Self {
        match self {
            Self::Auto => Self::Stacked,
            Self::Stacked => Self::Rows,
            Self::Rows => Self::Columns,
            Self::Columns => Self::Auto,
        }
    }
}
