use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use synthetic_data::{institutions, seeded};

/// A drawing for a bank of the mock: its code in a circle.
pub(crate) async fn show(Path(file): Path<String>) -> Response {
    let institution = file.strip_suffix(".svg").and_then(institutions::find);
    let Some(institution) = institution else { return StatusCode::NOT_FOUND.into_response() };
    // Dark enough for white text in every hue.
    let hue = seeded::rng(0, &["logo", institution.code]).u32(..360);
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 48 48\"><circle cx=\"24\" cy=\"24\" r=\"24\" \
         fill=\"hsl({hue} 45% 28%)\"/><text x=\"24\" y=\"30\" fill=\"#fff\" font-size=\"16\" text-anchor=\"middle\" \
         font-family=\"sans-serif\">{}</text></svg>",
        institution.code
    );
    ([(CONTENT_TYPE, "image/svg+xml")], svg).into_response()
}
