//! What was sent, what was answered, and what came out at the other end.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Mutex, MutexGuard};

use bytes::Bytes;
use klavi_webhook::{Entry, EntryState};
use tokio::sync::watch;

/// What the endpoint makes of an entry when it comes for the first time.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fate {
    Taken,
    /// Answered with 500.
    Refused,
    /// Not answered at all.
    Held,
}

/// Keeps an account of everything that has to agree in the end.
pub(super) struct Ledger {
    entries: Mutex<HashMap<Bytes, Account>>,
    wrong: Mutex<Vec<String>>,
    /// How many posts were answered with 200.
    pub(super) answered: watch::Sender<u64>,
    /// How many entries have come to the endpoint, answered or not.
    pub(super) forwarded: watch::Sender<u64>,
}

/// Of a report, or of one event of a delivery.
struct Account {
    delivery: u64,
    fate: Fate,
    acknowledged: bool,
    forwarded: u32,
    handled: u32,
    webhook_id: Option<String>,
}

/// How many deliveries there were.
#[derive(Debug, Default)]
pub(super) struct Sums {
    pub(super) acknowledged: usize,
    pub(super) unanswered: usize,
    /// Of those without an answer, how many are in the inbox all the same.
    pub(super) kept_unanswered: usize,
    pub(super) entries: usize,
    pub(super) forwarded: u64,
    pub(super) handled_again: usize,
}

impl Ledger {
    pub(super) fn new() -> Self {
        Self {
            entries: Mutex::default(),
            wrong: Mutex::default(),
            answered: watch::Sender::new(0),
            forwarded: watch::Sender::new(0),
        }
    }

    /// Before it is sent for the first time.
    pub(super) fn sends(&self, delivery: u64, parts: &[Bytes], fates: impl Iterator<Item = Fate>) {
        let mut entries = self.entries();
        for (part, fate) in parts.iter().zip(fates) {
            let account =
                Account { delivery, fate, acknowledged: false, forwarded: 0, handled: 0, webhook_id: None };
            assert!(entries.insert(part.clone(), account).is_none(), "every part is sent under its own id");
        }
    }

    /// After its 200 was read.
    pub(super) fn is_acknowledged(&self, parts: &[Bytes]) {
        let mut entries = self.entries();
        for part in parts {
            entries.get_mut(part).unwrap().acknowledged = true;
        }
        drop(entries);
        self.answered.send_modify(|answered| *answered += 1);
    }

    /// When an entry comes to the endpoint; what to make of it, where it is one that was sent.
    pub(super) fn comes(&self, body: &[u8], webhook_id: &str) -> Option<Fate> {
        let fate = self.entries().get_mut(body).map(|account| {
            account.forwarded += 1;
            let known = account.webhook_id.get_or_insert_with(|| webhook_id.to_owned());
            if known != webhook_id {
                self.is_wrong(format!("one entry came as {known} and as {webhook_id}"));
            }
            let fate = if account.forwarded == 1 { account.fate } else { Fate::Taken };
            // Counted before the answer, which may arrive before the process is killed.
            account.handled += u32::from(matches!(fate, Fate::Taken));
            fate
        });
        if fate.is_none() {
            self.is_wrong(format!("{webhook_id} brought {} bytes that nobody sent", body.len()));
        }
        self.forwarded.send_modify(|forwarded| *forwarded += 1);
        fate
    }

    pub(super) fn is_wrong(&self, what: String) {
        self.wrong.lock().unwrap().push(what);
    }

    /// Holds what the inbox has in the end to the account.
    pub(super) fn check(&self, inbox: &[Entry]) -> Sums {
        let entries = self.entries();
        let mut kept: HashMap<&[u8], u32> = HashMap::new();
        for entry in inbox {
            let Some(account) = entries.get(&entry.body) else {
                self.is_wrong(format!(
                    "entry {} holds {} bytes that nobody sent",
                    entry.id,
                    entry.body.len()
                ));
                continue;
            };
            *kept.entry(&entry.body).or_default() += 1;
            if entry.state != EntryState::Done {
                self.is_wrong(format!("{entry:?} is not done: {:?}", entry.last_error));
            } else if account.handled == 0 {
                self.is_wrong(format!("{entry:?} was never handled"));
            }
        }
        let mut deliveries: BTreeMap<u64, Vec<(&Account, u32)>> = BTreeMap::new();
        for (part, account) in &*entries {
            let times = kept.get(&part[..]).copied().unwrap_or_default();
            deliveries.entry(account.delivery).or_default().push((account, times));
        }
        let mut sums = Sums {
            entries: inbox.len(),
            forwarded: *self.forwarded.borrow(),
            handled_again: entries.values().filter(|account| account.handled > 1).count(),
            ..Sums::default()
        };
        for (delivery, parts) in &deliveries {
            let acknowledged = parts.iter().any(|(account, _)| account.acknowledged);
            let times: HashSet<_> = parts.iter().map(|(_, times)| *times).collect();
            let kept = times.contains(&1);
            if times.len() != 1 || times.iter().any(|times| *times > 1) || (acknowledged && !kept) {
                self.is_wrong(format!(
                    "delivery {delivery} ({}), its parts are there {:?} times",
                    if acknowledged { "answered" } else { "not answered" },
                    parts.iter().map(|(_, times)| *times).collect::<Vec<_>>()
                ));
            }
            for (account, times) in parts {
                if acknowledged && account.handled == 0 {
                    self.is_wrong(format!("delivery {delivery} was answered and never handled"));
                }
                if account.forwarded > 0 && *times == 0 {
                    self.is_wrong(format!("delivery {delivery} was forwarded and is not there"));
                }
            }
            sums.acknowledged += usize::from(acknowledged);
            sums.unanswered += usize::from(!acknowledged);
            sums.kept_unanswered += usize::from(!acknowledged && kept);
        }
        sums
    }

    /// Fails where anything was wrong, with the first few things.
    pub(super) fn assert_right(&self, seed: u64) {
        let wrong = self.wrong.lock().unwrap();
        let first = wrong.iter().take(10).map(String::as_str).collect::<Vec<_>>();
        assert!(wrong.is_empty(), "seed {seed}, {} things are wrong:\n{}", wrong.len(), first.join("\n"));
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<Bytes, Account>> {
        self.entries.lock().unwrap()
    }
}
