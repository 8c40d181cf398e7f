//! The deliveries, page by page.

use axum::extract::State;
use axum::response::Response;
use maud::{Markup, html};

use super::frame::{Frame, Place};
use super::marks::{delivery_row, state_name};
use super::pager::Pager;
use crate::{Delivery, DeliveryState, Shared};
use html_kit::{Input, Lang};

const STATES: [DeliveryState; 4] =
    [DeliveryState::Pending, DeliveryState::Delivered, DeliveryState::Failed, DeliveryState::Unaddressed];

/// The deliveries: of one state or of one request, where the address says so.
pub(super) async fn show(State(mock): State<Shared>, input: Input) -> Response {
    let lang = Lang::of(&input);
    let place = Place::Deliveries;
    let state = STATES.into_iter().find(|state| state.as_str() == input.get("state"));
    let request = Some(input.get("request")).filter(|id| !id.is_empty());
    let pager = Pager::of(&input, "page");
    let wanted = |delivery: &Delivery| {
        state.is_none_or(|state| delivery.state == state)
            && request.is_none_or(|id| delivery.request_id.as_deref() == Some(id))
    };
    let (deliveries, total) = mock.deliveries().newest(wanted, pager.window());

    let number = pager.number();
    let mut kept = Vec::new();
    kept.extend(state.map(|state| ("state", state.as_str())));
    kept.extend(request.map(|id| ("request", id)));
    let mut own = kept.clone();
    own.extend(number.as_deref().map(|number| ("page", number)));
    Frame::new(lang, place, place.name(lang)).at(place.path(), &own).live(&input).show(&html! {
        details.panel {
            summary { (lang.say("Enviar um evento ou um relatório", "Send an event or a report")) }
            (mock.console().trigger(lang))
        }
        (states(lang, state, request))
        div #page data-live {
            @if total == 0 {
                p.note { (lang.say("Nenhuma entrega.", "No delivery.")) }
            } @else {
                ul.rows { @for delivery in &deliveries { (delivery_row(lang, delivery)) } }
                (pager.show(lang, place, &kept, total))
            }
        }
    })
}

fn states(lang: Lang, chosen: Option<DeliveryState>, request: Option<&str>) -> Markup {
    let address = |state: Option<DeliveryState>, request: Option<&str>| {
        let mut parameters = Vec::new();
        parameters.extend(state.map(|state| ("state", state.as_str())));
        parameters.extend(request.map(|id| ("request", id)));
        lang.address(Place::Deliveries.path(), &parameters)
    };
    let current = |state: Option<DeliveryState>| (state == chosen).then_some("true");
    html! {
        nav.states aria-label=(lang.say("Estados", "States")) {
            a href=(address(None, request)) aria-current=[current(None)] { (lang.say("todas", "all")) }
            @for state in STATES {
                a href=(address(Some(state), request)) aria-current=[current(Some(state))] {
                    (state_name(lang, state))
                }
            }
        }
        @if let Some(id) = request {
            p.note {
                (lang.say("Só as do pedido ", "Only those of the request ")) code { (id) } ". "
                a href=(address(chosen, None)) { (lang.say("Mostrar todas", "Show all")) }
            }
        }
    }
}
