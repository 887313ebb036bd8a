//! `devices`: whose the dids in captures are, with all that their lists tell.

use std::io::Write;

use anyhow::Result;
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use super::Outcome;
use super::learn::learn;
use super::open::open;
use super::terminal::{Paint, note};
use crate::cli::{DeviceFormat, Devices};
use mishark_core::directory::{Device, Directory, urn_kind};
use mishark_core::json;
use mishark_core::session::Secret;
use mishark_core::text::{Align, clean, count, pad};
use mishark_core::workspace::Workspace;

/// What stands for a secret that is not to be seen.
const MASK: &str = "***";

/// Cells between columns.
const GAP: &str = "  ";

const COLUMNS: [&str; 11] = [
    "name",
    "model",
    "kind",
    "did",
    "home",
    "room",
    "online",
    "ip",
    "mac",
    "token",
    "beacon key",
];

pub(super) fn run(args: &Devices, out: &mut impl Write) -> Result<Outcome> {
    let opened = open(&args.input)?;
    let workspace = &opened.workspace;
    let directory = learn(workspace, &args.spec)?;
    let rows: Vec<[String; COLUMNS.len()]> = directory
        .devices()
        .iter()
        .map(|device| row(&directory, device, args.reveal))
        .collect();
    match args.format {
        DeviceFormat::Text => text(&rows, out)?,
        DeviceFormat::Json => objects(&directory, &rows, workspace, out)?,
        DeviceFormat::Csv => csv(&rows, out)?,
    }
    out.flush()?;
    let hidden = |device: &Device| device.token.is_some() || device.beacon_key.is_some();
    if rows.is_empty() {
        note("no list of devices in what could be opened");
        return Ok(opened.outcome.max(Outcome::Failed));
    }
    if !args.reveal && directory.devices().iter().any(hidden) {
        note(&format!(
            "{}; tokens and keys are hidden, --reveal shows them",
            count(rows.len(), "device")
        ));
    }
    Ok(opened.outcome)
}

/// All that is known of a device, in the order of the columns; what is not
/// known is empty.
fn row(directory: &Directory, device: &Device, reveal: bool) -> [String; COLUMNS.len()] {
    let secret = |secret: &Option<Secret>| match secret {
        Some(secret) if reveal => secret.reveal().to_owned(),
        Some(_) => MASK.to_owned(),
        None => String::new(),
    };
    let text = |text: &Option<Box<str>>| text.as_deref().unwrap_or_default().to_owned();
    let spec = directory.spec_of(&device.did);
    let urn = spec.map(|spec| spec.urn()).or(device.urn.as_deref());
    let home = directory.home_of(&device.did);
    let room = directory.room_of(&device.did);
    [
        text(&device.name),
        text(&device.model),
        urn.and_then(urn_kind).unwrap_or_default().to_owned(),
        device.did.to_string(),
        home.map_or_else(String::new, |home| home.name.to_string()),
        room.map_or_else(String::new, |room| room.name.to_string()),
        match device.online {
            Some(true) => "yes".to_owned(),
            Some(false) => "no".to_owned(),
            None => String::new(),
        },
        text(&device.ip),
        text(&device.mac),
        secret(&device.token),
        secret(&device.beacon_key),
    ]
}

/// A table without the columns that nothing is known for.
fn text(rows: &[[String; COLUMNS.len()]], out: &mut impl Write) -> Result<()> {
    let paint = Paint::stdout();
    let clean: Vec<Vec<String>> = rows
        .iter()
        .map(|row| row.iter().map(|cell| clean(cell).into_owned()).collect())
        .collect();
    let widths: Vec<usize> = (0..COLUMNS.len())
        .map(|column| {
            let cells = clean.iter().map(|row| row[column].width());
            match cells.max() {
                None | Some(0) => 0,
                Some(width) => width.max(COLUMNS[column].width()),
            }
        })
        .collect();
    let line = |cells: &[String]| {
        let shown = cells.iter().zip(&widths).filter(|(_, width)| **width > 0);
        let cells: Vec<String> = shown
            .map(|(cell, width)| {
                pad(
                    if cell.is_empty() { "-" } else { cell },
                    *width,
                    Align::Left,
                )
            })
            .collect();
        cells.join(GAP).trim_end().to_owned()
    };
    if !clean.is_empty() {
        let headings = COLUMNS.map(str::to_owned);
        writeln!(out, "{}", paint.strong(&line(&headings)))?;
    }
    for row in &clean {
        writeln!(out, "{}", line(row))?;
    }
    Ok(())
}

/// An array of objects; what is not known is `null`.
fn objects(
    directory: &Directory,
    rows: &[[String; COLUMNS.len()]],
    workspace: &Workspace,
    out: &mut impl Write,
) -> Result<()> {
    let text = |text: &str| match text {
        "" => Value::Null,
        text => Value::from(text),
    };
    let object = |(row, device): (&[String; COLUMNS.len()], &Device)| {
        let [
            name,
            model,
            kind,
            did,
            home,
            room,
            _,
            ip,
            mac,
            token,
            beacon_key,
        ] = row;
        json!({
            "did": did,
            "name": text(name),
            "model": text(model),
            "urn": device.urn.as_deref(),
            "kind": text(kind),
            "home": text(home),
            "room": text(room),
            "online": device.online,
            "ip": text(ip),
            "mac": text(mac),
            "parent": device.parent.as_deref(),
            "token": text(token),
            "beacon_key": text(beacon_key),
            "capture": workspace.captures()[device.told.capture].name(),
            "entry": device.told.entry,
        })
    };
    let array: Vec<Value> = rows.iter().zip(directory.devices()).map(object).collect();
    let made = serde_json::to_vec(&array)?;
    let options = json::Options {
        unescape: true,
        ..json::Options::default()
    };
    // Through our own printer, which lets no control byte pass.
    json::pretty(json::check(&made)?, &options, out)?;
    writeln!(out)?;
    Ok(())
}

/// RFC 4180 with a line of headings.
fn csv(rows: &[[String; COLUMNS.len()]], out: &mut impl Write) -> Result<()> {
    let mut line = |cells: Vec<String>| write!(out, "{}\r\n", cells.join(","));
    line(COLUMNS.map(|heading| heading.replace(' ', "_")).to_vec())?;
    for row in rows {
        line(row.iter().map(|cell| field(cell)).collect())?;
    }
    Ok(())
}

/// A field, in quotes if it has to be.
fn field(cell: &str) -> String {
    let cell = clean(cell);
    if cell.contains([',', '"']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.into_owned()
    }
}
