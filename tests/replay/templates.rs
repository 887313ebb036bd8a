//! Every template goes round the cloud and says what it does before.

use mishark_core::call::{Nature, nature};
use mishark_core::replay::{Answer, Draft, check};
use mishark_core::template::{ALL, Blank, BlankKind, find};

use crate::home::{ACCOUNT, endpoint, session};
use crate::round::ask;
use crate::support::cloud::Cloud;

fn value(blank: &Blank) -> &'static str {
    match (blank.name, blank.kind) {
        ("did", _) => "500000001",
        (_, BlankKind::Json) => "[]",
        (_, BlankKind::Number) => "2",
        (_, BlankKind::Text) => "客厅 \"x\"",
    }
}

#[test]
fn every_template_is_accepted_with_the_plaintext_it_shows() {
    let cloud = Cloud::http(vec![ACCOUNT.into()]);
    for template in ALL {
        let values: Vec<_> = template
            .blanks
            .iter()
            .map(|it| (it.name, value(it)))
            .collect();
        let filled = template.fill(&values).unwrap();
        let mut draft = Draft::new("https://api.io.mi.com", &filled.path, filled.data.as_str());
        draft.session = Some(session().id());
        assert!(check(&draft).problems.is_empty(), "{}", template.name);
        let (flow, decoded) = ask(&draft, &session(), &endpoint(&cloud));
        assert_eq!(
            Answer::of(&flow, &decoded),
            Some(Answer::Fine),
            "{}",
            template.name
        );
        let seen = cloud.seen().remove(0);
        assert_eq!(seen.params, [("data".to_owned(), filled.data.into_bytes())]);
    }
}

#[test]
fn names_are_distinct_and_reads_come_first() {
    let natures = ALL.map(|template| nature(template.path, template.data.as_bytes()));
    let first_write = natures.iter().position(|nature| *nature == Nature::Write);
    let after = &natures[first_write.unwrap()..];
    assert!(after.iter().all(|nature| *nature == Nature::Write));
    for (index, template) in ALL.iter().enumerate() {
        assert!(ALL[..index].iter().all(|other| other.name != template.name));
    }
}

#[test]
fn what_a_call_does_is_said_with_its_device() {
    let effect = |name: &str, values: &[(&str, &str)]| {
        let filled = find(name).unwrap().fill(values).unwrap();
        let draft = Draft::new("https://api.io.mi.com", &filled.path, filled.data);
        let effect = check(&draft).effect;
        (effect.is_write(), effect.to_string(), effect.devices)
    };
    let did = ("did", "500000001");
    let place = [did, ("siid", "2"), ("piid", "1")];
    let devices = || vec!["500000001".to_owned()];
    let set = [place.as_slice(), &[("value", "false")]].concat();
    let expected = (
        true,
        "prop/set: 500000001 2.1 = false".to_owned(),
        devices(),
    );
    assert_eq!(effect("prop-set", &set), expected);
    let expected = (false, "prop/get: 500000001 2.1".to_owned(), devices());
    assert_eq!(effect("prop-get", &place), expected);
    let action = [did, ("siid", "3"), ("aiid", "1"), ("in", "[1]")];
    let expected = (
        true,
        "action: 500000001 action 3.1 [1]".to_owned(),
        devices(),
    );
    assert_eq!(effect("action", &action), expected);
    let rpc = [did, ("method", "set_power"), ("params", "[\"on\"]")];
    let expected = (
        true,
        "rpc: 500000001 set_power [\"on\"]".to_owned(),
        devices(),
    );
    assert_eq!(effect("rpc", &rpc), expected);
    let expected = (true, "RunScene: scene 17".to_owned(), Vec::new());
    assert_eq!(effect("run-scene", &[("scene_id", "17")]), expected);
}
