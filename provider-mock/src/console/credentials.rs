//! What a partner's program is set up with.

use html_kit::Lang;
use maud::{Markup, html};

use crate::Mock;

/// What a partner's program is set up with, each to be copied.
pub(super) fn show(lang: Lang, mock: &dyn Mock) -> Markup {
    let (credentials, variables) = (mock.console().credentials(lang), mock.console().variables());
    html! {
        section aria-labelledby="credentials" {
            h2 #credentials { (lang.say("Credenciais", "Credentials")) }
            dl.credentials {
                @for (id, name, value) in credentials {
                    div {
                        dt { (name) }
                        dd { code id=(id) { (value) } (copy(lang, id, &name)) }
                    }
                }
                div {
                    dt { (lang.say("Para o terminal", "For the terminal")) }
                    dd {
                        code #variables { "export " (variables) }
                        (copy(lang, "variables", lang.say("linha para o terminal", "line for the terminal")))
                    }
                }
            }
        }
    }
}

/// Copies the text of that element; without script, it can be selected.
fn copy(lang: Lang, id: &str, name: &str) -> Markup {
    let verb = lang.say("Copiar", "Copy");
    html! {
        button.small type="button" hidden data-copy=(id) aria-label={ (verb) " " (name) }
            data-copied={ (lang.say("Copiado: ", "Copied: ")) (name) } {
            (verb)
        }
    }
}

/// As a word of a shell: keys can be anything.
pub fn quoted(text: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "-_.:/".contains(character);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_key_stays_one_word_of_the_shell() {
        assert_eq!(quoted("MOCK-1.a:b/c_d"), "MOCK-1.a:b/c_d");
        assert_eq!(quoted("a b$c"), "'a b$c'");
        assert_eq!(quoted("it's"), "'it'\\''s'");
        assert_eq!(quoted(""), "''");
    }
}
