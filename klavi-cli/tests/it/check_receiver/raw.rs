//! Receivers that no HTTP library would let be so: they read their sockets themselves.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

use super::receivers::signature;
use super::said;

/// A receiver that answers by the lines of a head and as much of the body as comes.
fn serve(decide: impl Fn(&[String], &[u8]) -> u16 + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let to = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, lines, body) = read(stream.unwrap());
            let status = decide(&lines, &body);
            // The sender may be gone.
            let _ = write!(stream, "HTTP/1.1 {status} Decided\r\nContent-Length: 0\r\n\r\n");
        }
    });
    to
}

fn read(stream: TcpStream) -> (TcpStream, Vec<String>, Vec<u8>) {
    let mut reader = BufReader::new(stream);
    let lines: Vec<String> =
        reader.by_ref().lines().map(Result::unwrap).take_while(|line| !line.is_empty()).collect();
    let length = lines.iter().find_map(|line| line.strip_prefix("Content-Length: ")).unwrap();
    let mut body = Vec::new();
    reader.by_ref().take(length.parse().unwrap()).read_to_end(&mut body).unwrap();
    (reader.into_inner(), lines, body)
}

#[test]
fn half_a_body_counts_as_a_whole_one() {
    let said = said(&serve(|_, _| 200), &["cut-off"]);
    let (verdict, reason) = &said["cut-off"];
    assert_eq!(verdict, "fail");
    assert!(reason.starts_with("answered 200 to half of a report: half of it may be stored"), "{reason}");
}

#[test]
fn the_case_of_a_header_name_counts() {
    let to = serve(|lines, body| {
        let line = format!("X-Klavi-Signature: {}", signature(body));
        if lines.contains(&line) { 200 } else { 401 }
    });
    let said = said(&to, &["header-case"]);
    let (verdict, reason) = &said["header-case"];
    assert_eq!(verdict, "fail");
    assert!(reason.ends_with("Look headers up without regard to case"), "{reason}");
}

/// What goes over the wire: one Host, one signature, one length, and the path with its query.
#[test]
fn a_delivery_has_the_headers_of_klavi() {
    let to = serve(|lines, body| {
        let names: Vec<_> = lines[1..].iter().map(|line| line.split(':').next().unwrap()).collect();
        let all = [
            "Host",
            "Content-Type",
            "X-Klavi-Timestamp",
            "X-Klavi-Signature",
            "Content-Length",
            "Connection",
        ];
        let is_right = lines[0] == "POST /klavi?a=b HTTP/1.1"
            && names == all
            && lines.contains(&format!("X-Klavi-Signature: {}", signature(body)))
            && lines.contains(&"Content-Type: application/json".to_owned());
        if is_right { 200 } else { 400 }
    });
    let said = said(&format!("{to}klavi?a=b"), &["report"]);
    assert_eq!(said["report"].0, "pass", "{said:?}");
}

#[test]
fn what_is_no_http_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let to = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, ..) = read(stream.unwrap());
            let _ = stream.write_all(b"SSH-2.0-receiver\r\n");
        }
    });
    let said = said(&to, &["report"]);
    assert!(said["report"].1.contains("the answer is no HTTP/1.1"), "{said:?}");
}
