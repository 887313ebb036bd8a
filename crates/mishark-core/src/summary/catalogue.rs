//! What the endpoints of the public clients say: one row each.
//!
//! A line names what a call is about, the call, and what came back:
//! `我的家 home_device_list: 12 devices`. What came back is told, or else how
//! the call ended: `回家 RunScene → ok`.

use super::answer::{Answer, parse};
use super::call::Call;
use super::calls;
use super::line::Line;
use super::parts::About::{self, Device, Devices, Home, Property, Scene, Word};
use super::parts::Tell::{self, Count, CountIn, First, Labelled, More, Value};
use super::parts::parts;
use crate::call;
use crate::decode::Decoded;
use crate::flow::Flow;
use crate::protocol::hosts::is_cloud;
use Says::{Parts, Words};

/// An endpoint and what is said of it.
struct Endpoint {
    /// The end of its path, from a slash on.
    path: &'static str,
    says: Says,
}

enum Says {
    /// What the request is about, and what the answer tells.
    Parts(&'static [About], &'static [Tell]),
    /// Words of its own.
    Words(fn(&Call<'_>, &mut Line)),
}

const fn row(path: &'static str, says: Says) -> Endpoint {
    Endpoint { path, says }
}

/// All endpoints that have words. The first that fits counts.
const ENDPOINTS: [Endpoint; 53] = [
    row("/miotspec/prop/get", Words(calls::read)),
    row("/miotspec/prop/set", Words(calls::write)),
    row("/miotspec/action", Words(calls::action)),
    row(
        "/home/device_list",
        Parts(&[Device("/dids")], &[Count("/result/list", "device")]),
    ),
    row(
        "/home/device_list_page",
        Parts(
            &[Device("/dids")],
            &[Count("/result/list", "device"), More("/result/has_more")],
        ),
    ),
    row(
        "/home/home_device_list",
        Parts(
            &[Home("/home_id")],
            &[
                Count("/result/device_info", "device"),
                More("/result/has_more"),
            ],
        ),
    ),
    row("/homeroom/gethome", HOMES),
    row("/homeroom/gethome_merged", HOMES),
    row(
        "/homeroom/get_dev_room_page",
        Parts(
            &[],
            &[
                Count("/result/info", "home"),
                CountIn("/result/info", "roomlist", "room"),
                More("/result/has_more"),
            ],
        ),
    ),
    row(
        "/user/get_device_cnt",
        Parts(
            &[],
            &[
                Labelled("/result/own/cnt", "own"),
                Count("/result/share/share_family", "shared home"),
            ],
        ),
    ),
    row(
        "/user/get_user_device_data",
        Parts(
            &[Device("/did"), Word("/type"), Property("/key")],
            &[Count("/result", "record")],
        ),
    ),
    row(
        "/user/statistics",
        Parts(
            &[Device("/did"), Property("/key"), Word("/data_type")],
            &[Count("/result", "value")],
        ),
    ),
    row(
        "/device/batchdevicedatas",
        Parts(&[Devices("")], &[Count("/result", "device")]),
    ),
    row("/device/blt_get_beaconkey", DEVICE),
    row("/device/range_get_extra_data", EXTRA),
    row("/device/get_extra_data", EXTRA),
    row(
        "/device/deviceinfo",
        Parts(
            &[Device("/did")],
            &[Value("/result/name"), Value("/result/model")],
        ),
    ),
    row(
        "/home/checkversion",
        Parts(
            &[Device("/did")],
            &[
                Labelled("/result/curr", "installed"),
                Labelled("/result/latest", "latest"),
            ],
        ),
    ),
    row(
        "/home/latest_version",
        Parts(&[Word("/model")], &[Value("/result/version")]),
    ),
    row("/home/devupgrade", DEVICE),
    row("/plugin/get_config_info_new", MODEL),
    row("/productconfig/get_icon", MODEL),
    row("/home/get_interim_file_url", FILE),
    row("/home/get_interim_file_url_pro", FILE),
    row("/home/getfileurl", FILE),
    row("/home/getmapfileurl", FILE),
    row(
        "/home/standard_consumable_items",
        Parts(
            &[Home("/home_id")],
            &[CountIn("/result/items", "consumes_data", "device")],
        ),
    ),
    row(
        "/AppSceneService/GetSceneList",
        Parts(
            &[Home("/home_id")],
            &[Count("/result/scene_info_list", "scene")],
        ),
    ),
    row(
        "/AppSceneService/GetSimpleSceneList",
        Parts(
            &[Home("/home_id")],
            &[
                Count("/result/manual_scene_info_list", "scene"),
                Count("/result/auto_scene_info_list", "automation"),
            ],
        ),
    ),
    row("/AppSceneService/GetManualSceneList", SCENES),
    row("/AppSceneService/GetCommonUsedSceneList", SCENES),
    row(
        "/AppSceneService/GetTemplateList",
        Parts(&[Home("/home_id")], &[First("template")]),
    ),
    row("/AppSceneService/RunScene", SCENE),
    row("/AppSceneService/NewRunScene", SCENE),
    row("/AppSceneService/Edit", EDIT),
    row("/scene/list", SCENES),
    row("/scene/edit", Parts(&[Scene("/us_id"), Word("/name")], &[])),
    row("/scene/delete", Parts(&[Scene("/us_id")], &[])),
    row(
        "/scene/history",
        Parts(&[Home("/home_id")], &[Count("/result/history", "record")]),
    ),
    row(
        "/message/v2/check_new_msg",
        Parts(&[], &[Labelled("/result/count", "new")]),
    ),
    row("/message/v2/typelist", Parts(&[], &[First("type")])),
    row("/mipush/eventsubbatch", Words(calls::subscribe)),
    row(
        "/irdevice/controllers",
        Parts(
            &[Device("/parent_id")],
            &[Count("/result/controllers", "controller")],
        ),
    ),
    row(
        "/controller/keys",
        Parts(&[Device("/did")], &[Count("/result/keys", "key")]),
    ),
    row(
        "/controller/info",
        Parts(&[Device("/did")], &[Value("/result/name")]),
    ),
    row(
        "/controller/key/click",
        Parts(&[Device("/did"), Word("/key_id")], &[]),
    ),
    row(
        "/scale/getUserDataByPage",
        Parts(&[Device("/did")], &[First("record")]),
    ),
    row(
        "/common/app/get/eventlist",
        Parts(
            &[Device("/did")],
            &[Count("/data/thirdPartPlayUnits", "event")],
        ),
    ),
    row(
        "/alarm/playlist/limit",
        Parts(&[Device("/did")], &[First("event")]),
    ),
    row("/common/app/m3u8", DEVICE),
    row("/camera/app/v1/img", DEVICE),
    row("/camera/app/v1/mp4", DEVICE),
    row("/data/get_fitness_data_by_time", RECORDS),
];

/// Mi Fitness asks for all kinds of records in one way.
const RECORDS_BY_TIME: [&str; 2] = ["_by_time", "_by_watermark"];

const DEVICE: Says = Parts(&[Device("/did")], &[]);
const EDIT: Says = Parts(&[Scene("/scene_id"), Word("/name")], &[]);
const EXTRA: Says = Parts(
    &[Device("/did"), Word("/prefix")],
    &[Count("/result", "entry")],
);
const FILE: Says = Parts(&[Word("/obj_name")], &[]);
const HOMES: Says = Parts(
    &[],
    &[
        Count("/result/homelist", "home"),
        CountIn("/result/homelist", "roomlist", "room"),
        Count("/result/share_home_list", "shared home"),
        More("/result/has_more"),
    ],
);
const MODEL: Says = Parts(&[Word("/model")], &[]);
const RECORDS: Says = Parts(
    &[Word("/key")],
    &[
        Count("/result/data_list", "record"),
        Count("/result/sport_records", "record"),
        More("/result/has_more"),
    ],
);
const SCENE: Says = Parts(&[Scene("/scene_id")], &[]);
const SCENES: Says = Parts(&[Home("/home_id")], &[First("scene")]);

fn find(path: &str) -> Option<&'static Says> {
    let path = path.trim_end_matches('/');
    let known = ENDPOINTS
        .iter()
        .find(|endpoint| path.ends_with(endpoint.path));
    if let Some(endpoint) = known {
        return Some(&endpoint.says);
    }
    if call::rpc_did(path).is_some() {
        return Some(&Words(calls::rpc));
    }
    RECORDS_BY_TIME
        .iter()
        .any(|end| path.ends_with(end))
        .then_some(&RECORDS)
}

/// Whether a flow without an envelope asks an endpoint that has words: official
/// integrations call the same ones with a token and in the clear.
pub(super) fn knows(flow: &Flow) -> bool {
    is_cloud(flow.request.url.host())
        && flow.request.method != "OPTIONS"
        && find(flow.request.url.path()).is_some()
}

/// Says what a call to the cloud says.
pub(super) fn say(flow: &Flow, decoded: &Decoded, answer: &Answer<'_>, line: &mut Line) {
    let path = flow.request.url.path();
    let request = decoded.request.plaintext.as_deref().and_then(parse);
    if request.is_none() && answer.tells_nothing() {
        // It could not be opened; why is said elsewhere.
        return;
    }
    let call = Call {
        path,
        name: call::short(path),
        request: request.as_ref(),
        answer,
    };
    match find(path) {
        Some(Parts(about, tells)) => parts(&call, about, tells, line),
        Some(Words(say)) => say(&call, line),
        None => calls::unknown(&call, line),
    }
}
