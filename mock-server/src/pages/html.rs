use std::fmt;

use axum::response::{Html, IntoResponse, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use klavi_types::legacy::LinkMessage;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::Value;

use super::assets;
use super::lang::Lang;
use super::tracking::Event;

/// Text made harmless for HTML, in content and in quoted attributes.
pub(crate) struct Escaped<'a>(pub(crate) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                other => write!(f, "{other}")?,
            }
        }
        Ok(())
    }
}

/// Whose page it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner<'a> {
    Klavi,
    /// The bank of that name.
    Bank(&'a str),
    Belvo,
}

/// How far the user has got.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Institution,
    Data,
    Bank,
    Sharing,
}

/// What a page tells: the events of today's pages, or the messages of the first generation's.
enum Told {
    Tracking(Vec<Event>),
    Link(Vec<LinkMessage>),
    /// Those of Belvo's widget.
    Widget(Vec<Value>),
}

impl Told {
    /// For the attribute that `page.js` reads when the page is shown.
    fn list(&self) -> String {
        match self {
            Self::Tracking(events) => Event::list(events),
            Self::Link(messages) => serde_json::to_string(messages).expect("messages are JSON"),
            Self::Widget(messages) => Value::from(messages.as_slice()).to_string(),
        }
    }

    /// What is told when the page is left.
    fn last(&self) -> Option<String> {
        matches!(self, Self::Tracking(_)).then(|| Event::new("page_duration").json())
    }
}

/// What surrounds the content of a page.
pub(crate) struct Page<'a> {
    lang: Lang,
    title: &'a str,
    status: StatusCode,
    owner: Owner<'a>,
    steps: Option<Markup>,
    /// The page's own address in the other language; a notice has none.
    translation: Option<String>,
    /// What the page tells whoever embeds it, once shown; `None` for pages that are not Klavi's.
    told: Option<Told>,
    forms_leave: bool,
}

impl<'a> Page<'a> {
    pub(crate) fn new(lang: Lang, title: &'a str) -> Self {
        Self {
            lang,
            title,
            status: StatusCode::OK,
            owner: Owner::Klavi,
            steps: None,
            translation: None,
            told: None,
            forms_leave: false,
        }
    }

    pub(crate) fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    pub(crate) fn owner(mut self, owner: Owner<'a>) -> Self {
        self.owner = owner;
        self
    }

    pub(crate) fn step(mut self, step: Step) -> Self {
        self.steps = Some(steps(self.lang, step));
        self
    }

    /// How far the user has got on a way of other steps.
    pub(crate) fn on_the_way(mut self, names: &[&str], current: usize) -> Self {
        self.steps = Some(trail(self.lang, names, current));
        self
    }

    /// The address that shows the page with GET.
    pub(crate) fn at(mut self, path: &str, parameters: &[(&str, &str)]) -> Self {
        self.translation = Some(self.lang.other().address(path, parameters));
        self
    }

    /// One of today's pages.
    pub(crate) fn tells(mut self, events: Vec<Event>) -> Self {
        self.told = Some(Told::Tracking(events));
        self
    }

    /// The Link page of the first generation.
    pub(crate) fn tells_link(mut self, messages: Vec<LinkMessage>) -> Self {
        self.told = Some(Told::Link(messages));
        self
    }

    /// A page of Belvo's widget.
    pub(crate) fn tells_widget(mut self, messages: Vec<Value>) -> Self {
        self.told = Some(Told::Widget(messages));
        self
    }

    /// A form of the page ends at the partner: Chromium applies `form-action` to every redirect that follows, also
    /// to those of the partner.
    pub(crate) fn forms_leave(mut self) -> Self {
        self.forms_leave = true;
        self
    }

    pub(crate) fn show(self, content: &Markup) -> Response {
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
                        @match self.owner {
                            Owner::Klavi => { "Conecte (mock)" }
                            Owner::Bank(name) => { (name) }
                            Owner::Belvo => { "Belvo (mock)" }
                        }
                    }
                    link rel="icon" href=(assets::icon_address());
                    link rel="stylesheet" href=(assets::style_address());
                    script src=(assets::script_address()) defer {}
                }
                body class=(self.class()) data-events=[self.told.as_ref().map(Told::list)]
                    data-last-event=[self.told.as_ref().and_then(Told::last)] {
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

    fn class(&self) -> &'static str {
        match self.owner {
            Owner::Klavi => "klavi",
            Owner::Bank(_) => "bank",
            Owner::Belvo => "belvo",
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
                    p.brand {
                        @match self.owner {
                            Owner::Klavi => { "Conecte" }
                            Owner::Bank(name) => { (name) }
                            Owner::Belvo => { "Belvo" }
                        }
                    }
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

fn steps(lang: Lang, current: Step) -> Markup {
    let names = [
        lang.say("Instituição", "Institution"),
        lang.say("Dados", "Data"),
        lang.say("Banco", "Bank"),
        lang.say("Repasse", "Sharing"),
    ];
    trail(lang, &names, current as usize)
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

/// A page of one sentence, in Portuguese; `body` is HTML, the title is text.
pub(crate) fn page(status: StatusCode, title: &str, body: &str) -> Response {
    Page::new(Lang::Portuguese, title).status(status).show(&PreEscaped(body.to_owned()))
}

/// A page that says one thing.
pub(crate) fn notice(status: StatusCode, title: &str, text: &str) -> Response {
    page(status, title, &format!("<p>{}</p>", Escaped(text)))
}

/// What is wrong with a form, each with the field that it is about; comes before the form and takes the focus.
pub(crate) fn error_summary(lang: Lang, problems: &[(&str, &str)]) -> Markup {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_means_something_in_html_gets_through() {
        let text = Escaped("<script>'a' & \"b\"</script>").to_string();
        assert_eq!(text, "&lt;script&gt;&#39;a&#39; &amp; &quot;b&quot;&lt;/script&gt;");
    }
}
