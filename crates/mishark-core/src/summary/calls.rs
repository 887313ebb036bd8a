//! The calls that a home mostly makes: properties, actions, old-style rpcs; and
//! those that nobody has described.

use std::borrow::Cow;

use super::answer::{arrow, first_count};
use super::call::Call;
use super::line::Line;
use crate::call::rpc_did;
use crate::json::{Kind, Tree};
use crate::redact::is_secret_member;

/// How many devices a line names.
const NAMED: usize = 3;

/// How many properties a line names.
const PROPERTIES: usize = 3;

/// How many scalars of a list are told.
const LISTED: usize = 4;

/// How many members of an unknown request, and of an unknown answer, are told.
const ASKED: usize = 2;
const ANSWERED: usize = 3;

/// One property in a request or an answer.
struct Item<'t> {
    did: Cow<'t, str>,
    siid: Cow<'t, str>,
    piid: Cow<'t, str>,
    value: Option<Cow<'t, str>>,
}

impl<'t> Item<'t> {
    fn read(tree: &'t Tree<'_>, row: usize) -> Option<Self> {
        let text = |key| tree.scalar(tree.member(row, key)?);
        Some(Self {
            did: text("did")?,
            siid: text("siid")?,
            piid: text("piid")?,
            value: tree.member(row, "value").map(|row| shown(tree, row)),
        })
    }

    fn say(&self, line: &mut Line) {
        line.property(&self.did, &self.siid, &self.piid);
        if let Some(value) = &self.value {
            line.words(" = ");
            line.value(&self.did, &self.siid, &self.piid, value);
        }
    }
}

/// A value in few words.
fn shown<'t>(tree: &'t Tree<'_>, row: usize) -> Cow<'t, str> {
    match tree.kind(row) {
        Kind::Array => Cow::Borrowed("[…]"),
        Kind::Object => Cow::Borrowed("{…}"),
        _ => tree.scalar(row).unwrap_or(Cow::Borrowed("null")),
    }
}

/// The properties in a list, or the only one that stands there without.
fn items<'t>(tree: &'t Tree<'_>, list: Option<usize>) -> Vec<Item<'t>> {
    let Some(list) = list else {
        return Vec::new();
    };
    match tree.kind(list) {
        Kind::Array => tree
            .children(list)
            .filter_map(|row| Item::read(tree, row))
            .collect(),
        _ => Item::read(tree, list).into_iter().collect(),
    }
}

/// `miotspec/prop/get`: one device with its values, or the devices.
pub(super) fn read(call: &Call<'_>, line: &mut Line) {
    let asked = call
        .request
        .map(|tree| items(tree, tree.member(0, "params")))
        .unwrap_or_default();
    let is_one = asked.windows(2).all(|pair| pair[0].did == pair[1].did);
    if asked.is_empty() {
        line.call(call.name);
        return call.answer.end("nothing", line);
    }
    if !is_one {
        let mut dids: Vec<&str> = Vec::new();
        for item in &asked {
            // Items of one device stand together as a rule.
            if dids.last() != Some(&&*item.did) {
                dids.push(&item.did);
            }
        }
        dids.sort_unstable();
        dids.dedup();
        let count = dids.len();
        let mut named: Vec<&str> = Vec::new();
        for item in &asked {
            if named.len() < NAMED && !named.contains(&&*item.did) {
                named.push(&item.did);
            }
        }
        list_devices(&named, count, line);
        return call.answer.end("", line);
    }
    let tree = call.answer.tree.as_ref();
    let told = tree.filter(|_| call.answer.has_result()).map(|tree| {
        let mut told = items(tree, tree.member(0, "result"));
        told.retain(|item| item.value.is_some());
        told
    });
    let items = told.filter(|told| !told.is_empty()).unwrap_or(asked);
    line.device(&items[0].did);
    line.space();
    properties(&items, line);
    call.answer.end("", line);
}

/// `miotspec/prop/set`: what is set, and whether it was.
pub(super) fn write(call: &Call<'_>, line: &mut Line) {
    let asked = call
        .request
        .map(|tree| items(tree, tree.member(0, "params")))
        .unwrap_or_default();
    let Some(first) = asked.first() else {
        line.call(call.name);
        return call.answer.end("ok", line);
    };
    line.device(&first.did);
    line.space();
    properties(&asked, line);
    call.answer.end("ok", line);
}

/// The first properties, each with its value; the device again where it is
/// another one.
fn properties(items: &[Item<'_>], line: &mut Line) {
    let mut did = items.first().map(|item| &item.did);
    for (index, item) in items.iter().take(PROPERTIES).enumerate() {
        if index > 0 {
            line.words(", ");
        }
        if did != Some(&item.did) {
            line.device(&item.did);
            line.words(" ");
        }
        did = Some(&item.did);
        item.say(line);
    }
    if items.len() > PROPERTIES {
        line.words(&format!(" (+{})", items.len() - PROPERTIES));
    }
}

/// `miotspec/action`: which one, with its arguments.
pub(super) fn action(call: &Call<'_>, line: &mut Line) {
    let found = call.request.and_then(|tree| {
        let params = tree.member(0, "params")?;
        let params = match tree.kind(params) {
            Kind::Array => tree.children(params).next()?,
            _ => params,
        };
        Some((tree, params))
    });
    let Some((tree, params)) = found else {
        line.call(call.name);
        return call.answer.end("ok", line);
    };
    let text = |key| {
        tree.member(params, key)
            .and_then(|row| tree.scalar(row))
            .unwrap_or_default()
    };
    let did = text("did");
    line.device(&did);
    line.words(" action ");
    line.action(&did, &text("siid"), &text("aiid"));
    let arguments = ["in", "value"]
        .iter()
        .find_map(|key| tree.member(params, key))
        .filter(|row| tree.child_count(*row) > 0);
    if let Some(row) = arguments {
        line.words(" (");
        scalars(tree, row, line);
        line.words(")");
    }
    call.answer.end("ok", line);
}

/// `home/rpc/{did}`: the method with its parameters, and what it gave.
pub(super) fn rpc(call: &Call<'_>, line: &mut Line) {
    let path = call.path.trim_end_matches('/');
    line.device(rpc_did(path).unwrap_or_default());
    if let Some(tree) = call.request {
        if let Some(method) = tree.member(0, "method").and_then(|row| tree.scalar(row)) {
            line.words(" ");
            line.text(&method);
        }
        if let Some(row) = tree
            .member(0, "params")
            .filter(|row| tree.child_count(*row) > 0)
        {
            line.words(" ");
            scalars(tree, row, line);
        }
    }
    let result = call
        .answer
        .tree
        .as_ref()
        .filter(|_| call.answer.has_result())
        .and_then(|tree| Some((tree, tree.member(0, "result")?)))
        .filter(|(tree, row)| tree.kind(*row) != Kind::Null);
    let Some((tree, row)) = result else {
        return call.answer.end("ok", line);
    };
    line.answer();
    arrow("", line);
    match tree.kind(row) {
        Kind::Array if tree.child_count(row) > 0 => scalars(tree, row, line),
        Kind::Array | Kind::Object => line.words("ok"),
        _ => line.text(&shown(tree, row)),
    }
}

/// `mipush/eventsubbatch`: how many subscriptions, in whatever list they are.
pub(super) fn subscribe(call: &Call<'_>, line: &mut Line) {
    line.call(call.name);
    let list = call.request.and_then(|tree| {
        let is_array = |row: &usize| tree.kind(*row) == Kind::Array;
        let list = std::iter::once(0).chain(tree.children(0)).find(is_array)?;
        Some(tree.child_count(list))
    });
    if let Some(count) = list {
        line.words(" ");
        line.count(count, "subscription");
    }
    call.answer.end("ok", line);
}

/// A call nobody has described: its first scalars, both ways.
pub(super) fn unknown(call: &Call<'_>, line: &mut Line) {
    if let Some(tree) = call.request {
        let text = |key| tree.member(0, key).and_then(|row| tree.scalar(row));
        if let Some(did) = text("did") {
            line.device(&did);
        } else if let Some(id) = text("scene_id") {
            line.scene(&id);
        } else if let Some(id) = text("home_id") {
            line.home(&id);
        }
    }
    line.space();
    line.call(call.name);
    if let Some(tree) = call.request {
        members(tree, 0, ASKED, " ", line);
    }
    let told = call.answer.has_result() && {
        line.answer();
        call.answer
            .tree
            .as_ref()
            .is_some_and(|tree| result(tree, line))
    };
    call.answer.end(if told { "" } else { "ok" }, line);
}

/// Tells what is in an unknown answer; whether there was anything.
fn result(tree: &Tree<'_>, line: &mut Line) -> bool {
    let Some(row) = tree.member(0, "result").or_else(|| tree.member(0, "data")) else {
        return members(tree, 0, ANSWERED, ": ", line);
    };
    match tree.kind(row) {
        Kind::Null => false,
        Kind::Object if members(tree, row, ANSWERED, ": ", line) => true,
        Kind::Array | Kind::Object => {
            let count = first_count(tree);
            if let Some(count) = count {
                line.words(": ");
                line.count(count, "item");
            }
            count.is_some()
        }
        _ => {
            arrow("", line);
            line.text(&shown(tree, row));
            true
        }
    }
}

/// Adds the first members that are scalars, without those that are told apart
/// and those that are secret; whether there was one.
pub(super) fn members(
    tree: &Tree<'_>,
    object: usize,
    most: usize,
    before: &str,
    line: &mut Line,
) -> bool {
    /// Told before, or part of every answer.
    const TOLD: [&str; 5] = ["did", "code", "message", "home_id", "scene_id"];
    if tree.kind(object) != Kind::Object {
        return false;
    }
    let mut told = 0;
    for row in tree.children(object) {
        let key = tree.key(row).unwrap_or_default();
        let Some(value) = tree.scalar(row).filter(|value| !value.is_empty()) else {
            continue;
        };
        if TOLD.contains(&key) || is_secret_member(key, &value) {
            continue;
        }
        line.words(if told == 0 { before } else { ", " });
        line.text(key);
        line.words(" = ");
        line.text(&value);
        told += 1;
        if told == most {
            break;
        }
    }
    told > 0
}

/// Adds devices by name: three, and how many more.
pub(super) fn devices<'d>(dids: impl Iterator<Item = &'d str>, line: &mut Line) {
    let mut named: Vec<&str> = Vec::new();
    let mut count = 0;
    for did in dids {
        if named.len() < NAMED {
            named.push(did);
        }
        count += 1;
    }
    list_devices(&named, count, line);
}

fn list_devices(named: &[&str], count: usize, line: &mut Line) {
    for (index, did) in named.iter().enumerate() {
        if index > 0 {
            line.words(", ");
        }
        line.device(did);
    }
    if count > named.len() {
        line.words(&format!(" (+{})", count - named.len()));
    }
}

/// Adds the first scalars in a list.
fn scalars(tree: &Tree<'_>, list: usize, line: &mut Line) {
    let count = tree.child_count(list);
    for (index, row) in tree.children(list).take(LISTED).enumerate() {
        if index > 0 {
            line.words(", ");
        }
        // An argument that is sent with its piid.
        let value = tree.member(row, "value").unwrap_or(row);
        line.text(&shown(tree, value));
    }
    if count > LISTED {
        line.words(&format!(" (+{})", count - LISTED));
    }
}
