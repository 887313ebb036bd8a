//! As much HTTP/1.1 as the cloud needs.

use std::io::{self, Read, Write};

/// A head or a body larger than this is not for here.
const LIMIT: usize = 4 << 20;

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// The value of a header field.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let (_, value) = headers.find(|(field, _)| field.eq_ignore_ascii_case(name))?;
        Some(value)
    }

    /// The value of a cookie.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        let pairs = self.header("cookie")?.split("; ");
        let mut pairs = pairs.filter_map(|pair| pair.split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// The path, without query.
    pub(crate) fn path(&self) -> String {
        self.target.split('?').next().unwrap_or_default().to_owned()
    }

    /// The fields of the body, or of the query should that have them.
    pub(crate) fn fields(&self) -> Vec<(String, Vec<u8>)> {
        let body = String::from_utf8_lossy(&self.body).into_owned();
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        let text = if body.contains("signature=") {
            &body
        } else {
            query
        };
        text.split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| {
                let name = String::from_utf8_lossy(&decode(name)).into_owned();
                (name, decode(value))
            })
            .collect()
    }
}

/// Undoes form encoding.
fn decode(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'%' => {
                let hex = std::str::from_utf8(&bytes[at + 1..at + 3]).unwrap_or("3F");
                out.push(u8::from_str_radix(hex, 16).unwrap_or(b'?'));
                at += 3;
            }
            byte => {
                out.push(if byte == b'+' { b' ' } else { byte });
                at += 1;
            }
        }
    }
    out
}

/// One connection, plain or not.
pub(crate) struct Connection<S> {
    stream: S,
    read: Vec<u8>,
}

impl<S: Read + Write> Connection<S> {
    pub(crate) fn new(stream: S) -> Self {
        let read = Vec::new();
        Self { stream, read }
    }

    /// The next request; `None` once the client is gone.
    pub(crate) fn request(&mut self) -> io::Result<Option<Request>> {
        let end = loop {
            if let Some(at) = self.read.windows(4).position(|four| four == b"\r\n\r\n") {
                break at;
            }
            if !self.more()? {
                return Ok(None);
            }
        };
        let head = String::from_utf8_lossy(&self.read[..end]).into_owned();
        let mut lines = head.split("\r\n");
        let mut words = lines.next().unwrap_or_default().split(' ');
        let mut request = Request {
            method: words.next().unwrap_or_default().to_owned(),
            target: words.next().unwrap_or_default().to_owned(),
            headers: lines
                .filter_map(|line| line.split_once(": "))
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            body: Vec::new(),
        };
        let length = request.header("content-length").unwrap_or("0");
        let length: usize = length.parse().unwrap_or(0);
        let start = end + 4;
        while self.read.len() < start + length {
            if !self.more()? {
                return Ok(None);
            }
        }
        request.body = self.read[start..start + length].to_vec();
        self.read.drain(..start + length);
        Ok(Some(request))
    }

    fn more(&mut self) -> io::Result<bool> {
        let mut chunk = [0; 4096];
        let count = self.stream.read(&mut chunk)?;
        self.read.extend_from_slice(&chunk[..count]);
        Ok(count > 0 && self.read.len() < LIMIT)
    }

    /// A whole answer.
    pub(crate) fn respond(
        &mut self,
        status: u16,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> io::Result<()> {
        self.head(status, headers, body.len())?;
        self.stream.write_all(body)?;
        self.stream.flush()
    }

    /// Half of an answer, and the end.
    pub(crate) fn cut(&mut self, headers: &[(&str, &str)], body: &[u8]) -> io::Result<()> {
        self.head(200, headers, body.len())?;
        self.stream.write_all(&body[..body.len() / 2])?;
        self.stream.flush()?;
        Err(io::ErrorKind::ConnectionAborted.into())
    }

    /// A head alone; waits until the client is gone.
    pub(crate) fn promise(&mut self, length: usize) -> io::Result<()> {
        self.head(200, &[], length)?;
        self.stream.flush()?;
        while self.more()? {}
        Ok(())
    }

    /// Bytes that are no HTTP.
    pub(crate) fn raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)?;
        self.stream.flush()
    }

    fn head(&mut self, status: u16, headers: &[(&str, &str)], length: usize) -> io::Result<()> {
        let mut head = format!("HTTP/1.1 {status} -\r\ncontent-length: {length}\r\n");
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        self.stream.write_all(head.as_bytes())
    }
}
