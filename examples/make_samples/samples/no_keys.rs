//! Flows of a tool that sends no key, and the key beside them.

use mishark_core::protocol::request::Style;
use serde_json::json;

use super::account::{Client, FRESH_STYLE, HMAC_STYLE, Login};
use super::exchange::Exchange;
use super::plaintexts;
use super::script::{Call, Reply, Script};

fn login() -> Login {
    Login::new("xiaomiio", "1000000404", 0x6b65_7973)
}

/// What the tool said; the login was not recorded.
pub(super) fn exchanges() -> Vec<Exchange> {
    let login = login();
    let silent = Style {
        sends_ssecurity: false,
        ..FRESH_STYLE
    };
    let tool = Client::tool(&login, silent);
    let mut script = Script::new(404);
    script.call(Call::new(
        tool,
        "/app/v2/homeroom/gethome",
        plaintexts::gethome_call(),
        Reply::Json(plaintexts::gethome()),
    ));
    script.call(Call::new(
        tool.in_query(),
        "/app/home/device_list",
        r#"{"getVirtualModel":false,"getHuamiDevices":0}"#.into(),
        Reply::Gzip(plaintexts::device_list()),
    ));
    script.call(Call::new(
        tool,
        "/app/miotspec/prop/get",
        json!({"params": [{"did": "900000001", "siid": 2, "piid": 1}]}).to_string(),
        Reply::Json(plaintexts::result(&json!([
            {"did": "900000001", "siid": 2, "piid": 1, "value": true, "code": 0}
        ]))),
    ));
    script.call(Call::new(
        tool,
        "/app/miotspec/prop/set",
        json!({"params": [{"did": "900000001", "siid": 2, "piid": 1, "value": false}]}).to_string(),
        Reply::Json(plaintexts::result(&json!([
            {"did": "900000001", "siid": 2, "piid": 1, "code": 0}
        ]))),
    ));
    script.call(Call::new(
        Client::tool(&login, HMAC_STYLE),
        "/app/v2/message/v2/check_new_msg",
        json!({"begin_at": 1_789_170_000}).to_string(),
        Reply::Json(plaintexts::result(&json!({"has_new_msg": false}))),
    ));
    script.finish()
}

/// The file that opens them.
pub(super) fn key_file() -> Vec<u8> {
    let key = login().ssecurity.encode();
    format!("# the ssecurity of no-keys.har; made up, it opens nothing else\n{key}\n").into_bytes()
}
