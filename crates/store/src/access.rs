//! Staff, sessions, one-time tokens and saved views. Secrets come in hashed; this room never sees them plain.

use crate::connection::{Connection, Row, binds, sql};
use crate::error::{Error, Result};
use crate::house::{Company, put_company};
use crate::pool::Store;
use access::{Reader, Role};
use ledger::Moment;

/// Number of a member of staff.
pub type StaffId = i64;
/// Number of a saved view.
pub type ViewId = i64;

/// Somebody who signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Staff {
    pub id: StaffId,
    pub name: String,
    /// In lower case.
    pub email: String,
    pub role: Role,
    /// The name under which sources know this seller.
    pub owner_name: Option<String>,
    pub password_hash: Option<String>,
    pub created_at: Moment,
    pub disabled_at: Option<Moment>,
}

impl Staff {
    /// Who asks, as every read takes it.
    pub fn reader(&self) -> Reader {
        Reader { staff: self.id, role: self.role, owner_name: self.owner_name.clone() }
    }
}

/// What may be changed of somebody who signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct StaffChange {
    pub role: Role,
    /// The name under which sources know this seller.
    pub owner_name: Option<String>,
    /// May no longer sign in.
    pub disabled: bool,
}

/// What came of a change of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// It is made.
    To(Staff),
    /// There is no such person.
    Nobody,
    /// It would leave nobody who can administer; nothing was changed.
    NoAdministratorLeft,
}

/// One signed-in browser.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct SessionRow {
    pub staff: StaffId,
    pub created_at: Moment,
    pub seen_at: Moment,
    pub expires_at: Moment,
}

/// What a one-time token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OneTimePurpose {
    /// Making the first administrator.
    FirstRun,
    /// Signing one person in.
    SignIn,
}

impl OneTimePurpose {
    fn name(self) -> &'static str {
        match self {
            OneTimePurpose::FirstRun => "first_run",
            OneTimePurpose::SignIn => "sign_in",
        }
    }
}

/// A list somebody keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct SavedView {
    pub id: ViewId,
    pub staff: StaffId,
    pub name: String,
    pub shared: bool,
    pub is_default: bool,
    /// Filter, sort and columns as JSON; the page's own text.
    pub query: String,
}

impl Store {
    /// Whether nobody can sign in yet.
    pub fn is_first_run(&self) -> Result<bool> {
        self.read(nobody)
    }

    /// Makes the first administrator and the company; `None` if the token is not good or somebody was first. The
    /// company counts in the currency of the sales that stand already, see [`Store::set_company`].
    pub fn first_run(
        &self,
        token_hash: &str,
        now: Moment,
        company: &Company,
        name: &str,
        email: &str,
        password_hash: &str,
    ) -> Result<Option<Staff>> {
        self.write(|tx| {
            let binds = binds![token_hash, OneTimePurpose::FirstRun.name(), now.0];
            if tx.first(sql!("access/take_token"), binds, |row| row.int(0))?.is_none() || !nobody(tx)? {
                return Ok(None);
            }
            put_company(tx, company)?;
            add(tx, name, email, Role::Administrator, None, Some(password_hash), now).map(Some)
        })
    }

    /// Adds somebody; refused when the address is taken.
    pub fn add_staff(
        &self,
        name: &str,
        email: &str,
        role: Role,
        owner_name: Option<&str>,
        password_hash: Option<&str>,
        now: Moment,
    ) -> Result<Staff> {
        self.write(|tx| add(tx, name, email, role, owner_name, password_hash, now))
    }

    /// Changes what somebody is here for, and whether he may sign in; who is disabled is out at once.
    pub fn put_staff(&self, id: StaffId, change: &StaffChange, now: Moment) -> Result<Changed> {
        if id <= 0 {
            return Ok(Changed::Nobody);
        }
        self.write(|tx| {
            let before = tx.first(sql!("access/staff"), binds![id, None::<&str>], read_staff)?;
            let Some(before) = before else { return Ok(Changed::Nobody) };
            let governs = change.role == Role::Administrator && !change.disabled;
            let others = tx.first(sql!("access/other_administrators"), binds![id], |row| row.int(0))?;
            if !governs && others == Some(0) {
                return Ok(Changed::NoAdministratorLeft);
            }
            let disabled_at = change.disabled.then(|| before.disabled_at.unwrap_or(now).0);
            let binds = binds![id, change.role.name(), change.owner_name.as_deref(), disabled_at];
            tx.execute(sql!("access/put_staff"), binds)?;
            if change.disabled {
                tx.execute(sql!("access/end_other_sessions"), binds![id, ""])?;
                tx.execute(sql!("access/end_sign_in_tokens"), binds![id])?;
            }
            let after = tx.first(sql!("access/staff"), binds![id, None::<&str>], read_staff)?;
            Ok(Changed::To(after.expect("the row was changed in this transaction")))
        })
    }

    /// One person.
    pub fn staff(&self, id: StaffId) -> Result<Option<Staff>> {
        if id <= 0 {
            return Ok(None);
        }
        self.read(|connection| connection.first(sql!("access/staff"), binds![id, None::<&str>], read_staff))
    }

    /// The person with this address.
    pub fn staff_by_email(&self, email: &str) -> Result<Option<Staff>> {
        let email = email.trim().to_lowercase();
        self.read(|connection| connection.first(sql!("access/staff"), binds![0, email], read_staff))
    }

    /// Everybody by name.
    pub fn staff_list(&self) -> Result<Vec<Staff>> {
        self.read(|connection| connection.rows(sql!("access/staff"), binds![0, None::<&str>], read_staff))
    }

    /// Sets a password; every other session and sign-in link of the person ends.
    pub fn set_password(&self, staff: StaffId, hash: &str, keep_session: Option<&str>) -> Result<()> {
        self.write(|tx| {
            tx.execute(sql!("access/set_password"), binds![staff, hash])?;
            tx.execute(sql!("access/end_other_sessions"), binds![staff, keep_session.unwrap_or_default()])?;
            tx.execute(sql!("access/end_sign_in_tokens"), binds![staff])?;
            Ok(())
        })
    }

    /// Begins a session.
    pub fn add_session(
        &self,
        token_hash: &str,
        staff: StaffId,
        now: Moment,
        expires_at: Moment,
    ) -> Result<()> {
        self.write(|tx| {
            tx.execute(sql!("access/drop_expired"), binds![now.0])?;
            tx.execute(sql!("access/add_session"), binds![token_hash, staff, now.0, expires_at.0])?;
            Ok(())
        })
    }

    /// A session that has not run out, and whose it is; `None` also for somebody disabled.
    pub fn session(&self, token_hash: &str, now: Moment) -> Result<Option<(SessionRow, Staff)>> {
        self.read(|connection| {
            let session = connection.first(sql!("access/session"), binds![token_hash, now.0], |row| {
                Ok(SessionRow {
                    staff: row.int(0)?,
                    created_at: Moment(row.int(1)?),
                    seen_at: Moment(row.int(2)?),
                    expires_at: Moment(row.int(3)?),
                })
            })?;
            let Some(session) = session else { return Ok(None) };
            let binds = binds![session.staff, None::<&str>];
            Ok(connection.first(sql!("access/staff"), binds, read_staff)?.map(|staff| (session, staff)))
        })
    }

    /// Says a session was used and when it ends if it is not used again.
    pub fn touch_session(&self, token_hash: &str, now: Moment, expires_at: Moment) -> Result<()> {
        let binds = binds![token_hash, now.0, expires_at.0];
        self.write(|tx| tx.execute(sql!("access/touch_session"), binds).map(|_| ()))
    }

    /// Ends a session.
    pub fn end_session(&self, token_hash: &str) -> Result<()> {
        self.write(|tx| tx.execute(sql!("access/end_session"), binds![token_hash]).map(|_| ()))
    }

    /// Keeps a one-time token; an earlier one for the same purpose and person ends.
    pub fn add_one_time_token(
        &self,
        token_hash: &str,
        purpose: OneTimePurpose,
        staff: Option<StaffId>,
        expires_at: Moment,
    ) -> Result<()> {
        self.write(|tx| {
            tx.execute(sql!("access/drop_tokens"), binds![purpose.name(), staff.unwrap_or(0)])?;
            tx.execute(sql!("access/add_token"), binds![token_hash, purpose.name(), staff, expires_at.0])?;
            Ok(())
        })
    }

    /// Uses a one-time token up; gives the person it was for.
    pub fn take_one_time_token(
        &self,
        token_hash: &str,
        purpose: OneTimePurpose,
        now: Moment,
    ) -> Result<Option<StaffId>> {
        let binds = binds![token_hash, purpose.name(), now.0];
        self.write(|tx| tx.first(sql!("access/take_token"), binds, |row| row.int(0)))
    }

    /// What the reader saved and what others share.
    pub fn saved_views(&self, reader: &Reader) -> Result<Vec<SavedView>> {
        self.read(|connection| {
            connection.rows(sql!("access/views"), binds![reader.staff], |row| {
                Ok(SavedView {
                    id: row.int(0)?,
                    staff: row.int(1)?,
                    name: row.string(2)?,
                    shared: row.int(3)? == 1,
                    is_default: row.int(4)? == 1,
                    query: row.string(5)?,
                })
            })
        })
    }

    /// Saves a view.
    pub fn add_view(
        &self,
        reader: &Reader,
        name: &str,
        shared: bool,
        is_default: bool,
        query: &str,
        now: Moment,
    ) -> Result<ViewId> {
        self.write(|tx| {
            let id = tx.take_ids("saved_view", 1)?;
            let (shared, default) = (i64::from(shared), i64::from(is_default));
            tx.execute(
                sql!("access/add_view"),
                binds![id, reader.staff, name, shared, default, query, now.0],
            )?;
            if is_default {
                tx.execute(sql!("access/undefault_views"), binds![reader.staff, id])?;
            }
            Ok(id)
        })
    }

    /// Changes a view; false if it is not the reader's.
    pub fn put_view(
        &self,
        reader: &Reader,
        id: ViewId,
        name: &str,
        shared: bool,
        is_default: bool,
        query: &str,
    ) -> Result<bool> {
        self.write(|tx| {
            let (shared, default) = (i64::from(shared), i64::from(is_default));
            let binds = binds![id, reader.staff, name, shared, default, query];
            let changed = tx.execute(sql!("access/put_view"), binds)? > 0;
            if changed && is_default {
                tx.execute(sql!("access/undefault_views"), binds![reader.staff, id])?;
            }
            Ok(changed)
        })
    }

    /// Removes a view; false if it is not the reader's.
    pub fn remove_view(&self, reader: &Reader, id: ViewId) -> Result<bool> {
        self.write(|tx| Ok(tx.execute(sql!("access/remove_view"), binds![id, reader.staff])? > 0))
    }
}

pub(crate) fn nobody(connection: &mut Connection) -> Result<bool> {
    Ok(connection.first(sql!("access/staff_count"), binds![], |row| row.int(0))? == Some(0))
}

fn add(
    tx: &mut Connection,
    name: &str,
    email: &str,
    role: Role,
    owner_name: Option<&str>,
    password_hash: Option<&str>,
    now: Moment,
) -> Result<Staff> {
    let id = tx.take_ids("staff", 1)?;
    let email = email.trim().to_lowercase();
    let binds = binds![id, name.trim(), &email, role.name(), owner_name, password_hash, now.0];
    if tx.execute(sql!("access/add_staff"), binds)? == 0 {
        return Err(Error::Refused(format!("{email} has an account already")));
    }
    let added = tx.first(sql!("access/staff"), binds![id, None::<&str>], read_staff)?;
    Ok(added.expect("the row was added in this transaction"))
}

fn read_staff(row: &Row<'_>) -> Result<Staff> {
    let role = row.text(3)?;
    Ok(Staff {
        id: row.int(0)?,
        name: row.string(1)?,
        email: row.string(2)?,
        role: Role::from_name(role)
            .ok_or_else(|| Error::Refused(format!("unknown role {role:?} in the base")))?,
        owner_name: row.string_or_null(4)?,
        password_hash: row.string_or_null(5)?,
        created_at: Moment(row.int(6)?),
        disabled_at: row.int_or_null(7)?.map(Moment),
    })
}
