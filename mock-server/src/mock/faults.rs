use super::MockKlavi;
use provider_mock::{ArmedFault, Error, Fault};

impl MockKlavi {
    /// Plays a fault: it strikes the calls it is meant for from now on. Where several are meant for a call, the one that was
    /// given first strikes. Answers its number.
    ///
    /// # Errors
    /// [`Error::InvalidFault`].
    pub fn fault(&self, fault: Fault) -> Result<u64, Error> {
        self.instance.faults.arm(fault).map(|armed| armed.id)
    }

    /// The faults that still wait for calls.
    pub fn faults(&self) -> Vec<ArmedFault> {
        self.instance.faults.snapshot()
    }

    /// Takes one fault away; whether there was one of that number.
    pub fn remove_fault(&self, id: u64) -> bool {
        self.instance.faults.remove(id)
    }

    /// Takes all faults away.
    pub fn clear_faults(&self) {
        self.instance.faults.clear();
    }
}
