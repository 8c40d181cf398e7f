//! What Belvo pushes.
