//! What users have connected: links and consents.

use html_kit::{Input, Lang};
use maud::{Markup, html};
use provider_mock::console::{Pager, Place, hidden, mark, moment};

use crate::instance::{Instance, LinkAct};
use crate::store::{Consent, Link, LinkStatus, Permission};

/// How many of the newest the overview shows.
const NEWEST: usize = 3;

/// The newest links.
pub(super) fn newest(lang: Lang, mock: &Instance) -> Option<Markup> {
    let store = mock.store();
    let newest = store.links.iter().rev().take(NEWEST);
    (!store.links.is_empty()).then(|| {
        html! { @for link in newest { (link_entry(lang, Place::Overview, link)) } }
    })
}

/// Each list by itself, page by page.
pub(super) fn show(lang: Lang, mock: &Instance, input: &Input) -> Markup {
    let [links, consents] = ["links", "consents"].map(|name| Pager::of(input, name));
    let store = mock.store();
    html! {
        section id="links" aria-labelledby="links-title" {
            h2 #links-title { (lang.say("Links", "Links")) }
            div #links-live data-live {
                @if store.links.is_empty() {
                    p.note { (lang.say("Ainda nenhum link.", "No link yet.")) }
                } @else {
                    ul.rows { @for link in page(&store.links, &links) { (link_entry(lang, Place::Connections, link)) } }
                    (links.show(lang, Place::Connections, &[], store.links.len()))
                }
            }
        }
        section id="consents" aria-labelledby="consents-title" {
            h2 #consents-title { (lang.say("Consentimentos", "Consents")) }
            div #consents-live data-live {
                @if store.consents.is_empty() {
                    p.note { (lang.say("Ainda nenhum consentimento.", "No consent yet.")) }
                } @else {
                    ul.rows { @for consent in page(&store.consents, &consents) { (consent_entry(consent)) } }
                    (consents.show(lang, Place::Connections, &[], store.consents.len()))
                }
            }
        }
    }
}

/// The newest first.
fn page<'a, T>(all: &'a [T], pager: &Pager) -> impl Iterator<Item = &'a T> {
    let (after, most) = pager.window();
    all.iter().rev().skip(after).take(most)
}

/// A link, with a button for whatever can happen to it.
fn link_entry(lang: Lang, place: Place, link: &Link) -> Markup {
    let text = |act| match act {
        LinkAct::Invalidate => lang.say("Invalidar", "Invalidate"),
        LinkAct::RequireToken => lang.say("Pedir token", "Require a token"),
        LinkAct::ExpireCredentials => lang.say("Apagar credenciais", "Expire the credentials"),
        LinkAct::ChangePassword => lang.say("Trocar a senha", "Change the password"),
        LinkAct::Update => lang.say("Atualizar", "Update"),
    };
    let class = match link.status {
        LinkStatus::Valid => "good",
        LinkStatus::Unconfirmed | LinkStatus::TokenRequired => "waits",
        LinkStatus::Invalid => "bad",
    };
    let name = format!("link-{}", link.id);
    html! {
        li id=(name) tabindex="-1" {
            p.head {
                strong id={ (name) "-name" } { (link.institution.display_name) }
                (mark(class, link.status.as_str()))
            }
            p.facts {
                code { (link.id) }
                (moment(link.created_at))
                span { (link.access_mode.as_str()) }
                @if let Some(id) = &link.external_id { span { "external_id " (id) } }
            }
            form.buttons method="post" action={ "/_mock/console/links/" (link.id) } {
                (hidden(lang, place))
                @for act in LinkAct::ALL {
                    button.small id={ (name) "-" (act.as_str()) } name="act" value=(act.as_str())
                        aria-describedby={ (name) "-name" } { (text(act)) }
                }
            }
        }
    }
}

fn consent_entry(consent: &Consent) -> Markup {
    let class = match consent.status {
        Permission::Authorised => "good",
        Permission::Awaiting => "waits",
        Permission::Rejected | Permission::Expired => "bad",
    };
    html! {
        li {
            p.head { strong { (consent.institution.display_name) } (mark(class, consent.status.as_str())) }
            p.facts { code { (consent.id) } (moment(consent.created_at)) }
        }
    }
}
