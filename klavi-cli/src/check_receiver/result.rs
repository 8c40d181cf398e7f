//! What is printed: a line for each case, a summary, or one JSON document. Knows no HTTP and no key.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::cases::{CASES, Case};
use super::verdict::{Judged, Verdict};

/// A case and its verdict.
pub(super) struct CaseResult {
    name: &'static str,
    sends: &'static str,
    expects: &'static str,
    pub(super) judged: Judged,
    counted: Option<Counted>,
}

/// An id that only the partner can count.
pub(super) struct Counted {
    pub(super) id: String,
    /// How often it must be in the partner's own data.
    pub(super) expected: u8,
}

impl CaseResult {
    pub(super) fn of(case: &Case, judged: Judged, counted: Option<Counted>) -> Self {
        let Case { name, sends, .. } = *case;
        Self { name, sends, expects: case.expects(), judged, counted }
    }

    /// Verdict, name and reason.
    pub(super) fn line(&self) -> String {
        format!("{:<8} {:<21} {}\n", self.judged.verdict.as_str(), self.name, self.judged.reason)
    }

    fn json(&self) -> Value {
        json!({
            "case": self.name,
            "sends": self.sends,
            "expects": self.expects,
            "verdict": self.judged.verdict,
            "reason": self.judged.reason,
        })
    }
}

/// All cases of a run.
pub(super) struct Results {
    run: String,
    pub(super) cases: Vec<CaseResult>,
}

impl Results {
    pub(super) fn new(run: &str) -> Self {
        Self { run: run.to_owned(), cases: Vec::new() }
    }

    pub(super) fn count(&self, verdict: Verdict) -> usize {
        self.cases.iter().filter(|case| case.judged.verdict == verdict).count()
    }

    /// What only the partner's data can show, and the counts.
    pub(super) fn summary(&self) -> String {
        let mut text = String::new();
        if self.counted().next().is_some() {
            text.push_str("\nAn answer does not show what was stored. Count these ids in your own data:\n");
        }
        for (case, Counted { id, expected }) in self.counted() {
            let times = if *expected == 0 { "never" } else { "once" };
            // Writing into a text cannot fail.
            let _ = writeln!(text, "{times:<8} {:<21} {id}", case.name);
        }
        let _ = writeln!(
            text,
            "\n{}: {} passed, {} failed, {} warned, {} skipped",
            self.run,
            self.count(Verdict::Pass),
            self.count(Verdict::Fail),
            self.count(Verdict::Warn),
            self.count(Verdict::Skipped),
        );
        text
    }

    pub(super) fn json(&self) -> String {
        let ids = self.counted().map(
            |(case, counted)| json!({"case": case.name, "id": counted.id, "expected": counted.expected}),
        );
        let document = json!({
            "run": self.run,
            "passed": self.count(Verdict::Pass),
            "failed": self.count(Verdict::Fail),
            "warned": self.count(Verdict::Warn),
            "skipped": self.count(Verdict::Skipped),
            "cases": self.cases.iter().map(CaseResult::json).collect::<Vec<_>>(),
            "ids": ids.collect::<Vec<_>>(),
        });
        format!("{document}\n")
    }

    fn counted(&self) -> impl Iterator<Item = (&CaseResult, &Counted)> {
        self.cases.iter().filter_map(|case| Some((case, case.counted.as_ref()?)))
    }
}

/// The cases, without playing one.
pub(super) fn list(as_json: bool) -> String {
    if as_json {
        let cases = CASES
            .iter()
            .map(|case| json!({"case": case.name, "sends": case.sends, "expects": case.expects()}));
        return format!("{}\n", json!({"cases": cases.collect::<Vec<_>>()}));
    }
    let line = |case: &Case| format!("{:<21} {}: {}\n", case.name, case.sends, case.expects());
    CASES.iter().map(line).collect()
}
