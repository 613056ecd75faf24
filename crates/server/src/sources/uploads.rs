//! Uploads: a file is taken in, kept under a random name in the data folder, and looked at.
//!
//! What an upload is, its content says; its name is only shown. Uploads are forgotten after a day.

use super::mapping::Mapping;
use crate::http::error::Answer;
use crate::http::wire::{self, Said};
use crate::http::{App, Failure, Json, Path, Query};
use crate::jobs::work::JobError;
use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use http_body_util::BodyExt;
use ledger::Currency;
use serde::{Deserialize, Serialize};
use sources::{FileKind, FormatWish, Row, Wish};
use std::fs::File;
use std::path::{Path as FilePath, PathBuf};
use std::time::{Duration, SystemTime};
use store::Store;
use tokio::io::AsyncWriteExt;
use utoipa::{IntoParams, ToSchema};

/// A file that was taken in, and how it would be understood.
#[derive(Serialize, ToSchema)]
pub struct Upload {
    /// Names it in what follows.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// In bytes.
    pub size: u64,
    /// How it would be understood.
    pub guess: Guess,
}

/// How a file would be understood.
#[derive(Serialize, ToSchema)]
pub struct Guess {
    /// The whole of it; can be sent back as it is, or changed.
    pub mapping: Mapping,
    /// What was found in each column.
    pub columns: Vec<ColumnGuess>,
    /// The first rows as text.
    pub sample: Vec<Vec<String>>,
    /// The mapping was used before for a file with these columns.
    pub remembered: bool,
    /// What one should know.
    pub notes: Vec<GuessNote>,
    /// The sheets of a workbook.
    pub sheets: Vec<String>,
    /// Everything that a column can fill.
    pub targets: Vec<MappingTarget>,
    /// What the mapping lacks before it can be used.
    pub problem: Option<Said>,
}

/// What was found in a column.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct ColumnGuess {
    pub name: String,
    /// `empty`, `text`, `number`, `money`, `date`, `email`, `phone`, `truth` or `currency`.
    pub kind: String,
    pub samples: Vec<String>,
    /// What it would fill.
    pub target: Option<String>,
    /// From 0 to 1.
    pub certainty: f64,
    /// Empty cells among those looked at.
    pub empty: u64,
}

/// Something one should know of a file.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct GuessNote {
    pub code: String,
    pub message: String,
    pub said: Said,
}

/// Something that a column can fill.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct MappingTarget {
    pub name: String,
    /// The kinds of file it serves.
    pub kind: Vec<String>,
    /// The kinds in which it, or another of its group, must be filled.
    pub required: Vec<String>,
    pub label_code: String,
    /// `text`, `key`, `number`, `money`, `moment`, `day`, `currency` or `choice`.
    #[serde(rename = "type")]
    pub value_type: String,
}

/// What an upload is called.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UploadQuery {
    /// The file's name; only shown.
    pub name: String,
}

/// How a person says that the file is to be read; what is left out is guessed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UploadFormat {
    /// Encoding, separators, marks.
    pub format: WishedFormat,
    /// What the rows tell.
    #[serde(default)]
    pub kind: Option<String>,
}

/// Encoding, separators, marks; what is left out is guessed.
#[derive(Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct WishedFormat {
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub format_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compression: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip_lines: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimal: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_order: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
}

/// A mapping to try on the first rows.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct MappingToCheck {
    pub mapping: Mapping,
}

/// What a mapping makes of the first rows.
#[derive(Default, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct Check {
    pub rows_checked: u64,
    pub valid: u64,
    pub invalid: u64,
    /// Valid rows that name no customer.
    pub without_customer: u64,
    /// The rows that cannot be taken.
    pub rows: Vec<CheckedRow>,
    /// The first rows as they would be taken.
    pub entries: Vec<CheckedEntry>,
}

/// A row that cannot be taken, cell by cell.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct CheckedRow {
    pub row: u64,
    pub cells: Vec<String>,
    pub problems: Vec<RowProblem>,
}

/// One thing that is wrong with a row.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct RowProblem {
    pub column: Option<String>,
    pub code: String,
    pub cause: String,
    pub remedy: String,
    pub said: Said,
}

/// A row as it would be taken.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct CheckedEntry {
    pub row: u64,
    pub customer: Option<String>,
    /// What it tells, in a few parts.
    pub parts: Vec<EntryPart>,
}

/// Something that a row tells; one of the three.
#[derive(Default, Serialize, ToSchema)]
pub struct EntryPart {
    /// When, on the clock of the source; a midnight sharp is a day.
    pub at: Option<String>,
    /// An amount.
    pub amount: Option<wire::Money>,
    /// Anything else.
    pub text: Option<String>,
}

const LARGEST: u64 = 4 << 30;
const MOST_KEPT: usize = 50;
const KEPT_FOR: Duration = Duration::from_secs(24 * 3600);
const ROWS_CHECKED: usize = 1_000;
const ROWS_SHOWN: usize = 50;
/// Between two pieces of a body no more time than this may pass.
const PIECE_WITHIN: Duration = Duration::from_secs(60);

/// A file that was taken in, on disk.
pub struct Kept {
    /// What its owner calls it.
    pub name: String,
    /// Where its bytes are.
    pub file: PathBuf,
}

/// Take a file in.
#[utoipa::path(post, path = "/api/uploads", tag = "sources", operation_id = "add_upload", params(UploadQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = Upload), (status = 403), (status = 413), (status = 422)))]
pub async fn add(
    State(app): State<App>,
    Query(query): Query<UploadQuery>,
    body: Body,
) -> Answer<impl IntoResponse> {
    let name = shown_name(&query.name)?;
    let folder = folder(&app);
    let id = crate::secret::token()[..32].to_string();
    let file = folder.join(&id);
    {
        let folder = folder.clone();
        app.off_thread(move || make_room(&folder)).await?;
    }
    if let Err(failure) = receive(body, &file).await {
        let _ = tokio::fs::remove_file(&file).await;
        return Err(failure);
    }
    let named = folder.join(format!("{id}.name"));
    tokio::fs::write(&named, &name).await.map_err(disk)?;
    match looked_at(&app, id, None).await {
        Ok(upload) => Ok((StatusCode::CREATED, Json(upload))),
        Err(failure) => {
            // What cannot be read is of no use to anybody.
            let _ = tokio::fs::remove_file(&file).await;
            let _ = tokio::fs::remove_file(&named).await;
            Err(failure)
        }
    }
}

/// An upload, looked at again.
#[utoipa::path(get, path = "/api/uploads/{id}", tag = "sources", operation_id = "upload",
    params(("id" = String, Path)), responses((status = 200, body = Upload), (status = 403), (status = 404)))]
pub async fn read(State(app): State<App>, Path(id): Path<String>) -> Answer<Json<Upload>> {
    looked_at(&app, id, None).await.map(Json)
}

/// Look at an upload again, read as a person says.
#[utoipa::path(put, path = "/api/uploads/{id}/format", tag = "sources", operation_id = "put_upload_format",
    params(("id" = String, Path)), request_body = UploadFormat,
    responses((status = 200, body = Upload), (status = 403), (status = 404), (status = 422)))]
pub async fn put_format(
    State(app): State<App>,
    Path(id): Path<String>,
    Json(wished): Json<UploadFormat>,
) -> Answer<Json<Upload>> {
    let invalid = |_| {
        let message = "the format holds a value that cannot be used; leave it out to have it guessed";
        Failure::invalid("invalid_format", "format", message)
    };
    let mut json = serde_json::to_value(&wished.format).map_err(invalid)?;
    // Whether a file is packed, its bytes say.
    if let Some(fields) = json.as_object_mut() {
        fields.remove("compression");
    }
    let format: FormatWish = serde_json::from_value(json).map_err(invalid)?;
    let kind = wished.kind.as_deref().map(kind).transpose()?;
    looked_at(&app, id, Some(Wish { format, kind })).await.map(Json)
}

/// Try a mapping on the first thousand rows of an upload.
#[utoipa::path(post, path = "/api/uploads/{id}/check", tag = "sources", operation_id = "check_upload",
    params(("id" = String, Path)), request_body = MappingToCheck,
    responses((status = 200, body = Check), (status = 403), (status = 404), (status = 422)))]
pub async fn check(
    State(app): State<App>,
    Path(id): Path<String>,
    Json(body): Json<MappingToCheck>,
) -> Answer<Json<Check>> {
    let mapping = body.mapping.read()?;
    let kept = kept(&app, &id)?;
    app.off_thread(move || checked(&kept.file, &mapping)).await.map(Json)
}

/// The kind of file with this name.
pub fn kind(name: &str) -> Answer<FileKind> {
    FileKind::from_name(name)
        .ok_or_else(|| Failure::invalid("unknown_kind", "kind", format!("no kind of file {name:?}")))
}

/// The upload with this id.
pub fn kept(app: &App, id: &str) -> Answer<Kept> {
    let is_id = id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit());
    let file = folder(app).join(id);
    if !is_id || !file.is_file() {
        return Err(Failure::unknown("upload"));
    }
    let name = std::fs::read_to_string(folder(app).join(format!("{id}.name"))).unwrap_or_default();
    Ok(Kept { name, file })
}

fn folder(app: &App) -> PathBuf {
    app.settings().data.join("uploads")
}

/// The name is shown, never used as a path.
fn shown_name(name: &str) -> Answer<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    let clean: String = last.chars().filter(|c| !c.is_control()).take(200).collect();
    if clean.is_empty() {
        return Err(Failure::invalid("blank", "name", "the file has no name"));
    }
    Ok(clean)
}

async fn receive(mut body: Body, file: &FilePath) -> Answer<()> {
    let mut out = tokio::fs::File::create_new(file).await.map_err(disk)?;
    let mut size = 0u64;
    loop {
        let piece = tokio::time::timeout(PIECE_WITHIN, body.frame()).await.map_err(|_| {
            Failure::new(StatusCode::REQUEST_TIMEOUT, "too_slow", "the file stopped coming; send it again")
        })?;
        let Some(piece) = piece else { break };
        let piece = piece.map_err(|_| Failure::malformed("the file broke off on its way; send it again"))?;
        let Ok(bytes) = piece.into_data() else { continue };
        size += bytes.len() as u64;
        if size > LARGEST {
            let message =
                "a file may have 4 GiB at most; split it, or import it with the command `clientela import`";
            return Err(Failure::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", message));
        }
        out.write_all(&bytes).await.map_err(disk)?;
    }
    out.flush().await.map_err(disk)
}

fn disk(error: std::io::Error) -> Failure {
    store::Error::from(error).into()
}

/// Forgets uploads of yesterday, and the oldest when there are many.
fn make_room(folder: &FilePath) -> Answer<()> {
    std::fs::create_dir_all(folder).map_err(disk)?;
    let mut kept: Vec<(SystemTime, PathBuf)> = std::fs::read_dir(folder)
        .map_err(disk)?
        .filter_map(|entry| {
            let entry = entry.ok()?;
            Some((entry.metadata().ok()?.modified().ok()?, entry.path()))
        })
        .filter(|(_, path)| path.extension().is_none())
        .collect();
    kept.sort();
    let surplus = kept.len().saturating_sub(MOST_KEPT - 1);
    for (place, (changed, path)) in kept.into_iter().enumerate() {
        let is_old = changed.elapsed().is_ok_and(|age| age > KEPT_FOR);
        if is_old || place < surplus {
            let _ = std::fs::remove_file(&path);
            let _ = std::fs::remove_file(path.with_extension("name"));
        }
    }
    Ok(())
}

async fn looked_at(app: &App, id: String, wish: Option<Wish>) -> Answer<Upload> {
    let kept = kept(app, &id)?;
    let store = app.blocking_store().clone();
    app.off_thread(move || {
        let open = || File::open(&kept.file).map_err(disk);
        let size = open()?.metadata().map_err(disk)?.len();
        let guess = match &wish {
            Some(wish) => sources::guess_with(Box::new(open()?), &kept.name, wish),
            None => sources::guess(Box::new(open()?), &kept.name),
        };
        let mut guess = guess.map_err(unreadable)?;
        guess.mapping.currency = guess.mapping.currency.or(Some(own_currency(&store)?));
        let remembered = if wish.is_none() { remembered(&store, &guess)? } else { None };
        let guess = shown(guess, remembered)?;
        Ok(Upload { id, name: kept.name, size, guess })
    })
    .await
}

/// The currency of amounts for which a file names none: the company's own.
pub fn own_currency(store: &Store) -> store::Result<Currency> {
    Ok(store.company()?.map_or(Currency::EUR, |company| company.currency))
}

/// The mapping of the last complete import whose file had the same columns.
fn remembered(store: &Store, guess: &sources::Guess) -> Answer<Option<sources::Mapping>> {
    let header: Vec<&str> = guess.columns.iter().map(|column| column.name.as_str()).collect();
    let imports = store.imports()?;
    let same = imports
        .into_iter()
        .find(|import| import.finished_at.is_some() && import.undone_at.is_none() && import.header == header);
    let Some(saved) = same.and_then(|import| sources::Mapping::from_toml(&import.mapping).ok()) else {
        return Ok(None);
    };
    Ok(guess.remembered(&saved))
}

fn shown(mut guess: sources::Guess, remembered: Option<sources::Mapping>) -> Answer<Guess> {
    let is_remembered = remembered.is_some();
    if let Some(mapping) = remembered {
        for column in &mut guess.columns {
            let fills = mapping.columns.iter().find(|(_, columns)| columns.names().contains(&column.name));
            column.target = fills.map(|(target, _)| *target);
            column.certainty = 1.0;
        }
        guess.mapping = mapping;
    }
    let word = |value: serde_json::Result<serde_json::Value>| match value {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    };
    Ok(Guess {
        problem: guess.check().err().map(|error| error.said().into()),
        mapping: Mapping::of(&guess.mapping)?,
        columns: guess
            .columns
            .into_iter()
            .map(|column| ColumnGuess {
                name: column.name,
                kind: word(serde_json::to_value(column.kind)),
                samples: column.samples,
                target: column.target.map(|target| target.name().to_string()),
                certainty: column.certainty,
                empty: column.empty,
            })
            .collect(),
        sample: guess.sample,
        remembered: is_remembered,
        notes: guess
            .notes
            .into_iter()
            .map(|note| {
                let said = Said::from(note.said);
                GuessNote { code: said.code.clone(), message: note.message, said }
            })
            .collect(),
        sheets: guess.sheets,
        targets: sources::targets()
            .into_iter()
            .map(|target| MappingTarget {
                name: target.name.to_string(),
                kind: target.kinds.iter().map(|kind| kind.name().to_string()).collect(),
                required: target.required.iter().map(|kind| kind.name().to_string()).collect(),
                label_code: target.label_code,
                value_type: word(serde_json::to_value(target.kind_of_value)),
            })
            .collect(),
    })
}

fn unreadable(error: sources::SourceError) -> Failure {
    Failure::invalid(error.code(), "file", error.to_string()).saying(error.said())
}

fn checked(file: &FilePath, mapping: &sources::Mapping) -> Answer<Check> {
    let input = File::open(file).map_err(disk)?;
    let mut reader = sources::open(Box::new(input), mapping).map_err(unreadable)?;
    let mut check = Check::default();
    while check.rows_checked < ROWS_CHECKED as u64 {
        let Some((row, cells)) = reader.next_with_cells().map_err(unreadable)? else { break };
        check.rows_checked += 1;
        match row {
            Row::Entry(entry) => {
                check.valid += 1;
                check.without_customer += u64::from(entry.customer.is_none());
                if check.entries.len() < ROWS_SHOWN {
                    let parts = parts(&entry, mapping.currency);
                    check.entries.push(CheckedEntry { row: entry.row, customer: entry.customer, parts });
                }
            }
            Row::Rejected(rejection) => {
                check.invalid += 1;
                let problem = |problem: sources::Problem| RowProblem {
                    column: problem.column,
                    code: problem.code.name().to_string(),
                    cause: problem.cause,
                    remedy: problem.remedy,
                    said: problem.said.into(),
                };
                let problems = rejection.problems().into_iter().map(problem).collect();
                check.rows.push(CheckedRow { row: rejection.row, cells, problems });
            }
        }
    }
    Ok(check)
}

/// What a row tells, in a few parts.
fn parts(entry: &sources::Entry, currency: Option<Currency>) -> Vec<EntryPart> {
    use ledger::{Attribute, FactBody};
    let at = |at: String| EntryPart { at: Some(at), ..EntryPart::default() };
    let money = |amount: wire::Money| EntryPart { amount: Some(amount), ..EntryPart::default() };
    let text = |text: String| EntryPart { text: Some(text), ..EntryPart::default() };
    let Some(fact) = &entry.fact else {
        let part = |(attribute, value): (&Attribute, &String)| match (attribute, currency) {
            (Attribute::BirthDate, _) => at(format!("{value}T00:00:00Z")),
            (Attribute::CreditLimit, Some(currency)) => {
                money(wire::Money { amount: value.clone(), currency: currency.code().to_string() })
            }
            _ => text(value.clone()),
        };
        return entry.attributes.iter().take(4).map(part).collect();
    };
    let (amount, says) = match &fact.body {
        FactBody::Sale(sale) => (Some(sale.amount), vec![sale.description.clone().or(sale.product.clone())]),
        FactBody::Payment(payment) => (Some(payment.amount), vec![payment.invoice.clone()]),
        FactBody::Interaction(contact) => {
            (None, vec![Some(contact.channel.clone()), contact.subject.clone()])
        }
        FactBody::Request(request) => (None, vec![request.subject.clone()]),
        FactBody::Review(review) => {
            let percent = review.rating.map(|rating| format!("{} %", rating.0 / 10));
            (None, vec![percent, review.product.clone()])
        }
        FactBody::Referral(referral) => (None, vec![Some(referral.referred.clone())]),
        FactBody::Cost(cost) => (Some(cost.amount), vec![Some(cost.activity.clone())]),
    };
    let amount = amount.map(|amount| money(amount.into()));
    std::iter::once(at(wire::time(fact.happened_at)))
        .chain(amount)
        .chain(says.into_iter().flatten().map(text))
        .collect()
}

impl From<JobError> for Failure {
    fn from(error: JobError) -> Failure {
        match error {
            JobError::Source(error) => unreadable(error),
            JobError::Store(error) => error.into(),
            other => Failure::ours(other),
        }
    }
}
