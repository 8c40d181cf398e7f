//! Who pays.

use provider_wire::Text;
use serde::{Deserialize, Serialize};

use crate::fold::{fold, words};

/// Who pays, as far as reports say. Personal data; `Debug` shows none of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Payer {
    /// Its CPF or CNPJ, without punctuation.
    TaxId(Text),
    /// What the texts of its payments have in common: the words, folded, without numbers and names of months.
    Description(Text),
}

const MONTHS: [&str; 24] = [
    "jan",
    "fev",
    "mar",
    "abr",
    "mai",
    "jun",
    "jul",
    "ago",
    "set",
    "out",
    "nov",
    "dez",
    "janeiro",
    "fevereiro",
    "marco",
    "abril",
    "maio",
    "junho",
    "julho",
    "agosto",
    "setembro",
    "outubro",
    "novembro",
    "dezembro",
];

/// The words of a text that stay the same from month to month; `None` where there are none.
pub(super) fn lasting(description: &Text) -> Option<Text> {
    let folded = fold(description.as_str());
    let lasting =
        words(&folded).filter(|word| !word.contains(|c: char| c.is_ascii_digit()) && !MONTHS.contains(word));
    let joined = lasting.collect::<Vec<_>>().join(" ");
    (!joined.is_empty()).then(|| joined.into())
}

/// The characters of a tax id; `None` where there are none or all are zero.
pub(super) fn tax_id(counterparty: &Text) -> Option<Text> {
    let id: String =
        counterparty.as_str().chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_uppercase();
    id.contains(|c: char| c != '0').then(|| id.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_and_numbers_do_not_last() {
        let lasting = |text: &str| lasting(&text.into()).map(|text| text.as_str().to_owned());
        assert_eq!(lasting("SALÁRIO JAN/2026 ACME LTDA").as_deref(), Some("salario acme ltda"));
        assert_eq!(lasting("Salario 02-26  Acme, Ltda"), lasting("SALÁRIO JAN/2026 ACME LTDA"));
        assert_eq!(lasting("05/01 12345"), None);
        assert_eq!(lasting(""), None);
    }

    #[test]
    fn a_tax_id_of_zeros_names_no_payer() {
        assert_eq!(tax_id(&"000.000.000-00".into()), None);
        assert_eq!(tax_id(&" ".into()), None);
        assert_eq!(tax_id(&"11.222.333/0001-81".into()), Some("11222333000181".into()));
    }
}
