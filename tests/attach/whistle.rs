//! whistle: a list that grows, sessions that wait, a server that goes.

use mishark_core::attach::{Program, Trouble};
use mishark_core::decode::State;
use serde_json::{Value, json};

use crate::server::{Answer, Server};
use crate::{attach, came, flow, recorded, states};

const FIRST: &str = "1795599099791-002";
const SECOND: &str = "1795599099861-004";

/// whistle's answer with these new sessions, and these that were asked for.
fn answer(new: &[&str], again: &[&str], pending: &[&str]) -> Answer {
    let mut whole = recorded("whistle-2.10.10.json");
    let sessions = whole["data"]["data"].clone();
    let mut data = json!({});
    for id in new.iter().chain(again) {
        let mut session = sessions[id].clone();
        if pending.contains(id) {
            let session = session.as_object_mut().unwrap();
            session.remove("endTime");
            session.remove("res");
        }
        data[id] = session;
    }
    whole["data"]["newIds"] = json!(new);
    whole["data"]["data"] = data;
    whole["data"]["lastId"] = new.last().map_or(Value::Null, |id| json!(id));
    Answer::json(&whole)
}

#[test]
fn sessions_come_once_each_decrypted_and_proved() {
    let server = Server::start(|asked| {
        Some(if asked.target.contains("startTime=0&") {
            answer(&[FIRST], &[], &[])
        } else if asked.target.contains(FIRST) {
            answer(&[SECOND], &[], &[])
        } else {
            answer(&[], &[], &[])
        })
    });
    let mut attachment = attach(&server);
    assert_eq!(attachment.program(), None);
    let first = attachment.poll();
    assert_eq!(first.trouble, None);
    assert_eq!(came(&first), [(0, "/app/miotspec/prop/get".to_owned())]);
    assert_eq!(attachment.program(), Some(Program::Whistle));
    assert!(attachment.name().starts_with("whistle 127.0.0.1:"));
    let second = attachment.poll();
    assert_eq!(came(&second), [(1, "/app/v2/homeroom/gethome".to_owned())]);
    assert!(attachment.poll().arrivals.is_empty());
    assert_eq!(
        server.asked(),
        [
            "/cgi-bin/get-data?startTime=0&count=60".to_owned(),
            format!("/cgi-bin/get-data?startTime={FIRST}&count=60"),
            format!("/cgi-bin/get-data?startTime={SECOND}&count=60"),
        ]
    );
    assert_eq!(states(&[&first, &second]), [State::Verified; 2]);
}

#[test]
fn a_session_is_shown_when_its_answer_has_come() {
    let server = Server::start(|_| Some(answer(&[FIRST, SECOND], &[], &[FIRST])));
    let mut attachment = attach(&server);
    let first = attachment.poll();
    // The one that is whole does not wait for the other.
    assert_eq!(came(&first), [(0, "/app/v2/homeroom/gethome".to_owned())]);
    server.answer(|_| Some(answer(&[], &[FIRST], &[FIRST])));
    assert!(attachment.poll().arrivals.is_empty());
    server.answer(|_| Some(answer(&[], &[FIRST], &[])));
    let second = attachment.poll();
    assert_eq!(came(&second), [(1, "/app/miotspec/prop/get".to_owned())]);
    assert!(flow(&second, 0).response.is_some());
    let asked = server.asked();
    let again = format!("/cgi-bin/get-data?startTime={SECOND}&count=60&ids={FIRST}");
    assert_eq!(asked[1..], [again.clone(), again]);
    assert!(attachment.poll().arrivals.is_empty());
    assert!(!server.asked()[0].contains("ids="));
}

#[test]
fn a_session_that_whistle_forgets_is_shown_as_it_was() {
    let server = Server::start(|_| Some(answer(&[FIRST], &[], &[FIRST])));
    let mut attachment = attach(&server);
    assert!(attachment.poll().arrivals.is_empty());
    server.answer(|_| Some(answer(&[], &[], &[])));
    let poll = attachment.poll();
    assert_eq!(came(&poll), [(0, "/app/miotspec/prop/get".to_owned())]);
    assert!(flow(&poll, 0).response.is_none());
}

#[test]
fn one_that_takes_long_is_shown_without_its_answer_and_again_with_it() {
    let server = Server::start(|_| Some(answer(&[FIRST], &[], &[FIRST])));
    let mut attachment = attach(&server);
    assert!(attachment.poll().arrivals.is_empty());
    server.answer(|_| Some(answer(&[], &[FIRST], &[FIRST])));
    let shown: Vec<_> = (0..40).flat_map(|_| came(&attachment.poll())).collect();
    assert_eq!(shown, [(0, "/app/miotspec/prop/get".to_owned())]);
    server.answer(|_| Some(answer(&[], &[FIRST], &[])));
    let poll = attachment.poll();
    // The same place: it is no second flow.
    assert_eq!(came(&poll), shown);
    assert!(flow(&poll, 0).response.is_some());
}

#[test]
fn a_server_that_goes_is_asked_ever_less_often_and_nothing_is_lost() {
    let server = Server::start(|_| Some(answer(&[FIRST], &[], &[FIRST])));
    let mut attachment = attach(&server);
    attachment.poll();
    let usual = attachment.wait();
    server.answer(|_| None);
    let lost = attachment.poll();
    assert!(lost.trouble.as_ref().unwrap().is_lost());
    // Its answer may never come: it is shown as it is.
    assert_eq!(came(&lost), [(0, "/app/miotspec/prop/get".to_owned())]);
    let waits: Vec<_> = (0..8)
        .map(|_| {
            let poll = attachment.poll();
            assert!(poll.arrivals.is_empty());
            attachment.wait()
        })
        .collect();
    assert!(waits[0] > usual && waits.is_sorted());
    assert_eq!(
        *waits.last().unwrap(),
        mishark_core::attach::LONGEST_INTERVAL
    );
    server.answer(|_| Some(answer(&[SECOND], &[FIRST], &[])));
    let back = attachment.poll();
    assert_eq!(back.trouble, None);
    assert_eq!(attachment.wait(), usual);
    let mut back = came(&back);
    back.sort();
    assert_eq!(
        back,
        [
            (0, "/app/miotspec/prop/get".to_owned()),
            (1, "/app/v2/homeroom/gethome".to_owned()),
        ]
    );
}

#[test]
fn an_answer_that_is_too_big_is_asked_for_one_by_one() {
    let huge = "HTTP/1.1 200 X\r\ncontent-length: 99999999999\r\n\r\n";
    let server = Server::start(|_| Some(answer(&[FIRST], &[], &[])));
    let mut attachment = attach(&server);
    attachment.poll();
    server.answer(move |asked| {
        Some(if asked.target.contains("count=1") {
            answer(&[SECOND], &[], &[])
        } else {
            Answer::raw(huge)
        })
    });
    let poll = attachment.poll();
    assert!(poll.more && poll.trouble.is_none());
    assert_eq!(
        came(&attachment.poll()),
        [(1, "/app/v2/homeroom/gethome".to_owned())]
    );
}

#[test]
fn what_it_says_of_ids_and_sessions_is_not_believed() {
    let server = Server::start(|_| Some(answer(&[FIRST], &[], &[])));
    let mut attachment = attach(&server);
    assert_eq!(attachment.poll().arrivals.len(), 1);
    server.answer(|_| {
        Some(Answer::json(&json!({"ec": 0, "data": {
            // Old, unknown, no id, and one that is no session.
            "newIds": [FIRST, "9", "9&x=/../../", "9\r\nX: y", "9-1", "9-2"],
            "data": {FIRST: {}, "9-1": null, "9-2": {"url": 7, "endTime": 1}, "x": 3},
        }})))
    });
    let poll = attachment.poll();
    let bad: Vec<_> = poll.arrivals.iter().map(|one| one.flow.is_err()).collect();
    assert!(
        poll.trouble.is_none() && bad.iter().all(|bad| *bad),
        "{poll:?}"
    );
    attachment.poll();
    let asked = server.asked();
    assert!(
        asked
            .iter()
            .all(|target| !target.contains(['\r', '/', 'x'].as_slice())
                || target.starts_with("/cgi-bin/get-data?")),
        "{asked:?}"
    );
    assert!(
        asked.iter().all(|target| !target.contains("x=")),
        "{asked:?}"
    );
}

#[test]
fn damage_on_the_way_is_told_and_asked_again() {
    let server = Server::start(|_| Some(answer(&[FIRST], &[], &[])));
    let mut attachment = attach(&server);
    attachment.poll();
    for (bytes, trouble) in [
        (
            "HTTP/1.1 200 X\r\ncontent-length: 5\r\n\r\n{nope",
            Trouble::NotUnderstood,
        ),
        (
            "HTTP/1.1 200 X\r\ncontent-length: 500\r\n\r\n{\"ec\":0,",
            Trouble::Cut,
        ),
        (
            "HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"ec\"",
            Trouble::Cut,
        ),
        (
            "HTTP/1.1 200 X\r\ncontent-length: 2\r\n\r\n{}",
            Trouble::NotUnderstood,
        ),
        (
            "HTTP/1.1 502 X\r\ncontent-length: 0\r\n\r\n",
            Trouble::Status(502),
        ),
        (
            "HTTP/1.1 401 X\r\ncontent-length: 0\r\n\r\n",
            Trouble::Refused { status: 401 },
        ),
    ] {
        server.answer(move |_| Some(Answer::raw(bytes)));
        assert_eq!(attachment.poll().trouble, Some(trouble), "{bytes}");
    }
    server.answer(|_| Some(answer(&[SECOND], &[], &[])));
    assert_eq!(came(&attachment.poll()).len(), 1);
}

#[test]
fn a_server_that_always_has_more_does_not_set_the_pace() {
    let mut last = 0;
    let server = Server::start(move |_| {
        last += 1;
        let id = format!("1795599{last:06}-002");
        let session = recorded("whistle-2.10.10.json")["data"]["data"][FIRST].clone();
        Some(Answer::json(&json!({
            "ec": 0,
            "data": {"newIds": [id], "data": {id: session}, "hasNew": true},
        })))
    });
    let mut attachment = attach(&server);
    let at_once = (0..200).filter(|_| attachment.poll().more).count();
    // All that is there comes fast, and then one question waits for each that
    // does not.
    assert!((40..=120).contains(&at_once), "{at_once}");
}
