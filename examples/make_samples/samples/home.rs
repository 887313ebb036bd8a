//! One morning in a made-up home: a phone logs in, the app and three tools
//! talk to the cloud, and much goes wrong that can go wrong in a capture.

use mishark_core::protocol::request::{KeystreamMode, Order, Style};
use mishark_core::protocol::seal::APP_STYLE;
use serde_json::{Value, json};

use super::account::{Client, FRESH_STYLE, HMAC_STYLE, Login};
use super::exchange::{Answer, Exchange, Kept, fields};
use super::plaintexts::{self, HOME, result};
use super::script::{Call, Damage, Reply, Script};

const ACCOUNT: &str = "https://account.xiaomi.com";
const JSON: &str = "application/json; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";

/// A picture of one grey pixel.
const PNG: [u8; 70] = [
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52,
    0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3a, 0x7e, 0x9b,
    0x55, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x44, 0x41, 0x54, 0x78, 0x01, 0x01, 0x02, 0x00, 0xfd, 0xff,
    0x00, 0x80, 0x00, 0x82, 0x00, 0x81, 0xc3, 0x6e, 0x25, 0xe0, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45,
    0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

/// Who is logged in.
struct People {
    /// The phone's account at `api.io.mi.com`.
    phone: Login,
    /// The same account at `api.mijia.tech`.
    mijia: Login,
    /// Another member of the family, who logs in by a text message.
    family: Login,
    /// A tablet on the same network whose login was not recorded.
    stranger: Login,
}

/// The whole story.
pub(super) fn exchanges() -> Vec<Exchange> {
    let people = People {
        phone: Login::new("xiaomiio", "1000000001", 1),
        mijia: Login::new("mijia", "1000000001", 2),
        family: Login::new("xiaomiio", "1000000002", 3),
        stranger: Login::new("xiaomiio", "1000000003", 4),
    };
    let mut script = Script::new(42);
    password_login(&mut script, &people.phone);
    qr_login(&mut script, &people.mijia);
    verified_login(&mut script, &people.family);
    homes_and_devices(&mut script, Client::app(&people.phone));
    control(&mut script, Client::app(&people.phone));
    scenes(&mut script, Client::app(&people.phone));
    newer_hosts(&mut script, Client::app(&people.mijia));
    tools(&mut script, &people);
    clear_answers(&mut script, Client::app(&people.phone));
    lost_parts(&mut script, Client::app(&people.phone));
    altered_requests(&mut script, &people);
    altered_answers(&mut script, Client::app(&people.phone));
    wrong_keys(&mut script, &people);
    bystanders(&mut script);
    script.finish()
}

fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Answer {
    Answer {
        status,
        headers: fields(headers),
        body: Kept::Bytes(body.as_bytes().to_vec()),
    }
}

fn passport(json: &Value) -> Answer {
    answer(
        200,
        &[("Content-Type", JSON)],
        &format!("&&&START&&&{json}"),
    )
}

/// The hop that sets the token; `signed` with the clientSign that ties it to
/// the key.
fn sts(script: &mut Script, login: &Login, location: &str, signed: bool) {
    let sign = form_urlencoded::byte_serialize(login.client_sign().as_bytes()).collect::<String>();
    let url = if signed {
        format!("{location}&clientSign={sign}")
    } else {
        location.to_owned()
    };
    let Login {
        user_id,
        c_user_id,
        token,
        ..
    } = login;
    let cookies = [
        format!("serviceToken={token}; Domain=.mi.com; Path=/; HttpOnly"),
        format!("cUserId={c_user_id}; Domain=.mi.com; Path=/"),
        format!("userId={user_id}; Domain=.mi.com; Path=/"),
    ];
    let mut ok = answer(200, &[("Content-Type", "text/html")], "ok");
    for cookie in cookies {
        ok.headers.push(("Set-Cookie".to_owned(), cookie));
    }
    script.other("GET", &url, &[], "", ok);
}

fn location(script: &mut Script, login: &Login) -> String {
    let host = match login.sid {
        "mijia" => "sts.api.mijia.tech",
        _ => "sts.api.io.mi.com",
    };
    let random = script.random().hex::<8>();
    let (user, c_user) = (login.user_id, &login.c_user_id);
    format!(
        "https://{host}/sts?d=wb_sample&ticket=0&pwd=1&userId={user}&cUserId={c_user}&nonce={random}&sid={}",
        login.sid
    )
}

/// With a password: the key stands in the second answer.
fn password_login(script: &mut Script, login: &Login) {
    let sign = script.random().base64::<20>();
    script.other(
        "GET",
        &format!("{ACCOUNT}/pass/serviceLogin?sid={}&_json=true", login.sid),
        &[],
        "",
        passport(&json!({
            "code": 70016, "desc": "登录验证失败", "qs": "%3Fsid%3Dxiaomiio%26_json%3Dtrue",
            "_sign": sign, "sid": login.sid, "callback": "https://sts.api.io.mi.com/sts",
        })),
    );
    let location = location(script, login);
    let hash = script.random().hex::<16>().to_uppercase();
    let encoded = form_urlencoded::Serializer::new(String::new())
        .append_pair("sid", login.sid)
        .append_pair("hash", &hash)
        .append_pair("callback", "https://sts.api.io.mi.com/sts")
        .append_pair("qs", "%3Fsid%3Dxiaomiio%26_json%3Dtrue")
        .append_pair("user", login.user_id)
        .append_pair("_sign", &sign)
        .append_pair("_json", "true")
        .finish();
    let psecurity = script.random().base64::<16>();
    let pass_token = script.random().base64::<48>();
    script.other(
        "POST",
        &format!("{ACCOUNT}/pass/serviceLoginAuth2?_json=true"),
        &[],
        &encoded,
        passport(&json!({
            "qs": "%3Fsid%3Dxiaomiio%26_json%3Dtrue", "code": 0, "desc": "成功",
            "ssecurity": login.ssecurity.encode(), "psecurity": psecurity,
            "passToken": pass_token, "nonce": login.nonce,
            "userId": login.user_id.parse::<u64>().unwrap_or_default(),
            "cUserId": login.c_user_id, "location": location, "pwd": 1, "securityStatus": 0,
        })),
    );
    sts(script, login, &location, true);
}

/// With a QR code: the key stands in the answer of the long poll.
fn qr_login(script: &mut Script, login: &Login) {
    let ticket = script.random().hex::<8>();
    let poll = format!("https://c3.lp.account.xiaomi.com/lp/s?k={ticket}");
    script.other(
        "GET",
        &format!(
            "{ACCOUNT}/longPolling/loginUrl?sid={}&_json=true",
            login.sid
        ),
        &[],
        "",
        passport(&json!({
            "code": 0, "desc": "成功", "lp": poll, "timeout": 300,
            "qr": format!("{ACCOUNT}/pass/qr/login?ticket={ticket}"),
        })),
    );
    let location = location(script, login);
    let psecurity = script.random().base64::<16>();
    script.other(
        "GET",
        &poll,
        &[],
        "",
        passport(&json!({
            "code": 0, "desc": "成功", "ssecurity": login.ssecurity.encode(),
            "psecurity": psecurity, "nonce": login.nonce,
            "userId": login.user_id.parse::<u64>().unwrap_or_default(),
            "cUserId": login.c_user_id, "location": location,
        })),
    );
    sts(script, login, &location, false);
}

/// With a text message: the key stands in a header of a redirect only.
fn verified_login(script: &mut Script, login: &Login) {
    let location = location(script, login);
    let pragma = json!({"ssecurity": login.ssecurity.encode(), "nonce": login.nonce}).to_string();
    let mut moved = answer(
        302,
        &[("Location", &location), ("extension-pragma", &pragma)],
        "",
    );
    moved.headers.push((
        "Set-Cookie".to_owned(),
        format!("userId={}; Domain=.xiaomi.com; Path=/", login.user_id),
    ));
    script.other(
        "GET",
        &format!(
            "{ACCOUNT}/identity/result/check?sid={}&_json=true",
            login.sid
        ),
        &[],
        "",
        moved,
    );
    sts(script, login, &location, true);
}

fn homes_and_devices(script: &mut Script, app: Client<'_>) {
    script.call(Call::new(
        app,
        "/app/v2/homeroom/gethome",
        plaintexts::gethome_call(),
        Reply::Gzip(plaintexts::gethome()),
    ));
    script.call(Call::new(
        app,
        "/app/v2/home/device_list_page",
        json!({
            "getVirtualModel": true, "getHuamiDevices": 1, "get_split_device": true,
            "support_smart_home": true, "limit": 200, "start_did": "",
        })
        .to_string(),
        Reply::Gzip(plaintexts::device_list()),
    ));
    script.call(Call::new(
        app,
        "/app/v2/home/home_device_list",
        json!({
            "home_owner": 1_000_000_001, "home_id": HOME, "limit": 8, "start_did": "900000008",
            "get_split_device": true, "support_smart_home": true,
        })
        .to_string(),
        Reply::Json(plaintexts::home_devices()),
    ));
    script.call(Call::new(
        app,
        "/app/user/get_user_device_data",
        json!({
            "did": "blt.3.1sampleht0001", "key": "2.1001", "type": "prop",
            "time_start": 1_789_084_800, "time_end": 1_789_171_200, "limit": 24,
        })
        .to_string(),
        Reply::Gzip(result(&plaintexts::temperatures())),
    ));
    script.call(Call::new(
        app,
        "/app/v2/device/blt_get_beaconkey",
        json!({"did": "blt.3.1sampleht0001", "pdid": 1}).to_string(),
        Reply::Json(result(&json!({
            "beaconkey": "00112233445566778899aabbccddeeff", "did": "blt.3.1sampleht0001",
        }))),
    ));
}

fn control(script: &mut Script, app: Client<'_>) {
    script.call(Call::new(
        app,
        "/app/miotspec/prop/get",
        json!({"params": plaintexts::properties(false), "datasource": 1}).to_string(),
        Reply::Gzip(result(&plaintexts::properties(true))),
    ));
    script.call(Call::new(
        app,
        "/app/miotspec/prop/set",
        json!({"params": [
            {"did": "900000001", "siid": 2, "piid": 1, "value": true},
            {"did": "900000001", "siid": 2, "piid": 2, "value": 35},
        ]})
        .to_string(),
        Reply::Json(result(&json!([
            {"did": "900000001", "siid": 2, "piid": 1, "code": 0, "exe_time": 120},
            {"did": "900000001", "siid": 2, "piid": 2, "code": 0, "exe_time": 120},
        ]))),
    ));
    script.call(Call::new(
        app,
        "/app/miotspec/action",
        json!({"params": {"did": "900000002", "siid": 2, "aiid": 1, "in": []}}).to_string(),
        Reply::Json(result(&json!({
            "did": "900000002", "siid": 2, "aiid": 1, "code": 0, "out": [],
        }))),
    ));
    script.call(Call::new(
        app,
        "/app/miotspec/action",
        json!({"params": {"did": "900000010", "siid": 2, "aiid": 1, "in": ["睡眠"]}}).to_string(),
        Reply::Json(
            json!({
                "code": -704_042_011, "message": "设备离线",
                "result": {"did": "900000010", "siid": 2, "aiid": 1, "code": -704_042_011},
            })
            .to_string(),
        ),
    ));
    script.call(Call::new(
        app,
        "/app/home/rpc/900000005",
        r#"{"id":1001,"method":"get_prop","params":["power","temperature"]}"#.into(),
        Reply::Json(result(&json!(["on", 31]))),
    ));
    script.call(Call::new(
        app,
        "/app/home/rpc/900000005",
        r#"{"id":1002,"method":"set_power","params":["off"]}"#.into(),
        Reply::Json(result(&json!(["ok"]))),
    ));
}

fn scenes(script: &mut Script, app: Client<'_>) {
    const SERVICE: &str = "/app/appgateway/miot/appsceneservice/AppSceneService";
    let all = plaintexts::scenes();
    script.call(Call::new(
        app,
        &format!("{SERVICE}/GetSceneList"),
        json!({"home_id": HOME}).to_string(),
        Reply::Gzip(result(&json!({"scene_info_list": all}))),
    ));
    script.call(Call::new(
        app,
        &format!("{SERVICE}/RunScene"),
        json!({"scene_id": "800000000001", "trigger_key": "user.click"}).to_string(),
        Reply::Json(result(&json!(true))),
    ));
    let mut edited = all[0].clone();
    edited["name"] = "回家（晚上）".into();
    script.call(Call::new(
        app,
        &format!("{SERVICE}/Edit"),
        edited.to_string(),
        Reply::Json(result(&json!({"scene_id": "800000000001"}))),
    ));
}

/// `api.mijia.tech` and the camera hosts, which take their form in the URL.
fn newer_hosts(script: &mut Script, app: Client<'_>) {
    script.call(Call::new(
        app,
        "/app/v2/message/v2/check_new_msg",
        json!({"begin_at": 1_789_170_000}).to_string(),
        Reply::Json(result(&json!({"has_new_msg": true, "count": 3}))),
    ));
    script.call(Call::new(
        app,
        "/app/v2/user/statistics",
        json!({
            "did": "900000005", "key": "11.1", "data_type": "stat_day_v3", "limit": 3,
            "time_start": 1_788_912_000, "time_end": 1_789_171_200,
        })
        .to_string(),
        Reply::Gzip(result(&json!([
            {"value": "[1.62]", "time": 1_789_084_800}, {"value": "[1.57]", "time": 1_788_998_400},
            {"value": "[1.71]", "time": 1_788_912_000},
        ]))),
    ));
    script.call(Call {
        method: "GET",
        host: "app.business.smartcamera.api.mijia.tech",
        ..Call::new(
            app.in_query(),
            "/common/app/get/eventlist",
            json!({
                "did": "900000007", "model": "chuangmi.camera.ipc019e", "eventType": "Default",
                "needMerge": true, "sortType": "DESC", "region": "CN", "language": "zh_CN",
                "beginTime": 1_789_084_800_000_i64, "endTime": 1_789_171_200_000_i64, "limit": 20,
            })
            .to_string(),
            Reply::Gzip(plaintexts::camera_events()),
        )
    });
    // Three parameters in one keystream: `clientId` before `data`, the hash
    // between `data` and `type`.
    script.call(Call {
        more: &[("clientId", "sample-7f3a"), ("type", "alarm")],
        ..Call::new(
            app,
            "/app/v2/irdevice/controller/key/click",
            json!({"did": "ir.9000000000000013", "key_id": 100_800_001}).to_string(),
            Reply::Json(result(&json!("已发送"))),
        )
    });
}

/// Scripts that speak the same protocol, each in its own way.
fn tools(script: &mut Script, people: &People) {
    let fresh = Client::tool(&people.phone, FRESH_STYLE);
    let properties = json!({"params": [{"did": "900000003", "siid": 2, "piid": 4}]}).to_string();
    let degrees = result(&json!([
        {"did": "900000003", "siid": 2, "piid": 4, "value": 26, "code": 0}
    ]));
    // A POST whose body is empty: all fields are in the URL.
    script.call(Call::new(
        fresh.in_query(),
        "/app/v2/homeroom/gethome",
        plaintexts::gethome_call(),
        Reply::Json(plaintexts::gethome()),
    ));
    script.call(Call::new(
        fresh,
        "/app/miotspec/prop/get",
        properties.clone(),
        Reply::Json(degrees.clone()),
    ));
    // Signed in the order of the form, which is not sorted.
    script.call(Call {
        more: &[("accessKey", "SAMPLEACCESSKEY")],
        ..Call::new(
            fresh,
            "/app/home/rpc/900000001",
            r#"{"id":7,"method":"toggle","params":[]}"#.into(),
            Reply::Json(result(&json!(["ok"]))),
        )
    });
    // No ssecurity in the form: the login's header has it.
    let silent = Style {
        sends_ssecurity: false,
        ..FRESH_STYLE
    };
    script.call(Call::new(
        Client::tool(&people.family, silent),
        "/app/miotspec/prop/get",
        properties.clone(),
        Reply::Json(degrees.clone()),
    ));
    // The article calls the field `nonce`.
    let article = Style {
        plain_nonce_name: true,
        ..APP_STYLE
    };
    script.call(Call::new(
        Client::tool(&people.phone, article),
        "/app/miotspec/prop/get",
        properties.clone(),
        Reply::Gzip(degrees.clone()),
    ));
    // Signed only.
    script.call(Call::new(
        Client::tool(&people.phone, HMAC_STYLE),
        "/app/v2/homeroom/gethome",
        plaintexts::gethome_call(),
        Reply::Json(plaintexts::gethome()),
    ));
    script.call(Call::new(
        Client::tool(&people.family, HMAC_STYLE),
        "/app/miotspec/prop/get",
        properties.clone(),
        Reply::Json(degrees),
    ));
    let wrong = script.random().base64::<32>();
    script.call(Call {
        damage: Damage::Value("signature", wrong),
        ..Call::new(
            Client::tool(&people.family, HMAC_STYLE),
            "/app/miotspec/prop/get",
            properties,
            Reply::Clear(401, JSON, r#"{"code":0,"message":"invalid signature"}"#),
        )
    });
}

/// An encrypted request that was answered in clear text, or not at all.
fn clear_answers(script: &mut Script, app: Client<'_>) {
    let mut ask = |reply| {
        script.call(Call::new(
            app,
            "/app/v2/message/v2/typelist",
            "{}".into(),
            reply,
        ));
    };
    ask(Reply::Clear(
        401,
        JSON,
        r#"{"code":3,"message":"serviceToken expired"}"#,
    ));
    ask(Reply::Clear(
        502,
        HTML,
        "<html><head><title>502 Bad Gateway</title></head><body><center>Tengine</center></body></html>\n",
    ));
    ask(Reply::Clear(200, "text/plain", ""));
    ask(Reply::Clear(204, "text/plain", ""));
    ask(Reply::Nothing);
}

/// What recorders leave out.
fn lost_parts(script: &mut Script, app: Client<'_>) {
    let call = |reply| {
        Call::new(
            app,
            "/app/v2/device/range_get_extra_data",
            json!({"did": "900000002", "prefix": "map", "offset": 0, "limit": 100}).to_string(),
            reply,
        )
    };
    // whistle drops bodies above a megabyte.
    script.call(call(Reply::Dropped(1_309_536)));
    script.call(Call {
        damage: Damage::Dropped,
        ..call(Reply::Json(result(&json!({"map": "已省略"}))))
    });
}

/// Requests that someone or something has changed on the way.
fn altered_requests(script: &mut Script, people: &People) {
    let app = Client::app(&people.phone);
    let fresh = Style {
        keystream: KeystreamMode::Fresh,
        order: Order::Sorted,
        ..APP_STYLE
    };
    let data = json!({"params": [{"did": "900000006", "siid": 3, "piid": 4}]}).to_string();
    let good = result(&json!([{"did": "900000006", "siid": 3, "piid": 4, "value": 12, "code": 0}]));
    let mut with = |client, damage| {
        script.call(Call {
            damage,
            ..Call::new(
                client,
                "/app/miotspec/prop/get",
                data.clone(),
                Reply::Json(good.clone()),
            )
        });
    };
    // A form decoder read an unescaped `+`; it can be repaired.
    let blanks = |text: String| text.replace("%2B", "+");
    with(app, Damage::Text(&blanks));
    // A rule of the proxy rewrote the path after it was signed.
    with(app, Damage::Path("/app/v1/miotspec/prop/get"));
    with(
        app,
        Damage::Value("signature", "AAECAwQFBgcICQoLDA0ODxAREhM=".into()),
    );
    // The client hashed its JSON with blanks and sent it without.
    let spaced = data.replace(':', ": ");
    with(Client::tool(&people.phone, fresh), Damage::Hash(&spaced));
    with(
        Client::tool(&people.phone, fresh),
        Damage::Lacks("rc4_hash__"),
    );
    with(app, Damage::Lacks("signature"));
    with(app, Damage::Lacks("_nonce"));
    with(app, Damage::Value("_nonce", "c2FtcGxlIG5vbm".into()));
    // A log that masks what it takes for a secret.
    with(
        app,
        Damage::Value("data", "U2FtcGxl****************c2FtcGxl".into()),
    );
    with(
        app,
        Damage::Header("miot-encrypt-algorithm", "ENCRYPT-SAMPLE-2"),
    );
}

/// Answers that did not arrive as they were sent.
fn altered_answers(script: &mut Script, app: Client<'_>) {
    let mut with = |damage, reply| {
        script.call(Call {
            damage,
            ..Call::new(
                app,
                "/app/v2/home/device_list_page",
                json!({"limit": 200, "start_did": ""}).to_string(),
                reply,
            )
        });
    };
    let list = plaintexts::device_list();
    with(Damage::None, Reply::FalseGzip(list.clone()));
    // Cut at a whole group of base64, in the middle of the gzip stream.
    let half = |text: String| text[..text.len() / 8 * 4].to_owned();
    with(Damage::None, Reply::Changed(list.clone(), &half));
    // A recorder that took bytes for text.
    let text = |text: String| {
        text.replacen("AA", "\u{fffd}\u{fffd}", 1)
            .replacen('x', "\u{fffd}", 3)
    };
    with(Damage::None, Reply::Changed(list.clone(), &text));
    // Put together from two requests.
    with(Damage::Path("/app/home/device_list"), Reply::Astray(list));
}

/// Flows whose own key is missing, another's, or an old one.
fn wrong_keys(script: &mut Script, people: &People) {
    let data = json!({"did": "900000099"}).to_string();
    let mut with = |login, sends_ssecurity, damage| {
        let style = Style {
            sends_ssecurity,
            ..APP_STYLE
        };
        let client = Client {
            style,
            ..Client::app(login)
        };
        script.call(Call {
            damage,
            ..Call::new(
                client,
                "/app/device/deviceinfo",
                data.clone(),
                Reply::Gzip(result(&json!({"name": "平板上的设备"}))),
            )
        });
    };
    let other = people.family.ssecurity.encode();
    with(&people.stranger, false, Damage::None);
    with(
        &people.phone,
        true,
        Damage::Value("ssecurity", other.clone()),
    );
    with(&people.stranger, true, Damage::Value("ssecurity", other));
}

/// What else a phone does.
fn bystanders(script: &mut Script) {
    script.other(
        "GET",
        "https://cdn.cnbj1.fds.api.mi-img.com/miio/sample_icon.png",
        &[],
        "",
        Answer {
            status: 200,
            headers: fields(&[("Content-Type", "image/png")]),
            body: Kept::Bytes(PNG.to_vec()),
        },
    );
    script.other(
        "GET",
        "https://home.mi.com/webapp/content/sample.html?locale=zh_CN",
        &[],
        "",
        answer(
            200,
            // The recorder undid the gzip and left the header.
            &[("Content-Type", HTML), ("Content-Encoding", "gzip")],
            "<!DOCTYPE html>\n<html lang=\"zh\"><title>使用帮助</title><p>长按设备可以移动到其他房间。</html>\n",
        ),
    );
    script.other(
        "POST",
        "https://tracking.example.net/collect",
        &[],
        "event=open&page=home&ts=1789173000",
        answer(204, &[], ""),
    );
}
