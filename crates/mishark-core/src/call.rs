//! What a call is by its path: a short name for lists, and whether it may
//! change anything at home.
//!
//! The endpoints are those of the public clients; a path that none of them
//! knows is judged by its words, and counts as a write unless they say that it
//! reads. Better one question too many than a door that opens.

use crate::json::{Kind, Tree, unescape};

/// What sending a call can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Nature {
    /// It tells something and changes nothing.
    Read,
    /// It moves a device or changes what is stored.
    Write,
}

/// Words in a path that promise a change, whatever else stands there.
const WRITES: [&str; 37] = [
    "action",
    "add",
    "apply",
    "bind",
    "cancel",
    "clear",
    "click",
    "close",
    "create",
    "del",
    "delete",
    "devupgrade",
    "disable",
    "edit",
    "enable",
    "eventsubbatch",
    "modify",
    "move",
    "open",
    "ota",
    "put",
    "quit",
    "remove",
    "rename",
    "report",
    "reset",
    "run",
    "save",
    "set",
    "share",
    "start",
    "stop",
    "sub",
    "unbind",
    "update",
    "upgrade",
    "upload",
];

/// Words in a path that promise that it only tells.
const READS: [&str; 27] = [
    "batchdevicedatas",
    "beaconkey",
    "check",
    "checkversion",
    "controllers",
    "count",
    "deviceinfo",
    "eventlist",
    "fetch",
    "get",
    "getappconfig",
    "getfileurl",
    "gethome",
    "getmapfileurl",
    "history",
    "img",
    "info",
    "items",
    "keys",
    "latest",
    "list",
    "m3u8",
    "mp4",
    "page",
    "query",
    "statistics",
    "typelist",
];

/// Last parts that say too little alone, so that the part before is kept too.
const VAGUE: [&str; 12] = [
    "add", "click", "delete", "edit", "get", "info", "key", "keys", "list", "set", "update", "v1",
];

/// A name for a call that fits a column: `prop/set`, `gethome`, `rpc`.
///
/// ```
/// use mishark_core::call::short;
///
/// assert_eq!(short("/app/v2/homeroom/gethome"), "gethome");
/// assert_eq!(short("/app/miotspec/prop/set"), "prop/set");
/// assert_eq!(short("/app/home/rpc/900000005"), "rpc");
/// ```
pub fn short(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    if let Some(did) = rpc_did(path) {
        let end = path.len() - did.len() - 1;
        return &path[end - "rpc".len()..end];
    }
    let last = path.rfind('/').map_or(0, |at| at + 1);
    let vague = VAGUE.contains(&&path[last..]);
    match path[..last.saturating_sub(1)].rfind('/') {
        Some(before) if vague => &path[before + 1..],
        _ => &path[last..],
    }
}

/// The device that a path `…/home/rpc/{did}` names.
pub fn rpc_did(path: &str) -> Option<&str> {
    let (before, did) = path.rsplit_once('/')?;
    (before.ends_with("/rpc") && !did.is_empty()).then_some(did)
}

/// Whether sending this call can change anything. `data` is its plaintext.
///
/// ```
/// use mishark_core::call::{Nature, nature};
///
/// assert_eq!(nature("/app/miotspec/prop/get", b"{}"), Nature::Read);
/// assert_eq!(nature("/app/home/rpc/1", br#"{"method":"get_prop"}"#), Nature::Read);
/// assert_eq!(nature("/app/home/rpc/1", br#"{"method":"set_power"}"#), Nature::Write);
/// assert_eq!(nature("/app/never/heard/of", b"{}"), Nature::Write);
/// ```
pub fn nature(path: &str, data: &[u8]) -> Nature {
    if rpc_did(path).is_some() {
        return rpc_nature(data);
    }
    let has = |known: &[&str]| has_word(path, known);
    match !has(&WRITES) && has(&READS) {
        true => Nature::Read,
        false => Nature::Write,
    }
}

/// Whether a call says by its own words that it changes something: a path that
/// nobody knows does not.
pub fn is_known_write(path: &str, data: &[u8]) -> bool {
    match rpc_did(path) {
        Some(_) => rpc_nature(data) == Nature::Write,
        None => has_word(path, &WRITES),
    }
}

fn has_word(path: &str, known: &[&str]) -> bool {
    let mut words = path.split('/').flat_map(words);
    words.any(|word| known.contains(&word.as_str()))
}

/// An rpc reads only if its method says so in so many words.
fn rpc_nature(data: &[u8]) -> Nature {
    let method = Tree::parse(data).ok().and_then(|tree| {
        let row = tree.get("/method")?;
        (tree.kind(row) == Kind::String)
            .then(|| unescape(tree.string(row).unwrap_or_default()).into_owned())
    });
    match method.as_deref() {
        Some(method) if method.starts_with("get_") || method == "miIO.info" => Nature::Read,
        _ => Nature::Write,
    }
}

/// The words of one part of a path, in small letters: `GetSceneList` and
/// `get_scene_list` have the same three.
fn words(part: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_small = false;
    for character in part.chars() {
        let is_break = !character.is_alphanumeric();
        if (is_break || (character.is_uppercase() && was_small))
            && words.last().is_some_and(|word| !word.is_empty())
        {
            words.push(String::new());
        }
        was_small = character.is_lowercase();
        if let (false, Some(word)) = (is_break, words.last_mut()) {
            word.extend(character.to_lowercase());
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_still_tell_calls_apart() {
        for (path, expected) in [
            ("/app/v2/home/device_list_page", "device_list_page"),
            ("/app/miotspec/prop/get", "prop/get"),
            ("/app/miotspec/action", "action"),
            (
                "/app/appgateway/miot/appsceneservice/AppSceneService/GetSceneList",
                "GetSceneList",
            ),
            ("/app/scene/list", "scene/list"),
            ("/app/home/rpc/900000005/", "rpc"),
            ("/", ""),
            ("", ""),
            ("set", "set"),
            ("/set", "set"),
        ] {
            assert_eq!(short(path), expected, "{path}");
        }
    }

    #[test]
    fn every_endpoint_of_the_public_clients_is_a_read_or_a_write() {
        const SCENES: &str = "/app/appgateway/miot/appsceneservice/AppSceneService/";
        let reads = [
            "/app/home/device_list",
            "/app/v2/home/device_list_page",
            "/app/v2/home/home_device_list",
            "/app/v2/homeroom/gethome",
            "/app/v2/homeroom/gethome_merged",
            "/app/v2/homeroom/get_dev_room_page",
            "/app/v2/user/get_device_cnt",
            "/app/miotspec/prop/get",
            "/app/user/get_user_device_data",
            "/app/v2/user/statistics",
            "/app/device/batchdevicedatas",
            "/app/v2/device/blt_get_beaconkey",
            "/app/v2/device/range_get_extra_data",
            "/app/device/deviceinfo",
            "/app/home/checkversion",
            "/app/home/latest_version",
            "/app/v2/plugin/get_config_info_new",
            "/app/v2/home/get_interim_file_url_pro",
            "/app/home/getfileurl",
            "/app/v2/home/standard_consumable_items",
            "/app/scene/list",
            "/app/scene/history",
            "/app/v2/message/v2/check_new_msg",
            "/app/v2/message/v2/typelist",
            "/app/v2/irdevice/controllers",
            "/app/v2/irdevice/controller/keys",
            "/app/eco/common/scale/getUserDataByPage",
            "/common/app/get/eventlist",
            "/miot/camera/app/v1/alarm/playlist/limit",
            "/common/app/m3u8",
            "/app/service/getappconfig",
            "/app/v1/data/get_fitness_data_by_time",
        ];
        for path in reads {
            let expected = if path.ends_with("playlist/limit") {
                // Its words say nothing, so it is asked for.
                Nature::Write
            } else {
                Nature::Read
            };
            assert_eq!(nature(path, b"{}"), expected, "{path}");
        }
        for name in ["GetSceneList", "GetSimpleSceneList", "GetTemplateList"] {
            assert_eq!(nature(&format!("{SCENES}{name}"), b"{}"), Nature::Read);
        }
        for path in [
            "/app/miotspec/prop/set",
            "/app/miotspec/action",
            "/app/home/devupgrade",
            "/app/scene/edit",
            "/app/scene/delete",
            "/app/mipush/eventsubbatch",
            "/app/v2/irdevice/controller/key/click",
            "/app/v2/device/bind",
        ] {
            assert_eq!(nature(path, b"{}"), Nature::Write, "{path}");
        }
        for name in ["RunScene", "NewRunScene", "Edit"] {
            assert_eq!(nature(&format!("{SCENES}{name}"), b"{}"), Nature::Write);
        }
    }

    #[test]
    fn an_rpc_reads_only_if_its_method_says_so() {
        let rpc = |data: &[u8]| nature("/app/home/rpc/1", data);
        assert_eq!(
            rpc(br#"{"params":[],"method":"\u0067et_prop"}"#),
            Nature::Read
        );
        assert_eq!(rpc(br#"{"method":"miIO.info"}"#), Nature::Read);
        assert_eq!(rpc(br#"{"method":"app_start"}"#), Nature::Write);
        assert_eq!(rpc(br#"{"method":["get_prop"]}"#), Nature::Write);
        assert_eq!(rpc(b"noise"), Nature::Write);
    }
}
