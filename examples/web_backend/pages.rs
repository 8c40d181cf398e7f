use axum::response::Html;
use klavi_types::statements::{Categories, Entry};
use klavi_types::{InstitutionCode, Text};
use maud::{DOCTYPE, Markup, html};

const STYLE: &str = "
body { font: 1rem/1.5 system-ui, sans-serif; color: #17202e; margin: 0 auto; max-width: 60rem; padding: 1rem; }
button, .button { background: #1d3a6e; color: #fff; border: 0; border-radius: .4rem; padding: .7rem 1.2rem; font: inherit;
  display: inline-block; text-decoration: none; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid #c9d0da; overflow-wrap: anywhere; }
td:first-child, td.amount { white-space: nowrap; font-variant-numeric: tabular-nums; }
th.amount, td.amount { text-align: right; }
@media (max-width: 40rem) { .wide { display: none; } table { font-size: .875rem; } th, td { padding: .4rem .25rem; } }
";

pub(crate) fn home(banks: &[InstitutionCode]) -> Html<String> {
    page(
        "Your accounts",
        &html! {
            @if banks.is_empty() {
                p { "No bank is connected yet." }
            } @else {
                p { (connected(banks)) " " a href="/entries" { "See your entries" } }
            }
            (connect(if banks.is_empty() { "Connect my bank" } else { "Connect another bank" }))
        },
    )
}

pub(crate) fn entries(banks: &[InstitutionCode], entries: &[Entry]) -> Html<String> {
    page(
        "Your entries",
        &html! {
            @if entries.is_empty() {
                p role="status" {
                    @if banks.is_empty() { "No bank is connected yet." } @else { "The bank is still being asked." }
                }
                p { a class="button" href="/entries" { "Look again" } }
            } @else {
                p role="status" { (connected(banks)) " " (entries.len()) " entries." }
                table {
                    thead { tr {
                        th scope="col" { "Day" }
                        th scope="col" { "Category" }
                        th scope="col" class="wide" { "Text" }
                        th scope="col" class="amount" { "Amount" }
                    } }
                    tbody { @for entry in entries { (row(entry)) } }
                }
            }
            p { a href="/" { "Your accounts" } }
        },
    )
}

pub(crate) fn not_connected(why: &str) -> Html<String> {
    page(
        "Not connected",
        &html! {
            p { "The bank was not connected"
                @if why == "access_denied" { ": you did not agree." } @else { ". Please try again later." }
            }
            (connect("Try again"))
        },
    )
}

pub(crate) fn unavailable() -> Html<String> {
    page(
        "Not available",
        &html! {
            p { "Banks cannot be connected at the moment. Please try again later." }
            p { a href="/" { "Your accounts" } }
        },
    )
}

fn row(entry: &Entry) -> Markup {
    html! {
        tr {
            td { @if let Some(day) = entry.day { (day) } }
            td { (category(&entry.categories)) }
            td class="wide" { (entry.description.as_ref().map_or("", Text::as_str)) }
            td class="amount" { @if let Some(amount) = entry.amount { (format!("{amount:.2}")) } }
        }
    }
}

/// From the widest to the narrowest.
fn category(categories: &Categories) -> String {
    let levels = [&categories.first, &categories.second, &categories.third];
    levels.into_iter().flatten().map(Text::as_str).collect::<Vec<_>>().join(" › ")
}

fn connected(banks: &[InstitutionCode]) -> String {
    format!(
        "{} connected.",
        if banks.len() == 1 { "1 bank is".to_owned() } else { format!("{} banks are", banks.len()) }
    )
}

fn connect(label: &str) -> Markup {
    html! { form method="post" action="/connect" { button { (label) } } }
}

fn page(title: &str, content: &Markup) -> Html<String> {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                link rel="icon" href="data:,";
                title { (title) }
                style { (maud::PreEscaped(STYLE)) }
            }
            body { main { h1 { (title) } (content) } }
        }
    };
    Html(page.into_string())
}
