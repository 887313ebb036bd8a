//! Captures of any size, with the traits of real ones.
//!
//! ```text
//! Plan ─▶ blocks of flows, made on all cores ─▶ in order ─▶ out
//! ```
//!
//! Three logins stand at the start. Of the flows behind them 85 % are encrypted
//! (both keystream modes, a few without `ssecurity`), 5 % signed only, the rest
//! foreign. Answers have 0.5 to 4 KB, one in a hundred 100 KB to 2 MB; 60 % of
//! the encrypted ones are gzip inside. Plaintexts come from a pool, so that
//! most of the time goes into sealing them.
//!
//! A block depends on the seed and its number alone, so neither the number of
//! cores nor their speed changes a byte. Gzip is the real one, which another
//! version of it may write differently.

use std::io::{self, Write};
use std::ops::ControlFlow;

use flate2::Compression;
use flate2::write::GzEncoder;
use mishark_core::flow::Moment;
use mishark_core::ordered::{cores, in_order};
use mishark_core::protocol::base64;
use mishark_core::protocol::cipher::Keystream;
use mishark_core::protocol::key::{Nonce, Ssecurity};
use mishark_core::protocol::request::{KeystreamMode, Order, Scheme, Style};
use mishark_core::protocol::seal::{APP_STYLE, seal};

/// How many flows one job makes.
const BLOCK: u64 = 32;

/// 2026-09-12 00:00 UTC, in milliseconds; flows are 90 ms apart.
const START: i64 = 1_789_171_200_000;
const APART: i64 = 90;

/// How many plaintexts of each size there are.
const SMALL_PLAINTEXTS: u64 = 256;
const LARGE_PLAINTEXTS: u64 = 16;

/// The kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// HTTP Archive 1.2.
    Har,
    /// whistle's session list.
    Whistle,
}

/// What is to be written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    /// About how many bytes: the last block runs over.
    pub(crate) size: u64,
    pub(crate) seed: u64,
    pub(crate) format: Format,
    pub(crate) pretty: bool,
}

impl Plan {
    /// Writes the capture and tells how many flows it has.
    pub(crate) fn write(&self, out: &mut impl Write) -> io::Result<u64> {
        let world = World::new(*self);
        let (head, tail) = match self.format {
            Format::Har => (
                "{\"log\": {\"version\": \"1.2\", \"creator\": {\"name\": \
                 \"mishark generate_capture\", \"version\": \"1\"}, \"pages\": [], \"entries\": [",
                "]}}\n",
            ),
            Format::Whistle => ("[", "]\n"),
        };
        out.write_all(head.as_bytes())?;
        let (mut written, mut flows) = (0, 0);
        let mut result = Ok(());
        let _ = in_order(
            cores(),
            0_u64..,
            |number| world.block(number),
            |block| {
                let comma: &[u8] = if flows == 0 { b"" } else { b"," };
                result = out.write_all(comma).and_then(|()| out.write_all(&block));
                flows += BLOCK;
                written += block.len() as u64;
                if result.is_err() || written >= self.size {
                    return ControlFlow::Break(());
                }
                ControlFlow::Continue(())
            },
        );
        result?;
        out.write_all(tail.as_bytes())?;
        Ok(flows)
    }
}

/// What all flows share.
struct World {
    plan: Plan,
    logins: Vec<Login>,
    small: Vec<Plaintext>,
    large: Vec<Plaintext>,
}

struct Login {
    user_id: String,
    ssecurity: Ssecurity,
    cookie: String,
}

/// An answer's plaintext, and the same as gzip.
struct Plaintext {
    json: String,
    gzip: Vec<u8>,
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.next() as u8)
    }
}

impl World {
    fn new(plan: Plan) -> Self {
        let mut random = Random(plan.seed);
        let logins = (0..3)
            .map(|number| Login::new(number, &mut random))
            .collect();
        let small = (0..SMALL_PLAINTEXTS)
            .map(|_| Plaintext::new(500 + random.below(3_500) as usize, &mut random))
            .collect();
        let large = (0..LARGE_PLAINTEXTS)
            .map(|number| {
                // Evenly spread over the powers of two from 100 KB to 2 MB.
                let power = number as f64 / (LARGE_PLAINTEXTS - 1) as f64;
                let size = 100_000.0 * 20_f64.powf(power);
                Plaintext::new(size as usize, &mut random)
            })
            .collect();
        Self {
            plan,
            logins,
            small,
            large,
        }
    }

    /// The flows of one block, with commas between them.
    fn block(&self, number: u64) -> Vec<u8> {
        let mut random = Random(self.plan.seed ^ (number + 1).wrapping_mul(0xd605_bbb5_8c8a_bbfd));
        let mut json = Json::new(self.plan.pretty);
        for index in number * BLOCK..(number + 1) * BLOCK {
            let flow = self.flow(index, &mut random);
            json.element();
            match self.plan.format {
                Format::Har => har(&mut json, &flow),
                Format::Whistle => whistle(&mut json, &flow),
            }
        }
        json.out
    }

    fn flow(&self, index: u64, random: &mut Random) -> Flow {
        let started = START + index as i64 * APART;
        if let Some(login) = self.logins.get(index as usize) {
            return login.flow(index, started);
        }
        match random.below(100) {
            0..85 => self.encrypted(started, random),
            85..90 => self.signed_only(started, random),
            _ => self.foreign(started, random),
        }
    }

    fn plaintext(&self, random: &mut Random) -> &Plaintext {
        let pool = if random.below(100) == 0 {
            &self.large
        } else {
            &self.small
        };
        &pool[random.below(pool.len() as u64) as usize]
    }

    fn encrypted(&self, started: i64, random: &mut Random) -> Flow {
        let login = &self.logins[random.below(3) as usize];
        let style = Style {
            keystream: match random.below(3) {
                0 => KeystreamMode::Fresh,
                _ => KeystreamMode::Chained,
            },
            order: Order::Sorted,
            sends_ssecurity: random.below(8) > 0,
            ..APP_STYLE
        };
        let path = PATHS[random.below(PATHS.len() as u64) as usize];
        let nonce = Nonce::new(random.bytes(), (started / 60_000) as i32);
        let call = call(random);
        let params = [("data", call.as_bytes())];
        let sealed = seal(&style, "POST", path, &params, &login.ssecurity, &nonce);
        let plaintext = self.plaintext(random);
        let gzip = random.below(100) < 60;
        let mut answer = if gzip {
            plaintext.gzip.clone()
        } else {
            plaintext.json.clone().into_bytes()
        };
        Keystream::new(&sealed.signed_nonce).apply(0, &mut answer);
        let mut headers = login.headers();
        headers.push(("miot-encrypt-algorithm", "ENCRYPT-RC4".to_owned()));
        headers.push(("miot-accept-encoding", "GZIP".to_owned()));
        let mut answer_headers = vec![("content-type", "text/plain; charset=utf-8".to_owned())];
        if gzip {
            answer_headers.push(("miot-content-encoding", "GZIP".to_owned()));
        }
        Flow {
            started,
            took: 20 + random.below(300) as i64,
            method: "POST",
            url: format!("https://api.io.mi.com/app{path}"),
            headers,
            body: sealed.form.encode(),
            answer_headers,
            answer: base64::encode(&answer).into_bytes(),
        }
    }

    fn signed_only(&self, started: i64, random: &mut Random) -> Flow {
        let login = &self.logins[random.below(3) as usize];
        let style = Style {
            scheme: Scheme::Hmac,
            sends_ssecurity: false,
            ..APP_STYLE
        };
        let path = PATHS[random.below(PATHS.len() as u64) as usize];
        let nonce = Nonce::new(random.bytes(), (started / 60_000) as i32);
        let call = call(random);
        let params = [("data", call.as_bytes())];
        let sealed = seal(&style, "POST", path, &params, &login.ssecurity, &nonce);
        Flow {
            started,
            took: 20 + random.below(300) as i64,
            method: "POST",
            url: format!("https://api.io.mi.com/app{path}"),
            headers: login.headers(),
            body: sealed.form.encode(),
            answer_headers: vec![("content-type", "application/json".to_owned())],
            answer: self.plaintext(random).json.clone().into_bytes(),
        }
    }

    fn foreign(&self, started: i64, random: &mut Random) -> Flow {
        let number = random.below(10_000);
        let is_image = random.below(2) == 0;
        let (path, kind, answer) = if is_image {
            let mut bytes = Vec::new();
            while bytes.len() < 2_000 + (number as usize * 2) {
                bytes.extend(random.next().to_le_bytes());
            }
            (format!("icons/{number}.webp"), "image/webp", bytes)
        } else {
            let json = self.plaintext(random).json.clone();
            (
                format!("config/{number}.json"),
                "application/json",
                json.into_bytes(),
            )
        };
        Flow {
            started,
            took: 20 + random.below(300) as i64,
            method: "GET",
            url: format!("https://cdn.example.net/{path}"),
            headers: vec![
                ("host", "cdn.example.net".to_owned()),
                ("user-agent", "SampleBrowser/1.0".to_owned()),
            ],
            body: Vec::new(),
            answer_headers: vec![("content-type", kind.to_owned())],
            answer,
        }
    }
}

/// The paths of calls, as they are signed.
const PATHS: [&str; 8] = [
    "/miotspec/prop/get",
    "/miotspec/prop/set",
    "/miotspec/action",
    "/home/rpc/900000001",
    "/v2/homeroom/gethome",
    "/v2/home/device_list_page",
    "/user/get_user_device_data",
    "/v2/message/v2/check_new_msg",
];

impl Login {
    fn new(number: u64, random: &mut Random) -> Self {
        let key = base64::encode(&random.bytes::<16>());
        let token = base64::encode(&random.bytes::<120>());
        let user_id = (1_000_000_001 + number).to_string();
        Self {
            ssecurity: Ssecurity::parse(key.as_bytes()).expect("16 bytes in base64 are a key"),
            cookie: format!(
                "userId={user_id}; yetAnotherServiceToken={token}; serviceToken={token}; \
                 countryCode=CN; locale=zh_CN; timezone_id=Asia/Shanghai; timezone=GMT+08:00; \
                 is_daylight=0; dst_offset=0; PassportDeviceId=an_sample00000000; \
                 channel=MI_APP_STORE"
            ),
            user_id,
        }
    }

    fn headers(&self) -> Vec<(&'static str, String)> {
        vec![
            ("host", "api.io.mi.com".to_owned()),
            (
                "user-agent",
                "Android-15-11.0.701-SAMPLE-PHONE-SmartHome-MI_APP_STORE-SAMPLE-64".to_owned(),
            ),
            ("x-xiaomi-protocal-flag-cli", "PROTOCAL-HTTP2".to_owned()),
            ("accept-encoding", "identity".to_owned()),
            (
                "content-type",
                "application/x-www-form-urlencoded".to_owned(),
            ),
            ("cookie", self.cookie.clone()),
        ]
    }

    fn flow(&self, index: u64, started: i64) -> Flow {
        let Self {
            user_id, ssecurity, ..
        } = self;
        let answer = format!(
            "&&&START&&&{{\"code\":0,\"ssecurity\":\"{}\",\"userId\":{user_id},\"nonce\":{}}}",
            ssecurity.encode(),
            5_000_000_000_000_000_000 + index,
        );
        Flow {
            started,
            took: 200,
            method: "POST",
            url: "https://account.xiaomi.com/pass/serviceLoginAuth2?sid=xiaomiio".to_owned(),
            headers: vec![("host", "account.xiaomi.com".to_owned())],
            body: format!("user={user_id}&sid=xiaomiio&_json=true").into_bytes(),
            answer_headers: vec![("content-type", "application/json".to_owned())],
            answer: answer.into_bytes(),
        }
    }
}

/// A call of one to eight properties.
fn call(random: &mut Random) -> String {
    let params: Vec<String> = (0..1 + random.below(8))
        .map(|_| {
            let (did, piid) = (900_000_000 + random.below(40), 1 + random.below(12));
            format!("{{\"did\":\"{did}\",\"siid\":2,\"piid\":{piid}}}")
        })
        .collect();
    format!("{{\"params\":[{}],\"datasource\":1}}", params.join(","))
}

impl Plaintext {
    fn new(size: usize, random: &mut Random) -> Self {
        const NAMES: [&str; 6] = [
            "客厅吸顶灯",
            "扫地机",
            "卧室空调",
            "温湿度计",
            "书房插座",
            "空气净化器",
        ];
        let mut json = String::from("{\"code\":0,\"message\":\"ok\",\"result\":[");
        while json.len() < size {
            if !json.ends_with('[') {
                json.push(',');
            }
            let name = NAMES[random.below(6) as usize];
            json.push_str(&format!(
                "{{\"did\":\"{}\",\"name\":\"{name}\",\"siid\":{},\"piid\":{},\"value\":{},\
                 \"code\":0,\"updateTime\":{},\"token\":\"{:016x}\"}}",
                900_000_000 + random.below(40),
                2 + random.below(6),
                1 + random.below(12),
                random.below(1_000),
                1_789_000_000 + random.below(1_000_000),
                random.next(),
            ));
        }
        json.push_str("]}");
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(json.as_bytes())
            .expect("a Vec takes all that is written");
        Self {
            gzip: gzip.finish().expect("a Vec takes all that is written"),
            json,
        }
    }
}

/// One flow before it is written.
struct Flow {
    started: i64,
    took: i64,
    method: &'static str,
    url: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    answer_headers: Vec<(&'static str, String)>,
    answer: Vec<u8>,
}

fn har(json: &mut Json, flow: &Flow) {
    let started = Moment::from_millis(flow.started).expect("a generated time is a time");
    json.open(b'{');
    json.text("startedDateTime", started.to_string().as_bytes());
    json.number("time", flow.took);
    json.key("request");
    json.open(b'{');
    json.text("method", flow.method.as_bytes());
    json.text("url", flow.url.as_bytes());
    json.text("httpVersion", b"HTTP/2.0");
    let cookie = flow.headers.iter().find(|(name, _)| *name == "cookie");
    let cookies = cookie.map_or("", |(_, line)| line).split("; ");
    pairs(
        json,
        "cookies",
        cookies.filter_map(|pair| pair.split_once('=')),
    );
    har_headers(json, &flow.headers);
    json.key("queryString");
    json.open(b'[');
    json.close(b']');
    json.number("headersSize", -1);
    json.number("bodySize", flow.body.len() as i64);
    if !flow.body.is_empty() {
        json.key("postData");
        json.open(b'{');
        json.text("mimeType", b"application/x-www-form-urlencoded");
        json.text("text", &flow.body);
        let fields: Vec<_> = form_urlencoded::parse(&flow.body).collect();
        let fields = fields.iter().map(|(name, value)| (&**name, &**value));
        pairs(json, "params", fields);
        json.close(b'}');
    }
    json.close(b'}');
    json.key("response");
    json.open(b'{');
    json.number("status", 200);
    json.text("statusText", b"");
    json.text("httpVersion", b"HTTP/2.0");
    json.key("cookies");
    json.open(b'[');
    json.close(b']');
    har_headers(json, &flow.answer_headers);
    json.key("content");
    json.open(b'{');
    json.number("size", flow.answer.len() as i64);
    json.text("mimeType", flow.answer_headers[0].1.as_bytes());
    if std::str::from_utf8(&flow.answer).is_ok() {
        json.text("text", &flow.answer);
    } else {
        json.text("text", base64::encode(&flow.answer).as_bytes());
        json.text("encoding", b"base64");
    }
    json.close(b'}');
    json.text("redirectURL", b"");
    json.number("headersSize", -1);
    json.number("bodySize", flow.answer.len() as i64);
    json.close(b'}');
    json.key("cache");
    json.open(b'{');
    json.close(b'}');
    json.key("timings");
    json.open(b'{');
    json.number("send", 1);
    json.number("wait", flow.took - 2);
    json.number("receive", 1);
    json.close(b'}');
    json.close(b'}');
}

fn har_headers(json: &mut Json, headers: &[(&str, String)]) {
    let fields = headers.iter();
    pairs(
        json,
        "headers",
        fields.map(|(name, value)| (*name, value.as_str())),
    );
}

/// A list of names and values, which HAR has of headers, cookies and
/// parameters alike.
fn pairs<'a>(json: &mut Json, member: &str, pairs: impl Iterator<Item = (&'a str, &'a str)>) {
    json.key(member);
    json.open(b'[');
    for (name, value) in pairs {
        json.element();
        json.open(b'{');
        json.text("name", name.as_bytes());
        json.text("value", value.as_bytes());
        json.close(b'}');
    }
    json.close(b']');
}

fn whistle(json: &mut Json, flow: &Flow) {
    json.open(b'{');
    json.number("startTime", flow.started);
    json.text("id", format!("{}-000", flow.started).as_bytes());
    json.text("url", flow.url.as_bytes());
    json.key("req");
    json.open(b'{');
    json.text("method", flow.method.as_bytes());
    json.text("httpVersion", b"2.0");
    whistle_side(json, &flow.headers, &flow.body);
    json.key("res");
    json.open(b'{');
    json.number("statusCode", 200);
    whistle_side(json, &flow.answer_headers, &flow.answer);
    json.text("version", b"2.10.10");
    json.number("endTime", flow.started + flow.took);
    json.close(b'}');
}

fn whistle_side(json: &mut Json, headers: &[(&str, String)], body: &[u8]) {
    for member in ["headers", "rawHeaders"] {
        json.key(member);
        json.open(b'{');
        for (name, value) in headers {
            json.text(name, value.as_bytes());
        }
        json.close(b'}');
    }
    json.number("size", body.len() as i64);
    json.text("body", b"");
    json.text("base64", base64::encode(body).as_bytes());
    json.close(b'}');
}

/// JSON as it is written, with two blanks a level or none at all.
struct Json {
    out: Vec<u8>,
    pretty: bool,
    depth: usize,
    /// Nothing stands in the innermost container yet.
    empty: bool,
}

impl Json {
    fn new(pretty: bool) -> Self {
        Self {
            out: Vec::with_capacity(1 << 19),
            pretty,
            depth: 1,
            empty: true,
        }
    }

    /// Begins the next element or member.
    fn element(&mut self) {
        if !self.empty {
            self.out.push(b',');
        }
        self.empty = false;
        self.line();
    }

    fn line(&mut self) {
        if self.pretty {
            self.out.push(b'\n');
            self.out.extend(std::iter::repeat_n(b' ', 2 * self.depth));
        }
    }

    fn open(&mut self, bracket: u8) {
        self.out.push(bracket);
        self.depth += 1;
        self.empty = true;
    }

    fn close(&mut self, bracket: u8) {
        self.depth -= 1;
        if !self.empty {
            self.line();
        }
        self.out.push(bracket);
        self.empty = false;
    }

    fn key(&mut self, name: &str) {
        self.element();
        self.string(name.as_bytes());
        self.out.push(b':');
        if self.pretty {
            self.out.push(b' ');
        }
    }

    fn number(&mut self, name: &str, number: i64) {
        self.key(name);
        self.out.extend_from_slice(number.to_string().as_bytes());
    }

    fn text(&mut self, name: &str, text: &[u8]) {
        self.key(name);
        self.string(text);
    }

    /// A string; there are no control characters in what is generated.
    fn string(&mut self, text: &[u8]) {
        self.out.push(b'"');
        let mut rest = text;
        while let Some(at) = memchr::memchr2(b'"', b'\\', rest) {
            self.out.extend_from_slice(&rest[..at]);
            self.out.extend([b'\\', rest[at]]);
            rest = &rest[at + 1..];
        }
        self.out.extend_from_slice(rest);
        self.out.push(b'"');
    }
}
