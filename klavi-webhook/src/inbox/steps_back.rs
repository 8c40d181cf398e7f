//! Notices that the clock was turned back, so that what was due under a clock that ran ahead does not wait until the
//! right one gets there.

use std::collections::HashMap;

use super::Target;

/// Callers that run at the same time may come with their times out of order, which is no step back. Microseconds.
const TOLERANCE: i64 = 1_000_000;

/// The steps back that an inbox has seen, and those that the entries of each target know of.
#[derive(Debug)]
pub(super) struct StepsBack {
    latest: i64,
    steps: u64,
    known: HashMap<Target, u64>,
}

/// A step back that the entries of a target do not know of yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct StepBack(u64);

impl Default for StepsBack {
    fn default() -> Self {
        Self::since(i64::MIN)
    }
}

impl StepsBack {
    /// Of an inbox whose entries know of that time.
    pub(super) fn since(latest: i64) -> Self {
        Self { latest, steps: 0, known: HashMap::new() }
    }

    /// Takes note of the time, whatever it is asked for.
    pub(super) fn observe(&mut self, now: i64) {
        if now <= self.latest.saturating_sub(TOLERANCE) {
            self.steps += 1;
            self.latest = now;
        }
        self.latest = self.latest.max(now);
    }

    /// The last step back, unless the entries of that target know of it.
    pub(super) fn unknown_to(&self, target: &Target) -> Option<StepBack> {
        (self.known.get(target).copied().unwrap_or(0) < self.steps).then_some(StepBack(self.steps))
    }

    /// From now on they know of it.
    pub(super) fn made_known(&mut self, target: &Target, step: StepBack) {
        self.known.insert(target.clone(), step.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_target_learns_of_each_step_back_once() {
        let (mut steps, target) = (StepsBack::default(), Target::default());
        let learns = |steps: &mut StepsBack, now| {
            steps.observe(now);
            let step = steps.unknown_to(&target);
            step.into_iter().for_each(|step| steps.made_known(&target, step));
            step.is_some()
        };
        assert!(!learns(&mut steps, 10 * TOLERANCE) && !learns(&mut steps, 20 * TOLERANCE));
        assert!(!learns(&mut steps, 20 * TOLERANCE - 1), "that is a caller who was overtaken");
        assert!(learns(&mut steps, 19 * TOLERANCE));
        assert!(!learns(&mut steps, 19 * TOLERANCE));
        steps.observe(18 * TOLERANCE);
        assert!(learns(&mut steps, 30 * TOLERANCE), "it was turned back between two leases");
        assert!(steps.unknown_to(&Target::new("another")).is_some());
    }
}
