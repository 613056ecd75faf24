//! The one error shape of the API, and the one place where causes become statuses.

use super::wire::Said;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::borrow::Cow;
use std::fmt;
use utoipa::ToSchema;

/// The result of every handler.
pub type Answer<T> = Result<T, Failure>;

/// Why a request was not answered as asked.
#[derive(Debug)]
pub struct Failure {
    status: StatusCode,
    code: &'static str,
    message: String,
    field: Option<Cow<'static, str>>,
    said: Option<Box<Said>>,
    details: Option<Box<serde_json::Value>>,
    retry_after_seconds: Option<u32>,
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// What the page reads: `{"error": {…}}`.
#[derive(Serialize, ToSchema)]
pub struct ErrorBody {
    /// What went wrong.
    pub error: ErrorDetail,
}

/// What went wrong, where, and what to do about it.
#[derive(Serialize, ToSchema)]
pub struct ErrorDetail {
    /// A word that stays the same between versions; the page translates by it.
    pub code: String,
    /// In English, for people.
    pub message: String,
    /// The field of the request that is to blame.
    pub field: Option<String>,
    /// The message, to be worded in the reader's language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<Said>,
    /// Numbers and names that belong to the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub details: Option<serde_json::Value>,
    /// Under this number the server's log tells more.
    pub reference: String,
}

impl Failure {
    /// A failure with a status of its own.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Failure {
        Failure {
            status,
            code,
            message: message.into(),
            field: None,
            said: None,
            details: None,
            retry_after_seconds: None,
            cause: None,
        }
    }

    /// 400: the request cannot be read.
    pub fn malformed(message: impl Into<String>) -> Failure {
        Failure::new(StatusCode::BAD_REQUEST, "malformed", message)
    }

    /// 401: nobody is signed in.
    pub fn signed_out() -> Failure {
        Failure::new(StatusCode::UNAUTHORIZED, "signed_out", "sign in first")
    }

    /// 403: signed in, but not allowed.
    pub fn not_allowed() -> Failure {
        Failure::new(
            StatusCode::FORBIDDEN,
            "not_allowed",
            "your role does not allow this; ask an administrator",
        )
    }

    /// 404: there is no such thing, or not for who asks; the two look the same.
    pub fn unknown(what: &str) -> Failure {
        Failure::new(StatusCode::NOT_FOUND, "unknown", format!("there is no such {what}"))
    }

    /// 409: it clashes with how things stand.
    pub fn conflict(code: &'static str, message: impl Into<String>) -> Failure {
        Failure::new(StatusCode::CONFLICT, code, message)
    }

    /// 422: well formed, but a value cannot be used.
    pub fn invalid(code: &'static str, field: &'static str, message: impl Into<String>) -> Failure {
        Failure::new(StatusCode::UNPROCESSABLE_ENTITY, code, message).about(field)
    }

    /// 429: too often; try again after so many seconds.
    pub fn too_often(code: &'static str, message: impl Into<String>, retry_after_seconds: u64) -> Failure {
        Failure {
            retry_after_seconds: Some(u32::try_from(retry_after_seconds).unwrap_or(u32::MAX)),
            ..Failure::new(StatusCode::TOO_MANY_REQUESTS, code, message)
        }
    }

    /// 500: our fault; the cause goes to the log only.
    pub fn ours(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Failure {
        let message = "something failed on our side; nothing was changed by half. Try again";
        Failure {
            cause: Some(cause.into()),
            ..Failure::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message)
        }
    }

    /// The field of the request that is to blame, where one is.
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// The same, with the part of the request that is to blame.
    pub fn about(self, field: impl Into<Cow<'static, str>>) -> Failure {
        Failure { field: Some(field.into()), ..self }
    }

    /// The same, to be worded in the reader's language.
    pub fn saying(self, said: impl Into<Said>) -> Failure {
        Failure { said: Some(Box::new(said.into())), ..self }
    }

    /// The same with numbers and names for the page.
    pub fn with_details(self, details: serde_json::Value) -> Failure {
        Failure { details: Some(Box::new(details)), ..self }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Some(cause) => write!(f, "{}: {cause}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

/// Causes in the store, as statuses.
impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Failure {
        match error {
            store::Error::Refused(message) => {
                Failure::new(StatusCode::UNPROCESSABLE_ENTITY, "refused", message)
            }
            store::Error::CurrencyStays { .. } => {
                Failure::invalid("currency_fixed", "currency", error.to_string())
            }
            store::Error::DiskFull => Failure::new(
                StatusCode::INSUFFICIENT_STORAGE,
                "disk_full",
                store::Error::DiskFull.to_string(),
            ),
            store::Error::Unreachable { .. } => Failure {
                cause: Some(error.into()),
                ..Failure::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "database_unreachable",
                    "the database does not answer; nothing was changed. Try again",
                )
            },
            other => Failure::ours(other),
        }
    }
}

impl Failure {
    /// What is wrong with a filter or an order.
    pub fn refused(code: &'static str, field: &'static str, error: access::FilterError) -> Failure {
        let details = serde_json::json!({
            "problem": error.problem.code(), "start": error.span.start, "end": error.span.end
        });
        let values = error.values().into_iter().map(|(name, value)| (name.to_string(), value)).collect();
        let said = Said { code: error.problem.code().to_string(), values };
        Failure::invalid(code, field, error.to_string()).with_details(details).saying(said)
    }
}

impl From<access::FilterError> for Failure {
    fn from(error: access::FilterError) -> Failure {
        Failure::refused("invalid_filter", "filter", error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let reference = crate::secret::reference();
        match (&self.cause, self.status.is_server_error()) {
            (Some(cause), _) => {
                tracing::error!(reference, code = self.code, cause = ?cause.to_string(), "request failed")
            }
            (None, true) => {
                tracing::error!(reference, code = self.code, message = ?self.message, "request failed")
            }
            (None, false) => {
                tracing::debug!(reference, code = self.code, message = ?self.message, "request refused")
            }
        }
        let body = ErrorBody {
            error: ErrorDetail {
                code: self.code.to_string(),
                message: self.message,
                field: self.field.map(Cow::into_owned),
                said: self.said.map(|said| *said),
                details: self.details.map(|details| *details),
                reference,
            },
        };
        let mut response = (self.status, axum::Json(body)).into_response();
        if let Some(seconds) = self.retry_after_seconds {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
