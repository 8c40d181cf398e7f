//! Finding 17: answers that come packed, with a mark of their byte order, or that are a proxy's page.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::mpsc;

use flate2::write::GzEncoder;
use flate2::{Compress, Compression, FlushCompress};
use provider_call::{CallError, ErrorKind, TransportErrorKind, TransportOptions};
use provider_wire::{Integer, Map};

use crate::server::{Server, answer};
use crate::{GET, POST, PROVIDER, caller};

const JSON: &str = "content-type: application/json\r\n";

fn packed(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

async fn read_both_ways(server: &Server) {
    let caller = caller(&server.url);
    let json: BTreeMap<String, u32> = caller.call(&GET).send().await.unwrap().json().unwrap();
    assert_eq!(json["id"], 7);
    let record = caller.call(&GET).send().await.unwrap().record::<Map<Integer>>().unwrap();
    assert_eq!(record.value.iter().count(), 1);
}

#[tokio::test]
async fn a_packed_answer_is_asked_for_and_unpacked() {
    let head = format!("{JSON}content-encoding: gzip\r\n");
    let server = Server::answering(answer(&head, &packed(br#"{"id":7}"#)));
    read_both_ways(&server).await;
    let requests = server.requests();
    assert!(requests.iter().all(|request| request.contains("\r\naccept-encoding: gzip\r\n")), "{requests:?}");
}

#[tokio::test]
async fn a_mark_of_the_byte_order_is_skipped() {
    read_both_ways(&Server::answering(answer(JSON, b"\xef\xbb\xbf{\"id\":7}"))).await;
}

#[tokio::test]
async fn a_page_in_place_of_an_answer_is_called_one() {
    let page = "<!doctype html><title>Sign in to the network</title>";
    for head in ["content-type: text/html; charset=utf-8\r\n", "content-type: Text/HTML\r\n"] {
        let server = Server::answering(answer(head, page.as_bytes()));
        let fails = |error: CallError| {
            assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Decode, 200));
            assert!(error.to_string().contains("text/html: a proxy's page"), "{error}");
            assert!(error.body_excerpt().unwrap().contains("Sign in to the network"));
        };
        let caller = caller(&server.url);
        fails(caller.call(&GET).send().await.unwrap().json::<Vec<u32>>().unwrap_err());
        fails(caller.call(&GET).send().await.unwrap().record::<Map<Integer>>().unwrap_err());
    }
}

#[tokio::test]
async fn an_answer_that_is_not_what_it_says_is_no_success() {
    let cut = packed(br#"{"id":7}"#);
    let cut = &cut[..cut.len() - 9];
    let server = Server::answering(answer(&format!("{JSON}content-encoding: gzip\r\n"), cut));
    let error = caller(&server.url).call(&POST).send().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transport, 1), "{error}");
    assert!(error.is_outcome_unknown());
}

/// The most memory that this process has used so far, in bytes.
#[cfg(target_os = "linux")]
fn most_memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() * 1024
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_bomb_stops_at_the_limit_with_little_memory() {
    const MIB: usize = 1024 * 1024;
    // A mebibyte of zeros that leaves nothing to remember, so that it can be sent again and again.
    let mut block = Vec::with_capacity(64 * 1024);
    let mut compress = Compress::new(Compression::best(), false);
    compress.compress_vec(&vec![0; MIB], &mut block, FlushCompress::Full).unwrap();
    assert!(block.len() < 8 * 1024, "{}", block.len());

    let (sent, blocks) = mpsc::channel();
    let server = Server::start(move |connection| {
        connection.read_request().unwrap();
        connection.write(b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\nconnection: close\r\n\r\n");
        connection.write(b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff");
        let written = (0..1_000_000).take_while(|_| connection.write(&block)).count();
        sent.send(written).unwrap();
    });
    let options = TransportOptions::new().no_proxy().max_response_bytes(MIB);
    let settings = provider_call::ClientSettings::new().transport_options(options);
    let caller = settings.caller(&PROVIDER, &server.url).unwrap();
    let before = most_memory();
    let error = caller.call(&GET).send().await.unwrap_err();
    assert_eq!(error.transport_kind(), Some(TransportErrorKind::BodyTooLarge { limit: MIB }), "{error}");
    assert_eq!(error.attempts(), 1, "it would be as large again");
    let grown = most_memory() - before;
    assert!(grown < 32 * MIB, "{grown} bytes");
    let blocks = tokio::task::spawn_blocking(move || blocks.recv().unwrap()).await.unwrap();
    assert!(blocks < 1_000_000, "it is read without end");
}
