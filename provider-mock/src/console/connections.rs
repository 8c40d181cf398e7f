//! What users have connected: all of it is the provider's.

use axum::extract::State;
use axum::response::Response;
use html_kit::{Input, Lang};

use super::frame::{Frame, Place};
use crate::Shared;

pub(super) async fn show(State(mock): State<Shared>, input: Input) -> Response {
    let lang = Lang::of(&input);
    let place = Place::Connections;
    let content = mock.console().connections(lang, &input);
    Frame::new(lang, place, place.name(lang)).live(&input).show(&content)
}
