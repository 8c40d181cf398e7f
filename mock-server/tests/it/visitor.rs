//! An end user whose browser has no script: follows redirects, clicks links, sends forms.

use std::collections::HashMap;

use crate::partner::{Answer, Partner};

pub(crate) struct Visitor<'a> {
    pub(crate) partner: &'a Partner,
    /// The page that is shown, or the answer that led away from the mock.
    pub(crate) page: Answer,
    /// Path and query of the page.
    pub(crate) address: String,
}

impl<'a> Visitor<'a> {
    pub(crate) async fn open(partner: &'a Partner, url: &str) -> Self {
        let page = Answer { status: 0, location: None, text: String::new() };
        let mut visitor = Self { partner, page, address: String::new() };
        visitor.go(url).await;
        visitor
    }

    /// Opens an address, whole or of this server, and follows redirects as far as this server.
    pub(crate) async fn go(&mut self, url: &str) {
        let base = self.partner.mock.base_url();
        let mut path = url.strip_prefix(base).unwrap_or(url).to_owned();
        for _ in 0..10 {
            self.page = self.partner.open(&format!("{base}{path}")).await;
            self.address.clone_from(&path);
            match &self.page.location {
                Some(location) if location.starts_with('/') => path.clone_from(location),
                Some(location) if location.starts_with(base) => path = location[base.len()..].to_owned(),
                _ => return,
            }
        }
        panic!("redirects without an end, last to {path}");
    }

    /// Clicks a link or presses a button by its text.
    pub(crate) async fn click(&mut self, text: &str) {
        if let Some(address) = self.link(text) {
            self.go(&address).await;
        } else {
            self.send(text, &[]).await;
        }
    }

    /// Fills in the one form that is posted, and presses its button of that text.
    pub(crate) async fn send(&mut self, button: &str, filled: &[(&str, &str)]) {
        let answer = self.post(button, filled).await;
        match answer.location.clone() {
            Some(location) if location.starts_with('/') => self.go(&location).await,
            _ => self.page = answer,
        }
    }

    /// The same without going where the answer leads.
    pub(crate) async fn post(&self, button: &str, filled: &[(&str, &str)]) -> Answer {
        let (form, _) = self.after("<form").filter(|form| form.contains("method=\"post\"")).map_or_else(
            || panic!("no form on {}", self.page.text),
            |form| form.split_once("</form>").unwrap(),
        );
        let mut pairs: Vec<_> = form
            .split("<input ")
            .skip(1)
            .filter(|input| input.contains("type=\"hidden\"") || input.contains(" checked"))
            .map(|input| (attribute(input, "name").unwrap(), attribute(input, "value").unwrap_or_default()))
            .collect();
        let pressed = form.split("<button ").skip(1).find(|pressed| shown(pressed) == button);
        let pressed = pressed.unwrap_or_else(|| panic!("no button {button} in {form}"));
        pairs.extend(attribute(pressed, "name").map(|name| (name, attribute(pressed, "value").unwrap())));
        pairs.retain(|(name, _)| filled.iter().all(|(replaced, _)| *replaced != name));
        let pairs: Vec<_> =
            pairs.iter().map(|(name, value)| (&**name, &**value)).chain(filled.iter().copied()).collect();
        self.partner.submit(&attribute(form, "action").unwrap(), &pairs).await
    }

    /// Address of the link of that text.
    pub(crate) fn link(&self, text: &str) -> Option<String> {
        let mut links = self.page.text.split("<a ").skip(1);
        links.find(|link| shown(link) == text).map(|link| attribute(link, "href").unwrap())
    }

    pub(crate) fn title(&self) -> String {
        shown(self.after("<h1").unwrap_or_else(|| panic!("no page: {:?}", self.page)))
    }

    pub(crate) fn sees(&self, text: &str) -> bool {
        self.page.text.contains(text)
    }

    /// Where the user was sent outside of the mock: address without query, and the query.
    pub(crate) fn sent_to(&self) -> (String, HashMap<String, String>) {
        assert_eq!(self.page.status, 303, "{}", self.page.text);
        let location = self.page.location.as_ref().unwrap();
        let url: url::Url = location.parse().unwrap();
        let bare = location.split('?').next().unwrap().to_owned();
        (bare, url.query_pairs().into_owned().collect())
    }

    /// Logs in at the bank and answers there.
    pub(crate) async fn at_bank(&mut self, decision: &str) {
        self.send("Entrar", &[("password", "segredo")]).await;
        self.click(decision).await;
    }

    fn after(&self, start: &str) -> Option<&str> {
        self.page.text.split(start).skip(1).find(|rest| start != "<form" || rest.contains("method=\"post\""))
    }
}

/// The value of an attribute in what follows.
fn attribute(element: &str, name: &str) -> Option<String> {
    let tag = element.split('>').next().unwrap();
    let rest = tag.split(&format!("{name}=\"")).nth(1)?;
    let value = rest.split('"').next().unwrap();
    Some(value.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
}

/// The text of the element that begins here.
fn shown(element: &str) -> String {
    let inside = element.split_once('>').unwrap().1;
    let end = ["</a>", "</button>", "</h1>"].iter().filter_map(|end| inside.find(end)).min().unwrap();
    let mut text = String::new();
    let mut tag = false;
    for character in inside[..end].chars() {
        match character {
            '<' => tag = true,
            '>' => tag = false,
            _ if !tag => text.push(character),
            _ => {}
        }
    }
    text.trim().to_owned()
}
