//! What the cloud's calls return.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::envelope::Opened;

/// What a property is kept under.
pub(crate) fn name(item: &Value) -> String {
    let did = item["did"].as_str().unwrap_or_default();
    format!("{did} {}.{}", item["siid"], item["piid"])
}

/// The result of a call: properties are kept, those that were never set are 0,
/// other paths answer what they were told to, and the rest an empty object.
pub(crate) fn result(
    opened: &Opened,
    path: &str,
    answers: &HashMap<String, Value>,
    properties: &mut HashMap<String, Value>,
) -> Value {
    let data = opened.param("data").unwrap_or(b"{}");
    let data: Value = serde_json::from_slice(data).unwrap_or(Value::Null);
    let items = data["params"].as_array().cloned().unwrap_or_default();
    if path.ends_with("/miotspec/prop/set") {
        let set = items.into_iter().map(|mut item| {
            let value = item["value"].take();
            let new = || json!({"did": item["did"], "siid": item["siid"], "piid": item["piid"]});
            let kept = properties.entry(name(&item)).or_insert_with(new);
            kept["value"] = value;
            kept["code"] = 0.into();
            json!({"did": item["did"], "siid": item["siid"], "piid": item["piid"], "code": 0})
        });
        return set.collect();
    }
    if path.ends_with("/miotspec/prop/get") {
        let got = items
            .into_iter()
            .map(|item| match properties.get(&name(&item)) {
                Some(kept) => kept.clone(),
                None => json!({
                    "did": item["did"], "siid": item["siid"], "piid": item["piid"],
                    "value": 0, "code": 0,
                }),
            });
        return got.collect();
    }
    if path.ends_with("/miotspec/action") {
        let call = &data["params"];
        return json!({"did": call["did"], "siid": call["siid"], "aiid": call["aiid"], "code": 0});
    }
    answers.get(path).cloned().unwrap_or_else(|| json!({}))
}
