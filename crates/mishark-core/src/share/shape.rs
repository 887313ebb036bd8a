//! Other text of the same shape: digits for digits, letters for letters of the
//! same case, everything else as it is. So a stand-in has the type, the length
//! and the encodings of what it stands for: base64 stays base64 of as many
//! bytes, hex stays hex, and no escape moves.

use std::hash::BuildHasher;
use std::net::Ipv4Addr;

use super::kind::Kind;

/// A draw of numbers that nobody can foresee who has not the hasher's keys.
pub(super) struct Draw<'a, H> {
    hasher: &'a H,
    seed: (&'a [u8], u32),
    at: u32,
}

impl<'a, H: BuildHasher> Draw<'a, H> {
    pub(super) fn new(hasher: &'a H, value: &'a [u8], attempt: u32) -> Self {
        Self {
            hasher,
            seed: (value, attempt),
            at: 0,
        }
    }

    fn below(&mut self, most: usize) -> usize {
        self.at += 1;
        let number = self.hasher.hash_one((self.seed, self.at));
        // The remainder is below `most`, so it fits.
        (number % most.max(1) as u64) as usize
    }

    fn of(&mut self, letters: &[u8]) -> u8 {
        letters[self.below(letters.len())]
    }
}

/// Other text of the same shape.
pub(super) fn alike<H: BuildHasher>(kind: Kind, value: &[u8], draw: &mut Draw<'_, H>) -> Vec<u8> {
    let text = std::str::from_utf8(value);
    match (kind, text) {
        (Kind::Address, Ok(text)) if text.parse::<Ipv4Addr>().is_ok() => address(text, draw),
        (Kind::Did, Ok(text)) => did(text, draw),
        (Kind::Name | Kind::Network | Kind::Place, Ok(text)) => text
            .chars()
            .flat_map(|letter| written(letter, draw))
            .collect(),
        _ => letters(value, draw),
    }
}

/// Each octet with as many digits, and never above 199.
fn address<H: BuildHasher>(text: &str, draw: &mut Draw<'_, H>) -> Vec<u8> {
    let octets = text.split('.').map(|octet| match octet.len() {
        1 => draw.below(10).to_string(),
        2 => (10 + draw.below(90)).to_string(),
        _ => (100 + draw.below(100)).to_string(),
    });
    octets.collect::<Vec<_>>().join(".").into_bytes()
}

/// A did's words stay, which tell its kind: `blt.3.`, `lumi.`, `group.`, `.s2`.
fn did<H: BuildHasher>(text: &str, draw: &mut Draw<'_, H>) -> Vec<u8> {
    /// No word or number of a kind is longer; no device's own is shorter.
    const LONGEST_WORD: usize = 6;
    let mut parts = Vec::new();
    for part in text.split('.') {
        let is_word = part.len() <= LONGEST_WORD && !part.bytes().all(|byte| byte.is_ascii_digit());
        let is_kind = is_word || part.len() == 1;
        parts.push(if is_kind && text.contains('.') {
            part.as_bytes().to_vec()
        } else {
            letters(part.as_bytes(), draw)
        });
    }
    parts.join(&b'.')
}

/// Letter for letter.
fn letters<H: BuildHasher>(value: &[u8], draw: &mut Draw<'_, H>) -> Vec<u8> {
    let alphanumeric = || value.iter().filter(|byte| byte.is_ascii_alphanumeric());
    let is_hex = alphanumeric().all(u8::is_ascii_hexdigit);
    let last = tail(value);
    value
        .iter()
        .enumerate()
        .map(|(at, byte)| match byte {
            _ if last.as_ref().is_some_and(|(place, _)| *place == at) => {
                let same: Vec<u8> = last
                    .iter()
                    .flat_map(|(_, letters)| letters.clone())
                    .collect();
                draw.of(&same)
            }
            // A number does not begin with 0 unless it did.
            b'0' if at == 0 => b'0',
            b'1'..=b'9' if at == 0 => draw.of(b"123456789"),
            b'0'..=b'9' => draw.of(b"0123456789"),
            b'a'..=b'z' if is_hex => draw.of(b"abcdef"),
            b'A'..=b'Z' if is_hex => draw.of(b"ABCDEF"),
            b'a'..=b'z' => draw.of(b"abcdefghijklmnopqrstuvwxyz"),
            b'A'..=b'Z' => draw.of(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
            other => *other,
        })
        .collect()
}

/// The last letter of base64, which has unused bits that no encoder sets: where
/// it stands, and the letters of its class that leave the same ones unset.
fn tail(value: &[u8]) -> Option<(usize, Vec<u8>)> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let text = value.trim_ascii_end();
    let end = text.iter().rposition(|byte| *byte != b'=')? + 1;
    let unused = match end % 4 {
        2 => 4,
        3 => 2,
        _ => return None,
    };
    let index = |letter: u8| ALPHABET.iter().position(|other| *other == letter);
    let last = text[end - 1];
    let bits = index(last)? % (1 << unused);
    let class = |letter: u8| {
        (
            letter.is_ascii_digit(),
            letter.is_ascii_lowercase(),
            letter.is_ascii_uppercase(),
        )
    };
    let same = ALPHABET
        .iter()
        .enumerate()
        .filter(|(at, letter)| at % (1 << unused) == bits && class(**letter) == class(last));
    // Only what ends in padding is base64 for certain.
    (end < text.len()).then(|| (end - 1, same.map(|(_, letter)| *letter).collect()))
}

/// A letter for a letter of names, of as many bytes.
fn written<H: BuildHasher>(letter: char, draw: &mut Draw<'_, H>) -> Vec<u8> {
    const HAN: &str = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄宇宙洪荒日月";
    const CYRILLIC: &str = "абвгдежзиклмнопрстуфхцчшщэюя";
    let mut bytes = [0; 4];
    let bytes = letter.encode_utf8(&mut bytes).as_bytes();
    let of = |letters: &str, at: usize| letters.chars().nth(at).map(|letter| letter.to_string());
    let other = match bytes.len() {
        1 => return letters(bytes, draw),
        2 if letter.is_alphabetic() => of(CYRILLIC, draw.below(CYRILLIC.chars().count())),
        3 if letter.is_alphabetic() => of(HAN, draw.below(HAN.chars().count())),
        _ => None,
    };
    other.map_or_else(|| bytes.to_vec(), String::into_bytes)
}

#[cfg(test)]
mod tests {
    use std::hash::RandomState;

    use super::*;
    use crate::protocol::base64;

    fn other(kind: Kind, value: &str) -> String {
        let hasher = RandomState::new();
        let mut draw = Draw::new(&hasher, value.as_bytes(), 0);
        String::from_utf8(alike(kind, value.as_bytes(), &mut draw)).unwrap()
    }

    #[test]
    fn a_stand_in_has_the_shape_of_what_it_stands_for() {
        let key = crate::redact::Kind::Key;
        let ssecurity = other(Kind::Secret(key), "wWdeC7mApXWolmH+wIqoOw==");
        let read = base64::decode(ssecurity.as_bytes()).unwrap();
        assert!(
            read.bytes.len() == 16 && read.repairs.is_none(),
            "{ssecurity}"
        );
        let token = other(Kind::Secret(key), "0bb980a575a89661fec08aa83b63f1ee");
        assert!(token.len() == 32 && token.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert!(
            other(Kind::Address, "192.168.1.20")
                .parse::<Ipv4Addr>()
                .is_ok()
        );
        assert!(other(Kind::Did, "blt.3.1sampleht0001").starts_with("blt.3."));
        assert!(other(Kind::Did, "900000001.s2").ends_with(".s2"));
        let name = other(Kind::Name, "客厅 lamp é");
        assert_eq!(name.len(), "客厅 lamp é".len());
    }
}
