//! What users have connected: consents, links, report requests and tasks.

use html_kit::{Input, Lang};
use jiff::Timestamp;
use klavi_types::api::{ConsentStatus, TaskStatus};
use maud::{Markup, html};
use provider_mock::console::{Pager, Place, hidden, mark, moment};
use synthetic_data::institutions;

use crate::instance::Instance;
use crate::store::{Act, Consent, Link, ReportRequest, Task, TaskOrigin};

/// How many of the newest the overview shows.
const NEWEST: usize = 3;

/// The newest consents.
pub(super) fn newest(lang: Lang, mock: &Instance) -> Option<Markup> {
    let store = mock.store();
    let newest = store.consents.iter().rev().take(NEWEST);
    (!store.consents.is_empty()).then(|| {
        html! { @for consent in newest { (consent_entry(lang, Place::Overview, consent)) } }
    })
}

/// Each list by itself, page by page.
pub(super) fn show(lang: Lang, mock: &Instance, input: &Input) -> Markup {
    let place = Place::Connections;
    let pagers = ["consents", "links", "requests", "tasks"].map(|name| Pager::of(input, name));
    let [consents, links, requests, tasks] = &pagers;
    let now = mock.clock.now();
    let store = mock.store();
    let section = |name: &str, title: &str, none: &str, total: usize, pager: &Pager, rows: Markup| {
        html! {
            section id=(name) aria-labelledby={ (name) "-title" } {
                h2 id={ (name) "-title" } { (title) }
                div id={ (name) "-live" } data-live {
                    @if total == 0 { p.note { (none) } }
                    @else { ul.rows { (rows) } (pager.show(lang, place, &[], total)) }
                }
            }
        }
    };
    html! {
        (section(
            "consents",
            lang.say("Consentimentos", "Consents"),
            lang.say("Ainda nenhum consentimento.", "No consent yet."),
            store.consents.len(),
            consents,
            html! { @for consent in page(&store.consents, consents) { (consent_entry(lang, place, consent)) } },
        ))
        (section(
            "links",
            lang.say("Links", "Links"),
            lang.say("Ainda nenhum link.", "No link yet."),
            store.links.len(),
            links,
            html! { @for link in page(&store.links, links) { (link_entry(lang, &mock.base_url(), link, now)) } },
        ))
        (section(
            "requests",
            lang.say("Pedidos de relatórios", "Report requests"),
            lang.say("Ainda nenhum pedido.", "No request yet."),
            store.report_requests.len(),
            requests,
            html! { @for request in page(&store.report_requests, requests) { (request_entry(lang, request)) } },
        ))
        (section(
            "tasks",
            lang.say("Tarefas de Open Data", "Open Data tasks"),
            lang.say("Ainda nenhuma tarefa.", "No task yet."),
            store.tasks.len(),
            tasks,
            html! { @for task in page(&store.tasks, tasks) { (task_entry(lang, task)) } },
        ))
    }
}

/// A status in the API's own word.
fn consent_status(status: &ConsentStatus) -> Markup {
    let class = match status {
        ConsentStatus::Authorised => "good",
        status if status.is_pending() => "waits",
        _ => "bad",
    };
    mark(class, status.as_str())
}

/// The same of an Open Data task.
fn task_status(status: Option<&TaskStatus>) -> Markup {
    let class = match status {
        Some(TaskStatus::Success) => "good",
        Some(TaskStatus::Fail) => "bad",
        _ => "waits",
    };
    mark(class, status.map_or("", |status| status.as_str()))
}

/// The newest first.
fn page<'a, T>(all: &'a [T], pager: &Pager) -> impl Iterator<Item = &'a T> {
    let (after, most) = pager.window();
    all.iter().rev().skip(after).take(most)
}

/// A consent, with a button for whatever can happen to it.
pub(super) fn consent_entry(lang: Lang, place: Place, consent: &Consent) -> Markup {
    let acts = [
        (Act::Authorise, "authorise", lang.say("Autorizar", "Authorise")),
        (Act::Approve, "approve", lang.say("Aprovar no banco", "Approve at the bank")),
        (Act::Reject, "reject", lang.say("Recusar", "Reject")),
        (Act::Fail, "fail", lang.say("Falhar no banco", "Break at the bank")),
        (Act::Expire, "expire", lang.say("Expirar", "Expire")),
        (Act::Revoke, "revoke", lang.say("Revogar", "Revoke")),
        (Act::DeleteByUser, "delete-by-user", lang.say("Apagar os dados", "Delete the data")),
    ];
    let possible = acts.iter().filter(|(act, ..)| act.leads_to(&consent.status).is_some());
    let name = format!("consent-{}", consent.id);
    html! {
        li id=(name) tabindex="-1" {
            p.head {
                strong id={ (name) "-name" } { (institution(&consent.institution_code)) }
                (consent_status(&consent.status))
            }
            p.facts {
                code { (consent.id) }
                (moment(consent.updated_at))
                span { (consent.subject.tax_id()) }
                span { "externalTrackId " (consent.external_track_id) }
            }
            form.buttons method="post" action={ "/_mock/console/consents/" (consent.id) } {
                (hidden(lang, place))
                @for (_, word, text) in possible {
                    button.small id={ (name) "-" (word) } name="act" value=(word)
                        aria-describedby={ (name) "-name" } { (text) }
                }
            }
        }
    }
}

fn link_entry(lang: Lang, base_url: &str, link: &Link, now: Timestamp) -> Markup {
    let alive = link.expires_at > now;
    html! {
        li {
            p.head {
                code { (link.id) }
                @if alive {
                    (mark("good", lang.say("aberto", "open")))
                } @else {
                    (mark("quiet", lang.say("expirado", "expired")))
                }
            }
            p.facts {
                (moment(link.created_at))
                @for id in link.personal_tax_id.iter().chain(&link.business_tax_id) { span { (id) } }
                @if let Some(code) = &link.institution_code { span { (institution(code)) } }
                @if let Some(url) = &link.redirect_url { span { "redirectURL " (url) } }
                @if alive {
                    a href={ (base_url) "/conecte?v=" (link.page_token) } target="_blank" rel="noopener" {
                        (lang.say("Abrir a página do usuário", "Open the user's page"))
                    }
                }
            }
        }
    }
}

fn request_entry(lang: Lang, request: &ReportRequest) -> Markup {
    let deliveries = lang.address(Place::Deliveries.path(), &[("request", &request.request_id)]);
    html! {
        li {
            p.head { code { (request.request_id) } a href=(deliveries) { (lang.say("Entregas", "Deliveries")) } }
            p.facts {
                (moment(request.created_at))
                span { (request.tax_id) }
                @if let Some(code) = &request.institution_code { span { (institution(code)) } }
                span { (request.products.join(", ")) }
            }
        }
    }
}

fn task_entry(lang: Lang, task: &Task) -> Markup {
    let answer = task.answer_status();
    html! {
        li {
            p.head { strong { (institution(&task.institution_code)) } (task_status(answer.status.as_ref())) }
            p.facts {
                code { (task.id) }
                (moment(task.created_at))
                @match &task.origin {
                    TaskOrigin::Link(id) => { span { "linkId " (id) } }
                    TaskOrigin::Visit(_) => { span { (lang.say("da página Link antiga", "of the old Link page")) } }
                }
                @if let Some(code) = task.ended() {
                    span { (code.get()) " " span lang="en" { (crate::store::task_message(code)) } }
                }
            }
        }
    }
}

/// Its name; the code alone of one that is not known.
fn institution(code: &str) -> String {
    institutions::find(code).map_or_else(|| code.to_owned(), |found| format!("{} · {code}", found.name))
}
