//! `external_id`, by the links article: three characters at least, letters, digits, `-` and `_`, and nothing personal. A
//! value that looks personal becomes null without an error.

/// What becomes of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Kept,
    /// It looks like an e-mail address, a name, a phone, a card or a document number.
    Dropped,
    TooShort,
    OtherCharacters,
}

pub(crate) fn judge(value: &str) -> Verdict {
    if looks_personal(value) {
        Verdict::Dropped
    } else if value.chars().count() < 3 {
        Verdict::TooShort
    } else if value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
        Verdict::Kept
    } else {
        Verdict::OtherCharacters
    }
}

fn looks_personal(value: &str) -> bool {
    let is_email =
        value.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'));
    let words: Vec<_> = value.split_whitespace().collect();
    let is_name = words.len() > 1
        && words
            .iter()
            .all(|word| word.chars().all(|character| character.is_alphabetic() || "'.-".contains(character)));
    let bare: String = value.chars().filter(|character| !"+-.()/ ".contains(*character)).collect();
    let is_number = (10..=19).contains(&bare.len()) && bare.bytes().all(|byte| byte.is_ascii_digit());
    is_email || is_name || is_number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seed_personal_data_become_null_and_other_rules_are_kept() {
        for (verdict, values) in [
            (
                Verdict::Kept,
                &["abc", "user-1", "9a1b", "c0ffee00-1234-4abc-8def-001122334455", "A_b-9", "12345678"][..],
            ),
            (
                Verdict::Dropped,
                &[
                    "ana@cliente.example",
                    "Ana Alves",
                    "Ana D'Ávila Cliente",
                    "+55 11 91234-5678",
                    "11912345678",
                    "123.456.789-09",
                    "4111 1111 1111 1111",
                ],
            ),
            (Verdict::TooShort, &["ab", "1"]),
            (Verdict::OtherCharacters, &["user 1", "a/b/c", "usuário", "a.b.c", "user@1"]),
        ] {
            for value in values {
                assert_eq!(judge(value), verdict, "{value}");
            }
        }
    }
}
