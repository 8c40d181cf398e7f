//! Ids of requests are written with hyphens in webhooks and without in errors: one form for the inbox.

/// A UUID as webhooks write it; anything else as it came.
pub(super) fn with_hyphens(id: &str) -> String {
    let digits: String = id.chars().filter(|sign| *sign != '-').collect();
    if digits.len() != 32 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return id.to_owned();
    }
    let digits = digits.to_ascii_lowercase();
    [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_a_uuid_are_one_and_nothing_else_is_touched() {
        let uuid = "5d3e8d2c-5a0c-4f6e-9d2f-0c8a6a1f2b3c";
        for form in [uuid, "5d3e8d2c5a0c4f6e9d2f0c8a6a1f2b3c", "5D3E8D2C-5A0C-4F6E-9D2F-0C8A6A1F2B3C"] {
            assert_eq!(with_hyphens(form), uuid);
        }
        let accented = "é".repeat(16);
        for other in
            ["", "rq-1", "5d3e8d2c5a0c4f6e9d2f0c8a6a1f2b3", &accented, "zz3e8d2c5a0c4f6e9d2f0c8a6a1f2b3c"]
        {
            assert_eq!(with_hyphens(other), other);
        }
    }
}
