//! Large reports, made and sent without a copy for each.

use std::io::Write;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use synthetic_data::Recipe;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::receive::KEY;

const PIECE: usize = 64 << 10;

/// How the receiver learns how long a body is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Framing {
    /// From its head.
    Announced,
    /// When it ends.
    Chunked,
}

/// A report of synthetic data, but for its id, which comes last: whatever is before it is signed once.
pub(super) struct Template {
    /// Up to the id.
    start: Vec<u8>,
    /// Has seen that.
    mac: Hmac<Sha256>,
}

/// From behind the id.
const END: &[u8] = b"\"}";

/// A report with an id of its own.
pub(super) struct Body<'a> {
    template: &'a Template,
    id: String,
    signature: String,
}

impl Template {
    /// A report of about that many bytes.
    pub(super) fn new(bytes: u64) -> Self {
        const ID: &[u8] = b"\"productReportId\":\"";
        const LENGTH: usize = 36;
        let made = |transactions| {
            let mut body = Vec::new();
            let recipe = Recipe::new("pf_categorized_checking_l3").unwrap().transactions(transactions);
            recipe.unwrap().write(&mut body).unwrap();
            body
        };
        let each = made(1_000).len() as u64 / 1_000;
        let mut start = made(bytes / each);
        let id = start.windows(ID.len()).position(|part| part == ID).unwrap();
        let cut: Vec<u8> = start.drain(id..id + ID.len() + LENGTH + 2).collect();
        assert!(cut.ends_with(b"\","), "a member follows");
        let end = start.iter().rposition(|byte| *byte == b'}').unwrap();
        start.truncate(end);
        start.push(b',');
        start.extend_from_slice(ID);
        let mac = Hmac::new_from_slice(KEY.as_bytes()).unwrap().chain_update(&start);
        Self { start, mac }
    }

    pub(super) fn size(&self) -> u64 {
        (self.start.len() + 36 + END.len()) as u64
    }

    pub(super) fn body(&self, number: usize) -> Body<'_> {
        let id = format!("00000000-0000-4000-8000-{number:012}");
        let mac = self.mac.clone().chain_update(&id).chain_update(END);
        Body { template: self, id, signature: hex::encode(mac.finalize().into_bytes()) }
    }
}

impl Body<'_> {
    fn pieces(&self) -> impl Iterator<Item = &[u8]> {
        [&self.template.start, self.id.as_bytes(), END].into_iter().flat_map(|part| part.chunks(PIECE))
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// Whether these are its bytes.
    pub(super) fn is(&self, bytes: &[u8]) -> bool {
        let rest = bytes.strip_prefix(&self.template.start[..]);
        rest.and_then(|rest| rest.strip_prefix(self.id.as_bytes())) == Some(END)
    }
}

/// Sends it until it is answered, which may be before the end, and returns the status.
pub(super) async fn post(address: &str, body: &Body<'_>, framing: Framing) -> u16 {
    let mut head = Vec::new();
    write!(head, "POST /klavi HTTP/1.1\r\nhost: {address}\r\nx-klavi-signature: {}\r\n", body.signature)
        .unwrap();
    match framing {
        Framing::Announced => write!(head, "content-length: {}\r\n\r\n", body.template.size()).unwrap(),
        Framing::Chunked => head.extend_from_slice(b"transfer-encoding: chunked\r\n\r\n"),
    }
    let mut connection = TcpStream::connect(address).await.unwrap();
    let (mut receiving, mut sending) = connection.split();
    let send = async {
        sending.write_all(&head).await?;
        for piece in body.pieces() {
            match framing {
                Framing::Announced => sending.write_all(piece).await?,
                Framing::Chunked => {
                    sending.write_all(format!("{:x}\r\n", piece.len()).as_bytes()).await?;
                    sending.write_all(piece).await?;
                    sending.write_all(b"\r\n").await?;
                }
            }
        }
        if let Framing::Chunked = framing {
            sending.write_all(b"0\r\n\r\n").await?;
        }
        std::io::Result::Ok(())
    };
    let mut answer = Vec::new();
    let receive = async {
        while !answer.ends_with(b"\r\n\r\n") {
            assert!(receiving.read_buf(&mut answer).await.unwrap() > 0, "closed without an answer");
        }
    };
    tokio::pin!(send, receive);
    tokio::select! {
        () = &mut receive => {}
        // What is not taken any more is answered all the same.
        _ = &mut send => receive.await,
    }
    let answer = String::from_utf8(answer).unwrap();
    let status = answer["HTTP/1.1 ".len()..][..3].parse().unwrap();
    assert_eq!(answer.contains("\r\nretry-after: 1\r\n"), status == 503, "{answer}");
    status
}
