//! What is wrong with a draft, and what sending it would do.

use std::fmt;

use super::draft::{Draft, usual_path_form};
use super::{Carrier, Field, header};
use crate::call::{Nature, nature, rpc_did, short};
use crate::flow::{Base, BaseError};
use crate::json::{self, Kind, Tree, show};
use crate::protocol::form::MAX_FIELDS;
use crate::protocol::request::{ENVELOPE_FIELDS, RC4_HASH, Scheme};

/// How many devices and deeds are named; a call of more is told by number.
const NAMED: usize = 64;

/// All that can be said of a draft before it is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Everything that is wrong or odd, in the order of the fields.
    pub problems: Vec<Problem>,
    /// What sending it would do.
    pub effect: Effect,
}

impl Report {
    /// The problems that [`sign`](super::sign) refuses.
    pub fn faults(&self) -> impl Iterator<Item = &Problem> {
        self.problems
            .iter()
            .filter(|problem| problem.fault.is_fatal())
    }

    /// Whether it can be signed.
    pub fn is_sound(&self) -> bool {
        self.faults().next().is_none()
    }
}

/// One thing that is wrong or odd.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The part it is in.
    pub field: Field,
    /// Line and column in that part, counted from 1, where they are known.
    pub at: Option<(usize, usize)>,
    /// What it is.
    pub fault: Fault,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field.name(), self.fault)
    }
}

/// What can be wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The base is no scheme and host.
    #[error("{0}")]
    Base(#[from] BaseError),
    /// A path or query holds what a URL can not.
    #[error("character {character:?} at column {column} has to be written as %XX")]
    BadCharacter {
        /// The character.
        character: char,
        /// Where it stands, counted from 1.
        column: usize,
    },
    /// A cookie can not be written.
    #[error("cookie {0} has a name or value that no cookie can have")]
    Cookie(String),
    /// A value would not be sent, since the style passes over empty ones.
    #[error("{0} is empty, and this style sends no empty values")]
    EmptyParam(String),
    /// A header field can not be written.
    #[error("{0:?} has a name or value that no header field can have")]
    Header(String),
    /// A captured header field or cookie is not sent again.
    #[error("{0:?} is left out: HTTP forbids its name or value")]
    Forbidden(String),
    /// A header field is made by mishark for each request.
    #[error("{0} is made anew for each request and can not be set")]
    HeaderMadeAnew(String),
    /// The header says another scheme than the style.
    #[error("the style is {}, and MIOT-ENCRYPT-ALGORITHM says otherwise", .0.name())]
    Algorithm(Scheme),
    /// The method is no word.
    #[error("{0:?} is no HTTP method")]
    Method(String),
    /// A body is sent with a method that has none.
    #[error("GET has no body; the form belongs into the query")]
    GetWithBody,
    /// `data` is not JSON.
    #[error("{0}")]
    NotJson(json::Error),
    /// No login is chosen to sign with.
    #[error("no session is chosen")]
    NoSession,
    /// The name belongs to the envelope, or is empty.
    #[error("{0:?} can not be a parameter: the name belongs to the envelope")]
    ParamName(String),
    /// Two parameters have one name.
    #[error("{0} is there twice")]
    ParamTwice(String),
    /// The path has no `/` at its beginning.
    #[error("a path begins with /")]
    PathStart,
    /// The host usually signs another form of the path.
    #[error("this host usually signs the {0}")]
    PathForm(&'static str),
    /// More parameters than a form has.
    #[error("{found} parameters, expected {MAX_FIELDS} at most")]
    TooManyParams {
        /// How many there are.
        found: usize,
    },
}

impl Fault {
    /// Whether a draft with it can not be signed. The rest is only odd.
    pub fn is_fatal(&self) -> bool {
        !matches!(
            self,
            Self::Algorithm(_)
                | Self::EmptyParam(_)
                | Self::Forbidden(_)
                | Self::GetWithBody
                | Self::NoSession
                | Self::ParamTwice(_)
                | Self::PathForm(_)
        )
    }
}

/// Checks all parts of a draft, and tells what sending it would do.
pub fn check(draft: &Draft) -> Report {
    let mut problems = Vec::new();
    let mut found = |field, at, fault| problems.push(Problem { field, at, fault });
    if !header::is_name(&draft.method) {
        found(Field::Method, None, Fault::Method(draft.method.clone()));
    } else if draft.method.eq_ignore_ascii_case("GET") && draft.carrier == Carrier::Body {
        found(Field::Carrier, None, Fault::GetWithBody);
    }
    if let Err(error) = Base::parse(&draft.base) {
        found(Field::Base, None, error.into());
    }
    if !draft.path.starts_with('/') {
        found(Field::Path, Some((1, 1)), Fault::PathStart);
    }
    for (field, text, allowed) in [
        (Field::Path, &draft.path, ""),
        (Field::Query, &draft.query, "?"),
    ] {
        if let Some((column, character)) = bad_character(text, allowed) {
            let fault = Fault::BadCharacter { character, column };
            found(field, Some((1, column)), fault);
        }
    }
    if draft.style.path != usual_path_form(draft) && draft.path.starts_with("/app/") {
        let usual = match usual_path_form(draft) {
            crate::protocol::signature::PathForm::Stripped => "path without /app",
            crate::protocol::signature::PathForm::Whole => "whole path",
        };
        found(Field::Style, None, Fault::PathForm(usual));
    }
    headers(draft, &mut found);
    params(draft, &mut found);
    if let Some(data) = draft.data().filter(|_| !draft.any_data)
        && let Err(error) = json::check(data)
    {
        let at = Some((error.line, error.column));
        found(Field::Data, at, Fault::NotJson(error));
    }
    if draft.session.is_none() {
        found(Field::Session, None, Fault::NoSession);
    }
    problems.sort_by_key(|problem| problem.field);
    Report {
        problems,
        effect: effect(draft),
    }
}

type Found<'f> = dyn FnMut(Field, Option<(usize, usize)>, Fault) + 'f;

fn headers(draft: &Draft, found: &mut Found<'_>) {
    for (index, (name, value)) in draft.headers.iter().enumerate() {
        let at = Some((index + 1, 1));
        if !header::is_name(name) || !header::is_value(value) {
            found(Field::Headers, at, Fault::Header(name.clone()));
        } else if header::is_made_anew(name) {
            found(Field::Headers, at, Fault::HeaderMadeAnew(name.clone()));
        }
    }
    for name in draft.forbidden() {
        found(Field::Headers, None, Fault::Forbidden(name.clone()));
    }
    let says_rc4 = draft.header(header::ALGORITHM).is_some();
    // Some clients encrypt and do not say so; that a signed form says it is odd.
    if says_rc4 && draft.style.scheme == Scheme::Hmac {
        found(Field::Headers, None, Fault::Algorithm(draft.style.scheme));
    }
    for (index, cookie) in draft.cookies.iter().enumerate() {
        if !cookie.is_allowed() {
            let at = Some((index + 1, 1));
            found(Field::Cookies, at, Fault::Cookie(cookie.name.clone()));
        }
    }
}

fn params(draft: &Draft, found: &mut Found<'_>) {
    if draft.params.len() > MAX_FIELDS / 2 {
        let count = draft.params.len();
        found(Field::Params, None, Fault::TooManyParams { found: count });
        return;
    }
    for (index, (name, value)) in draft.params.iter().enumerate() {
        let is_data = name == "data";
        let field = if is_data { Field::Data } else { Field::Params };
        let at = (!is_data).then_some((index + 1, 1));
        if name.is_empty() || name == RC4_HASH || ENVELOPE_FIELDS.contains(&name.as_str()) {
            found(field, at, Fault::ParamName(name.clone()));
        } else if draft.params[..index].iter().any(|(other, _)| other == name) {
            found(field, at, Fault::ParamTwice(name.clone()));
        }
        let skipped = draft.style.skips_empty && draft.style.scheme == Scheme::Rc4;
        if value.is_empty() && skipped {
            found(field, at, Fault::EmptyParam(name.clone()));
        }
    }
}

/// The first character that a path or query can not hold, and its column.
fn bad_character(text: &str, allowed: &str) -> Option<(usize, char)> {
    let is_fine = |character: char| {
        allowed.contains(character)
            || (character.is_ascii_graphic() && !"?#\"<>\\^`{|}".contains(character))
    };
    let mut characters = text.chars().enumerate();
    let (at, character) = characters.find(|(_, character)| !is_fine(*character))?;
    Some((at + 1, character))
}

/// What sending a call does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// Whether it can change anything.
    pub nature: Nature,
    /// A short name of the call: `prop/set`.
    pub call: String,
    /// The devices it names, by `did`, each once.
    pub devices: Vec<String>,
    /// What it does, one deed each: `500000001 2.1 = false`, `scene 17`. Safe
    /// for a terminal.
    pub deeds: Vec<String>,
}

impl Effect {
    /// Whether it can move a device or change what is stored.
    pub fn is_write(&self) -> bool {
        self.nature == Nature::Write
    }
}

impl fmt::Display for Effect {
    /// `prop/set: 500000001 2.1 = false`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// More than these are told by number.
        const TOLD: usize = 4;
        f.write_str(&self.call)?;
        let told: &[String] = if self.deeds.is_empty() {
            &self.devices
        } else {
            &self.deeds
        };
        for (index, deed) in told.iter().take(TOLD).enumerate() {
            let before = if index == 0 { ": " } else { ", " };
            write!(f, "{before}{deed}")?;
        }
        match told.len().saturating_sub(TOLD) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

/// What sending a draft would do.
pub fn effect(draft: &Draft) -> Effect {
    let data = draft.data().unwrap_or_default();
    let mut effect = Effect {
        nature: nature(&draft.path, data),
        call: crate::text::clean(short(&draft.path)).into_owned(),
        devices: Vec::new(),
        deeds: Vec::new(),
    };
    let rpc = rpc_did(&draft.path);
    if let Some(did) = rpc {
        effect.devices.push(crate::text::clean(did).into_owned());
    }
    let Ok(tree) = Tree::parse(data) else {
        return effect;
    };
    for row in 0..tree.len() {
        let named: Vec<String> = match tree.key(row) {
            Some("did") => scalar(&tree, row).into_iter().collect(),
            Some("dids") => tree
                .children(row)
                .filter_map(|row| scalar(&tree, row))
                .collect(),
            _ => continue,
        };
        for did in named {
            if effect.devices.len() < NAMED && !effect.devices.contains(&did) {
                effect.devices.push(did);
            }
        }
    }
    effect.deeds = deeds(&tree, rpc);
    effect
}

/// What a call does to each device, in a few words.
fn deeds(tree: &Tree<'_>, rpc: Option<&str>) -> Vec<String> {
    let member = |row: usize, name: &str| {
        let mut children = tree.children(row);
        let row = children.find(|child| tree.key(*child) == Some(name))?;
        match tree.kind(row) {
            Kind::Array | Kind::Object => Some(json_text(tree, row)),
            _ => scalar(tree, row),
        }
    };
    let mut deeds = Vec::new();
    if let (Some(did), Some(method)) = (rpc, member(0, "method")) {
        let params = member(0, "params").unwrap_or_default();
        let did = crate::text::clean(did);
        return vec![format!("{did} {method} {params}").trim_end().to_owned()];
    }
    if let Some(scene) = member(0, "scene_id") {
        deeds.push(format!("scene {scene}"));
    }
    for row in 0..tree.len() {
        if deeds.len() == NAMED {
            break;
        }
        if tree.kind(row) != Kind::Object {
            continue;
        }
        let (Some(did), Some(siid)) = (member(row, "did"), member(row, "siid")) else {
            continue;
        };
        if let Some(aiid) = member(row, "aiid") {
            let input = member(row, "in").unwrap_or_default();
            deeds.push(
                format!("{did} action {siid}.{aiid} {input}")
                    .trim_end()
                    .to_owned(),
            );
        } else if let Some(piid) = member(row, "piid") {
            deeds.push(match member(row, "value") {
                Some(value) => format!("{did} {siid}.{piid} = {value}"),
                None => format!("{did} {siid}.{piid}"),
            });
        }
    }
    deeds
}

/// A string without quotes, or a number or word as sent; safe to print.
fn scalar(tree: &Tree<'_>, row: usize) -> Option<String> {
    match tree.kind(row) {
        Kind::String => Some(show(tree.string(row).unwrap_or_default()).into_owned()),
        Kind::Array | Kind::Object | Kind::Close => None,
        _ => Some(tree.value(row).to_owned()),
    }
}

/// A container as sent, cut where it grows long; safe to print.
fn json_text(tree: &Tree<'_>, row: usize) -> String {
    /// Longer than this it is no deed but a document.
    const LONGEST: usize = 60;
    let text = crate::text::clean(tree.value(row)).into_owned();
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}
