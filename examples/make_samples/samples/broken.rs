//! A HAR that a careless editor and a full disk have been at.

use mishark_core::protocol::request::Style;
use serde_json::json;

use super::account::{Client, FRESH_STYLE, Login};
use super::exchange::Exchange;
use super::har;
use super::plaintexts;
use super::script::{Call, Reply, Script};

/// Six entries: the third one's brackets do not close, and the file ends in
/// the last one.
pub(super) fn file() -> Vec<u8> {
    let whole = String::from_utf8(har::file(&exchanges())).expect("JSON is UTF-8");
    // Entries start alike, so the third is found by counting.
    let starts: Vec<usize> = whole
        .match_indices("\n      {\n        \"startedDateTime\"")
        .map(|(at, _)| at)
        .collect();
    let (third, fourth) = (starts[2], starts[3]);
    let damaged = whole[third..fourth].replacen("\"queryString\": [],", "\"queryString\": [{[,", 1);
    let last = starts[starts.len() - 1];
    let end = last + (whole.len() - last) / 2;
    let cut = (end..).find(|at| whole.is_char_boundary(*at));
    let end = cut.expect("the text itself ends at a boundary");
    [&whole[..third], &damaged, &whole[fourth..end]]
        .concat()
        .into_bytes()
}

fn exchanges() -> Vec<Exchange> {
    let login = Login::new("xiaomiio", "1000000505", 0x6272_6f6b);
    let tool = Client::tool(&login, Style { ..FRESH_STYLE });
    let mut script = Script::new(505);
    for (piid, value) in [
        json!(true),
        json!(80),
        json!(4000),
        json!("客厅"),
        json!(0),
        json!(1),
    ]
    .into_iter()
    .enumerate()
    {
        script.call(Call::new(
            tool,
            "/app/miotspec/prop/get",
            json!({"params": [{"did": "900000001", "siid": 2, "piid": piid + 1}]}).to_string(),
            Reply::Json(plaintexts::result(&json!([
                {"did": "900000001", "siid": 2, "piid": piid + 1, "value": value, "code": 0}
            ]))),
        ));
    }
    script.finish()
}
