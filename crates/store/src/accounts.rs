//! What customers cost: the catalogue that prices facts, the facts as pricing sees them, and the accounts as they are kept.
//!
//! The catalogue is append-only. Accounts are a projection: a row a month for what all customers have in common, and the
//! customers' own statements 256 a row, so that a million of them are written in seconds and one is read in a millisecond.

mod assumed;
mod statements;
mod tell;

pub use assumed::{AssumedMargins, AssumedMonth};
pub use statements::{MonthLines, MonthStatements};
pub use tell::{AccountFact, Change, Mark, Teller};

use crate::access::StaffId;
use crate::connection::{Bind, Connection, Row, binds, sql};
use crate::customer::may_see;
use crate::customers::Group;
use crate::error::Result;
use crate::filter::number;
use crate::pool::Store;
use access::Reader;
use ledger::{Day, Moment};
use statements::{Blocks, CUSTOMERS_A_BLOCK, StatementsOfMonth};
use std::collections::BTreeMap;
use std::ops::Range;
use value::cost::Line;

/// Number of a version of the catalogue.
pub type CatalogueId = i64;

/// A version of the catalogue of activities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedCatalogue {
    /// Its number; a new one gets its own when it is kept.
    pub id: CatalogueId,
    /// When it was made.
    pub made_at: Moment,
    /// Who made it; `None` where the house guessed it.
    pub made_by: Option<StaffId>,
    /// His name.
    pub made_by_name: Option<String>,
    /// `guess`, `person` or `confirmation`.
    pub origin: String,
    /// What whoever made it says of it.
    pub note: String,
    /// Activities and teams as JSON.
    pub content: String,
}

/// The accounts of one month, as far as all customers share them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountMonth {
    /// Its first day.
    pub month: Day,
    /// The first day after it, or after the last day of the accounts.
    pub until: Day,
    /// When it was closed in this form.
    pub closed_at: Moment,
    /// Totals, teams and costs by words, as JSON.
    pub content: String,
}

/// A month that had been closed and came out otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restatement {
    /// Its number.
    pub id: i64,
    /// The month's first day.
    pub month: Day,
    /// When it was closed again.
    pub restated_at: Moment,
    /// Why: `facts`, `identity`, `catalogue`.
    pub reason: String,
    /// Totals before, as JSON.
    pub earlier: String,
    /// Totals after, as JSON.
    pub later: String,
}

/// From what accounts were made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Basis<'a> {
    /// The version of the catalogue that priced them.
    pub catalogue: CatalogueId,
    /// All else, in words that only who made them reads.
    pub made_of: &'a str,
}

/// The last twelve months of one customer, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct YearOfCustomer {
    /// Margin less all costs.
    pub contribution: i64,
    /// All costs.
    pub cost: i64,
    /// Acquisition and upkeep.
    pub invested: i64,
}

impl Store {
    /// The catalogue that stands; `None` before the first one.
    pub fn catalogue(&self) -> Result<Option<SavedCatalogue>> {
        self.read(|connection| connection.first(sql!("accounts/catalogue"), binds![], saved_catalogue))
    }

    /// Every version of the catalogue, newest first.
    pub fn catalogues(&self) -> Result<Vec<SavedCatalogue>> {
        self.read(|connection| connection.rows(sql!("accounts/catalogues"), binds![0], saved_catalogue))
    }

    /// One version of the catalogue.
    pub fn catalogue_version(&self, id: CatalogueId) -> Result<Option<SavedCatalogue>> {
        if id <= 0 {
            return Ok(None);
        }
        self.read(|connection| connection.first(sql!("accounts/catalogues"), binds![id], saved_catalogue))
    }

    /// Keeps a new version of the catalogue and gives its number, or `None` where another one than `read` stands by now:
    /// 0 says that there was none.
    pub fn add_catalogue(&self, new: &SavedCatalogue, read: CatalogueId) -> Result<Option<CatalogueId>> {
        self.write(|tx| {
            if tx.is_postgres() {
                tx.batch("lock table catalogue_version in exclusive mode")?;
            }
            let stands = tx.first(sql!("accounts/catalogue"), binds![], |row| row.int(0))?.unwrap_or(0);
            if stands != read {
                return Ok(None);
            }
            let id = tx.take_ids("catalogue_version", 1)?;
            let binds = binds![id, new.made_at.0, new.made_by, &new.origin, &new.note, &new.content];
            tx.execute(sql!("accounts/add_catalogue"), binds)?;
            Ok(Some(id))
        })
    }

    /// Keeps the accounts: months that differ from what was kept, and the customers' statements.
    ///
    /// `months` and `statements` are all of them, by rising month; those that are the same as before are not touched.
    pub fn put_accounts(
        &self,
        months: &[AccountMonth],
        statements: &[MonthStatements],
        restatements: &[Restatement],
        basis: &Basis<'_>,
        mut progress: impl FnMut(u64) -> Result<()>,
    ) -> Result<()> {
        let kept = self.account_months(Day(i32::MIN), Day(i32::MAX))?;
        self.write(|tx| {
            for old in &kept {
                if !months.iter().any(|new| new.month == old.month) {
                    tx.execute(sql!("accounts/drop_month"), binds![i64::from(old.month.0)])?;
                }
            }
            for new in months {
                let same = |old: &&AccountMonth| {
                    (old.month, old.until, &old.content) == (new.month, new.until, &new.content)
                };
                if kept.iter().find(same).is_none() {
                    let (month, until) = (i64::from(new.month.0), i64::from(new.until.0));
                    let binds = binds![month, until, new.closed_at.0, &new.content];
                    tx.execute(sql!("accounts/put_month"), binds)?;
                }
            }
            let first = tx.take_ids("account_restatement", restatements.len() as u64)?;
            for (id, told) in (first..).zip(restatements) {
                let month = i64::from(told.month.0);
                let binds = binds![id, month, told.restated_at.0, &told.reason, &told.earlier, &told.later];
                tx.execute(sql!("accounts/add_restatement"), binds)?;
            }
            let catalogue = basis.catalogue.to_string();
            tx.execute(sql!("house/put_setting"), binds![CATALOGUE_OF_ACCOUNTS, catalogue])?;
            tx.execute(sql!("house/put_setting"), binds![MADE_OF, basis.made_of])?;
            let mut end = 0;
            let mut blocks = Blocks::of(statements);
            while let Some((block, data)) = blocks.next_block() {
                let same =
                    tx.first(sql!("accounts/block"), binds![block], |row| Ok(row.bytes(0)? == data))?;
                if same != Some(true) {
                    tx.execute(sql!("accounts/put_block"), &[block.into(), Bind::Bytes(&data)])?;
                }
                // Blocks in between hold nobody any more.
                for empty in end..block {
                    tx.execute(sql!("accounts/drop_block"), binds![empty])?;
                }
                end = block + 1;
                progress(end.unsigned_abs() * CUSTOMERS_A_BLOCK)?;
            }
            tx.execute(sql!("accounts/drop_blocks"), binds![end])?;
            Ok(())
        })
    }

    /// The version of the catalogue by which the accounts were priced; `None` before the first time.
    pub fn catalogue_of_accounts(&self) -> Result<Option<CatalogueId>> {
        Ok(self.setting(CATALOGUE_OF_ACCOUNTS)?.and_then(|text| text.parse().ok()))
    }

    /// From what the accounts were made, in the words of who made them; `None` before the first time.
    pub fn accounts_made_of(&self) -> Result<Option<String>> {
        self.setting(MADE_OF)
    }

    /// Says that nobody knows any more what the accounts were made of: while they are written, and where that was broken off.
    pub fn forget_what_accounts_are_made_of(&self) -> Result<()> {
        self.put_setting(MADE_OF, "")
    }

    /// The customers' statements of the months that `is_wanted` asks for, by month, as they are kept.
    pub fn kept_statements(&self, is_wanted: impl Fn(Day) -> bool) -> Result<BTreeMap<Day, MonthStatements>> {
        let mut months: BTreeMap<Day, StatementsOfMonth> = BTreeMap::new();
        self.each_account(|customer, statements| {
            for statement in statements.iter().filter(|statement| is_wanted(statement.month)) {
                let month = months.entry(statement.month).or_default();
                month.add(customer, &statement.lines);
            }
        })?;
        Ok(months.into_iter().map(|(month, statements)| (month, statements.of(month))).collect())
    }

    /// The months of the accounts from one day up to and without another, by rising month.
    pub fn account_months(&self, from: Day, until: Day) -> Result<Vec<AccountMonth>> {
        self.read(|connection| {
            let binds = binds![i64::from(from.0), i64::from(until.0)];
            connection.rows(sql!("accounts/months"), binds, |row| {
                Ok(AccountMonth {
                    month: day(row, 0)?,
                    until: day(row, 1)?,
                    closed_at: Moment(row.int(2)?),
                    content: row.string(3)?,
                })
            })
        })
    }

    /// The first month of the accounts and the first day after the last; `None` where there are none.
    pub fn account_span(&self) -> Result<Option<(Day, Day)>> {
        self.read(|connection| {
            let span = connection.first(sql!("accounts/span"), binds![], |row| {
                Ok((row.day_or_null(0)?, row.day_or_null(1)?))
            })?;
            Ok(span.and_then(|(from, until)| from.zip(until)))
        })
    }

    /// Months that were closed and came out otherwise, newest restatement first.
    pub fn restatements(&self, from: Day, until: Day) -> Result<Vec<Restatement>> {
        self.read(|connection| {
            let binds = binds![i64::from(from.0), i64::from(until.0)];
            connection.rows(sql!("accounts/restatements"), binds, |row| {
                Ok(Restatement {
                    id: row.int(0)?,
                    month: day(row, 1)?,
                    restated_at: Moment(row.int(2)?),
                    reason: row.string(3)?,
                    earlier: row.string(4)?,
                    later: row.string(5)?,
                })
            })
        })
    }

    /// A customer's statements by rising month, or `None` where the reader sees no such customer.
    pub fn account(&self, reader: &Reader, id: u32) -> Result<Option<Vec<MonthLines>>> {
        self.read(|connection| {
            connection.snapshot(|connection| {
                if !may_see(connection, reader, id)? {
                    return Ok(None);
                }
                let block = binds![i64::from(id) / CUSTOMERS_A_BLOCK as i64];
                let found = connection.first(sql!("accounts/block"), block, |row| {
                    let mut months = None;
                    statements::read_block(row.bytes(0)?, 0, |customer, lines| {
                        if u64::from(customer) == u64::from(id) % CUSTOMERS_A_BLOCK {
                            months = Some(lines.to_vec());
                        }
                    })?;
                    Ok(months.unwrap_or_default())
                })?;
                Ok(Some(found.unwrap_or_default()))
            })
        })
    }

    /// Every customer's statements by rising number.
    pub fn each_account(&self, mut visit: impl FnMut(u32, &[MonthLines])) -> Result<()> {
        self.read(|connection| each_account(connection, &mut visit))
    }

    /// Tells, of every customer with a statement in some months, all its lines in these, by rising number. Two hands take half of
    /// the customers each; each has a state of its own, made by `begin`.
    pub fn accounts_within<S: Send>(
        &self,
        months: &Range<Day>,
        begin: impl Fn() -> S + Sync,
        visit: impl Fn(&mut S, u32, &[(Line, i64)]) + Sync,
    ) -> Result<(S, S)> {
        let last = self.read(|connection| {
            connection.first(sql!("accounts/last_block"), binds![], |row| row.int_or_null(0))
        })?;
        self.halves_to(last.flatten().unwrap_or(0), |connection, from, to| {
            let (mut state, mut lines) = (begin(), Vec::new());
            connection.each(sql!("accounts/blocks_between"), binds![from, to], |row| {
                let first = number(row.int(0)? * CUSTOMERS_A_BLOCK as i64);
                statements::read_lines(row.bytes(1)?, first, months, &mut lines, |customer, lines| {
                    visit(&mut state, customer, lines);
                })
            })?;
            Ok(state)
        })
    }

    /// Writes the last twelve months of every customer (by number), where they changed; lists show them from then on.
    pub fn put_years(&self, years: &[YearOfCustomer], progress: impl FnMut(u64) -> Result<()>) -> Result<()> {
        let mut changed: Vec<(u32, YearOfCustomer)> = Vec::new();
        self.read(|connection| {
            connection.each(sql!("accounts/columns"), binds![], |row| {
                let id = number(row.int(0)?);
                let kept = [row.int_or_null(1)?, row.int_or_null(2)?, row.int_or_null(3)?];
                let year = years.get(id as usize).copied().unwrap_or_default();
                if kept != [year.contribution, year.cost, year.invested].map(Some) {
                    changed.push((id, year));
                }
                Ok(())
            })
        })?;
        if changed.is_empty() {
            return Ok(());
        }
        let fill = |(id, year): &(u32, YearOfCustomer), row: &mut Vec<Bind<'_>>| {
            row.extend([i64::from(*id), year.contribution, year.cost, year.invested].map(Bind::Int));
        };
        self.write_customers(YEAR, changed, fill, progress)?;
        self.publish(Group::Accounts)
    }
}

const CATALOGUE_OF_ACCOUNTS: &str = "accounts_catalogue";
const MADE_OF: &str = "accounts_made_of";
const YEAR: &[(&str, &str)] = &[("contribution", "bigint"), ("cost", "bigint"), ("invested", "bigint")];

pub(crate) fn each_account(
    connection: &mut Connection,
    visit: &mut impl FnMut(u32, &[MonthLines]),
) -> Result<()> {
    connection.each(sql!("accounts/blocks"), binds![], |row| {
        let first = number(row.int(0)? * CUSTOMERS_A_BLOCK as i64);
        statements::read_block(row.bytes(1)?, first, &mut *visit)
    })
}

fn day(row: &Row<'_>, column: usize) -> Result<Day> {
    Ok(row.day_or_null(column)?.unwrap_or(Day(0)))
}

fn saved_catalogue(row: &Row<'_>) -> Result<SavedCatalogue> {
    Ok(SavedCatalogue {
        id: row.int(0)?,
        made_at: Moment(row.int(1)?),
        made_by: row.int_or_null(2)?,
        made_by_name: row.string_or_null(3)?,
        origin: row.string(4)?,
        note: row.string(5)?,
        content: row.string(6)?,
    })
}
