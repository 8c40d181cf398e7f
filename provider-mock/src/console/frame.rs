//! What surrounds the content of a page of the console.

use axum::response::{Html, IntoResponse, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_FRAME_OPTIONS};
use maud::{DOCTYPE, Markup, html};

use super::notice::Notice;
use crate::control::Problem;
use html_kit::{Input, Lang, assets};

/// `connect-src` is for the lists that refresh themselves; nobody embeds these pages, so that no click on them is stolen.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
                      base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The parts of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Credentials, clock, and the newest of everything.
    Overview,
    /// What users have connected.
    Connections,
    /// What is sent.
    Deliveries,
    /// The calls to the API.
    Calls,
    /// How the mock behaves.
    Settings,
}

impl Place {
    const ALL: [Self; 5] = [Self::Overview, Self::Connections, Self::Deliveries, Self::Calls, Self::Settings];

    /// Its address.
    pub fn path(self) -> &'static str {
        match self {
            Self::Overview => "/_mock/console",
            Self::Connections => "/_mock/console/connections",
            Self::Deliveries => "/_mock/console/deliveries",
            Self::Calls => "/_mock/console/calls",
            Self::Settings => "/_mock/console/settings",
        }
    }

    pub(super) fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Overview => lang.say("Visão geral", "Overview"),
            Self::Connections => lang.say("Conexões", "Connections"),
            Self::Deliveries => lang.say("Entregas", "Deliveries"),
            Self::Calls => lang.say("Chamadas", "Calls"),
            Self::Settings => lang.say("Ajustes", "Settings"),
        }
    }

    /// The part that a form came from, `from` in it.
    pub(super) fn of(input: &Input) -> Self {
        let from = |place: &Self| place.path() == input.get("from");
        Self::ALL.into_iter().find(from).unwrap_or(Self::Overview)
    }
}

/// The address of a page in the other language, which it names: without a name, the browser's language counts.
fn translated(lang: Lang, path: &str, parameters: &[(&str, &str)]) -> String {
    match lang.other() {
        Lang::English => Lang::English.address(path, parameters),
        Lang::Portuguese => Lang::Portuguese.address(path, &[parameters, &[("lang", "pt")]].concat()),
    }
}

/// What surrounds the content of a page of the console.
pub(super) struct Frame<'a> {
    lang: Lang,
    place: Place,
    title: &'a str,
    status: StatusCode,
    notice: Option<Notice>,
    /// The page's own address, and that in the other language.
    address: String,
    translation: String,
    /// Whether parts of it refresh themselves.
    live: bool,
}

impl<'a> Frame<'a> {
    /// A page that stands at the place's own address.
    pub(super) fn new(lang: Lang, place: Place, title: &'a str) -> Self {
        let (address, translation) = (lang.address(place.path(), &[]), translated(lang, place.path(), &[]));
        Self { lang, place, title, status: StatusCode::OK, notice: None, address, translation, live: false }
    }

    /// The address that shows it with GET.
    pub(super) fn at(mut self, path: &str, parameters: &[(&str, &str)]) -> Self {
        self.address = self.lang.address(path, parameters);
        self.translation = translated(self.lang, path, parameters);
        self
    }

    /// Elements with `data-live` refresh themselves; says what led here, where a form did.
    pub(super) fn live(mut self, input: &Input) -> Self {
        self.live = true;
        self.notice = Notice::of(input);
        self
    }

    pub(super) fn show(self, content: &Markup) -> Response {
        let headers = [
            (CACHE_CONTROL, "no-store"),
            // With `no-referrer`, browsers would send forms with the origin `null`.
            (REFERRER_POLICY, "same-origin"),
            (CONTENT_SECURITY_POLICY, POLICY),
            (X_FRAME_OPTIONS, "DENY"),
        ];
        (self.status, headers, Html(self.document(content).into_string())).into_response()
    }

    fn document(&self, content: &Markup) -> Markup {
        let lang = self.lang;
        html! {
            (DOCTYPE)
            html lang=(lang.tag()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { (self.title) " · " (lang.say("Console do mock", "Mock console")) }
                    link rel="icon" href=(assets::icon_address());
                    link rel="stylesheet" href=(assets::style_address());
                    link rel="stylesheet" href=(assets::console_style_address());
                    script src=(assets::console_script_address()) defer {}
                }
                body.console data-unreachable=(lang.say("O mock não responde.", "The mock does not answer.")) {
                    a.skip href="#content" { (lang.say("Ir para o conteúdo", "Skip to content")) }
                    (self.header())
                    main #content tabindex="-1" {
                        div.title {
                            h1 { (self.title) }
                            @if self.live { (self.refreshing()) }
                        }
                        p #told role="status" { @if let Some(notice) = self.notice { (notice.text(lang)) } }
                        (content)
                    }
                }
            }
        }
    }

    fn header(&self) -> Markup {
        let lang = self.lang;
        html! {
            header {
                p.mock {
                    strong { (lang.say("Simulação local.", "Local simulation.")) } " "
                    (lang.say("Nenhum banco, nenhum dado real.", "No bank, no real data."))
                }
                div.bar {
                    p.brand { (lang.say("Console do mock", "Mock console")) }
                    nav aria-label=(lang.say("Idioma", "Language")) {
                        a href=(self.translation) lang=(lang.other().tag()) hreflang=(lang.other().tag()) {
                            (lang.other().say("Português", "English"))
                        }
                    }
                }
                nav.places aria-label=(lang.say("Partes do console", "Parts of the console")) {
                    ul {
                        @for place in Place::ALL {
                            li {
                                a href=(lang.address(place.path(), &[]))
                                    aria-current=[(place == self.place).then_some("page")] {
                                    (place.name(lang))
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// A link for whoever has no script; with it, the page refreshes itself until it is told to stop.
    fn refreshing(&self) -> Markup {
        let lang = self.lang;
        html! {
            p.refresh {
                a data-without-script href=(self.address) { (lang.say("Atualizar", "Refresh")) }
                button.small #pause type="button" aria-pressed="false" hidden {
                    (lang.say("Pausar a atualização", "Pause refreshing"))
                }
            }
        }
    }
}

/// What the mock would not do, and the way back to where it was asked. The words are those of the control API.
pub(super) fn refused(lang: Lang, place: Place, refusal: &Problem) -> Response {
    let title = lang.say("Não foi possível", "This could not be done");
    let mut frame = Frame::new(lang, place, title);
    frame.status = refusal.status;
    frame.show(&html! {
        div.errors role="alert" {
            p #refusal {
                (lang.say("O mock recusou: ", "The mock refused: "))
                span lang="en" { (refusal.message) }
            }
        }
        p.actions {
            a.button href=(lang.address(place.path(), &[])) {
                (lang.say("Voltar para ", "Back to ")) (place.name(lang))
            }
        }
    })
}

/// Something that is not there, or no longer.
pub(super) fn not_found(lang: Lang, place: Place) -> Response {
    let title = lang.say("Não encontrado", "Not found");
    let mut frame = Frame::new(lang, place, title);
    frame.status = StatusCode::NOT_FOUND;
    frame.show(&html! {
        p { (lang.say(
            "Isto não existe, ou é tão antigo que o mock já esqueceu.",
            "There is no such thing, or it is so old that the mock has forgotten it.",
        )) }
        p.actions {
            a.button href=(lang.address(place.path(), &[])) {
                (lang.say("Voltar para ", "Back to ")) (place.name(lang))
            }
        }
    })
}
