//! One customer: figures, what sources say, and the timeline of everything that happened.

use crate::connection::{Connection, Row, binds, sql};
use crate::error::{Error, Result};
use crate::house;
use crate::identity::{RecordSaying, attributes, records_of, unified};
use crate::ledger::Detail;
use crate::pool::Store;
use access::{Reader, Right, Scope};
use ledger::{Attribute, Attributes, Currency, Day, Direction, FactKind, Moment, Money, Quantity};
use std::collections::BTreeMap;
use value::{Margin, PurchaseLine};

/// Number of a fact.
pub type FactId = i64;

/// What the page of one customer shows. What the reader may not see is `None`.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct CustomerPage {
    pub id: u32,
    pub name: String,
    /// 1 person, 2 organisation.
    pub kind: Option<i64>,
    pub owner: Option<String>,
    pub figures: CustomerFigures,
    pub attributes: Vec<AttributeShown>,
    pub records: Vec<LinkedRecord>,
    /// Standing facts by kind.
    pub counts: BTreeMap<FactKind, u64>,
    /// The last 24 months up to `today`, oldest first.
    pub monthly: Vec<MonthRevenue>,
    pub payment: Option<PaymentState>,
    /// There are sales, and all of them are in other currencies than the company's.
    pub is_elsewhere: bool,
    /// When the oldest request that stands open was opened.
    pub oldest_open_request: Option<Day>,
}

/// What a customer brought and is expected to bring.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct CustomerFigures {
    pub currency: Currency,
    pub level: Option<i64>,
    pub p_alive: Option<f64>,
    /// Expected, then lo80, hi80, lo95, hi95.
    pub expected_transactions: Option<[f64; 5]>,
    /// Expected, then lo80, hi80, lo95, hi95.
    pub expected_spend: Option<[Money; 5]>,
    /// Expected margin; `None` without the right to margins.
    pub expected_margin: Option<Money>,
    pub past_revenue: Money,
    pub past_margin: Option<Money>,
    pub returns: Money,
    pub transactions: i64,
    pub first_purchase: Option<Day>,
    pub last_purchase: Option<Day>,
    pub open_requests: i64,
    /// `None` without the right to margins.
    pub asset: Option<CustomerAsset>,
}

/// Where a customer stands among all: what he brought and cost in the last twelve months, and what he is worth. Each is
/// `None` until it is computed.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct CustomerAsset {
    pub contribution: Option<Money>,
    pub cost: Option<Money>,
    pub invested: Option<Money>,
    pub equity: Option<Money>,
    /// What serving him is expected to cost in all the future, discounted.
    pub expected_cost: Option<Money>,
    /// Equity less that.
    pub expected_contribution: Option<Money>,
    /// From 5, strategic, to 1.
    pub investment_level: Option<i64>,
    /// From -4 to +4.
    pub delta: Option<i64>,
    /// From 4, D1, to 1.
    pub class: Option<i64>,
}

/// What a customer bought, with the figures that were kept of him.
#[derive(Clone, Debug, PartialEq)]
pub struct CustomerPurchases {
    /// 1 person, 2 organisation.
    pub kind: Option<i64>,
    /// As valued.
    pub figures: CustomerFigures,
    /// The names of his sources, as the list shows them.
    pub sources: String,
    /// One per sale or return in the company's currency, in no order.
    pub lines: Vec<PurchaseLine>,
}

/// The value of an attribute that shows, and what other records say.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct AttributeShown {
    pub attribute: Attribute,
    pub value: String,
    pub source: String,
    pub record_key: String,
    pub learned_at: Moment,
    pub others: Vec<OtherValue>,
}

/// What another record says of the same attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct OtherValue {
    pub value: String,
    pub source: String,
    pub learned_at: Moment,
}

/// A record of the customer, and why it is his.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct LinkedRecord {
    pub id: i64,
    pub source: String,
    pub key: String,
    /// `email`, `phone`, `vat`, `company_number` or `alone`.
    pub rule: String,
    /// The identifier shared; empty for a record alone.
    pub evidence: String,
    pub linked_at: Option<Moment>,
}

/// Net revenue of one month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthRevenue {
    /// The month's first day.
    pub month: Day,
    /// Sales less returns.
    pub revenue: Money,
}

/// How a customer pays, from payments in the company's currency.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct PaymentState {
    pub open: Money,
    pub overdue: Money,
    /// Mean days from due to paid over payments made that had a due day; early ones count below zero.
    pub late_days_mean: Option<f64>,
}

/// What part of a timeline is asked for.
#[derive(Clone, Debug, Default)]
pub struct TimelineQuery {
    /// Only these kinds; empty for all.
    pub kinds: Vec<FactKind>,
    /// Only facts whose texts contain this, without regard to case and accents.
    pub text: Option<String>,
    /// Only facts before this place.
    pub before: Option<(Moment, FactId)>,
    /// Begin at this fact.
    pub around: Option<FactId>,
    /// Facts at the most.
    pub limit: usize,
}

/// A part of a timeline, newest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    /// The facts.
    pub facts: Vec<TimelineFact>,
    /// Where the next part begins; `None` at the end.
    pub next: Option<(Moment, FactId)>,
}

/// A fact as pages show it. What the reader may not see is `None`.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct TimelineFact {
    pub id: FactId,
    pub kind: FactKind,
    pub happened_at: Moment,
    pub learned_at: Moment,
    pub source: String,
    pub record_key: String,
    pub reference: Option<String>,
    /// Order or invoice.
    pub document: Option<String>,
    /// Product, activity or the customer referred, by kind.
    pub item: Option<String>,
    pub amount: Option<Money>,
    pub margin: Option<Money>,
    pub discount: Option<Money>,
    pub quantity: Option<Quantity>,
    pub is_return: bool,
    pub description: Option<String>,
    pub due: Option<Day>,
    pub paid: Option<Day>,
    pub channel: Option<String>,
    pub direction: Option<Direction>,
    pub minutes: Option<Quantity>,
    pub who: Option<String>,
    pub subject: Option<String>,
    pub campaign: Option<String>,
    pub outcome: Option<String>,
    pub opened: Option<Moment>,
    pub closed: Option<Moment>,
    /// From 0 to 1, in thousandths.
    pub rating: Option<Quantity>,
    pub text: Option<String>,
    pub kg: Option<Quantity>,
    pub km: Option<Quantity>,
    /// What a description says.
    pub attributes: Attributes,
}

impl Store {
    /// One customer, or `None` where the reader sees none of that number.
    pub fn customer(&self, reader: &Reader, id: u32, today: Day) -> Result<Option<CustomerPage>> {
        self.read(|connection| {
            connection.snapshot(|connection| {
                let currency = house::company_currency(connection)?;
                let Some((name, kind, owner, figures)) = figures(connection, reader, id, currency)? else {
                    return Ok(None);
                };
                let records = records_of(connection, id)?;
                let mut tally = Tally::new(today, currency);
                for record in &records {
                    connection
                        .each(sql!("customer/facts_of_record"), binds![record.id], |row| tally.take(row))?;
                }
                if !reader.may(Right::Margin) {
                    tally.counts.remove(&FactKind::Cost);
                }
                Ok(Some(CustomerPage {
                    id,
                    name,
                    kind,
                    owner,
                    figures,
                    attributes: attributes_shown(&records),
                    records: linked_records(connection, &records)?,
                    monthly: tally.monthly(),
                    payment: tally.payment(),
                    oldest_open_request: tally.oldest_open_request,
                    is_elsewhere: tally.sales_elsewhere > 0 && tally.sales == 0,
                    counts: tally.counts,
                }))
            })
        })
    }

    /// What a customer bought up to a day, and where he comes from; `None` where the reader sees no such customer.
    ///
    /// The lines are those that [`Store::sales`] gives of him, by the links and facts that stand now.
    pub fn purchases(&self, reader: &Reader, id: u32, until: Day) -> Result<Option<CustomerPurchases>> {
        self.read(|connection| {
            connection.snapshot(|connection| {
                let currency = house::company_currency(connection)?;
                let Some((_, kind, _, figures)) = figures(connection, reader, id, currency)? else {
                    return Ok(None);
                };
                let mut lines = Vec::new();
                let records = records_of(connection, id)?;
                let before = Day(until.0.saturating_add(1)).start();
                for record in &records {
                    let binds = binds![record.id, currency.code(), before.0];
                    connection.each(sql!("customer/sales_of_record"), binds, |row| {
                        lines.push(PurchaseLine {
                            customer: id,
                            day: Moment(row.int(0)?).day().0,
                            amount: row.int(1)?,
                            margin: Margin::from(row.int_or_null(2)?),
                        });
                        Ok(())
                    })?;
                }
                let sources = connection
                    .first(sql!("customer/sources"), binds![i64::from(id)], |row| row.string(0))?
                    .unwrap_or_default();
                Ok(Some(CustomerPurchases { kind, figures, sources, lines }))
            })
        })
    }

    /// A part of a customer's timeline, or `None` where the reader sees no such customer.
    pub fn timeline(&self, reader: &Reader, id: u32, query: &TimelineQuery) -> Result<Option<Timeline>> {
        self.read(|connection| {
            connection.snapshot(|connection| {
                if !may_see(connection, reader, id)? {
                    return Ok(None);
                }
                timeline(connection, reader, id, query).map(Some)
            })
        })
    }
}

pub(crate) fn may_see(connection: &mut Connection, reader: &Reader, id: u32) -> Result<bool> {
    let owner =
        connection.first("select owner from customer_text where id = $1", binds![i64::from(id)], |row| {
            row.string_or_null(0)
        })?;
    Ok(owner.is_some_and(|owner| is_in_scope(reader, owner.as_deref())))
}

fn is_in_scope(reader: &Reader, owner: Option<&str>) -> bool {
    match reader.scope() {
        Scope::All => true,
        Scope::Owner(name) => owner == Some(name.as_str()),
        Scope::Nobody => false,
    }
}

type Head = (String, Option<i64>, Option<String>, CustomerFigures);

fn figures(
    connection: &mut Connection,
    reader: &Reader,
    id: u32,
    currency: Currency,
) -> Result<Option<Head>> {
    let margins = reader.may(Right::Margin);
    let found = connection.first(sql!("customer/figures"), binds![i64::from(id)], |row| {
        let money = |column: usize| row.money_or_null(column, currency);
        let mut transactions = [0.0; 5];
        let mut spend = [Money::new(0, currency); 5];
        let (mut all_transactions, mut all_spend) = (true, true);
        for at in 0..5 {
            match row.real_or_null(5 + at)? {
                Some(value) => transactions[at] = value,
                None => all_transactions = false,
            }
            match money(10 + at)? {
                Some(value) => spend[at] = value,
                None => all_spend = false,
            }
        }
        Ok((
            row.string(0)?,
            row.int_or_null(1)?,
            row.string_or_null(2)?,
            CustomerFigures {
                currency,
                level: row.int_or_null(3)?,
                p_alive: row.real_or_null(4)?,
                expected_transactions: all_transactions.then_some(transactions),
                expected_spend: all_spend.then_some(spend),
                expected_margin: if margins { money(15)? } else { None },
                past_revenue: Money::new(row.int(16)?, currency),
                past_margin: if margins { money(17)? } else { None },
                returns: Money::new(row.int(18)?, currency),
                transactions: row.int(19)?,
                first_purchase: row.day_or_null(20)?,
                last_purchase: row.day_or_null(21)?,
                open_requests: row.int(22)?,
                asset: if margins { Some(asset(row, currency)?) } else { None },
            },
        ))
    })?;
    Ok(found.filter(|(_, _, owner, _)| is_in_scope(reader, owner.as_deref())))
}

fn asset(row: &Row<'_>, currency: Currency) -> Result<CustomerAsset> {
    let money = |column: usize| row.money_or_null(column, currency);
    Ok(CustomerAsset {
        contribution: money(23)?,
        cost: money(24)?,
        invested: money(25)?,
        equity: money(26)?,
        investment_level: row.int_or_null(27)?,
        delta: row.int_or_null(28)?,
        class: row.int_or_null(29)?,
        expected_cost: money(30)?,
        expected_contribution: money(31)?,
    })
}

fn attributes_shown(records: &[RecordSaying]) -> Vec<AttributeShown> {
    let record = |id: u64| {
        records
            .iter()
            .find(|record| record.id.unsigned_abs() == id)
            .expect("a shown value names one of the records")
    };
    unified(records)
        .attributes
        .into_iter()
        .map(|shown| AttributeShown {
            attribute: shown.attribute,
            source: record(shown.record).source.clone(),
            record_key: record(shown.record).key.clone(),
            learned_at: shown.learned_at,
            others: shown
                .others
                .into_iter()
                .map(|other| OtherValue {
                    source: record(other.record).source.clone(),
                    value: other.value,
                    learned_at: other.learned_at,
                })
                .collect(),
            value: shown.value,
        })
        .collect()
}

fn linked_records(connection: &mut Connection, records: &[RecordSaying]) -> Result<Vec<LinkedRecord>> {
    records
        .iter()
        .map(|record| {
            let link = connection.first(sql!("customer/standing_link"), binds![record.id], |row| {
                Ok((row.string(0)?, row.string(1)?, Moment(row.int(2)?)))
            })?;
            let (rule, evidence, linked_at) = match link {
                Some((rule, evidence, at)) => (rule, evidence, Some(at)),
                None => ("alone".to_string(), String::new(), None),
            };
            Ok(LinkedRecord {
                id: record.id,
                source: record.source.clone(),
                key: record.key.clone(),
                rule,
                evidence,
                linked_at,
            })
        })
        .collect()
}

/// Counts and sums over the facts of a customer.
struct Tally {
    currency: Currency,
    today: Day,
    counts: BTreeMap<FactKind, u64>,
    months: BTreeMap<(i16, i8), i64>,
    payments: u64,
    open: i64,
    overdue: i64,
    late_days: i64,
    paid_with_due: u32,
    oldest_open_request: Option<Day>,
    /// Sales in the company's currency, and in others.
    sales: u64,
    sales_elsewhere: u64,
}

const MONTHS: usize = 24;

impl Tally {
    fn new(today: Day, currency: Currency) -> Tally {
        Tally {
            currency,
            today,
            counts: BTreeMap::new(),
            months: BTreeMap::new(),
            payments: 0,
            open: 0,
            overdue: 0,
            late_days: 0,
            paid_with_due: 0,
            oldest_open_request: None,
            sales: 0,
            sales_elsewhere: 0,
        }
    }

    fn take(&mut self, row: &Row<'_>) -> Result<()> {
        let Some(kind) = FactKind::from_number(row.int(0)?) else { return Ok(()) };
        *self.counts.entry(kind).or_default() += 1;
        if row.int(5)? == 1 {
            let opened = Moment(row.int(1)?).day();
            self.oldest_open_request =
                Some(self.oldest_open_request.map_or(opened, |oldest| oldest.min(opened)));
        }
        if row.text_or_null(3)? != Some(self.currency.code()) {
            self.sales_elsewhere += u64::from(kind == FactKind::Sale);
            return Ok(());
        }
        let amount = row.int_or_null(2)?.unwrap_or(0);
        match kind {
            FactKind::Sale => {
                self.sales += 1;
                if let Some(date) = Moment(row.int(1)?).day().civil() {
                    *self.months.entry((date.year(), date.month())).or_default() += amount;
                }
            }
            FactKind::Payment => {
                self.payments += 1;
                let detail: Detail = row
                    .text_or_null(4)?
                    .map_or(Ok(Detail::default()), serde_json::from_str)
                    .map_err(|e| Error::Sql(e.into()))?;
                match (detail.due, detail.paid) {
                    (due, None) => {
                        self.open += amount;
                        if due.is_some_and(|due| due < self.today.0) {
                            self.overdue += amount;
                        }
                    }
                    (Some(due), Some(paid)) => {
                        self.late_days += i64::from(paid) - i64::from(due);
                        self.paid_with_due += 1;
                    }
                    (None, Some(_)) => {}
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn monthly(&self) -> Vec<MonthRevenue> {
        let Some(today) = self.today.civil() else { return Vec::new() };
        let mut months = Vec::with_capacity(MONTHS);
        let (mut year, mut month) = (today.year(), today.month());
        for _ in 0..MONTHS {
            let Ok(first) = jiff_date(year, month) else { break };
            let minor = self.months.get(&(year, month)).copied().unwrap_or(0);
            months.push(MonthRevenue { month: first, revenue: Money::new(minor, self.currency) });
            (year, month) = if month == 1 { (year - 1, 12) } else { (year, month - 1) };
        }
        months.reverse();
        months
    }

    fn payment(&self) -> Option<PaymentState> {
        (self.payments > 0).then(|| PaymentState {
            open: Money::new(self.open, self.currency),
            overdue: Money::new(self.overdue, self.currency),
            late_days_mean: (self.paid_with_due > 0)
                .then(|| self.late_days as f64 / f64::from(self.paid_with_due)),
        })
    }
}

fn jiff_date(year: i16, month: i8) -> std::result::Result<Day, ()> {
    jiff::civil::Date::new(year, month, 1).map(Day::of).map_err(|_| ())
}

/// Facts read from each record at a time; a search goes on until it has enough.
const CHUNK: usize = 200;

fn timeline(
    connection: &mut Connection,
    reader: &Reader,
    id: u32,
    query: &TimelineQuery,
) -> Result<Timeline> {
    let margins = reader.may(Right::Margin);
    let kinds: i64 = FactKind::ALL
        .into_iter()
        .filter(|kind| query.kinds.is_empty() || query.kinds.contains(kind))
        .filter(|kind| margins || *kind != FactKind::Cost)
        .map(|kind| 1 << kind as i64)
        .sum();
    let text = query.text.as_deref().map(identity::search_key).filter(|text| !text.is_empty());
    let records = records_of(connection, id)?;
    let mut start = query.before.unwrap_or((Moment(i64::MAX), i64::MAX));
    if let Some(fact) = query.around {
        let place = connection.first(sql!("customer/place_of_fact"), binds![fact], |row| {
            Ok((row.int(0)?, Moment(row.int(1)?)))
        })?;
        if let Some((_, at)) = place.filter(|(record, _)| records.iter().any(|r| r.id == *record)) {
            start = (at, fact + 1);
        }
    }
    let wanted = query.limit + 1;
    let chunk = if text.is_some() { CHUNK.max(wanted) } else { wanted };
    let mut facts: Vec<TimelineFact> = Vec::new();
    for record in &records {
        let mut before = start;
        let mut found = 0;
        loop {
            let mut read = 0;
            let binds = binds![record.id, before.0.0, before.1, kinds, chunk as i64];
            connection.each(sql!("customer/timeline"), binds, |row| {
                read += 1;
                let fact = timeline_fact(row, record, margins)?;
                before = (fact.happened_at, fact.id);
                if text.as_deref().is_none_or(|text| mentions(&fact, text)) {
                    found += 1;
                    facts.push(fact);
                }
                Ok(())
            })?;
            if read < chunk || found >= wanted {
                break;
            }
        }
    }
    facts.sort_by_key(|fact| std::cmp::Reverse((fact.happened_at, fact.id)));
    let next = (facts.len() > query.limit).then(|| {
        facts.truncate(query.limit);
        facts.last().map(|fact| (fact.happened_at, fact.id))
    });
    Ok(Timeline { facts, next: next.flatten() })
}

fn mentions(fact: &TimelineFact, text: &str) -> bool {
    [
        &fact.reference,
        &fact.document,
        &fact.item,
        &fact.description,
        &fact.channel,
        &fact.who,
        &fact.subject,
        &fact.campaign,
        &fact.outcome,
        &fact.text,
        &Some(fact.source.clone()),
    ]
    .into_iter()
    .flatten()
    .chain(fact.attributes.values())
    .any(|said| identity::search_key(said).contains(text))
}

fn timeline_fact(row: &Row<'_>, record: &RecordSaying, margins: bool) -> Result<TimelineFact> {
    let kind = FactKind::from_number(row.int(2)?).ok_or_else(|| {
        Error::Refused(format!(
            "fact {} is of no known kind: run `clientela doctor`",
            row.int(0).unwrap_or(0)
        ))
    })?;
    let currency = row
        .text_or_null(7)?
        .map(Currency::parse)
        .transpose()
        .map_err(|e| Error::Refused(format!("{e} in fact {}", row.int(0).unwrap_or(0))))?;
    let money = |minor: Option<i64>| minor.zip(currency).map(|(minor, currency)| Money::new(minor, currency));
    let detail_text = row.text_or_null(13)?;
    let (detail, said) = if kind == FactKind::Description {
        (Detail::default(), detail_text.map_or(Ok(Attributes::new()), attributes)?)
    } else {
        let detail = detail_text.map_or(Ok(Detail::default()), serde_json::from_str);
        (detail.map_err(|e| Error::Sql(e.into()))?, Attributes::new())
    };
    let item = row.string_or_null(12)?;
    Ok(TimelineFact {
        id: row.int(0)?,
        kind,
        happened_at: Moment(row.int(3)?),
        learned_at: Moment(row.int(4)?),
        source: record.source.clone(),
        record_key: record.key.clone(),
        reference: row.string_or_null(10)?,
        document: row.string_or_null(11)?,
        // A closed request keeps a mark there; its texts are in the detail.
        item: if kind == FactKind::Request { None } else { item },
        amount: money(row.int_or_null(5)?),
        margin: if margins { money(row.int_or_null(6)?) } else { None },
        discount: money(detail.discount),
        quantity: row.int_or_null(8)?.map(Quantity),
        is_return: row.int(9)? == 1,
        description: detail.description,
        due: detail.due.map(Day),
        paid: detail.paid.map(Day),
        channel: detail.channel,
        direction: detail.direction,
        minutes: detail.minutes.map(Quantity),
        who: detail.who,
        subject: detail.subject,
        campaign: detail.campaign,
        outcome: detail.outcome,
        opened: detail.opened.map(Moment),
        closed: detail.closed.map(Moment),
        rating: detail.rating.map(Quantity),
        text: detail.text,
        kg: detail.kg.map(Quantity),
        km: detail.km.map(Quantity),
        attributes: said,
    })
}
