//! All customers together, as the reader sees them: totals, levels, and every value in order.

use crate::connection::{Bind, Connection, Row, binds, sql};
use crate::customers::{Group, amount};
use crate::error::{Error, Result};
use crate::house;
use crate::pool::Store;
use access::{Field, Reader, Right, Scope};
use ledger::{Currency, Day, Money};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;

/// What the portfolio page is made of. What the reader may not see is `None`.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct PortfolioPage {
    /// The state of the base that is shown.
    pub change: i64,
    pub currency: Currency,
    pub customers: u64,
    /// Customers who never bought; who bought in other currencies only is none of them.
    pub prospects: u64,
    /// Sum over customers of expected margin, or of expected spend without the right to margins.
    pub expected: Option<Money>,
    /// Sum of the chances of still being active.
    pub expected_active: f64,
    pub past_revenue: Money,
    pub past_margin: Option<Money>,
    pub returns: Money,
    pub transactions: u64,
    pub first_purchase: Option<Day>,
    pub last_purchase: Option<Day>,
    /// From strategic to negligible, those without customers too; customers who are not valued are left out.
    pub levels: Vec<LevelTotals>,
    /// Which share of the value the best share of customers brings.
    pub concentration: Vec<portfolio::Point>,
    /// What the best fifth brings; `None` when there is no value to share.
    pub top20_share: Option<f64>,
}

/// One level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct LevelTotals {
    /// 5 strategic to 1 negligible.
    pub level: i64,
    pub customers: u64,
    /// As [`PortfolioPage::expected`].
    pub expected: Money,
    pub past_revenue: Money,
}

/// Pages of one state of the base, by who may see what.
#[derive(Default)]
pub(crate) struct PortfolioCache {
    change: i64,
    pages: HashMap<String, Arc<PortfolioPage>>,
}

impl Store {
    /// The portfolio of the customers that the reader sees.
    pub fn portfolio(&self, reader: &Reader) -> Result<Arc<PortfolioPage>> {
        let change = self.change_number()?;
        let name = format!("{:?} {:?}", reader.scope(), reader.role);
        {
            let mut cache = self.portfolios();
            if cache.change < change {
                *cache = PortfolioCache { change, pages: HashMap::new() };
            }
            if let Some(page) = cache.pages.get(&name).filter(|_| cache.change == change) {
                return Ok(page.clone());
            }
        }
        let mut page = self.totals(reader, change)?;
        let values = self.values(reader)?;
        page.concentration = portfolio::concentration(&values);
        page.top20_share = portfolio::top_share(&values, 0.2);
        let page = Arc::new(page);
        let mut cache = self.portfolios();
        if cache.change == change {
            cache.pages.insert(name, page.clone());
        }
        Ok(page)
    }

    fn totals(&self, reader: &Reader, change: i64) -> Result<PortfolioPage> {
        let currency = self.read(house::company_currency)?;
        let mut page = PortfolioPage::empty(change, currency);
        for level in self.levels(reader)? {
            page.add(&level, reader.may(Right::Margin));
        }
        let elsewhere = self.bought_elsewhere()?;
        if !elsewhere.is_empty() {
            let seen = self.everybody(&reader.scope(), change)?;
            let of_seen = elsewhere.iter().filter(|customer| seen.contains(**customer)).count() as u64;
            page.prospects = page.prospects.saturating_sub(of_seen);
        }
        Ok(page)
    }

    /// Customers who bought in other currencies only, as the last valuation found them: by number, in order.
    pub fn bought_elsewhere(&self) -> Result<Vec<u32>> {
        let binds = binds![PORTFOLIO, ELSEWHERE, ELSEWHERE];
        let kept = self.read(|connection| {
            connection.first(sql!("house/column"), binds, |row| {
                row.bytes(0).map(|data| serde_json::from_slice(data).unwrap_or_default())
            })
        })?;
        Ok(kept.unwrap_or_default())
    }

    /// Keeps them; before the figures of the valuation are saved, with which pages are made anew.
    pub fn put_bought_elsewhere(&self, customers: &[u32]) -> Result<()> {
        let data = serde_json::to_vec(customers).map_err(|error| Error::Sql(error.into()))?;
        let binds = [PORTFOLIO.into(), ELSEWHERE.into(), 0_i64.into(), Bind::Bytes(&data)];
        self.write(|tx| tx.execute(sql!("house/put_column"), &binds).map(|_| ()))
    }

    /// Sums of the customers that the reader sees, by level; those of everybody as scoring kept them.
    fn levels(&self, reader: &Reader) -> Result<Vec<Level>> {
        match &reader.scope() {
            Scope::All => match self.kept_levels()? {
                Some(kept) => Ok(kept),
                None => self.levels_of_all(),
            },
            Scope::Owner(name) => {
                self.read(|connection| levels(connection, sql!("portfolio/levels_of_owner"), binds![name]))
            }
            Scope::Nobody => Ok(Vec::new()),
        }
    }

    fn kept_levels(&self) -> Result<Option<Vec<Level>>> {
        let binds = binds![PORTFOLIO, LEVELS, Group::Scores.setting()];
        let kept = self.read(|connection| {
            connection.first(sql!("house/column"), binds, |row| {
                row.bytes(0).map(|data| serde_json::from_slice(data).ok())
            })
        })?;
        Ok(kept.flatten())
    }

    fn levels_of_all(&self) -> Result<Vec<Level>> {
        let (mut all, upper) = self
            .halves(|connection, from, to| levels(connection, sql!("portfolio/levels"), binds![from, to]))?;
        all.extend(upper);
        Ok(all)
    }

    /// Keeps the sums of everybody by level: to add up a million customers takes a second.
    pub(crate) fn keep_levels(&self, change: i64) -> Result<()> {
        let levels = self.levels_of_all()?;
        let data = serde_json::to_vec(&levels).map_err(|error| Error::Sql(error.into()))?;
        let binds = [PORTFOLIO.into(), LEVELS.into(), change.into(), Bind::Bytes(&data)];
        self.write(|tx| tx.execute(sql!("house/put_column"), &binds).map(|_| ()))
    }

    /// What each customer that the reader sees is expected to bring, in no order.
    fn values(&self, reader: &Reader) -> Result<Vec<i64>> {
        let change = self.change_number()?;
        let values = self.amounts(reader.shown(Field::ExpectedValue), change)?;
        let seen = self.everybody(&reader.scope(), change)?;
        Ok(seen.iter().filter_map(|customer| amount(&values, customer)).collect())
    }
}

/// Under which name the sums are kept beside the columns of the list.
const PORTFOLIO: &str = "portfolio";
const LEVELS: &str = "levels";
const ELSEWHERE: &str = "bought_elsewhere";

/// Sums of customers of a level, all or some, in minor units.
#[derive(Serialize, Deserialize)]
struct Level {
    /// `None` of those who are not valued.
    level: Option<i64>,
    customers: u64,
    expected_spend: i64,
    expected_margin: i64,
    past_revenue: i64,
    past_margin: Option<i64>,
    transactions: u64,
    expected_active: f64,
    first_purchase: Option<i32>,
    last_purchase: Option<i32>,
    prospects: u64,
    returns: i64,
}

fn levels(connection: &mut Connection, sql: &str, binds: &[Bind<'_>]) -> Result<Vec<Level>> {
    let day = |row: &Row<'_>, column| Ok::<_, Error>(row.day_or_null(column)?.map(|day| day.0));
    connection.rows(sql, binds, |row| {
        Ok(Level {
            level: row.int_or_null(0)?,
            customers: row.int(1)?.unsigned_abs(),
            expected_spend: row.int(2)?,
            expected_margin: row.int(3)?,
            past_revenue: row.int(4)?,
            past_margin: row.int_or_null(5)?,
            transactions: row.int(6)?.unsigned_abs(),
            expected_active: row.real_or_null(7)?.unwrap_or(0.0),
            first_purchase: day(row, 8)?,
            last_purchase: day(row, 9)?,
            prospects: row.int(10)?.unsigned_abs(),
            returns: row.int(11)?,
        })
    })
}

impl PortfolioPage {
    fn add(&mut self, of: &Level, margins: bool) {
        let currency = self.currency;
        let expected = if margins { of.expected_margin } else { of.expected_spend };
        self.customers += of.customers;
        self.past_revenue.minor += of.past_revenue;
        if let (true, Some(margin)) = (margins, of.past_margin) {
            self.past_margin.get_or_insert(Money::new(0, currency)).minor += margin;
        }
        self.transactions += of.transactions;
        self.expected_active += of.expected_active;
        let first = of.first_purchase.map(Day);
        self.first_purchase = match (self.first_purchase, first) {
            (Some(known), Some(first)) => Some(known.min(first)),
            (known, first) => known.or(first),
        };
        self.last_purchase = self.last_purchase.max(of.last_purchase.map(Day));
        self.prospects += of.prospects;
        self.returns.minor += of.returns;
        let Some(level) = of.level else { return };
        self.expected.get_or_insert(Money::new(0, currency)).minor += expected;
        if let Some(totals) = self.levels.iter_mut().find(|totals| totals.level == level) {
            totals.customers += of.customers;
            totals.expected.minor += expected;
            totals.past_revenue.minor += of.past_revenue;
        }
    }

    fn empty(change: i64, currency: Currency) -> PortfolioPage {
        let nothing = Money::new(0, currency);
        PortfolioPage {
            change,
            currency,
            customers: 0,
            prospects: 0,
            expected: None,
            expected_active: 0.0,
            past_revenue: nothing,
            past_margin: None,
            returns: nothing,
            transactions: 0,
            first_purchase: None,
            last_purchase: None,
            levels: (1..=5)
                .rev()
                .map(|level| LevelTotals { level, customers: 0, expected: nothing, past_revenue: nothing })
                .collect(),
            concentration: Vec::new(),
            top20_share: None,
        }
    }
}
