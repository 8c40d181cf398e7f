//! Whether a stream keeps what it acknowledges. One sentence for each setting that would lose messages.

use std::time::Duration;

use async_nats::jetstream::stream::{Config, DiscardPolicy, PersistenceMode, RetentionPolicy, StorageType};

use super::options::Names;
use super::unsuitable;
use crate::publish::{PublishError, PublishErrorKind};

/// A message that was confirmed is published again within this time, if at all: by a provider's retries, or after a
/// lease of the dispatcher ran out.
const DUPLICATE_WINDOW: Duration = Duration::from_secs(120);

/// What a stream is for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Role<'a> {
    /// Messages below that prefix.
    Messages(&'a str),
    /// Chunks of large bodies.
    Bodies,
}

/// Refuses a stream that would lose what it acknowledges.
pub(super) fn check(config: &Config, role: Role<'_>, in_cluster: bool) -> Result<(), PublishError> {
    let name = &config.name;
    let wrong = |what: &str| Err(unsuitable(format!("the stream {name} {what}")));
    if config.storage != StorageType::File {
        return wrong("is in memory, and gone with its servers: make it with --storage file");
    }
    if config.persist_mode == Some(PersistenceMode::Async) {
        return wrong("acknowledges before it writes: make it with the default persist mode");
    }
    if in_cluster && config.num_replicas < 3 {
        return wrong(
            "has fewer than 3 replicas, and is gone with one server of the cluster: set --replicas 3",
        );
    }
    if config.discard != DiscardPolicy::New {
        return wrong("discards old messages at its limits, read or not: set --discard new");
    }
    if !config.max_age.is_zero() {
        return wrong("deletes messages by age, read or not: set --max-age 0");
    }
    if config.retention != RetentionPolicy::Limits {
        return wrong("deletes messages by the interest of consumers: make it with --retention limits");
    }
    if config.no_ack {
        return wrong("acknowledges nothing: set --ack");
    }
    if config.sealed || config.mirror.is_some() {
        return wrong("takes no messages: it is sealed or a mirror");
    }
    match role {
        Role::Bodies => Ok(()),
        Role::Messages(prefix) => {
            if config.max_messages_per_subject > 0 && !config.discard_new_per_subject {
                return wrong(
                    "deletes old messages of a subject, read or not: set --max-msgs-per-subject -1",
                );
            }
            if config.duplicate_window < DUPLICATE_WINDOW {
                return wrong("forgets ids before a delivery may be repeated: set --dupe-window 2m or more");
            }
            if !config.subjects.iter().any(|pattern| covers(pattern, prefix)) {
                return wrong(&format!("does not take the subjects {}: add them", subjects(prefix)));
            }
            Ok(())
        }
    }
}

/// There is no such stream.
pub(super) fn missing(stream: &str, names: &Names) -> PublishError {
    let make = match stream.strip_prefix("OBJ_").filter(|bucket| names.bodies.as_deref() == Some(bucket)) {
        Some(bucket) => format!("nats object add {bucket} --storage file"),
        None => format!(
            "nats stream add {stream} --subjects '{}' --storage file --retention limits --discard new --max-age 0 \
             --dupe-window 2m --defaults",
            subjects(&names.prefix)
        ),
    };
    let sentence = format!("the stream {stream} does not exist: make it, for example with `{make}`");
    PublishError::new(PublishErrorKind::Missing, sentence)
}

fn subjects(prefix: &str) -> String {
    format!("{prefix}.>")
}

/// Whether a stream with that pattern of subjects takes every subject below the prefix, which has two tokens more.
fn covers(pattern: &str, prefix: &str) -> bool {
    let mut tokens = prefix.split('.').map(Some).chain([None, None]);
    for part in pattern.split('.') {
        if part == ">" {
            return tokens.next().is_some();
        }
        match tokens.next() {
            Some(_) if part == "*" => {}
            Some(Some(token)) if part == token => {}
            _ => return false,
        }
    }
    tokens.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suitable() -> Config {
        Config {
            name: "WEBHOOKS".to_owned(),
            subjects: vec!["webhooks.>".to_owned()],
            discard: DiscardPolicy::New,
            duplicate_window: DUPLICATE_WINDOW,
            num_replicas: 3,
            max_messages_per_subject: -1,
            ..Config::default()
        }
    }

    type Change = fn(&mut Config);

    #[test]
    fn every_setting_that_loses_messages_is_refused_by_name() {
        let role = Role::Messages("webhooks");
        check(&suitable(), role, true).unwrap();
        check(&Config { num_replicas: 1, ..suitable() }, role, false).unwrap();
        let cases: [(Change, &str); 11] = [
            (|c| c.storage = StorageType::Memory, "--storage file"),
            (|c| c.persist_mode = Some(PersistenceMode::Async), "persist mode"),
            (|c| c.num_replicas = 2, "--replicas 3"),
            (|c| c.discard = DiscardPolicy::Old, "--discard new"),
            (|c| c.max_age = Duration::from_secs(1), "--max-age 0"),
            (|c| c.retention = RetentionPolicy::Interest, "--retention limits"),
            (|c| c.retention = RetentionPolicy::WorkQueue, "--retention limits"),
            (|c| c.no_ack = true, "--ack"),
            (|c| c.max_messages_per_subject = 1, "--max-msgs-per-subject"),
            (|c| c.duplicate_window = Duration::from_secs(119), "--dupe-window"),
            (|c| c.subjects = vec!["webhooks.report.*".to_owned()], "webhooks.>"),
        ];
        for (change, names) in cases {
            let mut config = suitable();
            change(&mut config);
            let error = check(&config, role, true).unwrap_err();
            assert_eq!(error.kind(), PublishErrorKind::Unsuitable);
            assert!(error.to_string().contains(names), "{error}");
        }
    }

    #[test]
    fn subjects_are_covered_by_what_takes_all_of_them() {
        for (pattern, prefix, is_covered) in [
            (">", "a", true),
            ("a.>", "a", true),
            ("a.*.*", "a", true),
            ("*.*.*", "a", true),
            ("a.b.>", "a.b", true),
            ("a.*.>", "a", true),
            ("a.*.*.>", "a", false),
            ("a.*", "a", false),
            ("b.>", "a", false),
            ("a.report.>", "a", false),
            ("a.*.*.*", "a", false),
        ] {
            assert_eq!(covers(pattern, prefix), is_covered, "{pattern} {prefix}");
        }
    }
}
