//! Fields of the console's forms. Browsers check what they can; the rest is judged by the call that the form is for.

use maud::{Markup, html};

use super::Place;
use html_kit::Lang;

/// What each form sends along: the language, and the place that it goes back to.
pub fn hidden(lang: Lang, place: Place) -> Markup {
    html! {
        input type="hidden" name="lang" value=(lang.tag());
        input type="hidden" name="from" value=(place.path());
    }
}

/// A field and what it is for.
#[derive(Debug)]
pub struct Field<'a> {
    name: &'a str,
    label: &'a str,
    hint: &'a str,
}

impl<'a> Field<'a> {
    /// A field of that name, with its label and what it is for.
    pub fn new(name: &'a str, label: &'a str, hint: &'a str) -> Self {
        Self { name, label, hint }
    }

    /// A text.
    pub fn text(&self, value: &str) -> Markup {
        self.with(&html! {
            input id=(self.name) name=(self.name) type="text" value=(value) autocomplete="off" spellcheck="false"
                maxlength="2000" aria-describedby=[self.hint_id()];
        })
    }

    /// A text of several lines.
    pub fn lines(&self) -> Markup {
        self.with(&html! {
            textarea id=(self.name) name=(self.name) rows="3" spellcheck="false" aria-describedby=[self.hint_id()] {}
        })
    }

    /// A number within those bounds.
    pub fn number(&self, value: Option<u64>, least: u64, most: u64) -> Markup {
        self.with(&html! {
            input id=(self.name) name=(self.name) type="number" inputmode="numeric" min=(least) max=(most)
                value=[value] aria-describedby=[self.hint_id()];
        })
    }

    /// A moment, UTC.
    pub fn moment(&self) -> Markup {
        self.with(&html! {
            input id=(self.name) name=(self.name) type="datetime-local" step="1" min="2000-01-01T00:00"
                max="2099-12-31T23:59" aria-describedby=[self.hint_id()];
        })
    }

    /// One of the words, each with its text.
    pub fn choice(&self, chosen: &str, options: &[(&str, &str)]) -> Markup {
        self.with(&html! {
            select id=(self.name) name=(self.name) aria-describedby=[self.hint_id()] {
                @for (word, text) in options {
                    option value=(word) selected[*word == chosen] { (text) }
                }
            }
        })
    }

    /// A box to tick.
    pub fn flag(&self, ticked: bool) -> Markup {
        html! {
            div.field.flag {
                label {
                    input name=(self.name) type="checkbox" value="yes" checked[ticked]
                        aria-describedby=[self.hint_id()];
                    (self.label)
                }
                (self.hint())
            }
        }
    }

    fn with(&self, control: &Markup) -> Markup {
        html! {
            div.field {
                label for=(self.name) { (self.label) }
                (control)
                (self.hint())
            }
        }
    }

    fn hint(&self) -> Markup {
        html! { @if let Some(id) = self.hint_id() { p.hint id=(id) { (self.hint) } } }
    }

    fn hint_id(&self) -> Option<String> {
        (!self.hint.is_empty()).then(|| format!("{}-hint", self.name))
    }
}
