//! What the end user does in the browser: logs in at the bank, says yes there and to Klavi, is sent back.

use anyhow::{Context, bail};
use reqwest::header::{CONTENT_TYPE, LOCATION};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, Url};

/// More pages and redirects than the way has.
const STEPS: usize = 20;

/// Authorises the consent whose first page this is; returns the address the browser is sent back to.
pub(super) async fn authorise(page: &str) -> anyhow::Result<String> {
    let browser = Client::builder().redirect(Policy::none()).build()?;
    let start: Url = page.parse()?;
    let mut answer = browser.get(start.clone()).send().await?;
    for _ in 0..STEPS {
        let here = answer.url().clone();
        answer = if answer.status().is_redirection() {
            let location = answer.headers().get(LOCATION).context("it sends the browser nowhere")?;
            let target = here.join(location.to_str()?)?;
            if target.origin() != start.origin() {
                return Ok(target.into());
            }
            browser.get(target).send().await?
        } else {
            let (target, body) = say_yes(&here, &text(answer).await?)?;
            let form = browser.post(target).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
            form.body(body).send().await?
        };
    }
    bail!("the pages come to no end")
}

/// The form of a page as the user sends it: any password, and the first button, which is the yes.
fn say_yes(here: &Url, page: &str) -> anyhow::Result<(Url, String)> {
    let (_, form) = page.split_once("<form ").context("there is no form on a page")?;
    let (form, _) = form.split_once("</form>").context("a form does not end")?;
    let mut target = here.join(attribute(form, "action").context("a form goes nowhere")?)?;
    let (fields, buttons) = form.split_once("<button").context("there is no button on a page")?;
    target.set_query(None);
    {
        let mut pairs = target.query_pairs_mut();
        for field in fields.split("<input ").skip(1) {
            let name = attribute(field, "name").context("a field has no name")?;
            pairs.append_pair(name, attribute(field, "value").unwrap_or("any password"));
        }
        if let Some(name) = attribute(buttons, "name") {
            pairs.append_pair(name, attribute(buttons, "value").unwrap_or_default());
        }
    }
    let body = target.query().unwrap_or_default().to_owned();
    target.set_query(None);
    Ok((target, body))
}

/// The value of an attribute of the element that begins here. The page is the mock's own.
fn attribute<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    let (tag, _) = element.split_once('>')?;
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}

async fn text(mut answer: Response) -> anyhow::Result<String> {
    if !answer.status().is_success() {
        bail!("answered with {}", answer.status());
    }
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        body.extend_from_slice(&chunk);
    }
    Ok(String::from_utf8(body)?)
}
