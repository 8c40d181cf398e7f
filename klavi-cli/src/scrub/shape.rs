//! Other text of the same shape: each character by one of its class, from a stream of random bytes.
//!
//! Knows nothing of documents, of words and of where the bytes come from.

/// Random numbers.
pub(crate) trait Random {
    /// A number below `bound`.
    fn below(&mut self, bound: u8) -> u8;
}

/// Letters of Portuguese that take two bytes, as the letters they replace.
const LOWER: [char; 12] = ['á', 'â', 'ã', 'à', 'ç', 'é', 'ê', 'í', 'ó', 'ô', 'õ', 'ú'];
const UPPER: [char; 12] = ['Á', 'Â', 'Ã', 'À', 'Ç', 'É', 'Ê', 'Í', 'Ó', 'Ô', 'Õ', 'Ú'];

/// Letters without case, by the bytes they take.
const LETTERS: [[char; 10]; 3] = [
    ['א', 'ב', 'ג', 'ד', 'ה', 'ו', 'ז', 'ח', 'ט', 'י'],
    ['か', 'き', 'く', 'け', 'こ', 'さ', 'し', 'す', 'せ', 'そ'],
    ['𐌰', '𐌱', '𐌲', '𐌳', '𐌴', '𐌵', '𐌶', '𐌷', '𐌸', '𐌹'],
];

/// Digits of other scripts, by the bytes they take.
const DIGITS: [[char; 10]; 3] = [
    ['٠', '١', '٢', '٣', '٤', '٥', '٦', '٧', '٨', '٩'],
    ['０', '１', '２', '３', '４', '５', '６', '７', '８', '９'],
    ['𝟎', '𝟏', '𝟐', '𝟑', '𝟒', '𝟓', '𝟔', '𝟕', '𝟖', '𝟗'],
];

/// Whether there is nothing in the text that could be replaced: zeros, punctuation, blanks, symbols.
pub(crate) fn is_blank(text: &str) -> bool {
    let significant = match number_parts(text) {
        Some((mantissa, _)) => mantissa,
        None => text,
    };
    !significant.chars().any(|character| character != '0' && character.is_alphanumeric())
}

/// Text of the same shape.
///
/// Zeros before the first other digit stay zeros, and the first other digit becomes no zero. In a decimal number the
/// same holds from the end of the fraction, so that a whole number stays whole. Short exponents stay.
pub(crate) fn shaped(text: &str, random: &mut impl Random) -> String {
    let Some((mantissa, exponent)) = number_parts(text) else { return characters(text, false, random) };
    let mut shaped = match mantissa.split_once('.') {
        Some((_, fraction)) => {
            let zeros = fraction.len() - fraction.trim_end_matches('0').len();
            let kept = mantissa.len() - zeros;
            characters(&mantissa[..kept], zeros < fraction.len(), random) + &mantissa[kept..]
        }
        None => characters(mantissa, false, random),
    };
    let digits = exponent.trim_start_matches(['e', 'E', '+', '-']);
    if digits.len() <= 2 {
        shaped.push_str(exponent);
    } else {
        shaped.push_str(&exponent[..exponent.len() - digits.len()]);
        shaped.push_str(&characters(digits, false, random));
    }
    shaped
}

/// `end_counts`: the last character becomes no zero.
fn characters(text: &str, end_counts: bool, random: &mut impl Random) -> String {
    let mut leading = true;
    let mut characters = text.chars().peekable();
    let mut shaped = String::with_capacity(text.len());
    while let Some(character) = characters.next() {
        let is_end = end_counts && characters.peek().is_none();
        shaped.push(match character {
            '0' if leading => '0',
            '0'..='9' if leading || is_end => {
                leading = false;
                char::from(b'1' + random.below(9))
            }
            '0'..='9' => char::from(b'0' + random.below(10)),
            'a'..='z' => char::from(b'a' + random.below(26)),
            'A'..='Z' => char::from(b'A' + random.below(26)),
            other => of_class(other, random),
        });
    }
    shaped
}

/// Characters beyond ASCII by others that take as many bytes.
fn of_class(character: char, random: &mut impl Random) -> char {
    let bytes = character.len_utf8();
    if character.is_ascii() || !character.is_alphanumeric() {
        character
    } else if !character.is_alphabetic() {
        DIGITS[bytes - 2][usize::from(random.below(10))]
    } else if bytes == 2 && character.is_lowercase() {
        LOWER[usize::from(random.below(12))]
    } else if bytes == 2 && character.is_uppercase() {
        UPPER[usize::from(random.below(12))]
    } else {
        LETTERS[bytes - 2][usize::from(random.below(10))]
    }
}

/// Mantissa and exponent of a decimal number, with or without leading zeros; `None` for any other text.
fn number_parts(text: &str) -> Option<(&str, &str)> {
    let are_digits = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let (mantissa, exponent) = text.split_at(text.find(['e', 'E']).unwrap_or(text.len()));
    let plain = mantissa.strip_prefix('-').unwrap_or(mantissa);
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, "0"));
    let power = exponent.get(1..).map_or("0", |signed| signed.strip_prefix(['+', '-']).unwrap_or(signed));
    (are_digits(whole) && are_digits(fraction) && are_digits(power)).then_some((mantissa, exponent))
}
