//! Gzip whose output never changes.
//!
//! Real compressors answer differently from one version, and even one processor,
//! to the next; these few lines do not. One block with the fixed codes of
//! RFC 1951, matches found through a table of the last place of three bytes.

use std::collections::HashMap;

use flate2::Crc;

/// RFC 1951, 3.2.5: the first length and the extra bits of codes 257 to 285.
const LENGTHS: [(usize, u32); 29] = [
    (3, 0),
    (4, 0),
    (5, 0),
    (6, 0),
    (7, 0),
    (8, 0),
    (9, 0),
    (10, 0),
    (11, 1),
    (13, 1),
    (15, 1),
    (17, 1),
    (19, 2),
    (23, 2),
    (27, 2),
    (31, 2),
    (35, 3),
    (43, 3),
    (51, 3),
    (59, 3),
    (67, 4),
    (83, 4),
    (99, 4),
    (115, 4),
    (131, 5),
    (163, 5),
    (195, 5),
    (227, 5),
    (258, 0),
];

/// The longest match and the farthest one there can be.
const LONGEST: usize = 258;
const FARTHEST: usize = 32 << 10;

/// Compresses `bytes`; the header says no name, no time, unknown system.
pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 0xff];
    let mut bits = Bits::default();
    // The last block, with fixed codes.
    bits.push(0b011, 3);
    let mut seen: HashMap<[u8; 3], usize> = HashMap::new();
    let mut at = 0;
    while at < bytes.len() {
        let three = |at: usize| bytes.get(at..at + 3).map(|key| [key[0], key[1], key[2]]);
        let before = three(at).and_then(|key| seen.get(&key).copied());
        let before = before.filter(|before| at - before <= FARTHEST);
        let run = before.map_or(0, |before| {
            let pairs = bytes[at..].iter().zip(&bytes[before..]).take(LONGEST);
            pairs.take_while(|(one, other)| one == other).count()
        });
        let step = match before {
            Some(before) if run >= 3 => {
                bits.length(run);
                bits.distance(at - before);
                run
            }
            _ => {
                bits.symbol(bytes[at].into());
                1
            }
        };
        for at in at..at + step {
            if let Some(key) = three(at) {
                seen.insert(key, at);
            }
        }
        at += step;
    }
    bits.symbol(256);
    out.extend(bits.finish());
    let mut crc = Crc::new();
    crc.update(bytes);
    out.extend(crc.sum().to_le_bytes());
    out.extend((bytes.len() as u32).to_le_bytes());
    out
}

/// Bits, the lowest first.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    held: u64,
    count: u32,
}

impl Bits {
    fn push(&mut self, value: u64, count: u32) {
        self.held |= value << self.count;
        self.count += count;
        while self.count >= 8 {
            self.bytes.push(self.held as u8);
            self.held >>= 8;
            self.count -= 8;
        }
    }

    /// Huffman codes go in with their highest bit first.
    fn code(&mut self, code: u32, count: u32) {
        self.push(u64::from(code.reverse_bits() >> (32 - count)), count);
    }

    /// A literal, a length code or the end, in the fixed code of 3.2.6.
    fn symbol(&mut self, symbol: u32) {
        match symbol {
            0..=143 => self.code(0x30 + symbol, 8),
            144..=255 => self.code(0x190 + symbol - 144, 9),
            256..=279 => self.code(symbol - 256, 7),
            _ => self.code(0xc0 + symbol - 280, 8),
        }
    }

    fn length(&mut self, length: usize) {
        let at = LENGTHS.partition_point(|(first, _)| *first <= length) - 1;
        let (first, extra) = LENGTHS[at];
        self.symbol(257 + at as u32);
        self.push((length - first) as u64, extra);
    }

    fn distance(&mut self, distance: usize) {
        let offset = (distance - 1) as u32;
        // Two codes for each power of two, from the third on.
        let (code, extra) = if offset < 4 {
            (offset, 0)
        } else {
            let extra = offset.ilog2() - 1;
            (2 * extra + (offset >> extra), extra)
        };
        self.code(code, 5);
        self.push(u64::from(offset & ((1 << extra) - 1)), extra);
    }

    fn finish(mut self) -> Vec<u8> {
        if self.count > 0 {
            self.push(0, 8 - self.count);
        }
        self.bytes
    }
}
