//! In which order members come: that of the record before, which mostly came from the same program.

/// The place of the member that is expected behind each; where nothing is known, the documented one.
#[derive(Debug, Default)]
pub(crate) struct Order(Vec<u16>);

impl Order {
    /// How many documented members behind the last one are tried before the name is searched.
    pub(crate) const AHEAD: usize = 4;

    /// The place that is expected behind so many.
    #[inline(always)]
    pub(crate) fn behind(&self, place: usize) -> usize {
        self.0.get(place).map_or(place, |next| usize::from(*next))
    }

    /// Expects the same order the next time.
    #[cold]
    pub(crate) fn learn(&mut self, place: usize, came: usize) {
        while self.0.len() <= place {
            // No record has so many members; beyond them nothing is expected.
            self.0.push(u16::try_from(self.0.len()).unwrap_or(u16::MAX));
        }
        self.0[place] = u16::try_from(came).unwrap_or(u16::MAX);
    }
}
