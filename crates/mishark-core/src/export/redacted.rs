//! Flows to show to others: what is written of them, with placeholders for
//! secrets.

use std::ops::ControlFlow;

use crate::decode::{Decoded, Side};
use crate::flow::{Body, Flow, Headers, Request, Url};
use crate::redact::{Found, Redactor, in_header, in_parameter, in_text};
use crate::sweep::sweep_in_turns;
use crate::workspace::Workspace;

/// A redactor that knows the secrets of all flows of a workspace: what is one in the
/// last may stand in the first. A worker asks for its `turn` before each flow; `None`
/// if there was none.
pub fn learned<G>(workspace: &Workspace, turn: impl Fn() -> Option<G> + Sync) -> Option<Redactor> {
    let mut redactor = Redactor::new();
    let end = sweep_in_turns(
        workspace,
        workspace.ids(),
        turn,
        |_, flow, decoded| secrets(flow, decoded),
        |_, found| {
            redactor.learn(&found);
            ControlFlow::Continue(())
        },
    );
    end.is_continue().then_some(redactor)
}

/// A record's flow without its secrets. Bodies as they were sent are left out:
/// what is written is what was opened.
#[derive(Debug)]
pub struct Redacted {
    flow: Option<Flow>,
    decoded: Decoded,
}

/// The secrets of a flow by their names, for
/// [`Redactor::learn`]: what is one in one place is one in all others, those
/// before included.
pub fn secrets(flow: Option<&Flow>, decoded: &Decoded) -> Vec<Found> {
    let mut found = Vec::new();
    if let Some(flow) = flow {
        let heads = [
            Some(&flow.request.headers),
            flow.response.as_ref().map(|it| &it.headers),
        ];
        for (name, value) in heads.into_iter().flatten().flat_map(Headers::iter) {
            found.extend(in_header(name, value));
        }
        found.extend(in_text(flow.request.url.as_str().as_bytes()));
        found.extend(in_text(flow.request.body.bytes().unwrap_or_default()));
    }
    for side in [Some(&decoded.request), decoded.response.as_ref()]
        .into_iter()
        .flatten()
    {
        found.extend(in_text(side.plaintext.as_deref().unwrap_or_default()));
        for (name, value) in &side.params {
            found.extend(in_parameter(name, value));
        }
    }
    found
}

impl Redacted {
    /// Redacts a flow. Flows given in the same order get the same placeholders.
    pub fn new(mut flow: Option<Flow>, mut decoded: Decoded, redactor: &mut Redactor) -> Self {
        redactor.learn(&secrets(flow.as_ref(), &decoded));
        if let Some(flow) = &mut flow {
            request(&mut flow.request, redactor);
        }
        side(&mut decoded.request, redactor);
        if let Some(response) = flow.as_mut().and_then(|flow| flow.response.as_mut()) {
            response.headers = headers(&response.headers, redactor);
            response.body = Body::Absent;
        }
        if let Some(response) = &mut decoded.response {
            side(response, redactor);
        }
        Self { flow, decoded }
    }

    /// The flow; `None` if the entry could not be read.
    pub fn flow(&self) -> Option<&Flow> {
        self.flow.as_ref()
    }

    /// The flow opened.
    pub fn decoded(&self) -> &Decoded {
        &self.decoded
    }
}

fn request(request: &mut Request, redactor: &mut Redactor) {
    let url = redactor.text(request.url.as_str().as_bytes());
    request.url = Url::new(String::from_utf8_lossy(&url));
    request.headers = headers(&request.headers, redactor);
    request.body = Body::Absent;
}

fn headers(headers: &Headers, redactor: &mut Redactor) -> Headers {
    headers
        .iter()
        .map(|(name, value)| (name.to_owned(), redactor.header(name, value)))
        .collect()
}

fn side(side: &mut Side, redactor: &mut Redactor) {
    if let Some(plaintext) = &mut side.plaintext {
        let redacted = redactor.text(plaintext).into_owned();
        *plaintext = redacted;
    }
    for (name, value) in &mut side.params {
        *value = redactor.parameter(name, value).into_owned();
    }
    for warning in &mut side.warnings {
        *warning = redactor.words(warning);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::Capture;
    use crate::decode::Options;
    use crate::export::{Record, har, jsonl};
    use crate::redact::Kind;
    use crate::workspace::Workspace;

    /// Every entry of the sample as both formats write it, redacted or not.
    fn written(mut redactor: Option<&mut Redactor>) -> Vec<u8> {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/home.har");
        let mut workspace = Workspace::new(Options::default());
        workspace.add(Capture::open(path.as_ref()).unwrap());
        let mut out = Vec::new();
        for id in workspace.ids() {
            let (mut flow, mut decoded) = workspace.open(id);
            if let Some(redactor) = &mut redactor {
                let redacted = Redacted::new(flow, decoded, redactor);
                (flow, decoded) = (redacted.flow, redacted.decoded);
            }
            let record = Record {
                capture: "home.har",
                index: id.entry,
                entry: workspace.entry(id),
                flow: flow.as_ref(),
                decoded: &decoded,
                says: None,
            };
            jsonl::line(&record, &mut out);
            out.extend(har::entry(&record));
            out.push(b'\n');
        }
        out
    }

    #[test]
    fn no_secret_of_the_sample_is_written_and_the_rest_is_the_same() {
        let mut redactor = Redactor::new();
        let before = String::from_utf8(written(None)).unwrap();
        let after = String::from_utf8(written(Some(&mut redactor))).unwrap();
        // Of the sample's accounts, sessions, devices and password.
        for secret in [
            "Y/HuCEaczayf9zWrJ4qEum0cFwz1wRg8hgdjsoE4XpZzenTl",
            "2Iea6riCVVTPex6cdCfC",
            "1000000001",
            "an_sample00000000",
            "wWdeC7mApXWolmH",
            "qtdu70EIJFs1SwG6sLoWhg",
            "Rqq+s1QWvWbKW",
            "zkIvZCmzhoP",
            "7YkBz5YHuBZ6csx",
            "755E9DDE55431141408422398C1133CA",
            "egaLkrPzsmU94MqxKxMRjff8T0o",
            "0bb980a575a89661fec08aa83b63f1ee",
            "00112233445566778899aabbccddeeff",
        ] {
            let encoded = secret.replace('/', "%2F").replace('+', "%2B");
            assert!(
                before.contains(secret) || before.contains(&encoded),
                "{secret}"
            );
            assert!(!after.contains(secret), "{secret}");
            assert!(!after.contains(&encoded), "{secret}");
        }
        for kept in ["客厅吸顶灯", "900000001", "locale=zh_CN", "\"verified\""] {
            let count = |text: &str| text.matches(kept).count();
            assert_eq!(count(&before), count(&after), "{kept}");
        }
        let written: usize = Kind::ALL
            .iter()
            .map(|kind| after.matches(&format!("<{}-", kind.name())).count())
            .sum();
        assert!(written > redactor.counts().places(Kind::Token));
        for line in after.lines() {
            serde_json::from_str::<serde_json::Value>(line).unwrap();
        }
    }

    #[test]
    fn the_same_flows_are_redacted_the_same() {
        let once = written(Some(&mut Redactor::new()));
        assert!(once == written(Some(&mut Redactor::new())));
    }
}
