//! From the settings of targets to sinks and dispatchers.
//!
//! Opens no connection. Knows the settings and the library; what HTTP targets need besides stands in `http`.

mod cycle;
mod filter;
mod http;

use std::collections::HashMap;
use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use klavi_webhook::{
    BrokerSink, Dispatcher, Inbox, Order, RetrySchedule, Selection, Sink, Target, TargetChange,
};
use provider_call::EgressRule;
use sha2::{Digest as _, Sha256};
use toml::Spanned;

pub(super) use self::cycle::refuse_cycles;
use self::http::Transports;
use super::args::Args;
use super::broker::Broker;
use super::problems::{Problems, Source};
use super::tables::{EgressTable, Start, TargetTable, Time};
use crate::config_file::ConfigFile;
use crate::exit::Failure;

/// The tables of the configuration file that are read here.
pub(crate) const TABLES: &[&str] = &["target", "egress"];

/// How long to wait before a broker is connected to again that could not be.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// The same, at most.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// A lease is longer than an attempt may take.
const SHORTEST_LEASE: Duration = Duration::from_secs(60);

/// A target that can be started.
#[derive(Clone)]
pub(super) struct PreparedTarget {
    pub(super) name: Target,
    pub(super) selection: Selection,
    /// From when on entries that are there already are delivered too.
    pub(super) start: Option<Timestamp>,
    /// Equal for equal settings, contents of files included.
    identity: Identity,
    sink: SinkOf,
    dispatch: Dispatch,
}

/// What a configuration says of a target, whether it can be prepared or not.
pub(super) struct Declared {
    name: Target,
    /// Where its URL stands.
    pub(super) place: String,
    /// What it is, unless it names a broker or is none.
    url: Option<url::Url>,
}

/// Where entries go.
#[derive(Clone)]
enum SinkOf {
    Http(Arc<dyn Sink>),
    /// To be connected.
    Broker(Box<Broker>),
}

#[derive(Clone, PartialEq)]
struct Identity {
    table: TargetTable,
    egress: Option<EgressTable>,
    dispatch: Dispatch,
    files: [u8; 32],
}

/// How the deliveries of a target are dispatched.
#[derive(Clone, PartialEq)]
struct Dispatch {
    schedule: RetrySchedule,
    concurrency: usize,
    rate: Option<NonZeroU32>,
    order: Order,
    lease: Duration,
    grace: Duration,
}

/// Prepares all targets of the file, of `--forward` and of `--publish`. What cannot be prepared is a problem, and left out;
/// it is declared all the same.
pub(super) fn prepare(
    args: &Args,
    file: Option<&ConfigFile>,
    provider: Option<&dyn klavi_webhook::Provider>,
    problems: &mut Problems,
) -> (Vec<PreparedTarget>, Vec<Declared>) {
    let (egress, rule) = egress(file, problems);
    let mut prepare =
        Prepare { args, provider, egress, rule, transports: Transports::default(), declared: Vec::new() };
    let mut targets = Vec::new();
    if let Some((table, lease)) = args.forward_table() {
        targets.extend(prepare.target(Source::Forward, table, Some(lease), problems));
    }
    if let Some(table) = args.publish_table() {
        targets.extend(prepare.target(Source::Publish, table, None, problems));
    }
    let Some(file) = file else { return (targets, prepare.declared) };
    for table in file.elements::<TargetTable>("target") {
        match table {
            Ok(table) => {
                targets.extend(prepare.target(Source::File(file), table.into_inner(), None, problems));
            }
            Err(failure) => problems.errors.push(failure),
        }
    }
    (targets, prepare.declared)
}

struct Prepare<'a> {
    args: &'a Args,
    provider: Option<&'a dyn klavi_webhook::Provider>,
    egress: Option<EgressTable>,
    rule: Option<EgressRule>,
    transports: Transports,
    declared: Vec<Declared>,
}

impl Prepare<'_> {
    fn target(
        &mut self,
        source: Source<'_>,
        table: TargetTable,
        lease: Option<Duration>,
        problems: &mut Problems,
    ) -> Option<PreparedTarget> {
        let before = problems.errors.len();
        name(source, &table.name, problems);
        let selection = filter::selection(source, &table, self.provider, problems);
        let dispatch = self.dispatch(source, &table, lease, problems);
        let mut files = Files::default();
        let is_broker = match source {
            Source::Forward => false,
            Source::Publish => true,
            Source::File(_) => Broker::is_named_by(table.url.get_ref()),
        };
        let url = if is_broker { None } else { http::url(source, &table, problems) };
        self.declared.push(Declared {
            name: Target::new(table.name.get_ref()),
            place: source.place(&table.url, "--forward"),
            url: url.clone(),
        });
        let sink = if is_broker {
            self.broker(source, &table, problems)?
        } else {
            SinkOf::Http(self.http(source, &table, url.as_ref(), &dispatch, &mut files, problems)?)
        };
        let prepared = PreparedTarget {
            name: Target::new(table.name.get_ref()),
            selection,
            start: table.start.as_ref().and_then(|start| match start.get_ref() {
                Start::Now => None,
                Start::At(instant) => Some(*instant),
            }),
            identity: Identity {
                table,
                egress: self.egress.clone(),
                dispatch: dispatch.clone(),
                files: files.0.finalize().into(),
            },
            sink,
            dispatch,
        };
        (problems.errors.len() == before).then_some(prepared)
    }

    /// A broker, whose address holds all of its settings.
    fn broker(&self, source: Source<'_>, table: &TargetTable, problems: &mut Problems) -> Option<SinkOf> {
        let place = source.place(&table.url, "");
        if let Some(given) = table.set_for_http() {
            problems.error(source.at(given, ""), "goes with http and https URLs alone");
        }
        if self.rule.is_some() {
            problems.warn(
                &place,
                "is a broker, which [egress] does not hold for: it is connected to where it is named",
            );
        }
        match Broker::read(table.url.get_ref()) {
            Ok(broker) => Some(SinkOf::Broker(Box::new(broker))),
            Err(error) => {
                problems.error(place, error);
                None
            }
        }
    }

    fn dispatch(
        &self,
        source: Source<'_>,
        table: &TargetTable,
        lease: Option<Duration>,
        problems: &mut Problems,
    ) -> Dispatch {
        let usual = RetrySchedule::default();
        let attempts = table.attempts.map_or(usual.attempts(), NonZeroU32::get);
        let first = table.first_pause.map_or(usual.first(), |Time(pause)| pause);
        let longest = match &table.longest_pause {
            None => usual.longest().max(first),
            Some(pause) => {
                let Time(longest) = *pause.get_ref();
                if longest < first {
                    problems.error(source.place(pause, ""), "is shorter than first-pause");
                }
                longest
            }
        };
        Dispatch {
            schedule: RetrySchedule::new(attempts, first, longest),
            concurrency: table.concurrency.map_or(8, NonZeroUsize::get),
            rate: table.rate,
            order: if table.per_link_order { Order::PerLink } else { Order::Free },
            lease: lease.unwrap_or_else(|| SHORTEST_LEASE.max(http::timeout(table) * 2)),
            grace: self.args.grace,
        }
    }
}

impl PreparedTarget {
    /// Whether the other one does the same, so that it need not take its place.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.identity == other.identity
    }

    /// Its sink. A broker is connected to, as often as it takes: until then the target is down.
    pub(super) async fn sink(&self, inbox: &dyn Inbox) -> Arc<dyn Sink> {
        let broker = match &self.sink {
            SinkOf::Http(sink) => return sink.clone(),
            SinkOf::Broker(broker) => broker,
        };
        let mut pause = FIRST_PAUSE;
        loop {
            match Broker::clone(broker).connect().await {
                Ok(publisher) => return Arc::new(BrokerSink::new(publisher)),
                Err(error) => {
                    tracing::error!(to = %self.name, "{error}");
                    let down = TargetChange::Down { reason: error.to_string() };
                    if let Err(error) = inbox.change_target(&self.name, down).await {
                        tracing::error!(to = %self.name, "{error}");
                    }
                }
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Takes the deliveries of this target to that sink.
    pub(super) fn dispatcher(&self, inbox: Arc<dyn Inbox>, sink: Arc<dyn Sink>) -> Dispatcher {
        let Dispatch { schedule, concurrency, rate, order, lease, grace } = self.dispatch.clone();
        let dispatcher = Dispatcher::new(inbox, sink)
            .target(self.name.clone())
            .schedule(schedule)
            .concurrency(concurrency)
            .order(order)
            .lease(lease)
            .grace(grace);
        match rate {
            Some(rate) => dispatcher.rate(rate),
            None => dispatcher,
        }
    }
}

/// Two targets of one name would take each other's deliveries.
pub(super) fn refuse_duplicates(targets: &[Declared], problems: &mut Problems) {
    let mut seen = HashMap::new();
    for target in targets {
        if let Some(first) = seen.insert(&target.name, &target.place) {
            let what = format!("is a second target {}: the first is at {first}", target.name);
            problems.error(&target.place, what);
        }
    }
}

fn name(source: Source<'_>, name: &Spanned<String>, problems: &mut Problems) {
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let text = name.get_ref();
    if text.is_empty() || text.len() > 64 || !text.chars().all(fits) {
        problems.error(
            source.place(name, "--forward"),
            "is no name of a target: give up to 64 letters, digits, -, _ and .",
        );
    }
}

fn egress(file: Option<&ConfigFile>, problems: &mut Problems) -> (Option<EgressTable>, Option<EgressRule>) {
    let Some(file) = file else { return (None, None) };
    let Some(table) = file.elements::<EgressTable>("egress").into_iter().next() else { return (None, None) };
    let table = match table {
        Ok(table) => table.into_inner(),
        Err(failure) => {
            problems.errors.push(failure);
            return (None, None);
        }
    };
    let mut rule = EgressRule::new();
    for host in &table.hosts {
        match rule.clone().host(host.get_ref()) {
            Ok(with) => rule = with,
            Err(error) => problems.error(file.place(host.span().start), format!("is {error}")),
        }
    }
    for network in &table.networks {
        match super::args::network(network.get_ref()) {
            Ok(network) => rule = rule.network(network),
            Err(error) => problems.error(file.place(network.span().start), format!("is {error}")),
        }
    }
    (Some(table), Some(rule))
}

/// The contents of all files that a target reads, as a hash.
#[derive(Default)]
pub(super) struct Files(Sha256);

impl Files {
    /// Takes what was read of a file; what is wrong with it is a problem. The place is empty where the failure names it.
    fn read<T: AsRef<[u8]>>(
        &mut self,
        place: String,
        read: Result<T, Failure>,
        problems: &mut Problems,
    ) -> Option<T> {
        match read {
            Ok(content) => {
                let content_length = content.as_ref().len() as u64;
                self.0.update(content_length.to_be_bytes());
                self.0.update(content.as_ref());
                Some(content)
            }
            Err(failure) if place.is_empty() => problems.take(Err(failure)),
            Err(failure) => {
                problems.failure(place, failure);
                None
            }
        }
    }
}
