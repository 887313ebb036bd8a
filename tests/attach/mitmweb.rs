//! mitmweb: the list, and bodies one by one.

use mishark_core::attach::{Attachment, Program, Target, Trouble};
use mishark_core::decode::State;
use mishark_core::flow::Body;
use serde_json::{Value, json};

use crate::server::{Answer, Asked, Server};
use crate::{attach, came, flow, recorded, states};

const SERVER: (&str, &str) = ("server", "mitmproxy 11.0.2");

fn list() -> Vec<Value> {
    let recorded = recorded("mitmweb-11.0.2.json");
    recorded["flows"].as_array().unwrap().clone()
}

fn id(at: usize) -> String {
    list()[at]["id"].as_str().unwrap().to_owned()
}

/// A mitmweb with these flows.
fn answer(asked: &Asked, flows: &[Value]) -> Answer {
    let target = asked.target.split('?').next().unwrap();
    if target == "/flows" {
        let etag = format!("\"{}\"", flows.len());
        let known = format!("if-none-match: {etag}");
        let mut fields = asked.fields.iter();
        if fields.any(|field| field.eq_ignore_ascii_case(&known)) {
            return Answer::new(304, &[SERVER], b"");
        }
        let body = Value::from(flows).to_string();
        return Answer::new(200, &[SERVER, ("etag", &etag)], body.as_bytes());
    }
    let bodies = &recorded("mitmweb-11.0.2.json")["bodies"];
    let inside = target
        .strip_prefix("/flows/")
        .and_then(|target| target.strip_suffix("/content.data"));
    match inside.and_then(|inside| bodies[inside].as_str()) {
        Some(body) => {
            let body = mishark_core::protocol::base64::decode(body.as_bytes()).unwrap();
            Answer::new(200, &[SERVER], &body.bytes)
        }
        // As it answers a path that it does not know.
        None => Answer::new(403, &[SERVER], b"protect against DNS rebinding"),
    }
}

#[test]
fn flows_come_once_each_decrypted_and_proved() {
    let server = Server::start(|asked| Some(answer(asked, &list()[..1])));
    let mut attachment = attach(&server);
    let first = attachment.poll();
    assert_eq!(first.trouble, None);
    assert_eq!(attachment.program(), Some(Program::Mitmweb));
    assert!(attachment.name().starts_with("mitmweb 127.0.0.1:"));
    assert_eq!(came(&first), [(0, "/app/miotspec/prop/get".to_owned())]);
    let asked = server.asked();
    assert_eq!(
        asked[1..],
        [
            "/flows".to_owned(),
            format!("/flows/{}/request/content.data", id(0)),
            format!("/flows/{}/response/content.data", id(0)),
        ]
    );
    // Nothing new: the list is not even sent.
    assert!(attachment.poll().arrivals.is_empty());
    assert_eq!(server.asked(), ["/flows"]);
    server.answer(|asked| Some(answer(asked, &list())));
    let second = attachment.poll();
    assert_eq!(came(&second), [(1, "/app/v2/homeroom/gethome".to_owned())]);
    assert_eq!(server.asked().len(), 3);
    assert_eq!(states(&[&first, &second]), [State::Verified; 2]);
}

#[test]
fn a_flow_is_shown_when_its_answer_has_come() {
    let mut waiting = list();
    waiting[0].as_object_mut().unwrap().remove("response");
    let server = Server::start(move |asked| Some(answer(asked, &waiting)));
    let mut attachment = attach(&server);
    assert_eq!(
        came(&attachment.poll()),
        [(0, "/app/v2/homeroom/gethome".to_owned())]
    );
    server.answer(|asked| Some(answer(asked, &list())));
    assert_eq!(
        came(&attachment.poll()),
        [(1, "/app/miotspec/prop/get".to_owned())]
    );
}

#[test]
fn a_flow_that_ended_in_an_error_is_shown() {
    let mut failed = list();
    failed.truncate(1);
    failed[0].as_object_mut().unwrap().remove("response");
    failed[0]["error"] = json!({"msg": "gone", "timestamp": 1.0});
    let server = Server::start(move |asked| Some(answer(asked, &failed)));
    let poll = attach(&server).poll();
    assert_eq!(poll.arrivals.len(), 1);
    assert!(flow(&poll, 0).response.is_none());
    assert_eq!(flow(&poll, 0).warnings.len(), 1);
}

#[test]
fn a_body_that_does_not_come_is_fetched_again() {
    let server = Server::start(|asked| Some(answer(asked, &list()[..1])));
    let mut attachment = attach(&server);
    server.answer(|asked| {
        if asked.target.contains("response") {
            return Some(Answer::raw(
                "HTTP/1.1 200 X\r\ncontent-length: 400\r\n\r\nabc",
            ));
        }
        Some(answer(asked, &list()[..1]))
    });
    let poll = attachment.poll();
    assert_eq!((poll.arrivals.len(), poll.trouble), (0, Some(Trouble::Cut)));
    server.answer(|asked| Some(answer(asked, &list()[..1])));
    let poll = attachment.poll();
    assert_eq!(states(&[&poll]), [State::Verified]);
}

#[test]
fn a_body_that_is_gone_or_too_big_leaves_its_flow() {
    let server = Server::start(|asked| {
        Some(if asked.target.contains("request") {
            Answer::new(404, &[SERVER], b"Flow not found.")
        } else if asked.target.contains("response") {
            Answer::raw("HTTP/1.1 200 X\r\ncontent-length: 99999999999\r\n\r\n")
        } else {
            answer(asked, &list()[..1])
        })
    });
    let poll = attach(&server).poll();
    let flow = flow(&poll, 0);
    assert_eq!(flow.warnings.len(), 2, "{:?}", flow.warnings);
    assert!(matches!(flow.request.body, Body::Dropped { size: Some(_) }));
}

#[test]
fn what_is_no_flow_hides_no_flow() {
    let mut flows = vec![
        json!(7),
        json!({"id": 3}),
        json!({"id": "a", "type": "dns", "request": {"headers": {}}}),
        json!({"id": "../../options", "type": "http", "request": {}, "error": {}}),
        json!({"id": "ab", "type": "http", "request": {"port": 123456}}),
    ];
    flows.extend(list());
    let server = Server::start(move |asked| Some(answer(asked, &flows)));
    let poll = attach(&server).poll();
    assert_eq!(poll.arrivals.len(), 2);
    assert!(server.asked().iter().all(|target| !target.contains("..")));
}

#[test]
fn a_token_goes_with_every_question() {
    let server = Server::start(|asked| {
        Some(if asked.target.contains("token=a%2Bb") {
            answer(asked, &list())
        } else {
            Answer::new(403, &[SERVER], b"")
        })
    });
    let target = format!("{}/?token=a%2Bb#/flows", server.url());
    let mut attachment = Attachment::new(Target::parse(&target).unwrap());
    assert_eq!(attachment.poll().arrivals.len(), 2);
    let poll = attach(&server).poll();
    assert_eq!(poll.trouble, Some(Trouble::Refused { status: 403 }));
    assert!(!format!("{attachment:?}").contains("a+b"));
}
