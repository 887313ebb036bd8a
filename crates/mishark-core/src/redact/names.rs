//! Names whose values open an account, a device or a stream, and those that
//! tell whose they are: one table, with the kind of each.

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
    /// A value that looks like a key, under a name that looks like a secret's.
    Likely,
    /// A password, or a hash one can be guessed from.
    Password,
    /// What proves a login, or lets one into a device.
    Token,
}

impl Kind {
    /// All kinds in the order they are counted.
    pub const ALL: [Self; 7] = [
        Self::Token,
        Self::Key,
        Self::Password,
        Self::Account,
        Self::Device,
        Self::Cookie,
        Self::Likely,
    ];

    /// Its word in placeholders.
    pub fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Cookie => "cookie",
            Self::Device => "device",
            Self::Key => "key",
            Self::Likely => "likely-secret",
            Self::Password => "password",
            Self::Token => "token",
        }
    }
}

/// Where a name stands, which decides what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// A cookie: most of them are a login's.
    Cookie,
    /// A header field.
    Header,
    /// A member of JSON, and any other place.
    Member,
    /// A parameter of a URL or a field of a form, where those of a login at
    /// account.xiaomi.com stand.
    Parameter,
}

/// In order; compared without case and without `_` and `-`.
const NAMES: [(&str, Kind); 50] = [
    ("accesskey", Kind::Key),
    ("account", Kind::Account),
    ("androidid", Kind::Device),
    ("authorization", Kind::Token),
    ("awsaccesskeyid", Kind::Key),
    ("beaconkey", Kind::Key),
    ("bindkey", Kind::Key),
    ("blekey", Kind::Key),
    ("clientsign", Kind::Token),
    ("cookie", Kind::Cookie),
    ("cuserid", Kind::Account),
    ("deviceid", Kind::Device),
    ("email", Kind::Account),
    ("encrypteduserid", Kind::Account),
    ("extensionpragma", Kind::Key),
    ("galaxyaccesskeyid", Kind::Key),
    ("homeowner", Kind::Account),
    ("imei", Kind::Device),
    ("imsi", Kind::Device),
    ("ltmk", Kind::Key),
    ("miid", Kind::Account),
    ("mobile", Kind::Account),
    ("nickname", Kind::Account),
    ("oaid", Kind::Device),
    ("ownerid", Kind::Account),
    ("owneruid", Kind::Account),
    ("passportdeviceid", Kind::Device),
    ("phone", Kind::Account),
    ("phonenumber", Kind::Account),
    ("pin", Kind::Password),
    ("pincode", Kind::Password),
    ("privatekey", Kind::Key),
    ("proxyauthorization", Kind::Token),
    ("psecurity", Kind::Key),
    ("psk", Kind::Password),
    ("secretkey", Kind::Key),
    ("sessionid", Kind::Token),
    ("setcookie", Kind::Cookie),
    ("ssecurity", Kind::Key),
    ("ticket", Kind::Token),
    ("udid", Kind::Device),
    ("uid", Kind::Account),
    ("userid", Kind::Account),
    ("username", Kind::Account),
    ("vaid", Kind::Device),
    ("xamzcredential", Kind::Key),
    ("xamzsecuritytoken", Kind::Token),
    ("xamzsignature", Kind::Token),
    ("xdeviceid", Kind::Device),
    ("xiaomiuserid", Kind::Account),
];

/// What names of secrets end with: `refresh_token`, `wifi_password`, `X-Api-Key`.
const ENDINGS: [(&str, Kind); 9] = [
    ("apikey", Kind::Key),
    ("passcode", Kind::Password),
    ("passphrase", Kind::Password),
    ("passwd", Kind::Password),
    ("password", Kind::Password),
    ("pwd", Kind::Password),
    ("secret", Kind::Key),
    ("servicetokens", Kind::Token),
    ("token", Kind::Token),
];

/// What the names of a service's cookies end with (`miotstore_slh`), wherever
/// these stand.
const COOKIE_ENDINGS: [&str; 2] = ["_slh", "_ph"];

/// Names that mean more in a URL or a form than they do elsewhere: those of a
/// login at account.xiaomi.com. `hash` is the password's MD5 there, `d` the
/// device.
const PARAMETERS: [(&str, Kind); 4] = [
    ("auth", Kind::Token),
    ("d", Kind::Device),
    ("hash", Kind::Password),
    ("user", Kind::Account),
];

/// Cookies that tell nothing of anybody (the app's, and python clients').
const HARMLESS: [&str; 9] = [
    "channel",
    "countryCode",
    "dst_offset",
    "is_daylight",
    "locale",
    "sdkVersion",
    "timezone",
    "timezone_id",
    "uLocale",
];

/// Parts of names that may be a secret's if the value looks like one.
const SUSPICIOUS: [&str; 6] = ["token", "secret", "passw", "key", "auth", "credential"];

/// No name of a secret has more letters.
pub(super) const LONGEST: usize = 48;

/// Whether a value of this name is a secret, wherever it stands.
///
/// ```
/// use mishark_core::redact::is_secret;
///
/// assert!(is_secret("serviceToken") && is_secret("Set-Cookie") && is_secret("userId"));
/// assert!(!is_secret("did") && !is_secret("tokens"));
/// ```
pub fn is_secret(name: &str) -> bool {
    kind(name, Place::Member).is_some()
}

/// What a value of this name is, if it is to be kept from others.
pub fn kind(name: &str, place: Place) -> Option<Kind> {
    let mut letters = [0; LONGEST];
    let mut len = 0;
    for byte in name.bytes().filter(|byte| !matches!(byte, b'_' | b'-')) {
        *letters.get_mut(len)? = byte.to_ascii_lowercase();
        len += 1;
    }
    let letters = &letters[..len];
    let known = look_up(&NAMES, letters).or_else(|| {
        let ending = ENDINGS
            .iter()
            .find(|(end, _)| letters.ends_with(end.as_bytes()));
        let is_cookie = || COOKIE_ENDINGS.iter().any(|end| name.ends_with(end));
        ending
            .map(|(_, kind)| *kind)
            .or_else(|| is_cookie().then_some(Kind::Token))
    });
    match place {
        Place::Cookie => {
            let is_harmless = || HARMLESS.contains(&name);
            known.or_else(|| (!is_harmless()).then_some(Kind::Cookie))
        }
        // The signature of a link to a stored file. The form's own, in small
        // letters, opens nothing.
        Place::Parameter if name == "Signature" => Some(Kind::Token),
        Place::Parameter => known.or_else(|| look_up(&PARAMETERS, letters)),
        Place::Header | Place::Member => known,
    }
}

/// Looks a name up in a table that is in order.
fn look_up(table: &[(&str, Kind)], letters: &[u8]) -> Option<Kind> {
    let at = table.binary_search_by(|(word, _)| word.as_bytes().cmp(letters));
    at.ok().map(|at| table[at].1)
}

/// [`kind`], and what may be one: whether it is, its value decides.
pub(super) fn candidate(name: &str, place: Place) -> Option<Kind> {
    let known = kind(name, place);
    let is_suspicious = || {
        let lower = name.to_ascii_lowercase();
        name.len() <= LONGEST && SUSPICIOUS.iter().any(|part| lower.contains(part))
    };
    known.or_else(|| is_suspicious().then_some(Kind::Likely))
}

/// Whether a value is as long and as irregular as keys are: hex, base64, a JWT.
/// Words and the names of models and events are not.
pub(super) fn looks_random(value: &[u8]) -> bool {
    /// 64 random bits in base64, and more than words have.
    const SHORTEST: usize = 11;
    let count = |is: fn(&u8) -> bool| value.iter().filter(|byte| is(byte)).count();
    let (upper, lower) = (count(u8::is_ascii_uppercase), count(u8::is_ascii_lowercase));
    let digits = count(u8::is_ascii_digit);
    let is_hex = value.iter().all(u8::is_ascii_hexdigit);
    let others = count(|byte| b"+/=_-".contains(byte));
    let is_jwt = value.starts_with(b"eyJ") && count(|byte| *byte == b'.') == 2;
    value.len() >= SHORTEST
        && (upper + lower + digits + others == value.len() || is_jwt)
        && upper + lower > 0
        && digits > 0
        && (is_hex || (upper > 1 && lower > 1) || digits * 5 >= value.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_in_order_and_no_name_is_too_long_to_be_looked_up() {
        for table in [&NAMES[..], &PARAMETERS[..]] {
            assert!(table.is_sorted_by(|one, next| one.0 < next.0));
            assert!(table.iter().all(|(name, _)| name.len() <= LONGEST));
        }
    }

    #[test]
    fn keys_look_random_and_words_do_not() {
        for key in [
            "0bb980a575a89661",
            "7YkBz5YHuBZ6csx",
            "A1b2C3d4E5F",
            "eyJhbGciOi.eyJ1.c2ln",
        ] {
            assert!(looks_random(key.as_bytes()), "{key}");
        }
        for word in [
            "user_click_event",
            "yeelink.light.lamp4",
            "1789171200000",
            "2026-09-12T00:30",
            "a b1c2d3e4f5g6",
        ] {
            assert!(!looks_random(word.as_bytes()), "{word}");
        }
    }
}
