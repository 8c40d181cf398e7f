//! What must hold for any bytes, over the fixtures, pieces of them, and what the fuzz targets once found.

use std::fs;
use std::path::Path;

#[path = "../../../fuzz/properties.rs"]
mod targets;

use targets::TARGETS;

fn bodies(folder: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let Ok(files) = fs::read_dir(folder) else { return Vec::new() };
    files.map(|file| fs::read(file.unwrap().path()).unwrap()).collect()
}

#[test]
fn they_hold_for_every_fixture() {
    let fixtures = bodies("tests/fixtures");
    assert!(fixtures.len() >= 48);
    for body in &fixtures {
        TARGETS.iter().for_each(|(_, target)| target(body));
    }
}

#[test]
fn they_hold_for_what_was_found_by_fuzzing() {
    for (name, target) in TARGETS {
        let found = bodies(&format!("../fuzz/corpus/{name}"));
        assert!(!found.is_empty(), "{name} has a corpus");
        found.iter().for_each(|body| target(body));
    }
}
