//! What the end user does in the browser: opens the bank's page, presses the button, is sent back.

use anyhow::{Context, bail};
use reqwest::header::{CONTENT_TYPE, LOCATION};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, Url};

/// Authorises the consent whose page this is; returns the address the browser is sent back to.
pub(super) async fn authorise(page: &str) -> anyhow::Result<String> {
    let browser = Client::builder().redirect(Policy::none()).build()?;
    let shown = text(browser.get(page).send().await?).await?;
    let session = attribute(&shown, "name=\"session\" value=\"").context("there is no form on it")?;
    let target = attribute(&shown, "class=\"yes\" formaction=\"").context("there is no button on it")?;

    let mut form = Url::parse(page)?.join(target)?;
    form.query_pairs_mut().append_pair("session", session);
    let body = form.query().unwrap_or_default().to_owned();
    form.set_query(None);
    let pressed = browser
        .post(form)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(body)
        .send()
        .await?;
    let back = pressed.headers().get(LOCATION).context("it sends the browser nowhere")?;
    Ok(back.to_str()?.to_owned())
}

/// What stands in the quotes behind that text. The page is the mock's own.
fn attribute<'a>(page: &'a str, before: &str) -> Option<&'a str> {
    let (_, rest) = page.split_once(before)?;
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
