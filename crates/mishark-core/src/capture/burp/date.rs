//! The times Burp and servers write, with zones by name.

use crate::flow::Moment;

/// The short zone names Java prints, with what they stand for in minutes east
/// of Greenwich. Some stand for several.
const ZONES: [(&str, &[i32]); 40] = [
    ("ACDT", &[630]),
    ("ACST", &[570]),
    ("AEDT", &[660]),
    ("AEST", &[600]),
    ("AKDT", &[-480]),
    ("AKST", &[-540]),
    ("AWST", &[480]),
    ("BRT", &[-180]),
    ("BST", &[60, 360]),
    ("CDT", &[-300]),
    ("CEST", &[120]),
    ("CET", &[60]),
    ("CST", &[480, -360]),
    ("EDT", &[-240]),
    ("EEST", &[180]),
    ("EET", &[120]),
    ("EST", &[-300]),
    ("GMT", &[0]),
    ("GST", &[240]),
    ("HKT", &[480]),
    ("HST", &[-600]),
    ("ICT", &[420]),
    ("IDT", &[180]),
    ("IST", &[330, 120, 60]),
    ("JST", &[540]),
    ("KST", &[540]),
    ("MDT", &[-360]),
    ("MSK", &[180]),
    ("MST", &[-420]),
    ("NZDT", &[780]),
    ("NZST", &[720]),
    ("PDT", &[-420]),
    ("PKT", &[300]),
    ("PST", &[-480, 480]),
    ("SGT", &[480]),
    ("TRT", &[180]),
    ("UTC", &[0]),
    ("WEST", &[60]),
    ("WET", &[0]),
    ("WIB", &[420]),
];

/// Reads Java's `Date.toString()`: `Mon Nov 23 23:59:01 CST 2026`. Where the
/// zone's name stands for several, the server's clock decides; without it, or
/// with a name that is not known, there is no telling.
pub(super) fn java_date(text: &str, served: Option<Moment>) -> Option<Moment> {
    let [_, month, day, time, zone, year] = words(text)?;
    let at = |offset: i32| -> Option<Moment> {
        let sign = if offset < 0 { '-' } else { '+' };
        let (hours, minutes) = (offset.abs() / 60, offset.abs() % 60);
        let (month, day) = (month_number(month)?, day.parse::<u8>().ok()?);
        let zone = format!("{sign}{hours:02}:{minutes:02}");
        Moment::parse(&format!("{year}-{month:02}-{day:02}T{time}{zone}"))
    };
    if let Some(offset) = zone.strip_prefix("GMT").filter(|rest| !rest.is_empty()) {
        let (hours, minutes) = offset.get(1..)?.split_once(':')?;
        let minutes = hours.parse::<u8>().ok()? as i32 * 60 + minutes.parse::<u8>().ok()? as i32;
        return at(if offset.starts_with('-') {
            -minutes
        } else {
            minutes
        });
    }
    let (_, offsets) = ZONES.iter().find(|(name, _)| *name == zone)?;
    match (*offsets, served) {
        ([offset], _) => at(*offset),
        (offsets, Some(served)) => offsets
            .iter()
            .filter_map(|offset| at(*offset))
            .min_by_key(|moment| moment.as_millis().abs_diff(served.as_millis())),
        (_, None) => None,
    }
}

/// Reads the time servers send: `Mon, 23 Nov 2026 16:15:32 GMT`.
pub(super) fn http_date(text: &str) -> Option<Moment> {
    let [_, day, month, year, time, _] = words(text)?;
    let (month, day) = (month_number(month)?, day.parse::<u8>().ok()?);
    Moment::parse(&format!("{year}-{month:02}-{day:02}T{time}Z"))
}

fn words(text: &str) -> Option<[&str; 6]> {
    let words: Vec<&str> = text.split_ascii_whitespace().take(7).collect();
    words.try_into().ok()
}

fn month_number(name: &str) -> Option<usize> {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    MONTHS
        .iter()
        .position(|month| *month == name)
        .map(|at| at + 1)
}
