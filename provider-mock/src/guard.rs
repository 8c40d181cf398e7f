//! What a mock knows, while somebody looks at it.

use std::ops::{Deref, DerefMut};
use std::sync::MutexGuard;

use crate::Changes;

/// What a mock knows, while somebody looks at it; whoever keeps the state is told if it could have been changed.
#[derive(Debug)]
pub struct StoreGuard<'a, S> {
    store: MutexGuard<'a, S>,
    changes: &'a Changes,
    touched: bool,
}

impl<'a, S> StoreGuard<'a, S> {
    /// Around what is locked.
    pub fn new(store: MutexGuard<'a, S>, changes: &'a Changes) -> Self {
        Self { store, changes, touched: false }
    }
}

impl<S> Deref for StoreGuard<'_, S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.store
    }
}

impl<S> DerefMut for StoreGuard<'_, S> {
    fn deref_mut(&mut self) -> &mut S {
        self.touched = true;
        &mut self.store
    }
}

impl<S> Drop for StoreGuard<'_, S> {
    fn drop(&mut self) {
        if self.touched {
            self.changes.note();
        }
    }
}
