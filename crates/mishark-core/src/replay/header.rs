//! Which header fields of a capture are sent again.

/// Fields that belong to one connection or one recorder, and those that are
/// made anew for each request. In small letters.
const MADE_ANEW: [&str; 20] = [
    // ureq or `sign` writes them.
    "accept-encoding",
    "content-length",
    "cookie",
    "host",
    // They were about another connection.
    "alt-used",
    "connection",
    "expect",
    "http2-settings",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    // Proxies on the way add them.
    "forwarded",
    "via",
    // They would ask for less than the whole answer.
    "if-none-match",
    "range",
    // The app takes it off before it sends.
    "ssecurity",
];

/// What proxies and recorders put in front of the fields they add.
const ADDED: [&str; 3] = [":", "x-forwarded-", "x-whistle-"];

/// Whether a field of a capture must not be sent again.
pub(super) fn is_made_anew(name: &str) -> bool {
    let name = name.trim().to_ascii_lowercase();
    MADE_ANEW.contains(&name.as_str()) || ADDED.iter().any(|prefix| name.starts_with(prefix))
}

/// Whether a text is a header field's name: a token of RFC 9110.
pub(super) fn is_name(name: &str) -> bool {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(is_token)
}

/// Whether a text can be a field's value: no control bytes, so that nobody can
/// smuggle in a second field.
pub(super) fn is_value(value: &str) -> bool {
    value
        .bytes()
        .all(|byte| byte == b'\t' || (byte >= b' ' && byte != 0x7f))
}

/// Whether a field is among others, with that value.
pub(super) fn has(fields: &[(String, String)], name: &str, value: &str) -> bool {
    let mut fields = fields.iter();
    fields.any(|(other, text)| is(other, name) && text == value)
}

/// Whether the two names are one.
pub(super) fn is(name: &str, other: &str) -> bool {
    name.eq_ignore_ascii_case(other)
}

/// The header that names the encryption.
pub(super) const ALGORITHM: &str = "MIOT-ENCRYPT-ALGORITHM";
/// The header that wishes for gzip inside the encryption.
pub(super) const GZIP: &str = "MIOT-ACCEPT-ENCODING";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_to_a_connection_is_not_sent_again() {
        for name in [
            ":method",
            "Content-Length",
            "HOST",
            "x-whistle-policy",
            "Cookie",
        ] {
            assert!(is_made_anew(name), "{name}");
        }
        for name in [
            "User-Agent",
            "x-xiaomi-protocal-flag-cli",
            "miot-accept-encoding",
        ] {
            assert!(!is_made_anew(name), "{name}");
        }
    }

    #[test]
    fn a_line_break_makes_no_value() {
        assert!(is_value("a b\t客") && !is_value("a\r\nCookie: x") && !is_value("\u{7f}"));
        assert!(is_name("X-A_b") && !is_name("a b") && !is_name("") && !is_name("a:"));
    }
}
