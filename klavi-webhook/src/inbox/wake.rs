//! Wakes those who wait for arrivals, also where the caller whose work arrives does not wait for its end. It must not know
//! what the work is.

use tokio::sync::Notify;

/// Work that is under way. Where its caller goes away before it is answered, it may be done all the same: then those who
/// wait are woken, to look.
#[derive(Debug)]
pub(super) struct Wake<'a>(Option<&'a Notify>);

impl<'a> Wake<'a> {
    pub(super) const fn unless_answered(arrived: &'a Notify) -> Self {
        Self(Some(arrived))
    }

    /// The work is answered; wakes where something has arrived by it.
    pub(super) fn answered(mut self, arrived: bool) {
        if !arrived {
            self.0 = None;
        }
    }
}

impl Drop for Wake<'_> {
    fn drop(&mut self) {
        if let Some(arrived) = self.0 {
            arrived.notify_one();
        }
    }
}
