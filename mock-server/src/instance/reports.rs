use jiff::Timestamp;
use klavi_types::api::{ConsentStatus, ReportAccepted};
use klavi_types::events::EventName;
use klavi_types::{DeliveryKind, Json, Level, PersonType, Product};
use synthetic_data::{Subject, institutions, seeded};
use url::Url;

use super::Instance;
use crate::events::{self, About};
use crate::refusal::Refusal;
use crate::rules;
use crate::store::{CallbackUrls, Consent, ReportRequest, Store};
use crate::{Behaviour, cpf_cipher};
use provider_mock::deliveries::{Body, Delivery};
use provider_mock::fresh;
use synthetic_data::{Length, Scope, Source};

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

/// A request that was taken, with all that its reports are made of.
struct Accepted {
    order: ReportOrder,
    request_id: String,
    products: Vec<Product>,
    subject: Subject,
    sources: Vec<Source>,
    unreachable: bool,
    /// Where the reports of each link go, as far as it says so.
    links: Vec<Option<CallbackUrls>>,
    external_info: Option<Json>,
    behaviour: Behaviour,
    now: Timestamp,
    /// Number of the request.
    number: usize,
}

impl Instance {
    /// Takes the request. What is sent for it is made after the answer, in this order: the event that says so, then for
    /// each product the event that it is ready (or failed) and the report itself.
    pub(crate) fn request_reports(&self, order: ReportOrder) -> Result<ReportAccepted, Refusal> {
        if let Some(code) = &order.institution_code {
            self.open_finance_in_service(code)?;
        }
        let accepted = self.accept(&mut self.store(), order)?;
        let mut answer = ReportAccepted::default();
        answer.request_id = Some(accepted.request_id.as_str().into());
        answer.message = Some("ok".into());
        self.make(|mock| accepted.deliveries(mock));
        Ok(answer)
    }

    /// All products of the contract on what one consent opens, without a request of the partner's.
    pub(super) fn send_automatic_reports(&self, store: &mut Store, consent_id: &str) {
        let Some(consent) = store.consent(consent_id) else { return };
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
        if let Ok(accepted) = self.accept(store, order) {
            self.make(|mock| accepted.deliveries(mock));
        }
    }

    /// Notes the request.
    fn accept(&self, store: &mut Store, order: ReportOrder) -> Result<Accepted, Refusal> {
        let consents = authorised(store, &order);
        let products = products(&order, consents.is_ok())?;
        let consents = consents?;

        let now = self.clock.now();
        let mut links: Vec<_> = consents.iter().filter_map(|consent| store.link(&consent.link_id)).collect();
        links.dedup_by_key(|link| &link.id);
        let of_link = || links.iter().find_map(|link| link.external_info.clone());
        let (sources, unreachable) = self.sources(store, &consents);
        let request_id = fresh::id();
        let request = ReportRequest {
            request_id: request_id.clone(),
            tax_id: order.tax_id.clone(),
            institution_code: order.institution_code.clone(),
            products: products.iter().map(ToString::to_string).collect(),
            consent_ids: consents.iter().map(|consent| consent.id.clone()).collect(),
            created_at: now,
        };
        let accepted = Accepted {
            request_id,
            products,
            subject: subject(&consents),
            sources,
            unreachable,
            links: links.iter().map(|link| link.callback_urls.clone()).collect(),
            external_info: order.external_info.clone().or_else(of_link),
            behaviour: self.behaviour.get(),
            now,
            number: store.report_requests.len(),
            order,
        };
        store.report_requests.push(request);
        Ok(accepted)
    }
}

impl Instance {
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

impl Accepted {
    /// Makes all that is sent for the request: the work of a second where there are many banks.
    fn deliveries(self, mock: &Instance) -> Vec<Delivery> {
        let Self { subject, behaviour, request_id, .. } = &self;
        let scenario = mock.scenario();
        let is_partial =
            |source: &Source| scenario.is_some_and(|scenario| scenario.is_partial(source.institution.code));
        let cpf = subject.cpf().filter(|_| behaviour.encoded_cpf);
        let encoded_cpf = cpf.map(|cpf| cpf_cipher::encode(&mock.settings.secret_key, cpf));
        let scope = Scope {
            seed: mock.settings.seed,
            now: self.now,
            subject,
            sources: &self.sources,
            version: behaviour.version(),
            length: Length::ThreeMonths,
            scenario,
            messy: mock.messy(),
            encoded_cpf: encoded_cpf.as_deref(),
            partial: (self.unreachable && !self.sources.is_empty()) || self.sources.iter().any(is_partial),
            request_id,
            external_info: self.external_info.as_ref(),
        };

        let event = |name: EventName, about: About<'_>| {
            events::delivery(mock, behaviour, &name, about, self.external_info.clone(), self.now)
        };
        let request = About::Request { request_id, subject };
        let mut deliveries = vec![event(EventName::ProductRequestReceived, request)];
        for product in &self.products {
            let report_id = fresh::id();
            let about = About::Report { request_id, subject, product, report_id: &report_id };
            let Some((body, messy)) = synthetic_data::report(&scope, product, &report_id) else {
                deliveries.push(event(EventName::ProductGeneratedFailed, about));
                continue;
            };
            mock.count_messy(&messy);
            let has_failed = scenario.is_some_and(|scenario| scenario.failure(product).is_some());
            let ready = if has_failed {
                EventName::ProductGeneratedFailed
            } else {
                EventName::ProductGeneratedSuccess
            };
            deliveries.push(event(ready, about));
            let body = behaviour.spelling().write(body.into());
            for url in self.addresses(product.as_str()) {
                let kind = DeliveryKind::Report.as_str();
                let body = Body::Kept(body.clone());
                let report = Delivery::new(kind, product.as_str(), report_id.clone(), url, body);
                deliveries.push(report.of_request(request_id.as_str()));
            }
        }
        if behaviour.disorder {
            seeded::rng(mock.settings.seed, &["disorder", &self.number.to_string()]).shuffle(&mut deliveries);
        }
        let options = behaviour.send_options();
        deliveries.into_iter().map(|delivery| delivery.options(options)).collect()
    }

    /// Where the report of a product goes: as the request says, else to the address of each link, else to the console's.
    fn addresses(&self, product: &str) -> Vec<Option<Url>> {
        let of = |urls: &Option<CallbackUrls>| urls.as_ref()?.url_for(product).cloned();
        if let Some(url) = of(&self.order.callback_urls) {
            return vec![Some(url)];
        }
        let mut addresses = Vec::new();
        for link in &self.links {
            let address = of(link).or_else(|| self.behaviour.console_webhook.clone());
            if !addresses.contains(&address) {
                addresses.push(address);
            }
        }
        // A link without any address is no reason to hold back what another one has.
        if addresses.len() > 1 {
            addresses.retain(Option::is_some);
        }
        addresses
    }
}

fn products(order: &ReportOrder, has_consent: bool) -> Result<Vec<Product>, Refusal> {
    let words = match &order.selection {
        Selection::All => return Ok(synthetic_data::contract(order.person)),
        Selection::Named(words) if words.is_empty() => {
            return Err(Refusal::by(&rules::NO_PRODUCTS, "products needs at least one item"));
        }
        Selection::Named(words) => words,
    };
    let refused = |rule, word: &str, why: &str| Refusal::by(rule, format!("The product {word} {why}"));
    words
        .iter()
        .map(|word| {
            let product = Product::from(word.as_str());
            if let Some(refusal) = contrived(order, word, has_consent) {
                Err(refusal)
            } else if !product.is_known() {
                Err(refused(&rules::PRODUCT, word, "is not known"))
            } else if product.person_type() != Some(order.person) {
                Err(refused(&rules::PRODUCT_PERSON, word, "is not one for this kind of person"))
            } else if product.level().is_some_and(|level| level != order.level) {
                Err(refused(&rules::PRODUCT, word, "is of the other level"))
            } else if !synthetic_data::contract(order.person).contains(&product) {
                Err(refused(
                    &rules::PRODUCT_CONTRACT,
                    word,
                    "is not in the contract: the mock does not have it",
                ))
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
    let (rule, message) = match (name?, has_consent) {
        ("mock_failed", _) => (&rules::MOCK_FAILED, "The product cannot be requested"),
        ("mock_eco", false) => (&rules::MOCK_ECO, "No Open Finance consent is available"),
        ("mock_eco", true) => (&rules::MOCK_ECO_KYC, "KYC is needed first"),
        _ => return None,
    };
    Some(Refusal::by(rule, message))
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
        return Err(Refusal::by(&rules::AUTHORISATION, message));
    }
    Ok(consents)
}

/// Whom the reports are about: of a company the first person who is known to act for it.
fn subject(consents: &[&Consent]) -> Subject {
    let named = consents.iter().find(|consent| consent.subject.cpf().is_some());
    named.or(consents.first()).expect("a request without consents is refused").subject.clone()
}
