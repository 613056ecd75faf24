//! All customers together, as the reader sees them: totals, levels, and every value in order.

use crate::connection::{binds, sql};
use crate::customers::ListQuery;
use crate::error::Result;
use crate::house;
use crate::pool::Store;
use access::{Field, Filter, Reader, Right, Scope, Sort, SortKey};
use ledger::{Currency, Day, Money};
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
    /// Customers who never bought.
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
        let margins = reader.may(Right::Margin);
        self.read(|connection| {
            let currency = house::company_currency(connection)?;
            let mut page = PortfolioPage::empty(change, currency);
            let scope = reader.scope();
            let (sql, binds) = match &scope {
                Scope::All => (sql!("portfolio/levels"), vec![]),
                Scope::Owner(name) => (sql!("portfolio/levels_of_owner"), binds![name].to_vec()),
                Scope::Nobody => return Ok(page),
            };
            connection.each(sql, &binds, |row| {
                let customers = row.int(1)?.unsigned_abs();
                let expected = Money::new(if margins { row.int(3)? } else { row.int(2)? }, currency);
                let past_revenue = Money::new(row.int(4)?, currency);
                page.customers += customers;
                page.past_revenue.minor += past_revenue.minor;
                if let (true, Some(margin)) = (margins, row.int_or_null(5)?) {
                    page.past_margin.get_or_insert(Money::new(0, currency)).minor += margin;
                }
                page.transactions += row.int(6)?.unsigned_abs();
                page.expected_active += row.real_or_null(7)?.unwrap_or(0.0);
                let day = |column| row.day_or_null(column);
                let (first, last) = (day(8)?, day(9)?);
                page.first_purchase = match (page.first_purchase, first) {
                    (Some(known), Some(first)) => Some(known.min(first)),
                    (known, first) => known.or(first),
                };
                page.last_purchase = page.last_purchase.max(last);
                page.prospects += row.int(10)?.unsigned_abs();
                page.returns.minor += row.int(11)?;
                if let Some(level) = row.int_or_null(0)? {
                    page.expected.get_or_insert(Money::new(0, currency)).minor += expected.minor;
                    if let Some(totals) = page.levels.iter_mut().find(|totals| totals.level == level) {
                        *totals = LevelTotals { level, customers, expected, past_revenue };
                    }
                }
                Ok(())
            })?;
            Ok(page)
        })
    }

    fn values(&self, reader: &Reader) -> Result<Vec<i64>> {
        let field = reader.shown(Field::ExpectedValue);
        let sort = Sort(vec![SortKey { field, descending: true }]);
        let query = ListQuery { filter: &Filter::everything(), text: None, sort: &sort, offset: 0, limit: 0 };
        self.amounts(reader, &query, field)
    }
}

impl PortfolioPage {
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
