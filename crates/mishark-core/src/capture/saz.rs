//! SAZ: Fiddler's archive of sessions, which whistle writes too.
//!
//! Each session is `raw/N_c.txt` (request), `raw/N_s.txt` (response) and
//! `raw/N_m.xml` (times and flags), N padded to any width. Fiddler keeps chunks
//! and gzip as they were on the wire. whistle 2.10.10 undoes both and adds
//! `raw/N_whistle.json`; its request line has the absolute URL and always
//! `HTTP/1.1`.

use std::collections::BTreeMap;

use super::archive::{Archive, MAX_MEMBER, Member};
use super::error::{EntryError, Error, Reason, Warning};
use super::files::Files;
use super::found::{Finder, Found};
use super::lenient::{Any, is_set, moment, objects, text};
use super::message;
use crate::flow::{Body, Flow, Moment, Request, Response, Url};

/// Times, flags and whistle's extra are far smaller.
const MAX_DETAILS: u64 = 4 << 20;

/// What whistle writes as the body of a request that was given up.
const ABORTED: &[u8] = b"aborted";

/// Whether an archive has sessions.
pub(super) fn is(archive: &Archive) -> bool {
    let mut members = archive.members().iter();
    members.any(|member| side(&member.name).is_some())
}

/// Finds the sessions, in the order of their numbers.
///
/// # Errors
/// If they are encrypted, which Fiddler offers when saving.
pub(super) fn locate<'a>(archive: &'a Archive, name: &str) -> Result<Finder<'a>, Error> {
    let sides = || {
        archive
            .members()
            .iter()
            .filter(|member| side(&member.name).is_some())
    };
    if sides().any(Member::is_encrypted) {
        let hint = "save it again without a password";
        return Err(Error::unsupported(name, "an encrypted archive", hint));
    }
    // Its place is that of its first member; its size, that of all.
    let mut sessions: BTreeMap<(u64, &str), (u64, u64)> = BTreeMap::new();
    for member in sides() {
        let Some(key) = side(&member.name) else {
            continue;
        };
        let session = sessions.entry(key).or_insert((member.start, 0));
        session.1 = session.1.saturating_add(member.packed);
    }
    let cut = archive.is_cut.then_some(Found::Note(Warning::NoDirectory));
    let found = sessions
        .into_values()
        .map(|(start, len)| Found::Entry(start..start.saturating_add(len), None));
    Ok(Box::new(found.chain(cut)))
}

/// The number of the session whose request or response a member is, and the
/// part of its name before `_c.txt`.
fn side(name: &str) -> Option<(u64, &str)> {
    let stem = name
        .strip_suffix("_c.txt")
        .or_else(|| name.strip_suffix("_s.txt"))?;
    let (folder, number) = stem.rsplit_once('/')?;
    // An archive that was unpacked and packed again has a folder around it.
    let is_raw = folder
        .rsplit('/')
        .next()
        .is_some_and(|folder| folder.eq_ignore_ascii_case("raw"));
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    Some((number.parse().ok().filter(|_| is_raw && is_number)?, stem))
}

/// One whole session, by the place of its first member.
pub(super) fn read(start: u64, files: &Files) -> Result<Flow, EntryError> {
    let failed = |pointer: &str, reason| EntryError::inside(pointer, start, reason);
    let archive = files.archive();
    let first = archive.and_then(|archive| archive.at(start));
    let stem = first.and_then(|member| side(&member.name));
    let (Some(archive), Some((_, stem))) = (archive, stem) else {
        return Err(failed("", Reason::Missing));
    };
    let mut warnings = Vec::new();
    let mut open = |ending: &str, limit, pointer: &str| {
        let member = archive.named(&format!("{stem}{ending}"))?;
        Some(archive.read(member, limit, pointer, &mut warnings))
    };
    let sent = open("_c.txt", MAX_MEMBER, "/request").unwrap_or(Err(Reason::Missing));
    let sent = sent.map_err(|reason| failed("/request", reason))?;
    let answer = open("_s.txt", MAX_MEMBER, "/response");
    // What is broken in these is not worth the session.
    let times = open("_m.xml", MAX_DETAILS, "/times").and_then(Result::ok);
    let extra = open("_whistle.json", MAX_DETAILS, "/whistle").and_then(Result::ok);
    let times = times.map(|xml| String::from_utf8_lossy(&xml).into_owned());
    let times = times.unwrap_or_default();
    let extra = extra
        .as_deref()
        .and_then(|json| serde_json::from_slice(json).ok());
    let extra: Extra<'_> = extra.unwrap_or_default();
    let request = request(&sent, &times, &extra, &mut warnings);
    let request = request.ok_or_else(|| failed("/request", Reason::Missing))?;
    let response = match answer {
        Some(Ok(answer)) => response(answer, &request.method, &extra, &mut warnings),
        Some(Err(reason)) => {
            warnings.push(format!("/response: {reason}"));
            None
        }
        None => None,
    };
    let time = |known, names: [&str; 2]| {
        moment(known).or_else(|| names.iter().find_map(|name| time(&times, name)))
    };
    let begun = time(extra.times.start, ["ClientBeginRequest", "ClientConnected"]);
    let done = time(
        extra.times.end,
        ["ClientDoneResponse", "ServerDoneResponse"],
    );
    let elapsed = begun
        .zip(done)
        .map(|(begun, done)| done.as_millis() - begun.as_millis());
    Ok(Flow {
        started: begun,
        duration_ms: elapsed
            .filter(|elapsed| *elapsed >= 0)
            .map(|elapsed| elapsed as f64),
        request,
        response,
        warnings,
        ..Flow::default()
    })
}

objects! {
    /// What whistle adds.
    struct Extra {
        url: Any = "url",
        use_h2: Any = "useH2",
        req_error: Any = "reqError",
        capture_error: Any = "captureError",
        times: Times = "times",
    }

    struct Times {
        start: Any = "startTime",
        end: Any = "endTime",
    }
}

impl Extra<'_> {
    fn failed(&self) -> bool {
        is_set(self.req_error) || is_set(self.capture_error)
    }
}

/// The request; whistle tells its URL even where the file is broken.
fn request(
    sent: &[u8],
    times: &str,
    extra: &Extra<'_>,
    warnings: &mut Vec<String>,
) -> Option<Request> {
    let request = message::request(sent, warnings);
    let mut request = request.or_else(|| extra.url.map(|_| Request::default()))?;
    request.url = match text(extra.url) {
        Some(url) => Url::new(url),
        None => message::absolute(&request, if is_https(times) { "https" } else { "http" }),
    };
    if is_set(extra.use_h2) {
        request.http_version = "HTTP/2.0".to_owned();
    }
    if extra.failed() && request.body.bytes() == Some(ABORTED) {
        request.body = Body::Absent;
    }
    Some(request)
}

/// The response; none where the file is empty, or whistle made up a 502 or no
/// status for a request that was given up.
fn response(
    answer: Vec<u8>,
    method: &str,
    extra: &Extra<'_>,
    warnings: &mut Vec<String>,
) -> Option<Response> {
    if answer.is_empty() {
        return None;
    }
    let Some(mut response) = message::response(&answer, warnings) else {
        // Not even a status line: shown as it is.
        return Some(Response {
            body: Body::Bytes(answer),
            ..Response::default()
        });
    };
    // An answer to HEAD promises what it does not send.
    if method.eq_ignore_ascii_case("HEAD") && response.body.bytes().is_none() {
        response.body = Body::Bytes(Vec::new());
    }
    let nothing = response.headers.iter().next().is_none()
        && response.body.bytes().is_some_and(<[u8]>::is_empty);
    let given_up = response.status.is_none() || extra.failed();
    (!(nothing && given_up)).then_some(response)
}

/// Whether Fiddler's flags say that it opened TLS to see this session; its own
/// request lines have the absolute URL, those of other writers need not.
fn is_https(xml: &str) -> bool {
    xml.contains("N=\"https-") || xml.contains("N=\"x-https")
}

/// An attribute that is a time.
fn time(xml: &str, name: &str) -> Option<Moment> {
    let (_, rest) = xml.split_once(&format!("{name}=\""))?;
    let (value, _) = rest.split_once('"')?;
    Moment::parse(value)
}

#[cfg(test)]
mod tests;
