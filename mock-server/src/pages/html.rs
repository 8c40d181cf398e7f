use std::fmt;

use axum::response::{Html, IntoResponse, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY};

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;margin:0;background:#f3f4f7;color:#1c2233}\
main{max-width:30rem;margin:3rem auto;padding:2rem;background:#fff;border-radius:.75rem}\
.mock{color:#8a5a00;background:#fff4d6;padding:.5rem .75rem;border-radius:.5rem}\
label{display:block;padding:.5rem 0}img{vertical-align:middle;margin:0 .5rem}\
button{font:inherit;padding:.6rem 1.2rem;margin:1rem .5rem 0 0;border-radius:.5rem;border:1px solid #1c2233;background:#fff}\
button.yes{background:#1c2233;color:#fff}.error{color:#a4112d}";

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

/// A page; `body` is HTML, the title is text.
pub(crate) fn page(status: StatusCode, title: &str, body: &str) -> Response {
    let title = Escaped(title);
    let html = format!(
        "<!doctype html><html lang=\"pt-BR\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title>\
         <style>{STYLE}</style></head><body><main><p class=\"mock\">Simulação local: nenhum banco, nenhum dado \
         real.</p><h1>{title}</h1>{body}</main></body></html>"
    );
    let headers = [
        (CACHE_CONTROL, "no-store"),
        // The address carries a token.
        (REFERRER_POLICY, "no-referrer"),
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
    ];
    (status, headers, Html(html)).into_response()
}

/// A page that says one thing.
pub(crate) fn notice(status: StatusCode, title: &str, text: &str) -> Response {
    page(status, title, &format!("<p>{}</p>", Escaped(text)))
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
