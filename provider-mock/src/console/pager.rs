//! Pages of a list.

use maud::{Markup, html};

use super::Place;
use html_kit::{Input, Lang};

/// How many rows of a list a page shows.
const ROWS: usize = 20;
/// No list has more pages.
const PAGES: usize = 1 << 20;

/// A page of a list, the newest first: which one is asked for by the list's parameter.
#[derive(Debug)]
pub struct Pager {
    name: &'static str,
    page: usize,
}

impl Pager {
    /// The one that the list's parameter asks for.
    pub fn of(input: &Input, name: &'static str) -> Self {
        Self { name, page: input.get(name).parse().unwrap_or(1).clamp(1, PAGES) }
    }

    /// How many are left out, and how many are shown.
    pub fn window(&self) -> (usize, usize) {
        ((self.page - 1) * ROWS, ROWS)
    }

    /// The page's number, where it is not the first.
    pub fn number(&self) -> Option<String> {
        (self.page > 1).then(|| self.page.to_string())
    }

    /// The ways to newer and older ones of `total`; nothing where all are shown.
    pub fn show(&self, lang: Lang, place: Place, kept: &[(&str, &str)], total: usize) -> Markup {
        let pages = total.div_ceil(ROWS).max(1);
        let address = |page: usize| {
            let page = page.to_string();
            let mut parameters = kept.to_vec();
            parameters.push((self.name, &page));
            format!("{}#{}", lang.address(place.path(), &parameters), self.name)
        };
        html! {
            @if pages > 1 || self.page > 1 {
                nav.pager aria-label={ (lang.say("Páginas: ", "Pages: ")) (self.name) } {
                    @if self.page > 1 {
                        a href=(address((self.page - 1).min(pages))) { (lang.say("Mais novas", "Newer")) }
                    }
                    span { (lang.say("Página ", "Page ")) (self.page) (lang.say(" de ", " of ")) (pages) }
                    @if self.page < pages {
                        a href=(address(self.page + 1)) { (lang.say("Mais antigas", "Older")) }
                    }
                }
            }
        }
    }
}
