//! Builds what a disk may hold after a power cut. All choices follow from the seed.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use fastrand::Rng;

use super::log::Log;
use super::model::{Certainty, Change, Disk, File, Folder, Naming, apply};

/// What a disk writes whole or not at all.
const SECTOR: u64 = 512;

/// How this disk behaves.
struct Luck {
    chance: Rng,
    /// How likely an open change is on the disk.
    kept: f64,
    torn: f64,
    /// Whether only a sync of a folder covers its names.
    strict: bool,
}

/// Which syncs make a name certain.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Names {
    /// In half of the images those of the folder alone, in the other half those of the file as well.
    Either,
    /// Those of the folder and those of the file.
    ByFileToo,
}

/// Writes the image into that folder, which has a copy of the files from before the log began.
pub(crate) fn build(disk: &Disk, log: &Log, seed: u64, rule: Names, folder: &Path) {
    let mut chance = Rng::with_seed(seed);
    // Much lost, little lost, all or nothing: a fair coin alone would hardly ever leave all but one.
    let kept = [0.0, 0.1, 0.5, 0.5, 0.9, 0.98, 1.0][chance.usize(..7)];
    let torn = [0.0, 0.2, 0.2, 0.7][chance.usize(..4)];
    let strict = matches!(rule, Names::Either) && chance.bool();
    let mut luck = Luck { chance, kept, torn, strict };
    for (path, known) in &disk.folders {
        let names = names(known, &mut luck);
        let below = folder.join(&**path);
        for (name, file) in names {
            let file_path = below.join(&*name);
            match file {
                Some(id) => {
                    std::fs::create_dir_all(&below).unwrap();
                    std::fs::write(file_path, content(&disk.files[id], log, &mut luck)).unwrap();
                }
                None if file_path.exists() => std::fs::remove_file(file_path).unwrap(),
                None => {}
            }
        }
    }
}

/// Every name that the folder ever had, with its file if it has one on this disk.
fn names(folder: &Folder, luck: &mut Luck) -> BTreeMap<Arc<str>, Option<usize>> {
    let mut reached = if luck.strict { folder.by_folder } else { folder.by_file };
    while reached < folder.changes.len() && luck.chance.f64() < luck.kept {
        reached += 1;
    }
    let mut there = folder.before.clone();
    let ever = folder.before.keys().chain(folder.changes.iter().flat_map(Naming::names));
    let mut names: BTreeMap<_, _> = ever.map(|name| (name.clone(), None)).collect();
    for change in &folder.changes[..reached] {
        change.apply(&mut there);
    }
    names.extend(there.into_iter().map(|(name, file)| (name, Some(file))));
    names
}

/// Each sector of a file stands at some moment since it was last synced: a page goes to the disk as it is in memory, so
/// a sector that lacks a change lacks all later ones as well. Sectors stand at different moments, which is what
/// reordering and tearing come to.
fn content(file: &File, log: &Log, luck: &mut Luck) -> Vec<u8> {
    let mut content = file.base.clone();
    let mut stale = HashSet::new();
    // Blocks that were given up and taken again belong to the file only once the disk knows that they were given up.
    let mut floor = u64::MAX;
    for (change, certainty) in &file.changes {
        let is_sure = *certainty == Certainty::Sure;
        match change {
            _ if is_sure => apply(&mut content, change, &log.bytes),
            Change::Write(offset, data) => {
                let (offset, data) = (*offset, data.clone());
                let end = offset + data.len() as u64;
                let sectors = offset / SECTOR..end.div_ceil(SECTOR);
                let mut written = written(sectors.end - sectors.start, luck);
                for sector in sectors {
                    let is_written = written.next().unwrap() && sector * SECTOR < floor;
                    if !is_written || stale.contains(&sector) {
                        stale.insert(sector);
                        continue;
                    }
                    let (from, to) = (offset.max(sector * SECTOR), end.min((sector + 1) * SECTOR));
                    let part = data.start + at(from - offset)..data.start + at(to - offset);
                    apply(&mut content, &Change::Write(from, part), &log.bytes);
                }
                // The size may be on the disk before the bytes are: then zeros stand there.
                if end <= floor && luck.chance.f64() < luck.kept / 2.0 {
                    apply(&mut content, &Change::Grow(end), &log.bytes);
                }
            }
            Change::Truncate(size) => {
                if *size <= floor && luck.chance.f64() < luck.kept {
                    apply(&mut content, change, &log.bytes);
                    stale.retain(|sector| sector * SECTOR < *size);
                } else if *size < content.len() as u64 {
                    floor = floor.min(*size);
                }
            }
            Change::Grow(size) => {
                if *size <= floor && luck.chance.f64() < luck.kept {
                    apply(&mut content, change, &log.bytes);
                }
            }
        }
    }
    content
}

/// Which sectors of an open write are on the disk: all, none, or where it is torn some of them.
fn written(sectors: u64, luck: &mut Luck) -> impl Iterator<Item = bool> + use<> {
    let sectors = at(sectors);
    let chance = &mut luck.chance;
    if sectors > 1 && chance.f64() < luck.torn {
        let at = chance.usize(1..sectors);
        let kind = chance.u8(..3);
        let torn: Vec<_> = (0..sectors)
            .map(|n| match kind {
                0 => n < at,
                1 => n >= at,
                _ => chance.bool(),
            })
            .collect();
        return torn.into_iter();
    }
    vec![chance.f64() < luck.kept; sectors].into_iter()
}

fn at(number: u64) -> usize {
    usize::try_from(number).unwrap()
}
