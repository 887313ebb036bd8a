//! Burp's "Save items": XML with each message whole, as it was on the wire.
//!
//! Items are located without reading the file into memory. No entity of the
//! document's own is ever resolved, and its inline DTD is passed over.

use std::borrow::Cow;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::error::{EntryError, Reason};
use super::message;
use crate::flow::{Body, Flow, Moment, Request, Response, Url};
use crate::protocol::base64;

mod date;
mod locate;

pub(super) use locate::locate;

use date::java_date;

/// The root element stands this near to the start: Burp's DTD has 1200 bytes.
const ROOT_WITHIN: usize = 4096;

/// Elements inside an item that are looked at; Burp writes 14.
const MAX_ELEMENTS: usize = 64;

/// Whether a text starts as Burp's file does.
pub(super) fn is(head: &[u8]) -> bool {
    let start = &head[..head.len().min(ROOT_WITHIN)];
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let root = memchr::memmem::find_iter(start, b"<items").any(|at| {
        let behind = start.get(at + 6);
        matches!(behind, Some(b'>' | b' ' | b'\t' | b'\r' | b'\n'))
    });
    let text = start.trim_ascii_start();
    (text.starts_with(b"<?xml") || text.starts_with(b"<!DOCTYPE") || text.starts_with(b"<items"))
        && (root || memchr::memmem::find(start, b"<!DOCTYPE items").is_some())
}

/// An item's elements, as far as they matter.
#[derive(Default)]
struct Item {
    time: String,
    url: String,
    host: String,
    port: String,
    protocol: String,
    method: String,
    path: String,
    status: String,
    request: Message,
    response: Message,
}

#[derive(Default)]
struct Message {
    text: String,
    is_base64: bool,
}

impl Item {
    fn element(&mut self, name: &str) -> Option<&mut String> {
        Some(match name {
            "host" => &mut self.host,
            "method" => &mut self.method,
            "path" => &mut self.path,
            "port" => &mut self.port,
            "protocol" => &mut self.protocol,
            "request" => &mut self.request.text,
            "response" => &mut self.response.text,
            "status" => &mut self.status,
            "time" => &mut self.time,
            "url" => &mut self.url,
            _ => return None,
        })
    }

    /// Takes an item apart.
    fn parse(text: &str, start: u64) -> Result<Self, EntryError> {
        let mut item = Self::default();
        let mut reader = Reader::from_str(text);
        // Text without CDATA may have a bare `&`, in URLs for one.
        reader.config_mut().allow_dangling_amp = true;
        let mut path: Vec<String> = Vec::new();
        let mut elements = 0;
        loop {
            let event = reader.read_event().map_err(|_| {
                // The parser's own words may repeat what stands there.
                let reason = Reason::Syntax("tags that do not match or close".to_owned());
                EntryError::at(start + reader.error_position(), reason)
            })?;
            match event {
                Event::Start(tag) => {
                    elements += 1;
                    if elements > MAX_ELEMENTS {
                        return Ok(item);
                    }
                    item.mark(&tag);
                    path.push(tag.name().as_ref().to_owned());
                }
                Event::End(_) => {
                    path.pop();
                }
                Event::Eof => return Ok(item),
                Event::Text(text) => item.add(&path, &text.into_inner()),
                Event::CData(text) => item.add(&path, &text.into_inner()),
                Event::GeneralRef(name) => {
                    let known = match &*name.clone().into_inner() {
                        "amp" => Some('&'),
                        "apos" => Some('\''),
                        "gt" => Some('>'),
                        "lt" => Some('<'),
                        "quot" => Some('"'),
                        _ => name.resolve_char_ref().ok().flatten(),
                    };
                    match known {
                        Some(char) => item.add(&path, char.encode_utf8(&mut [0; 4])),
                        None => item.add(&path, &format!("&{};", name.into_inner())),
                    }
                }
                _ => {}
            }
        }
    }

    fn mark(&mut self, tag: &BytesStart<'_>) {
        let is_base64 = tag
            .try_get_attribute("base64")
            .ok()
            .flatten()
            .and_then(|value| value.normalized_value(XmlVersion::Implicit1_0).ok())
            .is_some_and(|value| value.trim().eq_ignore_ascii_case("true"));
        match tag.name().as_ref() {
            "request" => self.request.is_base64 = is_base64,
            "response" => self.response.is_base64 = is_base64,
            _ => {}
        }
    }

    fn add(&mut self, path: &[String], text: &str) {
        if let [_, name] = path
            && let Some(element) = self.element(name)
        {
            element.push_str(text);
        }
    }
}

/// One whole item.
pub(super) fn read(raw: &[u8], start: u64) -> Result<Flow, EntryError> {
    let mut warnings = Vec::new();
    // With base64="false" a message's bytes stand in the text as they are. One
    // character a byte keeps them apart, whatever they are.
    let text: Cow<'_, str> = match std::str::from_utf8(raw) {
        Ok(text) => text.into(),
        Err(_) => raw.iter().map(|byte| char::from(*byte)).collect(),
    };
    let is_utf8 = matches!(text, Cow::Borrowed(_));
    let mut item = Item::parse(&text, start)?;
    let request = bytes(&mut item.request, is_utf8, "/request", &mut warnings);
    let response = bytes(&mut item.response, is_utf8, "/response", &mut warnings);
    let mut request = message::request(&request, &mut warnings).unwrap_or_else(|| Request {
        method: item.method.trim().to_owned(),
        ..Request::default()
    });
    let url = url(&item, &request);
    request.url = url.ok_or_else(|| EntryError::missing("/item/url", start))?;
    let status = item.status.trim().parse().ok();
    let response = match message::response(&response, &mut warnings) {
        Some(response) => Some(response),
        None if response.is_empty() && status.is_none() => None,
        // Not even a status line: shown as it is.
        None => Some(Response {
            status,
            body: Body::Bytes(response),
            ..Response::default()
        }),
    };
    warn_of_damage(&item, &request, response.as_ref(), &mut warnings);
    let served = response
        .as_ref()
        .and_then(|response| response.headers.get("date"))
        .and_then(Moment::parse);
    Ok(Flow {
        started: java_date(item.time.trim(), served),
        request,
        response,
        warnings,
        ..Flow::default()
    })
}

fn url(item: &Item, request: &Request) -> Option<Url> {
    let scheme = match item.protocol.trim() {
        "" => "https",
        protocol => protocol,
    };
    if !item.url.trim().is_empty() {
        return Some(Url::new(item.url.trim()));
    }
    if item.host.trim().is_empty() {
        let url = message::absolute(request, scheme);
        return (!url.as_str().is_empty()).then_some(url);
    }
    let port = item.port.trim().parse().ok();
    let (host, path) = (item.host.trim(), item.path.trim());
    Some(Url::of_parts(scheme, host, port, path))
}

/// A message's bytes as on the wire.
fn bytes(
    message: &mut Message,
    is_utf8: bool,
    pointer: &str,
    warnings: &mut Vec<String>,
) -> Vec<u8> {
    let text = std::mem::take(&mut message.text);
    if !message.is_base64 {
        return match is_utf8 {
            true => text.into_bytes(),
            false => text
                .chars()
                .map(|char| u8::try_from(char).unwrap_or(b'?'))
                .collect(),
        };
    }
    match base64::decode(text.as_bytes()) {
        Ok(decoded) => decoded.bytes,
        Err(error) => {
            warnings.push(format!("{pointer}: {error}"));
            Vec::new()
        }
    }
}

/// XML has no place for most control characters, and Burp no care for them.
fn warn_of_damage(
    item: &Item,
    request: &Request,
    response: Option<&Response>,
    warnings: &mut Vec<String>,
) {
    let sides = [
        ("/request", &item.request, Some(&request.body)),
        ("/response", &item.response, response.map(|it| &it.body)),
    ];
    for (pointer, message, body) in sides {
        let bytes = body.and_then(Body::bytes).unwrap_or_default();
        if !message.is_base64 && !bytes.is_ascii() {
            warnings.push(format!(
                "{pointer}: saved without base64, which damages bodies that are not text"
            ));
        }
    }
}

#[cfg(test)]
mod tests;
