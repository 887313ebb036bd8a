//! Every endpoint of the public clients, in success and in error.

mod catalogue;

use std::fmt::Write;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::decode::{Options, decode};
use crate::directory::{Findings, Spec};
use crate::flow::{Body, Headers, Request, Response, Url};
use crate::session::Keyring;
use crate::workspace::FlowId;

/// A call with its answer, in the clear: what is said does not depend on how
/// it was sealed.
fn flow(path: &str, data: &str, status: u16, answer: &[u8]) -> Flow {
    Flow {
        request: Request {
            method: "POST".to_owned(),
            url: Url::new(format!("https://api.io.mi.com/app{path}")),
            body: Body::Bytes(data.as_bytes().to_vec()),
            ..Request::default()
        },
        response: Some(Response {
            status: Some(status),
            body: Body::Bytes(answer.to_vec()),
            ..Response::default()
        }),
        exported: Some("verified".to_owned()),
        ..Flow::default()
    }
}

fn opened(flow: &Flow) -> Decoded {
    decode(flow, &Keyring::new(), Options::default())
}

fn summary(path: &str, data: &str, status: u16, answer: &str) -> Summary {
    let flow = flow(path, data, status, answer.as_bytes());
    Summary::of(&flow, &opened(&flow))
}

/// A home of three devices, a scene, and the lamp's spec.
fn directory() -> Directory {
    let mut directory = Directory::default();
    let lists = [
        (
            "/home/device_list",
            r#"{"code":0,"result":{"list":[
                {"did":"1","name":"客厅灯","model":"yeelink.light.ceiling22"},
                {"did":"2","name":"空调","model":"xiaomi.aircondition.mc9"},
                {"did":"3","name":"扫地机","model":"roborock.vacuum.a15"}]}}"#,
        ),
        (
            "/v2/homeroom/gethome",
            r#"{"code":0,"result":{"homelist":[{"id":"70","name":"我的家","roomlist":[]}]}}"#,
        ),
        (
            "/scene/list",
            r#"{"code":0,"result":[{"scene_id":"80","name":"回家"},{"us_id":"81","name":"离家"}]}"#,
        ),
    ];
    for (path, answer) in lists {
        let flow = flow(path, "{}", 200, answer.as_bytes());
        let findings = Findings::of(&flow, &opened(&flow)).unwrap();
        directory.learn(findings, FlowId::default());
    }
    let spec = include_bytes!("../../samples/yeelink-ceiling22.spec.json");
    directory.add_spec(Arc::new(Spec::parse(spec).unwrap()));
    directory
}

#[test]
fn every_endpoint_says_what_it_did_or_why_not() {
    const ERRORS: [(u16, &str); 6] = [
        (200, r#"{"code":-704042011,"message":"设备离线"}"#),
        (401, r#"{"code":0,"message":"invalid signature"}"#),
        (401, r#"{"code":3,"message":"serviceToken expired"}"#),
        (200, r#"{"code":-8,"message":"接口不存在","result":null}"#),
        (
            502,
            "<html><head><title>502 Bad Gateway</title></head></html>",
        ),
        (500, ""),
    ];
    let directory = directory();
    let mut told = String::new();
    for ((path, data, answer), (status, error)) in
        catalogue::calls().iter().zip(ERRORS.iter().cycle())
    {
        let good = summary(path, data, 200, answer);
        let bad = summary(path, data, *status, error);
        assert!(good.is_ok(), "{path}");
        assert_eq!(bad.outcome(), Outcome::Refused, "{path}");
        let (good, bad) = (good.text(&directory), bad.text(&directory));
        let _ = writeln!(told, "{path}\n  {good}\n  {bad}");
        for text in [good, bad] {
            assert!(!text.is_empty() && !text.contains("secret"), "{text}");
        }
    }
    insta::assert_snapshot!(told);
}

#[test]
fn a_name_is_not_said_twice_in_a_row() {
    let directory = directory();
    let says =
        |path: &str, data: &str, answer: &str| summary(path, data, 200, answer).says(&directory);
    let told = r#"{"code":0,"result":{"name":"客厅灯","model":"m"}}"#;
    let path = "/device/deviceinfo";
    assert_eq!(says(path, r#"{"did":"1"}"#, told), "客厅灯, m");
    // Another name, and one that only begins like it.
    assert_eq!(says(path, r#"{"did":"2"}"#, told), "空调 客厅灯, m");
    let longer = told.replace("客厅灯", "客厅灯2");
    assert_eq!(says(path, r#"{"did":"1"}"#, &longer), "客厅灯 客厅灯2, m");
}

#[test]
fn items_that_failed_are_counted_and_the_first_explained() {
    let data = r#"{"params":[{"did":"1","siid":2,"piid":1},{"did":"1","siid":2,"piid":9}]}"#;
    let told = |answer: &str| {
        let summary = summary("/miotspec/prop/get", data, 200, answer);
        (summary.text(&directory()), summary.code(), summary.is_ok())
    };
    let one = told(
        r#"{"code":0,"result":[{"did":"1","siid":2,"piid":1,"value":false,"code":0},{"did":"1","siid":2,"piid":9,"code":-704040003}]}"#,
    );
    let text = "客厅灯 2.1 on = false → 1 of 2: -704040003 no such property";
    assert_eq!(one, (text.to_owned(), Some(-704_040_003), false));
    let both = told(r#"{"code":0,"result":[{"code":-704042011},{"code":-704042011}]}"#);
    let text = "客厅灯 2.1 on, 2.9 → 2 of 2: -704042011 device offline";
    assert_eq!(both, (text.to_owned(), Some(-704_042_011), false));
    let unknown = told(r#"{"code":0,"result":[{"code":-9},{"code":0}]}"#);
    assert_eq!(unknown.0, "客厅灯 2.1 on, 2.9 → 1 of 2: -9");
}

#[test]
fn the_first_code_that_is_not_success_is_told() {
    for (answer, code, outcome) in [
        (r#"{"code":0,"result":1}"#, Some(0), Outcome::Accepted),
        (r#"{"code":"0","result":1}"#, Some(0), Outcome::Accepted),
        (r#"{"code":0,"message":"ok"}"#, Some(0), Outcome::Accepted),
        (
            r#"{"code":0,"message":"auth err"}"#,
            Some(0),
            Outcome::Refused,
        ),
        (
            r#"{"code":2,"result":{"code":0}}"#,
            Some(2),
            Outcome::Refused,
        ),
        (
            r#"{"code":0,"result":{"code":-5}}"#,
            Some(-5),
            Outcome::Refused,
        ),
        (
            r#"{"code":0,"result":[{"code":1}]}"#,
            Some(0),
            Outcome::Accepted,
        ),
        (r#"{"code":9999999999999999999999}"#, None, Outcome::Refused),
        (r#"{"result":1}"#, None, Outcome::Accepted),
        (r#"{"code":0,"resu"#, None, Outcome::Unknown),
        ("", None, Outcome::Unknown),
    ] {
        let summary = summary("/x/y", "{}", 200, answer);
        assert_eq!(
            (summary.code(), summary.outcome()),
            (code, outcome),
            "{answer}"
        );
    }
}

#[test]
fn what_did_not_come_is_told() {
    let mut unanswered = flow(
        "/miotspec/prop/get",
        r#"{"params":[{"did":"1","siid":2,"piid":1}]}"#,
        200,
        b"",
    );
    unanswered.response = None;
    let text = |flow: &Flow| Summary::of(flow, &opened(flow)).text(&Directory::default());
    assert_eq!(text(&unanswered), "1 2.1 → no answer");
    let mut dropped = flow("/home/device_list", "{}", 200, b"");
    if let Some(response) = &mut dropped.response {
        response.body = Body::Dropped { size: Some(9) };
    }
    assert_eq!(text(&dropped), "device_list → answer not kept");
    let cut = flow("/home/device_list", "{}", 200, br#"{"code":0,"resu"#);
    assert_eq!(text(&cut), "device_list → broken JSON");
}

#[test]
fn bystanders_say_what_came_and_no_secret() {
    let told = |url: &str, kind: &str, status, body: &[u8]| {
        let flow = Flow {
            request: Request {
                url: Url::new(url),
                body: Body::Bytes(b"user=1&hash=SECRET".to_vec()),
                ..Request::default()
            },
            response: Some(Response {
                status: Some(status),
                headers: [("Content-Type".to_owned(), kind.to_owned())]
                    .into_iter()
                    .collect::<Headers>(),
                body: Body::Bytes(body.to_vec()),
            }),
            ..Flow::default()
        };
        Summary::of(&flow, &opened(&flow)).text(&Directory::default())
    };
    let login = "https://account.xiaomi.com/pass/serviceLoginAuth2?sid=x";
    let good = br#"&&&START&&&{"code":0,"ssecurity":"SECRET","passToken":"SECRET","desc":"x"}"#;
    let bad = br#"&&&START&&&{"code":87001,"captchaUrl":"/SECRET","desc":"x"}"#;
    let page = "<!doctype html><title> 使用\n帮助 </title>".as_bytes();
    for (url, kind, status, body, text) in [
        (login, "", 200, &good[..], "serviceLoginAuth2 → ok"),
        (
            login,
            "",
            200,
            bad,
            "serviceLoginAuth2 → 87001 captcha wanted",
        ),
        (
            "https://h/p",
            "text/html; charset=utf-8",
            200,
            page,
            "text/html 使用 帮助",
        ),
        (
            "https://h/p",
            "image/png",
            200,
            b"\x89PNG\r\n",
            "image/png 6B",
        ),
        ("https://h/p", "", 204, b"", "→ HTTP 204"),
        (
            "https://h/p",
            "application/json",
            200,
            br#"{"token":"SECRET","n":1e05,"s":"\u706f","t":[1]}"#,
            "n = 1e05, s = 灯",
        ),
        (
            "https://h/p",
            "",
            401,
            br#"{"code":2,"message":"no"}"#,
            "→ 2 auth error",
        ),
    ] {
        assert_eq!(told(url, kind, status, body), text);
    }
}

#[test]
fn a_line_is_short_and_keeps_the_answer() {
    let long = "很长的名字".repeat(100);
    let params: Vec<String> = (0..200)
        .map(|piid| format!(r#"{{"did":"{long}","siid":2,"piid":{piid},"value":"{long}"}}"#))
        .collect();
    let data = format!(r#"{{"params":[{}]}}"#, params.join(","));
    let failed = r#"{"code":-704042011}"#;
    for path in [
        "/miotspec/prop/set",
        "/home/rpc/1",
        "/miotspec/action",
        "/x",
    ] {
        let summary = summary(path, &data, 200, failed);
        assert!(summary.line.len() <= MAX_LINE, "{}", summary.line.len());
        let text = summary.text(&Directory::default());
        assert!(text.ends_with("→ -704042011 device offline"), "{text}");
    }
    assert!(size_of::<Summary>() <= 40);
}

#[test]
fn nothing_of_a_stranger_reaches_the_terminal_as_a_control() {
    let nasty =
        r#"{"did":"\u0001D1\u0002","method":"\u001b[2J\u202e","params":["\u0007"],"x\u001b":"\n"}"#;
    let answer = r#"{"code":-9,"message":"\u001b]0;x\u0007"}"#;
    for path in [
        "/home/rpc/1",
        "/no/such",
        "/v2/device/blt_get_beaconkey",
        "/a\u{1b}b",
    ] {
        let text = summary(path, nasty, 200, answer).text(&directory());
        assert!(text.chars().all(crate::json::printable), "{text:?}");
        assert!(!text.contains("客厅灯") || path.contains("rpc"), "{text}");
    }
}

#[test]
fn debug_does_not_print_what_was_said() {
    let summary = summary("/x", r#"{"say":"private"}"#, 200, "{}");
    assert!(!format!("{summary:?}").contains("private"));
}

#[test]
fn any_bytes_have_a_summary() {
    let directory = directory();
    let paths = prop::sample::select(vec![
        "/miotspec/prop/get",
        "/miotspec/action",
        "/home/rpc/1",
        "/home/device_list",
        "/v2/homeroom/gethome",
        "/device/batchdevicedatas",
        "/scene/edit",
        "/x",
    ]);
    proptest!(|(path in paths, data in json(), answer in json(), status in 0_u16..600, cut in 0_usize..8)| {
        let mut answer = answer.into_bytes();
        // Most are whole.
        answer.truncate(answer.len().saturating_sub(cut.saturating_sub(6)));
        let flow = flow(path, &data, status, &answer);
        let decoded = opened(&flow);
        let summary = Summary::of(&flow, &decoded);
        prop_assert!(summary.line.len() <= MAX_LINE);
        let text = summary.text(&directory);
        prop_assert!(text.chars().all(crate::json::printable));
        // What teaches must not fall over it either.
        if let Some(findings) = Findings::of(&flow, &decoded) {
            Directory::default().learn(findings, FlowId::default());
        }
    });
}

/// JSON of the members that are asked for, in shapes that nobody expects.
fn json() -> impl Strategy<Value = String> {
    let scalar = prop::sample::select(vec![
        "1",
        "-704042011",
        "\"1\"",
        "\"\"",
        "null",
        "true",
        "1e999",
        "\"客\\u0001\"",
        "[]",
        "{}",
    ])
    .prop_map(str::to_owned);
    scalar.prop_recursive(4, 24, 4, |inner| {
        let key = prop::sample::select(vec![
            "did", "siid", "piid", "aiid", "value", "in", "params", "result", "code", "message",
            "list", "homelist", "roomlist", "id", "name", "dids", "scene_id", "us_id", "method",
            "token", "model", "home_id", "own", "cnt",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4)
                .prop_map(|list| format!("[{}]", list.join(","))),
            prop::collection::vec((key, inner), 0..5).prop_map(|members| {
                let members: Vec<String> = members
                    .into_iter()
                    .map(|(key, value)| format!("\"{key}\":{value}"))
                    .collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}
