//! Targets as a whole, as rows: the statements of both databases.

use super::{Cause, Columns, instant};
use crate::inbox::{Interruption, Target, TargetChange, TargetStatus};

pub(in crate::inbox) const TARGETS: &str = "SELECT target, introduced_at, paused_at, pause_reason, down_at, down_reason FROM inbox_targets ORDER BY target";

const INTRODUCE: &str = "INSERT INTO inbox_targets AS t (target, introduced_at) VALUES ($1, $2)
ON CONFLICT (target) DO UPDATE SET introduced_at = excluded.introduced_at WHERE t.introduced_at IS NULL";
const PAUSE: &str = "INSERT INTO inbox_targets AS t (target, paused_at, pause_reason) VALUES ($1, $2, $3)
ON CONFLICT (target) DO UPDATE SET paused_at = excluded.paused_at, pause_reason = excluded.pause_reason
WHERE t.paused_at IS NULL";
const RESUME: &str = "UPDATE inbox_targets SET paused_at = NULL, pause_reason = NULL
WHERE target = $1 AND paused_at IS NOT NULL";
const DOWN: &str = "INSERT INTO inbox_targets AS t (target, down_at, down_reason) VALUES ($1, $2, $3)
ON CONFLICT (target) DO UPDATE SET down_at = excluded.down_at, down_reason = excluded.down_reason
WHERE t.down_at IS NULL";
const UP: &str = "UPDATE inbox_targets SET down_at = NULL, down_reason = NULL
WHERE target = $1 AND down_at IS NOT NULL";

/// Parameter 1 is the target, parameter 2 the time and parameter 3 the reason, where there is one; it is bound after the
/// time alone.
pub(in crate::inbox) struct Statement {
    pub(in crate::inbox) sql: &'static str,
    pub(in crate::inbox) takes_time: bool,
    pub(in crate::inbox) reason: Option<String>,
}

impl From<TargetChange> for Statement {
    fn from(change: TargetChange) -> Self {
        let (sql, takes_time, reason) = match change {
            TargetChange::Introduce => (INTRODUCE, true, None),
            TargetChange::Pause { reason } => (PAUSE, true, Some(super::text(reason))),
            TargetChange::Down { reason } => (DOWN, true, Some(super::text(reason))),
            TargetChange::Resume => (RESUME, false, None),
            TargetChange::Up => (UP, false, None),
        };
        Self { sql, takes_time, reason }
    }
}

/// Reads the columns of [`TARGETS`].
pub(in crate::inbox) fn target_status(row: &impl Columns) -> Result<TargetStatus, Cause> {
    let mut status = TargetStatus::new(Target::new(&row.text(0)?));
    status.introduced_at = row.optional_number(1)?.map(instant);
    let interruption = |column: usize| -> Result<_, Cause> {
        let Some(since) = row.optional_number(column)? else { return Ok(None) };
        Ok(Some(Interruption::new(instant(since), &row.optional_text(column + 1)?.unwrap_or_default())))
    };
    status.paused = interruption(2)?;
    status.down = interruption(4)?;
    Ok(status)
}
