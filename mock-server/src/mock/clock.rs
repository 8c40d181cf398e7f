use std::time::Duration;

use jiff::Timestamp;

use super::MockKlavi;
use provider_mock::Error;

impl MockKlavi {
    /// The mock's time.
    pub fn now(&self) -> Timestamp {
        self.instance.clock.now()
    }

    /// Turns the clock ahead, to the end of 2099 at most: tokens, pages and consents grow old at once. Pauses between
    /// retries do not shrink.
    pub fn advance_clock(&self, by: Duration) {
        self.instance.clock.advance(by);
        self.let_time_take_effect();
    }

    /// Turns the clock to that moment, from which it runs on, or at which it stands still if it did. To turn it back undoes
    /// nothing.
    ///
    /// # Errors
    /// [`Error::ClockRange`].
    pub fn set_clock(&self, now: Timestamp) -> Result<(), Error> {
        self.instance.clock.set(now)?;
        self.let_time_take_effect();
        Ok(())
    }

    /// Stops the clock; it still moves when it is turned. Reports and timestamps are then the same at every run.
    pub fn freeze_clock(&self) {
        self.instance.clock.freeze(true);
    }

    /// Lets a frozen clock run on from where it stands.
    pub fn unfreeze_clock(&self) {
        self.instance.clock.freeze(false);
    }

    /// Turns the clock back to the machine's time, with which it runs on, also where it stood still.
    pub fn follow_machine_clock(&self) {
        self.instance.clock.follow_machine();
        self.let_time_take_effect();
    }

    /// So that the events of it are on their way when the clock has been turned.
    fn let_time_take_effect(&self) {
        drop(self.instance.store());
    }
}
