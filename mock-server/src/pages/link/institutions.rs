use crate::pages::{Step, klavi_page};
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use klavi_types::api::Institution;
use maud::{Markup, html};
use serde_json::json;

use super::{code, first_open_page, is_open_data, leave_address, link, logo, name, open};
use crate::instance::{Instance, LinkView};
use crate::pages::tracking::Event;
use html_kit::Input;
use html_kit::Lang;
use html_kit::see_other;

/// The list to choose from, searched here with `q` or, with script, while the user types.
pub(crate) async fn show(State(mock): State<Arc<Instance>>, input: Input) -> Response {
    let lang = Lang::of(&input);
    let view = match open(&mock, &input, lang) {
        Ok(view) => view,
        Err(page) => return *page,
    };
    if view.subject.is_none() || view.institution_code.is_some() {
        return see_other(first_open_page(lang, &view));
    }
    let searched = input.get("q").trim();
    let mut events = vec![Event::new("page_view")];
    if !searched.is_empty() {
        events.push(Event::with("institution_list_search", json!({"key": searched})));
    }
    let mut parameters = vec![("v", view.page_token.as_str())];
    if !searched.is_empty() {
        parameters.push(("q", searched));
    }
    klavi_page(lang, lang.say("Escolha a sua instituição", "Choose your institution"))
        .step(Step::Institution.of_all(lang))
        .at("/conecte/institutions", &parameters)
        .tells(Event::list(&events))
        .tells_last(Event::last())
        .show(&content(lang, &view, &mock.institutions(), searched))
}

/// All institutions; those that the search does not find are hidden, for the script to bring back.
fn content(lang: Lang, view: &LinkView, institutions: &[Institution], searched: &str) -> Markup {
    let (open_data, open_finance): (Vec<_>, Vec<_>) = institutions.iter().partition(|it| is_open_data(it));
    let token = ("v", view.page_token.as_str());
    let portal = Event::new("institution_list_citizen_portal_click");
    let searched_key = folded(searched);
    let matches = |institution: &&Institution| key(institution).contains(&searched_key);
    let found = institutions.iter().filter(matches).count();
    html! {
        form.search role="search" method="get" action="/conecte/institutions" {
            input type="hidden" name="v" value=(view.page_token);
            input type="hidden" name="lang" value=(lang.tag());
            label for="q" { (lang.say("Buscar instituição", "Search for an institution")) }
            div.row {
                input #q name="q" type="search" value=(searched) autocomplete="off" spellcheck="false" maxlength="80";
                button.button { (lang.say("Buscar", "Search")) }
            }
        }
        p.count role="status" data-none=(count(lang, 0)) data-one=(count(lang, 1)) data-many=(many(lang)) {
            (count(lang, found))
        }
        @for (group, members) in [("Open Finance", &open_finance), ("Open Data", &open_data)] {
            @if !members.is_empty() {
                section.group aria-labelledby=(id(group)) hidden[!members.iter().any(matches)] {
                    h2 id=(id(group)) { (group) }
                    ul.institutions {
                        @for institution in members { (entry(lang, view, institution, matches(institution))) }
                    }
                }
            }
        }
        details {
            summary data-event=(portal.json()) {
                (lang.say("O que é o Open Finance?", "What is Open Finance?"))
            }
            p { (lang.say(
                "O sistema do Banco Central em que você decide quais dados uma instituição compartilha com \
                 outra. Mais no Portal do Cidadão.",
                "The Central Bank's system in which you decide what data one institution shares with another. \
                 The Citizen Portal has more.",
            )) }
        }
        p.actions {
            (link(
                "button",
                &lang.address("/conecte", &[token]),
                lang.say("Voltar", "Back"),
                &Event::new("institution_list_back_click"),
            ))
            (link(
                "button",
                &leave_address(lang, view),
                lang.say("Sair", "Leave"),
                &Event::new("institution_list_exit_click"),
            ))
        }
    }
}

fn entry(lang: Lang, view: &LinkView, institution: &Institution, found: bool) -> Markup {
    let path = if is_open_data(institution) { "/conecte/open-data" } else { "/conecte/confirm" };
    let token = ("v", view.page_token.as_str());
    let address = lang.address(path, &[token, ("institution_code", code(institution))]);
    let inside = html! {
        img src=(logo(institution)) alt="" width="40" height="40";
        span.name { (name(institution)) }
        @if institution.is_beta.is_some_and(klavi_types::Flag::get) { span.mark { "Beta" } }
        @if view.connected.iter().any(|connected| connected == code(institution)) {
            span.mark.good { (lang.say("Conectada", "Connected")) }
        }
    };
    html! {
        li data-key=(key(institution)) hidden[!found] {
            @if institution.is_available() {
                a href=(address) data-event=(Event::about("institution_click", institution).json()) { (inside) }
            } @else {
                div.out { (inside) span.mark.bad { (lang.say("Fora do ar", "Out of service")) } }
            }
        }
    }
}

fn count(lang: Lang, found: usize) -> String {
    match found {
        0 => lang.say("Nenhuma instituição com esse nome", "No institution of that name").to_owned(),
        1 => lang.say("1 instituição", "1 institution").to_owned(),
        found => many(lang).replace('#', &found.to_string()),
    }
}

fn many(lang: Lang) -> &'static str {
    lang.say("# instituições", "# institutions")
}

/// What a search looks at.
fn key(institution: &Institution) -> String {
    let legal_name = institution.organization_name.as_ref().map_or("", |name| name.as_str());
    folded(&format!("{} {} {legal_name}", code(institution), name(institution)))
}

/// Without case and without the accents of Portuguese.
fn folded(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .map(|character| match character {
            'á' | 'à' | 'â' | 'ã' | 'ä' => 'a',
            'é' | 'è' | 'ê' => 'e',
            'í' => 'i',
            'ó' | 'ô' | 'õ' | 'ö' => 'o',
            'ú' | 'ü' => 'u',
            'ç' => 'c',
            other => other,
        })
        .collect()
}

fn id(group: &str) -> String {
    group.to_lowercase().replace(' ', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn institution(code: &str, name: &str, kind: i64) -> Institution {
        let mut institution = Institution::default();
        institution.institution_code = Some(code.into());
        institution.name = Some(name.into());
        institution.institution_type = Some(kind.into());
        institution
    }

    #[test]
    fn open_data_is_a_group_of_its_own_with_its_own_page() {
        let found = [institution("341", "Itaú", 1), institution("5001", "FGTS", 2)];
        let view = LinkView {
            link_id: "l".to_owned(),
            page_token: "t".to_owned(),
            given_subject: None,
            subject: None,
            institution_code: None,
            redirect_url: None,
            app_link: None,
            external_info: None,
            update: None,
            connected: Vec::new(),
            expired: false,
        };
        let shown = content(Lang::English, &view, &found, "").into_string();
        let (finance, data) = shown.split_once("<h2 id=\"open-data\">").unwrap();
        assert!(finance.contains("/conecte/confirm?v=t&amp;institution_code=341&amp;lang=en"), "{finance}");
        assert!(!finance.contains("FGTS"));
        assert!(data.contains("/conecte/open-data?v=t&amp;institution_code=5001&amp;lang=en"), "{data}");
        let shown = content(Lang::Portuguese, &view, &found[..1], "").into_string();
        assert!(!shown.contains("Open Data"), "no empty group");
    }

    #[test]
    fn a_search_needs_neither_accents_nor_case() {
        let itau = institution("341", "Itaú (mock)", 1);
        for searched in ["ITAU", "itaú", "341", "mock", ""] {
            assert!(key(&itau).contains(&folded(searched)), "{searched}");
        }
        assert!(!key(&itau).contains(&folded("nubank")));
    }
}
