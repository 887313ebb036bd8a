//! Which names stand for secrets, wherever they occur: headers, cookies, form
//! fields, members of JSON; where their values are, and what may stand there
//! instead.
//!
//! ```text
//! text, header ──find──▶ Found, Found, …  ──Redactor──▶ the same text with <token-1>
//!                        (ranges of bytes)     └────────▶ how many of which kind
//! ```

mod find;
mod redactor;
#[cfg(test)]
mod tests;

pub use find::{Found, in_header, in_text};
pub use redactor::{Counts, Redactor};

/// What a secret opens or tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Whose account it is. Opens nothing, but is not for others to know.
    Account,
    /// A cookie that nothing is known of.
    Cookie,
    /// Which phone or browser it is.
    Device,
    /// A key that decrypts or signs.
    Key,
    /// A password, or a hash one can be guessed from.
    Password,
    /// What proves a login, or lets one into a device.
    Token,
}

impl Kind {
    /// All kinds in the order they are told.
    pub const ALL: [Self; 6] = [
        Self::Token,
        Self::Key,
        Self::Password,
        Self::Account,
        Self::Device,
        Self::Cookie,
    ];

    /// Its word in placeholders.
    pub fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Cookie => "cookie",
            Self::Device => "device",
            Self::Key => "key",
            Self::Password => "password",
            Self::Token => "token",
        }
    }
}

/// Names whose values open an account, a device or a stream, and those that
/// tell whose they are. In order; compared without case and without `_` and `-`.
const NAMES: [(&str, Kind); 31] = [
    ("accesstoken", Kind::Token),
    ("authorization", Kind::Token),
    ("beaconkey", Kind::Key),
    ("bindkey", Kind::Key),
    ("blekey", Kind::Key),
    ("clientsign", Kind::Token),
    ("cookie", Kind::Cookie),
    ("cuserid", Kind::Account),
    ("devicetoken", Kind::Token),
    ("encrypteduserid", Kind::Account),
    ("extensionpragma", Kind::Key),
    ("homeowner", Kind::Account),
    ("ltmk", Kind::Key),
    ("miottoken", Kind::Token),
    ("ownerid", Kind::Account),
    ("owneruid", Kind::Account),
    ("passportdeviceid", Kind::Device),
    ("passtoken", Kind::Token),
    ("passwd", Kind::Password),
    ("password", Kind::Password),
    ("proxyauthorization", Kind::Token),
    ("psecurity", Kind::Key),
    ("pwd", Kind::Password),
    ("servicetoken", Kind::Token),
    ("setcookie", Kind::Cookie),
    ("ssecurity", Kind::Key),
    ("token", Kind::Token),
    ("uid", Kind::Account),
    ("userid", Kind::Account),
    ("xclientsecret", Kind::Key),
    ("yetanotherservicetoken", Kind::Token),
];

/// Names that mean more in a URL or a form than they do elsewhere: those of a
/// login at account.xiaomi.com. `hash` is the password's MD5 there.
const PARAMETERS: [(&str, Kind); 4] = [
    ("auth", Kind::Token),
    ("hash", Kind::Password),
    ("ticket", Kind::Token),
    ("user", Kind::Account),
];

/// No name of a secret has more letters.
const LONGEST: usize = 32;

/// Whether a value of this name is a secret. An account's number is none.
///
/// ```
/// use mishark_core::redact::is_secret;
///
/// assert!(is_secret("serviceToken") && is_secret("Set-Cookie"));
/// assert!(!is_secret("did") && !is_secret("tokens") && !is_secret("userId"));
/// ```
pub fn is_secret(name: &str) -> bool {
    kind(name).is_some_and(|kind| kind != Kind::Account)
}

/// What a value of this name is, if it is to be kept from others.
pub fn kind(name: &str) -> Option<Kind> {
    look_up(&NAMES, name)
}

/// What the value of a URL's parameter or of a form's field of this name is.
pub fn kind_of_parameter(name: &str) -> Option<Kind> {
    kind(name).or_else(|| look_up(&PARAMETERS, name))
}

/// Looks a name up in a table that is in order.
fn look_up(table: &[(&str, Kind)], name: &str) -> Option<Kind> {
    let mut letters = [0; LONGEST];
    let mut len = 0;
    for byte in name.bytes().filter(|byte| !matches!(byte, b'_' | b'-')) {
        *letters.get_mut(len)? = byte.to_ascii_lowercase();
        len += 1;
    }
    let letters = &letters[..len];
    let at = table.binary_search_by(|(word, _)| word.as_bytes().cmp(letters));
    at.ok().map(|at| table[at].1)
}
