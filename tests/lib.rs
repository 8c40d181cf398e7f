//! The code of the README, compiled as doctests.

#![doc = include_str!("../README.md")]
