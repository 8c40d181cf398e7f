//! Text without what people and banks write in several ways: case, accents, blanks.

use provider_wire::Text;

/// Lower case, without accents.
pub(crate) fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).filter(|c| !is_combining(*c)).map(base).collect()
}

/// The parts of a folded text between anything that is no letter and no digit.
pub(crate) fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// A text that says something: neither blank nor `NA`.
pub(crate) fn stated(text: Option<&Text>) -> Option<&Text> {
    text.filter(|text| !matches!(text.as_str().trim(), "" | "NA" | "N/A"))
}

/// The ISO 4217 code in capitals; `None` for reais, stated or not.
pub(crate) fn foreign(currency: Option<&Text>) -> Option<Text> {
    let code = currency?.as_str().trim().to_ascii_uppercase();
    (!matches!(code.as_str(), "" | "BRL" | "NA")).then(|| code.into())
}

fn is_combining(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

fn base(c: char) -> char {
    match c {
        'á' | 'à' | 'â' | 'ã' | 'ä' | 'å' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        'ý' | 'ÿ' => 'y',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_case_do_not_count_in_either_form() {
        assert_eq!(fold("JOÃO Conceição ÑÜÝ"), "joao conceicao nuy");
        assert_eq!(fold("Joa\u{303}o"), "joao");
        assert_eq!(words(&fold(" Ana-Paula  d'Ávila ")).collect::<Vec<_>>(), ["ana", "paula", "d", "avila"]);
    }

    #[test]
    fn reais_are_reais_stated_or_not() {
        for currency in [None, Some(""), Some(" brl "), Some("BRL"), Some("NA")] {
            assert_eq!(foreign(currency.map(Text::from).as_ref()), None);
        }
        assert_eq!(foreign(Some(&"usd".into())), Some("USD".into()));
    }
}
