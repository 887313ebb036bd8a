//! The fields of a flow and mitmproxy's names for them: one table each, from
//! which parser, error texts, help and README come.

/// What a term looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// Either plaintext.
    Body,
    /// The answer's `code`, or one inside its `result`.
    Code,
    /// A device, in JSON or in the path.
    Did,
    /// How long the flow took.
    Dur,
    /// The capture's name.
    File,
    /// The URL's host.
    Host,
    /// The fingerprint of the key that fitted.
    Key,
    /// A mark that the user set, and his note.
    Mark,
    /// The request's method.
    Method,
    /// A device's model in JSON.
    Model,
    /// The URL's path.
    Path,
    /// A property's number in JSON.
    Piid,
    /// A property by its name, or by both its numbers.
    Prop,
    /// The word for why a flow is not simply verified.
    Reason,
    /// The request's plaintext.
    Req,
    /// The response's plaintext.
    Resp,
    /// The envelope's kind.
    Scheme,
    /// A service's number in JSON.
    Siid,
    /// The size of both plaintexts together.
    Size,
    /// How far the flow could be opened.
    State,
    /// The status code.
    Status,
    /// Host and path in one.
    Url,
    /// Whether the cloud did it.
    Verdict,
    /// What a bare word looks at: host, path and both plaintexts.
    Word,
}

/// A field as users meet it.
#[derive(Debug, Clone, Copy)]
pub struct FieldHelp {
    /// Which field.
    pub field: Field,
    /// What stands before the colon.
    pub name: &'static str,
    /// What it looks at, in words.
    pub finds: &'static str,
    /// A filter that uses it.
    pub example: &'static str,
}

/// All fields that have a name.
pub const FIELDS: [FieldHelp; 23] = [
    known(Field::Path, "path", "the URL's path", "path:prop/set"),
    known(
        Field::Host,
        "host",
        "the URL's host",
        "host:*.api.io.mi.com",
    ),
    known(Field::Url, "url", "host and path in one", "url:mi.com/app/"),
    known(
        Field::Method,
        "method",
        "the request's method",
        "method:=GET",
    ),
    known(Field::Status, "status", "the status code", "status:>=400"),
    known(
        Field::Code,
        "code",
        "the answer's `code`, and those of the items in its `result`",
        "code:!=0",
    ),
    known(
        Field::Verdict,
        "verdict",
        "whether the cloud did it: `accepted`, `refused`, `pending`, `unknown`; or who refused: `client`, `open-platform`, `device-cloud`, `device`, `spec`",
        "verdict:refused",
    ),
    known(
        Field::State,
        "state",
        "a state's name, its start, or its letter",
        "state:K",
    ),
    known(
        Field::Did,
        "did",
        "a device: `did` and `dids` in the JSON, or the path `/home/rpc/{did}`; or its name, where a list in the captures tells it",
        "did:客厅灯",
    ),
    known(
        Field::Siid,
        "siid",
        "a service's number in the JSON",
        "siid:2",
    ),
    known(
        Field::Piid,
        "piid",
        "a property's number in the JSON",
        "siid:2 piid:1..3",
    ),
    known(
        Field::Prop,
        "prop",
        "a property, all of it: `siid.piid`, or its name by the MIoT spec",
        "prop:2.1 or prop:*brightness",
    ),
    known(
        Field::Model,
        "model",
        "a device's `model` in the JSON, or that of a `did`, where a list tells it",
        "model:yeelink*",
    ),
    known(
        Field::Body,
        "body",
        "either plaintext",
        "body:\"low battery\"",
    ),
    known(
        Field::Req,
        "req",
        "the request's plaintext",
        "req:set_power",
    ),
    known(
        Field::Resp,
        "resp",
        "the response's plaintext",
        "resp:~\"time(out|d out)\"",
    ),
    known(
        Field::Size,
        "size",
        "bytes of both plaintexts together; `k`, `M`, `G` are thousands",
        "size:10k..1M",
    ),
    known(
        Field::Dur,
        "dur",
        "how long it took; `ms` if nothing is said, `s`, `m`",
        "dur:>1.5s",
    ),
    known(
        Field::Mark,
        "mark",
        "on the screen: a flow that was marked, and the text of its note",
        "mark:* or mark:todo",
    ),
    known(Field::File, "file", "the capture's name", "file:evening"),
    known(
        Field::Scheme,
        "scheme",
        "`rc4` is encrypted, `hmac` signed only",
        "scheme:hmac",
    ),
    known(
        Field::Key,
        "key",
        "the fingerprint of the key that fitted, or its start",
        "-key:2f6a",
    ),
    known(
        Field::Reason,
        "reason",
        "the word for why a flow is not simply verified",
        "reason:wrong-keys",
    ),
];

const fn known(
    field: Field,
    name: &'static str,
    finds: &'static str,
    example: &'static str,
) -> FieldHelp {
    FieldHelp {
        field,
        name,
        finds,
        example,
    }
}

/// A filter of mitmproxy's that is understood, too.
#[derive(Debug, Clone, Copy)]
pub struct Alias {
    /// What is typed.
    pub name: &'static str,
    /// What it stands for, up to the value.
    pub means: &'static str,
    pub(super) field: Field,
    pub(super) takes: Takes,
}

/// What comes after an alias.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// Nothing: it asks whether the field is there, or that it is not.
    Nothing { wanted: bool },
    /// A regular expression.
    Regex,
    /// A value as after the field's colon.
    Value,
}

/// mitmproxy's filters that make sense here.
pub const ALIASES: [Alias; 11] = [
    alias("~u", "url:~", Field::Url, Takes::Regex),
    alias("~d", "host:~", Field::Host, Takes::Regex),
    alias("~m", "method:~", Field::Method, Takes::Regex),
    alias("~c", "status:", Field::Status, Takes::Value),
    alias("~b", "body:~", Field::Body, Takes::Regex),
    alias("~bq", "req:~", Field::Req, Takes::Regex),
    alias("~bs", "resp:~", Field::Resp, Takes::Regex),
    alias(
        "~q",
        "-status:*",
        Field::Status,
        Takes::Nothing { wanted: false },
    ),
    alias(
        "~marked",
        "mark:*",
        Field::Mark,
        Takes::Nothing { wanted: true },
    ),
    alias("~comment", "mark:~", Field::Mark, Takes::Regex),
    alias(
        "~s",
        "status:*",
        Field::Status,
        Takes::Nothing { wanted: true },
    ),
];

/// mitmproxy's filters over what an opened flow does not keep: headers and
/// content types.
pub(super) const OVER_HEADERS: [&str; 7] = ["~a", "~h", "~hq", "~hs", "~t", "~tq", "~ts"];

const fn alias(name: &'static str, means: &'static str, field: Field, takes: Takes) -> Alias {
    Alias {
        name,
        means,
        field,
        takes,
    }
}

/// How a field's values are written and compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A whole body, in which `*` is a star.
    Body,
    /// A fingerprint, given by its start.
    Fingerprint,
    /// A name, which is given whole.
    Name,
    /// A number in that unit.
    Number(Unit),
    /// One of the states.
    State,
    /// A short text.
    Text,
}

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Bytes,
    Milliseconds,
    One,
}

/// The language in brief, as `--help` tells it.
pub fn help() -> String {
    let fields: Vec<&str> = FIELDS.iter().map(|field| field.name).collect();
    let aliases: Vec<&str> = ALIASES.iter().map(|alias| alias.name).collect();
    format!(
        "Only flows that match\n\n\
         A bare word is looked for in host, path and both plaintexts; FIELD:VALUE in one field: {}. \
         Values: text, =exact, !=other, ~regex, glob*, * (any at all), \"quoted\"; numbers also \
         >1k, <=100ms, 1..3. Terms side by side must all hold; `or`, `not` or a leading `-`, and \
         parentheses do the rest. Of mitmproxy's filters it knows {}. The README has a table.",
        fields.join(", "),
        aliases.join(" "),
    )
}

impl Field {
    /// The field of that name.
    pub(super) fn named(name: &str) -> Option<Self> {
        let known = FIELDS
            .iter()
            .find(|known| known.name.eq_ignore_ascii_case(name))?;
        Some(known.field)
    }

    /// What stands before the colon; nothing for a bare word.
    pub(super) fn name(self) -> &'static str {
        FIELDS
            .iter()
            .find(|known| known.field == self)
            .map_or("", |known| known.name)
    }

    pub(super) fn kind(self) -> Kind {
        match self {
            Self::Body | Self::Req | Self::Resp | Self::Word => Kind::Body,
            Self::Code | Self::Piid | Self::Siid | Self::Status => Kind::Number(Unit::One),
            Self::Dur => Kind::Number(Unit::Milliseconds),
            Self::Key => Kind::Fingerprint,
            Self::Prop => Kind::Name,
            Self::Size => Kind::Number(Unit::Bytes),
            Self::State => Kind::State,
            Self::Did
            | Self::File
            | Self::Host
            | Self::Mark
            | Self::Method
            | Self::Model
            | Self::Path
            | Self::Reason
            | Self::Scheme
            | Self::Url
            | Self::Verdict => Kind::Text,
        }
    }
}
