//! The other side of a payment.

use klavi_types::reports::PartyPersonType;

use super::customer::Customer;
use crate::institutions::INSTITUTIONS;
use crate::{seeded, tax_id};

/// The other side of a payment: a tax id with valid check digits and an account, both invented.
pub(crate) struct Counterparty {
    pub(crate) tax_id: String,
    pub(crate) person_type: PartyPersonType,
    pub(crate) compe_code: &'static str,
    pub(crate) branch: String,
    pub(crate) number: String,
    pub(crate) check_digit: String,
}

impl Counterparty {
    /// The same role gives the same company in every month of a customer.
    pub(crate) fn company(customer: &Customer, role: &str) -> Self {
        Self::new(customer, role, PartyPersonType::PessoaJuridica)
    }

    /// The same for a person.
    pub(crate) fn person(customer: &Customer, role: &str) -> Self {
        Self::new(customer, role, PartyPersonType::PessoaNatural)
    }

    fn new(customer: &Customer, role: &str, person_type: PartyPersonType) -> Self {
        let mut rng = customer.rng(&["counterparty", role]);
        let tax_id = match person_type {
            PartyPersonType::PessoaNatural => tax_id::cpf(&seeded::digits(&mut rng, 9)),
            _ => tax_id::cnpj(&format!("{}0001", seeded::digits(&mut rng, 8))),
        };
        Self {
            tax_id,
            person_type,
            compe_code: INSTITUTIONS[rng.usize(..INSTITUTIONS.len())].code,
            branch: seeded::digits(&mut rng, 4),
            number: seeded::digits(&mut rng, 9),
            check_digit: seeded::digits(&mut rng, 1),
        }
    }
}
