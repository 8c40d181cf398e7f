//! The way back to the start.

use axum::extract::State;
use axum::response::Response;
use maud::html;

use super::fields::hidden;
use super::frame::{Frame, Place};
use crate::Shared;
use html_kit::{Input, Lang};

/// Asks first: nothing brings back what a reset forgets.
pub(super) async fn ask(State(mock): State<Shared>, input: Input) -> Response {
    let lang = Lang::of(&input);
    let (_, deliveries) = mock.deliveries().newest(|_| true, (0, 0));
    let (_, calls) = mock.recorder().newest((0, 0));
    let mut lost = mock.console().forgotten(lang);
    lost.extend([
        (deliveries, lang.say("entregas", "deliveries")),
        (calls, lang.say("chamadas", "calls")),
        (mock.faults().snapshot().len(), lang.say("falhas armadas", "armed faults")),
    ]);
    let title = lang.say("Recomeçar do zero?", "Start over from nothing?");
    Frame::new(lang, Place::Settings, title).at("/_mock/console/reset", &[]).show(&html! {
        p { (lang.say(
            "Isto não tem volta. Relógio e comportamento voltam ao que eram no início; as chaves ficam. O mock esquece:",
            "There is no way back. Clock and behaviour are again as at the start; keys stay. The mock forgets:",
        )) }
        ul.lost { @for (count, name) in lost { li { (count) " " (name) } } }
        form.actions method="post" action="/_mock/console/reset" {
            (hidden(lang, Place::Settings))
            button.button.danger { (lang.say("Recomeçar do zero", "Start over from nothing")) }
            a.button href=(lang.address(Place::Settings.path(), &[])) { (lang.say("Cancelar", "Cancel")) }
        }
    })
}
