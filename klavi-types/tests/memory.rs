//! How much memory reading takes: counted, not timed. Its own binary, since it counts for the whole process.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{self, Read};

use klavi_types::Amount;
use klavi_types::reports::{EntryStream, decode_report};

#[path = "../benches/decode/shapes.rs"]
mod shapes;

use shapes::{END, HEAD, SHAPES, Shape};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

/// An entry of about 800 bytes, every field filled.
fn entry(number: usize) -> String {
    shapes::entry(u32::try_from(number).unwrap(), Shape::Documented)
}

/// A report that is made while it is read.
struct Endless {
    made: Vec<u8>,
    at: usize,
    next: usize,
    entries: usize,
}

impl Endless {
    fn new(entries: usize) -> Self {
        Self { made: HEAD.into(), at: 0, next: 0, entries }
    }
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.made.len() {
            self.at = 0;
            self.made.clear();
            match self.next.cmp(&self.entries) {
                std::cmp::Ordering::Less => {
                    self.made.extend_from_slice(if self.next == 0 { b"" } else { b"," });
                    self.made.extend_from_slice(entry(self.next).as_bytes());
                }
                std::cmp::Ordering::Equal => self.made.extend_from_slice(END.as_bytes()),
                std::cmp::Ordering::Greater => return Ok(0),
            }
            self.next += 1;
        }
        let length = buffer.len().min(self.made.len() - self.at);
        buffer[..length].copy_from_slice(&self.made[self.at..self.at + length]);
        self.at += length;
        Ok(length)
    }
}

/// The highest point of memory while `work` is done, above what there was before.
fn peak(work: impl FnOnce()) -> usize {
    let profiler = dhat::Profiler::builder().testing().trim_backtraces(Some(1)).build();
    work();
    let peak = dhat::HeapStats::get().max_bytes;
    drop(profiler);
    peak
}

/// How many bytes the bodies below have.
const SIZE: usize = 4 << 20;

/// A report of that many bytes, the entries of which are chosen by how far it is.
fn report(mut entry: impl FnMut(usize, f64) -> String) -> String {
    let mut body = HEAD.to_owned();
    for number in 0.. {
        let done = body.len() as f64 / SIZE as f64;
        body.push_str(&entry(number, done));
        if body.len() >= SIZE {
            break;
        }
        body.push(',');
    }
    body + END
}

/// An entry with a text of that length.
fn long(number: usize, length: usize) -> String {
    entry(number).replacen("PIX ENVIADO", &"P".repeat(length), 1)
}

/// An entry of half the members, about 350 bytes.
fn short(number: usize) -> String {
    let whole = entry(number);
    let half = whole.find(",\"partieCnpjCpf\"").unwrap();
    format!("{}{}", &whole[..half], &whole[whole.find(",\"category\"").unwrap()..])
}

/// Accounts of so many entries each.
fn nested(entries: usize) -> String {
    let account = HEAD.rsplit_once('{').unwrap().1;
    report(|number, _| match number % entries {
        0 if number > 0 => format!("{}]}},{{{account}{}", entry(number), entry(number)),
        _ => entry(number),
    })
}

fn bodies() -> Vec<(String, String)> {
    let mut bodies: Vec<_> =
        SHAPES.iter().map(|shape| (format!("{shape:?}"), shapes::report(SIZE, *shape))).collect();
    let mut add = |name: &str, body: String| bodies.push((name.to_owned(), body));
    add(
        "long texts last",
        report(|number, done| if done < 0.5 { entry(number) } else { long(number, 2_000) }),
    );
    add(
        "long texts first",
        report(|number, done| if done < 0.5 { long(number, 2_000) } else { entry(number) }),
    );
    add("short entries last", report(|number, done| if done < 0.5 { entry(number) } else { short(number) }));
    add("short entries first", report(|number, done| if done < 0.5 { short(number) } else { entry(number) }));
    add(
        "few short entries first",
        report(|number, _| if number < 100 { short(number) } else { entry(number) }),
    );
    add(
        "few long texts first",
        report(|number, _| if number < 100 { long(number, 5_000) } else { entry(number) }),
    );
    for entries in [1, 3, 65, 1_000] {
        add(&format!("accounts of {entries} entries"), nested(entries));
    }
    bodies
}

#[test]
fn memory_is_bounded() {
    let streamed = |entries: usize| {
        peak(move || {
            let mut stream = EntryStream::new(Endless::new(entries));
            let amounts =
                (&mut stream).map(|streamed| streamed.unwrap().entry.unwrap().signed_amount().unwrap());
            assert_eq!(amounts.filter(|amount: &Amount| amount.is_negative()).count(), entries - 1);
            assert_eq!(stream.into_report().unwrap().value.entry_count(), 0);
        })
    };
    let (few, many) = (streamed(500), streamed(50_000));
    assert!(many < 1 << 20, "a stream of 50,000 entries took {many} bytes");
    // The numbers in the entries are longer by then.
    assert!(many <= few + few / 50, "a hundred times the entries took {many} bytes, not {few}");

    let mut above = Vec::new();
    for (name, body) in bodies() {
        let decoded = peak(|| assert!(decode_report(body.as_bytes()).unwrap().value.entry_count() > 1_000));
        let times = decoded as f64 / body.len() as f64;
        println!("{name}: {times:.2}");
        if times > 1.5 {
            above.push(format!("{name}: {times:.2} times the body"));
        }
    }
    assert!(above.is_empty(), "{above:?}");
}
