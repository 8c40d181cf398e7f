//! Chance that comes out the same for the same seed.

use fastrand::Rng;

/// A generator for one purpose: the same seed and the same words give the same numbers.
pub fn rng(seed: u64, words: &[&str]) -> Rng {
    Rng::with_seed(hash(seed, words))
}

/// `length` hexadecimal digits, lower case, of one purpose.
pub fn hex(seed: u64, words: &[&str], length: usize) -> String {
    let mut rng = rng(seed, words);
    (0..length).map(|_| char::from_digit(rng.u32(..16), 16).unwrap_or('0')).collect()
}

/// An id in the form of a UUID, of one purpose.
pub fn uuid(seed: u64, words: &[&str]) -> String {
    let hex = hex(seed, words, 32);
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// `length` decimal digits, the first of them not zero.
pub fn digits(rng: &mut Rng, length: usize) -> String {
    (0..length).map(|place| rng.digit(10).max(if place == 0 { '1' } else { '0' })).collect()
}

/// FNV-1a: the hashes of `std` may change between releases of Rust.
fn hash(seed: u64, words: &[&str]) -> u64 {
    let separated = words.iter().flat_map(|word| word.bytes().chain([0xff]));
    seed.to_le_bytes()
        .into_iter()
        .chain(separated)
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_purpose_counts_and_so_does_the_seed() {
        assert_eq!(hex(7, &["a", "b"], 32), hex(7, &["a", "b"], 32));
        assert_ne!(hex(7, &["a", "b"], 32), hex(8, &["a", "b"], 32));
        assert_ne!(hex(7, &["a", "b"], 32), hex(7, &["ab"], 32));
    }
}
