//! Sends deliveries as a provider does: what is not answered with 200 is sent again, some of it is given up.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use data_encoding::HEXLOWER;
use fastrand::Rng;
use klavi_webhook::klavi::SigningKey;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{interval, timeout};

pub(super) const KEY: &str = "A1B2C3D4-0000-4000-8000-MOCKMOCKMOCK";

/// How often a delivery is tried, and how long an attempt may take.
const ATTEMPTS: u32 = 20;
const TIME: Duration = Duration::from_secs(10);

/// Whether there is a receiver, and where.
#[derive(Clone, Debug)]
pub(super) enum Life {
    Down,
    Up(String),
    Over,
}

/// What was answered.
#[derive(Default)]
pub(super) struct Ledger {
    /// The digests of the entries of deliveries that were answered with 200.
    acknowledged: Mutex<HashSet<String>>,
    refused: Mutex<u64>,
    pub(super) answered: watch::Sender<u64>,
}

impl Ledger {
    pub(super) fn acknowledged(&self) -> Vec<String> {
        self.acknowledged.lock().unwrap().iter().cloned().collect()
    }

    /// How many attempts had another answer, or none.
    pub(super) fn refused(&self) -> u64 {
        *self.refused.lock().unwrap()
    }
}

pub(super) struct Sender {
    number: usize,
    ledger: Arc<Ledger>,
    life: watch::Receiver<Life>,
    socket: Option<(String, TcpStream)>,
}

impl Sender {
    pub(super) fn new(number: usize, ledger: Arc<Ledger>, life: watch::Receiver<Life>) -> Self {
        Self { number, ledger, life, socket: None }
    }

    /// Sends one delivery after the other until it is over.
    pub(super) async fn send(mut self, mut chance: Rng) {
        for n in 0.. {
            let events: Vec<_> = (0..chance.u8(1..4)).map(|part| self.event(n, part, &mut chance)).collect();
            let body = format!("[{}]", events.join(","));
            let signature = SigningKey::from(KEY).sign(body.as_bytes());
            let request = format!(
                "POST /klavi HTTP/1.1\r\nhost: test\r\nx-klavi-signature: {signature}\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            );
            let mut again = interval(Duration::from_millis(20));
            for _ in 0..ATTEMPTS {
                again.tick().await;
                let life =
                    self.life.wait_for(|life| !matches!(life, Life::Down)).await.map(|life| life.clone());
                let Ok(Life::Up(address)) = life else { return };
                if self.attempt(&address, &request).await == Some(200) {
                    let digests = events.iter().map(|event| HEXLOWER.encode(&Sha256::digest(event)));
                    self.ledger.acknowledged.lock().unwrap().extend(digests);
                    self.ledger.answered.send_modify(|answered| *answered += 1);
                    break;
                }
                *self.ledger.refused.lock().unwrap() += 1;
            }
        }
    }

    /// The status, where there was an answer.
    async fn attempt(&mut self, address: &str, request: &str) -> Option<u16> {
        let mut socket = match self.socket.take() {
            Some((known, socket)) if known == address => socket,
            _ => TcpStream::connect(address).await.ok()?,
        };
        let exchange = async {
            socket.write_all(request.as_bytes()).await.ok()?;
            let mut answer = Vec::new();
            // Answers have no body.
            while !answer.ends_with(b"\r\n\r\n") {
                if socket.read_buf(&mut answer).await.ok()? == 0 {
                    return None;
                }
            }
            std::str::from_utf8(answer.get(9..12)?).ok()?.parse().ok()
        };
        let status = timeout(TIME, exchange).await.ok()??;
        self.socket = Some((address.to_owned(), socket));
        Some(status)
    }

    fn event(&self, n: u32, part: u8, chance: &mut Rng) -> String {
        let size = chance.usize(..2_000);
        let note: String = std::iter::repeat_with(|| chance.alphanumeric()).take(size).collect();
        format!(
            r#"{{"eventId":"e-{}-{n}-{part}","eventType":"api","eventName":"consent_authorised","payload":{{"linkId":"l-{}"}},"note":"{note}"}}"#,
            self.number, self.number
        )
    }
}
