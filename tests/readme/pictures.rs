//! The pictures are of the screen as it is now.

// The test uses all of the example's files, but not its `main`.
#[path = "../../examples/pictures/gallery/mod.rs"]
mod gallery;

use std::fs;

use super::readme;
use crate::support::root;

#[test]
fn pictures_are_what_the_screen_shows_and_the_readme_shows_them_all() {
    let readme = readme();
    for picture in gallery::all() {
        let path = format!("examples/pictures/{}.svg", picture.name);
        let found = fs::read_to_string(root().join(&path)).unwrap_or_default();
        assert!(
            found == picture.svg,
            "{path} is old: cargo run --example pictures draws it anew:\n{}",
            picture.text
        );
        assert!(readme.contains(&format!("]({path})")), "{path}");
    }
}

#[test]
fn a_picture_fetches_nothing_and_is_well_formed() {
    for file in fs::read_dir(root().join("examples/pictures")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "svg") {
            continue;
        }
        let name = path.display().to_string();
        let svg = fs::read_to_string(&path).unwrap();
        for fetching in [
            "href",
            "url(",
            "@import",
            "<script",
            "<image",
            "<foreignObject",
        ] {
            assert!(!svg.contains(fetching), "{name}: {fetching}");
        }
        let mut reader = quick_xml::Reader::from_str(&svg);
        loop {
            match reader.read_event() {
                Ok(quick_xml::events::Event::Eof) => break,
                Ok(_) => {}
                Err(error) => panic!("{name}: {error}"),
            }
        }
    }
}
