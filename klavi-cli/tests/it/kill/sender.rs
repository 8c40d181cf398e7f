//! Sends as Klavi does: what is not answered comes again, some of it is given up, some comes twice.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use fastrand::Rng;
use klavi_webhook::klavi::SigningKey;
use tokio::sync::watch;

use super::ledger::{Fate, Ledger};
use crate::receive::KEY;

/// Klavi tries five times more.
const ATTEMPTS: u32 = 6;

/// What Klavi gives an attempt.
const TIME: Duration = Duration::from_secs(10);

/// A process between its start and its end.
#[derive(Clone, Debug, Default)]
pub(super) struct Life {
    pub(super) number: u32,
    /// Nothing while it starts and once it is killed.
    pub(super) address: Option<String>,
    /// Nobody will kill it.
    pub(super) is_last: bool,
}

/// What several senders share.
#[derive(Clone)]
pub(super) struct Sender {
    ledger: Arc<Ledger>,
    life: watch::Receiver<Life>,
    client: reqwest::Client,
    noise: Arc<str>,
    next: Arc<AtomicU64>,
}

#[derive(Clone)]
struct Delivery {
    body: Bytes,
    signature: String,
    /// The bytes of each entry that it makes.
    parts: Vec<Bytes>,
}

impl Sender {
    pub(super) fn new(ledger: Arc<Ledger>, life: watch::Receiver<Life>, chance: &mut Rng) -> Self {
        let client = reqwest::Client::builder().no_proxy().timeout(TIME).build().unwrap();
        let noise: String = std::iter::repeat_with(|| chance.alphanumeric()).take(64 * 1024).collect();
        Self { ledger, life, client, noise: noise.into(), next: Arc::default() }
    }

    /// Sends one delivery after the other until the last life has begun.
    pub(super) async fn send(self, mut chance: Rng) {
        let mut earlier: Vec<Delivery> = Vec::new();
        while !self.life.borrow().is_last {
            let delivery = match chance.choice(&earlier) {
                Some(known) if chance.u8(..10) == 0 => known.clone(),
                _ => self.write(&mut chance),
            };
            let attempts = if chance.u8(..10) == 0 { 1 } else { ATTEMPTS };
            if chance.u8(..10) == 0 {
                tokio::join!(self.deliver(&delivery, attempts), self.deliver(&delivery, 1));
            } else {
                self.deliver(&delivery, attempts).await;
            }
            earlier.push(delivery);
        }
    }

    async fn deliver(&self, delivery: &Delivery, attempts: u32) {
        let mut life = self.life.clone();
        for _ in 0..attempts {
            let Ok(Life { number, address: Some(address), .. }) =
                life.wait_for(|life| life.address.is_some()).await.map(|life| life.clone())
            else {
                return;
            };
            let post = self.client.post(format!("http://{address}/klavi"));
            let post = post.header("x-klavi-signature", &delivery.signature).body(delivery.body.clone());
            match post.send().await {
                Ok(answer) if answer.status() == 200 => return self.ledger.is_acknowledged(&delivery.parts),
                Ok(answer) => self.ledger.is_wrong(format!("a delivery was answered {}", answer.status())),
                // It was killed, or nobody knows why.
                Err(error) => match life.wait_for(|life| life.number > number || life.is_last).await {
                    Ok(life) if life.number > number => {}
                    _ => self.ledger.is_wrong(format!("no answer from a process that lives: {error}")),
                },
            }
        }
    }

    /// A report of some 16 KB, an event, or several of them.
    fn write(&self, chance: &mut Rng) -> Delivery {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let (body, parts) = match chance.u8(..4) {
            0 => {
                let report = Bytes::from(self.report(number, chance));
                (report.clone(), vec![report])
            }
            1 => {
                let events: Vec<_> = (0..chance.u8(2..6)).map(|part| event(number, part)).collect();
                (
                    Bytes::from(format!("[{}]", events.join(",\n "))),
                    events.into_iter().map(Bytes::from).collect(),
                )
            }
            _ => {
                let event = event(number, 0);
                (Bytes::from(format!("[{event}]")), vec![Bytes::from(event)])
            }
        };
        let signature = SigningKey::from(KEY).sign(&body).to_string();
        self.ledger.sends(number, &parts, std::iter::repeat_with(|| fate(chance)));
        Delivery { body, signature, parts }
    }

    fn report(&self, number: u64, chance: &mut Rng) -> String {
        let (begin, size) = (chance.usize(..32_000), chance.usize(14_000..18_000));
        let noise = &self.noise[begin..begin + size];
        format!(
            r#"{{"code":200,"productName":"pf_balance","productReportId":"r-{number}","requestId":"q-{number}",
            "links":[{{"linkId":"l-{number}"}}], "note":"{noise}"}}"#
        )
    }
}

fn event(number: u64, part: u8) -> String {
    format!(
        r#"{{"eventId":"e-{number}-{part}","eventType":"api", "eventName":"consent_authorised","payload":{{"linkId":"l-{number}"}}}}"#
    )
}

/// Held ones keep a handler of the dispatcher busy until its lease is over, so they are few.
fn fate(chance: &mut Rng) -> Fate {
    match chance.u16(..1_000) {
        0..3 => Fate::Held,
        3..53 => Fate::Refused,
        _ => Fate::Taken,
    }
}
