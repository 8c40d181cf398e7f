#![no_main]

#[path = "../headers.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|input: &[u8]| properties::headers(input));
