//! The people of the house, for administrators.

use super::first_run::{email, text};
use super::session::{Role, check_password};
use crate::http::error::Answer;
use crate::http::{App, Failure, Json, wire};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
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
}

/// Somebody who is to sign in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct NewStaffMember {
    pub name: String,
    pub email: String,
    pub role: Role,
    #[schema(format = Password)]
    pub password: String,
    /// A seller sees the customers whose owner is written exactly so.
    pub owner_name: Option<String>,
}

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
    check_password(&new.password, "password")?;
    let hash = app.with_password(move || crate::secret::hash_password(&new.password)).await?;
    let (role, now) = (access::Role::from(new.role), app.now());
    let added = app
        .ask(move |store| match store.staff_by_email(&email)? {
            Some(_) => Ok(None),
            None => store.add_staff(&name, &email, role, owner_name.as_deref(), Some(&hash), now).map(Some),
        })
        .await?;
    let added =
        added.ok_or_else(|| Failure::invalid("taken", "email", "this address has an account already"))?;
    Ok((StatusCode::CREATED, Json(StaffMember::from(added))))
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
        }
    }
}
