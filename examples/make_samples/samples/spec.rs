//! A MIoT spec instance of the lamp in the living room, in the shape that
//! miot-spec.org sends and cut down to what its calls use. Its numbers, names
//! and values are made up.

use serde_json::{Value, json};

/// The type by which the lamp's spec is known.
const URN: &str = "urn:miot-spec-v2:device:light:0000A001:yeelink-ceiling22:1";

/// The type of one part.
fn urn(what: &str, name: &str, number: u16) -> String {
    format!("urn:miot-spec-v2:{what}:{name}:{number:08X}:yeelink-ceiling22:1")
}

/// The file, as `--spec` takes it.
pub(super) fn file() -> Vec<u8> {
    let light = json!({
        "iid": 2,
        "type": urn("service", "light", 0x7802),
        "description": "Light",
        "properties": [
            property(1, "on", "Switch Status", "bool", &json!({})),
            property(2, "brightness", "Brightness", "uint8", &json!({
                "unit": "percentage", "value-range": [1, 100, 1],
            })),
            property(3, "color-temperature", "Color Temperature", "uint32", &json!({
                "unit": "kelvin", "value-range": [2700, 6500, 1],
            })),
            property(4, "mode", "Mode", "uint8", &json!({
                "value-list": [
                    {"value": 0, "description": "Day"},
                    {"value": 1, "description": "Night"},
                    {"value": 2, "description": "Auto"},
                ],
            })),
        ],
        "actions": [
            {
                "iid": 1, "type": urn("action", "toggle", 0x2811), "description": "Toggle",
                "in": [], "out": [],
            },
            {
                "iid": 2, "type": urn("action", "fade", 0x2812), "description": "Fade",
                "in": [2, 4], "out": [],
            },
        ],
        "events": [
            {
                "iid": 1, "type": urn("event", "overheated", 0x5001),
                "description": "Overheated", "arguments": [],
            },
        ],
    });
    let spec = json!({"type": URN, "description": "Light", "services": [light]});
    let mut file = serde_json::to_vec_pretty(&spec).expect("a value without odd keys");
    file.push(b'\n');
    file
}

fn property(iid: u16, name: &str, words: &str, format: &str, more: &Value) -> Value {
    let mut property = json!({
        "iid": iid,
        "type": urn("property", name, iid),
        "description": words,
        "format": format,
        "access": ["read", "write", "notify"],
    });
    let members = property.as_object_mut().zip(more.as_object());
    if let Some((members, more)) = members {
        members.extend(more.clone());
    }
    property
}
