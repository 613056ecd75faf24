//! The people of the house, for administrators.

use super::first_run::{email, text};
use super::session::{Role, check_password};
use crate::http::error::Answer;
use crate::http::{App, Failure, Json, Path, wire};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use ledger::Moment;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use store::{Changed, OneTimePurpose, StaffChange, Store};
use utoipa::ToSchema;

/// Somebody who signs in.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct StaffMember {
    pub id: i64,
    pub name: String,
    pub email: String,
    pub role: Role,
    /// A seller sees the customers whose owner is written exactly so.
    pub owner_name: Option<String>,
    pub disabled_at: Option<String>,
    /// Has a password; until then only a link lets this person in.
    pub has_password: bool,
}

/// Somebody who is to sign in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct NewStaffMember {
    pub name: String,
    pub email: String,
    pub role: Role,
    /// Left out, the person comes in by a link (`POST /api/staff/{id}/link`) and sets one.
    #[schema(format = Password)]
    pub password: Option<String>,
    /// A seller sees the customers whose owner is written exactly so.
    pub owner_name: Option<String>,
}

/// What may be changed of somebody who signs in; all of it is said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct StaffMemberChange {
    pub role: Role,
    /// A seller sees the customers whose owner is written exactly so.
    pub owner_name: Option<String>,
    /// May no longer sign in.
    pub disabled: bool,
}

/// A link that lets somebody in once.
#[derive(Serialize, ToSchema)]
pub struct SignInLink {
    /// On this server's address.
    pub path: String,
    /// RFC 3339.
    pub until: String,
}

const LINK_SECONDS: i64 = 24 * 3600;

/// Everybody who signs in.
#[utoipa::path(get, path = "/api/staff", tag = "access", operation_id = "staff",
    responses((status = 200, body = [StaffMember]), (status = 403)))]
pub async fn list(State(app): State<App>) -> Answer<Json<Vec<StaffMember>>> {
    let staff = app.ask(|store| store.staff_list()).await?;
    Ok(Json(staff.into_iter().map(StaffMember::from).collect()))
}

/// Add somebody who signs in.
#[utoipa::path(post, path = "/api/staff", tag = "access", operation_id = "add_staff",
    request_body = NewStaffMember, responses((status = 201, body = StaffMember), (status = 403), (status = 422)))]
pub async fn add(State(app): State<App>, Json(new): Json<NewStaffMember>) -> Answer<impl IntoResponse> {
    let name = text(&new.name, "name")?;
    let email = email(&new.email)?;
    let owner_name = new.owner_name.as_deref().map(|name| text(name, "owner_name")).transpose()?;
    let hash = match new.password {
        Some(password) => {
            check_password(&password, "password")?;
            Some(app.with_password(move || crate::secret::hash_password(&password)).await?)
        }
        None => None,
    };
    let (role, now) = (access::Role::from(new.role), app.now());
    let added = app
        .ask(move |store| match store.staff_by_email(&email)? {
            Some(_) => Ok(None),
            None => {
                store.add_staff(&name, &email, role, owner_name.as_deref(), hash.as_deref(), now).map(Some)
            }
        })
        .await?;
    let added =
        added.ok_or_else(|| Failure::invalid("taken", "email", "this address has an account already"))?;
    Ok((StatusCode::CREATED, Json(StaffMember::from(added))))
}

/// Change what somebody is here for; who is disabled is out at once.
#[utoipa::path(put, path = "/api/staff/{id}", tag = "access", operation_id = "put_staff",
    params(("id" = i64, Path)), request_body = StaffMemberChange,
    responses((status = 200, body = StaffMember), (status = 403), (status = 404), (status = 409), (status = 422)))]
pub async fn put(
    State(app): State<App>,
    Path(id): Path<i64>,
    Json(change): Json<StaffMemberChange>,
) -> Answer<Json<StaffMember>> {
    let owner_name = change.owner_name.as_deref().map(|name| text(name, "owner_name")).transpose()?;
    let change = StaffChange { role: change.role.into(), owner_name, disabled: change.disabled };
    let now = app.now();
    match app.ask(move |store| store.put_staff(id, &change, now)).await? {
        Changed::To(staff) => Ok(Json(staff.into())),
        Changed::Nobody => Err(Failure::unknown("person")),
        Changed::NoAdministratorLeft => {
            let message = "nobody else is an administrator; give somebody else the role first";
            Err(Failure::conflict("last_administrator", message))
        }
    }
}

/// Somebody whom sources name as the person in charge of customers.
#[derive(Serialize, ToSchema)]
pub struct KnownOwner {
    /// As the sources write it, exactly.
    pub name: String,
    /// Customers in his charge.
    pub customers: u64,
    /// Somebody who signs in, and is not disabled, has this name in the sources.
    pub has_account: bool,
}

/// Whom sources name as the person in charge, those with most customers first.
#[utoipa::path(get, path = "/api/staff/owners", tag = "access", operation_id = "known_owners",
    responses((status = 200, body = [KnownOwner]), (status = 403)))]
pub async fn owners(State(app): State<App>) -> Answer<Json<Vec<KnownOwner>>> {
    app.ask(known_owners).await.map(Json)
}

/// No list of suggestions is longer.
const MOST_OWNERS: usize = 500;

fn known_owners(store: &Store) -> store::Result<Vec<KnownOwner>> {
    let mut counts: HashMap<String, u64> = HashMap::new();
    store.each_place(|place| {
        if let Some(owner) = place.owner.filter(|owner| !owner.trim().is_empty()) {
            match counts.get_mut(owner) {
                Some(count) => *count += 1,
                None => {
                    counts.insert(owner.to_string(), 1);
                }
            }
        }
    })?;
    let staff = store.staff_list()?;
    let has_account = |name: &str| {
        staff.iter().any(|one| one.disabled_at.is_none() && one.owner_name.as_deref() == Some(name))
    };
    let mut owners: Vec<KnownOwner> = counts
        .into_iter()
        .map(|(name, customers)| KnownOwner { has_account: has_account(&name), name, customers })
        .collect();
    owners.sort_by(|a, b| b.customers.cmp(&a.customers).then_with(|| a.name.cmp(&b.name)));
    owners.truncate(MOST_OWNERS);
    Ok(owners)
}

/// A link that lets somebody in once, within a day; an earlier one for the same person ends.
#[utoipa::path(post, path = "/api/staff/{id}/link", tag = "access", operation_id = "add_sign_in_link",
    params(("id" = i64, Path)),
    responses((status = 201, body = SignInLink), (status = 403), (status = 404), (status = 409)))]
pub async fn add_link(State(app): State<App>, Path(id): Path<i64>) -> Answer<impl IntoResponse> {
    let staff = app.ask(move |store| store.staff(id)).await?.ok_or_else(|| Failure::unknown("person"))?;
    if staff.disabled_at.is_some() {
        return Err(Failure::conflict("disabled", "this account is disabled; enable it first"));
    }
    let now = app.now();
    let token = app.ask(move |store| sign_in_token(store, id, now)).await?;
    let link = SignInLink {
        path: format!("/sign-in?token={token}"),
        until: wire::time(Moment(now.0 + LINK_SECONDS)),
    };
    Ok((StatusCode::CREATED, Json(link)))
}

/// A one-time token that signs somebody in within a day.
pub fn sign_in_token(store: &Store, staff: i64, now: Moment) -> store::Result<String> {
    let token = crate::secret::token();
    let until = Moment(now.0 + LINK_SECONDS);
    store.add_one_time_token(&crate::secret::digest(&token), OneTimePurpose::SignIn, Some(staff), until)?;
    Ok(token)
}

impl From<store::Staff> for StaffMember {
    fn from(staff: store::Staff) -> StaffMember {
        StaffMember {
            id: staff.id,
            name: staff.name,
            email: staff.email,
            role: staff.role.into(),
            owner_name: staff.owner_name,
            disabled_at: wire::time_or_null(staff.disabled_at),
            has_password: staff.password_hash.is_some(),
        }
    }
}
