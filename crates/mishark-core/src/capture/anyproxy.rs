//! AnyProxy's records, as its `/latestLog` answers: an array of them, read from
//! version 4.1. Answers' bodies are asked for one by one there (`/fetchBody`),
//! so a saved list has them only where somebody put them in.

use super::body;
use super::entry::Row;
use super::error::EntryError;
use super::fields::headers;
use super::lenient::{Any, Members, duration, elapsed, moment, objects, size, status, text};
use super::mend;
use crate::flow::{Body, Flow, Request, Response, Url};

objects! {
    struct Record {
        url: Any = "url",
        method: Any = "method",
        start: Any = "startTime",
        end: Any = "endTime",
        duration: Any = "duration",
        req_header: Any = "reqHeader",
        req_body: Any = "reqBody",
        status: Any = "statusCode",
        res_header: Any = "resHeader",
        res_body: Any = "resBody",
        /// What `/fetchBody` calls it.
        content: Any = "content",
        length: Any = "length",
    }
}

/// Whether an object's keys are those of a record.
pub(super) fn is_record(members: &Members<'_>) -> bool {
    members.has("url") && (members.has("reqHeader") || members.has("resHeader"))
}

/// The fields of a list row.
pub(super) fn row(raw: &[u8]) -> Option<Row> {
    let record: Record<'_> = serde_json::from_slice(raw).ok()?;
    let url = Url::new(text(record.url)?);
    Some(Row {
        started: moment(record.start),
        duration_ms: record.took(),
        method: text(record.method).unwrap_or_default().into_owned(),
        host: url.host().to_owned(),
        path: url.path().to_owned(),
        status: status(record.status),
        response_size: size(record.length),
    })
}

/// One whole record.
pub(super) fn read(raw: &[u8], start: u64) -> Result<Flow, EntryError> {
    mend::read(raw, start, |raw, warnings| {
        let record = serde_json::from_slice::<Record<'_>>(raw)?;
        Ok(record.flow(warnings, start))
    })
}

impl Record<'_> {
    fn took(&self) -> Option<f64> {
        duration(self.duration).or_else(|| elapsed(self.start, self.end))
    }

    fn flow(&self, warnings: Vec<String>, start: u64) -> Result<Flow, EntryError> {
        self.found.object(start)?;
        let url = text(self.url).ok_or_else(|| EntryError::missing("/url", start))?;
        let answer = match body::of_any(self.res_body.or(self.content)) {
            Body::Absent => match size(self.length) {
                Some(0) => Body::Bytes(Vec::new()),
                Some(length) => Body::Dropped { size: Some(length) },
                None => Body::Absent,
            },
            body => body,
        };
        Ok(Flow {
            started: moment(self.start),
            duration_ms: self.took(),
            request: Request {
                method: text(self.method).unwrap_or_default().into_owned(),
                url: Url::new(url),
                headers: headers(self.req_header),
                // It writes an empty text where there is none.
                body: match body::of_any(self.req_body) {
                    Body::Bytes(bytes) if bytes.is_empty() => Body::Absent,
                    body => body,
                },
                ..Request::default()
            },
            response: Response::unless_empty(status(self.status), headers(self.res_header), answer),
            warnings,
            ..Flow::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_with_what_of_its_bodies_is_there() {
        let record = |more: &str| {
            format!(
                r#"{{"id":4,"url":"https://h.io/a","method":"POST","reqHeader":{{"Host":"h.io"}},
                "startTime":1795974821652,"reqBody":"d=1","statusCode":200,"endTime":1795974821668,
                "resHeader":{{"a":1}},"length":7{more}}}"#
            )
        };
        let dropped = Body::Dropped { size: Some(7) };
        for (more, body) in [
            ("", dropped),
            (r#","resBody":"hi""#, Body::Bytes(b"hi".to_vec())),
            (
                r#","content":{"type":"Buffer","data":[104,105]}"#,
                Body::Bytes(b"hi".to_vec()),
            ),
        ] {
            let text = record(more);
            assert!(is_record(&serde_json::from_str(&text).unwrap()));
            let flow = read(text.as_bytes(), 0).unwrap();
            assert_eq!(row(text.as_bytes()).unwrap().status, Some(200));
            assert_eq!(
                (flow.duration_ms, flow.request.headers.get("host")),
                (Some(16.0), Some("h.io"))
            );
            assert_eq!(flow.request.body.bytes(), Some(&b"d=1"[..]));
            assert_eq!(flow.response.unwrap().body, body, "{more}");
            for end in 0..text.len() {
                assert!(read(&text.as_bytes()[..end], 7).is_err());
            }
        }
    }
}
