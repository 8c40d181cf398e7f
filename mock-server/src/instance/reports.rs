use klavi_types::api::{BusinessCode, ConsentStatus, ReportAccepted};
use klavi_types::events::EventName;
use klavi_types::{DeliveryKind, Json, Level, PersonType, Product};
use synthetic_data::{Subject, institutions, seeded};

use super::Instance;
use crate::cpf_cipher;
use crate::events::{self, About};
use crate::refusal::Refusal;
use crate::store::{CallbackUrls, Consent, ReportRequest, Store};
use provider_mock::deliveries::{Body, Delivery};
use provider_mock::fresh;
use synthetic_data::{self, Length, Scope, Source};

/// Which products a request names.
pub(crate) enum Selection {
    /// All of the contract.
    All,
    Named(Vec<String>),
}

/// A report request, each field checked by itself.
pub(crate) struct ReportOrder {
    pub(crate) person: PersonType,
    pub(crate) level: Level,
    pub(crate) tax_id: String,
    pub(crate) institution_code: Option<String>,
    pub(crate) link_id: Option<String>,
    pub(crate) consent_ids: Vec<String>,
    pub(crate) selection: Selection,
    pub(crate) callback_urls: Option<CallbackUrls>,
    pub(crate) external_info: Option<Json>,
}

impl Instance {
    /// Takes the request and queues, in this order: the event that says so, then for each product the event that it
    /// is ready (or failed) and the report itself.
    pub(crate) fn request_reports(&self, order: ReportOrder) -> Result<ReportAccepted, Refusal> {
        if let Some(code) = &order.institution_code {
            self.open_finance_in_service(code)?;
        }
        let mut store = self.store();
        let (request_id, deliveries) = self.accept(&mut store, order)?;
        drop(store);
        self.send(deliveries);

        let mut answer = ReportAccepted::default();
        answer.request_id = Some(request_id.into());
        answer.message = Some("ok".into());
        Ok(answer)
    }

    /// All products of the contract on what one consent opens, without a request of the partner's.
    pub(crate) fn automatic_reports(&self, store: &mut Store, consent_id: &str) -> Vec<Delivery> {
        let Some(consent) = store.consent(consent_id) else { return Vec::new() };
        let person = match consent.subject {
            Subject::Person { .. } => PersonType::Personal,
            Subject::Company { .. } => PersonType::Business,
        };
        let order = ReportOrder {
            person,
            level: Level::Institution,
            tax_id: consent.subject.tax_id().to_owned(),
            institution_code: Some(consent.institution_code.clone()),
            link_id: Some(consent.link_id.clone()),
            consent_ids: vec![consent_id.to_owned()],
            selection: Selection::All,
            callback_urls: None,
            external_info: None,
        };
        self.accept(store, order).map(|(_, deliveries)| deliveries).unwrap_or_default()
    }

    /// Notes the request; answers its id and what is to be sent for it.
    fn accept(&self, store: &mut Store, order: ReportOrder) -> Result<(String, Vec<Delivery>), Refusal> {
        let consents = authorised(store, &order);
        let products = products(&order, consents.is_ok())?;
        let consents = consents?;

        let request_id = fresh::id();
        let mut deliveries = self.deliveries(store, &order, &request_id, &products, &consents);
        let request = ReportRequest {
            request_id: request_id.clone(),
            tax_id: order.tax_id,
            institution_code: order.institution_code,
            products: products.iter().map(ToString::to_string).collect(),
            consent_ids: consents.iter().map(|consent| consent.id.clone()).collect(),
            created_at: self.clock.now(),
        };
        if self.behaviour.get().disorder {
            let number = store.report_requests.len().to_string();
            seeded::rng(self.settings.seed, &["disorder", &number]).shuffle(&mut deliveries);
        }
        store.report_requests.push(request);
        Ok((request_id, deliveries))
    }

    fn deliveries(
        &self,
        store: &Store,
        order: &ReportOrder,
        request_id: &str,
        products: &[Product],
        consents: &[&Consent],
    ) -> Vec<Delivery> {
        let now = self.clock.now();
        let links: Vec<_> = consents.iter().filter_map(|consent| store.link(&consent.link_id)).collect();
        let of_link = || links.iter().find_map(|link| link.external_info.clone());
        let external_info = order.external_info.clone().or_else(of_link);
        let subject = subject(consents);
        let (sources, unreachable) = self.sources(store, consents);
        let scenario = self.scenario();
        let is_partial =
            |source: &Source| scenario.is_some_and(|scenario| scenario.is_partial(source.institution.code));
        let behaviour = self.behaviour.get();
        let cpf = subject.cpf().filter(|_| behaviour.encoded_cpf);
        let encoded_cpf = cpf.map(|cpf| cpf_cipher::encode(&self.settings.secret_key, cpf));
        let scope = Scope {
            seed: self.settings.seed,
            now,
            subject: &subject,
            sources: &sources,
            version: behaviour.version(),
            length: Length::ThreeMonths,
            scenario,
            messy: self.messy(),
            encoded_cpf: encoded_cpf.as_deref(),
            partial: (unreachable && !sources.is_empty()) || sources.iter().any(is_partial),
            request_id,
            external_info: external_info.as_ref(),
        };

        let event = |name: EventName, about: About<'_>| {
            events::delivery(self, &name, about, external_info.clone(), now)
        };
        let request = About::Request { request_id, subject: &subject };
        let mut deliveries = vec![event(EventName::ProductRequestReceived, request)];
        for product in products {
            let report_id = fresh::id();
            let about = About::Report { request_id, subject: &subject, product, report_id: &report_id };
            let Some((body, messy)) = synthetic_data::report(&scope, product, &report_id) else {
                deliveries.push(event(EventName::ProductGeneratedFailed, about));
                continue;
            };
            self.count_messy(&messy);
            let has_failed = scenario.is_some_and(|scenario| scenario.failure(product).is_some());
            let ready = if has_failed {
                EventName::ProductGeneratedFailed
            } else {
                EventName::ProductGeneratedSuccess
            };
            deliveries.push(event(ready, about));
            let name = product.as_str();
            let url = order
                .callback_urls
                .iter()
                .chain(links.iter().filter_map(|link| link.callback_urls.as_ref()))
                .find_map(|urls| urls.url_for(name).cloned())
                .or_else(|| self.console_webhook());
            let kind = DeliveryKind::Report.as_str();
            let report = Delivery::new(kind, name, report_id, url, Body::Kept(body.into()));
            deliveries.push(report.of_request(request_id));
        }
        deliveries
    }

    /// What data can be had from, one for each link and bank; and whether a bank is out of service.
    fn sources(&self, store: &Store, consents: &[&Consent]) -> (Vec<Source>, bool) {
        let mut sources: Vec<Source> = Vec::new();
        let mut unreachable = false;
        for consent in consents {
            let Some(institution) = institutions::find(&consent.institution_code) else { continue };
            if self.is_out_of_service(store, institution) {
                unreachable = true;
                continue;
            }
            let same = |source: &&mut Source| {
                source.link_id == consent.link_id && source.institution.code == institution.code
            };
            if let Some(source) = sources.iter_mut().find(same) {
                source.consent_ids.push(consent.id.clone());
            } else {
                sources.push(Source {
                    institution,
                    link_id: consent.link_id.clone(),
                    consent_ids: vec![consent.id.clone()],
                });
            }
        }
        (sources, unreachable)
    }
}

fn products(order: &ReportOrder, has_consent: bool) -> Result<Vec<Product>, Refusal> {
    let words = match &order.selection {
        Selection::All => return Ok(synthetic_data::contract(order.person)),
        Selection::Named(words) if words.is_empty() => {
            return Err(Refusal::business(BusinessCode::NO_PRODUCTS, "products needs at least one item"));
        }
        Selection::Named(words) => words,
    };
    let refused = |word: &str, why: &str| {
        Refusal::business(BusinessCode::INVALID_PRODUCT, format!("The product {word} {why}"))
    };
    words
        .iter()
        .map(|word| {
            let product = Product::from(word.as_str());
            if let Some(refusal) = contrived(order, word, has_consent) {
                Err(refusal)
            } else if !product.is_known() {
                Err(refused(word, "is not known"))
            } else if product.person_type() != Some(order.person) {
                Err(refused(word, "is not one for this kind of person"))
            } else if product.level().is_some_and(|level| level != order.level) {
                Err(refused(word, "is of the other level"))
            } else if !synthetic_data::contract(order.person).contains(&product) {
                Err(refused(word, "is not in the contract: the mock does not have it"))
            } else {
                Ok(product)
            }
        })
        .collect()
}

/// The last three business codes have no known cause: no product of the "eco" kind that they speak of is known. So
/// products of the mock's own bring them about, with `pf_` or `pj_`: `mock_failed` is answered with 4007, `mock_eco`
/// with 4008 where there is no authorised consent, else with 4009.
fn contrived(order: &ReportOrder, word: &str, has_consent: bool) -> Option<Refusal> {
    let name = match order.person {
        PersonType::Personal => word.strip_prefix("pf_"),
        PersonType::Business => word.strip_prefix("pj_"),
    };
    let (code, message) = match (name?, has_consent) {
        ("mock_failed", _) => (BusinessCode::PRODUCT_REQUEST_FAILED, "The product cannot be requested"),
        ("mock_eco", false) => (BusinessCode::NO_CONSENT, "No Open Finance consent is available"),
        ("mock_eco", true) => (BusinessCode::KYC_NEEDED, "KYC is needed first"),
        _ => return None,
    };
    Some(Refusal::business(code, message))
}

/// The authorised consents that the request covers; those it names must all be among them.
fn authorised<'a>(store: &'a Store, order: &ReportOrder) -> Result<Vec<&'a Consent>, Refusal> {
    let covers = |consent: &&Consent| {
        consent.status == ConsentStatus::Authorised
            && consent.subject.tax_id() == order.tax_id
            && order.institution_code.as_ref().is_none_or(|code| *code == consent.institution_code)
            && order.link_id.as_ref().is_none_or(|id| *id == consent.link_id)
            && (order.consent_ids.is_empty() || order.consent_ids.contains(&consent.id))
    };
    let consents: Vec<_> = store.consents.iter().filter(covers).collect();
    let all_named = order.consent_ids.iter().all(|id| consents.iter().any(|consent| consent.id == *id));
    if consents.is_empty() || !all_named {
        let message = "The authorisation has expired or does not exist";
        return Err(Refusal::business(BusinessCode::INVALID_AUTHORISATION, message));
    }
    Ok(consents)
}

/// Whom the reports are about: of a company the first person who is known to act for it.
fn subject(consents: &[&Consent]) -> Subject {
    let named = consents.iter().find(|consent| consent.subject.cpf().is_some());
    named.or(consents.first()).expect("a request without consents is refused").subject.clone()
}
