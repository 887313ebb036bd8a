//! What a mistyped name may have been meant to be.

/// How many names are suggested at most. More are a list, not a help.
const SUGGESTED: usize = 3;

/// The names that are like what was typed, the likest first; at most three.
///
/// ```
/// use mishark_core::spelling::alike;
///
/// let names = ["code", "state", "status"];
/// assert_eq!(alike("stat", names), ["state", "status"]);
/// assert_eq!(alike("cdoe", names), ["code"]);
/// assert!(alike("banana", names).is_empty());
/// ```
pub fn alike<'a>(found: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let found = found.to_ascii_lowercase();
    let names: Vec<&str> = names.into_iter().collect();
    let mut near: Vec<_> = names
        .iter()
        .copied()
        .filter(|name| name.starts_with(&found) || found.starts_with(name))
        .collect();
    if near.is_empty() {
        // One slip in a short name, two in a long one.
        let allowed = if found.len() > 4 { 2 } else { 1 };
        near = names;
        near.retain(|name| distance(name, &found) <= allowed);
    }
    near.sort_by_key(|name| name.len().abs_diff(found.len()));
    near.truncate(SUGGESTED);
    near
}

/// How many letters have to be put in, left out, changed or swapped with their
/// neighbour to get from one word to the other.
fn distance(one: &str, other: &str) -> usize {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len().abs_diff(other.len()) > 2 {
        return usize::MAX;
    }
    let mut rows: Vec<Vec<usize>> = vec![(0..=other.len()).collect()];
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let mut best = (rows[i][j] + usize::from(a != b))
                .min(rows[i][j + 1] + 1)
                .min(row[j] + 1);
            if i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b {
                best = best.min(rows[i - 1][j - 1] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[one.len()][other.len()]
}
