//! The sender: writes and reads, and does next to nothing else.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit, Mac};

use crate::KEY;

/// Bodies with their signatures, made before the clock starts.
pub(crate) struct Requests(Vec<(String, String)>);

impl Requests {
    /// Events of that many bytes.
    pub(crate) fn events(bytes: usize, count: usize) -> Self {
        Self::of(count, |number| {
            let head = format!(
                r#"[{{"eventId":"e-{number}-{:08x}","eventType":"api","eventName":"link_created","payload":{{"linkId":"l-{}","note":""#,
                fastrand::u32(..),
                number % 1_000
            );
            let note = "x".repeat(bytes.saturating_sub(head.len() + 4));
            format!("{head}{note}\"}}}}]")
        })
    }

    /// Reports of about that many bytes.
    pub(crate) fn reports(bytes: usize, count: usize) -> Self {
        Self::of(count, |number| {
            let mut body = format!(
                r#"{{"code":200,"requestId":"r-{number}","productName":"pf_categorized_checking_l3","productVersion":"V1","productReportId":"p-{number}-{:08x}","links":[{{"linkId":"l-{}","institutionCode":"341"}}],"checkingAccounts":[{{"compeCode":"341","number":"1","transactionDetails":["#,
                fastrand::u32(..),
                number % 1_000
            );
            let mut entry = 0;
            while body.len() + 600 < bytes {
                let comma = if entry == 0 { "" } else { "," };
                entry += 1;
                body.push_str(&format!(
                    r#"{comma}{{"transactionDate":"2025-12-{:02}","transactionId":"t-{number}-{entry}","completedAuthorisedPaymentType":"TRANSACAO_EFETIVADA","creditDebitType":"DEBITO","transactionAmount":{{"amount":"{entry}.1200","currency":"BRL"}},"transactionName":"SUPERMERCADO SINTETICO","partieCnpjCpf":"","partiePersonType":"PESSOA_JURIDICA","type":"PIX","category":"Alimentação","subcategory":"Compras","thirdCategory":"Supermercado"}}"#,
                    entry % 28 + 1
                ));
            }
            body + "]}]}"
        })
    }

    /// The first of them.
    pub(crate) fn first(&self, count: usize) -> Self {
        Self(self.0[..count.min(self.0.len())].to_vec())
    }

    fn of(count: usize, body: impl Fn(usize) -> String) -> Self {
        let signed = |body: String| {
            let mut mac = Hmac::<sha2::Sha256>::new_from_slice(KEY.as_bytes()).unwrap();
            mac.update(body.as_bytes());
            (hex::encode(mac.finalize().into_bytes()), body)
        };
        Self((0..count).map(|number| signed(body(number))).collect())
    }
}

/// Requests answered with 2xx in a second, over so many connections, each with a thread of its own.
pub(crate) fn rate(
    address: SocketAddr,
    path: &str,
    requests: &Requests,
    connections: usize,
    time: Duration,
) -> f64 {
    let (next, answered, over) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicBool::new(false));
    let begin = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..connections {
            scope.spawn(|| {
                let mut socket = TcpStream::connect(address).unwrap();
                socket.set_nodelay(true).unwrap();
                while !over.load(Ordering::Relaxed) {
                    let Some((signature, body)) = requests.0.get(next.fetch_add(1, Ordering::Relaxed)) else {
                        break;
                    };
                    let head = format!(
                        "POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
                         X-Klavi-Signature: {signature}\r\nX-Webhook-Signature: {signature}\r\n\
                         X-Klavi-Timestamp: 1767225600000\r\nContent-Length: {}\r\n\r\n",
                        body.len()
                    );
                    socket.write_all(&[head.as_bytes(), body.as_bytes()].concat()).unwrap();
                    let status = answer(&mut socket);
                    assert!((200..300).contains(&status), "{status}");
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        while begin.elapsed() < time && next.load(Ordering::Relaxed) < requests.0.len() {
            std::thread::sleep(Duration::from_millis(5));
        }
        over.store(true, Ordering::Relaxed);
    });
    answered.into_inner() as f64 / begin.elapsed().as_secs_f64()
}

/// Reads one answer to its end and returns the status.
fn answer(socket: &mut TcpStream) -> u16 {
    let (mut buffer, mut got) = ([0_u8; 4096], 0);
    loop {
        let read = socket.read(&mut buffer[got..]).unwrap();
        assert!(read > 0, "the receiver closed the connection");
        got += read;
        let Some(end) = buffer[..got].windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&buffer[..end]).to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
        let length = length.map_or(0, |length| length.trim().parse().unwrap());
        if got >= end + 4 + length {
            return head[9..12].parse().unwrap();
        }
    }
}
