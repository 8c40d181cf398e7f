use crate::{Extra, Path};

/// A walk over a typed value that collects what it did not understand.
#[derive(Debug, Default)]
pub struct Survey {
    path: Path,
    pub(crate) unmapped: Vec<Path>,
    pub(crate) unknown: Vec<(Path, Box<str>)>,
}

impl Survey {
    /// Goes into a member.
    pub fn member(&mut self, name: &str, visit: impl FnOnce(&mut Self)) {
        self.path.enter_member(name);
        visit(self);
        self.path.leave();
    }

    /// Goes into an element of an array.
    pub fn element(&mut self, index: usize, visit: impl FnOnce(&mut Self)) {
        self.path.enter_element(index);
        visit(self);
        self.path.leave();
    }

    /// Reports members that no field holds.
    pub fn extra(&mut self, extra: &Extra) {
        for (name, _) in extra.iter() {
            self.member(name, |survey| survey.unmapped.push(survey.path.clone()));
        }
    }

    /// Reports a word outside the vocabulary. An empty text is "absent", not a word.
    pub fn unknown_word(&mut self, word: &str) {
        if !word.is_empty() {
            self.unknown.push((self.path.clone(), word.into()));
        }
    }
}
