//! A page for people: what surrounds its content. Must not know whose it is but by name.

use axum::response::{Html, IntoResponse, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use maud::{DOCTYPE, Markup, html};

use crate::{Lang, assets};

/// Whose page it is: names and colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Brand<'a> {
    /// In the bar above the page.
    pub name: &'a str,
    /// Behind the title of the window.
    pub title: &'a str,
    /// Of the style sheet.
    pub theme: Theme,
}

/// Colours of a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Those of a provider's pages.
    #[default]
    Blue,
    /// Those of a bank's.
    Green,
    /// Those of another provider's.
    Violet,
}

impl Theme {
    fn class(self) -> &'static str {
        match self {
            Self::Blue => "blue",
            Self::Green => "green",
            Self::Violet => "violet",
        }
    }
}

impl<'a> Brand<'a> {
    /// A bank of that name.
    pub const fn bank(name: &'a str) -> Self {
        Self { name, title: name, theme: Theme::Green }
    }
}

/// What surrounds the content of a page.
#[derive(Debug)]
#[must_use]
pub struct Page<'a> {
    lang: Lang,
    title: &'a str,
    status: StatusCode,
    brand: Brand<'a>,
    steps: Option<Markup>,
    /// The page's own address in the other language; a notice has none.
    translation: Option<String>,
    told: Option<String>,
    last: Option<String>,
    forms_leave: bool,
}

impl<'a> Page<'a> {
    /// A page of that title.
    pub fn new(lang: Lang, title: &'a str, brand: Brand<'a>) -> Self {
        Self {
            lang,
            title,
            status: StatusCode::OK,
            brand,
            steps: None,
            translation: None,
            told: None,
            last: None,
            forms_leave: false,
        }
    }

    /// With that status, 200 by default.
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// How far the user has got: the names of the steps, and the place of one among them.
    pub fn step<const N: usize>(mut self, (names, current): ([&str; N], usize)) -> Self {
        self.steps = Some(trail(self.lang, &names, current));
        self
    }

    /// The address that shows the page with GET.
    pub fn at(mut self, path: &str, parameters: &[(&str, &str)]) -> Self {
        self.translation = Some(self.lang.other().address(path, parameters));
        self
    }

    /// What the page tells whoever embeds it, a JSON array of messages, once it is shown.
    pub fn tells(mut self, messages: impl Into<String>) -> Self {
        self.told = Some(messages.into());
        self
    }

    /// The JSON that it tells when it is left.
    pub fn tells_last(mut self, message: impl Into<String>) -> Self {
        self.last = Some(message.into());
        self
    }

    /// A form of the page ends at the partner: Chromium applies `form-action` to every redirect that follows, also
    /// to those of the partner.
    pub fn forms_leave(mut self) -> Self {
        self.forms_leave = true;
        self
    }

    /// The whole page around its content, with the headers that keep it to itself.
    pub fn show(self, content: &Markup) -> Response {
        let form_action = if self.forms_leave { "" } else { "; form-action 'self'" };
        let policy = format!(
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'{form_action}"
        );
        let headers = [
            (CACHE_CONTROL, "no-store"),
            // The address carries a token.
            (REFERRER_POLICY, "no-referrer"),
            (CONTENT_SECURITY_POLICY, &*policy),
        ];
        (self.status, headers, Html(self.document(content).into_string())).into_response()
    }

    fn document(&self, content: &Markup) -> Markup {
        let lang = self.lang;
        let failed = self.status.is_client_error();
        html! {
            (DOCTYPE)
            html lang=(lang.tag()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title {
                        @if failed { (lang.say("Erro: ", "Error: ")) }
                        (self.title) " · "
                        (self.brand.title)
                    }
                    link rel="icon" href=(assets::icon_address());
                    link rel="stylesheet" href=(assets::style_address());
                    script src=(assets::script_address()) defer {}
                }
                body class=(self.brand.theme.class()) data-events=[self.told.as_ref()]
                    data-last-event=[self.last.as_ref()] {
                    a.skip href="#content" { (lang.say("Ir para o conteúdo", "Skip to content")) }
                    (self.header())
                    main #content tabindex="-1" {
                        @if let Some(steps) = &self.steps { (steps) }
                        h1 { (self.title) }
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
                    p.brand { (self.brand.name) }
                    @if let Some(address) = &self.translation {
                        nav aria-label=(lang.say("Idioma", "Language")) {
                            a href=(address) lang=(lang.other().tag()) hreflang=(lang.other().tag()) {
                                (lang.other().say("Português", "English"))
                            }
                        }
                    }
                }
            }
        }
    }
}

fn trail(lang: Lang, names: &[&str], current: usize) -> Markup {
    html! {
        ol.steps aria-label=(lang.say("Etapas", "Steps")) {
            @for (place, name) in names.iter().enumerate() {
                li.done[place < current] aria-current=[(place == current).then_some("step")] { (name) }
            }
        }
    }
}

/// A page that says one thing, in Portuguese.
pub fn notice(brand: Brand<'_>, status: StatusCode, title: &str, text: &str) -> Response {
    Page::new(Lang::Portuguese, title, brand).status(status).show(&html! { p { (text) } })
}

/// What is wrong with a form, each with the field that it is about; comes before the form and takes the focus.
pub fn error_summary(lang: Lang, problems: &[(&str, &str)]) -> Markup {
    html! {
        @if !problems.is_empty() {
            div.errors role="alert" tabindex="-1" autofocus {
                h2 { (lang.say("Não foi possível continuar", "There is a problem")) }
                ul {
                    @for (field, text) in problems {
                        li { a href={ "#" (field) } { (text) } }
                    }
                }
            }
        }
    }
}
