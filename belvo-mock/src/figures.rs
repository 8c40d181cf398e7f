use jiff::Timestamp;
use serde_json::{Value, json};
use synthetic_data::{Subject, seeded, tax_id};

use super::institutions::Institution;
use synthetic_data::{self, Activity};

/// Whom a login is of: the person or company of that CPF or CNPJ, else a person of the mock's own.
pub(crate) fn subject(seed: u64, username: &str) -> Subject {
    let bare: String = username.chars().filter(char::is_ascii_alphanumeric).collect();
    let bare = bare.to_ascii_uppercase();
    if tax_id::is_cpf(&bare) {
        Subject::Person { cpf: bare }
    } else if tax_id::is_cnpj(&bare) {
        Subject::Company { cnpj: bare, cpf: None }
    } else {
        let digits = seeded::digits(&mut seeded::rng(seed, &["belvo user", username]), 9);
        Subject::Person { cpf: tax_id::cpf(&digits) }
    }
}

/// What a link's synthetic customer has at the institution, as far as webhooks count it.
pub(crate) struct Figures(Activity);

impl Figures {
    pub(crate) fn new(seed: u64, username: &str, institution: &'static Institution, now: Timestamp) -> Self {
        Self(synthetic_data::activity(seed, &subject(seed, username), &institution.bank, now))
    }

    /// `data` of the webhook that says that the history of a resource is there. Of which resources it has members is
    /// known for four.
    pub(crate) fn historical(&self, resource: &str) -> Value {
        let activity = &self.0;
        match resource {
            "OWNERS" => json!({"total_owners": 1}),
            "ACCOUNTS" => json!({"total_accounts": activity.accounts}),
            "TRANSACTIONS" => {
                let days = |place: Option<&(Timestamp, bool)>| {
                    place.map(|(at, _)| at.strftime("%Y-%m-%d").to_string())
                };
                let inflow = activity.transactions.iter().filter(|(_, comes_in)| *comes_in).count();
                json!({
                    "total_transactions": activity.transactions.len(),
                    "total_inflow_transactions": inflow,
                    "total_outflow_transactions": activity.transactions.len() - inflow,
                    "first_transaction_date": days(activity.transactions.first()),
                    "last_transaction_date": days(activity.transactions.last()),
                })
            }
            "BILLS" => json!({"total_bills": activity.bills.len()}),
            _ => json!({}),
        }
    }

    /// Code and `data` of the webhook that tells of what has come since; `None` where nothing has.
    pub(crate) fn recurrent(&self, resource: &str, since: Timestamp) -> Option<(&'static str, Value)> {
        let activity = &self.0;
        match resource {
            "OWNERS" => Some(("new_owners_available", json!({"total_owners": 1}))),
            "ACCOUNTS" => {
                let data = json!({"total_accounts": activity.accounts, "new_accounts": 0});
                Some(("new_accounts_available", data))
            }
            "TRANSACTIONS" => {
                let new = activity.transactions.iter().filter(|(at, _)| *at > since).count();
                (new > 0).then(|| ("new_transactions_available", json!({"new_transactions": new})))
            }
            "BILLS" => {
                let new = activity.bills.iter().any(|closed| *closed > since);
                new.then(|| ("new_bills_available", json!({"total_bills": activity.bills.len()})))
            }
            _ => None,
        }
    }
}
