//! A zip archive around a capture: Playwright's `recordHar` with a name that
//! ends in `.zip`, or a HAR somebody packed to send it.
//!
//! Playwright 1.65 puts `har.har` in it, and each body in a file named by its
//! SHA-1, which the HAR's `_file` members name.

use super::archive::{Archive, Member};
use super::error::{Error, Reason, Warning};
use super::files::Files;
use super::source::{Source, UNPACKED_LIMIT};

/// The capture inside an archive, with the archive for its bodies.
///
/// # Errors
/// If there is none, or it can not be unpacked.
pub(super) fn unpack(archive: Archive, name: &str) -> Result<(Source, Files, Vec<Warning>), Error> {
    let Some(member) = capture(&archive) else {
        return Err(Error::Unsupported {
            name: name.to_owned(),
            what: "an archive without a capture",
            hint: "it has neither a .har nor the raw/ folder of a SAZ; unpack it and open the capture",
        });
    };
    let mut damage = Vec::new();
    let bytes = archive.read(member, UNPACKED_LIMIT, "", &mut damage);
    let bytes = bytes.map_err(|reason| match reason {
        Reason::TooBig { limit } => Error::TooBig {
            name: name.to_owned(),
            limit,
        },
        _ if member.is_encrypted() => Error::Unsupported {
            name: name.to_owned(),
            what: "an encrypted archive",
            hint: "pack it again without a password",
        },
        _ => Error::Damaged {
            name: name.to_owned(),
        },
    })?;
    let mut warnings = Vec::new();
    if !damage.is_empty() {
        warnings.push(Warning::DamagedCompression {
            byte: bytes.len() as u64,
        });
    }
    if archive.is_cut {
        warnings.push(Warning::NoDirectory);
    }
    let folder = member.name.rsplit_once('/');
    let folder = folder.map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let source = Source::from_bytes(name, bytes)?;
    Ok((source, Files::Archive { archive, folder }, warnings))
}

/// The member that is the capture: Playwright's, else any HAR, else the only
/// one there is.
fn capture(archive: &Archive) -> Option<&Member> {
    let files = || {
        archive.members().iter().filter(|member| {
            // macOS adds a shadow of each file.
            !member.name.ends_with('/') && !member.name.contains("__MACOSX/")
        })
    };
    archive
        .named("har.har")
        .or_else(|| files().find(|member| member.name.to_ascii_lowercase().ends_with(".har")))
        .or_else(|| files().next().filter(|_| files().count() == 1))
}

#[cfg(test)]
mod tests;
