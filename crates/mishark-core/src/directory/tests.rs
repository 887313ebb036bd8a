//! What flows teach, what specs name, and what is written beside a number.

use std::sync::Arc;

use super::*;
use crate::decode::{Decoded, Options, decode};
use crate::flow::{Body, Flow, Request, Response, Url};
use crate::json::Tree;
use crate::session::Keyring;

const SPEC: &[u8] = include_bytes!("../../samples/yeelink-ceiling22.spec.json");

/// A call with its answer, in the clear: what it teaches does not depend on
/// how it was sealed.
fn call(url: &str, data: &str, answer: &str) -> (Flow, Decoded) {
    let flow = Flow {
        request: Request {
            method: "POST".to_owned(),
            url: Url::new(url),
            body: Body::Bytes(data.as_bytes().to_vec()),
            ..Request::default()
        },
        response: Some(Response {
            status: Some(200),
            body: Body::Bytes(answer.as_bytes().to_vec()),
            ..Response::default()
        }),
        exported: Some("verified".to_owned()),
        ..Flow::default()
    };
    let decoded = decode(&flow, &Keyring::new(), Options::default());
    (flow, decoded)
}

fn findings(path: &str, data: &str, answer: &str) -> Option<Findings> {
    let (flow, decoded) = call(&format!("https://api.io.mi.com/app{path}"), data, answer);
    Findings::of(&flow, &decoded)
}

fn taught(calls: &[(&str, &str, &str)]) -> Directory {
    let mut directory = Directory::default();
    for (entry, (path, data, answer)) in calls.iter().enumerate() {
        if let Some(findings) = findings(path, data, answer) {
            directory.learn(findings, FlowId { capture: 0, entry });
        }
    }
    directory
}

const LIST: (&str, &str, &str) = (
    "/home/device_list",
    "{}",
    r#"{"code":0,"result":{"list":[
        {"did":"1","token":"0123456789abcdef","name":"客厅灯","model":"yeelink.light.ceiling22",
         "localip":"192.0.2.1","mac":"02:00:00:00:00:01","isOnline":true,"parent_id":"",
         "spec_type":"urn:miot-spec-v2:device:light:0000A001:yeelink-ceiling22:9"},
        {"did":2,"name":"扫地机","model":"roborock.vacuum.a15","isOnline":false}]}}"#,
);

const HOMES: (&str, &str, &str) = (
    "/v2/homeroom/gethome",
    "{}",
    r#"{"code":0,"result":{"homelist":[{"id":"70","name":"我的家","uid":9,"dids":["2"],
        "roomlist":[{"id":"71","name":"客厅","dids":["1"]}]}],
        "share_home_list":[{"id":"75","name":"爸妈家","roomlist":[]}]}}"#,
);

#[test]
fn lists_teach_devices_homes_and_rooms_in_whatever_order_they_come() {
    for calls in [[LIST, HOMES], [HOMES, LIST]] {
        let directory = taught(&calls);
        assert_eq!(directory.len(), 2);
        let lamp = directory.device("1").unwrap();
        assert_eq!(lamp.name.as_deref(), Some("客厅灯"));
        assert_eq!(lamp.online, Some(true));
        assert_eq!(lamp.parent, None, "an empty text says nothing");
        assert_eq!(lamp.token.as_ref().unwrap().reveal(), "0123456789abcdef");
        assert_eq!(&*directory.room_of("1").unwrap().name, "客厅");
        assert_eq!(&*directory.home_of("1").unwrap().name, "我的家");
        assert!(directory.room_of("2").is_none());
        assert_eq!(&*directory.home_of("2").unwrap().name, "我的家");
        let homes: Vec<&str> = directory.homes().iter().map(|home| &*home.name).collect();
        assert_eq!(homes, ["我的家", "爸妈家"]);
    }
}

#[test]
fn what_is_newer_replaces_and_what_is_missing_stays() {
    let renamed = (
        "/v2/home/home_device_list",
        r#"{"home_id":70}"#,
        r#"{"code":0,"result":{"device_info":[{"did":"1","name":"大灯","isOnline":false}]}}"#,
    );
    let mut directory = taught(&[LIST, HOMES]);
    let before = directory.generation();
    let place = FlowId {
        capture: 1,
        entry: 7,
    };
    let learn = |directory: &mut Directory| {
        let (path, data, answer) = renamed;
        directory.learn(findings(path, data, answer).unwrap(), place);
    };
    learn(&mut directory);
    let lamp = directory.device("1").unwrap();
    assert_eq!(lamp.name.as_deref(), Some("大灯"));
    assert_eq!(lamp.online, Some(false));
    assert_eq!(lamp.model.as_deref(), Some("yeelink.light.ceiling22"));
    assert_eq!(lamp.told, place);
    // The list of the whole home does not take the lamp out of its room.
    assert_eq!(&*directory.room_of("1").unwrap().name, "客厅");
    assert_eq!(directory.generation(), before + 1);
    learn(&mut directory);
    assert_eq!(directory.generation(), before + 1, "nothing new");
}

#[test]
fn endpoints_nobody_has_described_teach_by_the_shape_of_their_answers() {
    let directory = taught(&[
        (
            "/v9/brand/new",
            "{}",
            r#"{"code":0,"data":{"deep":[[{"did":"5","name":"插座","model":"cuco.plug.v3"}]]}}"#,
        ),
        (
            "/v9/messages",
            "{}",
            r#"{"code":0,"result":[{"did":"5","name":"温度过高"},{"did":"6","name":"门开了"}]}"#,
        ),
    ]);
    // What stands beside a did can be a message's title.
    assert_eq!(directory.device("5").unwrap().name.as_deref(), Some("插座"));
    assert!(directory.device("6").is_none());
}

#[test]
fn calls_that_name_a_device_teach_though_their_answer_does_not() {
    let directory = taught(&[
        (
            "/device/deviceinfo",
            r#"{"did":"8"}"#,
            r#"{"code":0,"result":{"name":"门锁"}}"#,
        ),
        (
            "/v2/device/blt_get_beaconkey",
            r#"{"did":"8","pdid":1}"#,
            r#"{"code":0,"result":{"beaconkey":"00aa"}}"#,
        ),
    ]);
    let lock = directory.device("8").unwrap();
    assert_eq!(lock.name.as_deref(), Some("门锁"));
    assert_eq!(lock.beacon_key.as_ref().unwrap().reveal(), "00aa");
}

#[test]
fn scenes_are_learnt_from_lists_and_from_what_renames_them() {
    let list = (
        "/appgateway/miot/appsceneservice/AppSceneService/GetSceneList",
        r#"{"home_id":"70"}"#,
        r#"{"code":0,"result":{"scene_info_list":[{"scene_id":"80","name":"回家","enable":true,
            "scene_action":[{"name":"开灯","payload_json":{"did":"1","model":"a.b.c"}}]}]}}"#,
    );
    let edit = |code| {
        (
            "/appgateway/miot/appsceneservice/AppSceneService/Edit",
            r#"{"scene_id":80,"name":"晚安"}"#,
            if code == 0 {
                r#"{"code":0,"result":{"scene_id":"80"}}"#
            } else {
                r#"{"code":-1,"result":{"scene_id":"80"}}"#
            },
        )
    };
    let refused = taught(&[list, edit(-1)]);
    let scene = refused.scene("80").unwrap();
    assert_eq!((&*scene.name, scene.home.as_deref()), ("回家", Some("70")));
    // An action's name is not its device's.
    assert_eq!(refused.device("1").unwrap().name, None);
    let renamed = taught(&[list, edit(0)]);
    assert_eq!(&*renamed.scene("80").unwrap().name, "晚安");
    assert_eq!(renamed.scenes().len(), 1);
}

#[test]
fn nearly_all_flows_teach_nothing() {
    let items = r#"{"code":0,"result":[{"did":"1","name":"x","model":"a.b.c","code":0}]}"#;
    for path in [
        "/miotspec/prop/get",
        "/miotspec/prop/set",
        "/miotspec/action",
        "/home/rpc/1",
        "/v2/user/statistics",
    ] {
        assert!(findings(path, "{}", items).is_none(), "{path}");
        assert!(!Findings::can_come_from(path));
    }
    for answer in ["", "{", "null", "{}", r#"{"code":0,"result":{"did":"1"}}"#] {
        assert!(findings("/x", "{}", answer).is_none(), "{answer}");
    }
    let (mut flow, _) = call("https://example.org/list", "", LIST.2);
    flow.exported = None;
    let decoded = decode(&flow, &Keyring::new(), Options::default());
    assert!(Findings::of(&flow, &decoded).is_none(), "a stranger's list");
}

#[test]
fn a_hostile_list_is_cut_off() {
    let many: Vec<String> = (0..MAX_DEVICES + 9)
        .map(|did| format!(r#"{{"did":"{did}","name":"x","mac":"y"}}"#))
        .collect();
    let answer = format!(r#"{{"result":{{"list":[{}]}}}}"#, many.join(","));
    let long = "长".repeat(1000);
    let name = format!(r#"{{"result":[{{"did":"1","name":"{long}","mac":"z"}}]}}"#);
    let directory = taught(&[
        ("/home/device_list", "{}", &answer),
        ("/home/device_list", "{}", &name),
    ]);
    assert_eq!(directory.len(), MAX_DEVICES);
    assert!(directory.device("1").unwrap().name.as_ref().unwrap().len() <= 256);
}

#[test]
fn debug_shows_no_token_and_no_name() {
    let directory = taught(&[LIST]);
    let found = findings(LIST.0, LIST.1, LIST.2).unwrap();
    let device = directory.device("1").unwrap();
    let shown = format!("{directory:?} {found:?} {device:?}");
    assert!(!shown.contains("0123456789abcdef"), "{shown}");
    assert!(!format!("{directory:?} {found:?}").contains("客厅灯"));
}

#[test]
fn a_spec_names_numbers_and_values() {
    let spec = Spec::parse(SPEC).unwrap();
    assert_eq!(urn_kind(spec.urn()), Some("light"));
    let on = spec.property(2, 1).unwrap();
    assert_eq!(
        (&*on.service, &*on.name, &*on.format),
        ("light", "on", "bool")
    );
    assert!(on.access.read && on.access.write && on.access.notify);
    let brightness = spec.property(2, 2).unwrap();
    assert_eq!(brightness.unit.as_deref(), Some("percentage"));
    assert_eq!(brightness.range, Some(["1", "100", "1"].map(Box::from)));
    assert_eq!(spec.property(2, 4).unwrap().value("2"), Some("Auto"));
    assert_eq!(&*spec.action(2, 2).unwrap().takes, [2, 4]);
    assert_eq!(&*spec.event(2, 1).unwrap().name, "overheated");
    assert_eq!(spec.property(2, 9), None);
    assert_eq!(spec.property(3, 1), None);
}

#[test]
fn a_spec_in_home_assistants_wrapping_is_taken_and_other_files_are_refused() {
    let inside = std::str::from_utf8(SPEC).unwrap();
    let wrapped = format!(r#"{{"version":1,"key":"x","data":{inside}}}"#);
    assert_eq!(Spec::parse(wrapped.as_bytes()), Spec::parse(SPEC));
    for (bytes, error) in [
        (&b"{}"[..], SpecError::NotASpec),
        (b"[]", SpecError::NotASpec),
        (
            br#"{"type":"urn:miot-spec-v2:service:x:1:y:1","services":[]}"#,
            SpecError::NotASpec,
        ),
    ] {
        assert_eq!(Spec::parse(bytes), Err(error));
    }
    assert!(matches!(Spec::parse(b"<html>"), Err(SpecError::NotJson(_))));
    let long = vec![b' '; MAX_SPEC + 1];
    assert_eq!(Spec::parse(&long), Err(SpecError::TooLong(MAX_SPEC + 1)));
}

#[test]
fn a_hostile_spec_keeps_its_limits() {
    let urn = "urn:miot-spec-v2:device:x:0:y:1";
    let properties = r#"{"iid":1},"#.repeat(MAX_SPEC_PARTS * 2);
    let file = format!(
        r#"{{"type":"{urn}","services":[{{"iid":1,"properties":[{properties}{{}}]}},{{"iid":-1}},7,null]}}"#
    );
    let spec = Spec::parse(file.as_bytes()).unwrap();
    assert!(spec.properties().len() <= MAX_SPEC_PARTS);
    assert_eq!(spec.services().len(), 1);
}

#[test]
fn a_device_finds_its_spec_by_urn_by_version_and_by_model() {
    let spec = Arc::new(Spec::parse(SPEC).unwrap());
    let exact = spec.urn();
    for (model, urn) in [
        ("a.b.c", exact),
        (
            "a.b.c",
            "urn:miot-spec-v2:device:light:0000A001:yeelink-ceiling22:7",
        ),
        ("yeelink.light.ceiling22", ""),
    ] {
        let answer = format!(
            r#"{{"result":[{{"did":"1","mac":"m","model":"{model}","spec_type":"{urn}"}}]}}"#
        );
        let mut directory = taught(&[("/home/device_list", "{}", &answer)]);
        assert!(directory.property("1", 2, 1).is_none());
        let before = directory.generation();
        directory.add_spec(Arc::clone(&spec));
        directory.add_spec(Arc::clone(&spec));
        assert_eq!(directory.generation(), before + 1);
        assert_eq!(&*directory.property("1", 2, 1).unwrap().name, "on", "{urn}");
    }
    let other = taught(&[LIST]);
    assert!(other.spec_of("2").is_none());
}

#[test]
fn a_visit_to_the_spec_site_teaches_the_spec() {
    let url = "https://miot-spec.org/miot-spec-v2/instance?type=x";
    let (mut flow, _) = call(url, "", std::str::from_utf8(SPEC).unwrap());
    flow.exported = None;
    let decoded = decode(&flow, &Keyring::new(), Options::default());
    let mut directory = taught(&[LIST]);
    directory.learn(Findings::of(&flow, &decoded).unwrap(), FlowId::default());
    assert_eq!(directory.specs(), 1);
    // The lamp's urn names a newer version; this one is better than none.
    assert_eq!(&*directory.property("1", 2, 4).unwrap().name, "mode");
}

#[test]
fn an_annotation_says_what_a_number_stands_for() {
    let mut directory = taught(&[
        LIST,
        HOMES,
        (
            "/scene/list",
            "{}",
            r#"{"result":[{"us_id":"80","name":"回家\u001b"}]}"#,
        ),
    ]);
    directory.add_spec(Arc::new(Spec::parse(SPEC).unwrap()));
    let text = r#"{"code":-704042011,"message":"x","did":"1","home_id":70,"room_id":"71",
        "scene_id":"80","dids":["2","404"],"result":[
        {"did":"1","siid":2,"piid":4,"value":2,"code":0},
        {"did":"1","siid":2,"piid":2,"value":30},
        {"siid":2,"aiid":2,"in":[40,1]},
        {"siid":2,"aiid":2,"in":[{"piid":4,"value":1}]},
        {"siid":2,"eiid":1},
        {"did":"1","key":"2.1"},
        {"did":"2","siid":2,"piid":1,"value":2},
        {"siid":99,"piid":"x","value":{}}]}"#;
    let tree = Tree::parse(text.as_bytes()).unwrap();
    let annotations: Vec<String> = (0..tree.len())
        .filter_map(|row| {
            let words = directory.annotate(&tree, row)?;
            let key = tree.key(row).unwrap_or("-");
            Some(format!("{key} {} {words}", tree.value(row)))
        })
        .collect();
    insta::assert_snapshot!(annotations.join("\n"), @r#"
    code -704042011 device offline
    did "1" 客厅灯
    home_id 70 我的家
    room_id "71" 客厅
    scene_id "80" 回家\u{1b}
    - "2" 扫地机
    did "1" 客厅灯
    siid 2 light
    piid 4 mode
    value 2 Auto
    did "1" 客厅灯
    siid 2 light
    piid 2 brightness
    value 30 percentage
    siid 2 light
    aiid 2 fade
    - 40 brightness
    - 1 mode Night
    siid 2 light
    aiid 2 fade
    piid 4 mode
    value 1 Night
    siid 2 light
    eiid 1 overheated
    did "1" 客厅灯
    key "2.1" on
    did "2" 扫地机
    "#);
}
