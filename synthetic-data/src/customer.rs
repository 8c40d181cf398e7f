//! Persons and companies: name and income. Must not know about banks.

use std::sync::Arc;

use fastrand::Rng;

use super::money::Centavos;
use crate::Subject;
use crate::scenario::HolderPlan;
use crate::seeded;

/// A person or a company that does not exist.
pub(crate) struct Customer {
    pub(crate) seed: u64,
    pub(crate) tax_id: String,
    pub(crate) kind: Kind,
    /// What comes in each month.
    pub(crate) income: Centavos,
    /// What a scenario plans for it.
    pub(crate) plan: Option<Arc<HolderPlan>>,
}

pub(crate) enum Kind {
    Person { civil_name: String },
    Company { company_name: String, trade_name: String, representative: String },
}

const WOMEN: [&str; 4] = ["Ana", "Carla", "Elisa", "Gilda"];
const MEN: [&str; 4] = ["Bruno", "Diego", "Fábio", "Heitor"];
const MIDDLE_NAMES: [&str; 8] = ["Alves", "Brito", "Costa", "Dias", "Farias", "Gomes", "Lima", "Matos"];
const TRADES: [&str; 5] = ["Padaria", "Oficina", "Papelaria", "Confecção", "Mercearia"];

impl Customer {
    pub(crate) fn new(seed: u64, subject: &Subject) -> Self {
        let tax_id = subject.tax_id().to_owned();
        let mut rng = seeded::rng(seed, &["customer", &tax_id]);
        match subject {
            Subject::Person { .. } => Self {
                seed,
                kind: Kind::Person { civil_name: name(&mut rng) },
                income: Centavos(rng.i64(25..=120) * 10_000),
                plan: None,
                tax_id,
            },
            Subject::Company { cpf, .. } => {
                let trade = TRADES[rng.usize(..TRADES.len())];
                let number = rng.u32(100..1000);
                Self {
                    seed,
                    kind: Kind::Company {
                        company_name: format!("{trade} Empresa Sintética {number} Ltda"),
                        trade_name: format!("{trade} Sintética {number}"),
                        representative: representative(seed, cpf.as_deref(), &mut rng),
                    },
                    income: Centavos(rng.i64(300..=1200) * 10_000),
                    plan: None,
                    tax_id,
                }
            }
        }
    }

    /// As the scenario has it.
    pub(crate) fn planned(self, plan: Arc<HolderPlan>) -> Self {
        let kind = match (self.kind, &plan.name) {
            (Kind::Person { .. }, Some(name)) => Kind::Person { civil_name: name.clone() },
            (Kind::Company { representative, .. }, Some(name)) => {
                Kind::Company { company_name: name.clone(), trade_name: name.clone(), representative }
            }
            (kind, None) => kind,
        };
        Self { kind, income: plan.income, plan: Some(plan), ..self }
    }

    /// A generator for one purpose of this customer.
    pub(crate) fn rng(&self, words: &[&str]) -> Rng {
        seeded::rng(self.seed, &[&[self.tax_id.as_str()], words].concat())
    }

    /// Hexadecimal digits of one purpose of this customer.
    pub(crate) fn hex(&self, words: &[&str], length: usize) -> String {
        seeded::hex(self.seed, &[&[self.tax_id.as_str()], words].concat(), length)
    }

    /// The holder in the report's `civilName`: of a company the person who acts for it.
    pub(crate) fn civil_name(&self) -> &str {
        match &self.kind {
            Kind::Person { civil_name } => civil_name,
            Kind::Company { representative, .. } => representative,
        }
    }
}

/// Who acts for a company: the person of that CPF, as that person's own reports name them.
fn representative(seed: u64, cpf: Option<&str>, rng: &mut Rng) -> String {
    let unknown = name(rng);
    match cpf {
        Some(cpf) => {
            let person = Customer::new(seed, &Subject::Person { cpf: cpf.to_owned() });
            person.civil_name().to_owned()
        }
        None => unknown,
    }
}

/// A name that cannot be taken for a real one.
fn name(rng: &mut Rng) -> String {
    if rng.bool() { woman(rng) } else { man(rng) }
}

pub(crate) fn woman(rng: &mut Rng) -> String {
    full_name(WOMEN[rng.usize(..WOMEN.len())], rng)
}

pub(crate) fn man(rng: &mut Rng) -> String {
    full_name(MEN[rng.usize(..MEN.len())], rng)
}

fn full_name(first: &str, rng: &mut Rng) -> String {
    let middle = MIDDLE_NAMES[rng.usize(..MIDDLE_NAMES.len())];
    format!("{first} {middle} Cliente Sintético")
}

/// Whether it is a name of a woman.
pub(crate) fn is_woman(name: &str) -> bool {
    WOMEN.iter().any(|first| name.starts_with(first))
}
