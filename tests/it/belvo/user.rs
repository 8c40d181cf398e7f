//! A user on Belvo's pages: follows links and fills in forms, without a browser.

use belvo_sdk::belvo_types::widget::WidgetCallback;
use reqwest::header::{CONTENT_TYPE, LOCATION};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, Url};

/// More pages than the way has.
const STEPS: usize = 20;

pub(super) struct User {
    http: Client,
    /// Names of fields, and what he types there.
    types: Vec<(&'static str, String)>,
}

impl User {
    pub(super) fn new(types: &[(&'static str, &str)]) -> Self {
        let http = Client::builder().redirect(Policy::none()).no_proxy().build().unwrap();
        Self { http, types: types.iter().map(|(name, text)| (*name, (*text).to_owned())).collect() }
    }

    /// From the first page up to the address that the pages send the browser back to.
    pub(super) async fn goes_through(&self, page: &str, bank: &str) -> WidgetCallback {
        let start: Url = page.parse().unwrap();
        let mut answer = self.http.get(start.clone()).send().await.unwrap();
        for _ in 0..STEPS {
            let here = answer.url().clone();
            answer = if answer.status().is_redirection() {
                let target = here.join(answer.headers()[LOCATION].to_str().unwrap()).unwrap();
                if target.origin() != start.origin() {
                    return WidgetCallback::parse(target.as_str()).unwrap();
                }
                self.http.get(target).send().await.unwrap()
            } else {
                let page = text(answer).await;
                match page.split_once("<form ") {
                    Some((_, form)) => self.sends(&here, form).await,
                    None => self.chooses(&here, &page, bank).await,
                }
            };
        }
        panic!("the pages come to no end");
    }

    async fn chooses(&self, here: &Url, page: &str, bank: &str) -> Response {
        let links = page.split("<a ").skip(1).filter_map(|link| attribute(link, "href"));
        let named = format!("institution={bank}&");
        let link =
            links.map(|link| link.replace("&amp;", "&")).find(|link| format!("{link}&").contains(&named));
        self.http.get(here.join(&link.expect(page)).unwrap()).send().await.unwrap()
    }

    /// Presses the first button, which is the yes.
    async fn sends(&self, here: &Url, form: &str) -> Response {
        let (form, _) = form.split_once("</form>").unwrap();
        let (fields, button) = form.split_once("<button").unwrap();
        // An address whose query is the form.
        let mut body: Url = "http://form".parse().unwrap();
        for field in fields.split("<input ").skip(1) {
            let Some(name) = attribute(field, "name") else { continue };
            let typed = self.types.iter().find(|(own, _)| *own == name).map(|(_, text)| text.as_str());
            if attribute(field, "type") != Some("radio") || is_checked(field) {
                body.query_pairs_mut()
                    .append_pair(name, typed.or(attribute(field, "value")).unwrap_or_default());
            }
        }
        if let Some(name) = attribute(button, "name") {
            body.query_pairs_mut().append_pair(name, attribute(button, "value").unwrap());
        }
        let target = here.join(attribute(form, "action").unwrap()).unwrap();
        let request = self.http.post(target).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        request.body(body.query().unwrap_or_default().to_owned()).send().await.unwrap()
    }
}

/// The value of an attribute of the element that begins here. The page is the mock's own.
fn attribute<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    let (tag, _) = element.split_once('>')?;
    let start = format!("{name}=\"");
    // The first attribute has no blank before it.
    let rest = tag.strip_prefix(&start).or_else(|| Some(tag.split_once(&format!(" {start}"))?.1))?;
    rest.split_once('"').map(|(value, _)| value)
}

fn is_checked(element: &str) -> bool {
    element.split_once('>').is_some_and(|(tag, _)| tag.split_ascii_whitespace().any(|word| word == "checked"))
}

async fn text(mut answer: Response) -> String {
    let status = answer.status();
    let mut page = Vec::new();
    while let Some(chunk) = answer.chunk().await.unwrap() {
        page.extend_from_slice(&chunk);
    }
    let page = String::from_utf8(page).unwrap();
    assert!(status.is_success(), "{status}: {page}");
    page
}
