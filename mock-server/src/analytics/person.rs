use klavi_types::OneOrMany;
use klavi_types::kaas::PersonalCustomerIdentification;
use klavi_types::reports::{Identity, IdentityReport};

/// What the report of identity has a place for.
pub(super) fn report(person: &PersonalCustomerIdentification) -> IdentityReport {
    let documents = person.documents.clone().unwrap_or_default();
    let mut identity = Identity::default();
    identity.brand_name.clone_from(&person.brand_name);
    identity.company_cnpj = person.companies_cnpj.first().cloned();
    identity.cpf_number = documents.cpf_number;
    identity.passport = documents.passport;
    identity.other_documents =
        person.other_documents.iter().map(|document| document.document.clone()).collect();
    identity.civil_name.clone_from(&person.civil_name);
    identity.birth_date = person.birth_date;
    identity.sex.clone_from(&person.sex);
    identity.marital_status_code.clone_from(&person.marital_status_code);
    identity.filiations = person.filiation.iter().map(|parent| parent.filiation.clone()).collect();
    let phones = person.contacts.iter().flat_map(|contacts| contacts.phones.iter());
    let phones: Vec<_> = phones.map(|phone| phone.phone.clone()).collect();
    identity.phone = match <[_; 1]>::try_from(phones) {
        Ok([phone]) => Some(OneOrMany::One(phone)),
        Err(phones) => (!phones.is_empty()).then_some(OneOrMany::Many(phones)),
    };
    let mut report = IdentityReport::default();
    report.identity = Some(identity);
    report
}
