//! What the codes and messages in answers mean.
//!
//! MIoT codes are read by the vendor's own format, −70 XXX Y ZZZ (open platform
//! and plug-in documents); those whose words do not follow from their digits
//! stand in a table, which two public clients agree on. The login codes and the
//! messages of the envelope are those that public clients tell apart. A code
//! that nobody explains is shown as the server sent it.

/// How a call ended, as far as its answer tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Outcome {
    /// There is no answer, or none that tells.
    #[default]
    Unknown,
    /// It was done.
    Accepted,
    /// It is being done; whether it will be is not told.
    Pending,
    /// The server, or a device, said no: to all of it or to a part.
    Refused,
}

impl Outcome {
    /// All outcomes.
    pub const ALL: [Self; 4] = [Self::Accepted, Self::Refused, Self::Pending, Self::Unknown];

    /// Its name in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Accepted => "accepted",
            Self::Pending => "pending",
            Self::Refused => "refused",
        }
    }
}

/// Who answered a call with a MIoT code: its digit Y.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// 0: the app or plug-in that asked.
    Client,
    /// 1: the vendor's open platform.
    OpenPlatform,
    /// 2: the cloud that the device is bound to.
    DeviceCloud,
    /// 3: the device itself.
    Device,
    /// 4: what the model's MIoT spec allows.
    Spec,
}

impl Place {
    const ALL: [Self; 5] = [
        Self::Client,
        Self::OpenPlatform,
        Self::DeviceCloud,
        Self::Device,
        Self::Spec,
    ];

    /// Its name for programs: `device-cloud`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::OpenPlatform => "open-platform",
            Self::DeviceCloud => "device-cloud",
            Self::Device => "device",
            Self::Spec => "spec",
        }
    }

    /// Who it is, in a sentence.
    fn said(self) -> &'static str {
        match self {
            Self::Client => "the fault is on the client's side",
            Self::OpenPlatform => "the open platform said so",
            Self::DeviceCloud => "the device's cloud said so",
            Self::Device => "the device said so",
            Self::Spec => "by the model's MIoT spec",
        }
    }
}

/// A code that has the vendor's format −70 XXX Y ZZZ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MiotCode {
    /// XXX: a status of HTTP's; 601 is the family of other makers' clouds.
    pub status: u16,
    /// Y, where it names a place.
    pub place: Option<Place>,
    /// ZZZ: why.
    pub reason: u16,
}

impl MiotCode {
    /// Takes a code apart; `None` if it is none of MIoT's.
    ///
    /// ```
    /// use mishark_core::verdict::{MiotCode, Place};
    ///
    /// let code = MiotCode::of(-704_042_011).unwrap();
    /// assert_eq!((code.status, code.place, code.reason), (404, Some(Place::DeviceCloud), 11));
    /// assert_eq!(MiotCode::of(-8), None);
    /// ```
    pub fn of(code: i64) -> Option<Self> {
        let digits = u32::try_from(code.checked_neg()?).ok()?;
        if !(702_000_000..710_000_000).contains(&digits) {
            return None;
        }
        let part = |from: u32, most: u32| u16::try_from(digits / from % most).ok();
        Some(Self {
            status: part(10_000, 1000)?,
            place: Place::ALL.get(usize::from(part(1000, 10)?)).copied(),
            reason: part(1, 1000)?,
        })
    }

    fn outcome(self) -> Outcome {
        match self.status {
            202 => Outcome::Pending,
            200..300 => Outcome::Accepted,
            _ => Outcome::Refused,
        }
    }

    fn text(self) -> &'static str {
        match (self.outcome(), self.status) {
            (Outcome::Pending, _) => "still being executed",
            (Outcome::Accepted, 200) => "done",
            (Outcome::Accepted, _) => "accepted",
            _ => row(&REASONS, self.reason)
                .or_else(|| row(&STATUSES, self.status))
                .unwrap_or("unknown error"),
        }
    }
}

/// How a call or an item of it ended, by its code alone.
///
/// Beside 0, done is said by 1, by which a Bluetooth gateway says that it passed
/// the call on, and by MIoT's codes of the 2xx kind, of which 202 is still being
/// worked on.
///
/// ```
/// use mishark_core::verdict::{Outcome, outcome_of_code};
///
/// assert_eq!(outcome_of_code(0), Outcome::Accepted);
/// assert_eq!(outcome_of_code(-702_022_036), Outcome::Pending);
/// assert_eq!(outcome_of_code(-8), Outcome::Refused);
/// ```
pub fn outcome_of_code(code: i64) -> Outcome {
    match MiotCode::of(code) {
        Some(miot) => miot.outcome(),
        None if matches!(code, 0 | 1) => Outcome::Accepted,
        None => Outcome::Refused,
    }
}

/// A code or a message in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meaning {
    /// What it says, in a few words.
    pub text: &'static str,
    /// What is behind it, or helps; empty if there is nothing to say.
    pub advice: &'static str,
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
    let known = CODES.iter().find(|(known, _, _)| *known == code);
    if let Some((_, text, advice)) = known {
        return Some(Meaning { text, advice });
    }
    if let Some(miot) = MiotCode::of(code) {
        let text = row(&MIOT, code).unwrap_or_else(|| miot.text());
        return Some(Meaning {
            text,
            advice: advice(miot),
        });
    }
    let status = u16::try_from(code).ok()?;
    explain_status(status)
}

/// What stands behind a MIoT code: another maker's cloud, or its place.
fn advice(code: MiotCode) -> &'static str {
    match (code.status, code.place) {
        (200..300, _) => "",
        (401, _) if code.reason == 0 => "the device may have been removed from this account",
        (_, Some(Place::Device)) if code.reason == 36 => "the device did not answer in time",
        (601, Some(Place::DeviceCloud)) => "another maker's cloud said so",
        (_, Some(place)) => place.said(),
        (_, None) => "",
    }
}

/// Explains a status of HTTP's that is an error.
pub fn explain_status(status: u16) -> Option<Meaning> {
    let (_, text, advice) = HTTP.iter().find(|(known, _, _)| *known == status)?;
    Some(Meaning { text, advice })
}

/// Explains what a server says in its own words, if public clients know them.
pub(super) fn explain_message(message: &str) -> Option<Meaning> {
    /// Longer than this it is no message of this kind.
    const LONGEST: usize = 100;
    if message.len() > LONGEST {
        return None;
    }
    let message = message.to_ascii_lowercase();
    let (_, text, advice) = MESSAGES
        .iter()
        .find(|(part, _, _)| message.contains(part))?;
    Some(Meaning { text, advice })
}

fn row<K: PartialEq>(table: &[(K, &'static str)], key: K) -> Option<&'static str> {
    let (_, text) = table.iter().find(|(known, _)| *known == key)?;
    Some(text)
}

pub(super) const BAD_SIGNATURE: &str = "invalid signature";
pub(super) const EXPIRED: &str = "serviceToken expired";
pub(super) const AUTH_ERROR: &str = "auth error";

const LOG_IN: &str = "log in again; what was captured stays readable";
const ANOTHER_HOST: &str = "the token is another host's, or has expired";

/// Messages of the envelope, by what is in them, and what they mean.
const MESSAGES: [(&str, &str, &str); 5] = [
    (
        "invalid signature",
        BAD_SIGNATURE,
        "the path, the order of the parameters or the ssecurity is not what the server expects",
    ),
    ("servicetoken expired", EXPIRED, LOG_IN),
    ("servicetoken_expired", EXPIRED, LOG_IN),
    ("auth err", AUTH_ERROR, ANOTHER_HOST),
    ("permission denied", "permission denied", ""),
];

/// Statuses of HTTP's, as the cloud uses them.
const HTTP: [(u16, &str, &str); 8] = [
    (401, "unauthorised", ANOTHER_HOST),
    (403, "forbidden", ""),
    (404, "not found", ""),
    (408, "timeout", ""),
    (
        415,
        "this style is refused here",
        "send it in the other style: encrypted (rc4), or signed only (hmac)",
    ),
    // No upgrade of the protocol is meant.
    (426, EXPIRED, LOG_IN),
    (429, "too many requests", "wait a while"),
    (
        504,
        "timeout",
        "the server behind the gateway did not answer",
    ),
];

/// ZZZ of a MIoT code.
const REASONS: [(u16, &str); 32] = [
    (1, "no such device"),
    (2, "no such service"),
    (3, "no such property"),
    (4, "no such event"),
    (5, "no such action"),
    (6, "device has no description"),
    (7, "the device's cloud is not found"),
    (8, "bad id"),
    (9, "no such scene"),
    (10, "bad scene"),
    (11, "device offline"),
    (12, "no permission for the scene"),
    (13, "property is not readable"),
    (14, "reading was not answered"),
    (15, "action failed"),
    (23, "property is not writable"),
    (25, "wrong number of action parameters"),
    (33, "property cannot be subscribed to"),
    (34, "wrong number of event arguments"),
    (35, "bad action parameter"),
    (36, "timeout"),
    (43, "bad property value"),
    (100, "not possible in this state"),
    (101, "an infrared device cannot do this"),
    (901, "token missing or expired"),
    (902, "token illegal"),
    (903, "authorisation expired"),
    (904, "device not authorised"),
    (905, "device not bound"),
    (906, "OAuth failed"),
    (992, "too frequent"),
    (999, "not available yet"),
];

/// XXX of a MIoT code whose reason is 000 or not known.
const STATUSES: [(u16, &str); 11] = [
    (400, "bad request"),
    (401, "unauthorised"),
    (403, "not allowed"),
    (404, "not found"),
    (405, "not possible"),
    (408, "timeout"),
    (409, "conflict"),
    (422, "bad value"),
    (500, "internal error of the server"),
    (520, "internal error of the server"),
    (601, "another maker's cloud failed"),
];

/// MIoT codes whose words do not follow from their digits.
const MIOT: [(i64, &str); 19] = [
    (-704_000_001, "bad request body"),
    (-704_001_000, "timers are for Xiaomi's own devices"),
    (-704_002_000, "invalid parameter"),
    (-704_042_010, "list or scene failed"),
    (-704_053_101, "camera is asleep"),
    (-704_220_009, "bad user id"),
    (-704_220_010, "bad subscription id"),
    (-704_222_034, "bad value returned by the action"),
    (-704_222_035, "the action's results do not fit"),
    (
        -705_005_000,
        "internal error of the server: subscription id",
    ),
    (-705_006_000, "internal error of the server: notification"),
    (-705_204_006, "invalid spec"),
    (-705_204_007, "spec instance is not loaded"),
    (-706_010_002, "remote service failed"),
    (-706_010_004, "remote cloud failed"),
    (-706_010_005, "remote cloud's property cache failed"),
    (-706_012_000, "another maker's cloud answered wrongly"),
    (
        -706_012_014,
        "another maker's cloud did not answer the reading",
    ),
    (-706_012_043, "subscribing at another maker's cloud failed"),
];

/// Codes of other kinds: the gateway's, the envelope's, the login's.
const CODES: [(i64, &str, &str); 19] = [
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
    (2, AUTH_ERROR, ANOTHER_HOST),
    (3, AUTH_ERROR, ANOTHER_HOST),
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

#[cfg(test)]
mod tests {
    use super::*;

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
    fn a_miot_code_says_its_place_and_its_reason() {
        use Place::{Client, Device, DeviceCloud, OpenPlatform, Spec};
        for (code, place, text) in [
            (-704_000_000, Some(Client), "bad request"),
            (
                -704_001_000,
                Some(OpenPlatform),
                "timers are for Xiaomi's own devices",
            ),
            (-704_012_901, Some(DeviceCloud), "token missing or expired"),
            (-704_012_902, Some(DeviceCloud), "token illegal"),
            (-704_012_903, Some(DeviceCloud), "authorisation expired"),
            (-704_012_904, Some(DeviceCloud), "device not authorised"),
            (-704_012_905, Some(DeviceCloud), "device not bound"),
            (-704_012_906, Some(DeviceCloud), "OAuth failed"),
            (
                -704_013_101,
                Some(Device),
                "an infrared device cannot do this",
            ),
            (
                -704_041_007,
                Some(OpenPlatform),
                "the device's cloud is not found",
            ),
            (-704_042_009, Some(DeviceCloud), "no such scene"),
            (
                -704_042_012,
                Some(DeviceCloud),
                "no permission for the scene",
            ),
            (-704_044_006, Some(Spec), "device has no description"),
            (-704_053_101, Some(Device), "camera is asleep"),
            (-704_083_036, Some(Device), "timeout"),
            (
                -705_001_000,
                Some(OpenPlatform),
                "internal error of the server",
            ),
            (-705_004_000, Some(Spec), "internal error of the server"),
            (
                -705_005_000,
                None,
                "internal error of the server: subscription id",
            ),
            (-705_204_006, Some(Spec), "invalid spec"),
            (-705_201_013, Some(OpenPlatform), "property is not readable"),
            (-706_010_002, Some(Client), "remote service failed"),
            (-706_012_015, Some(DeviceCloud), "action failed"),
            (-702_022_036, Some(DeviceCloud), "still being executed"),
        ] {
            assert_eq!(MiotCode::of(code).unwrap().place, place, "{code}");
            assert_eq!(explain_code(code, None).unwrap().text, text, "{code}");
        }
    }

    #[test]
    fn unknown_codes_are_read_by_their_digits_or_not_at_all() {
        let text = |code| explain_code(code, None).map(|meaning| meaning.text);
        assert_eq!(text(-704_049_777), Some("not found"));
        assert_eq!(text(-705_001_777), Some("internal error of the server"));
        assert_eq!(text(-710_000_000), None);
        assert_eq!(text(-6), None);
        assert_eq!(text(i64::MIN), None);
        assert_eq!(text(i64::MAX), None);
        assert_eq!(text(70_016), Some("not logged in"));
    }

    #[test]
    fn gateways_and_miot_say_done_in_their_own_ways() {
        for code in [0, 1, -702_000_000, -702_010_000] {
            assert_eq!(outcome_of_code(code), Outcome::Accepted);
        }
        assert_eq!(outcome_of_code(-704_042_011), Outcome::Refused);
    }
}
