use std::ops::{Deref, DerefMut};
use std::sync::MutexGuard;

use crate::store::Store;
use provider_mock::Changes;

/// The store while one looks at it; whoever keeps the state is told if it could have been changed.
pub(crate) struct StoreGuard<'a> {
    store: MutexGuard<'a, Store>,
    changes: &'a Changes,
    touched: bool,
}

impl<'a> StoreGuard<'a> {
    pub(super) fn new(store: MutexGuard<'a, Store>, changes: &'a Changes) -> Self {
        Self { store, changes, touched: false }
    }
}

impl Deref for StoreGuard<'_> {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

impl DerefMut for StoreGuard<'_> {
    fn deref_mut(&mut self) -> &mut Store {
        self.touched = true;
        &mut self.store
    }
}

impl Drop for StoreGuard<'_> {
    fn drop(&mut self) {
        if self.touched {
            self.changes.note();
        }
    }
}
