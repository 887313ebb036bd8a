//! What captures and spec files teach, gathered before a command that names
//! devices.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, ensure};

use super::progress::sweep;
use crate::cli::SpecOption;
use mishark_core::decode::Decoded;
use mishark_core::directory::{Directory, Findings, MAX_SPEC, MAX_SPECS, Spec};
use mishark_core::flow::Flow;
use mishark_core::summary::Summary;
use mishark_core::workspace::Workspace;

/// A directory of all open captures.
///
/// # Errors
/// If a spec that was named can not be read. In a folder, files that are no
/// specs are passed over.
pub(super) fn learn(workspace: &Workspace, specs: &SpecOption) -> Result<Directory> {
    let mut directory = named(specs)?;
    let may_teach = workspace
        .ids()
        .filter(|id| Findings::can_come_from(&workspace.entry(*id).path));
    sweep(
        workspace,
        may_teach,
        |_, flow, decoded| Findings::of(flow?, decoded),
        |id, findings| {
            if let Some(findings) = findings {
                directory.learn(findings, id);
            }
        },
    );
    Ok(directory)
}

/// A directory of the specs that were named, and nothing else.
///
/// # Errors
/// As [`learn`].
pub(super) fn named(specs: &SpecOption) -> Result<Directory> {
    let mut directory = Directory::default();
    for path in &specs.spec {
        add_specs(path, &mut directory).with_context(|| path.display().to_string())?;
    }
    Ok(directory)
}

fn add_specs(path: &Path, directory: &mut Directory) -> Result<()> {
    if !path.is_dir() {
        directory.add_spec(Arc::new(Spec::parse(&read(path)?)?));
        return Ok(());
    }
    let files = std::fs::read_dir(path)?;
    let mut files: Vec<PathBuf> = files.filter_map(|file| Some(file.ok()?.path())).collect();
    files.sort();
    // Home Assistant keeps its copies without an extension.
    files.retain(|file| {
        file.is_file() && file.extension().is_none_or(|extension| extension == "json")
    });
    for file in files.iter().take(MAX_SPECS) {
        let spec = read(file).map(|bytes| Spec::parse(&bytes));
        if let Ok(Ok(spec)) = spec {
            directory.add_spec(Arc::new(spec));
        }
    }
    ensure!(
        directory.specs() > 0,
        "no MIoT spec instance among {} files",
        files.len()
    );
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path)?;
    // One byte more than a spec may have, so that it is refused.
    file.take(MAX_SPEC as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What a flow says in one line, with the names that are known.
pub(super) fn says(flow: Option<&Flow>, decoded: &Decoded, names: Option<&Directory>) -> String {
    let summary = flow.map(|flow| Summary::of(flow, decoded));
    let nobody = Directory::default();
    summary.map_or_else(String::new, |summary| {
        summary.says(names.unwrap_or(&nobody))
    })
}
