//! What is said in a made-up home: plaintexts of calls and answers.

use serde_json::{Value, json};

use super::random::Random;

/// The living room's home, and the parents'.
pub(super) const HOME: &str = "700000000001";
pub(super) const PARENTS: &str = "700000000002";

/// A device: did, name, model, room, whether it is online.
type Device = (&'static str, &'static str, &'static str, &'static str, bool);

/// None of these numbers was ever given to a device.
pub(super) const DEVICES: [Device; 12] = [
    (
        "900000001",
        "客厅吸顶灯",
        "yeelink.light.ceiling22",
        "客厅",
        true,
    ),
    ("900000002", "扫地机", "roborock.vacuum.a15", "客厅", true),
    (
        "900000003",
        "卧室空调",
        "xiaomi.aircondition.mc9",
        "主卧",
        true,
    ),
    (
        "blt.3.1sampleht0001",
        "温湿度计",
        "miaomiaoce.sensor_ht.t9",
        "主卧",
        true,
    ),
    ("900000005", "书房插座", "cuco.plug.v3", "书房", true),
    ("900000006", "空气净化器", "zhimi.airp.mb5", "客厅", true),
    (
        "900000007",
        "门口摄像头",
        "chuangmi.camera.ipc019e",
        "玄关",
        true,
    ),
    ("900000008", "多模网关", "lumi.gateway.mgl03", "玄关", true),
    (
        "lumi.9000000000000009",
        "窗帘电机",
        "lumi.curtain.hmcn01",
        "主卧",
        true,
    ),
    (
        "900000010",
        "加湿器",
        "deerma.humidifier.jsq5",
        "书房",
        false,
    ),
    (
        "blt.3.1samplelock01",
        "大门门锁",
        "loock.lock.t1",
        "玄关",
        true,
    ),
    ("900000012", "电饭煲", "chunmi.cooker.eh1", "厨房", true),
];

/// The envelope of every good answer.
pub(super) fn result(result: &Value) -> String {
    json!({"code": 0, "message": "ok", "result": result}).to_string()
}

pub(super) fn gethome_call() -> String {
    json!({"fg": true, "fetch_share": true, "fetch_share_dev": true, "limit": 300, "app_ver": 7})
        .to_string()
}

/// The homes with their rooms.
pub(super) fn gethome() -> String {
    let room = |id: &str, name: &str| {
        let dids = DEVICES.iter().filter(|device| device.3 == name);
        json!({"id": id, "name": name, "dids": dids.map(|device| device.0).collect::<Vec<_>>()})
    };
    result(&json!({
        "homelist": [
            {
                "id": HOME, "name": "我的家", "uid": 1_000_000_001, "city_id": 101_010_100,
                "roomlist": [
                    room("710000000001", "客厅"), room("710000000002", "主卧"),
                    room("710000000003", "书房"), room("710000000004", "玄关"),
                    room("710000000005", "厨房"),
                ],
                "dids": [],
            },
            {"id": PARENTS, "name": "爸妈家", "uid": 1_000_000_001, "roomlist": [], "dids": []},
        ],
        "has_more": false,
        "max_id": "",
    }))
}

fn device(number: usize) -> Value {
    let (did, name, model, _, online) = DEVICES[number];
    let mut random = Random::new(number as u64 + 1);
    let mac = random.hex::<3>().to_uppercase();
    json!({
        "did": did, "token": random.hex::<16>(), "name": name, "model": model,
        "localip": format!("192.0.2.{}", 100 + number),
        "mac": format!("02:00:5E:{}:{}:{}", &mac[..2], &mac[2..4], &mac[4..]),
        "ssid": "样例无线网", "bssid": "02:00:5E:00:00:01",
        "parent_id": if did.starts_with("blt") { "900000008" } else { "" },
        "pid": if did.starts_with("blt") { "6" } else { "0" },
        "longitude": "0.0", "latitude": "0.0",
        "isOnline": online, "rssi": -40 - number as i64 * 2, "uid": 1_000_000_001,
        "extra": {"isSetPincode": 0, "fw_version": format!("2.{number}.0_0042"), "mcu_version": "0001"},
        "desc": if online { "设备在线" } else { "设备离线" },
    })
}

/// All devices.
pub(super) fn device_list() -> String {
    let list: Vec<Value> = (0..DEVICES.len()).map(device).collect();
    result(&json!({"list": list, "has_more": false, "next_start_did": ""}))
}

/// The devices of the second page of a home.
pub(super) fn home_devices() -> String {
    let devices: Vec<Value> = (8..DEVICES.len()).map(device).collect();
    result(&json!({"device_info": devices, "has_more": false, "max_did": "900000012"}))
}

/// Several properties at once; the humidifier is offline.
pub(super) fn properties(with_values: bool) -> Value {
    let rows = [
        ("900000001", 2, 1, json!(true), 0),
        ("900000001", 2, 2, json!(80), 0),
        ("900000001", 2, 3, json!(4000), 0),
        ("900000003", 2, 4, json!(26), 0),
        ("900000003", 2, 2, json!(1), 0),
        ("blt.3.1sampleht0001", 2, 1001, json!(24.6), 0),
        ("blt.3.1sampleht0001", 2, 1002, json!(53), 0),
        ("900000006", 3, 4, json!(12), 0),
        ("900000010", 2, 1, Value::Null, -704_042_011),
    ];
    rows.into_iter()
        .map(|(did, siid, piid, value, code)| match (with_values, code) {
            (false, _) => json!({"did": did, "siid": siid, "piid": piid}),
            (true, 0) => json!({
                "did": did, "iid": format!("0.{siid}.{piid}"), "siid": siid, "piid": piid,
                "value": value, "code": 0, "updateTime": 1_789_172_900, "exe_time": 0,
            }),
            (true, code) => json!({
                "did": did, "iid": format!("0.{siid}.{piid}"), "siid": siid, "piid": piid,
                "code": code, "exe_time": 0,
            }),
        })
        .collect()
}

/// A manual scene and an automation.
pub(super) fn scenes() -> Value {
    json!([
        {
            "scene_id": "800000000001", "name": "回家", "home_id": HOME, "enable": true,
            "scene_trigger": {"triggers": [{"key": "user.click", "name": "手动执行"}]},
            "scene_action": {"actions": [
                {"type": 0, "name": "打开客厅吸顶灯", "payload": {
                    "did": "900000001", "command": "set_properties",
                    "value": [{"did": "900000001", "siid": 2, "piid": 1, "value": true}],
                }},
                {"type": 0, "name": "空调制冷 26°C", "payload": {
                    "did": "900000003", "command": "set_properties",
                    "value": [{"did": "900000003", "siid": 2, "piid": 4, "value": 26}],
                }},
            ]},
        },
        {
            "scene_id": "800000000002", "name": "空气差时开净化器", "home_id": HOME, "enable": true,
            "scene_trigger": {"triggers": [{
                "key": "prop.zhimi.airp.mb5.3.4", "name": "PM2.5 高于 75", "value": {"min": 75},
            }]},
            "scene_action": {"actions": [{"type": 0, "name": "打开空气净化器"}]},
        },
    ])
}

/// A day of temperatures, the newest first.
pub(super) fn temperatures() -> Value {
    (0..24)
        .map(|hour| {
            let tenths = 240 + (hour * 7) % 23;
            json!({
                "uid": 1_000_000_001, "did": "blt.3.1sampleht0001",
                "time": 1_789_171_200 - hour * 3600, "type": "prop", "key": "2.1001",
                "value": format!("[{}.{}]", tenths / 10, tenths % 10),
            })
        })
        .collect()
}

/// What the camera at the door saw.
pub(super) fn camera_events() -> String {
    let events = (0..5_i64).map(|number| {
        json!({
            "createTime": 1_789_171_200_000 - number * 1_830_000,
            "eventType": if number % 2 == 0 { "PeopleMotion" } else { "ObjectMotion" },
            "fileId": format!("6000000000000000{number}"),
            "isAlarm": false,
            "extraInfo": {"desc": "有人经过"},
        })
    });
    let events: Vec<Value> = events.collect();
    json!({"code": 0, "result": "ok", "data": {"isContinue": false, "nextTime": 0, "thirdPartPlayUnits": events}})
        .to_string()
}
