//! The person in the shape of the first generation's `identity`.

use klavi_types::OneOrMany;
use klavi_types::legacy::{Address, Person};

use super::Holdings;
use crate::identity;
use crate::seeded;

/// The person of `pf_identity`, with an address.
pub(super) fn person(holdings: &Holdings<'_>) -> Person {
    let customer = holdings.customer;
    let known = identity::identity(customer, &holdings.checking, Some(customer.tax_id.as_str()));
    let phones = known.phone.as_ref().map_or(&[][..], OneOrMany::as_slice);
    let mut person = Person::default();
    person.account = holdings.account(&holdings.checking);
    person.name = known.civil_name;
    person.cellphone = phones.first().and_then(|phone| {
        Some(format!("{}{}", phone.area_code.as_ref()?.as_str(), phone.number.as_ref()?.as_str()).into())
    });
    let mut rng = customer.rng(&["address"]);
    person.email = Some(format!("cliente.{}@cliente.example", seeded::digits(&mut rng, 6)).into());
    let mut address = Address::default();
    address.postcode = Some("01310000".into());
    address.address = Some("Rua Sintética".into());
    address.address_number = Some(rng.u32(1..2_000).to_string().into());
    address.neighborhood = Some("Centro".into());
    address.complement = Some(format!("apto {}", rng.u32(1..200)).into());
    address.city = Some("São Paulo".into());
    address.state = Some("SP".into());
    address.country = Some("Brasil".into());
    person.correspondence_address = Some(address);
    person
}
