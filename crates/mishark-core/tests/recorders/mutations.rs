//! Real captures, damaged at random: nothing panics, entries stay in order, and
//! what a person sees of each can be said.

use std::fs;
use std::ops::ControlFlow;

use mishark_core::capture::{Capture, Source};
use mishark_core::decode::Options;
use mishark_core::workspace::Workspace;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::support::sidecars;

/// One thing that happens to a file, at a place given as a share of it.
#[derive(Debug, Clone)]
enum Damage {
    Cut(Index, usize),
    Double(Index, usize),
    Insert(Index, u8, usize),
    Replace(Index, u8),
}

fn damage() -> impl Strategy<Value = Damage> {
    let place = any::<Index>;
    let marks = proptest::sample::select(b"\"\\{}[],:<>'$^&;\r\n\0\xff0~".to_vec());
    prop_oneof![
        (place(), 1..400_usize).prop_map(|(at, len)| Damage::Cut(at, len)),
        (place(), 1..3000_usize).prop_map(|(at, len)| Damage::Double(at, len)),
        (place(), marks, 1..4_usize).prop_map(|(at, byte, len)| Damage::Insert(at, byte, len)),
        (place(), any::<u8>()).prop_map(|(at, byte)| Damage::Replace(at, byte)),
    ]
}

impl Damage {
    fn apply(&self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        let end = |at: usize, len: usize, bytes: &[u8]| (at + len).min(bytes.len());
        match *self {
            Self::Cut(at, len) => {
                let at = at.index(bytes.len());
                bytes.drain(at..end(at, len, bytes));
            }
            Self::Double(at, len) => {
                let at = at.index(bytes.len());
                let piece = bytes[at..end(at, len, bytes)].to_vec();
                bytes.splice(at..at, piece);
            }
            Self::Insert(at, byte, len) => {
                let at = at.index(bytes.len());
                bytes.splice(at..at, vec![byte; len]);
            }
            Self::Replace(at, byte) => {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_capture_is_read_without_a_panic(
        which in any::<Index>(),
        damages in proptest::collection::vec(damage(), 1..40),
    ) {
        let sidecars = sidecars();
        let mut bytes = fs::read(&which.get(&sidecars).path).unwrap();
        for damage in &damages {
            damage.apply(&mut bytes);
        }
        let Ok(source) = Source::from_bytes("damaged", bytes) else {
            return Ok(());
        };
        let Ok(capture) = Capture::index(source, &mut |_| ControlFlow::Continue(())) else {
            return Ok(());
        };
        let starts: Vec<u64> = capture.entries().iter().map(|entry| entry.start).collect();
        // An archive keeps its sessions by number, wherever they are.
        prop_assert!(capture.format().is_some_and(|format| format.name == "SAZ") || starts.is_sorted());
        let mut workspace = Workspace::new(Options::default());
        workspace.add(capture);
        for id in workspace.ids() {
            let (_, decoded) = workspace.open(id);
            if let Some(reason) = &decoded.reason {
                prop_assert!(!reason.message().is_empty() && !reason.hint().is_empty());
            }
        }
    }
}
