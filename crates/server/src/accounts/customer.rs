//! One customer's account: his statement by month, quarter or year, and the facts behind each line.

use super::assumed::AssumedMargin;
use super::totals::{Kept, Span, named_lines, not_closed, span};
use super::written::decimal;
use crate::customers::one::number;
use crate::http::error::Answer;
use crate::http::wire::{self, Money};
use crate::http::{App, Caller, Failure, Json, Path, Query};
use axum::extract::State;
use ledger::{Day, FactKind};
use serde::{Deserialize, Serialize};
use store::{MonthLines, Store};
use utoipa::{IntoParams, ToSchema};
use value::cost::{CostKind, Event, Statement, Told, Unpriced, month_of, spread};

/// How months are gathered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Period {
    #[default]
    Month,
    Quarter,
    Year,
}

impl Period {
    /// The days of the period that a month lies in.
    pub fn of(self, month: Day) -> Span {
        let Some(date) = month.civil() else { return month_of(month) };
        let (first, months) = match self {
            Period::Month => (date.month(), 1),
            Period::Quarter => ((date.month() - 1) / 3 * 3 + 1, 3),
            Period::Year => (1, 12),
        };
        let from = date.with().day(1).month(first).build().map_or(month, Day::of);
        let until = (0..months).fold(from, |day, _| month_of(day).end);
        from..until
    }

    /// `2025-03`, `2025-Q1`, `2025`.
    pub fn name(self, from: Day) -> String {
        let text = wire::day(from);
        match self {
            Period::Month => text.chars().take(7).collect(),
            Period::Quarter => {
                let month: u32 = text.get(5..7).and_then(|month| month.parse().ok()).unwrap_or(1);
                format!("{}-Q{}", &text[..4], (month - 1) / 3 + 1)
            }
            Period::Year => text.chars().take(4).collect(),
        }
    }
}

/// Which months, gathered how.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AccountQuery {
    /// First month; the twelfth before the last unless said.
    #[param(example = "2025-01")]
    pub from: Option<String>,
    /// Last month, with it.
    #[param(example = "2025-12")]
    pub until: Option<String>,
    /// `month`, `quarter` or `year`.
    #[serde(default)]
    #[param(required = false)]
    pub by: Period,
}

/// A customer's account.
#[derive(Serialize, ToSchema)]
pub struct CustomerAccount {
    /// ISO 4217.
    pub currency: String,
    /// First day.
    pub from: String,
    /// Last day.
    pub until: String,
    /// How months are gathered.
    pub by: Period,
    /// The version of the catalogue that priced it.
    pub catalogue: i64,
    /// Some of the numbers behind it are assumed.
    pub assumed: bool,
    /// A newer catalogue stands: value the base again.
    pub stale: bool,
    /// Margins of these days that nobody told; null where all were.
    pub assumed_margin: Option<AssumedMargin>,
    /// By rising time; those without a fact are left out.
    pub periods: Vec<AccountPeriod>,
    /// All of them.
    pub total: AccountPeriod,
}

/// A statement over one period.
#[derive(Serialize, ToSchema)]
pub struct AccountPeriod {
    /// `2025-03`, `2025-Q1`, `2025`; `total`.
    #[schema(example = "2025-03")]
    pub period: String,
    /// First day.
    pub from: String,
    /// Last day.
    pub until: String,
    /// `gross`, `discounts`, `returns`, `net`, `margin`, `net_without_margin`, kinds of cost, `cost`, `contribution`.
    pub lines: Vec<StatementLine>,
    /// Costs by activity, in the order of the catalogue; those that are zero over all periods are left out.
    pub activities: Vec<StatementActivity>,
}

/// A line of a statement.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct StatementLine {
    pub line: String,
    pub amount: Money,
}

/// What an activity cost for a customer.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct StatementActivity {
    pub activity: String,
    pub cost_kind: String,
    pub assumed: bool,
    pub amount: Money,
}

/// A customer's statement per period.
#[utoipa::path(get, path = "/api/customers/{id}/account", tag = "accounts", operation_id = "customer_account",
    params(("id" = i64, Path), AccountQuery),
    responses((status = 200, body = CustomerAccount), (status = 403), (status = 404), (status = 409), (status = 422)))]
pub async fn account(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<i64>,
    Query(query): Query<AccountQuery>,
) -> Answer<Json<CustomerAccount>> {
    let id = number(id)?;
    let answer = app.ask(move |store| Ok(account_of(store, &caller.reader, id, &query))).await?;
    Ok(Json(answer?))
}

/// A customer's statement per period, for the API and the command.
pub fn account_of(
    store: &Store,
    reader: &access::Reader,
    id: u32,
    query: &AccountQuery,
) -> Answer<CustomerAccount> {
    let months =
        store.account(reader, id).map_err(Failure::from)?.ok_or_else(|| Failure::unknown("customer"))?;
    let kept = Kept::of(store).map_err(Failure::from)?.ok_or_else(not_closed)?;
    let span = span(query.from.as_deref(), query.until.as_deref(), &kept)
        .map_err(|(field, message)| Failure::invalid("bad_month", field, message))?;
    let days = (span.start, Day(span.end.0 - 1));
    let assumed = store.assumed_margins_of(reader, id, days).map_err(Failure::from)?;
    let (periods, total) = statements(&months, &span, query.by);
    let used: Vec<usize> = (0..kept.catalogue.activities().len())
        .filter(|place| {
            total.costs.get(*place).is_some_and(|cost| *cost != 0)
                || periods
                    .iter()
                    .any(|(_, statement)| statement.costs.get(*place).is_some_and(|cost| *cost != 0))
        })
        .collect();
    let shown = |name: String, days: Span, statement: &Statement| period(&kept, name, days, statement, &used);
    Ok(CustomerAccount {
        currency: kept.currency.code().to_string(),
        from: wire::day(span.start),
        until: wire::day(Day(span.end.0 - 1)),
        by: query.by,
        catalogue: kept.version.id,
        assumed: used.iter().any(|place| kept.is_assumed(*place)),
        stale: kept.is_stale,
        assumed_margin: assumed.as_ref().and_then(AssumedMargin::of),
        periods: periods
            .iter()
            .map(|(days, statement)| {
                // A period that the span cuts is told by the days that are in it.
                let within = days.start.max(span.start)..days.end.min(span.end);
                shown(query.by.name(days.start), within, statement)
            })
            .collect(),
        total: shown("total".to_string(), span.clone(), &total),
    })
}

/// Statements by period, and their sum.
pub fn statements(months: &[MonthLines], span: &Span, by: Period) -> (Vec<(Span, Statement)>, Statement) {
    let mut periods: Vec<(Span, Statement)> = Vec::new();
    let mut total = Statement::default();
    for month in months.iter().filter(|month| span.contains(&month.month)) {
        let days = by.of(month.month);
        if periods.last().is_none_or(|(last, _)| *last != days) {
            periods.push((days, Statement::default()));
        }
        for (line, amount) in &month.lines {
            total.add(*line, *amount);
            if let Some((_, statement)) = periods.last_mut() {
                statement.add(*line, *amount);
            }
        }
    }
    (periods, total)
}

fn period(kept: &Kept, name: String, days: Span, statement: &Statement, used: &[usize]) -> AccountPeriod {
    let money = |minor: i64| Money::from(ledger::Money::new(minor, kept.currency));
    let lines = named_lines(statement, &kept.catalogue).into_iter();
    let activities = used.iter().map(|place| {
        let activity = &kept.catalogue.activities()[*place];
        StatementActivity {
            activity: activity.name.clone(),
            cost_kind: activity.cost_kind.name().to_string(),
            assumed: kept.is_assumed(*place),
            amount: money(statement.costs.get(*place).copied().unwrap_or(0)),
        }
    });
    AccountPeriod {
        period: name,
        from: wire::day(days.start),
        until: wire::day(Day(days.end.0 - 1)),
        lines: lines
            .map(|(line, amount)| StatementLine { line: line.to_string(), amount: money(amount) })
            .collect(),
        activities: activities.collect(),
    }
}

/// Which facts.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FactsQuery {
    /// A line of the statement (`gross`, `returns`, `margin`, `acquisition`, …) or `activity:` and its name; all costs
    /// unless said.
    #[serde(default)]
    #[param(required = false, example = "service")]
    pub line: String,
    /// First month.
    pub from: Option<String>,
    /// Last month, with it.
    pub until: Option<String>,
}

/// The facts behind a line of a customer's statement.
#[derive(Serialize, ToSchema)]
pub struct LineFacts {
    /// As asked for.
    pub line: String,
    /// ISO 4217.
    pub currency: String,
    /// What the statement says.
    pub amount: Money,
    /// What the facts add up to, exactly: cents are shared out among all customers at the end of a month.
    pub exact: String,
    /// By rising day.
    pub facts: Vec<PricedFact>,
}

/// A fact, and what it adds to a line.
#[derive(Serialize, ToSchema)]
pub struct PricedFact {
    /// Its number; the timeline finds it by `around`.
    pub id: i64,
    /// `sale`, `payment`, `interaction`, `request` or `cost`.
    pub kind: String,
    /// RFC 3339.
    pub happened_at: String,
    /// The month whose accounts bear it; a late payment is borne by every month in which it was late.
    #[schema(example = "2025-03")]
    pub month: String,
    /// Order or invoice.
    pub document: Option<String>,
    /// Product, subject or activity, whichever it tells.
    pub about: Option<String>,
    /// How it came about.
    pub channel: Option<String>,
    /// The source that told it.
    pub source: String,
    /// The activity that prices it; null on lines of sales.
    pub activity: Option<String>,
    /// Units of the activity's driver.
    pub units: Option<String>,
    /// What the driver counts.
    pub driver: Option<String>,
    /// What it adds to the line, exactly.
    pub amount: String,
}

/// The facts behind a line of a customer's statement.
#[utoipa::path(get, path = "/api/customers/{id}/account/facts", tag = "accounts", operation_id = "account_facts",
    params(("id" = i64, Path), FactsQuery),
    responses((status = 200, body = LineFacts), (status = 403), (status = 404), (status = 409), (status = 422)))]
pub async fn facts(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<i64>,
    Query(query): Query<FactsQuery>,
) -> Answer<Json<LineFacts>> {
    let id = number(id)?;
    let answer = app.ask(move |store| Ok(facts_of(store, &caller.reader, id, &query))).await?;
    Ok(Json(answer?))
}

/// What is asked for by a line's name.
pub(super) enum Wanted {
    Sales(fn(&Event<'_>) -> i64),
    /// Places of activities.
    Costs(Vec<usize>),
}

/// What a line's name asks for; `None` where there is no such line.
pub(super) fn wanted(kept: &Kept, line: &str) -> Option<Wanted> {
    fn known(event: &Event<'_>) -> i64 {
        event.margin.known().unwrap_or(0)
    }
    let places = |is_wanted: &dyn Fn(usize) -> bool| {
        Wanted::Costs((0..kept.catalogue.activities().len()).filter(|place| is_wanted(*place)).collect())
    };
    Some(match line {
        "gross" => Wanted::Sales(|event| if event.is_return { 0 } else { event.amount + event.discount }),
        "discounts" => Wanted::Sales(|event| if event.is_return { 0 } else { event.discount }),
        "returns" => Wanted::Sales(|event| if event.is_return { -event.amount } else { 0 }),
        "net" => Wanted::Sales(|event| event.amount),
        "margin" => Wanted::Sales(known),
        "net_without_margin" => {
            Wanted::Sales(|event| if event.margin.known().is_none() { event.amount } else { 0 })
        }
        "" | "cost" => places(&|_| true),
        name => match name.strip_prefix("activity:") {
            Some(name) => {
                let place = kept.catalogue.activities().iter().position(|activity| activity.name == name)?;
                Wanted::Costs(vec![place])
            }
            None => {
                let kind = CostKind::from_name(name)?;
                places(&|place| kept.catalogue.activities()[place].cost_kind == kind)
            }
        },
    })
}

/// What a fact adds to a line in one month, by one activity.
pub(super) struct Part {
    /// The first day of the month.
    pub month: Day,
    /// The day in it that bears it.
    pub day: Day,
    /// Place of the activity; `None` on lines of sales.
    pub activity: Option<usize>,
    /// Units of the driver in millionths, and what they come to in millionths of a minor unit; `None` without a price.
    pub amount: Option<(i64, i128)>,
    /// Why it has no price.
    pub cause: Option<Unpriced>,
}

/// The parts of a fact that fall into some months: one a month and activity, as those of a late payment in one month are one;
/// and one for each activity that could not price it.
pub(super) fn parts_of(
    kept: &Kept,
    wanted: &Wanted,
    span: &Span,
    told: &Told<'_>,
    mut take: impl FnMut(Part),
) {
    let last = Day(kept.until.0 - 1);
    if told.event.day > last && told.due.is_none_or(|due| due >= last) {
        return;
    }
    let mut priced: Vec<(Day, Day, Option<usize>, i64, i128)> = Vec::new();
    let mut unpriced: Vec<(Day, usize, Unpriced, i64)> = Vec::new();
    let ends = |day: Day| Day(month_of(day).end.0 - 1);
    spread(told, last, ends, |event, sign| {
        if !span.contains(&event.day) {
            return;
        }
        let month = month_of(event.day).start;
        let mut add = |activity: Option<usize>, units: i64, amount: i128| match priced
            .iter_mut()
            .find(|part| (part.0, part.2) == (month, activity))
        {
            Some(part) => (part.3, part.4) = (part.3 + units, part.4 + amount),
            None => priced.push((month, event.day, activity, units, amount)),
        };
        match wanted {
            Wanted::Sales(amount) if event.kind == FactKind::Sale => {
                add(None, 0, i128::from(sign * amount(event)) * 1_000_000);
            }
            Wanted::Sales(_) => {}
            Wanted::Costs(places) => kept.catalogue.price(event, |charge| match charge {
                Ok(charge) if places.contains(&charge.activity) => {
                    add(Some(charge.activity), sign * charge.units, i128::from(sign * charge.cost));
                }
                Ok(_) => {}
                Err((place, cause)) if places.contains(&place) => {
                    match unpriced.iter_mut().find(|part| (part.1, part.2) == (place, cause)) {
                        Some(part) => part.3 += sign,
                        None => unpriced.push((event.day, place, cause, sign)),
                    }
                }
                Err(_) => {}
            }),
        }
    });
    for (month, day, activity, units, amount) in priced {
        take(Part { month, day, activity, amount: Some((units, amount)), cause: None });
    }
    // What was booked late and taken back again the month after counts once.
    for (day, place, cause, _) in unpriced.into_iter().filter(|part| part.3 > 0) {
        let month = month_of(day).start;
        take(Part { month, day, activity: Some(place), amount: None, cause: Some(cause) });
    }
}

fn facts_of(store: &Store, reader: &access::Reader, id: u32, query: &FactsQuery) -> Answer<LineFacts> {
    let months =
        store.account(reader, id).map_err(Failure::from)?.ok_or_else(|| Failure::unknown("customer"))?;
    let kept = Kept::of(store).map_err(Failure::from)?.ok_or_else(not_closed)?;
    let span = span(query.from.as_deref(), query.until.as_deref(), &kept)
        .map_err(|(field, message)| Failure::invalid("bad_month", field, message))?;
    let wanted = wanted(&kept, query.line.trim()).ok_or_else(|| {
        Failure::invalid("unknown_line", "line", format!("no line {:?} in a statement", query.line.trim()))
    })?;
    let (_, total) = statements(&months, &span, Period::Month);
    let digits = kept.currency.minor_digits();
    let mut found: Vec<(Day, i64, PricedFact)> = Vec::new();
    let mut exact = 0_i128;
    let told = store.tell_facts_of(reader, id, |fact, told| {
        parts_of(&kept, &wanted, &span, told, |Part { month, activity, amount, .. }| {
            let Some((units, amount)) = amount.filter(|(_, amount)| *amount != 0) else { return };
            exact += amount;
            let activity = activity.map(|place| &kept.catalogue.activities()[place]);
            let text = |text: &str| (!text.is_empty()).then(|| text.to_string());
            let event = &told.event;
            let about =
                [event.product, event.subject, event.activity].into_iter().find(|text| !text.is_empty());
            found.push((
                month,
                fact.id,
                PricedFact {
                    id: fact.id,
                    kind: event.kind.name().to_string(),
                    happened_at: wire::time(fact.happened_at),
                    month: super::totals::month_name(month),
                    document: text(fact.document),
                    about: about.and_then(text),
                    channel: text(event.channel),
                    source: event.source.to_string(),
                    activity: activity.map(|activity| activity.name.clone()),
                    units: activity.map(|_| decimal(units.into(), 6, 0)),
                    driver: activity.map(|activity| activity.driver.name().to_string()),
                    amount: decimal(amount, 6 + digits, digits),
                },
            ));
        });
    });
    told.map_err(Failure::from)?.ok_or_else(|| Failure::unknown("customer"))?;
    found.sort_by(|a, b| (&a.2.happened_at, a.0, a.1).cmp(&(&b.2.happened_at, b.0, b.1)));
    let amount = match (&wanted, query.line.trim()) {
        (Wanted::Costs(places), _) => {
            places.iter().map(|place| total.costs.get(*place).copied().unwrap_or(0)).sum()
        }
        (_, name) => named_lines(&total, &kept.catalogue)
            .into_iter()
            .find(|(line, _)| *line == name)
            .map_or(0, |(_, amount)| amount),
    };
    Ok(LineFacts {
        line: query.line.trim().to_string(),
        currency: kept.currency.code().to_string(),
        amount: ledger::Money::new(amount, kept.currency).into(),
        exact: decimal(exact, 6 + digits, digits),
        facts: found.into_iter().map(|(_, _, fact)| fact).collect(),
    })
}

/// Every customer's statement over some months, for a file: number, lines, costs by activity.
pub fn each_total(store: &Store, span: &Span, mut visit: impl FnMut(u32, &Statement)) -> store::Result<()> {
    store.each_account(|id, months| {
        let (periods, total) = statements(months, span, Period::Year);
        if !periods.is_empty() {
            visit(id, &total);
        }
    })
}
