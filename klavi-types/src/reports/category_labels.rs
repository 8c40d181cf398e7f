//! Labels of Klavi's categories.

use ::statements::CategoryLabels;

/// Labels of Klavi's categories in Portuguese and English, as far as the categories are known.
///
/// Klavi publishes no list of them. `Renda`, `Renda ativa` and `Salário` stand in the examples of its documentation;
/// `Empréstimo`, `Transferência` and `Pagamento de cartão` were observed in reports of the first generation. Add what your
/// reports have; any other category keeps its word. The labels are ours.
///
/// ```
/// use klavi_types::reports::category_labels;
/// use klavi_types::statements::{Categories, Language};
///
/// let words = ["Renda", "Renda ativa", "Salário"].map(|word| Some(word.into()));
/// let salary = Categories::new([&words[0], &words[1], &words[2]]);
/// assert_eq!(category_labels().label(&salary, Language::English), Some("Salary"));
/// ```
pub fn category_labels() -> CategoryLabels {
    let mut labels = CategoryLabels::new();
    labels.add(&["Renda"], "Renda", "Income");
    labels.add(&["Renda", "Renda ativa"], "Renda ativa", "Active income");
    labels.add(&["Renda", "Renda ativa", "Salário"], "Salário", "Salary");
    labels.add(&["Empréstimo"], "Empréstimo", "Loan");
    labels.add(&["Transferência"], "Transferência", "Transfer");
    labels.add(&["Pagamento de cartão"], "Pagamento de cartão", "Card bill payment");
    labels
}
