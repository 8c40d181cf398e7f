//! Reads the log that `recorder.c` writes. It knows the format of the log and nothing of what a disk makes of it.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// What a process did to a file below the recorded folder. Paths are relative to that folder.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Op {
    Create,
    Write,
    Truncate,
    Grow,
    /// A sync of a file begins.
    Sync,
    Synced,
    SyncFailed,
    SyncFolder,
    SyncedFolder,
    Unlink,
    Rename,
    Link,
    /// A line that the workload wrote after an operation of the inbox had returned.
    Ack,
}

impl Op {
    fn of(byte: u8) -> Option<Self> {
        Some(match byte {
            b'c' => Self::Create,
            b'w' => Self::Write,
            b't' => Self::Truncate,
            b'g' => Self::Grow,
            b's' => Self::Sync,
            b'S' => Self::Synced,
            b'F' => Self::SyncFailed,
            b'd' => Self::SyncFolder,
            b'D' => Self::SyncedFolder,
            b'u' => Self::Unlink,
            b'r' => Self::Rename,
            b'l' => Self::Link,
            b'a' => Self::Ack,
            _ => return None,
        })
    }
}

#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) op: Op,
    pub(crate) inode: u64,
    /// Offset of a write, new size, or the number that the records of one sync share.
    pub(crate) number: u64,
    pub(crate) path: Arc<str>,
    /// Where a file is renamed or linked to.
    pub(crate) to: Arc<str>,
    /// Where its bytes stand in the log.
    pub(crate) data: Range<usize>,
}

#[derive(Debug)]
pub(crate) struct Log {
    pub(crate) bytes: Vec<u8>,
    pub(crate) records: Vec<Record>,
}

impl Log {
    const MAGIC: u32 = 0x4b4c_4453;
    const HEAD: usize = 40;

    pub(crate) fn read(file: &Path, folder: &Path) -> Self {
        let bytes = std::fs::read(file).unwrap();
        let folder = folder.to_str().unwrap();
        let (mut records, mut at) = (Vec::new(), 0);
        // A process that is still running may be writing the last record.
        while let Some((record, next)) = Self::record(&bytes, at, folder) {
            records.push(record);
            at = next;
        }
        assert!(bytes.len() - at < 64 << 20, "the log cannot be read from byte {at} of {}", bytes.len());
        Self { bytes, records }
    }

    fn record(bytes: &[u8], at: usize, folder: &str) -> Option<(Record, usize)> {
        let head = bytes.get(at..at + Self::HEAD)?;
        let word = |at: usize| u64::from_le_bytes(head[at..at + 8].try_into().unwrap());
        let short = |at: usize| u32::from_le_bytes(head[at..at + 4].try_into().unwrap());
        assert_eq!(short(0), Self::MAGIC, "no record begins at byte {at} of the log");
        let op = Op::of(head[4]).unwrap_or_else(|| panic!("an unknown operation at byte {at} of the log"));
        let path = at + Self::HEAD;
        let to = path + usize::from(u16::from_le_bytes([head[6], head[7]]));
        let data = to + short(8) as usize;
        let end = data + usize::try_from(word(32)).unwrap();
        bytes.get(at..end)?;
        let name = |range: Range<usize>| {
            let path = std::str::from_utf8(&bytes[range]).unwrap();
            Arc::from(path.strip_prefix(folder).unwrap_or(path).trim_start_matches('/'))
        };
        let record = Record {
            op,
            inode: word(16),
            number: word(24),
            path: name(path..to),
            to: name(to..data),
            data: data..end,
        };
        Some((record, end))
    }

    /// What the workload had said before the cut, line by line.
    pub(crate) fn said(&self, cut: usize) -> impl Iterator<Item = &str> {
        let acks = self.records[..cut].iter().filter(|record| record.op == Op::Ack);
        acks.map(|record| std::str::from_utf8(&self.bytes[record.data.clone()]).unwrap().trim_end())
    }

    pub(crate) fn len(&self) -> usize {
        self.records.len()
    }
}
