//! How fast flows are opened and proved, and what that time goes into.

#[path = "../examples/generate_capture/generate.rs"]
mod generate;

use std::hint::black_box;
use std::io::Write;
use std::ops::ControlFlow;

use divan::Bencher;
use divan::counter::BytesCount;
use flate2::Compression;
use flate2::write::GzEncoder;
use generate::{Format, Plan};
use mishark_core::capture::{Capture, Source};
use mishark_core::decode::{Options, State, decode};
use mishark_core::flow::{Body, Flow, Request, Response, Url};
use mishark_core::protocol::base64;
use mishark_core::protocol::cipher::Keystream;
use mishark_core::protocol::key::{Nonce, SignedNonce, Ssecurity};
use mishark_core::protocol::plaintext::{GUNZIP_LIMIT, gunzip};
use mishark_core::protocol::seal::{APP_STYLE, seal};
use mishark_core::session::Keyring;
use mishark_core::sweep::sweep;
use mishark_core::workspace::Workspace;

fn main() {
    divan::main();
}

/// Plaintext sizes: a usual answer, and a long device list.
const SIZES: [usize; 2] = [1_000, 100_000];

/// JSON that shrinks to about a quarter, as device lists do.
fn plaintext(size: usize) -> Vec<u8> {
    let mut json = b"{\"result\":[".to_vec();
    let mut number = 1_u64;
    while json.len() < size {
        number = number
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let device = format!(
            "{{\"did\":\"{}\",\"name\":\"客厅吸顶灯\",\"token\":\"{number:016x}\"}},",
            number >> 40
        );
        json.extend_from_slice(device.as_bytes());
    }
    json.extend_from_slice(b"0]}");
    json
}

fn zipped(plaintext: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(plaintext).expect("a Vec takes all");
    gzip.finish().expect("a Vec takes all")
}

fn key() -> (Ssecurity, Nonce) {
    let ssecurity = Ssecurity::parse(b"AAECAwQFBgcICQoLDA0ODw==").expect("base64 of 16 bytes");
    (ssecurity, Nonce::new([7; 8], 29_819_550))
}

fn signed_nonce() -> SignedNonce {
    let (ssecurity, nonce) = key();
    nonce.sign(&ssecurity)
}

/// A flow of the app whose answer is as long as that, with gzip inside or not.
fn flow(size: usize, gzip: bool) -> Flow {
    let (ssecurity, nonce) = key();
    let call = br#"{"params":[{"did":"1","siid":2,"piid":1}]}"#;
    let path = "/miotspec/prop/get";
    let sealed = seal(
        &APP_STYLE,
        "POST",
        path,
        &[("data", call)],
        &ssecurity,
        &nonce,
    );
    let mut answer = plaintext(size);
    if gzip {
        answer = zipped(&answer);
    }
    Keystream::new(&sealed.signed_nonce).apply(0, &mut answer);
    Flow {
        request: Request {
            method: "POST".to_owned(),
            url: Url::new("https://api.io.mi.com/app/miotspec/prop/get"),
            body: Body::Bytes(sealed.form.encode()),
            ..Request::default()
        },
        response: Some(Response {
            status: Some(200),
            body: Body::Bytes(base64::encode(&answer).into_bytes()),
            ..Response::default()
        }),
        ..Flow::default()
    }
}

#[divan::bench(args = SIZES)]
fn one_flow(bencher: Bencher<'_, '_>, size: usize) {
    let (flow, ring) = (flow(size, false), Keyring::new());
    bencher
        .counter(BytesCount::new(size))
        .bench_local(|| decode(black_box(&flow), &ring, Options::default()));
}

#[divan::bench(args = SIZES)]
fn one_flow_with_gzip(bencher: Bencher<'_, '_>, size: usize) {
    let (flow, ring) = (flow(size, true), Keyring::new());
    bencher
        .counter(BytesCount::new(size))
        .bench_local(|| decode(black_box(&flow), &ring, Options::default()));
}

/// Every flow of a capture, on all cores; the file is in memory.
#[divan::bench(sample_count = 20)]
fn a_sweep(bencher: Bencher<'_, '_>) {
    let plan = Plan {
        size: 20_000_000,
        seed: 1,
        format: Format::Har,
        pretty: true,
    };
    let mut bytes = Vec::new();
    plan.write(&mut bytes).expect("a Vec takes all");
    let size = bytes.len();
    let source = Source::from_bytes("generated", bytes).expect("it is not packed");
    let capture = Capture::index(source, &mut |_| ControlFlow::Continue(()));
    let mut workspace = Workspace::new(Options::default());
    workspace.add(capture.expect("a generated capture is one"));
    bencher.counter(BytesCount::new(size)).bench_local(|| {
        let mut verified = 0;
        let _ = sweep(
            &workspace,
            workspace.ids(),
            |_, _, decoded| decoded.state == State::Verified,
            |_, is_verified| {
                verified += usize::from(is_verified);
                ControlFlow::Continue(())
            },
        );
        verified
    });
}

/// The parts of opening an answer, each alone.
mod share {
    use super::*;

    #[divan::bench(args = SIZES)]
    fn base64_decode(bencher: Bencher<'_, '_>, size: usize) {
        let text = base64::encode(&plaintext(size));
        bencher
            .counter(BytesCount::new(size))
            .bench_local(|| base64::decode(black_box(text.as_bytes())).is_ok());
    }

    #[divan::bench(args = SIZES)]
    fn rc4(bencher: Bencher<'_, '_>, size: usize) {
        let (key, mut bytes) = (signed_nonce(), plaintext(size));
        bencher
            .counter(BytesCount::new(size))
            .bench_local(|| Keystream::new(&key).apply(0, black_box(&mut bytes)));
    }

    #[divan::bench(args = SIZES)]
    fn inflate(bencher: Bencher<'_, '_>, size: usize) {
        let gzip = zipped(&plaintext(size));
        bencher
            .counter(BytesCount::new(size))
            .bench_local(|| gunzip(black_box(&gzip), GUNZIP_LIMIT));
    }
}
