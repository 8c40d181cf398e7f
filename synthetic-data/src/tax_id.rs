//! Check digits of CPF and CNPJ, written from Receita Federal's rule and not taken from `klavi-types`: the mock is
//! to notice a fault there.

const CPF_WEIGHTS: [u32; 10] = [11, 10, 9, 8, 7, 6, 5, 4, 3, 2];
const CNPJ_WEIGHTS: [u32; 13] = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];

/// Whether the text is a CPF: eleven digits without punctuation, the last two fit.
pub fn is_cpf(text: &str) -> bool {
    text.len() == 11
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && !all_equal(text)
        && with_check_digits(&text[..9], &CPF_WEIGHTS) == text
}

/// Whether the text is a CNPJ: twelve digits or capital letters and two digits, without punctuation, that fit.
pub fn is_cnpj(text: &str) -> bool {
    text.len() == 14
        && text.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
        && !all_equal(text)
        && with_check_digits(&text[..12], &CNPJ_WEIGHTS) == text
}

/// A CPF from nine digits.
pub fn cpf(base: &str) -> String {
    with_check_digits(base, &CPF_WEIGHTS)
}

/// A CNPJ from twelve digits or capital letters.
pub fn cnpj(base: &str) -> String {
    with_check_digits(base, &CNPJ_WEIGHTS)
}

fn all_equal(text: &str) -> bool {
    text.bytes().all(|byte| Some(byte) == text.bytes().next())
}

/// The weights are those of the second digit; the first digit has them without the first.
fn with_check_digits(base: &str, weights: &[u32]) -> String {
    let mut id = base.to_owned();
    for skip in [1, 0] {
        let sum: u32 =
            id.bytes().zip(&weights[skip..]).map(|(byte, weight)| u32::from(byte - b'0') * weight).sum();
        let digit = match sum % 11 {
            0 | 1 => 0,
            rest => 11 - rest,
        };
        id.extend(char::from_digit(digit, 10));
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_examples() {
        assert!(is_cpf("12345678909") && is_cpf("52998224725"));
        assert!(is_cnpj("11222333000181") && is_cnpj("12ABC34501DE35"));
        for wrong in ["12345678900", "11111111111", "123.456.789-09", "1234567890", "1234567890A", ""] {
            assert!(!is_cpf(wrong), "{wrong}");
        }
        for wrong in
            ["11222333000180", "00000000000000", "12ABC34501DE34", "12abc34501de35", "1122233300018é"]
        {
            assert!(!is_cnpj(wrong), "{wrong}");
        }
    }
}
