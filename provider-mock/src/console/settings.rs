//! How the mock behaves, its faults, and the way back to the start.

use axum::extract::State;
use axum::response::Response;
use html_kit::{Input, Lang};
use maud::html;

use super::fault;
use super::frame::{Frame, Place};
use crate::Shared;

/// Behaviour, faults, and the way back to the start.
pub(super) async fn show(State(mock): State<Shared>, input: Input) -> Response {
    let lang = Lang::of(&input);
    let place = Place::Settings;
    Frame::new(lang, place, place.name(lang)).live(&input).show(&html! {
        (mock.console().settings(lang))
        (fault::section(lang, &*mock))
        section aria-labelledby="reset" {
            h2 #reset { (lang.say("Recomeçar", "Start over")) }
            p { (lang.say(
                "Esquece links, consentimentos, entregas e falhas; as chaves ficam.",
                "Forgets links, consents, deliveries and faults; keys stay.",
            )) }
            p.actions {
                a.button.danger href=(lang.address("/_mock/console/reset", &[])) {
                    (lang.say("Recomeçar do zero…", "Start over from nothing…"))
                }
            }
        }
    })
}
