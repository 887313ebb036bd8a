//! The stages of every flow in the samples and the recorders' captures agree
//! with what was decoded, and a person can do each by hand.

#![expect(clippy::unwrap_used, reason = "the helpers of tests are tests too")]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use hmac::{Hmac, KeyInit, Mac};
use mishark_core::capture::Capture;
use mishark_core::decode::stages::{HEAD, Kind, Outcome, Stage, Which};
use mishark_core::decode::{Decoded, Options, Side, explain, whole_of_stage};
use mishark_core::flow::Flow;
use mishark_core::protocol::base64;
use mishark_core::protocol::cipher::Keystream;
use mishark_core::protocol::key::SignedNonce;
use mishark_core::protocol::plaintext::{Gunzip, gunzip, is_text};
use mishark_core::protocol::request::Scheme;
use mishark_core::protocol::signature::Check;
use mishark_core::session::{KeyOrigin, parse_key_file};
use mishark_core::workspace::Workspace;
use sha1::{Digest, Sha1};
use sha2::Sha256;

/// One flow with its stages and all that can be copied of them.
struct Told {
    name: String,
    flow: Flow,
    decoded: Decoded,
    stages: Vec<(Stage, Option<Vec<u8>>)>,
}

impl Told {
    fn side(&self, side: Which) -> impl Iterator<Item = &(Stage, Option<Vec<u8>>)> {
        self.stages
            .iter()
            .filter(move |(stage, _)| stage.side == side)
    }

    fn whole(&self, kind: Kind) -> Option<&[u8]> {
        let mut stages = self.stages.iter();
        let (_, whole) = stages.find(|(stage, whole)| {
            stage.kind == kind && stage.outcome != Outcome::Skipped && whole.is_some()
        })?;
        whole.as_deref()
    }

    fn outcome(&self, kind: Kind) -> Option<Outcome> {
        let mut stages = self.stages.iter();
        stages
            .find(|(stage, _)| stage.kind == kind)
            .map(|(stage, _)| stage.outcome)
    }

    fn name(&self) -> String {
        let lines: Vec<String> = self
            .stages
            .iter()
            .map(|(stage, _)| {
                format!(
                    "{:?} {} {:?} {}",
                    stage.side,
                    stage.name(),
                    stage.outcome,
                    stage.says
                )
            })
            .collect();
        format!("{}\n{}", self.name, lines.join("\n"))
    }
}

fn files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<PathBuf> = ["samples", "tests/captures"]
        .iter()
        .flat_map(|folder| std::fs::read_dir(root.join(folder)).into_iter().flatten())
        .map(|item| item.unwrap().path())
        .filter(|path| {
            let name = path.file_name().unwrap().to_string_lossy();
            !["README.md", "no-keys.key"].contains(&&*name)
                && !name.ends_with(".expected.json")
                && !name.ends_with(".spec.json")
        })
        .collect();
    files.sort();
    files
}

/// Every flow of every file, told once for all tests; those of `no-keys.har` without and with its key.
static ALL: LazyLock<Vec<Told>> = LazyLock::new(|| {
    let mut all = Vec::new();
    for path in files() {
        let mut workspace = Workspace::new(Options::default());
        workspace.add(Capture::open(&path).unwrap());
        tell(&workspace, &path, &mut all);
        if path.ends_with("no-keys.har") {
            let key = std::fs::read(path.with_extension("key")).unwrap();
            let key = String::from_utf8(key).unwrap();
            for session in parse_key_file(&key, &KeyOrigin::Given).unwrap() {
                workspace.add_session(session);
            }
            tell(&workspace, &path, &mut all);
        }
    }
    assert!(all.len() > 100, "{} flows", all.len());
    all
});

fn tell(workspace: &Workspace, path: &Path, all: &mut Vec<Told>) {
    let (ring, options) = (workspace.ring(), Options::default());
    for id in workspace.ids() {
        let (Some(flow), opened) = workspace.open(id) else {
            continue;
        };
        let (decoded, stages) = explain(&flow, ring, options);
        assert_eq!(opened, decoded, "who listens changes nothing");
        let stages = stages.into_iter().enumerate();
        let stages = stages
            .map(|(index, stage)| (stage, whole_of_stage(&flow, ring, options, index)))
            .collect();
        all.push(Told {
            name: format!("{}, entry {}", path.display(), id.entry),
            flow,
            decoded,
            stages,
        });
    }
}

#[test]
fn what_a_stage_shows_is_what_it_copies() {
    for told in ALL.iter() {
        assert!(told.side(Which::Request).count() > 0, "{}", told.name());
        for (stage, whole) in &told.stages {
            let name = told.name();
            assert_eq!(stage.whole.is_some(), whole.is_some(), "{stage:?}: {name}");
            assert!(stage.head.len() <= HEAD && stage.head.len() <= stage.size.unwrap_or(0));
            assert!(
                !stage.says.is_empty() && !stage.says.contains(char::is_control),
                "{name}"
            );
            let Some(whole) = whole else { continue };
            assert_eq!(
                stage.whole.unwrap().is_text,
                is_text(whole),
                "{stage:?}: {name}"
            );
            // Of base64, key and signed nonce the text is copied and the
            // bytes are shown.
            let shown = match stage.kind {
                Kind::Base64 => base64::decode(whole)
                    .map(|decoded| decoded.bytes)
                    .unwrap_or_default(),
                Kind::Key | Kind::Nonce | Kind::SignedNonce => base64::decode(whole).unwrap().bytes,
                Kind::Rc4Hash | Kind::Signature => Vec::new(),
                _ => whole.clone(),
            };
            assert_eq!(stage.size.unwrap_or(0), shown.len(), "{stage:?}: {name}");
            assert!(shown.starts_with(&stage.head), "{stage:?}: {name}");
        }
    }
}

#[test]
fn the_last_step_of_each_side_yields_the_plaintext_that_was_decoded() {
    for told in ALL.iter() {
        let label = match told.decoded.scheme {
            Some(_) => "data: ",
            None => "",
        };
        yields(told, Which::Request, label, &told.decoded.request);
        match &told.decoded.response {
            Some(side) => yields(told, Which::Response, "", side),
            None => assert!(told.side(Which::Response).all(|(_, whole)| whole.is_none())),
        }
    }
}

#[track_caller]
fn yields(told: &Told, which: Which, label: &str, side: &Side) {
    let name = told.name();
    let labelled = |label: &str, kinds: &[Kind]| {
        told.side(which)
            .filter(|(stage, _)| kinds.contains(&stage.kind) && stage.says.starts_with(label))
            .filter(|(stage, _)| {
                stage.outcome == Outcome::Done
                    || (stage.kind, stage.outcome) == (Kind::Gzip, Outcome::Failed)
            })
            .filter_map(|(_, whole)| whole.clone())
            .last()
    };
    let json: Vec<_> = told
        .side(which)
        .filter(|(stage, _)| stage.kind == Kind::Json && stage.says.starts_with(label))
        .collect();
    let Some(plaintext) = &side.plaintext else {
        assert!(json.is_empty(), "{name}");
        return;
    };
    if !plaintext.is_empty() {
        assert_eq!(json[0].1.as_ref(), Some(plaintext), "{name}");
    }
    let undone = [Kind::Transport, Kind::Prefix, Kind::Rc4, Kind::Gzip];
    if let Some(last) = labelled(label, &undone) {
        assert_eq!(&last, plaintext, "{name}");
    }
    for (param, bytes) in &side.params {
        if told.decoded.scheme == Some(Scheme::Rc4) {
            let last = labelled(&format!("{param}: "), &[Kind::Rc4, Kind::Gzip]);
            assert_eq!(last.as_ref(), Some(bytes), "{param}: {name}");
        }
    }
}

#[test]
fn the_steps_are_those_that_were_decoded() {
    for told in ALL.iter() {
        let sides = [
            (Which::Request, Some(&told.decoded.request)),
            (Which::Response, told.decoded.response.as_ref()),
        ];
        for (which, side) in sides {
            let Some(side) = side.filter(|side| side.plaintext.is_some()) else {
                continue;
            };
            let steps = side.steps.iter().map(|step| step.name());
            let expected: Vec<&str> = steps.map(|name| name.trim_end_matches("-gzip")).collect();
            // Of several values, the steps of the call are told.
            let is_step = |stage: &Stage| match stage.kind {
                Kind::Form | Kind::Params | Kind::Prefix | Kind::Query | Kind::Transport => true,
                Kind::Base64 | Kind::Gzip | Kind::Rc4 => {
                    which == Which::Response || stage.says.starts_with("data: ")
                }
                _ => false,
            };
            let stages = told.side(which).map(|(stage, _)| stage);
            let found: Vec<&str> = stages
                .filter(|stage| is_step(stage) && stage.outcome != Outcome::Skipped)
                .map(Stage::name)
                .collect();
            assert_eq!(found, expected, "{}", told.name());
        }
    }
}

#[test]
fn the_checks_are_those_that_were_decoded_and_their_strings_hash_to_them() {
    let mut matches = [0; 3];
    for told in ALL.iter() {
        let name = told.name();
        let expected = |check: &Check| match check {
            Check::Absent => Outcome::Skipped,
            Check::Match => Outcome::Done,
            Check::Mismatch { .. } => Outcome::Differs,
            Check::Unknown => Outcome::Unknown,
        };
        let Some(scheme) = told.decoded.scheme else {
            assert_eq!(told.outcome(Kind::Signature), None, "{name}");
            assert_eq!(told.outcome(Kind::Rc4Hash), None, "{name}");
            continue;
        };
        let signature = told.outcome(Kind::Signature);
        assert_eq!(signature, Some(expected(&told.decoded.signature)), "{name}");
        let hash = told.outcome(Kind::Rc4Hash);
        let hash_expected = (scheme == Scheme::Rc4).then_some(expected(&told.decoded.rc4_hash));
        assert_eq!(hash, hash_expected, "{name}");

        let mac = |string: &[u8]| match scheme {
            Scheme::Hmac => {
                let key = base64::decode(told.whole(Kind::SignedNonce).unwrap())
                    .unwrap()
                    .bytes;
                let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
                mac.update(string);
                base64::encode(&mac.finalize().into_bytes())
            }
            Scheme::Rc4 => base64::encode(&Sha1::digest(string)),
        };
        let sent = field(&told.flow, "signature");
        match (&told.decoded.signature, told.whole(Kind::Signature)) {
            (Check::Match, string) => {
                let sent = base64::decode(&sent.unwrap()).unwrap().text.into_owned();
                assert_eq!(mac(string.unwrap()), sent, "{name}");
                matches[scheme as usize] += 1;
            }
            (Check::Mismatch { expected, .. }, Some(string)) => {
                assert_eq!(&mac(string), expected, "{name}");
            }
            (_, string) => assert_eq!(string, None, "{name}"),
        }
        match (&told.decoded.rc4_hash, told.whole(Kind::Rc4Hash)) {
            (Check::Match, string) => {
                let decrypted = told.side(Which::Request).find(|(stage, _)| {
                    stage.kind == Kind::Rc4 && stage.says.starts_with("rc4_hash__: ")
                });
                let sent = decrypted.unwrap().1.as_ref().unwrap();
                let hash = base64::encode(&Sha1::digest(string.unwrap()));
                assert_eq!(hash.as_bytes(), sent, "{name}");
                matches[2] += 1;
            }
            (Check::Mismatch { expected, .. }, Some(string)) => {
                assert_eq!(&base64::encode(&Sha1::digest(string)), expected, "{name}");
            }
            (_, string) => assert_eq!(string, None, "{name}"),
        }
    }
    assert!(matches.iter().all(|count| *count > 2), "{matches:?}");
}

/// A field's value, wherever it stands.
fn field(flow: &Flow, name: &str) -> Option<Vec<u8>> {
    use mishark_core::flow::Body;
    use mishark_core::protocol::form::Form;
    let body = match &flow.request.body {
        Body::Params(params) => {
            let param = params.iter().find(|(param, _)| param == name);
            return param.map(|(_, value)| value.clone().into_bytes());
        }
        body => body.bytes().and_then(|body| Form::parse(body).ok()),
    };
    let query = flow
        .request
        .url
        .query()
        .and_then(|query| Form::parse(query.as_bytes()).ok());
    let mut forms = body.iter().chain(&query);
    forms.find_map(|form| form.get(name)).map(<[u8]>::to_vec)
}

#[test]
fn an_answer_can_be_opened_by_hand_with_what_is_copied() {
    let mut opened = 0;
    for told in ALL.iter() {
        let of = |kind| {
            let mut stages = told.side(Which::Response);
            stages.find(|(stage, whole)| {
                stage.kind == kind && whole.is_some() && stage.outcome != Outcome::Skipped
            })
        };
        let Some((_, Some(decrypted))) = of(Kind::Rc4) else {
            continue;
        };
        let signed_nonce = SignedNonce::parse(told.whole(Kind::SignedNonce).unwrap()).unwrap();
        let (_, text) = of(Kind::Base64).unwrap();
        let mut bytes = base64::decode(text.as_ref().unwrap()).unwrap().bytes;
        Keystream::new(&signed_nonce).apply(0, &mut bytes);
        assert_eq!(&bytes, decrypted, "{}", told.name());
        if let Some((stage, Some(unpacked))) = of(Kind::Gzip) {
            match gunzip(&bytes, u64::MAX - 1) {
                Gunzip::Whole(whole) => {
                    assert_eq!((&whole, stage.outcome), (unpacked, Outcome::Done))
                }
                Gunzip::Broken(part) => {
                    assert_eq!((&part, stage.outcome), (unpacked, Outcome::Failed))
                }
                Gunzip::TooBig(_) => unreachable!("there is no limit"),
            }
        }
        opened += 1;
    }
    assert!(opened > 50, "{opened}");
}

#[test]
fn no_key_is_in_words_or_in_debug() {
    for told in ALL.iter() {
        let stages: Vec<&Stage> = told.stages.iter().map(|(stage, _)| stage).collect();
        let shown = format!("{stages:?}");
        for (stage, whole) in &told.stages {
            if matches!(stage.kind, Kind::Key | Kind::SignedNonce) && whole.is_some() {
                let text = String::from_utf8(whole.clone().unwrap()).unwrap();
                assert!(stage.is_secret && !shown.contains(&text), "{}", told.name());
            }
        }
    }
}
