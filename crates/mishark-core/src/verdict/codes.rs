//! What the codes in answers mean.
//!
//! The MIoT codes are those that Xiaomi's own Home Assistant integration
//! explains, which public clients have copied; the login codes and the
//! messages of the envelope are those that public clients tell apart. A code
//! that nobody explains is shown as the server sent it.

/// A code in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meaning {
    /// What it says, in a few words.
    pub text: &'static str,
    /// What is behind it, where that helps.
    pub advice: Option<&'static str>,
}

/// Explains a code: the envelope's, or one of an item in its `result`.
///
/// The message is asked first: `{"code":0,"message":"invalid signature"}` is a
/// failure that its code does not show. `None` if nothing is known; then code
/// and message say what they say.
///
/// ```
/// use mishark_core::verdict::explain_code;
///
/// assert_eq!(explain_code(-704_042_011, None).unwrap().text, "device offline");
/// assert_eq!(explain_code(0, Some("auth err")).unwrap().text, "auth error");
/// assert_eq!(explain_code(0, Some("ok")), None);
/// assert_eq!(explain_code(-8, None), None);
/// ```
pub fn explain_code(code: i64, message: Option<&str>) -> Option<Meaning> {
    if let Some(meaning) = message.and_then(explain_message) {
        return Some(meaning);
    }
    if let Ok(at) = CODES.binary_search_by_key(&code, |(code, _, _)| *code) {
        let (_, text, advice) = CODES[at];
        return Some(meaning(text, advice));
    }
    by_anatomy(code)
}

/// Whether an item's code says that it was done.
///
/// Beside 0 these are 1, by which a Bluetooth gateway says that it passed the
/// call on, and two of MIoT's own: done, and accepted.
pub fn is_success(code: i64) -> bool {
    matches!(code, 0 | 1 | -702_000_000 | -702_010_000)
}

const fn meaning(text: &'static str, advice: &'static str) -> Meaning {
    Meaning {
        text,
        advice: if advice.is_empty() {
            None
        } else {
            Some(advice)
        },
    }
}

/// Messages of the envelope, by what is in them, and what they mean.
const MESSAGES: [(&str, &str, &str); 4] = [
    (
        "invalid signature",
        "invalid signature",
        "the path, the order of the parameters or the ssecurity is not what the server expects",
    ),
    (
        "servicetoken expired",
        "serviceToken expired",
        "log in again; what was captured stays readable",
    ),
    (
        "servicetoken_expired",
        "serviceToken expired",
        "log in again; what was captured stays readable",
    ),
    (
        "auth err",
        "auth error",
        "the token is another host's, or has expired",
    ),
];

fn explain_message(message: &str) -> Option<Meaning> {
    /// Longer than this it is no message of this kind.
    const LONGEST: usize = 100;
    if message.len() > LONGEST {
        return None;
    }
    let message = message.to_ascii_lowercase();
    let (_, text, advice) = MESSAGES
        .iter()
        .find(|(part, _, _)| message.contains(part))?;
    Some(meaning(text, advice))
}

/// The codes that are known, in order.
const CODES: [(i64, &str, &str); 60] = [
    (-706_014_006, "device has no description", ""),
    (-706_012_043, "bad property value", THIRD),
    (-706_012_033, "property can not be subscribed to", THIRD),
    (-706_012_023, "property is not writable", THIRD),
    (-706_012_015, "action failed", THIRD),
    (-706_012_013, "property is not readable", THIRD),
    (-706_012_000, "unknown error", THIRD),
    (-705_201_033, "property can not be subscribed to", DEVICE),
    (-705_201_023, "property is not writable", DEVICE),
    (-705_201_015, "action failed", DEVICE),
    (-705_201_013, "property is not readable", DEVICE),
    (-705_004_501, "unknown error", DEVICE),
    (-705_004_000, "unknown error", DEVICE),
    (-704_222_034, "bad value returned by the action", ""),
    (-704_220_043, "bad property value", ""),
    (-704_220_035, "bad action parameter", ""),
    (-704_220_025, "wrong number of action parameters", ""),
    (-704_220_008, "bad id", ""),
    (-704_090_001, "no such device", ""),
    (-704_083_036, "timeout", "the device did not answer in time"),
    (-704_053_100, "not possible in this state", ""),
    (-704_053_036, "timeout", "the device did not answer in time"),
    (-704_042_011, "device offline", ""),
    (-704_042_001, "no such device", ""),
    (-704_040_999, "not available yet", ""),
    (-704_040_005, "no such action", SPEC),
    (-704_040_004, "no such event", SPEC),
    (-704_040_003, "no such property", SPEC),
    (-704_040_002, "no such service", SPEC),
    (-704_030_992, "too frequent", ""),
    (-704_030_033, "property can not be subscribed to", SPEC),
    (-704_030_023, "property is not writable", SPEC),
    (-704_030_013, "property is not readable", SPEC),
    (-704_014_006, "device has no description", ""),
    (
        -704_010_000,
        "unauthorised",
        "the device may have been removed from this account",
    ),
    (-704_000_000, "unknown error", ""),
    (-702_010_000, "accepted", ""),
    (-702_000_000, "done", ""),
    (-10_050, "bad certificate", ""),
    (-10_040, "bad message format", ""),
    (-10_030, "bad token", ""),
    (-10_020, "unauthorised", ""),
    (-10_007, "device offline or unknown", ""),
    (-10_006, "timeout", ""),
    (-10_005, "not permitted", ""),
    (-10_004, "internal error", ""),
    (-10_003, "out of resources", ""),
    (-10_002, "bad parameter", ""),
    (-10_001, "service not available", ""),
    (-10_000, "unknown error", ""),
    (
        2,
        "auth error",
        "the token is another host's, or has expired",
    ),
    (
        3,
        "auth error",
        "the token is another host's, or has expired",
    ),
    (401, "unauthorised", ""),
    (403, "forbidden", ""),
    (404, "not found", ""),
    (20_003, "no such account", ""),
    (70_002, "wrong account or password", ""),
    (
        70_016,
        "not logged in",
        "the password is wrong, or none was sent yet: the first step of a login is answered so",
    ),
    (
        81_003,
        "second step of verification wanted",
        "a code by text message or e-mail",
    ),
    (87_001, "captcha wanted", ""),
];

const DEVICE: &str = "the device said so";
const THIRD: &str = "another maker's cloud said so";
const SPEC: &str = "by the model's MIoT spec";

/// What the digits of an unknown MIoT code say: `-704` and two digits are a
/// status like HTTP's 4xx from the cloud, `-705` is the device, `-706` another
/// maker's cloud. Read from the known codes; no document of Xiaomi's says so.
fn by_anatomy(code: i64) -> Option<Meaning> {
    const READ: &str = "read from the number; this very code is not known";
    let number = code.checked_neg()?;
    let text = match number / 10_000 {
        70_400 => "refused by the cloud",
        70_401 => "unauthorised",
        70_403 => "not allowed",
        70_404 => "not found",
        70_405 => "not possible",
        70_408 => "timeout",
        70_409 => "conflict",
        70_422 => "bad value",
        70_410..=70_499 => "refused by the cloud",
        70_500..=70_599 => "refused by the device",
        70_600..=70_699 => "refused by another maker's cloud",
        _ => return None,
    };
    Some(meaning(text, READ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order() {
        assert!(CODES.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn a_failure_that_its_code_hides_is_told_by_its_message() {
        for (code, message, text) in [
            (0, "invalid signature", "invalid signature"),
            (0, "auth error", "auth error"),
            (0, "SERVICETOKEN_EXPIRED", "serviceToken expired"),
            (3, "serviceToken expired", "serviceToken expired"),
            (-704_042_011, "设备离线", "device offline"),
        ] {
            assert_eq!(explain_code(code, Some(message)).unwrap().text, text);
        }
        assert_eq!(explain_code(0, Some("ok")), None);
        assert_eq!(explain_code(0, Some(&"auth error ".repeat(99))), None);
    }

    #[test]
    fn unknown_codes_are_read_by_their_digits_or_not_at_all() {
        let text = |code| explain_code(code, None).map(|meaning| meaning.text);
        assert_eq!(text(-704_049_999), Some("not found"));
        assert_eq!(text(-705_999_999), Some("refused by the device"));
        assert_eq!(text(-707_000_000), None);
        assert_eq!(text(-6), None);
        assert_eq!(text(i64::MIN), None);
        assert_eq!(text(i64::MAX), None);
        assert_eq!(text(70_016), Some("not logged in"));
    }

    #[test]
    fn gateways_and_miot_say_done_in_their_own_ways() {
        assert!([0, 1, -702_000_000, -702_010_000].map(is_success) == [true; 4]);
        assert!(!is_success(-704_042_011));
    }
}
