//! What is known of targets as a whole.

use jiff::Timestamp;

use super::Rows;
use crate::inbox::{Interruption, Target, TargetChange, TargetStatus};

impl Rows {
    pub(in crate::inbox::memory) fn targets(&self) -> Vec<TargetStatus> {
        self.targets.values().cloned().collect()
    }

    pub(super) fn is_paused(&self, target: &Target) -> bool {
        self.targets.get(target).is_some_and(|status| status.paused.is_some())
    }

    pub(in crate::inbox::memory) fn change_target(
        &mut self,
        target: &Target,
        change: TargetChange,
        now: Timestamp,
    ) -> bool {
        if matches!(change, TargetChange::Resume | TargetChange::Up) && !self.targets.contains_key(target) {
            return false;
        }
        let status = self.targets.entry(target.clone());
        let status = status.or_insert_with(|| TargetStatus::new(target.clone()));
        let begin = |interruption: &mut Option<Interruption>, reason: &str| {
            let begins = interruption.is_none();
            interruption.get_or_insert_with(|| Interruption::new(now, reason));
            begins
        };
        match change {
            TargetChange::Pause { reason } => begin(&mut status.paused, &reason),
            TargetChange::Down { reason } => begin(&mut status.down, &reason),
            TargetChange::Resume => status.paused.take().is_some(),
            TargetChange::Up => status.down.take().is_some(),
            TargetChange::Introduce => {
                let is_new = status.introduced_at.is_none();
                status.introduced_at.get_or_insert(now);
                is_new
            }
        }
    }
}
