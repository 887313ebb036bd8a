//! A request as a program of its own, that signs afresh each time it runs.
//!
//! The programs need nothing but Python 3, Node.js, or a POSIX shell with curl
//! and openssl. RC4 is in plain code, since openssl 3 has put it away. Secrets
//! are no part of them: they are taken from the environment.

use super::draft::{Carrier, CookieValue, Draft, SessionPart};
use crate::json::printable;
use crate::protocol::request::{KeystreamMode, Order, Scheme};
use crate::protocol::signature::signed_path;
use crate::redact::{self, Kind, Place, in_header, masked};

/// A language to write the program in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// JavaScript for Node.js 18 or newer.
    JavaScript,
    /// Python 3.
    Python,
    /// POSIX shell with curl and openssl.
    Shell,
}

/// Why a draft makes no program.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScriptError {
    /// A program is text, and a value is not.
    #[error("{0} is no text (UTF-8 without NUL)")]
    NotText(String),
    /// A body beside the form can not be written out.
    #[error("it uploads a file beside its form")]
    Upload,
}

/// The program's source. It prints the answer's plaintext.
///
/// # Errors
/// If a value can not be written as text.
pub fn as_script(draft: &Draft, language: Language) -> Result<String, ScriptError> {
    if draft
        .capture()
        .is_some_and(|captured| captured.upload.is_some())
    {
        return Err(ScriptError::Upload);
    }
    let program = Program::of(draft)?;
    let (template, quote): (&str, fn(&str) -> String) = match language {
        Language::JavaScript => (include_str!("script/replay.mjs"), javascript_quoted),
        Language::Python => (include_str!("script/replay.py"), python_quoted),
        Language::Shell => (include_str!("script/replay.sh"), single_quoted),
    };
    Ok(program.fill(template, language, quote))
}

/// What the templates have blanks for.
struct Program {
    method: String,
    base: String,
    path: String,
    signed_path: String,
    query: String,
    encrypts: bool,
    chained: bool,
    skips_empty: bool,
    sends_ssecurity: bool,
    in_query: bool,
    nonce_name: &'static str,
    /// In signing order, `rc4_hash__` marked by its name.
    params: Vec<(String, String)>,
    hash_at: usize,
    headers: Vec<(String, String)>,
    cookies: Vec<(String, String)>,
    /// Cookies by the name of their variable.
    secret_cookies: Vec<(String, String)>,
    /// Header fields that hold a secret, likewise.
    secret_headers: Vec<(String, String)>,
}

impl Program {
    fn of(draft: &Draft) -> Result<Self, ScriptError> {
        let text = |name: &str, value: &[u8]| match std::str::from_utf8(value) {
            Ok(text) if !text.contains('\0') => Ok(text.to_owned()),
            _ => Err(ScriptError::NotText(name.to_owned())),
        };
        let mut params = Vec::new();
        for (name, value) in &draft.params {
            params.push((name.clone(), text(name, value)?));
        }
        if draft.style.order == Order::Sorted {
            params.sort_by(|one, other| one.0.cmp(&other.0));
        }
        let skips = draft.style.skips_empty && draft.style.scheme == Scheme::Rc4;
        params.retain(|(_, value)| !(skips && value.is_empty()));
        let hash_at = match draft.style.order {
            Order::Sorted => params.partition_point(|(name, _)| name.as_str() < "rc4_hash__"),
            Order::Received => params.len(),
        };
        let (mut cookies, mut secret_cookies) = (Vec::new(), Vec::new());
        for cookie in &draft.cookies {
            match &cookie.value {
                CookieValue::Session(part) => {
                    secret_cookies.push((cookie.name.clone(), variable(*part).to_owned()));
                }
                CookieValue::Text(value) => match secret_variable(&cookie.name) {
                    Some(variable) => secret_cookies.push((cookie.name.clone(), variable)),
                    None => cookies.push((cookie.name.clone(), value.clone())),
                },
            }
        }
        let (held, mut headers): (Vec<_>, Vec<_>) = draft
            .headers
            .iter()
            .cloned()
            .partition(|(name, value)| !in_header(name, value).is_empty());
        let variable_of = |(name, _): (String, String)| {
            let variable = own_variable(&name);
            (name, variable)
        };
        let secret_headers = held.into_iter().map(variable_of).collect();
        headers.push(("Accept-Encoding".to_owned(), "identity".to_owned()));
        Ok(Self {
            method: draft.method.to_ascii_uppercase(),
            base: draft.base.trim_end_matches('/').to_owned(),
            path: draft.path.clone(),
            signed_path: signed_path(&draft.path, draft.style.path).to_owned(),
            // Whole it is taken from the environment, as MI_QUERY.
            query: masked(&draft.query).into_owned(),
            encrypts: draft.style.scheme == Scheme::Rc4,
            chained: draft.style.keystream != KeystreamMode::Fresh,
            skips_empty: draft.style.skips_empty,
            sends_ssecurity: draft.style.sends_ssecurity && draft.style.scheme == Scheme::Rc4,
            in_query: draft.carrier == Carrier::Query,
            nonce_name: if draft.style.plain_nonce_name {
                "nonce"
            } else {
                "_nonce"
            },
            params,
            hash_at,
            headers,
            cookies,
            secret_cookies,
            secret_headers,
        })
    }

    /// Fills the template's `@NAME@`, one pass over it.
    fn fill(&self, template: &str, language: Language, quote: fn(&str) -> String) -> String {
        let flag = |flag: bool| match (language, flag) {
            (Language::Python, true) => "True",
            (Language::Python, false) => "False",
            (Language::JavaScript, true) => "true",
            (Language::JavaScript, false) => "false",
            (Language::Shell, true) => "1",
            (Language::Shell, false) => "",
        };
        let pairs = |pairs: &[(String, String)]| {
            let write = |(name, value): &(String, String)| match language {
                Language::Shell => format!("{} {}", quote(name), quote(value)),
                Language::Python => format!("    ({}, {}),", quote(name), quote(value)),
                Language::JavaScript => format!("  [{}, {}],", quote(name), quote(value)),
            };
            let end = if language == Language::Shell {
                " \\\n  "
            } else {
                "\n"
            };
            pairs.iter().map(write).collect::<Vec<_>>().join(end)
        };
        let value = |name: &str| {
            Some(match name {
                "METHOD" => quote(&self.method),
                "BASE" => quote(&self.base),
                "PATH" => quote(&self.path),
                "SIGNED_PATH" => quote(&self.signed_path),
                "QUERY" => quote(&self.query),
                "ENCRYPTS" => flag(self.encrypts).to_owned(),
                "CHAINED" => flag(self.chained).to_owned(),
                "SKIPS_EMPTY" => flag(self.skips_empty).to_owned(),
                "SENDS_SSECURITY" => flag(self.sends_ssecurity).to_owned(),
                "IN_QUERY" => flag(self.in_query).to_owned(),
                "NONCE_NAME" => quote(self.nonce_name),
                "HASH_AT" => self.hash_at.to_string(),
                "PARAMS" => pairs(&self.params),
                "HEADERS" => pairs(&self.headers),
                "COOKIES" => pairs(&self.cookies),
                "SECRET_COOKIES" => pairs(&self.secret_cookies),
                "SECRET_HEADERS" => pairs(&self.secret_headers),
                _ => return None,
            })
        };
        let mut out = String::with_capacity(template.len() + 1024);
        let mut rest = template;
        while let Some(at) = rest.find('@') {
            out.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            let filled = rest
                .split_once('@')
                .and_then(|(name, after)| Some((value(name)?, after)));
            match filled {
                Some((value, after)) => {
                    out.push_str(&value);
                    rest = after;
                }
                None => out.push('@'),
            }
        }
        out.push_str(rest);
        out
    }
}

/// The environment variable that a part of a login is taken from.
fn variable(part: SessionPart) -> &'static str {
    match part {
        SessionPart::CUserId => "MI_C_USER_ID",
        SessionPart::ServiceToken => "MI_SERVICE_TOKEN",
        SessionPart::UserId => "MI_USER_ID",
    }
}

/// The environment variable of a cookie that others must not see; `None` for
/// those that anyone may.
fn secret_variable(cookie: &str) -> Option<String> {
    Some(match redact::kind(cookie, Place::Cookie)? {
        Kind::Device => "MI_DEVICE_ID".to_owned(),
        _ => own_variable(cookie),
    })
}

/// The environment variable of what has a name: `MI_PASS_TOKEN` of `passToken`.
fn own_variable(name: &str) -> String {
    let mut variable = "MI".to_owned();
    let mut before = '-';
    for character in name.chars() {
        let starts = !before.is_ascii_alphanumeric()
            || character.is_ascii_uppercase() && before.is_ascii_lowercase();
        if character.is_ascii_alphanumeric() {
            variable.push_str(if starts { "_" } else { "" });
            variable.push(character.to_ascii_uppercase());
        }
        before = character;
    }
    variable
}

/// A literal of Python.
fn python_quoted(text: &str) -> String {
    double_quoted(text, |code| format!("\\U{code:08x}"))
}

/// A literal of JavaScript.
fn javascript_quoted(text: &str) -> String {
    double_quoted(text, |code| format!("\\u{{{code:x}}}"))
}

/// A literal in which everything stands for itself but quotes, and what would
/// steer a terminal, or reorder or hide text in an editor. `beyond` escapes what is
/// beyond U+FFFF, on which languages disagree.
fn double_quoted(text: &str, beyond: fn(u32) -> String) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            character if printable(character) => out.push(character),
            character => match u32::from(character) {
                code @ ..0x1_0000 => out.push_str(&format!("\\u{code:04x}")),
                code => out.push_str(&beyond(code)),
            },
        }
    }
    out.push('"');
    out
}

/// A word of the shell. What would steer a terminal is written by printf, in the
/// octal escapes that every POSIX shell knows.
fn single_quoted(text: &str) -> String {
    // A command substitution drops line breaks at its end.
    let is_plain = |character: char| character == '\n' || printable(character);
    let mut word = String::from("'");
    let mut rest = text;
    while let Some(at) = rest.find(|character| !is_plain(character)) {
        let (plain, behind) = rest.split_at(at);
        let (other, behind) = behind.split_at(behind.find(is_plain).unwrap_or(behind.len()));
        let octal: String = other.bytes().map(|byte| format!("\\{byte:03o}")).collect();
        word.push_str(&plain.replace('\'', r"'\''"));
        word.push_str(&format!("'\"$(printf '{octal}')\"'"));
        rest = behind;
    }
    word + &rest.replace('\'', r"'\''") + "'"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replay::Cookie;

    #[test]
    fn text_that_would_end_its_quotes_does_not() {
        let text = "a\"\\\n\u{202e}客\u{e0041}";
        assert_eq!(python_quoted(text), r#""a\"\\\n\u202e客\U000e0041""#);
        assert_eq!(javascript_quoted(text), r#""a\"\\\n\u202e客\u{e0041}""#);
        assert_eq!(single_quoted("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(
            single_quoted("\u{1b}]0;x\u{7}'\n\u{9b}"),
            concat!(
                r#"''"$(printf '\033')"']0;x'"$(printf '\007')"''\''"#,
                "\n",
                r#"'"$(printf '\302\233')"''"#
            )
        );
    }

    #[test]
    fn bytes_that_are_no_text_make_no_program() {
        let draft = Draft::new("https://api.io.mi.com", "/app/x", vec![0xff]);
        let error = as_script(&draft, Language::Python).unwrap_err();
        assert_eq!(error.to_string(), "data is no text (UTF-8 without NUL)");
    }

    #[test]
    fn no_blank_is_left_and_no_secret_is_in_it() {
        let mut draft = Draft::new("https://api.io.mi.com", "/app/x", "{\"a\":\"@PATH@\"}");
        draft.cookies.push(Cookie {
            name: "PassportDeviceId".to_owned(),
            value: CookieValue::Text("an_1234".to_owned()),
        });
        for language in [Language::JavaScript, Language::Python, Language::Shell] {
            let script = as_script(&draft, language).unwrap();
            assert_eq!(script.matches("@PATH@").count(), 1, "the plaintext's own");
            assert!(script.contains("MI_SERVICE_TOKEN") && script.contains("MI_SSECURITY"));
            assert!(script.contains("MI_DEVICE_ID") && !script.contains("an_1234"));
        }
    }
}
