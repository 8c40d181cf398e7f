//! What the Link page tells the page around it, sent by `page.js`. Whose page that is nobody says, so the messages are
//! for any; they hold nothing personal.

use klavi_types::api::OpenDataCode;
use klavi_types::legacy::{LinkMessage, LinkPage};

pub(super) fn of(pages: Vec<LinkPage>) -> Vec<LinkMessage> {
    pages.into_iter().map(message).collect()
}

/// For the attribute that `page.js` reads.
pub(super) fn json(page: LinkPage) -> String {
    serde_json::to_string(&message(page)).expect("a message is JSON")
}

fn message(page: LinkPage) -> LinkMessage {
    let (code, msg) = match page {
        LinkPage::SyncCanceled => (402, "User credential error"),
        _ => (200, "OK"),
    };
    let mut message = LinkMessage::default();
    message.code = Some(OpenDataCode::from(code));
    message.msg = Some(msg.into());
    message.page = Some(page);
    message
}
