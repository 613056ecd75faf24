//! Saved lists: a name for a filter, an order and columns, one's own or everybody's.

use super::first_run::text;
use crate::http::error::Answer;
use crate::http::{App, Caller, Failure, Json, Path};
use access::{Context, Field, Filter, Right, Sort};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use store::SavedView;
use utoipa::ToSchema;

/// A saved list.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct View {
    pub id: i64,
    pub name: String,
    /// Everybody sees it.
    pub shared: bool,
    /// Who asks saved it and may change it.
    pub mine: bool,
    /// The list opens with it for the one who saved it.
    pub is_default: bool,
    pub query: ViewQuery,
}

/// A list to be saved.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct NewView {
    pub name: String,
    /// Everybody sees it; takes the right to administer.
    pub shared: bool,
    #[serde(default)]
    pub is_default: bool,
    pub query: ViewQuery,
}

/// What the list shows.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ViewQuery {
    /// In the filter grammar; blank for everybody.
    #[serde(default)]
    pub filter: String,
    /// Words to look for.
    #[serde(default)]
    pub q: String,
    /// `-expected_value,name`; blank for the usual order.
    #[serde(default)]
    pub sort: String,
    /// Which columns, from left to right; none for the usual ones.
    #[serde(default)]
    pub columns: Vec<ViewColumn>,
}

/// One column of a saved list.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ViewColumn {
    /// The field's name.
    pub name: String,
    /// In pixels.
    pub width: u16,
}

const LONGEST_QUERY: usize = 20_000;

/// One's own lists and those that others share.
#[utoipa::path(get, path = "/api/views", tag = "customers", operation_id = "views",
    responses((status = 200, body = [View])))]
pub async fn list(State(app): State<App>, caller: Caller) -> Answer<Json<Vec<View>>> {
    let reader = caller.reader.clone();
    let views = app.ask(move |store| store.saved_views(&reader)).await?;
    let shown = views.into_iter().map(|view| shown(view, &caller));
    Ok(Json(shown.filter(|view| view.mine || may_use(&app, &caller, &view.query)).collect()))
}

/// Whether who asks may filter and sort so: a list by fields he may not see is not told of either.
fn may_use(app: &App, caller: &Caller, query: &ViewQuery) -> bool {
    let context = Context { reader: &caller.reader, today: app.today(), currency: ledger::Currency::EUR };
    Filter::parse(&query.filter, &context).is_ok() && Sort::parse(&query.sort, &caller.reader).is_ok()
}

/// Save a list.
#[utoipa::path(post, path = "/api/views", tag = "customers", operation_id = "add_view",
    request_body = NewView, responses((status = 201, body = View), (status = 403), (status = 422)))]
pub async fn add(
    State(app): State<App>,
    caller: Caller,
    Json(new): Json<NewView>,
) -> Answer<impl IntoResponse> {
    let (name, query) = check(&app, &caller, &new)?;
    let (reader, now) = (caller.reader.clone(), app.now());
    let id = app
        .ask(move |store| {
            let id = store.add_view(&reader, &name, new.shared, new.is_default, &query, now)?;
            Ok(store.saved_views(&reader)?.into_iter().find(|view| view.id == id))
        })
        .await?;
    let view = id.ok_or_else(|| Failure::unknown("view"))?;
    Ok((StatusCode::CREATED, Json(shown(view, &caller))))
}

/// Change a list that one saved.
#[utoipa::path(put, path = "/api/views/{id}", tag = "customers", operation_id = "put_view", params(("id" = i64, Path)),
    request_body = NewView, responses((status = 200, body = View), (status = 403), (status = 404), (status = 422)))]
pub async fn put(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<i64>,
    Json(new): Json<NewView>,
) -> Answer<Json<View>> {
    let (name, query) = check(&app, &caller, &new)?;
    let reader = caller.reader.clone();
    let view = app
        .ask(move |store| {
            let changed = store.put_view(&reader, id, &name, new.shared, new.is_default, &query)?;
            let views = if changed { store.saved_views(&reader)? } else { Vec::new() };
            Ok(views.into_iter().find(|view| view.id == id))
        })
        .await?;
    let view = view.ok_or_else(|| Failure::unknown("view"))?;
    Ok(Json(shown(view, &caller)))
}

/// Remove a list that one saved.
#[utoipa::path(delete, path = "/api/views/{id}", tag = "customers", operation_id = "remove_view",
    params(("id" = i64, Path)), responses((status = 204), (status = 404)))]
pub async fn remove(State(app): State<App>, caller: Caller, Path(id): Path<i64>) -> Answer<StatusCode> {
    let removed = app.ask(move |store| store.remove_view(&caller.reader, id)).await?;
    if removed { Ok(StatusCode::NO_CONTENT) } else { Err(Failure::unknown("view")) }
}

/// A view is kept only when the list would take it as it stands.
fn check(app: &App, caller: &Caller, new: &NewView) -> Answer<(String, String)> {
    if new.shared {
        caller.needs(Right::Administer)?;
    }
    let name = text(&new.name, "name")?;
    let context = Context { reader: &caller.reader, today: app.today(), currency: ledger::Currency::EUR };
    Filter::parse(&new.query.filter, &context)?;
    Sort::parse(&new.query.sort, &caller.reader)?;
    for column in &new.query.columns {
        if Field::from_name(&column.name).is_none_or(|field| !caller.reader.sees(field)) {
            return Err(Failure::invalid("unknown_field", "columns", format!("no field {:?}", column.name)));
        }
    }
    let query = serde_json::to_string(&new.query).map_err(Failure::ours)?;
    if query.len() > LONGEST_QUERY {
        return Err(Failure::invalid("too_large", "query", "this view is too large to be kept"));
    }
    Ok((name, query))
}

fn shown(view: SavedView, caller: &Caller) -> View {
    let query = serde_json::from_str::<ViewQuery>(&view.query).unwrap_or_default();
    let mine = view.staff == caller.reader.staff;
    View {
        id: view.id,
        name: view.name,
        shared: view.shared,
        mine,
        is_default: view.is_default && mine,
        query: ViewQuery { columns: seen(query.columns, caller), ..query },
    }
}

/// A shared view may name columns that who asks may not see.
fn seen(columns: Vec<ViewColumn>, caller: &Caller) -> Vec<ViewColumn> {
    let sees =
        |column: &ViewColumn| Field::from_name(&column.name).is_some_and(|field| caller.reader.sees(field));
    columns.into_iter().filter(sees).collect()
}
