use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

/// An archive of these members.
pub(in crate::capture) fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// The same with sizes behind the bytes, as Playwright writes.
fn streamed(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new_stream(Vec::new());
    for (name, bytes) in members {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

pub(in crate::capture) fn source(bytes: Vec<u8>) -> Arc<Source> {
    Arc::new(Source::from_bytes("t.zip", bytes).unwrap())
}

fn open(bytes: Vec<u8>) -> Archive {
    Archive::open(source(bytes)).unwrap()
}

fn read(archive: &Archive, name: &str, limit: u64) -> (Result<Vec<u8>, Reason>, Vec<String>) {
    let mut warnings = Vec::new();
    let member = archive.named(name).unwrap();
    let bytes = archive.read(member, limit, "/m", &mut warnings);
    (bytes, warnings)
}

const MEMBERS: [(&str, &[u8]); 3] = [
    ("a", b"one one one one one one"),
    ("b/c", b""),
    ("d", b"PK\x03\x04 is no header here"),
];

#[test]
fn members_come_out_whichever_way_they_are_found() {
    for bytes in [zip(&MEMBERS), streamed(&MEMBERS)] {
        let without_directory = bytes.len() - 30;
        for (bytes, is_cut) in [
            (bytes.clone(), false),
            (bytes[..without_directory].to_vec(), true),
        ] {
            let archive = open(bytes);
            assert_eq!(archive.is_cut, is_cut);
            for (name, bytes) in MEMBERS {
                let (found, warnings) = read(&archive, name, 100);
                assert_eq!(found.as_deref(), Ok(bytes), "{name}");
                assert!(warnings.is_empty(), "{warnings:?}");
            }
        }
    }
}

#[test]
fn a_cut_anywhere_keeps_the_whole_members() {
    for bytes in [zip(&MEMBERS), streamed(&MEMBERS)] {
        let mut most = 0;
        for cut in 0..bytes.len() {
            let archive = open(bytes[..cut].to_vec());
            for member in archive.members() {
                let mut warnings = Vec::new();
                let bytes = archive.read(member, 100, "", &mut warnings);
                assert!(bytes.is_ok(), "{cut}");
            }
            let whole = archive.members().len();
            assert!(whole >= most, "{cut}");
            most = whole;
        }
        assert_eq!(most, 3);
    }
}

#[test]
fn a_flipped_byte_anywhere_never_panics() {
    for bytes in [zip(&MEMBERS), streamed(&MEMBERS)] {
        for at in 0..bytes.len() {
            for bit in [1, 0x80, 0xff] {
                let mut bytes = bytes.clone();
                bytes[at] ^= bit;
                let archive = open(bytes);
                for member in archive.members() {
                    let _ = archive.read(member, 100, "", &mut Vec::new());
                }
            }
        }
    }
}

#[test]
fn a_bomb_stops_at_the_limit() {
    let zeros = vec![0; 1 << 20];
    let archive = open(zip(&[("bomb", &zeros)]));
    let too_big = Err(Reason::TooBig { limit: 5000 });
    assert_eq!(read(&archive, "bomb", 5000).0, too_big);
    assert_eq!(read(&archive, "bomb", 1 << 20).0.unwrap().len(), 1 << 20);
}

#[test]
fn members_that_lie_over_each_other_are_refused() {
    // The directory's second record is made to point at the first member.
    let mut bytes = zip(&[("a", b"same same same same"), ("b", b"other")]);
    let second = memchr::memmem::rfind(&bytes, b"PK\x01\x02").unwrap();
    bytes[second + 42..second + 46].copy_from_slice(&[0; 4]);
    let archive = open(bytes);
    let refused = archive
        .members()
        .iter()
        .filter(|member| archive.read(member, 100, "", &mut Vec::new()).is_err());
    assert_eq!((archive.members().len(), refused.count()), (2, 1));
}

#[test]
fn damage_inside_a_member_is_told() {
    let mut bytes = zip(&[(
        "a",
        &b"many words, and some more words to be packed".repeat(9),
    )]);
    let middle = 30 + 1 + 20;
    bytes[middle] ^= 0x55;
    let (_, warnings) = read(&open(bytes), "a", 1000);
    assert_eq!(warnings.len(), 1);
}

#[test]
fn a_name_that_leads_out_is_only_a_name() {
    let archive = open(zip(&[("../../etc/passwd", b"x"), ("..\\up", b"y")]));
    assert!(archive.named("../../etc/passwd").is_some());
    assert!(archive.named("../up").is_some());
    assert!(archive.named("passwd").is_none());
}

#[test]
fn a_large_member_is_unpacked_once_for_all_that_name_it() {
    let large = vec![b'x'; LARGE as usize + 1];
    let mut bytes = zip(&[("large", &large), ("small", b"1")]);
    // A checksum that differs is told to each.
    bytes[14] ^= 1;
    let directory = bytes
        .windows(4)
        .rposition(|at| at == b"PK\x01\x02")
        .unwrap();
    let first = bytes[..directory]
        .windows(4)
        .rposition(|at| at == b"PK\x01\x02");
    bytes[first.unwrap() + 16] ^= 1;
    let archive = open(bytes);
    let read = |name: &str, limit| {
        let mut warnings = Vec::new();
        let member = archive.named(name).unwrap();
        let read = archive.read_shared(member, limit, "/m", &mut warnings);
        (read, warnings)
    };
    let told = vec!["/m: its checksum differs".to_owned()];
    for _ in 0..2 {
        assert_eq!(read("large", MAX_MEMBER), (Ok(large.clone()), told.clone()));
        assert!(archive.large.lock().unwrap().is_some());
        assert_eq!(read("small", MAX_MEMBER), (Ok(b"1".to_vec()), Vec::new()));
    }
    // What is there is not unpacked again.
    *archive.large.lock().unwrap() = Some((
        archive.named("large").unwrap().start,
        Unpacked {
            bytes: Ok(b"kept".to_vec()),
            damage: Vec::new(),
        },
    ));
    assert_eq!(read("large", MAX_MEMBER).0, Ok(b"kept".to_vec()));
}
