//! Imports over HTTP: begin one, look at them, fetch what could not be taken, take one back.

use super::import::{ImportParameters, RejectionCount};
use super::mapping::Mapping;
use super::{rejections, uploads};
use crate::access::first_run::text;
use crate::http::error::Answer;
use crate::http::{App, Caller, Failure, Json, Path, Query, wire};
use crate::jobs::handlers::{Job, enqueue};
use crate::jobs::work::{Retraction, Task};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use sources::Language;
use utoipa::{IntoParams, ToSchema};

/// An upload to be brought in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct NewImport {
    /// As `POST /api/uploads` gave it.
    pub upload: String,
    /// Where it comes from, such as `web shop`.
    pub source: String,
    pub mapping: Mapping,
    /// Count what would happen, keep nothing.
    #[serde(default)]
    pub dry_run: bool,
    /// Link and value the base afterwards.
    #[serde(default = "yes")]
    pub follow_up: bool,
}

/// An import.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct Import {
    pub id: i64,
    pub source: String,
    pub file_name: String,
    pub kind: String,
    pub imported_at: String,
    /// Null while it is not complete.
    pub finished_at: Option<String>,
    pub undone_at: Option<String>,
    pub counts: ImportCounts,
    /// Why rows could not be taken, most frequent first; with one import only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejections: Option<Vec<RejectionCount>>,
}

/// How rows were taken: created, updated, unchanged, duplicate and invalid add up to those read.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct ImportCounts {
    pub read: u64,
    pub created: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub duplicate: u64,
    pub invalid: u64,
    /// Rows that name no customer, among those above.
    pub without_customer: u64,
    /// Returns and cancellations, among those above.
    pub returns: u64,
}

fn yes() -> bool {
    true
}

/// Bring an upload in, as a job.
#[utoipa::path(post, path = "/api/imports", tag = "sources", operation_id = "add_import", request_body = NewImport,
    responses((status = 202, body = Job), (status = 403), (status = 404), (status = 422)))]
pub async fn add(
    State(app): State<App>,
    caller: Caller,
    Json(new): Json<NewImport>,
) -> Answer<impl IntoResponse> {
    let source = text(&new.source, "source")?;
    let mapping = new.mapping.read()?;
    let kept = uploads::kept(&app, &new.upload)?;
    let task = Task::Import(ImportParameters {
        file: std::path::absolute(&kept.file).map_err(Failure::ours)?,
        file_name: kept.name,
        source,
        mapping: mapping.to_toml(),
        dry_run: new.dry_run,
        follow_up: new.follow_up,
    });
    enqueue(&app, task.queued(Some(caller.staff.id))).await
}

/// Every import, newest first.
#[utoipa::path(get, path = "/api/imports", tag = "sources", operation_id = "imports",
    responses((status = 200, body = [Import]), (status = 403)))]
pub async fn list(State(app): State<App>) -> Answer<Json<Vec<Import>>> {
    let imports = app.ask(|store| store.imports()).await?;
    Ok(Json(imports.into_iter().map(Import::from).collect()))
}

/// One import, with why rows could not be taken.
#[utoipa::path(get, path = "/api/imports/{id}", tag = "sources", operation_id = "import", params(("id" = i64, Path)),
    responses((status = 200, body = Import), (status = 403), (status = 404)))]
pub async fn read(State(app): State<App>, Path(id): Path<i64>) -> Answer<Json<Import>> {
    let found = app
        .ask(move |store| match store.import(id)? {
            Some(import) => Ok(Some((import, store.rejection_summary(id)?))),
            None => Ok(None),
        })
        .await?;
    let (import, causes) = found.ok_or_else(|| Failure::unknown("import"))?;
    let causes = causes.into_iter().map(RejectionCount::from).collect();
    Ok(Json(Import { rejections: Some(causes), ..Import::from(import) }))
}

/// In which language reasons are given.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RejectionsQuery {
    /// `en` or `fr`; English unless said.
    pub language: Option<String>,
}

/// The rows that could not be taken: the original columns and the reason, as a CSV file.
#[utoipa::path(get, path = "/api/imports/{id}/rejections", tag = "sources", operation_id = "import_rejections",
    params(("id" = i64, Path), RejectionsQuery),
    responses((status = 200, content_type = "text/csv", body = String), (status = 403), (status = 404)))]
pub async fn rejected(
    State(app): State<App>,
    Path(id): Path<i64>,
    Query(query): Query<RejectionsQuery>,
) -> Answer<impl IntoResponse> {
    known(&app, id).await?;
    let language = match query.language.as_deref() {
        Some("fr") => Language::French,
        _ => Language::English,
    };
    let file = app
        .ask(move |store| {
            let mut file = Vec::new();
            rejections::write(store, id, language, &mut file)?;
            Ok(file)
        })
        .await?;
    Ok(attachment("text/csv; charset=utf-8", &format!("import-{id}-rejected.csv"), file))
}

/// How an import took its columns, as a file to use again.
#[utoipa::path(get, path = "/api/imports/{id}/mapping", tag = "sources", operation_id = "import_mapping",
    params(("id" = i64, Path)),
    responses((status = 200, content_type = "application/toml", body = String), (status = 403), (status = 404)))]
pub async fn mapping(State(app): State<App>, Path(id): Path<i64>) -> Answer<impl IntoResponse> {
    let import = known(&app, id).await?;
    Ok(attachment(
        "application/toml; charset=utf-8",
        &format!("import-{id}.toml"),
        import.mapping.into_bytes(),
    ))
}

/// Take an import back, as a job: its facts are withdrawn, nothing is deleted.
#[utoipa::path(post, path = "/api/imports/{id}/retraction", tag = "sources", operation_id = "retract_import",
    params(("id" = i64, Path)),
    responses((status = 202, body = Job), (status = 403), (status = 404), (status = 409)))]
pub async fn retract(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<i64>,
) -> Answer<impl IntoResponse> {
    let import = known(&app, id).await?;
    if import.undone_at.is_some() {
        return Err(Failure::conflict("undone_already", "this import was taken back already"));
    }
    let task = Task::Retraction(Retraction { import: id, file_name: import.file_name, follow_up: true });
    enqueue(&app, task.queued(Some(caller.staff.id))).await
}

/// A blank file to fill in.
#[utoipa::path(get, path = "/api/templates/{kind}", tag = "sources", operation_id = "template",
    params(("kind" = String, Path)),
    responses((status = 200, content_type = "text/csv", body = String), (status = 403), (status = 404)))]
pub async fn template(Path(kind): Path<String>) -> Answer<impl IntoResponse> {
    let kind = uploads::kind(&kind).map_err(|_| Failure::unknown("template"))?;
    let name = format!("{}.csv", kind.name());
    Ok(attachment("text/csv; charset=utf-8", &name, sources::template(kind).into_bytes()))
}

async fn known(app: &App, id: i64) -> Answer<store::Import> {
    app.ask(move |store| store.import(id)).await?.ok_or_else(|| Failure::unknown("import"))
}

fn attachment(content_type: &'static str, name: &str, bytes: Vec<u8>) -> impl IntoResponse + use<> {
    let headers = [
        (header::CONTENT_TYPE, content_type.to_string()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (StatusCode::OK, headers, bytes)
}

impl From<store::Import> for Import {
    fn from(import: store::Import) -> Import {
        let counts = import.counts;
        Import {
            id: import.id,
            source: import.source,
            file_name: import.file_name,
            kind: import.kind,
            imported_at: wire::time(import.started_at),
            finished_at: wire::time_or_null(import.finished_at),
            undone_at: wire::time_or_null(import.undone_at),
            counts: ImportCounts {
                read: counts.read(),
                created: counts.created,
                updated: counts.updated,
                unchanged: counts.unchanged,
                duplicate: counts.duplicate,
                invalid: counts.invalid,
                without_customer: counts.without_customer,
                returns: counts.returns,
            },
            rejections: None,
        }
    }
}
