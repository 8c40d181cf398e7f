//! Documents that come in pieces: the same elements, the same rest, the same errors as in one piece.

use std::io::{self, Read};

use provider_wire::{Json, ListStream, StreamError, decode};

/// Gives so many bytes at a time.
struct Pieces<'a>(&'a [u8], usize);

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let (piece, rest) = self.0.split_at(self.1.min(self.0.len()).min(buffer.len()));
        buffer[..piece.len()].copy_from_slice(piece);
        self.0 = rest;
        Ok(piece.len())
    }
}

type Streamed = Result<(Vec<String>, String), StreamError>;

fn stream(document: &[u8], piece: usize, limit: usize) -> Streamed {
    let mut stream = ListStream::with_limit(Pieces(document, piece), "entries", limit);
    let mut elements = Vec::new();
    while let Some(element) = stream.next_element()? {
        elements.push(format!("{}={}", element.path, element.text));
    }
    assert!(stream.next_element()?.is_none());
    Ok((elements, stream.into_rest()))
}

#[test]
fn elements_come_one_by_one_and_the_rest_stays() {
    let document = r#" {"código": "ç\"",  "entries": [ ],"a":[{"entries":[{"entries":[9]} , null,7,"x"],"n":1.5},
        {"entries":{"no":"list"}},{"entries":null}], "b":{"c":{"entries":[[1,2]]}},"z":true} "#;
    for piece in [1, 2, 3, 7, 64, 4096] {
        let (elements, rest) = stream(document.as_bytes(), piece, 4096).unwrap();
        assert_eq!(
            elements,
            [
                r#"a[0].entries[0]={"entries":[9]}"#,
                "a[0].entries[1]=null",
                "a[0].entries[2]=7",
                "a[0].entries[3]=\"x\"",
                "b.c.entries[0]=[1,2]"
            ]
        );
        let rest: serde_json::Value = serde_json::from_str(&rest).unwrap();
        let expected = serde_json::json!({"código": "ç\"", "entries": [], "a": [{"entries": [], "n": 1.5},
            {"entries": {"no": "list"}}, {"entries": null}], "b": {"c": {"entries": []}}, "z": true});
        assert_eq!(rest, expected);
    }
}

#[test]
fn what_is_larger_than_a_window_comes_whole() {
    let long = "x".repeat(300_000);
    let document = format!(r#"{{"entries":["{long}",{}1],"t":"{long}"}}"#, "2,".repeat(200_000));
    let (elements, rest) = stream(document.as_bytes(), 100_000, 1 << 20).unwrap();
    assert_eq!(elements.len(), 200_002);
    assert_eq!(elements[0], format!("entries[0]=\"{long}\""));
    assert_eq!(rest, format!(r#"{{"entries":[],"t":"{long}"}}"#));
}

#[test]
fn a_fault_is_told_as_if_the_document_were_in_one_piece() {
    let whole = "{\"a\": 1,\n \"entries\": [1, {\"é\": [2]},\n 3], \"b\": \"ü\"}\n";
    let broken = |at: usize, by: &str| format!("{}{by}{}", &whole[..at], &whole[at..]).into_bytes();
    let mut documents: Vec<Vec<u8>> = (0..whole.len()).map(|end| whole.as_bytes()[..end].to_vec()).collect();
    documents.extend((0..whole.len()).filter(|at| whole.is_char_boundary(*at)).map(|at| broken(at, "]")));
    documents.extend(
        (0..whole.len()).map(|at| [&whole.as_bytes()[..at], b"\xff", &whole.as_bytes()[at..]].concat()),
    );
    for document in &documents {
        let expected = decode::<Json>(document).map(drop).map_err(|error| error.to_string());
        for piece in [1, 3, 4096] {
            let streamed = stream(document, piece, 4096).map(drop).map_err(|error| error.to_string());
            assert_eq!(streamed, expected, "{:?}", String::from_utf8_lossy(document));
        }
    }
}

#[test]
fn what_would_not_fit_in_memory_is_an_error() {
    let rest = format!(r#"{{"entries":[1],"t":"{}"}}"#, "x".repeat(200_000));
    let element = format!(r#"{{"entries":["{}"]}}"#, "x".repeat(200_000));
    let many = format!(r#"{{"t":[{}1]}}"#, "1,".repeat(100_000));
    for document in [rest, element, many] {
        let error = stream(document.as_bytes(), 4096, 50_000).unwrap_err();
        assert!(matches!(error, StreamError::TooLarge(50_000)), "{error}");
    }
}

#[test]
fn a_million_open_brackets_are_an_error_or_survive_but_never_a_crash() {
    let deep = "[".repeat(1_000_000);
    let closed = format!("{deep}{}", "]".repeat(1_000_000));
    for (before, behind) in [("", ""), ("{\"a\":", "}"), ("{\"entries\":", "}"), ("{\"entries\":[", "]}")] {
        assert!(stream(format!("{before}{deep}").as_bytes(), 1 << 16, 1 << 23).is_err());
        assert!(stream(format!("{before}{closed}{behind}").as_bytes(), 1 << 16, 1 << 23).is_ok());
    }
}

#[test]
fn a_source_that_fails_is_an_error() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("unplugged"))
        }
    }
    let mut stream = ListStream::new(b"{\"entries\":[1".chain(Broken), "entries");
    assert!(matches!(stream.next_element(), Err(StreamError::Io(_))));
}
