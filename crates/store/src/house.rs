//! The company, its sources, and the number of the last change.

use crate::access::nobody;
use crate::connection::{Connection, binds, sql};
use crate::error::{Error, Result};
use crate::pool::Store;
use ledger::{Currency, Moment};

/// What a company is called before its first run is done.
pub const UNNAMED: &str = "Clientela";

/// The firm whose customers these are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Company {
    /// As pages show it.
    pub name: String,
    /// The currency customers are valued in.
    pub currency: Currency,
}

/// How far linking and valuing have come after the facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UpTo {
    /// When facts last came in or were taken back; `None` in an empty base.
    pub told_at: Option<Moment>,
    /// When records were last linked; a base of a version that kept no such note was linked when it was valued.
    pub linked_at: Option<Moment>,
    /// When customers were last valued.
    pub valued_at: Option<Moment>,
}

impl UpTo {
    /// Whether facts wait to be linked or valued.
    pub fn is_behind(&self) -> bool {
        let told = |told: Moment| self.linked_at < Some(told) || self.valued_at < Some(told);
        self.told_at.is_some_and(told)
    }
}

/// One source and what it has told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceSummary {
    /// Its number.
    pub id: i64,
    /// Its name, as given at import.
    pub name: String,
    /// Records it has told of.
    pub records: i64,
    /// Rows of its imports that brought or changed something.
    pub facts: i64,
    /// When it last told something.
    pub last_import_at: Option<Moment>,
}

impl Store {
    /// The company, or `None` before the first run is done.
    pub fn company(&self) -> Result<Option<Company>> {
        self.read(company)
    }

    /// Sets the company. Its currency stays once sales in it stand: figures are sums in that currency, and
    /// nothing here converts them. Where sales stand in other currencies only, it may become one of those.
    pub fn set_company(&self, company: &Company) -> Result<()> {
        self.write(|tx| {
            put_company(tx, company)?;
            next_change(tx)
        })
    }

    /// Whether sales decide the company's currency, see [`Store::set_company`].
    pub fn is_currency_fixed(&self) -> Result<bool> {
        Ok(!self.settled_currencies()?.is_empty())
    }

    /// The currencies that the company may count in, those of most sales first; none while any will do, because no
    /// sale stands.
    pub fn settled_currencies(&self) -> Result<Vec<Currency>> {
        self.read(settled_currencies)
    }

    /// Lets a base that nobody set up count in the currency of its sales: the one that a first import took by
    /// default gives way to the one that the file named. Gives the company's currency.
    pub fn settle_currency(&self) -> Result<Currency> {
        self.write(|tx| {
            let kept = company(tx)?;
            let before = kept.as_ref().map_or(Currency::EUR, |company| company.currency);
            let settled = settled_currencies(tx)?;
            let Some(currency) = settled.first().copied() else { return Ok(before) };
            if kept.is_some() && (settled.contains(&before) || !nobody(tx)?) {
                return Ok(before);
            }
            let name = kept.map_or(UNNAMED.to_string(), |company| company.name);
            put_company(tx, &Company { name, currency })?;
            next_change(tx)?;
            Ok(currency)
        })
    }

    /// How far linking and valuing have come after the facts.
    pub fn up_to(&self) -> Result<UpTo> {
        self.read(|connection| {
            let told = connection.first(sql!("doctor/newest_import"), binds![], |row| row.int(0))?;
            let valued_at = crate::value::newest_valuation(connection)?.map(|run| run.valued_at);
            let linked = setting(connection, "linked_at")?.and_then(|text| text.parse().ok());
            Ok(UpTo {
                told_at: told.filter(|at| *at > 0).map(Moment),
                linked_at: linked.map(Moment).or(valued_at),
                valued_at,
            })
        })
    }

    /// Whether the base holds anything that a file told.
    pub fn has_facts(&self) -> Result<bool> {
        self.read(|connection| {
            Ok(connection.first(sql!("house/any_fact"), binds![], |row| row.int(0))? != Some(0))
        })
    }

    /// A setting of the house by name.
    pub fn setting(&self, name: &str) -> Result<Option<String>> {
        self.read(|connection| setting(connection, name))
    }

    /// Keeps a setting.
    pub fn put_setting(&self, name: &str, value: &str) -> Result<()> {
        self.write(|tx| tx.execute(sql!("house/put_setting"), binds![name, value]).map(|_| ()))
    }

    /// Every source by name.
    pub fn sources(&self) -> Result<Vec<SourceSummary>> {
        self.read(|connection| {
            connection.rows(sql!("house/sources"), binds![], |row| {
                Ok(SourceSummary {
                    id: row.int(0)?,
                    name: row.string(1)?,
                    records: row.int(2)?,
                    facts: row.int(3)?,
                    last_import_at: row.int_or_null(4)?.map(Moment),
                })
            })
        })
    }

    /// Grows with every change to customers; a page that shows the same number shows the same state.
    pub fn change_number(&self) -> Result<i64> {
        self.read(change_number)
    }
}

pub(crate) fn company(connection: &mut Connection) -> Result<Option<Company>> {
    let (Some(name), Some(code)) =
        (setting(connection, "company_name")?, setting(connection, "company_currency")?)
    else {
        return Ok(None);
    };
    let currency =
        Currency::parse(&code).map_err(|e| crate::Error::Refused(format!("the company's currency: {e}")))?;
    Ok(Some(Company { name, currency }))
}

/// Keeps the company, unless its currency is not one that the sales allow.
pub(crate) fn put_company(tx: &mut Connection, wished: &Company) -> Result<()> {
    if company(tx)?.is_none_or(|kept| kept.currency != wished.currency) {
        let settled = settled_currencies(tx)?;
        if !settled.is_empty() && !settled.contains(&wished.currency) {
            return Err(Error::CurrencyStays { settled, wished: wished.currency });
        }
    }
    tx.execute(sql!("house/put_setting"), binds!["company_name", &wished.name])?;
    tx.execute(sql!("house/put_setting"), binds!["company_currency", wished.currency.code()])?;
    Ok(())
}

fn settled_currencies(connection: &mut Connection) -> Result<Vec<Currency>> {
    if let Some(Company { currency, .. }) = company(connection)?
        && counts_in(connection, currency)?
    {
        return Ok(vec![currency]);
    }
    let codes = connection.rows(sql!("house/sale_currencies"), binds![], |row| row.string(0))?;
    Ok(codes.iter().filter_map(|code| Currency::parse(code).ok()).collect())
}

/// Whether sales stand in a currency.
fn counts_in(connection: &mut Connection, currency: Currency) -> Result<bool> {
    let sales = connection.first(sql!("house/any_sale"), binds![currency.code()], |row| row.int(0))?;
    Ok(sales != Some(0))
}

/// The company's currency; euro until the company is set.
pub(crate) fn company_currency(connection: &mut Connection) -> Result<Currency> {
    Ok(company(connection)?.map_or(Currency::EUR, |company| company.currency))
}

pub(crate) fn setting(connection: &mut Connection, name: &str) -> Result<Option<String>> {
    connection.first(sql!("house/setting"), binds![name], |row| row.string(0))
}

pub(crate) fn change_number(connection: &mut Connection) -> Result<i64> {
    Ok(connection.first(sql!("house/change_number"), binds![], |row| row.int(0))?.unwrap_or(0))
}

pub(crate) fn next_change(tx: &mut Connection) -> Result<()> {
    tx.execute(sql!("house/next_change"), binds![]).map(|_| ())
}
