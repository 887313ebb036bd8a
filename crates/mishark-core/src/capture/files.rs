//! What belongs to a capture besides its source: the members of its archive, or
//! the files next to it.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use super::archive::{Archive, MAX_MEMBER, Member};

/// Where else a capture's bytes may be.
#[derive(Debug, Default)]
pub(super) enum Files {
    /// In the archive the source is, or came out of.
    Archive {
        archive: Archive,
        /// The folder of the source in it, with the last `/`.
        folder: String,
    },
    /// In the folder the source is in.
    Folder(PathBuf),
    /// Nowhere: it came from standard input, or from memory.
    #[default]
    Nowhere,
}

impl Files {
    /// The body a HAR's `_file` names, or why there is none.
    ///
    /// Playwright names bodies by their SHA-1. Only such names are looked for,
    /// and only next to the HAR: nobody's capture reads other files out.
    pub(super) fn body(
        &self,
        name: &str,
        pointer: &str,
        warnings: &mut Vec<String>,
    ) -> Result<Vec<u8>, String> {
        if !is_digest(name) {
            return Err("is not named by a digest".to_owned());
        }
        match self {
            Self::Archive { archive, folder } => {
                let beside = archive.named(&format!("{folder}{name}"));
                // Or beside another HAR of the archive.
                let is_named = |member: &&Member| member.name.rsplit('/').next() == Some(name);
                let member = beside.or_else(|| archive.members().iter().find(is_named));
                let member = member.ok_or("is not in the archive")?;
                let bytes = archive.read_shared(member, MAX_MEMBER, pointer, warnings);
                bytes.map_err(|reason| reason.to_string())
            }
            Self::Folder(folder) => {
                let path = folder.join(name);
                // A link could lead anywhere, and a pipe never ends.
                if !path.symlink_metadata().is_ok_and(|file| file.is_file()) {
                    return Err("is not next to the capture".to_owned());
                }
                let mut bytes = Vec::new();
                File::open(path)
                    .and_then(|file| file.take(MAX_MEMBER + 1).read_to_end(&mut bytes))
                    .map_err(|error| error.to_string())?;
                if bytes.len() as u64 > MAX_MEMBER {
                    return Err(format!("is larger than {MAX_MEMBER} bytes"));
                }
                Ok(bytes)
            }
            Self::Nowhere => Err("is not known".to_owned()),
        }
    }

    /// The archive the source is.
    pub(super) fn archive(&self) -> Option<&Archive> {
        match self {
            Self::Archive { archive, .. } => Some(archive),
            _ => None,
        }
    }
}

/// Whether a name is a digest in hex with a plain ending: it can not lead out
/// of a folder.
fn is_digest(name: &str) -> bool {
    let (stem, ending) = name.split_once('.').unwrap_or((name, ""));
    (32..=64).contains(&stem.len())
        && stem.bytes().all(|byte| byte.is_ascii_hexdigit())
        && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_digests_are_names_of_bodies() {
        let digest = "4a5eb7171b58e08a6881721e3b43d5a44419a2be";
        assert!(is_digest(digest));
        assert!(is_digest(&format!("{digest}.html")));
        for name in [
            "",
            "passwd",
            "../4a5eb7171b58e08a6881721e3b43d5a44419a2be",
            "4a5eb7171b58e08a6881721e3b43d5a44419a2be/x",
            "4a5eb7171b58e08a6881721e3b43d5a44419a2be.a/../b",
            "4a5eb7171b58e08a6881721e3b43d5a44419a2be.a.b",
            "4a5eb7171b58e08a6881721e3b43d5a44419a2be.\\x",
        ] {
            assert!(!is_digest(name), "{name}");
        }
    }

    #[test]
    fn a_body_next_to_the_capture_is_found_and_a_link_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let name = "4a5eb7171b58e08a6881721e3b43d5a44419a2be.txt";
        std::fs::write(folder.path().join(name), "body").unwrap();
        let files = Files::Folder(folder.path().to_owned());
        let mut warnings = Vec::new();
        assert_eq!(files.body(name, "", &mut warnings).unwrap(), b"body");
        #[cfg(unix)]
        {
            let link = "0000000000000000000000000000000000000000";
            std::os::unix::fs::symlink(folder.path().join(name), folder.path().join(link)).unwrap();
            assert!(files.body(link, "", &mut warnings).is_err());
        }
    }
}
