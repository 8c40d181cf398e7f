//! Labels of categories in Portuguese and English.

use std::collections::HashMap;

use crate::Categories;
use crate::fold::fold;

/// Language of a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Language {
    /// Portuguese of Brazil.
    Portuguese,
    /// English.
    English,
}

/// Labels of categories: a table to which you add. A category that is not in it keeps the provider's word.
///
/// Case, accents and blanks around a word do not count.
///
/// ```
/// use statements::{Categories, CategoryLabels, Language};
///
/// let mut labels = CategoryLabels::new();
/// labels.add(&["Renda", "Renda ativa"], "Renda do trabalho", "Earned income");
/// let [first, second] = ["RENDA".into(), "Renda ativa".into()].map(Some);
/// let categories = Categories::new([&first, &second, &None]);
/// assert_eq!(labels.labels(&categories, Language::English), ["RENDA", "Earned income"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CategoryLabels {
    /// By the folded words from the first level on.
    labels: HashMap<Vec<String>, [String; 2]>,
}

impl CategoryLabels {
    /// A table without labels.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the labels of a category, or replaces them. The path has the words from the first level down to the one that is
    /// labelled, since a word may stand under several others.
    pub fn add(&mut self, path: &[&str], portuguese: &str, english: &str) {
        let path = path.iter().map(|word| fold(word.trim())).collect();
        self.labels.insert(path, [portuguese.to_owned(), english.to_owned()]);
    }

    /// The label of each level that the categories have, the widest first.
    pub fn labels<'a>(&'a self, categories: &'a Categories, language: Language) -> Vec<&'a str> {
        let mut path = Vec::new();
        let label = |word: &'a provider_wire::Text| {
            path.push(fold(word.as_str().trim()));
            let [portuguese, english] = self.labels.get(&path)?;
            Some(match language {
                Language::Portuguese => portuguese.as_str(),
                Language::English => english.as_str(),
            })
        };
        let mut label = label;
        categories.levels().map(|word| label(word).unwrap_or(word.as_str())).collect()
    }

    /// The label of the narrowest level; `None` where the entry has no category.
    pub fn label<'a>(&'a self, categories: &'a Categories, language: Language) -> Option<&'a str> {
        self.labels(categories, language).pop()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_has_the_label_of_its_place_and_an_unknown_one_its_own() {
        let mut labels = CategoryLabels::new();
        labels.add(&["Renda"], "Renda", "Income");
        labels.add(&["Renda", "Outros"], "Outras rendas", "Other income");
        labels.add(&["Compras", "Outros"], "Outras compras", "Other purchases");
        let of = |words: [Option<&str>; 3], language| {
            let [first, second, third] = words.map(|word| word.map(Into::into));
            let categories = Categories::new([&first, &second, &third]);
            labels.label(&categories, language).map(str::to_owned)
        };
        let english = |first, second| of([first, second, None], Language::English);
        assert_eq!(english(Some("renda"), Some(" OUTROS ")).as_deref(), Some("Other income"));
        assert_eq!(english(Some("Compras"), Some("Outros")).as_deref(), Some("Other purchases"));
        assert_eq!(english(Some("Lazer"), Some("Outros")).as_deref(), Some("Outros"));
        assert_eq!(english(Some("Renda"), None).as_deref(), Some("Income"));
        assert_eq!(english(None, None), None);
        assert_eq!(of([Some("Renda"), None, None], Language::Portuguese).as_deref(), Some("Renda"));
    }
}
