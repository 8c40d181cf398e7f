//! A typed client for Belvo's Links API.

pub use belvo_types;
