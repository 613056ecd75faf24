//! Facts as the pricing sees them: through the links that stand, without what was withdrawn, in the company's currency.
//!
//! All of them, those of some days, those of some customers, or what changed since a mark.

use crate::connection::{Connection, Row, binds, sql};
use crate::customer::{FactId, may_see};
use crate::error::{Error, Result};
use crate::house;
use crate::identity::records_of;
use crate::pool::Store;
use access::Reader;
use ledger::{Currency, Day, FactKind, Moment, Quantity};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use value::Margin;
use value::cost::{Event, Told};

/// Which fact a [`Told`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountFact<'a> {
    /// Its number.
    pub id: FactId,
    /// When it happened.
    pub happened_at: Moment,
    /// Order, invoice; empty where none is told.
    pub document: &'a str,
}

/// The parts of a fact's detail that pricing may name; see `ledger::content::Detail`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Parts<'a> {
    #[serde(borrow)]
    channel: Cow<'a, str>,
    #[serde(borrow)]
    direction: Cow<'a, str>,
    #[serde(borrow)]
    who: Cow<'a, str>,
    #[serde(borrow)]
    subject: Cow<'a, str>,
    #[serde(borrow)]
    campaign: Cow<'a, str>,
    #[serde(borrow)]
    outcome: Cow<'a, str>,
    discount: i64,
    minutes: i64,
    kg: i64,
    km: i64,
    due: Option<i32>,
    paid: Option<i32>,
    opened: Option<i64>,
    closed: Option<i64>,
}

/// How far what is only ever added to had come: the last fact, withdrawal and link, the last record and customer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Mark {
    pub fact: i64,
    pub retraction: i64,
    pub link: i64,
    pub record: i64,
    pub customer: i64,
}

/// Why a fact counts otherwise than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It came in.
    New,
    /// It was withdrawn.
    Withdrawn,
    /// It was withdrawn before, and stands again.
    PutBack,
    /// A record of its customer, of today or of before, went to another one.
    Moved,
}

/// Tells facts; see [`Store::teller`].
pub struct Teller<'s> {
    store: &'s Store,
    mark: Mark,
    ground: Ground,
}

/// Facts that one hand reads in one go.
enum Part {
    /// Between two numbers, with both.
    Numbers(i64, i64),
    /// From a moment up to and without another, payments left out.
    Moments(i64, i64),
    /// All payments.
    Payments,
}

/// What a scan of all facts needs to know of records, customers and sources.
struct Ground {
    company: Currency,
    retracted: HashSet<FactId>,
    /// By record: customer (0 for nobody) and source.
    records: Vec<(u32, u32)>,
    /// By customer: day of the first purchase.
    first_purchases: Vec<i32>,
    sources: HashMap<u32, String>,
}

/// So many of the latest facts are looked at before all are.
const LOOKED_AT: i64 = 1_000;

/// Beyond so many records of nobody, one pass over the facts is quicker than a question a record.
const RECORDS_OF_NOBODY: usize = 500;

/// Facts are asked for by number in blocks of so many, so that one prepared statement serves all.
const BLOCK: usize = 50;

/// Stands for a customer who never bought: all that is done for him is done to win him.
const NEVER: i32 = i32::MAX;

impl Store {
    /// Gets ready to tell facts: one look at records, first purchases and what was withdrawn serves all that is told.
    pub fn teller(&self) -> Result<Teller<'_>> {
        self.read(|connection| {
            connection.snapshot(|connection| {
                Ok(Teller { store: self, mark: mark(connection)?, ground: Ground::of(connection)? })
            })
        })
    }

    /// Tells some of the standing facts: all of a small base, of a large one those of short stretches all over it.
    pub fn tell_some_facts(&self, mut take: impl FnMut(&Told<'_>)) -> Result<()> {
        const STRETCHES: i64 = 100;
        const FACTS: i64 = 2_000;
        self.read(|connection| {
            let newest = connection.first(sql!("identity/newest_fact"), binds![], |row| row.int(0))?;
            let ground = Ground::of(connection)?;
            let (newest, apart) = (newest.unwrap_or(0), newest.unwrap_or(0) / STRETCHES);
            let length = if apart > FACTS { FACTS } else { apart + 1 };
            let mut from = 1;
            while from <= newest {
                let to = from + length - 1;
                connection.each(sql!("accounts/facts"), binds![from, to], |row| {
                    ground.tell(row, |told| take(told))
                })?;
                from += apart.max(length);
            }
            Ok(())
        })
    }

    /// Tells the standing facts of one customer in no order, or gives `None` where the reader sees no such customer.
    pub fn tell_facts_of(
        &self,
        reader: &Reader,
        id: u32,
        mut take: impl FnMut(AccountFact<'_>, &Told<'_>),
    ) -> Result<Option<()>> {
        self.read(|connection| {
            connection.snapshot(|connection| {
                if !may_see(connection, reader, id)? {
                    return Ok(None);
                }
                let company = house::company_currency(connection)?;
                let first =
                    connection.first(sql!("accounts/first_purchase"), binds![i64::from(id)], |row| {
                        row.day_or_null(0)
                    })?;
                let first = first.flatten().map_or(NEVER, |day| day.0);
                for record in records_of(connection, id)? {
                    connection.each(sql!("accounts/facts_of_record"), binds![record.id], |row| {
                        let fact = AccountFact {
                            id: row.int(0)?,
                            happened_at: Moment(row.int(3)?),
                            document: row.text_or_null(11)?.unwrap_or_default(),
                        };
                        tell(row, company, Some((id, first)), &record.source, |told| take(fact, told))
                    })?;
                }
                Ok(Some(()))
            })
        })
    }

    /// Tells facts by their numbers, in no order; those that do not stand are passed over.
    pub fn tell_facts(&self, ids: &[FactId], mut take: impl FnMut(AccountFact<'_>, &Told<'_>)) -> Result<()> {
        let places: Vec<String> = (1..=BLOCK).map(|n| format!("${n}")).collect();
        let sql = sql!("accounts/facts_by_number").replace("$ids", &places.join(", "));
        self.read(|connection| {
            let company = house::company_currency(connection)?;
            for block in ids.chunks(BLOCK) {
                let binds: Vec<_> = (0..BLOCK).map(|at| block.get(at).copied().unwrap_or(0).into()).collect();
                connection.each(&sql, &binds, |row| {
                    let fact = AccountFact {
                        id: row.int(0)?,
                        happened_at: Moment(row.int(3)?),
                        document: row.text_or_null(11)?.unwrap_or_default(),
                    };
                    let first = row.day_or_null(13)?.map_or(NEVER, |day| day.0);
                    let customer = row.int_or_null(12)?.map(|id| (crate::filter::number(id), first));
                    tell(row, company, customer, &row.string(14)?, |told| take(fact, told))
                })?;
            }
            Ok(())
        })
    }

    /// Tells the standing facts of some days that are nobody's, and all such payments, in no order: what names nobody, and
    /// records that are not linked yet. It is what pricing books on nobody.
    pub fn tell_facts_of_nobody(
        &self,
        days: &Range<Day>,
        mut take: impl FnMut(FactId, &Told<'_>),
    ) -> Result<()> {
        let (from, to) = (days.start.start().0, days.end.start().0);
        self.read(|connection| {
            connection.snapshot(|connection| {
                let company = house::company_currency(connection)?;
                let mut records = Vec::new();
                connection.each(sql!("accounts/records_of_nobody"), binds![], |row| {
                    records.push((row.int(0)?, row.string(1)?));
                    Ok(())
                })?;
                if records.len() > RECORDS_OF_NOBODY {
                    let ground = Ground::of(connection)?;
                    let mut nobodys = |row: &Row<'_>| {
                        let id = row.int(0)?;
                        ground.tell(row, |told| {
                            if told.event.customer.is_none() {
                                take(id, told);
                            }
                        })
                    };
                    connection.each(sql!("accounts/facts_within"), binds![from, to], &mut nobodys)?;
                    return connection.each(sql!("accounts/payments"), binds![], &mut nobodys);
                }
                for (record, source) in records {
                    connection.each(sql!("accounts/facts_of_nobody"), binds![record, from, to], |row| {
                        let id = row.int(0)?;
                        tell(row, company, None, &source, |told| take(id, told))
                    })?;
                }
                Ok(())
            })
        })
    }

    /// Organisations among the customers, and all customers.
    pub fn organisations(&self) -> Result<(u64, u64)> {
        self.read(|connection| {
            let counts = connection.first(sql!("accounts/organisations"), binds![], |row| {
                Ok((row.int(0)?.unsigned_abs(), row.int(1)?.unsigned_abs()))
            })?;
            Ok(counts.unwrap_or_default())
        })
    }

    /// The day of the latest fact up to a day.
    pub fn latest_fact(&self, today: Day) -> Result<Option<Day>> {
        let before = Day(today.0.saturating_add(1)).start().0;
        self.read(|connection| {
            let of = |row: &Row<'_>| Ok(row.int_or_null(0)?.map(|moment| Moment(moment).day()));
            // Where a file of descriptions came last, all of its rows would be passed by one by one.
            let mut latest = connection.first(sql!("accounts/latest_fact"), binds![before, LOOKED_AT], of)?;
            if latest.flatten().is_none() {
                latest = connection.first(sql!("accounts/latest_of_all"), binds![before], of)?;
            }
            Ok(latest.flatten())
        })
    }
}

fn mark(connection: &mut Connection) -> Result<Mark> {
    let numbers = connection.first(sql!("accounts/mark"), binds![], |row| {
        let number = |column| row.int(column);
        Ok(Mark {
            fact: number(0)?,
            retraction: number(1)?,
            link: number(2)?,
            record: number(3)?,
            customer: number(4)?,
        })
    })?;
    Ok(numbers.unwrap_or_default())
}

impl Teller<'_> {
    /// How far the ledger had come.
    pub fn mark(&self) -> Mark {
        self.mark
    }

    /// The day of each customer's first purchase, by his number.
    pub fn first_purchases(&self) -> Vec<Option<i64>> {
        let days = self.ground.first_purchases.iter();
        days.map(|day| (*day != NEVER).then_some(i64::from(*day))).collect()
    }

    /// Every source's name, by its number.
    pub fn sources(&self) -> Vec<(u32, &str)> {
        let mut sources: Vec<_> = self.ground.sources.iter().map(|(id, name)| (*id, name.as_str())).collect();
        sources.sort_unstable();
        sources
    }

    /// Tells every standing fact, from two hands at once; each has a state of its own, made by `begin`.
    ///
    /// Customers have their own numbers. `progress` gets (facts done, facts in all) and may stop the scan with an error.
    pub fn all<S: Send>(
        &self,
        begin: impl Fn() -> S + Sync,
        take: impl Fn(&mut S, &Told<'_>) + Sync,
        progress: impl Fn(u64, u64) -> Result<()> + Sync,
    ) -> Result<Vec<S>> {
        const PARTS: i64 = 16;
        let newest = self.mark.fact;
        let cut = |part: i64| newest / PARTS * part + newest % PARTS * part / PARTS;
        let parts = (0..PARTS).map(|part| Part::Numbers(cut(part) + 1, cut(part + 1))).collect();
        let take = |state: &mut S, _, told: &Told<'_>| take(state, told);
        self.parts(parts, begin, take, |done| progress(done, newest.unsigned_abs()))
    }

    /// Tells the standing facts of some days with their numbers, and all payments: money may be late for months. Hands,
    /// states and `progress` as in [`Teller::all`], but for the number of facts in all, which nobody counts.
    pub fn within<S: Send>(
        &self,
        days: &[Range<Day>],
        begin: impl Fn() -> S + Sync,
        take: impl Fn(&mut S, FactId, &Told<'_>) + Sync,
        progress: impl Fn(u64) -> Result<()> + Sync,
    ) -> Result<Vec<S>> {
        let days = days.iter().map(|days| Part::Moments(days.start.start().0, days.end.start().0));
        self.parts(days.chain([Part::Payments]).collect(), begin, take, progress)
    }

    /// Two hands take part after part, the last one first.
    fn parts<S: Send>(
        &self,
        parts: Vec<Part>,
        begin: impl Fn() -> S + Sync,
        take: impl Fn(&mut S, FactId, &Told<'_>) + Sync,
        progress: impl Fn(u64) -> Result<()> + Sync,
    ) -> Result<Vec<S>> {
        const A_TICK: u64 = 100_000;
        let (done, parts) = (AtomicU64::new(0), Mutex::new(parts));
        let tick = |facts: u64| progress(done.fetch_add(facts, Ordering::Relaxed) + facts);
        let hand = || -> Result<S> {
            let mut state = begin();
            self.store.read(|connection| {
                loop {
                    let part = parts.lock().unwrap_or_else(std::sync::PoisonError::into_inner).pop();
                    let Some(part) = part else { return Ok(()) };
                    let (sql, between) = match part {
                        Part::Numbers(from, to) => {
                            (sql!("accounts/facts"), [from, to].map(Into::into).to_vec())
                        }
                        Part::Moments(from, to) => {
                            (sql!("accounts/facts_within"), [from, to].map(Into::into).to_vec())
                        }
                        Part::Payments => (sql!("accounts/payments"), Vec::new()),
                    };
                    let mut seen = 0_u64;
                    connection.each(sql, &between, |row| {
                        seen += 1;
                        if seen.is_multiple_of(A_TICK) {
                            tick(A_TICK)?;
                        }
                        let id = row.int(0)?;
                        self.ground.tell(row, |told| take(&mut state, id, told))
                    })?;
                    tick(seen % A_TICK)?;
                }
            })?;
            Ok(state)
        };
        std::thread::scope(|threads| {
            let other = threads.spawn(hand);
            let mine = hand();
            Ok(vec![other.join().expect("facts are told without panicking")?, mine?])
        })
    }

    /// Tells the standing facts of some customers, in no order; `progress` may stop it with an error.
    pub fn of_customers(
        &self,
        customers: &HashSet<u32>,
        mut take: impl FnMut(&Told<'_>),
        progress: impl Fn() -> Result<()>,
    ) -> Result<()> {
        if customers.is_empty() {
            return Ok(());
        }
        let records = self.ground.records.iter().enumerate();
        let records = records.filter(|(_, (customer, _))| *customer != 0 && customers.contains(customer));
        self.store.read(|connection| {
            for (record, _) in records {
                progress()?;
                self.of_record(connection, record as i64, &mut take)?;
            }
            Ok(())
        })
    }

    fn of_record(
        &self,
        connection: &mut Connection,
        record: i64,
        mut take: impl FnMut(&Told<'_>),
    ) -> Result<()> {
        connection
            .each(sql!("accounts/facts_of_record"), binds![record], |row| self.ground.tell(row, &mut take))
    }

    /// Tells what changed since a mark, or `false` without telling where more than `limit` facts, or accounts, changed:
    /// facts that are new, those that were withdrawn or put back, and all of the customers whose records moved.
    ///
    /// Each fact has the customer of today. A fact may be told more than once.
    pub fn since(&self, mark: &Mark, limit: u64, mut take: impl FnMut(Change, &Told<'_>)) -> Result<bool> {
        let now = &self.mark;
        let added = [now.fact - mark.fact, now.retraction - mark.retraction];
        if added.iter().any(|added| *added < 0) || added.iter().sum::<i64>().unsigned_abs() > limit {
            return Ok(false);
        }
        self.store.read(|connection| {
            // Records that facts named before, under all the customers that they ever were.
            let (mut records, mut customers) = (BTreeSet::new(), HashSet::new());
            connection.each(sql!("accounts/moved_records"), binds![mark.link, mark.record], |row| {
                records.insert(row.int(0)?);
                customers.insert(crate::filter::number(row.int(1)?));
                Ok(())
            })?;
            for (record, (customer, _)) in self.ground.records.iter().enumerate() {
                if records.contains(&(record as i64)) {
                    customers.insert(*customer);
                }
            }
            customers.remove(&0);
            for (record, (customer, _)) in self.ground.records.iter().enumerate() {
                if customers.contains(customer) {
                    records.insert(record as i64);
                }
            }
            if records.len() as u64 > limit {
                return Ok(false);
            }
            connection.each(sql!("accounts/facts"), binds![mark.fact + 1, now.fact], |row| {
                self.ground.tell(row, |told| take(Change::New, told))
            })?;
            let withdrawals = binds![mark.retraction, now.retraction, mark.fact];
            connection.each(sql!("accounts/facts_withdrawn"), withdrawals, |row| {
                let change = if row.int(11)? == 1 { Change::PutBack } else { Change::Withdrawn };
                self.ground.tell_any(row, |told| take(change, told))
            })?;
            for record in records {
                self.of_record(connection, record, |told| take(Change::Moved, told))?;
            }
            Ok(true)
        })
    }
}

impl Ground {
    fn of(connection: &mut Connection) -> Result<Ground> {
        let mut ground = Ground {
            company: house::company_currency(connection)?,
            retracted: crate::value::withdrawn(connection)?,
            records: crate::value::records(connection)?,
            first_purchases: Vec::new(),
            sources: crate::value::source_names(connection)?,
        };
        connection.each(sql!("accounts/first_purchases"), binds![], |row| {
            let customer = crate::filter::number(row.int(0)?) as usize;
            if customer >= ground.first_purchases.len() {
                ground.first_purchases.resize((customer + 1).max(ground.first_purchases.len() * 2), NEVER);
            }
            ground.first_purchases[customer] = row.day_or_null(1)?.map_or(NEVER, |day| day.0);
            Ok(())
        })?;
        Ok(ground)
    }

    fn tell(&self, row: &Row<'_>, take: impl FnOnce(&Told<'_>)) -> Result<()> {
        if !self.retracted.is_empty() && self.retracted.contains(&row.int(0)?) {
            return Ok(());
        }
        self.tell_any(row, take)
    }

    /// Tells a fact, standing or not.
    fn tell_any(&self, row: &Row<'_>, take: impl FnOnce(&Told<'_>)) -> Result<()> {
        let (customer, source) = self.records.get(row.int(1)? as usize).copied().unwrap_or((0, 0));
        let first = self.first_purchases.get(customer as usize).copied().unwrap_or(NEVER);
        let source = self.sources.get(&source).map_or("", String::as_str);
        tell(row, self.company, (customer != 0).then_some((customer, first)), source, take)
    }
}

/// Reads a row of `accounts/facts`; a fact in another currency is told by nobody here.
fn tell(
    row: &Row<'_>,
    company: Currency,
    customer: Option<(u32, i32)>,
    source: &str,
    take: impl FnOnce(&Told<'_>),
) -> Result<()> {
    let Some(kind) = FactKind::from_number(row.int(2)?) else { return Ok(()) };
    if row.text_or_null(6)?.is_some_and(|currency| currency != company.code()) {
        return Ok(());
    }
    // A sale's detail is its text, and now and then a discount, a weight or a way: most need not be read.
    const PRICED: [&str; 3] = ["\"discount\":", "\"kg\":", "\"km\":"];
    let detail = row.text_or_null(10)?;
    let detail =
        detail.filter(|text| kind != FactKind::Sale || PRICED.iter().any(|part| text.contains(part)));
    let parts: Parts<'_> =
        detail.map_or(Ok(Parts::default()), serde_json::from_str).map_err(|e| Error::Sql(e.into()))?;
    let item = row.text_or_null(9)?.unwrap_or_default();
    let day = Moment(row.int(3)?).day();
    let days = match (parts.opened, parts.closed) {
        (Some(opened), Some(closed)) => i64::from(Moment(closed).day().0) - i64::from(Moment(opened).day().0),
        _ => 0,
    };
    let event = Event {
        customer: customer.map(|(id, _)| id),
        kind,
        day,
        amount: row.int_or_null(4)?.unwrap_or(0),
        discount: parts.discount,
        margin: Margin::from(row.int_or_null(5)?),
        is_return: row.int(8)? == 1,
        is_first: customer.is_some_and(|(_, first)| day.0 <= first),
        quantity: Quantity(row.int_or_null(7)?.unwrap_or(0)),
        minutes: Quantity(parts.minutes),
        km: Quantity(parts.km),
        kg: Quantity(parts.kg),
        days,
        days_late: 0,
        channel: &parts.channel,
        direction: &parts.direction,
        activity: if kind == FactKind::Cost { item } else { "" },
        campaign: &parts.campaign,
        outcome: &parts.outcome,
        product: if matches!(kind, FactKind::Sale | FactKind::Review) { item } else { "" },
        source,
        subject: &parts.subject,
        who: &parts.who,
    };
    take(&Told { event, due: parts.due.map(Day), paid: parts.paid.map(Day) });
    Ok(())
}
