//! A zip archive around a capture: Playwright's `recordHar` with a name that
//! ends in `.zip`, or HARs somebody packed to send them.
//!
//! Playwright 1.65 puts `har.har` in it, and each body in a file named by its
//! SHA-1, which the HAR's `_file` members name.

use super::archive::{Archive, Member};
use super::error::{Error, Reason, Warning};
use super::files::Files;
use super::source::Source;

/// The capture inside an archive, with the archive for its bodies. Several HARs
/// are put together, one behind the other.
///
/// # Errors
/// If there is none, or none can be unpacked.
pub(super) fn unpack(archive: Archive, name: &str) -> Result<(Source, Files, Vec<Warning>), Error> {
    let members = captures(&archive);
    let Some(first) = members.first() else {
        let what = "an archive without a capture";
        let hint =
            "it has neither a .har nor the raw/ folder of a SAZ; unpack it and open the capture";
        return Err(Error::unsupported(name, what, hint));
    };
    // For all of them together.
    let limit = archive.source().may_yield();
    let mut bytes = Vec::new();
    let mut warnings = Vec::new();
    for member in &members {
        let mut damage = Vec::new();
        let left = limit.saturating_sub(bytes.len() as u64);
        match unpacked(&archive, member, name, left, &mut damage) {
            Ok(source) => {
                warnings.extend(source.warning().cloned());
                match members.len() {
                    1 => bytes = source.into_bytes(),
                    _ => bytes.extend([source.into_bytes(), b"\n".to_vec()].concat()),
                }
            }
            Err(error) if members.len() == 1 => return Err(error),
            Err(_) => damage.push(String::new()),
        }
        if !damage.is_empty() {
            let byte = bytes.len() as u64;
            warnings.push(Warning::DamagedCompression { byte });
        }
    }
    if archive.is_cut {
        warnings.push(Warning::NoDirectory);
    }
    let folder = first.name.rsplit_once('/');
    let folder = folder.map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let source = Source::from_bytes_within(name, bytes, Some(limit))?;
    Ok((source, Files::Archive { archive, folder }, warnings))
}

fn unpacked(
    archive: &Archive,
    member: &Member,
    name: &str,
    limit: u64,
    damage: &mut Vec<String>,
) -> Result<Source, Error> {
    let bytes = archive.read(member, limit, "", damage);
    let name = name.to_owned();
    let bytes = bytes.map_err(|reason| match reason {
        Reason::TooBig { limit } => Error::TooBig { name, limit },
        _ if member.is_encrypted() => {
            let hint = "pack it again without a password";
            Error::unsupported(&name, "an encrypted archive", hint)
        }
        _ => Error::Damaged { name },
    })?;
    Source::from_bytes_within(member.name.as_str(), bytes, Some(limit))
}

/// The members that are captures: Playwright's, else all HARs, else the only
/// file there is.
fn captures(archive: &Archive) -> Vec<&Member> {
    if let Some(member) = archive.named("har.har") {
        return vec![member];
    }
    let mut files: Vec<&Member> = archive.members().iter().collect();
    // macOS adds a shadow of each file.
    files.retain(|member| !member.name.ends_with('/') && !member.name.contains("__MACOSX/"));
    if files.len() > 1 {
        files.retain(|member| member.name.to_ascii_lowercase().ends_with(".har"));
    }
    files
}

#[cfg(test)]
mod tests;
