//! What handlers take: who asks, and a body, path or query that was read with errors in the one shape.

use super::error::Failure;
use access::{Reader, Right};
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Who asks; a handler that takes one is reached by signed-in people only.
#[derive(Clone, Debug)]
pub struct Caller {
    /// What every read of customers takes.
    pub reader: Reader,
    /// Who it is.
    pub staff: store::Staff,
    /// The digest of the session's id.
    pub session: String,
}

impl Caller {
    /// Goes on only with a right.
    pub fn needs(&self, right: Right) -> Result<(), Failure> {
        if self.reader.may(right) { Ok(()) } else { Err(Failure::not_allowed()) }
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Caller, Failure> {
        parts.extensions.get::<Caller>().cloned().ok_or_else(Failure::signed_out)
    }
}

/// Who asks, if anybody is signed in.
pub struct MaybeCaller(pub Option<Caller>);

impl<S: Sync> FromRequestParts<S> for MaybeCaller {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<MaybeCaller, Self::Rejection> {
        Ok(MaybeCaller(parts.extensions.get::<Caller>().cloned()))
    }
}

/// A JSON body, in or out.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Json<T>, Failure> {
        match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(body)) => Ok(Json(body)),
            Err(JsonRejection::MissingJsonContentType(_)) => Err(Failure::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "not_json",
                "send the body as content-type application/json",
            )),
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(Failure::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too_large",
                "the body is larger than this address takes",
            )),
            Err(JsonRejection::JsonDataError(error)) => Err(misfit("body", &error.body_text())),
            Err(_) => Err(Failure::malformed("the body is no JSON, or breaks off; send one JSON value")),
        }
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// What follows the `?` of an address.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Query<T>, Failure> {
        let read = axum::extract::Query::<T>::from_request_parts(parts, state).await;
        read.map(|axum::extract::Query(query)| Query(query)).map_err(|e| misfit("address", &e.body_text()))
    }
}

/// A request whose parts are not what the address takes, in our words: which part, and what to do about it.
///
/// `reason` is the reader's own text: "…: where: what is wrong". Only the part's name is taken from it.
fn misfit(whole: &str, reason: &str) -> Failure {
    let named = reason.split_once('`').and_then(|(_, rest)| rest.split_once('`')).map(|(name, _)| name);
    let is_path = |part: &&str| {
        part.bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'.' | b'[' | b']'))
    };
    let place = reason.split(": ").skip(1).find(|part| !part.is_empty() && is_path(part) && *part != ".");
    let (part, what) = match named {
        Some(name) if reason.contains("missing field") => (name, "is missing; give it"),
        Some(name) if reason.contains("unknown field") => {
            (name, "is not known at this address; leave it out")
        }
        Some(name) if reason.contains("duplicate field") => (name, "is given twice; give it once"),
        _ => match place {
            Some(place) => {
                (place, "is not of the form that this address takes; /api/openapi.json says which")
            }
            None => (whole, "is not of the form that this address takes; /api/openapi.json says which"),
        },
    };
    Failure::malformed(format!("`{part}` {what}")).about(part.to_string())
}

/// The parts of an address; a number that is none names nothing.
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Path<T>, Failure> {
        let read = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        read.map(|axum::extract::Path(path)| Path(path)).map_err(|_| Failure::unknown("address"))
    }
}
