//! What the valuation reads (sales by customer, folded straight from the facts) and what it writes back.

use crate::connection::{Bind, Connection, binds, sql};
use crate::customers::Group;
use crate::error::Result;
use crate::filter::{IdSet, number};
use crate::house;
use crate::pool::Store;
use ledger::{Attribute, Currency, Day, FactKind, Moment};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use value::{Margin, PurchaseLine};

/// Sales and contacts of the whole base.
#[derive(Debug)]
pub struct Sales {
    /// The currency of every line.
    pub currency: Currency,
    /// One per sale or return of a known customer, in no order.
    pub lines: Vec<PurchaseLine>,
    /// Sums by customer number; only those of `customers` mean something.
    pub activity: Vec<Activity>,
    /// Every customer of the base, by number.
    pub customers: Vec<u32>,
    /// Every source's name, by its number.
    pub sources: HashMap<u32, String>,
    /// Sales that named no customer: how many, and their sum in minor units.
    pub unattributed: (u64, i64),
    /// Sales in other currencies, which are not valued: how many, and their sum.
    pub other_currencies: BTreeMap<Currency, (u64, i64)>,
    /// Customers with a sale, no return, in another currency up to today.
    pub elsewhere: HashSet<u32>,
    /// Sales dated after today, which are not counted.
    pub future: u64,
    /// The first of them, as the lowest number of a fact, and its day.
    pub first_future: Option<(i64, Day)>,
    /// Day of the last sale up to today.
    pub last_sale: Option<Day>,
    /// Day of the first sale.
    pub first_sale: Option<Day>,
    /// Day of the latest fact of any kind up to today, standing or not, as [`Store::latest_fact`] gives it.
    pub latest: Option<Day>,
}

/// What tells who is like whom.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    /// Number of the customer.
    pub customer: u32,
    /// 1 person, 2 organisation.
    pub kind: Option<i64>,
    /// The names of his sources, as the list shows them.
    pub sources: &'a str,
    /// The source that told his first purchase, as the last valuation found; `None` for who never bought.
    pub first_source: Option<&'a str>,
    /// As written.
    pub country: Option<&'a str>,
    /// Line of business or segment, as the first record that tells one says.
    pub industry: Option<&'a str>,
    /// As a plain decimal, of the first record that tells one.
    pub credit_limit: Option<&'a str>,
}

/// What a customer did, beside his purchase history. Money in minor units of the company's currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Activity {
    pub revenue: i64,
    /// Sum of the margins that sources state.
    pub margin: i64,
    /// Sales that state a margin.
    pub margin_lines: u32,
    /// Worth of returns, positive.
    pub returns: i64,
    pub interactions: u32,
    /// Day since 1970 of the last contact; 0 without contacts.
    pub last_interaction: i32,
    pub open_requests: u32,
    /// Day since 1970 of the first sale that is no return, and the source that told it, the lowest number of several.
    pub first_sale: Option<(i32, u32)>,
}

/// The figures of one customer, as valued.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs)]
pub struct ValuedCustomer {
    pub id: u32,
    pub transactions: u32,
    /// The source that told the first purchase.
    pub first_source: Option<u32>,
    pub first_purchase: Option<Day>,
    pub last_purchase: Option<Day>,
    pub past_revenue: i64,
    pub past_margin: Option<i64>,
    pub returns: i64,
    pub interactions: u32,
    pub last_interaction: Option<Day>,
    pub open_requests: u32,
    /// 5 strategic to 1 negligible.
    pub level: Option<i64>,
    pub p_alive: Option<f64>,
    /// Expected, then lo80, hi80, lo95, hi95.
    pub transactions_expected: Option<[f64; 5]>,
    /// Expected, then lo80, hi80, lo95, hi95, in minor units.
    pub spend_expected: Option<[i64; 5]>,
    pub margin_expected: Option<i64>,
}

/// A run of the valuation.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedValuation {
    /// Its number.
    pub id: i64,
    /// When it ran.
    pub valued_at: Moment,
    /// The last day whose facts it knew.
    pub until: Day,
    /// How far it looks.
    pub horizon_days: i64,
    /// The currency of its figures.
    pub currency: Currency,
    /// The models, in words.
    pub model: String,
    /// Fits, totals and notes as JSON.
    pub summary: String,
}

impl Store {
    /// Sales and contacts of every customer up to `today`.
    ///
    /// `progress` gets (facts done, facts in all) and may stop the scan with an error.
    pub fn sales(&self, today: Day, progress: impl Fn(u64, u64) -> Result<()> + Sync) -> Result<Sales> {
        let (newest, company, records, customers, retracted, sources) = self.read(|connection| {
            let newest =
                connection.first(sql!("identity/newest_fact"), binds![], |row| row.int(0))?.unwrap_or(0);
            let mut customers = IdSet::default();
            connection.each(sql!("identity/customer_ids"), binds![], |row| {
                customers.insert(number(row.int(0)?));
                Ok(())
            })?;
            let (company, records) = (house::company_currency(connection)?, records(connection)?);
            Ok((newest, company, records, customers, withdrawn(connection)?, source_names(connection)?))
        })?;
        let size = customers.iter().last().map_or(0, |id| id as usize + 1);
        let scan = Scan { company, today, records: &records, retracted: &retracted, size };
        let done = std::sync::atomic::AtomicU64::new(0);
        let tick = |facts: u64| {
            progress(
                done.fetch_add(facts, std::sync::atomic::Ordering::Relaxed) + facts,
                newest.unsigned_abs(),
            )
        };
        let middle = newest / 2;
        let (lower, upper) = std::thread::scope(|threads| {
            let lower = threads.spawn(|| self.read(|connection| scan.between(connection, 1, middle, &tick)));
            let upper = self.read(|connection| scan.between(connection, middle + 1, newest, &tick));
            (lower.join().expect("facts are read without panicking"), upper)
        });
        let mut sales = lower?;
        sales.add(upper?);
        sales.customers = customers.iter().collect();
        sales.sources = sources;
        Ok(sales)
    }

    /// Writes the figures of every customer and the run itself; lists show them from then on.
    pub fn save_valuation(
        &self,
        rows: impl IntoIterator<Item = ValuedCustomer>,
        run: &SavedValuation,
        progress: impl FnMut(u64) -> Result<()>,
    ) -> Result<i64> {
        self.write_customers(FIGURES, rows, fill_figures, progress)?;
        let id = self.add_valuation(run)?;
        self.publish(Group::Figures)?;
        Ok(id)
    }

    fn add_valuation(&self, run: &SavedValuation) -> Result<i64> {
        self.write(|tx| {
            let id = tx.take_ids("valuation", 1)?;
            let binds = binds![
                id,
                run.valued_at.0,
                i64::from(run.until.0),
                run.horizon_days,
                run.currency.code(),
                &run.model,
                &run.summary
            ];
            tx.execute(sql!("value/add_valuation"), binds)?;
            Ok(id)
        })
    }

    /// Every customer, by rising number, with what tells who is like whom.
    pub fn each_origin(&self, take: impl FnMut(&Origin<'_>)) -> Result<()> {
        self.read(|connection| {
            connection.snapshot(|connection| {
                let segments = segments(connection, sql!("value/segments"), binds![])?;
                origins(connection, sql!("value/origins"), binds![], &segments, take)
            })
        })
    }

    /// The same of one customer; nothing is taken where there is none.
    pub fn origin_of(&self, customer: u32, take: impl FnMut(&Origin<'_>)) -> Result<()> {
        self.read(|connection| {
            connection.snapshot(|connection| {
                let id = i64::from(customer);
                let segments = segments(connection, sql!("value/segments_of"), binds![id])?;
                origins(connection, sql!("value/origin_of"), binds![id], &segments, take)
            })
        })
    }

    /// The valuation that stands.
    pub fn newest_valuation(&self) -> Result<Option<SavedValuation>> {
        self.read(newest_valuation)
    }
}

/// What the records of customers say first of their line of business and their credit limit.
fn segments(connection: &mut Connection, sql: &str, binds: &[Bind<'_>]) -> Result<HashMap<u32, Segment>> {
    let mut segments: HashMap<u32, Segment> = HashMap::new();
    let names = [Attribute::Industry, Attribute::CreditLimit].map(Attribute::name);
    connection.each(sql, binds, |row| {
        let text = row.text(1)?;
        if !names.iter().any(|name| text.contains(name)) {
            return Ok(());
        }
        // What cannot be read says nothing.
        let Ok(said) = serde_json::from_str::<Segment>(text) else { return Ok(()) };
        let segment = segments.entry(number(row.int(0)?)).or_default();
        segment.industry = segment.industry.take().or(said.industry);
        segment.credit_limit = segment.credit_limit.take().or(said.credit_limit);
        Ok(())
    })?;
    Ok(segments)
}

fn origins(
    connection: &mut Connection,
    sql: &str,
    binds: &[Bind<'_>],
    segments: &HashMap<u32, Segment>,
    mut take: impl FnMut(&Origin<'_>),
) -> Result<()> {
    connection.each(sql, binds, |row| {
        let customer = number(row.int(0)?);
        let segment = segments.get(&customer);
        take(&Origin {
            customer,
            kind: row.int_or_null(1)?,
            sources: row.text(2)?,
            country: row.text_or_null(3)?,
            first_source: row.text_or_null(4)?,
            industry: segment.and_then(|segment| segment.industry.as_deref()),
            credit_limit: segment.and_then(|segment| segment.credit_limit.as_deref()),
        });
        Ok(())
    })
}

/// Of what a record says, by the names of its attributes.
#[derive(Default, Deserialize)]
struct Segment {
    industry: Option<String>,
    credit_limit: Option<String>,
}

pub(crate) fn newest_valuation(connection: &mut Connection) -> Result<Option<SavedValuation>> {
    connection.first(sql!("value/newest_valuation"), binds![], |row| {
        let currency = Currency::parse(row.text(4)?).map_err(|e| crate::Error::Refused(e.to_string()))?;
        Ok(SavedValuation {
            id: row.int(0)?,
            valued_at: Moment(row.int(1)?),
            until: row.day_or_null(2)?.expect("a valuation has a last day"),
            horizon_days: row.int(3)?,
            currency,
            model: row.string(5)?,
            summary: row.string(6)?,
        })
    })
}

/// Facts that do not stand.
pub(crate) fn withdrawn(connection: &mut Connection) -> Result<HashSet<i64>> {
    let mut withdrawn = HashSet::new();
    connection.each(sql!("value/retracted"), binds![], |row| {
        withdrawn.insert(row.int(0)?);
        Ok(())
    })?;
    Ok(withdrawn)
}

/// Every source's name, by its number.
pub(crate) fn source_names(connection: &mut Connection) -> Result<HashMap<u32, String>> {
    let mut names = HashMap::new();
    connection.each(sql!("portfolio/source_names"), binds![], |row| {
        names.insert(row.int(0)? as u32, row.string(1)?);
        Ok(())
    })?;
    Ok(names)
}

/// Customer (0 for nobody) and source of each record by its number.
pub(crate) fn records(connection: &mut Connection) -> Result<Vec<(u32, u32)>> {
    let mut records: Vec<(u32, u32)> = Vec::new();
    connection.each(sql!("accounts/records"), binds![], |row| {
        let record = usize::try_from(row.int(0)?).expect("records are numbered from 1");
        if record >= records.len() {
            records.resize((record + 1).max(records.len() * 2), (0, 0));
        }
        records[record] = (number(row.int(1)?), row.int(2)? as u32);
        Ok(())
    })?;
    Ok(records)
}

/// Customer of each record by its number; 0 for nobody.
pub(crate) fn owners(connection: &mut Connection) -> Result<Vec<u32>> {
    let mut owners: Vec<u32> = Vec::new();
    connection.each(sql!("value/record_customers"), binds![], |row| {
        let record = usize::try_from(row.int(0)?).expect("records are numbered from 1");
        if record >= owners.len() {
            owners.resize((record + 1).max(owners.len() * 2), 0);
        }
        owners[record] = number(row.int(1)?);
        Ok(())
    })?;
    Ok(owners)
}

struct Scan<'s> {
    company: Currency,
    today: Day,
    records: &'s [(u32, u32)],
    retracted: &'s HashSet<i64>,
    size: usize,
}

impl Scan<'_> {
    fn between(
        &self,
        connection: &mut Connection,
        from: i64,
        to: i64,
        tick: &impl Fn(u64) -> Result<()>,
    ) -> Result<Sales> {
        let mut sales = Sales {
            currency: self.company,
            lines: Vec::new(),
            activity: vec![Activity::default(); self.size],
            customers: Vec::new(),
            sources: HashMap::new(),
            unattributed: (0, 0),
            other_currencies: BTreeMap::new(),
            elsewhere: HashSet::new(),
            future: 0,
            first_future: None,
            last_sale: None,
            first_sale: None,
            latest: None,
        };
        let company = self.company.code();
        let mut seen = 0u64;
        connection.each(sql!("value/facts"), binds![from, to], |row| {
            seen += 1;
            if seen.is_multiple_of(100_000) {
                tick(100_000)?;
            }
            let day = Moment(row.int(3)?).day();
            if day <= self.today {
                sales.latest = sales.latest.max(Some(day));
            }
            if !self.retracted.is_empty() && self.retracted.contains(&row.int(0)?) {
                return Ok(());
            }
            let (customer, source) = self.records.get(row.int(1)? as usize).copied().unwrap_or((0, 0));
            match FactKind::from_number(row.int(2)?) {
                Some(FactKind::Sale) => {
                    let (amount, margin) = (row.int(4)?, row.int_or_null(5)?);
                    let currency = row.text(6)?;
                    if currency != company {
                        let currency =
                            Currency::parse(currency).map_err(|e| crate::Error::Refused(e.to_string()))?;
                        let other = sales.other_currencies.entry(currency).or_default();
                        *other = (other.0 + 1, other.1 + amount);
                        if customer != 0 && day <= self.today && row.int(7)? == 0 {
                            sales.elsewhere.insert(customer);
                        }
                    } else if day > self.today {
                        sales.future += 1;
                        let first = (row.int(0)?, day);
                        sales.first_future = Some(sales.first_future.map_or(first, |known| known.min(first)));
                    } else if customer == 0 {
                        sales.unattributed = (sales.unattributed.0 + 1, sales.unattributed.1 + amount);
                    } else {
                        sales.take((customer, source), day, amount, margin, row.int(7)? == 1);
                    }
                }
                Some(FactKind::Interaction) if customer != 0 && day <= self.today => {
                    let activity = &mut sales.activity[customer as usize];
                    activity.interactions += 1;
                    activity.last_interaction = activity.last_interaction.max(day.0);
                }
                Some(FactKind::Request) if customer != 0 => {
                    sales.activity[customer as usize].open_requests += row.int(8)? as u32;
                }
                _ => {}
            }
            Ok(())
        })?;
        tick(seen % 100_000)?;
        Ok(sales)
    }
}

impl Sales {
    /// Whether a customer bought, but in other currencies only: he is not valued, and no prospect either.
    pub fn is_elsewhere(&self, customer: u32) -> bool {
        let is_unsold = |activity: &Activity| activity.first_sale.is_none();
        self.elsewhere.contains(&customer) && self.activity.get(customer as usize).is_none_or(is_unsold)
    }

    fn take(
        &mut self,
        (customer, source): (u32, u32),
        day: Day,
        amount: i64,
        margin: Option<i64>,
        is_return: bool,
    ) {
        self.last_sale = self.last_sale.max(Some(day));
        self.first_sale = Some(self.first_sale.map_or(day, |first| first.min(day)));
        let activity = &mut self.activity[customer as usize];
        activity.revenue += amount;
        if let Some(margin) = margin {
            activity.margin += margin;
            activity.margin_lines += 1;
        }
        if is_return {
            activity.returns -= amount;
        } else {
            activity.first_sale = earlier(activity.first_sale, Some((day.0, source)));
        }
        self.lines.push(PurchaseLine { customer, day: day.0, amount, margin: Margin::from(margin) });
    }

    fn add(&mut self, other: Sales) {
        self.lines.extend(other.lines);
        for (mine, theirs) in self.activity.iter_mut().zip(other.activity) {
            mine.revenue += theirs.revenue;
            mine.margin += theirs.margin;
            mine.margin_lines += theirs.margin_lines;
            mine.returns += theirs.returns;
            mine.interactions += theirs.interactions;
            mine.last_interaction = mine.last_interaction.max(theirs.last_interaction);
            mine.open_requests += theirs.open_requests;
            mine.first_sale = earlier(mine.first_sale, theirs.first_sale);
        }
        self.unattributed =
            (self.unattributed.0 + other.unattributed.0, self.unattributed.1 + other.unattributed.1);
        for (currency, (facts, amount)) in other.other_currencies {
            let mine = self.other_currencies.entry(currency).or_default();
            *mine = (mine.0 + facts, mine.1 + amount);
        }
        self.elsewhere.extend(other.elsewhere);
        self.future += other.future;
        self.first_future = [self.first_future, other.first_future].into_iter().flatten().min();
        self.last_sale = self.last_sale.max(other.last_sale);
        self.latest = self.latest.max(other.latest);
        self.first_sale = match (self.first_sale, other.first_sale) {
            (Some(mine), Some(theirs)) => Some(mine.min(theirs)),
            (mine, theirs) => mine.or(theirs),
        };
    }
}

fn earlier(one: Option<(i32, u32)>, other: Option<(i32, u32)>) -> Option<(i32, u32)> {
    [one, other].into_iter().flatten().min()
}

const FIGURES: &[(&str, &str)] = &[
    ("transactions", "bigint"),
    ("first_source", "bigint"),
    ("first_purchase", "bigint"),
    ("last_purchase", "bigint"),
    ("past_revenue", "bigint"),
    ("past_margin", "bigint"),
    ("returns", "bigint"),
    ("interactions", "bigint"),
    ("last_interaction", "bigint"),
    ("open_requests", "bigint"),
    ("level", "bigint"),
    ("p_alive", "double precision"),
    ("expected_transactions", "double precision"),
    ("expected_transactions_lo80", "double precision"),
    ("expected_transactions_hi80", "double precision"),
    ("expected_transactions_lo95", "double precision"),
    ("expected_transactions_hi95", "double precision"),
    ("expected_spend", "bigint"),
    ("expected_spend_lo80", "bigint"),
    ("expected_spend_hi80", "bigint"),
    ("expected_spend_lo95", "bigint"),
    ("expected_spend_hi95", "bigint"),
    ("expected_margin", "bigint"),
];

fn fill_figures<'a>(customer: &'a ValuedCustomer, row: &mut Vec<Bind<'a>>) {
    let day = |day: Option<Day>| Bind::from(day.map(|day| i64::from(day.0)));
    row.extend([
        i64::from(customer.id).into(),
        i64::from(customer.transactions).into(),
        customer.first_source.map(i64::from).into(),
        day(customer.first_purchase),
        day(customer.last_purchase),
        customer.past_revenue.into(),
        customer.past_margin.into(),
        customer.returns.into(),
        i64::from(customer.interactions).into(),
        day(customer.last_interaction),
        i64::from(customer.open_requests).into(),
        customer.level.into(),
        customer.p_alive.into(),
    ]);
    row.extend((0..5).map(|at| Bind::from(customer.transactions_expected.map(|values| values[at]))));
    row.extend((0..5).map(|at| Bind::from(customer.spend_expected.map(|values| values[at]))));
    row.push(customer.margin_expected.into());
}
