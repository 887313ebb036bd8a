//! A crate's source files, and which file takes what from which other: read from
//! the parsed text, names followed through `use` and `pub use` to the file that
//! defines them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Item, UseTree};

/// A path of names, from the crate's root: `["capture", "har"]`.
pub(crate) type Names = Vec<String>;

/// How often a name may be handed on by `use` before following it stops.
const MAX_HANDS: usize = 8;

/// One module: a file, or a `mod x { … }` inside one.
#[derive(Debug, Default)]
struct Module {
    /// The file it stands in, as a path of modules.
    file: Names,
    children: BTreeSet<String>,
    defined: BTreeSet<String>,
    /// What each name that a `use` brings in stands for.
    used: BTreeMap<String, Names>,
    /// The modules of `use x::*`.
    globs: Vec<Names>,
}

/// One crate's files.
#[derive(Debug, Default)]
pub(crate) struct House {
    modules: BTreeMap<Names, Module>,
    /// Every path that a file names, with the module it is named in, and whether
    /// it only hands a child's name on (`pub use child::Name`).
    named: Vec<Named>,
}

#[derive(Debug)]
struct Named {
    module: Names,
    path: Names,
    is_handed_on: bool,
}

impl House {
    /// The crate whose root is `lib.rs` in `folder`.
    pub(crate) fn read(folder: &Path) -> Self {
        let mut texts = Vec::new();
        walk(folder, &[], &mut texts);
        Self::of(texts)
    }

    /// The crate that these files make: each its path of modules and its text.
    pub(crate) fn of(texts: Vec<(Names, String)>) -> Self {
        let mut house = Self::default();
        for (file, text) in &texts {
            let parsed = syn::parse_file(text).unwrap_or_else(|error| panic!("{file:?}: {error}"));
            house.enter(file, file, &parsed.items);
        }
        house
    }

    /// Every file, as its path of modules; the root is the empty one.
    pub(crate) fn files(&self) -> BTreeSet<Names> {
        self.modules
            .values()
            .map(|module| module.file.clone())
            .collect()
    }

    /// Which files each file takes something from.
    pub(crate) fn arrows(&self) -> BTreeMap<Names, BTreeSet<Names>> {
        let mut arrows: BTreeMap<Names, BTreeSet<Names>> = BTreeMap::new();
        for named in &self.named {
            let from = &self.modules[&named.module].file;
            arrows.entry(from.clone()).or_default();
            let Some(to) = self.file_of(&named.module, &named.path, MAX_HANDS) else {
                continue;
            };
            let is_below = to.starts_with(from);
            if to != *from && !(named.is_handed_on && is_below) {
                arrows.entry(from.clone()).or_default().insert(to);
            }
        }
        arrows
    }

    /// The crates of others that each file names, by the first word of a path.
    pub(crate) fn strangers(&self) -> BTreeMap<Names, BTreeSet<String>> {
        let mut strangers: BTreeMap<Names, BTreeSet<String>> = BTreeMap::new();
        for named in &self.named {
            let is_test = named.module.iter().any(|name| name == "tests");
            if !is_test && self.root_of(&named.module, &named.path).is_none() {
                let file = self.modules[&named.module].file.clone();
                strangers
                    .entry(file)
                    .or_default()
                    .insert(named.path[0].clone());
            }
        }
        strangers
    }

    /// The circles: sets of files that reach each other, each with its arrows.
    pub(crate) fn circles(&self) -> Vec<String> {
        let arrows = self.arrows();
        let reach = |from: &Names| {
            let mut reached: BTreeSet<&Names> = BTreeSet::new();
            let mut open: Vec<&Names> = arrows[from].iter().collect();
            while let Some(file) = open.pop() {
                if reached.insert(file) {
                    open.extend(arrows.get(file).into_iter().flatten());
                }
            }
            reached
        };
        let reached: BTreeMap<&Names, BTreeSet<&Names>> =
            arrows.keys().map(|file| (file, reach(file))).collect();
        let mut told: BTreeSet<&Names> = BTreeSet::new();
        let mut circles = Vec::new();
        for (file, reach) in &reached {
            if told.contains(file) || !reach.contains(file) {
                continue;
            }
            let members: Vec<&&Names> = reach
                .iter()
                .filter(|other| reached.get(**other).is_some_and(|back| back.contains(file)))
                .collect();
            let mut lines = vec![format!("a circle of {} files:", members.len())];
            for from in &members {
                told.insert(from);
                for to in &members {
                    if arrows[**from].contains(**to) {
                        lines.push(format!("  {} -> {}", from.join("/"), to.join("/")));
                    }
                }
            }
            circles.push(lines.join("\n"));
        }
        circles
    }

    fn enter(&mut self, path: &Names, file: &Names, items: &[Item]) {
        let mut module = Module {
            file: file.clone(),
            ..Module::default()
        };
        let mut inner = Vec::new();
        let mut finder = Finder::default();
        for item in items {
            match item {
                Item::Mod(item) => {
                    module.children.insert(item.ident.to_string());
                    if let Some((_, items)) = &item.content {
                        inner.push((item.ident.to_string(), items));
                    }
                }
                Item::Use(item) => {
                    let is_public = !matches!(item.vis, syn::Visibility::Inherited);
                    let mut found = Vec::new();
                    flatten(&item.tree, &[], &mut found);
                    for (path, name) in found {
                        finder.paths.push((path.clone(), is_public));
                        match name {
                            Some(name) => drop(module.used.insert(name, path)),
                            None => module.globs.push(path),
                        }
                    }
                }
                other => {
                    module.defined.extend(name_of(other));
                    finder.visit_item(other);
                }
            }
        }
        for (found, is_handed_on) in finder.paths {
            self.named.push(Named {
                module: path.clone(),
                path: found,
                is_handed_on,
            });
        }
        self.modules.insert(path.clone(), module);
        for (name, items) in inner {
            let mut path = path.clone();
            path.push(name);
            self.enter(&path, file, items);
        }
    }

    /// Where a path begins: the module it is read from, and the names left to
    /// follow. `None` if it begins in another crate.
    fn root_of<'p>(&self, module: &Names, path: &'p [String]) -> Option<(Names, &'p [String])> {
        let mut at = module.clone();
        let mut rest = path;
        match path.first()?.as_str() {
            "crate" => return Some((Names::new(), &path[1..])),
            "self" => return Some((at, &path[1..])),
            "super" => {
                while let Some(("super", behind)) = rest.split_first().map(|(a, b)| (a.as_str(), b))
                {
                    at.pop()?;
                    rest = behind;
                }
                return Some((at, rest));
            }
            _ => {}
        }
        let here = &self.modules[module];
        let name = &path[0];
        let is_here = here.children.contains(name)
            || here.defined.contains(name)
            || here
                .used
                .get(name)
                .is_some_and(|target| target[0] != *name && self.root_of(module, target).is_some());
        is_here.then_some((at, rest))
    }

    /// The file that defines what a path names.
    fn file_of(&self, module: &Names, path: &[String], hands: usize) -> Option<Names> {
        let (mut at, rest) = self.root_of(module, path)?;
        for (index, name) in rest.iter().enumerate() {
            let here = self.modules.get(&at)?;
            if here.children.contains(name) {
                at.push(name.clone());
                continue;
            }
            if hands == 0 || here.defined.contains(name) {
                break;
            }
            if let Some(target) = here.used.get(name) {
                let mut target = target.clone();
                target.extend_from_slice(&rest[index + 1..]);
                return self
                    .file_of(&at, &target, hands - 1)
                    .or_else(|| Some(here.file.clone()));
            }
            let from_glob = here.globs.iter().find_map(|glob| {
                let mut target = glob.clone();
                target.push(name.clone());
                self.file_of(&at, &target, hands - 1)
                    .filter(|_| self.defines(&at, glob, name))
            });
            if let Some(file) = from_glob {
                return Some(file);
            }
            break;
        }
        Some(self.modules.get(&at)?.file.clone())
    }

    fn defines(&self, module: &Names, glob: &[String], name: &str) -> bool {
        let Some((mut at, rest)) = self.root_of(module, glob) else {
            return false;
        };
        at.extend_from_slice(rest);
        self.modules.get(&at).is_some_and(|module| {
            module.defined.contains(name)
                || module.children.contains(name)
                || module.used.contains_key(name)
        })
    }
}

/// Finds paths in code, those inside macros' arguments too.
#[derive(Default)]
struct Finder {
    paths: Vec<(Names, bool)>,
}

impl Visit<'_> for Finder {
    fn visit_path(&mut self, path: &syn::Path) {
        let names = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string());
        let names: Names = names.collect();
        if names.len() > 1 {
            self.paths.push((names, false));
        }
        visit::visit_path(self, path);
    }

    fn visit_item_use(&mut self, item: &syn::ItemUse) {
        let mut found = Vec::new();
        flatten(&item.tree, &[], &mut found);
        self.paths
            .extend(found.into_iter().map(|(path, _)| (path, false)));
    }

    fn visit_macro(&mut self, found: &syn::Macro) {
        self.tokens(found.tokens.clone());
        visit::visit_macro(self, found);
    }
}

impl Finder {
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path = Names::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(name) if colons == 2 || path.is_empty() => {
                    path.push(name.to_string());
                    colons = 0;
                    continue;
                }
                TokenTree::Punct(mark)
                    if mark.as_char() == ':' && !path.is_empty() && colons < 2 =>
                {
                    colons += 1;
                    continue;
                }
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Ident(name) => {
                    self.end(&mut path);
                    path.push(name.to_string());
                    colons = 0;
                    continue;
                }
                _ => {}
            }
            colons = 0;
            self.end(&mut path);
        }
        self.end(&mut path);
    }

    fn end(&mut self, path: &mut Names) {
        let path = std::mem::take(path);
        if path.len() > 1 {
            self.paths.push((path, false));
        }
    }
}

/// Every path of a `use`, with the name it brings in; `None` for `*`.
fn flatten(tree: &UseTree, before: &[String], found: &mut Vec<(Names, Option<String>)>) {
    let with = |name: String| {
        let mut path = before.to_vec();
        path.push(name);
        path
    };
    match tree {
        UseTree::Path(path) => flatten(&path.tree, &with(path.ident.to_string()), found),
        UseTree::Name(name) if name.ident == "self" => {
            found.push((before.to_vec(), before.last().cloned()));
        }
        UseTree::Name(name) => {
            found.push((with(name.ident.to_string()), Some(name.ident.to_string())));
        }
        UseTree::Rename(name) if name.ident == "self" => {
            found.push((before.to_vec(), Some(name.rename.to_string())));
        }
        UseTree::Rename(name) => {
            found.push((with(name.ident.to_string()), Some(name.rename.to_string())));
        }
        UseTree::Glob(_) => found.push((before.to_vec(), None)),
        UseTree::Group(group) => {
            for tree in &group.items {
                flatten(tree, before, found);
            }
        }
    }
}

fn name_of(item: &Item) -> Option<String> {
    Some(match item {
        Item::Const(item) => item.ident.to_string(),
        Item::Enum(item) => item.ident.to_string(),
        Item::Fn(item) => item.sig.ident.to_string(),
        Item::Macro(item) => item.ident.as_ref()?.to_string(),
        Item::Static(item) => item.ident.to_string(),
        Item::Struct(item) => item.ident.to_string(),
        Item::Trait(item) => item.ident.to_string(),
        Item::Type(item) => item.ident.to_string(),
        Item::Union(item) => item.ident.to_string(),
        _ => return None,
    })
}

fn walk(folder: &Path, modules: &[String], texts: &mut Vec<(Names, String)>) {
    for item in fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let mut modules = modules.to_vec();
        if !matches!(stem.as_str(), "mod" | "lib") {
            modules.push(stem);
        }
        if path.is_dir() {
            walk(&path, &modules, texts);
        } else if path.extension().is_some_and(|kind| kind == "rs") && !path.ends_with("main.rs") {
            texts.push((modules, fs::read_to_string(&path).unwrap()));
        }
    }
}
