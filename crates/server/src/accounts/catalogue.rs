//! The catalogue of activities over HTTP: read, change, confirm, presets to begin with.

use super::written::{WrittenActivity, WrittenCatalogue, WrittenTeam, Wrong, write_activities};
use super::{DAWN, read_catalogue};
use crate::http::error::Answer;
use crate::http::{App, Caller, Failure, Json, wire};
use crate::jobs::work::Task;
use axum::extract::State;
use ledger::{Currency, Moment};
use serde::{Deserialize, Serialize};
use store::{CatalogueId, SavedCatalogue, Store};
use utoipa::ToSchema;
use value::cost::{Trade, preset};

/// The catalogue that stands.
#[derive(Serialize, ToSchema)]
pub struct CatalogueState {
    /// Its number; 0 before there is one. Give it back with a change.
    pub version: i64,
    /// RFC 3339.
    pub made_at: Option<String>,
    /// Who made it; null where the house guessed it from the facts.
    pub made_by: Option<String>,
    /// `guess`, `person` or `confirmation`.
    pub origin: Option<String>,
    /// What whoever made it said; of a guess, the trade it fits: `retail`, `services` or `b2b`.
    pub note: Option<String>,
    /// ISO 4217; amounts are in it.
    pub currency: String,
    /// Some of its numbers are assumed.
    pub assumed: bool,
    /// The version that the accounts were priced by; null before they were closed.
    pub priced_version: Option<i64>,
    /// In the order of statements.
    pub activities: Vec<WrittenActivity>,
    /// Whose minutes they cost.
    pub teams: Vec<WrittenTeam>,
    /// Every version, newest first.
    pub history: Vec<CatalogueVersion>,
    /// The job that prices the accounts anew, after a change.
    pub job: Option<i64>,
}

/// One version of the catalogue.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct CatalogueVersion {
    pub version: i64,
    pub made_at: String,
    pub made_by: Option<String>,
    pub origin: String,
    pub note: String,
    pub activities: u64,
    /// How many of them are assumed.
    pub assumed: u64,
}

/// A changed catalogue.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCatalogue {
    /// The version that was read; another one that stands by now is not overwritten.
    pub version: i64,
    /// Why it was changed.
    #[serde(default)]
    pub note: String,
    /// All of them.
    pub activities: Vec<WrittenActivity>,
    /// All of them.
    #[serde(default)]
    pub teams: Vec<WrittenTeam>,
}

/// Activities whose numbers somebody answers for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Confirmation {
    /// The version that was read.
    pub version: i64,
    /// Their names.
    pub activities: Vec<String>,
}

/// A catalogue to begin with.
#[derive(Serialize, ToSchema)]
pub struct CataloguePreset {
    /// `retail`, `services` or `b2b`.
    pub trade: String,
    /// All assumed.
    pub activities: Vec<WrittenActivity>,
}

/// The catalogue of activities.
#[utoipa::path(get, path = "/api/catalogue", tag = "accounts", operation_id = "catalogue",
    responses((status = 200, body = CatalogueState), (status = 403)))]
pub async fn read(State(app): State<App>) -> Answer<Json<CatalogueState>> {
    app.ask(|store| Ok(state(store))).await?.map(Json)
}

/// Change the catalogue; the accounts are priced anew, as a job.
#[utoipa::path(put, path = "/api/catalogue", tag = "accounts", operation_id = "put_catalogue",
    request_body = NewCatalogue,
    responses((status = 200, body = CatalogueState), (status = 403), (status = 409), (status = 422)))]
pub async fn put(
    State(app): State<App>,
    caller: Caller,
    Json(new): Json<NewCatalogue>,
) -> Answer<Json<CatalogueState>> {
    let written = WrittenCatalogue { activities: new.activities, teams: new.teams };
    let (by, now, note) = (caller.staff.id, app.now(), new.note);
    let read = new.version;
    let answer =
        app.ask(move |store| Ok(change(store, &written, read, Some(by), &note, "person", now))).await??;
    app.jobs().ring();
    Ok(Json(answer))
}

/// Say that numbers are right; nothing is priced anew.
#[utoipa::path(post, path = "/api/catalogue/confirm", tag = "accounts", operation_id = "confirm_activities",
    request_body = Confirmation,
    responses((status = 200, body = CatalogueState), (status = 403), (status = 409), (status = 422)))]
pub async fn confirm(
    State(app): State<App>,
    caller: Caller,
    Json(said): Json<Confirmation>,
) -> Answer<Json<CatalogueState>> {
    let (by, now) = (caller.staff.id, app.now());
    let answer = app.ask(move |store| Ok(confirmed(store, &said, by, now))).await??;
    app.jobs().ring();
    Ok(Json(answer))
}

/// Catalogues to begin with, by trade; every number in them is an assumption.
#[utoipa::path(get, path = "/api/catalogue/presets", tag = "accounts", operation_id = "catalogue_presets",
    responses((status = 200, body = [CataloguePreset]), (status = 403)))]
pub async fn presets(State(app): State<App>) -> Answer<Json<Vec<CataloguePreset>>> {
    let digits = app.ask(currency).await?.minor_digits();
    let of = |trade: Trade| CataloguePreset {
        trade: trade.name().to_string(),
        activities: write_activities(&preset(trade, DAWN, digits), digits),
    };
    Ok(Json(Trade::ALL.map(of).into()))
}

/// The company's currency.
pub fn currency(store: &Store) -> store::Result<Currency> {
    Ok(store.company()?.map_or(Currency::EUR, |company| company.currency))
}

/// The catalogue that stands, with its history.
pub fn state(store: &Store) -> Answer<CatalogueState> {
    let history = store.catalogues().map_err(Failure::from)?;
    let currency = currency(store).map_err(Failure::from)?;
    let priced = store.catalogue_of_accounts().map_err(Failure::from)?;
    let written = match history.first() {
        Some(saved) => written(saved)?,
        None => WrittenCatalogue::default(),
    };
    let newest = history.first();
    Ok(CatalogueState {
        version: newest.map_or(0, |saved| saved.id),
        made_at: newest.map(|saved| wire::time(saved.made_at)),
        made_by: newest.and_then(|saved| saved.made_by_name.clone()),
        origin: newest.map(|saved| saved.origin.clone()),
        note: newest.map(|saved| saved.note.clone()),
        currency: currency.code().to_string(),
        assumed: written.activities.iter().any(|activity| !activity.confirmed),
        priced_version: priced,
        activities: written.activities,
        teams: written.teams,
        history: history.iter().map(version).collect(),
        job: None,
    })
}

/// What a version says, as it was written.
pub fn written(saved: &SavedCatalogue) -> Answer<WrittenCatalogue> {
    serde_json::from_str(&saved.content).map_err(Failure::ours)
}

fn version(saved: &SavedCatalogue) -> CatalogueVersion {
    let activities = written(saved).map(|written| written.activities).unwrap_or_default();
    CatalogueVersion {
        version: saved.id,
        made_at: wire::time(saved.made_at),
        made_by: saved.made_by_name.clone(),
        origin: saved.origin.clone(),
        note: saved.note.clone(),
        activities: activities.len() as u64,
        assumed: activities.iter().filter(|activity| !activity.confirmed).count() as u64,
    }
}

/// A catalogue that cannot be, with the place that is wrong.
pub fn invalid(wrong: Wrong) -> Failure {
    let message = wrong.to_string();
    Failure::invalid("invalid_catalogue", "activities", message).about(wrong.place)
}

const LONGEST_NOTE: usize = 2_000;
/// More activities than anybody reads.
const MOST_ACTIVITIES: usize = 500;

/// Keeps a changed catalogue and queues the pricing, unless another version than `read` stands.
pub fn change(
    store: &Store,
    new: &WrittenCatalogue,
    read: CatalogueId,
    by: Option<i64>,
    note: &str,
    origin: &str,
    now: Moment,
) -> Answer<CatalogueState> {
    if new.activities.len() > MOST_ACTIVITIES || new.teams.len() > MOST_ACTIVITIES {
        let message = format!("at most {MOST_ACTIVITIES} activities and as many teams");
        return Err(Failure::invalid("invalid_catalogue", "activities", message));
    }
    if note.chars().count() > LONGEST_NOTE {
        return Err(Failure::invalid(
            "too_long",
            "note",
            format!("a note has at most {LONGEST_NOTE} characters"),
        ));
    }
    let currency = currency(store).map_err(Failure::from)?;
    let catalogue = new.read_new(currency).map_err(invalid)?;
    let saved = SavedCatalogue {
        id: 0,
        made_at: now,
        made_by: by,
        made_by_name: None,
        origin: origin.to_string(),
        note: note.trim().replace('\0', ""),
        content: WrittenCatalogue::of(&catalogue, currency).text(),
    };
    let Some(_) = store.add_catalogue(&saved, read).map_err(Failure::from)? else {
        let stands = store.catalogue().map_err(Failure::from)?.map_or(0, |saved| saved.id);
        let message = "somebody changed the catalogue meanwhile; read it again and repeat the change";
        return Err(Failure::conflict("catalogue_changed", message)
            .with_details(serde_json::json!({ "version": stands })));
    };
    let job = match store.newest_valuation().map_err(Failure::from)? {
        Some(_) => Some(store.add_job(&Task::Accounts.queued(by), now).map_err(Failure::from)?),
        None => None,
    };
    Ok(CatalogueState { job, ..state(store)? })
}

fn confirmed(store: &Store, said: &Confirmation, by: i64, now: Moment) -> Answer<CatalogueState> {
    let stands = store.catalogue().map_err(Failure::from)?;
    let mut catalogue = stands.as_ref().map(written).transpose()?.unwrap_or_default();
    for name in &said.activities {
        let found = catalogue.activities.iter_mut().find(|activity| activity.name == *name);
        let activity = found.ok_or_else(|| {
            Failure::invalid(
                "unknown_activity",
                "activities",
                format!("no activity {name:?} in the catalogue"),
            )
        })?;
        activity.confirmed = true;
    }
    change(store, &catalogue, said.version, Some(by), &said.activities.join(", "), "confirmation", now)
}

/// The catalogue by which the accounts were priced, or the one that stands.
pub fn standing(store: &Store) -> Answer<Option<(CatalogueId, value::cost::Catalogue)>> {
    let currency = currency(store).map_err(Failure::from)?;
    let Some(saved) = store.catalogue().map_err(Failure::from)? else { return Ok(None) };
    Ok(Some((saved.id, read_catalogue(&saved, currency).map_err(Failure::from)?)))
}
