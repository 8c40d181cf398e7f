use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;

use crate::institutions;
use synthetic_data::seeded;

/// A drawing for an institution: its first letters in a circle.
pub(super) async fn show(Path(file): Path<String>) -> Response {
    let name = file.strip_suffix(".svg").and_then(|name| name.rsplit_once('-'));
    let Some(institution) = name.and_then(|(name, _)| institutions::find(name)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    // Dark enough for white text in every hue.
    let hue = seeded::rng(0, &["logo", institution.name]).u32(..360);
    let letters = institution.name.get(..2).unwrap_or_default().to_uppercase();
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 48 48\"><circle cx=\"24\" cy=\"24\" r=\"24\" \
         fill=\"hsl({hue} 45% 28%)\"/><text x=\"24\" y=\"30\" fill=\"#fff\" font-size=\"16\" text-anchor=\"middle\" \
         font-family=\"sans-serif\">{letters}</text></svg>"
    );
    ([(CONTENT_TYPE, "image/svg+xml")], svg).into_response()
}
