//! curl's options, as far as they shape the request.

use crate::flow::{Body, Headers, Request, Url};

/// Short options that take a value.
const SHORT_WITH_VALUE: &[u8] = b"AbcCdDeEFHKmoPQrtTuUwxXyYz";

/// Long options that take a value and do not shape the request; those that do
/// are read below. From curl 8.11's manual.
const LONG_WITH_VALUE: &str = "\
    abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type \
    ciphers config connect-timeout connect-to continue-at cookie-jar \
    create-file-mode crlfile curves delegation dns-interface dns-ipv4-addr \
    dns-ipv6-addr dns-servers doh-url dump-header ech egd-file engine \
    etag-compare etag-save expect100-timeout ftp-account \
    ftp-alternative-to-user ftp-method ftp-port ftp-ssl-ccc-mode \
    happy-eyeballs-timeout-ms haproxy-clientip help hostpubmd5 \
    hostpubsha256 hsts interface ip-tos ipfs-gateway keepalive-cnt \
    keepalive-time key key-type krb libcurl limit-rate local-port \
    login-options mail-auth mail-from mail-rcpt max-filesize max-redirs \
    max-time netrc-file noproxy oauth2-bearer output output-dir \
    parallel-max pass pinnedpubkey preproxy proto proto-default \
    proto-redir proxy proxy-cacert proxy-capath proxy-cert proxy-cert-type \
    proxy-ciphers proxy-crlfile proxy-header proxy-key proxy-key-type \
    proxy-pass proxy-pinnedpubkey proxy-service-name proxy-tls13-ciphers \
    proxy-tlsauthtype proxy-tlspassword proxy-tlsuser proxy-user proxy1.0 \
    pubkey quote random-file range rate request-target resolve retry \
    retry-delay retry-max-time sasl-authzid service-name socks4 socks4a \
    socks5 socks5-gssapi-service socks5-hostname speed-limit speed-time \
    stderr telnet-option tftp-blksize time-cond tls-max tls13-ciphers \
    trace trace-ascii unix-socket write-out";

/// What the words of a command ask for.
#[derive(Default)]
struct Asked {
    url: Option<String>,
    method: Option<String>,
    implied: Option<&'static str>,
    http_version: &'static str,
    headers: Vec<(String, String)>,
    /// Fields whose default is taken back, as by `-H 'content-type:'`.
    removed: Vec<String>,
    data: Option<Vec<u8>>,
    query: Vec<Vec<u8>>,
    /// A body that is not in the command.
    elsewhere: bool,
    json: bool,
    get: bool,
}

/// The request of a command. `None` if it names no URL.
pub(super) fn request(words: &[Vec<u8>], warnings: &mut Vec<String>) -> Option<Request> {
    let mut asked = Asked::default();
    let mut words = words.iter().skip(1);
    let mut only_urls = false;
    while let Some(word) = words.next() {
        match word.as_slice() {
            b"--" => only_urls = true,
            b"--next" | b"-:" => {
                warnings.push("/request: what follows --next is not read".to_owned());
                break;
            }
            [b'-', b'-', name @ ..] if !only_urls => {
                let name = String::from_utf8_lossy(name);
                if takes_value(&name) {
                    let value = words.next().map(Vec::as_slice).unwrap_or_default();
                    asked.with_value(&name, value, warnings);
                } else {
                    asked.flag(&name);
                }
            }
            [b'-', letters @ ..] if !only_urls && !letters.is_empty() => {
                for (at, letter) in letters.iter().enumerate() {
                    if !SHORT_WITH_VALUE.contains(letter) {
                        asked.flag(long(*letter));
                        continue;
                    }
                    // Joined (`-XPOST`) or the next word.
                    let value = match &letters[at + 1..] {
                        [] => words.next().map(Vec::as_slice).unwrap_or_default(),
                        joined => joined,
                    };
                    asked.with_value(long(*letter), value, warnings);
                    break;
                }
            }
            url => asked.with_value("url", url, warnings),
        }
    }
    asked.request()
}

fn takes_value(name: &str) -> bool {
    let shapes = matches!(
        name,
        "cookie"
            | "form"
            | "form-string"
            | "header"
            | "json"
            | "referer"
            | "request"
            | "url"
            | "upload-file"
            | "url-query"
            | "user"
            | "user-agent"
    );
    shapes || name.starts_with("data") || LONG_WITH_VALUE.split(' ').any(|it| it == name)
}

/// The long name of a short option that shapes the request.
fn long(letter: u8) -> &'static str {
    match letter {
        b'0' => "http1.0",
        b'A' => "user-agent",
        b'b' => "cookie",
        b'd' => "data",
        b'e' => "referer",
        b'F' => "form",
        b'G' => "get",
        b'H' => "header",
        b'I' => "head",
        b'T' => "upload-file",
        b'X' => "request",
        _ => "",
    }
}

impl Asked {
    fn flag(&mut self, name: &str) {
        match name {
            "get" => self.get = true,
            "head" => self.implied = Some("HEAD"),
            "http1.0" => self.http_version = "HTTP/1.0",
            "http1.1" => self.http_version = "HTTP/1.1",
            "http2" | "http2-prior-knowledge" => self.http_version = "HTTP/2",
            "http3" | "http3-only" => self.http_version = "HTTP/3",
            _ => {}
        }
    }

    fn with_value(&mut self, name: &str, value: &[u8], warnings: &mut Vec<String>) {
        let text = || String::from_utf8_lossy(value).into_owned();
        match name {
            "url" if self.url.is_some() => {
                warnings.push(
                    "/request: several URLs in one command; only the first is read".to_owned(),
                );
            }
            "url" => self.url = Some(text()),
            "request" => self.method = Some(text()),
            "header" => self.header(&text()),
            // Without a `=` it names a file.
            "cookie" if value.contains(&b'=') => self.headers.push(("Cookie".to_owned(), text())),
            "cookie" => {}
            "referer" => self.headers.push(("Referer".to_owned(), text())),
            "user-agent" => self.headers.push(("User-Agent".to_owned(), text())),
            "url-query" => self.query.push(url_encoded(value).unwrap_or_default()),
            "json" => {
                self.json = true;
                self.data(value, b"", true, warnings);
            }
            "data" | "data-ascii" | "data-binary" => self.data(value, b"&", true, warnings),
            "data-raw" => self.data(value, b"&", false, warnings),
            "data-urlencode" => match url_encoded(value) {
                Some(value) => self.data(&value, b"&", false, warnings),
                None => self.data(b"@", b"&", true, warnings),
            },
            "form" | "form-string" => {
                if !self.elsewhere {
                    warnings.push("/request/body: a multipart form, left out".to_owned());
                }
                (self.elsewhere, self.implied) = (true, Some("POST"));
            }
            "upload-file" => {
                warnings.push("/request/body: in another file".to_owned());
                (self.elsewhere, self.implied) = (true, Some("PUT"));
            }
            _ => {}
        }
    }

    fn header(&mut self, line: &str) {
        match (line.split_once(':'), line.strip_suffix(';')) {
            (Some((name, value)), _) if !value.trim().is_empty() => {
                let name = name.trim();
                // DevTools copies HTTP/2's pseudo headers too.
                if !name.is_empty() {
                    self.headers
                        .push((name.to_owned(), value.trim().to_owned()));
                }
            }
            (Some((name, _)), _) => self.removed.push(name.trim().to_owned()),
            (None, Some(name)) => self.headers.push((name.trim().to_owned(), String::new())),
            (None, None) => {}
        }
    }

    fn data(&mut self, value: &[u8], joint: &[u8], files: bool, warnings: &mut Vec<String>) {
        if files && value.starts_with(b"@") {
            warnings.push("/request/body: in another file".to_owned());
            self.elsewhere = true;
        }
        let data = match &mut self.data {
            None => self.data.insert(Vec::new()),
            Some(data) => {
                data.extend_from_slice(joint);
                data
            }
        };
        data.extend_from_slice(value);
        self.implied.get_or_insert("POST");
    }

    fn request(mut self) -> Option<Request> {
        let mut url = self.url.take().filter(|url| !url.trim().is_empty())?;
        if !url.contains("://") {
            url.insert_str(0, "http://");
        }
        let mut query = self.query;
        if self.get {
            query.extend(self.data.take());
            self.implied = self.implied.filter(|implied| *implied != "POST");
        }
        for part in query {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(&String::from_utf8_lossy(&part));
        }
        let mut headers: Headers = self.headers.into_iter().collect();
        let mut default = |name: &str, value: &str| {
            let removed = self.removed.iter().any(|it| it.eq_ignore_ascii_case(name));
            if headers.get(name).is_none() && !removed {
                headers.push(name, value);
            }
        };
        if self.json {
            default("Content-Type", "application/json");
            default("Accept", "application/json");
        } else if self.data.is_some() {
            default("Content-Type", "application/x-www-form-urlencoded");
        }
        let body = match self.data {
            _ if self.elsewhere => Body::Dropped { size: None },
            Some(data) => Body::Bytes(data),
            None => Body::Absent,
        };
        let method = self.method.as_deref().or(self.implied).unwrap_or("GET");
        Some(Request {
            method: method.to_owned(),
            url: Url::new(url),
            http_version: self.http_version.to_owned(),
            headers,
            body,
        })
    }
}

/// The value of `--data-urlencode`; `None` if it is in a file.
fn url_encoded(value: &[u8]) -> Option<Vec<u8>> {
    let at = value.iter().position(|byte| matches!(byte, b'=' | b'@'));
    let (name, content) = match at {
        Some(at) if value[at] == b'@' => return None,
        Some(0) => (&b""[..], &value[1..]),
        Some(at) => (&value[..=at], &value[at + 1..]),
        None => (&b""[..], value),
    };
    let mut out = name.to_vec();
    for byte in content {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(*byte),
            _ => out.extend(format!("%{byte:02X}").bytes()),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::super::words;
    use super::*;

    fn of(line: &str) -> (Request, usize) {
        let mut warnings = Vec::new();
        let words = words::split(line.as_bytes()).words;
        let request = request(&words, &mut warnings).unwrap();
        (request, warnings.len())
    }

    #[test]
    fn the_method_is_asked_for_or_implied() {
        let table = [
            ("curl h", "GET"),
            ("curl h -d a", "POST"),
            ("curl h --json '{}'", "POST"),
            ("curl -d a -X PUT h", "PUT"),
            ("curl -XDELETE h", "DELETE"),
            ("curl -G -d a h", "GET"),
            ("curl -I h", "HEAD"),
            ("curl -T file h", "PUT"),
            ("curl -F a=b h", "POST"),
            ("curl --request PATCH --url h", "PATCH"),
        ];
        for (line, method) in table {
            assert_eq!(of(line).0.method, method, "{line}");
        }
    }

    #[test]
    fn data_becomes_the_body_or_the_query() {
        let table = [
            ("curl h -d a=1 --data-raw '@b' -d c", "a=1&@b&c"),
            (
                "curl h --data-urlencode 'a=b c+' --data-urlencode '=d/' --data-urlencode é",
                "a=b%20c%2B&d%2F&%C3%A9",
            ),
            ("curl h --json '{' --json '}'", "{}"),
            ("curl h -sSLda=1", "a=1"),
            ("curl h --data-binary $'a\\nb'", "a\nb"),
        ];
        for (line, body) in table {
            let request = of(line).0;
            assert_eq!(request.body.bytes(), Some(body.as_bytes()), "{line}");
            assert!(request.headers.get("content-type").is_some(), "{line}");
        }
        let request = of("curl 'https://h/p?x=1' -G -d a=1 -d b=2 --url-query 'c=d e'").0;
        assert_eq!(request.url.as_str(), "https://h/p?x=1&c=d%20e&a=1&b=2");
        assert_eq!(request.body, Body::Absent);
    }

    #[test]
    fn a_body_that_is_elsewhere_is_dropped_with_a_warning() {
        for line in [
            "curl h -d @file",
            "curl h --data-urlencode a@file",
            "curl h -F a=b -F c=d",
            "curl h -T file",
        ] {
            let (request, warnings) = of(line);
            assert_eq!(request.body, Body::Dropped { size: None }, "{line}");
            assert_eq!(warnings, 1, "{line}");
        }
    }

    #[test]
    fn values_of_other_options_are_no_urls() {
        let line = "curl -k --compressed -x http://p:1 -u me:x -o out --connect-timeout 5 -L \
                    -b 'a=1; b=2' -b jar -A ua -e ref -H 'X: y' -H 'Empty;' -H 'Accept:' \
                    -H ':path: /' --http2 --no-such-flag https://h/p";
        let (request, warnings) = of(line);
        assert_eq!(request.url.as_str(), "https://h/p");
        assert_eq!(request.http_version, "HTTP/2");
        assert_eq!(request.headers.cookie("b"), Some("2"));
        let names: Vec<&str> = request.headers.iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["Cookie", "User-Agent", "Referer", "X", "Empty"]);
        assert_eq!(warnings, 0);
        assert_eq!(of("curl a b --next c").1, 2);
    }

    #[test]
    fn incomplete_commands_are_none() {
        for line in ["curl ", "curl -X", "curl --url ''", "curl -d a", "curl -H"] {
            let words = words::split(line.as_bytes()).words;
            assert!(request(&words, &mut Vec::new()).is_none(), "{line}");
        }
    }
}
