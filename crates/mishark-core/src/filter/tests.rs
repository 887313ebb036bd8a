use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::capture::Entry;
use crate::decode::{Options, State, decode};
use crate::directory::{Directory, Findings, Spec};
use crate::flow::{Body, Flow, Request, Response, Url};
use crate::protocol::base64;
use crate::protocol::cipher::Keystream;
use crate::protocol::key::{Nonce, Ssecurity};
use crate::protocol::seal::{APP_STYLE, seal};
use crate::session::Keyring;
use crate::workspace::FlowId;

fn filter(text: &str) -> Filter {
    Filter::parse(text).unwrap_or_else(|error| panic!("{error}\n{}", error.draw(text)))
}

#[test]
fn what_is_typed_is_written_back_in_one_way() {
    for (typed, written) in [
        ("", ""),
        ("  \u{3000} ", ""),
        ("lamp", "lamp"),
        ("客厅灯", "客厅灯"),
        ("a b", "a b"),
        ("a and b", "a b"),
        ("a&b && c", "a b c"),
        ("a or b", "a or b"),
        ("a|b || c OR d", "a or b or c or d"),
        ("a b or c d", "a b or c d"),
        ("a (b or c) d", "a (b or c) d"),
        ("(a (b c))", "a b c"),
        ("a or (b or c)", "a or b or c"),
        ("-a", "-a"),
        ("!a not b", "-a -b"),
        ("not not a", "a"),
        ("- -a", "a"),
        ("-(a b)", "-(a b)"),
        ("not(a or b)c", "-(a or b) c"),
        ("\"and\" \"-x\" \"a b\"", "\"and\" \"-x\" \"a b\""),
        (r#"'say "hi"' "\"\\""#, r#""say \"hi\"" "\"\\""#),
        ("12:30", "\"12:30\""),
        ("android notes orange", "android notes orange"),
        ("PATH:prop/get", "path:prop/get"),
        ("path:\"prop get\"", "path:\"prop get\""),
        ("path:/app/*/get", "path:/app/*/get"),
        ("path:\"a*\"", "path:\"a*\""),
        ("model:*", "model:*"),
        ("resp:a*b", "resp:\"a*b\""),
        (
            "host:=api.io.mi.com host:!=x",
            "host:=api.io.mi.com host:!=x",
        ),
        ("resp:=\"\"", "resp:=\"\""),
        ("path:~^/(a|b)$ x", "path:~\"^/(a|b)$\" x"),
        ("(path:~[)]\\)x)", "path:~\"[)]\\\\)x\""),
        ("path:~a|b", "path:~\"a|b\""),
        ("status:200 status:=200", "status:200 status:200"),
        ("status:\">=400\" code:\"*\"", "status:>=400 code:*"),
        ("code:!=0 code:-704*", "code:!=0 code:-704*"),
        (
            "size:>10k size:<=1M size:1k..2k",
            "size:>10k size:<=1M size:1k..2k",
        ),
        (
            "dur:>100ms dur:1.5s.. dur:..2m",
            "dur:>100ms dur:1.5s.. dur:..2m",
        ),
        (
            "state:ver state:=K state:!=. state:!",
            "state:ver state:K state:!=. state:\"!\"",
        ),
        ("~u prop ~c 200", "url:~prop status:200"),
        ("~c >=400", "status:>=400"),
        ("~b a ~bq b ~bs \"c d\"", "body:~a req:~b resp:~\"c d\""),
        ("!(~q) ~s ~q", "status:* status:* -status:*"),
        ("~d mi.com | ~m GET", "host:~mi.com or method:~GET"),
    ] {
        let parsed = filter(typed);
        assert_eq!(parsed.to_string(), written, "{typed}");
        assert_eq!(filter(written), parsed, "{typed}");
    }
    assert!(filter(" ").is_empty() && !filter("a").is_empty());
}

#[test]
fn every_example_parses() {
    for help in FIELDS {
        let written = filter(help.example).to_string();
        assert!(written.contains(&format!("{}:", help.name)), "{written}");
    }
    for alias in ALIASES {
        let (typed, written) = match alias.takes {
            field::Takes::Nothing { .. } => (alias.name.to_owned(), alias.means.to_owned()),
            _ => (format!("{} 200", alias.name), format!("{}200", alias.means)),
        };
        assert_eq!(filter(&typed).to_string(), written);
    }
}

#[test]
fn what_is_wrong_is_named_with_carets_under_it() {
    let drawn: Vec<String> = [
        "stat:x",
        "客厅 stat:x",
        "hots:x",
        "https://api.io.mi.com",
        "did:1 and",
        "or a",
        "a or | b",
        "not",
        "(a or )",
        "(did:1 code:0",
        "a ) b",
        "a () b",
        "客 (",
        "host: a",
        "a host:=",
        "a ~u",
        "\"\"",
        "a \"b c",
        "body:'x",
        "~x a",
        "~h Cookie",
        "路 state:zz",
        "state:",
        "state:~x",
        "size:>10q",
        "size:big",
        "dur:>..",
        "size:2k..1k",
        "status:4xx",
        "code:1e5",
        "path:~a(b",
        "path:~\"[z-a]\"",
        "path:~\\w{5000}",
        "size:~1",
        "a\u{1b}\u{202e} stat:x",
    ]
    .iter()
    .map(|text| match Filter::parse(text) {
        Ok(filter) => format!("{text}\n(is {filter})"),
        Err(error) => format!("{}\n{error}", error.draw(text)),
    })
    .collect();
    insta::assert_snapshot!(drawn.join("\n\n"));
}

#[test]
fn limits_hold() {
    let kind = |text: &str| Filter::parse(text).unwrap_err().kind().clone();
    let long = "é".repeat(MAX_LENGTH / 2);
    assert!(Filter::parse(&long).is_ok());
    assert_eq!(kind(&format!("{long}é")), ErrorKind::TooLong);
    let deep = |depth| format!("{}a{}", "(".repeat(depth), ")".repeat(depth));
    assert!(Filter::parse(&deep(MAX_DEPTH)).is_ok());
    assert_eq!(kind(&deep(MAX_DEPTH + 1)), ErrorKind::TooDeep);
    assert_eq!(kind(&"!-".repeat(2000)), ErrorKind::OperandMissing);
    assert!(Filter::parse(&format!("{}a", "!-".repeat(2000))).is_ok());
    assert!(Filter::parse(&"a ".repeat(MAX_TERMS)).is_ok());
    assert_eq!(kind(&"a ".repeat(MAX_TERMS + 1)), ErrorKind::TooManyTerms);
    assert!(Filter::parse(&"~u a ".repeat(MAX_REGEXES)).is_ok());
    assert_eq!(
        kind(&"~u a ".repeat(MAX_REGEXES + 1)),
        ErrorKind::TooManyRegexes
    );
}

fn entry(host: &str, path: &str, status: Option<u16>) -> Entry {
    Entry {
        start: 0,
        len: 0,
        started: None,
        duration_ms: Some(120.0),
        method: Arc::from("POST"),
        host: Arc::from(host),
        path: Arc::from(path),
        status,
        response_size: None,
        may_hold_key: false,
        error: None,
    }
}

#[test]
fn the_cheap_part_says_what_it_can() {
    use Verdict::{NeedsBody, No, Yes};
    let lamp = entry("de.api.io.mi.com", "/app/home/rpc/500000001", Some(200));
    let facts = Facts {
        state: Some(State::Locked),
        ..Facts::new("evening.har", &lamp)
    };
    for (text, verdict) in [
        ("", Yes),
        ("HOME", Yes),
        ("mi.com/app", Yes),
        ("elsewhere", NeedsBody),
        ("-rpc", No),
        ("-elsewhere", NeedsBody),
        ("host:api", Yes),
        ("host:=api.io.mi.com", No),
        ("host:=DE.API.io.mi.com", Yes),
        ("host:!=api.io.mi.com", Yes),
        ("host:*.mi.com", Yes),
        ("host:api*", No),
        ("host:*api*mi*", Yes),
        ("host:~^DE[.]", Yes),
        ("host:~(?-i)^DE[.]", No),
        ("url:mi.com/app", Yes),
        ("path:mi.com", No),
        ("method:post method:=POST", Yes),
        ("method:GET", No),
        ("status:200 status:!=404 status:2* status:>=200", Yes),
        ("status:199..200", Yes),
        ("status:20", No),
        ("status:>200", No),
        ("status:<200 or status:~^2", Yes),
        ("dur:>100ms dur:120 dur:0.1s..0.2s -dur:>1s", Yes),
        ("file:evening file:*.har", Yes),
        ("state:K state:locked state:key state:l", Yes),
        ("state:D", No),
        ("state:!=D", Yes),
        ("did:500000001 did:=500000001 did:5* did:*", Yes),
        ("did:7", NeedsBody),
        ("body:x", NeedsBody),
        ("size:1", NeedsBody),
        // One cheap term settles what it can, in whatever order.
        ("body:x host:nowhere", No),
        ("body:x or host:api", Yes),
        ("body:x host:api", NeedsBody),
        ("-(body:x or host:api)", No),
        ("-(body:x host:nowhere)", Yes),
    ] {
        assert_eq!(filter(text).entry(&facts), verdict, "{text}");
    }
}

#[test]
fn what_a_row_lacks_matches_only_a_negation() {
    let mut empty = entry("", "", None);
    empty.duration_ms = None;
    let facts = Facts::new("", &empty);
    for text in [
        "host:*",
        "host:!=x",
        "status:*",
        "status:!=200",
        "status:<1000",
        "dur:>0",
        "file:*",
    ] {
        assert_eq!(filter(text).entry(&facts), Verdict::No, "{text}");
        let negated = filter(&format!("-{text}"));
        assert_eq!(negated.entry(&facts), Verdict::Yes, "-{text}");
    }
    assert_eq!(filter("state:K").entry(&facts), Verdict::NeedsBody);
    let unknown = entry("h", &"/x".repeat(1000), Some(7));
    let facts = Facts::new("", &unknown);
    assert_eq!(filter("url:h/x/x status:7").entry(&facts), Verdict::Yes);
}

const KEY: &str = "rAnKuwnp8Nqby2BclfOCRg==";

/// A call as the app makes it, with its encrypted answer, opened.
fn opened(path: &str, data: &str, answer: Option<&str>) -> (Entry, Decoded) {
    let ssecurity = Ssecurity::parse(KEY.as_bytes()).unwrap();
    let nonce = Nonce::new(*b"mishark!", 29_000_000);
    let params = [("data", data.as_bytes()), ("region", b"cn")];
    let sealed = seal(&APP_STYLE, "POST", path, &params, &ssecurity, &nonce);
    let response = answer.map(|answer| {
        let mut bytes = answer.as_bytes().to_vec();
        Keystream::new(&sealed.signed_nonce).apply(0, &mut bytes);
        Response {
            status: Some(200),
            body: Body::Bytes(base64::encode(&bytes).into_bytes()),
            ..Response::default()
        }
    });
    let algorithm = ("miot-encrypt-algorithm", "ENCRYPT-RC4");
    let flow = Flow {
        request: Request {
            method: "POST".to_owned(),
            url: Url::new(format!("https://api.io.mi.com/app{path}")),
            headers: [(algorithm.0.to_owned(), algorithm.1.to_owned())]
                .into_iter()
                .collect(),
            body: Body::Bytes(sealed.form.encode()),
            ..Request::default()
        },
        response,
        ..Flow::default()
    };
    let decoded = decode(&flow, &Keyring::new(), Options::default());
    assert_eq!(decoded.state, State::Verified, "{:?}", decoded.reason);
    let status = flow.response.as_ref().and_then(|response| response.status);
    let entry = entry(flow.request.url.host(), flow.request.url.path(), status);
    (entry, decoded)
}

/// Numbers of the flows below that a filter matches.
fn found(text: &str) -> Vec<usize> {
    let flows = [
        opened(
            "/miotspec/prop/get",
            r#"{"params":[{"did":"500000001","siid":2,"piid":1},{"did":1722123456789012348,"siid":3,"piid":12}]}"#,
            Some(
                r#"{"code":0,"message":"ok","result":[{"did":"500000001","siid":2,"piid":1,"code":0,"value":true},{"did":1722123456789012348,"siid":3,"piid":12,"code":-704042011}]}"#,
            ),
        ),
        opened(
            "/v2/home/device_list_page",
            r#"{"dids":[ "7", "lumi.158d" ],"limit":200}"#,
            Some(
                r#"{"code":0,"result":{"list":[{"did":"7","name":"\u5BA2厅灯","model":"yeelink.light.lamp4","desc":"{\"did\":\"99\",\"model\":\"x.y\"}"},{"name":"\u5ba2\u5385\u706f 2","model":null,"extra":{"code":5}}]}}"#,
            ),
        ),
        opened(
            "/home/rpc/88",
            r#"{"method":"set_power","params":["on"]}"#,
            Some(r#"{"code":3,"message":"auth err","other":{"code":9}}"#),
        ),
        opened("/user/get", r#"{"say":"A \"b\" c/d"}"#, None),
    ];
    let filter = filter(text);
    let all = (0..flows.len()).filter(|number| {
        let (entry, decoded) = &flows[*number];
        let facts = Facts::new("home.har", entry);
        let matches = filter.flow(&facts, decoded);
        // The two parts may not disagree, whichever is asked.
        let verdict = filter.entry(&facts);
        assert_eq!(filter.0.flow(&facts, decoded), matches, "{text}");
        assert!(verdict == Verdict::NeedsBody || (verdict == Verdict::Yes) == matches);
        matches
    });
    all.collect()
}

#[test]
fn the_dear_part_finds_members_of_both_plaintexts() {
    for (text, numbers) in [
        ("did:500000001", &[0][..]),
        ("did:5000", &[0]),
        ("did:=5000", &[]),
        ("did:=1722123456789012348", &[0]),
        ("did:1722123456789012349", &[]),
        ("did:=7", &[1]),
        ("did:lumi.*", &[1]),
        // Inside a string it is text.
        ("did:99", &[]),
        ("body:99", &[1]),
        ("did:88", &[2]),
        ("did:*", &[0, 1, 2]),
        ("did:!=500000001", &[0, 1, 2]),
        ("-did:500000001", &[1, 2, 3]),
        ("siid:2 piid:12", &[0]),
        ("piid:2", &[]),
        ("piid:10..20", &[0]),
        ("piid:>12", &[]),
        ("model:YEELINK*", &[1]),
        ("model:lamp", &[1]),
        ("model:*", &[1]),
        ("model:x.y", &[]),
        ("model:~light[.]lamp\\d$", &[1]),
    ] {
        assert_eq!(found(text), numbers, "{text}");
    }
}

/// A home that knows the names of the devices below.
fn directory() -> Directory {
    let list = r#"{"code":0,"result":{"list":[
        {"did":"500000001","name":"客厅灯","model":"yeelink.light.ceiling22","isOnline":true},
        {"did":"88","name":"扫地机","model":"roborock.vacuum.a15","isOnline":true}]}}"#;
    let flow = Flow {
        request: Request {
            url: Url::new("https://api.io.mi.com/app/home/device_list"),
            ..Request::default()
        },
        response: Some(Response {
            status: Some(200),
            body: Body::Bytes(list.as_bytes().to_vec()),
            ..Response::default()
        }),
        ..Flow::default()
    };
    let decoded = decode(&flow, &Keyring::new(), Options::default());
    let mut directory = Directory::default();
    directory.learn(Findings::of(&flow, &decoded).unwrap(), FlowId::default());
    let spec = include_bytes!("../../samples/yeelink-ceiling22.spec.json");
    directory.add_spec(Arc::new(Spec::parse(spec).unwrap()));
    directory
}

#[test]
fn devices_and_properties_are_found_by_their_names() {
    let directory = directory();
    let get =
        r#"{"params":[{"did":"500000001","siid":2,"piid":2},{"did":"7","siid":12,"piid":1}]}"#;
    let flows = [
        opened("/miotspec/prop/get", get, None),
        opened("/home/rpc/88", r#"{"method":"get_prop"}"#, None),
        opened("/user/get", r#"{"did":"404"}"#, None),
    ];
    let named = "did:客厅灯";
    for (text, numbers) in [
        (named, &[0][..]),
        ("did:客厅", &[0]),
        ("did:=扫地机", &[1]),
        ("did:!=客厅灯", &[0, 1, 2]),
        ("-did:客厅灯", &[1, 2]),
        ("did:500000001", &[0]),
        ("model:yeelink*", &[0]),
        ("model:roborock*", &[1]),
        ("model:*", &[0, 1]),
        ("prop:2.2", &[0]),
        ("prop:12.1", &[0]),
        // All of it, not a part.
        ("prop:2.1", &[]),
        ("prop:brightness", &[0]),
        ("prop:BRIGHT*", &[0]),
        ("prop:bright", &[]),
        ("prop:~^br", &[0]),
        ("prop:!=brightness", &[0]),
        ("prop:*", &[0]),
        ("prop:on", &[]),
    ] {
        let filter = filter(text);
        let found = |directory| -> Vec<usize> {
            let all = flows.iter().enumerate().filter(|(_, (entry, decoded))| {
                let facts = Facts {
                    directory,
                    ..Facts::new("home.har", entry)
                };
                let matches = filter.flow(&facts, decoded);
                let verdict = filter.entry(&facts);
                assert_eq!(filter.0.flow(&facts, decoded), matches, "{text}");
                assert!(verdict == Verdict::NeedsBody || (verdict == Verdict::Yes) == matches);
                matches
            });
            all.map(|(number, _)| number).collect()
        };
        assert_eq!(found(Some(&directory)), numbers, "{text}");
        if text == named {
            assert!(filter.needs_names() && found(None).is_empty());
        }
    }
    for text in [
        "did:500000001",
        "did:*",
        "path:x",
        "-(siid:2 or lamp)",
        "prop:*",
    ] {
        assert!(!filter(text).needs_names(), "{text}");
    }
}

#[test]
fn codes_are_those_of_the_answer_and_its_items() {
    for (text, numbers) in [
        ("code:0", &[0, 1][..]),
        ("code:=0", &[0, 1]),
        ("code:!=0", &[0, 1, 2]),
        ("code:-704042011", &[0]),
        ("code:-704*", &[0]),
        ("code:<0", &[0]),
        ("code:3", &[2]),
        ("code:5", &[1]),
        // Neither in the answer's first level nor in its result.
        ("code:9", &[]),
        ("code:*", &[0, 1, 2]),
        ("-code:*", &[3]),
        ("-code:0", &[2, 3]),
    ] {
        assert_eq!(found(text), numbers, "{text}");
    }
}

#[test]
fn bodies_are_searched_as_sent_and_as_meant() {
    for (text, numbers) in [
        ("set_power", &[2][..]),
        ("SET_POWER", &[2]),
        ("req:set_power", &[2]),
        ("resp:set_power", &[]),
        ("body:auth", &[2]),
        ("resp:auth", &[2]),
        ("rpc", &[2]),
        // Sent as `\u5ba2\u5385\u706f 2`.
        ("客厅灯", &[1]),
        ("\"客厅灯 2\"", &[1]),
        (r#"req:"A \"b\" c""#, &[3]),
        ("req:c/d", &[3]),
        ("req:~\"say.*c/d\"", &[3]),
        ("req:*", &[0, 1, 2, 3]),
        ("-resp:*", &[3]),
        ("req:=\"{\\\"say\\\":\"", &[]),
        // The other parameters were said too, but are no body.
        ("req:=cn", &[]),
        ("req:cn", &[0, 1, 2, 3]),
    ] {
        assert_eq!(found(text), numbers, "{text}");
    }
}

#[test]
fn the_dear_part_knows_how_a_flow_opened() {
    let id = Ssecurity::parse(KEY.as_bytes()).unwrap().id().to_string();
    let (start, end) = id.split_at(4);
    for (text, numbers) in [
        ("state:D", &[0, 1, 2, 3][..]),
        ("state:d", &[]),
        ("-state:verified", &[]),
        ("scheme:rc4 scheme:*", &[0, 1, 2, 3]),
        ("scheme:hmac", &[]),
        ("reason:no-response", &[3]),
        ("reason:*", &[3]),
        ("status:200 -reason:no", &[0, 1, 2]),
        ("~q", &[3]),
        ("~c 200 !~u rpc", &[0, 1]),
        (&format!("key:{start}"), &[0, 1, 2, 3]),
        (&format!("key:{end}"), &[]),
        (&format!("key:*{end}"), &[0, 1, 2, 3]),
        (&format!("key:!={id}"), &[]),
        ("size:..30", &[3]),
        ("size:>0.2k", &[0, 1]),
        ("size:21", &[3]),
        ("file:home did:=7 or file:away", &[1]),
    ] {
        assert_eq!(found(text), numbers, "{text}");
    }
}

#[test]
fn an_unreadable_entry_is_found_by_its_state() {
    let mut broken = entry("", "", None);
    let error = crate::capture::EntryError {
        pointer: String::new(),
        reason: crate::capture::error::Reason::Cut,
        byte: None,
    };
    broken.error = Some(Box::new(error.clone()));
    let facts = Facts::new("", &broken);
    assert_eq!(filter("state:!").entry(&facts), Verdict::Yes);
    assert_eq!(filter("state:u").entry(&facts), Verdict::Yes);
    let decoded = Decoded::unreadable(crate::decode::Reason::Entry(error));
    assert!(filter("reason:bad-entry -body:*").flow(&facts, &decoded));
}

#[test]
fn bodies_that_are_no_json_are_searched_without_harm() {
    for text in [
        "",
        "\"did\"",
        "\"did\":",
        "\"did\":\"",
        "\"did\":\"\\",
        "\"did\":[",
        "\"did\":[1",
        "\"did\":[\"2\",",
        "{\"did\":{\"a\":1}}",
        "\\\"did\\\":\"1\"",
        "\"did\":[[1],2]",
        "\"did\":null",
    ] {
        let found = members::members(text.as_bytes(), "\"did\"", |_, value| value == b"1");
        assert_eq!(found, text == "\"did\":[1", "{text}");
    }
    let cut = b"{\"code\":0,\"result\":[{\"code\":-1},{\"co";
    assert!(members::answer_codes(cut, |code| code == b"-1"));
    let login = b"&&&START&&&{\"code\":70016,\"x\":{\"code\":1}}";
    assert!(members::answer_codes(login, |code| code == b"70016"));
    assert!(!members::answer_codes(login, |code| code == b"1"));
}

/// Pieces that a filter could be made of, wrong ones among them.
fn pieces() -> impl Strategy<Value = String> {
    let known = select(vec![
        "a", "b", "客厅", " ", " ", "(", ")", "and", "or", "not", "|", "&", "-", "!", "\"", "'",
        "\\", "~u ", "~c ", "~q", "~x", "path:", "host:", "code:", "state:", "size:", "dur:",
        "did:", "body:", "key:", "stat:", "*", "=", "!=", "~", ">", "<=", "..", "1", "2k", "3s",
        "K", "ver", "[", "]", "{2}", ".", ":", "\u{3000}", "\u{1b}",
    ]);
    let piece = prop_oneof![
        8 => known.prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_text_parses_or_says_where_it_does_not(text in pieces()) {
        match Filter::parse(&text) {
            Ok(filter) => {
                let written = filter.to_string();
                let again = Filter::parse(&written);
                prop_assert_eq!(again.as_ref(), Ok(&filter), "{}", &written);
                prop_assert_eq!(again.unwrap().to_string(), written);
                let lamp = entry("h", "/p", Some(200));
                let facts = Facts::new("c", &lamp);
                let decoded = Decoded::unreadable(crate::decode::Reason::NoKey);
                let verdict = filter.entry(&facts);
                let whole = filter.0.flow(&facts, &decoded);
                prop_assert!(verdict == Verdict::NeedsBody || (verdict == Verdict::Yes) == whole);
            }
            Err(error) => {
                prop_assert!(text.get(error.range()).is_some());
                prop_assert_eq!(error.draw(&text).lines().count(), 2);
                prop_assert!(!error.to_string().is_empty());
            }
        }
    }
}
