//! What of the recorded operations a disk has for certain, and what it may or may not have.
//!
//! It takes the records one after the other and knows neither SQLite nor PostgreSQL, nor chance: `image.rs` chooses.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::log::{Log, Op, Record};

/// A change to the content of a file.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    /// Bytes of the log at an offset of the file.
    Write(u64, std::ops::Range<usize>),
    Truncate(u64),
    Grow(u64),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Certainty {
    /// Not synced: the disk may have it.
    Open,
    /// Synced.
    Sure,
    /// A sync of it failed. The kernel takes such pages for clean, so that no later sync writes them.
    Forsaken,
}

/// A file, under whatever name, or without one.
#[derive(Debug, Default)]
pub(crate) struct File {
    /// Its content as far as it is certain.
    pub(crate) base: Vec<u8>,
    /// The changes after that, in order.
    pub(crate) changes: VecDeque<(Change, Certainty)>,
    /// How many changes are in `base`.
    applied: usize,
}

impl File {
    /// A sync that covers this many of all changes has succeeded or failed.
    fn settle(&mut self, covered: usize, outcome: Certainty, log: &[u8]) {
        for (_, certainty) in self.changes.iter_mut().take(covered.saturating_sub(self.applied)) {
            if *certainty == Certainty::Open {
                *certainty = outcome;
            }
        }
        while let Some((change, Certainty::Sure)) = self.changes.front() {
            apply(&mut self.base, change, log);
            self.changes.pop_front();
            self.applied += 1;
        }
    }
}

pub(crate) fn apply(content: &mut Vec<u8>, change: &Change, log: &[u8]) {
    match change {
        Change::Write(offset, data) => {
            let offset = usize::try_from(*offset).unwrap();
            let end = offset + data.len();
            content.resize(content.len().max(end), 0);
            content[offset..end].copy_from_slice(&log[data.clone()]);
        }
        Change::Truncate(size) => content.resize(usize::try_from(*size).unwrap(), 0),
        Change::Grow(size) => content.resize(content.len().max(usize::try_from(*size).unwrap()), 0),
    }
}

type Id = usize;

/// A change to the names in a folder, each whole or not at all.
#[derive(Clone, Debug)]
pub(crate) enum Naming {
    Set(Arc<str>, Id),
    Remove(Arc<str>),
    /// From the one to the other, in the same folder.
    Rename(Arc<str>, Arc<str>, Id),
}

impl Naming {
    pub(crate) fn apply(&self, names: &mut BTreeMap<Arc<str>, Id>) {
        match self {
            Self::Set(name, file) => drop(names.insert(name.clone(), *file)),
            Self::Remove(name) => drop(names.remove(name)),
            Self::Rename(from, to, file) => {
                names.remove(from);
                names.insert(to.clone(), *file);
            }
        }
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &Arc<str>> {
        let (one, other) = match self {
            Self::Set(name, _) | Self::Remove(name) => (name, None),
            Self::Rename(from, to, _) => (from, Some(to)),
        };
        std::iter::once(one).chain(other)
    }

    fn names_file(&self, id: Id) -> bool {
        matches!(self, Self::Set(_, file) | Self::Rename(_, _, file) if *file == id)
    }
}

/// The names in a folder. A disk has the first so many of the changes: at least those that a sync covers.
#[derive(Debug, Default)]
pub(crate) struct Folder {
    /// Names from before the log began, as far as the log speaks of them.
    pub(crate) before: BTreeMap<Arc<str>, Id>,
    pub(crate) changes: Vec<Naming>,
    /// As many are certain by syncs of the folder, which is what POSIX promises.
    pub(crate) by_folder: usize,
    /// As many are certain if a sync of a file covers its name too, as on ext4, XFS and Btrfs.
    pub(crate) by_file: usize,
}

#[derive(Debug, Default)]
pub(crate) struct Disk {
    pub(crate) files: Vec<File>,
    pub(crate) folders: BTreeMap<Arc<str>, Folder>,
    /// Where files come from that were there before the log began.
    start: Option<PathBuf>,
    names: HashMap<Arc<str>, Id>,
    inodes: HashMap<u64, Id>,
    /// How many changes of each running sync were there when it began.
    syncs: HashMap<u64, usize>,
    folder_syncs: HashMap<u64, usize>,
}

impl Disk {
    /// A disk that has the files below that folder, all of them synced, when the log begins.
    pub(crate) fn starting_from(folder: &Path) -> Self {
        Self { start: Some(folder.to_owned()), ..Self::default() }
    }

    pub(crate) fn take(&mut self, log: &Log, record: &Record) {
        match record.op {
            Op::Create => self.create(record),
            Op::Write => self.change(record, Change::Write(record.number, record.data.clone())),
            Op::Truncate => self.change(record, Change::Truncate(record.number)),
            Op::Grow => self.change(record, Change::Grow(record.number)),
            Op::Sync => {
                let id = self.id_of(record);
                let file = &self.files[id];
                let covered = file.applied + file.changes.len();
                self.syncs.insert(record.number, covered);
            }
            Op::Synced | Op::SyncFailed => self.synced(record, &log.bytes),
            Op::SyncFolder => {
                let begun = self.folder(&record.path).changes.len();
                self.folder_syncs.insert(record.number, begun);
            }
            Op::SyncedFolder => {
                let covered = self.folder_syncs.remove(&record.number).unwrap();
                let folder = self.folder(&record.path);
                folder.by_folder = folder.by_folder.max(covered);
                folder.by_file = folder.by_file.max(covered);
            }
            Op::Unlink => {
                self.id_of(record);
                self.names.remove(&record.path);
                let (folder, name) = split(&record.path);
                self.folder(folder).changes.push(Naming::Remove(name.into()));
            }
            Op::Rename | Op::Link => self.name_again(record),
            Op::Ack => {}
        }
    }

    fn create(&mut self, record: &Record) {
        // Another process may have used the new file before this one came to say that it had made it.
        let known = self.names.get(&record.path);
        if known.is_none() || known != self.inodes.get(&record.inode) {
            self.add_new(record);
        }
    }

    fn add(&mut self, path: &Arc<str>, base: Vec<u8>) -> Id {
        self.files.push(File { base, ..File::default() });
        let id = self.files.len() - 1;
        self.names.insert(path.clone(), id);
        id
    }

    fn add_new(&mut self, record: &Record) -> Id {
        let id = self.add(&record.path, Vec::new());
        self.inodes.insert(record.inode, id);
        let (folder, name) = split(&record.path);
        self.folder(folder).changes.push(Naming::Set(name.into(), id));
        id
    }

    /// A file that was there before the log began and that nothing is known of yet.
    fn before_the_log(&mut self, path: &Arc<str>) -> Option<Id> {
        let (folder, name) = split(path);
        let start = self.start.as_ref()?;
        if self.folders.get(folder).is_some_and(|folder| folder.before.contains_key(name)) {
            return None;
        }
        let base = std::fs::read(start.join(&**path)).ok()?;
        let id = self.add(path, base);
        self.folder(folder).before.insert(name.into(), id);
        Some(id)
    }

    /// The file of a record: known by its inode, or there before the log began, or made in a way that is not recorded.
    fn id_of(&mut self, record: &Record) -> Id {
        if let Some(id) = self.inodes.get(&record.inode) {
            return *id;
        }
        let Some(id) = self.before_the_log(&record.path) else { return self.add_new(record) };
        self.inodes.insert(record.inode, id);
        id
    }

    fn change(&mut self, record: &Record, change: Change) {
        let id = self.id_of(record);
        self.files[id].changes.push_back((change, Certainty::Open));
    }

    fn synced(&mut self, record: &Record, log: &[u8]) {
        // A failed sync of a folder leaves its names open.
        let Some(covered) = self.syncs.remove(&record.number) else { return };
        let id = self.id_of(record);
        let outcome = if record.op == Op::Synced { Certainty::Sure } else { Certainty::Forsaken };
        self.files[id].settle(covered, outcome, log);
        if record.op == Op::Synced {
            // With the name go those that were changed before it, as a journal has them in order.
            let folder = self.folder(split(&record.path).0);
            if let Some(named) = folder.changes.iter().rposition(|change| change.names_file(id)) {
                folder.by_file = folder.by_file.max(named + 1);
            }
        }
    }

    fn name_again(&mut self, record: &Record) {
        let id = self.id_of(record);
        self.before_the_log(&record.to);
        let ((from_folder, from), (to_folder, to)) = (split(&record.path), split(&record.to));
        let is_rename = record.op == Op::Rename;
        if is_rename {
            self.names.remove(&record.path);
        }
        self.names.insert(record.to.clone(), id);
        if is_rename && from_folder == to_folder {
            let change = Naming::Rename(from.into(), to.into(), id);
            return self.folder(to_folder).changes.push(change);
        }
        self.folder(to_folder).changes.push(Naming::Set(to.into(), id));
        if is_rename {
            self.folder(from_folder).changes.push(Naming::Remove(from.into()));
        }
    }

    fn folder(&mut self, path: &str) -> &mut Folder {
        self.folders.entry(path.into()).or_default()
    }
}

/// The folder and the name in it.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}
