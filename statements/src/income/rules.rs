//! What is taken for income and what is not.

use provider_wire::Text;

use crate::credit::Disbursement;
use crate::fold::fold;

/// What is taken for income and what is not. Change what does not fit your customers.
///
/// ```
/// let mut rules = statements::income::Rules::default();
/// rules.min_months = 2;
/// rules.income_categories.push("Aposentadoria".into());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rules {
    /// How many months have to have a payment for it to recur. 3 by default.
    pub min_months: usize,
    /// How far a month may be from the median, in percent of it. 25 by default.
    pub tolerance_percent: u32,
    /// How many days after a debit a credit of the same amount may be its refund. 30 by default.
    pub refund_days: i32,
    /// Categories of income, at any level: `Renda`, `Salário`, `Income & Payments`, `Salary` by default. Case and accents do
    /// not count.
    pub income_categories: Vec<Text>,
    /// Categories of loans paid out, at any level: `Empréstimo`, `Credits & Loans` by default.
    pub loan_categories: Vec<Text>,
    /// Loans paid out, as [`Contracts::disbursements`](crate::credit::Contracts::disbursements) lists them. A credit of that
    /// amount on that day or the three after it is no income. None by default.
    pub disbursements: Vec<Disbursement>,
}

impl Default for Rules {
    fn default() -> Self {
        let texts = |words: &[&str]| words.iter().map(|word| Text::from(*word)).collect();
        Self {
            min_months: 3,
            tolerance_percent: 25,
            refund_days: 30,
            income_categories: texts(&["Renda", "Salário", "Income & Payments", "Salary"]),
            loan_categories: texts(&["Empréstimo", "Credits & Loans"]),
            disbursements: Vec::new(),
        }
    }
}

impl Rules {
    pub(super) fn is_among(categories: &[Text], word: &Text) -> bool {
        let word = fold(word.as_str().trim());
        categories.iter().any(|category| fold(category.as_str().trim()) == word)
    }
}
