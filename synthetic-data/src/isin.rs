/// The ISIN of a Brazilian security from nine letters or digits: with the country before and the check digit behind.
pub(crate) fn isin(security: &str) -> String {
    let base = format!("BR{security}");
    // Letters stand for two digits, 10 to 35; from the right, every other digit counts double.
    let digits: Vec<u32> = base
        .chars()
        .filter_map(|character| character.to_digit(36))
        .flat_map(|value| if value < 10 { vec![value] } else { vec![value / 10, value % 10] })
        .collect();
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| if place % 2 == 0 { digit * 2 / 10 + digit * 2 % 10 } else { *digit })
        .sum();
    format!("{base}{}", (10 - sum % 10) % 10)
}

#[cfg(test)]
mod tests {
    #[test]
    fn published_examples() {
        assert_eq!(super::isin("PETRACNPR"), "BRPETRACNPR6");
        assert_eq!(super::isin("VALEACNOR"), "BRVALEACNOR0");
    }
}
