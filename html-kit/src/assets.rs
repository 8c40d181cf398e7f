//! Style sheets, scripts and the icon, under names that change with what is in them.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("page.js");
const CONSOLE_STYLE: &str = include_str!("console.css");
const CONSOLE_SCRIPT: &str = include_str!("console.js");
const ICON: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\"><rect width=\"32\" height=\"32\" \
                    rx=\"9\" fill=\"#1d3a6e\"/><path d=\"M11 16h10M16 11v10\" stroke=\"#fff\" stroke-width=\"3\" \
                    stroke-linecap=\"round\"/></svg>";

/// Where the style of all pages is.
pub fn style_address() -> String {
    address("style", STYLE, "css")
}

/// Where the script of pages is.
pub fn script_address() -> String {
    address("page", SCRIPT, "js")
}

/// What the console has beside the style of all pages.
pub fn console_style_address() -> String {
    address("console", CONSOLE_STYLE, "css")
}

/// Where the console's script is.
pub fn console_script_address() -> String {
    address("console", CONSOLE_SCRIPT, "js")
}

/// Where the icon is.
pub fn icon_address() -> String {
    address("icon", ICON, "svg")
}

/// The name holds a hash of what is in it, so a browser can keep it for ever.
pub async fn show(Path(file): Path<String>) -> Response {
    let files = [
        (style_address(), STYLE, "text/css; charset=utf-8"),
        (script_address(), SCRIPT, "text/javascript; charset=utf-8"),
        (console_style_address(), CONSOLE_STYLE, "text/css; charset=utf-8"),
        (console_script_address(), CONSOLE_SCRIPT, "text/javascript; charset=utf-8"),
        (icon_address(), ICON, "image/svg+xml"),
    ];
    let named = |(address, _, _): &&(String, &str, &str)| address.strip_prefix("/assets/") == Some(&*file);
    let Some((_, content, media_type)) = files.iter().find(named) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [(CONTENT_TYPE, *media_type), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    (headers, *content).into_response()
}

fn address(name: &str, content: &str, ending: &str) -> String {
    let mut hash = DefaultHasher::new();
    content.hash(&mut hash);
    format!("/assets/{name}-{:016x}.{ending}", hash.finish())
}
