//! The times Burp writes, with zones by name.

use crate::flow::Moment;

/// The short zone names Java prints, by what they stand for in minutes east of
/// Greenwich. Some stand for several.
const ZONES: [(i32, &str); 25] = [
    (-600, "HST"),
    (-540, "AKST"),
    (-480, "AKDT PST"),
    (-420, "MST PDT"),
    (-360, "CST MDT"),
    (-300, "CDT EST"),
    (-240, "EDT"),
    (-180, "BRT"),
    (0, "GMT UTC WET"),
    (60, "BST CET IST WEST"),
    (120, "CEST EET IST"),
    (180, "EEST IDT MSK TRT"),
    (240, "GST"),
    (300, "PKT"),
    (330, "IST"),
    (360, "BST"),
    (420, "ICT WIB"),
    (480, "AWST CST HKT PST SGT"),
    (540, "JST KST"),
    (570, "ACST"),
    (600, "AEST"),
    (630, "ACDT"),
    (660, "AEDT"),
    (720, "NZST"),
    (780, "NZDT"),
];

/// Reads Java's `Date.toString()`: `Mon Nov 23 23:59:01 CST 2026`. Where the
/// zone's name stands for several, the server's clock decides; without it, or
/// with a name that is not known, there is no telling.
pub(super) fn java_date(text: &str, served: Option<Moment>) -> Option<Moment> {
    let (civil, zone) = match text.split_ascii_whitespace().collect::<Vec<_>>()[..] {
        [day, month, date, time, zone, year] => {
            (format!("{day} {month} {date} {time} {year}"), zone)
        }
        _ => return None,
    };
    let read = |offset: &str| {
        let time =
            jiff::Timestamp::strptime("%a %b %d %H:%M:%S %Y %:z", format!("{civil} {offset}"));
        Moment::from_millis(time.ok()?.as_millisecond())
    };
    if let Some(offset) = zone.strip_prefix("GMT").filter(|offset| !offset.is_empty()) {
        return read(offset);
    }
    let named = |(_, names): &&(i32, &str)| names.split(' ').any(|name| name == zone);
    let offsets: Vec<i32> = ZONES
        .iter()
        .filter(named)
        .map(|(offset, _)| *offset)
        .collect();
    let mut moments = offsets.iter().filter_map(|offset| {
        let (hours, minutes) = (offset.abs() / 60, offset.abs() % 60);
        let sign = if *offset < 0 { '-' } else { '+' };
        read(&format!("{sign}{hours:02}:{minutes:02}"))
    });
    match (offsets.len(), served) {
        (1, _) => moments.next(),
        (_, served) => {
            let served = served?.as_millis();
            moments.min_by_key(|moment| moment.as_millis().abs_diff(served))
        }
    }
}
