//! serde's rules for `rename_all`: what a member or a word is called, made of the Rust name.

use syn::{Error, LitStr, Result};

#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum RenameRule {
    /// The Rust name as it stands.
    #[default]
    None,
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

const RULES: [(&str, RenameRule); 8] = [
    ("lowercase", RenameRule::Lower),
    ("UPPERCASE", RenameRule::Upper),
    ("PascalCase", RenameRule::Pascal),
    ("camelCase", RenameRule::Camel),
    ("snake_case", RenameRule::Snake),
    ("SCREAMING_SNAKE_CASE", RenameRule::ScreamingSnake),
    ("kebab-case", RenameRule::Kebab),
    ("SCREAMING-KEBAB-CASE", RenameRule::ScreamingKebab),
];

impl RenameRule {
    pub(crate) fn parse(literal: &LitStr) -> Result<Self> {
        let name = literal.value();
        if let Some((_, rule)) = RULES.iter().find(|(known, _)| *known == name) {
            return Ok(*rule);
        }
        let known = RULES.map(|(name, _)| format!("{name:?}")).join(", ");
        Err(Error::new_spanned(literal, format!("unknown rule {name:?}: use one of {known}")))
    }

    /// The wire name of a field, whose Rust name is in snake case.
    pub(crate) fn field(self, name: &str) -> String {
        match self {
            Self::None | Self::Lower | Self::Snake => name.to_owned(),
            Self::Upper | Self::ScreamingSnake => name.to_ascii_uppercase(),
            Self::Pascal => name.split('_').map(|word| with_first(word, char::to_ascii_uppercase)).collect(),
            Self::Camel => with_first(&Self::Pascal.field(name), char::to_ascii_lowercase),
            Self::Kebab => name.replace('_', "-"),
            Self::ScreamingKebab => Self::ScreamingSnake.field(name).replace('_', "-"),
        }
    }

    /// The wire value of a variant, whose Rust name is in Pascal case.
    pub(crate) fn variant(self, name: &str) -> String {
        match self {
            Self::None | Self::Pascal => name.to_owned(),
            Self::Lower => name.to_ascii_lowercase(),
            Self::Upper => name.to_ascii_uppercase(),
            Self::Camel => with_first(name, char::to_ascii_lowercase),
            Self::Snake => {
                let mut snake = String::new();
                for (at, letter) in name.char_indices() {
                    if at > 0 && letter.is_uppercase() {
                        snake.push('_');
                    }
                    snake.push(letter.to_ascii_lowercase());
                }
                snake
            }
            Self::ScreamingSnake => Self::Snake.variant(name).to_ascii_uppercase(),
            Self::Kebab => Self::Snake.variant(name).replace('_', "-"),
            Self::ScreamingKebab => Self::ScreamingSnake.variant(name).replace('_', "-"),
        }
    }
}

fn with_first(word: &str, change: fn(&char) -> char) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| change(&first)).into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_renamed_as_serde_renames_them() {
        let renamed = RULES.map(|(_, rule)| rule.field("f_all_c_month2"));
        assert_eq!(
            renamed,
            [
                "f_all_c_month2",
                "F_ALL_C_MONTH2",
                "FAllCMonth2",
                "fAllCMonth2",
                "f_all_c_month2",
                "F_ALL_C_MONTH2",
                "f-all-c-month2",
                "F-ALL-C-MONTH2",
            ]
        );
        assert_eq!(RenameRule::None.field("f_all"), "f_all");
    }

    #[test]
    fn variants_are_renamed_as_serde_renames_them() {
        let renamed = RULES.map(|(_, rule)| rule.variant("AVista2B"));
        assert_eq!(
            renamed,
            [
                "avista2b",
                "AVISTA2B",
                "AVista2B",
                "aVista2B",
                "a_vista2_b",
                "A_VISTA2_B",
                "a-vista2-b",
                "A-VISTA2-B",
            ]
        );
        assert_eq!(RenameRule::None.variant("AVista"), "AVista");
    }
}
