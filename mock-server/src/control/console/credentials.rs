use maud::{Markup, html};

use crate::instance::Instance;
use crate::pages::Lang;

/// What a partner's program is set up with, each to be copied.
pub(super) fn show(lang: Lang, mock: &Instance) -> Markup {
    let settings = &mock.settings;
    let (base_url, basic_link_url) = (mock.base_url(), mock.basic_link_url());
    let credentials = [
        ("base-url", lang.say("URL base", "Base URL"), base_url.as_str()),
        ("access-key", "accessKey", &settings.access_key),
        ("secret-key", "secretKey", &settings.secret_key),
        ("app-id", "partnerAppId", &settings.partner_app_id),
        ("partner-code", "partner_code", &settings.partner_code),
        ("partner-token", "partner_token", &settings.partner_token),
        ("basic-link", "Basic WhiteLabel", &basic_link_url),
    ];
    let variables = format!(
        "KLAVI_BASE_URL={} KLAVI_ACCESS_KEY={} KLAVI_SECRET_KEY={}",
        base_url,
        quoted(&settings.access_key),
        quoted(&settings.secret_key)
    );
    html! {
        section aria-labelledby="credentials" {
            h2 #credentials { (lang.say("Credenciais", "Credentials")) }
            dl.credentials {
                @for (id, name, value) in credentials {
                    div {
                        dt { (name) }
                        dd { code id=(id) { (value) } (copy(lang, id, name)) }
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
fn quoted(text: &str) -> String {
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
