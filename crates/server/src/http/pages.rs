//! The web page: its files, and `index.html` for every address that the page's own router knows.

use super::Failure;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Answers what no route of the API answers.
pub async fn page(request: Request) -> Response {
    let path = request.uri().path();
    if path == "/api" || path.starts_with("/api/") {
        return Failure::unknown("address").into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return wrong_method().await.into_response();
    }
    let brotli = accepts_brotli(request.headers());
    let is_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    let found =
        web::file(path, brotli).or_else(|| if is_file { None } else { web::file("index.html", brotli) });
    match found {
        Some(file) => answer(file),
        None => Failure::unknown("page").into_response(),
    }
}

/// Answers a method that an address does not know.
pub async fn wrong_method() -> Failure {
    let message = "this address does not take that method; the OpenAPI document lists what it takes";
    Failure::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", message)
}

fn answer(file: web::WebFile) -> Response {
    let keep = if file.immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response = Response::new(Body::from(file.bytes.into_owned()));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.mime));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = file.encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

fn accepts_brotli(headers: &HeaderMap) -> bool {
    headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()).any(|value| {
        value.split(',').any(|coding| {
            let mut parts = coding.split(';').map(str::trim);
            parts.next() == Some("br")
                && !parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
        })
    })
}
