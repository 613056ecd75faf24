//! Who came and who went, in heads and in value; the alarm when more goes than should; whom to keep.

use super::ahead::{Ahead, Rate, Rates, ToKeep};
use super::between::whole_months;
use super::book::{LOST_BELOW, Part};
use super::returns::{KeptReturns, WRITTEN_OFF_BELOW};
use super::shown::{Read, SpanQuery, not_measured, read};
use crate::customers::list::{Level, level};
use crate::http::error::Answer;
use crate::http::wire::{self, Money};
use crate::http::{App, Caller, Failure, Json, Query};
use ::portfolio::{AlarmRule, Basis, Line, Loss, Losses, Turnover, alarm, spread};
use access::Reader;
use axum::extract::State;
use ledger::Day;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use store::{PublishedStatement, Store, TurnRow};
use utoipa::{IntoParams, ToSchema};

/// By what, between which days.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TurnoverQuery {
    /// `month`, `level`, `source`, `kind` or `owner`; by month unless said.
    #[param(example = "month")]
    pub by: Option<String>,
    /// The day at whose end it opens; a year before the other unless said.
    pub from: Option<String>,
    /// The day at whose end it closes; that of the valuation unless said.
    pub until: Option<String>,
}

/// Acquired against lost.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct TurnoverPage {
    pub currency: String,
    pub from: String,
    pub until: String,
    /// Customers with a value on the first day; who came since is among `total.acquired`.
    pub customers_opening: u64,
    pub by: String,
    /// Who is active with a smaller chance counts as lost.
    pub lost_below: f64,
    pub total: TurnoverRow,
    pub rows: Vec<TurnoverRow>,
}

/// Who came and went of one key.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct TurnoverRow {
    /// A month (`2026-05`), a level, sources, a kind, a person in charge; empty for nobody's and for the total.
    pub key: String,
    /// The line whose customers are exactly those of `acquired`; null where no list names them: by other keys than months, and
    /// where somebody came whose value was nothing.
    pub acquired_line: Option<TurnoverLine>,
    /// First purchases, at what the customers were worth then.
    pub acquired: u64,
    pub acquired_value: Money,
    /// Customers who bought after they had been counted as lost.
    pub returned: u64,
    pub returned_value: Money,
    /// Customers whose chance of being active fell below the threshold, at what they were worth before.
    pub lost: u64,
    pub lost_value: Money,
    /// Acquired and returned less lost.
    pub net: i64,
    pub net_value: Money,
}

/// What to ask `/api/equity/customers` for.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct TurnoverLine {
    #[schema(example = "acquired")]
    pub line: String,
    pub from: String,
    pub until: String,
}

/// Who came and who went.
#[utoipa::path(get, path = "/api/turnover", tag = "equity", operation_id = "turnover", params(TurnoverQuery),
    responses((status = 200, body = TurnoverPage), (status = 403), (status = 409), (status = 422)))]
pub async fn turnover(
    State(app): State<App>,
    Query(query): Query<TurnoverQuery>,
) -> Answer<Json<TurnoverPage>> {
    let read = read(&app).await?;
    let (part, span) = read.asked(&query)?;
    app.ask(move |store| read.turnover(store, part, span)).await.map(Json)
}

/// Who came and who went, and the alarm of the newest month of it that is closed.
pub fn turnover_and_alarm(store: &Store, query: &TurnoverQuery) -> Answer<(TurnoverPage, AlarmPage)> {
    let read = Read::of(store).map_err(Failure::from)?.ok_or_else(not_measured)?;
    let (part, span) = read.asked(query)?;
    let closed = read.statements.iter().rfind(|month| month.is_closed && month.day <= span.1);
    let alarm = read.alarm(store, closed.unwrap_or(read.newest_closed())).map_err(Failure::from)?;
    Ok((read.turnover(store, part, span).map_err(Failure::from)?, alarm))
}

const BY_MONTH: &str = "month";

#[derive(Clone, Copy, Default)]
struct Sum {
    turnover: Turnover,
    returned: (u64, i64),
}

impl Sum {
    fn add(&mut self, row: &TurnRow) {
        self.turnover.acquired += row.turnover.acquired;
        self.turnover.acquired_value += row.turnover.acquired_value;
        self.turnover.lost += row.turnover.lost;
        self.turnover.lost_value += row.turnover.lost_value;
        self.returned = (self.returned.0 + row.returned.0, self.returned.1 + row.returned.1);
    }
}

impl Read {
    /// By what, and between which days.
    fn asked(&self, query: &TurnoverQuery) -> Answer<(Part, (Day, Day))> {
        let span = self.span(&SpanQuery { from: query.from.clone(), until: query.until.clone() })?;
        let part = match query.by.as_deref().unwrap_or(BY_MONTH) {
            BY_MONTH => Part::All,
            name => Part::ALL.into_iter().find(|part| part.name() == name && *part != Part::All).ok_or_else(
                || {
                    let message =
                        "customers who came and went are told apart by month, level, source, kind or owner";
                    Failure::invalid("unknown_part", "by", message)
                },
            )?,
        };
        Ok((part, span))
    }

    pub(super) fn turnover(
        &self,
        store: &Store,
        part: Part,
        (from, until): (Day, Day),
    ) -> store::Result<TurnoverPage> {
        let mut total = Sum::default();
        let mut sums: BTreeMap<String, Sum> = BTreeMap::new();
        let turns = store.equity_turns(part.name())?;
        for (day, turn) in turns.iter().filter(|(day, _)| *day > from && *day <= until) {
            let key = if part == Part::All { month(*day) } else { turn.key.clone() };
            sums.entry(key).or_default().add(turn);
            total.add(turn);
        }
        let mut rows: Vec<TurnoverRow> = sums.iter().map(|(key, sum)| self.turnover_row(key, sum)).collect();
        if part == Part::All {
            for row in &mut rows {
                let of_row = |month: &PublishedStatement| self::month(month.day) == row.key;
                row.acquired_line = self.acquired_line(store, (from, until), row.acquired, of_row)?;
            }
        }
        if part != Part::All {
            let weight = |row: &TurnoverRow| std::cmp::Reverse(row.acquired + row.returned + row.lost);
            rows.sort_by_key(weight);
        }
        let first = self.statements.iter().find(|month| month.day > from);
        Ok(TurnoverPage {
            currency: self.currency.code().to_string(),
            from: wire::day(from),
            until: wire::day(until),
            customers_opening: first.map_or(0, |month| month.statement.customers_opening),
            by: if part == Part::All { BY_MONTH } else { part.name() }.to_string(),
            lost_below: LOST_BELOW,
            total: self.turnover_row("", &total),
            rows,
        })
    }

    /// The line that names who was acquired in some of the months, if it names as many: nobody comes twice.
    fn acquired_line(
        &self,
        store: &Store,
        (from, until): (Day, Day),
        acquired: u64,
        is_of: impl Fn(&PublishedStatement) -> bool,
    ) -> store::Result<Option<TurnoverLine>> {
        let mut months = whole_months(&self.statements, from, until).filter(|month| is_of(month));
        let Some(first) = months.next().filter(|_| acquired > 0) else { return Ok(None) };
        let (opened, closed) = (first.opened_on, months.last().unwrap_or(first).day);
        let named: u64 =
            store.equity_line(opened, closed, Line::Acquired)?.iter().map(|rows| rows.customers).sum();
        Ok((named == acquired).then(|| TurnoverLine {
            line: Line::Acquired.name().to_string(),
            from: wire::day(opened),
            until: wire::day(closed),
        }))
    }

    fn turnover_row(&self, key: &str, sum: &Sum) -> TurnoverRow {
        let Sum { turnover, returned } = sum;
        TurnoverRow {
            key: key.to_string(),
            acquired_line: None,
            acquired: turnover.acquired,
            acquired_value: self.money(turnover.acquired_value),
            returned: returned.0,
            returned_value: self.money(returned.1),
            lost: turnover.lost,
            lost_value: self.money(turnover.lost_value),
            net: turnover.heads() + returned.0 as i64,
            net_value: self.money(turnover.value() + returned.1),
        }
    }
}

fn month(day: Day) -> String {
    day.civil().map(|date| date.strftime("%Y-%m").to_string()).unwrap_or_default()
}

/// Everybody of a key in the list, as of today; none where the list does not know them by it.
fn filter(part: Part, key: &str) -> Option<String> {
    let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    match part {
        // The level that counts here is that of then.
        Part::All | Part::Level => None,
        _ if key.is_empty() => None,
        Part::Source => {
            let sources = key.split(", ").map(|name| format!("source = {}", quoted(name)));
            Some(sources.collect::<Vec<_>>().join(" and "))
        }
        Part::Kind => Some(format!("kind = {key}")),
        Part::Owner => Some(format!("owner = {}", quoted(key))),
    }
}

/// Of which month.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AlarmQuery {
    /// The day at whose end the month closes; the newest that is closed unless said.
    pub until: Option<String>,
}

/// Whether more was lost in a month than should have been.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct AlarmPage {
    pub currency: String,
    pub from: String,
    pub until: String,
    pub is_closed: bool,
    /// Customers with a value on the first day: those whose losses are judged.
    pub customers_opening: u64,
    /// Any of the three that follow.
    pub sounds: bool,
    pub heads_above: bool,
    pub value_above: bool,
    /// More value was lost than acquired and returned.
    pub bleeds: bool,
    /// The limit lies so many standard deviations above what was expected.
    pub deviations: f64,
    /// How much more earlier months varied than customers who leave by themselves would have made them.
    pub spread: f64,
    /// In expected heads: chances that went, of all customers together.
    pub heads: AlarmHeads,
    pub value: AlarmValue,
    pub acquired_value: Money,
    /// Every key of every part, the largest excess of value first; the keys of one part add up to the whole.
    pub causes: Vec<AlarmCause>,
    /// This month and those before it, the earliest first.
    pub months: Vec<AlarmMonth>,
}

/// Losses in expected heads.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct AlarmHeads {
    pub expected: f64,
    pub actual: f64,
    pub limit: f64,
    /// Excess in standard deviations.
    pub z: f64,
}

/// Losses in value.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct AlarmValue {
    pub expected: Money,
    pub actual: Money,
    pub limit: Money,
    /// Excess in standard deviations.
    pub z: f64,
}

/// A part of the losses.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct AlarmCause {
    /// `level`, `source`, `kind` or `owner`.
    pub part: String,
    pub key: String,
    /// Everybody of the key as the list has them today, also who came after the month; null where no list shows them.
    pub filter: Option<String>,
    pub heads_expected: f64,
    pub heads_actual: f64,
    pub expected: Money,
    pub actual: Money,
    /// Actual less expected.
    pub excess: Money,
    /// Of the excess of all; null where there is none.
    pub share: Option<f64>,
}

/// Losses of a month beside its limit.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct AlarmMonth {
    pub until: String,
    pub heads_expected: f64,
    pub heads_actual: f64,
    pub heads_limit: f64,
    pub expected: Money,
    pub actual: Money,
    pub limit: Money,
    pub sounds: bool,
}

/// Whether more customers, or more of their value, went in a month than was to be expected, and where from.
#[utoipa::path(get, path = "/api/alarm", tag = "equity", operation_id = "alarm", params(AlarmQuery),
    responses((status = 200, body = AlarmPage), (status = 403), (status = 409), (status = 422)))]
pub async fn alarm_page(State(app): State<App>, Query(query): Query<AlarmQuery>) -> Answer<Json<AlarmPage>> {
    let read = read(&app).await?;
    let month = match &query.until {
        None => read.newest_closed().clone(),
        Some(_) => {
            let (_, until) = read.span(&SpanQuery { from: None, until: query.until.clone() })?;
            let month = read.statements.iter().find(|month| month.day == until);
            month.unwrap_or(&read.statements[0]).clone()
        }
    };
    app.ask(move |store| read.alarm(store, &month)).await.map(Json)
}

/// A month and its losses of all customers.
type Lost = (Day, TurnRow);

impl Read {
    /// The newest month that is closed; the newest statement where none is.
    pub(super) fn newest_closed(&self) -> &PublishedStatement {
        self.statements.iter().rfind(|month| month.is_closed).unwrap_or(self.newest())
    }

    pub(super) fn alarm(&self, store: &Store, month: &PublishedStatement) -> store::Result<AlarmPage> {
        let all: Vec<Lost> = store.equity_turns(Part::All.name())?;
        let up_to = |day: Day| all.iter().filter(move |(of, _)| *of <= day);
        let judged: Vec<AlarmMonth> = up_to(month.day).map(|lost| self.alarm_month(&all, lost)).collect();
        let none = TurnRow {
            part: String::new(),
            key: String::new(),
            turnover: Turnover::default(),
            returned: (0, 0),
            loss: Loss::default(),
        };
        let lost = all.iter().find(|(day, _)| *day == month.day).map_or(&none, |(_, lost)| lost);
        let rule = rule(&all, month.day);
        let acquired = lost.turnover.acquired_value + lost.returned.1;
        let verdict = alarm([((), lost.loss)], acquired, &rule);
        let mut causes = Vec::new();
        for part in [Part::Level, Part::Source, Part::Kind, Part::Owner] {
            let of_part = store.equity_turns(part.name())?;
            let here = of_part.into_iter().filter(|(day, _)| *day == month.day);
            let by_key = alarm(here.map(|(_, turn)| (turn.key, turn.loss)), acquired, &rule);
            causes.extend(by_key.causes.into_iter().map(|cause| (part, cause)));
        }
        causes.sort_by(|(_, one), (_, other)| other.value.excess().total_cmp(&one.value.excess()));
        let minor = |amount: f64| self.money(crate::value::minor(amount));
        Ok(AlarmPage {
            currency: self.currency.code().to_string(),
            from: wire::day(month.opened_on),
            until: wire::day(month.day),
            is_closed: month.is_closed,
            customers_opening: month.statement.customers_opening,
            sounds: verdict.sounds(),
            heads_above: verdict.heads_above,
            value_above: verdict.value_above,
            bleeds: verdict.bleeds,
            deviations: rule.deviations,
            spread: rule.spread,
            heads: AlarmHeads {
                expected: verdict.heads.expected,
                actual: verdict.heads.actual,
                limit: verdict.limits.0,
                z: verdict.heads.z(rule.spread),
            },
            value: AlarmValue {
                expected: minor(verdict.value.expected),
                actual: minor(verdict.value.actual),
                limit: minor(verdict.limits.1),
                z: verdict.value.z(rule.spread),
            },
            acquired_value: self.money(acquired),
            causes: causes
                .into_iter()
                .map(|(part, cause)| AlarmCause {
                    part: part.name().to_string(),
                    filter: filter(part, &cause.cause),
                    key: cause.cause,
                    heads_expected: cause.heads.expected,
                    heads_actual: cause.heads.actual,
                    expected: minor(cause.value.expected),
                    actual: minor(cause.value.actual),
                    excess: minor(cause.value.excess()),
                    share: cause.share,
                })
                .collect(),
            months: judged,
        })
    }

    fn alarm_month(&self, all: &[Lost], (day, turn): &Lost) -> AlarmMonth {
        let acquired = turn.turnover.acquired_value + turn.returned.1;
        let verdict = alarm([((), turn.loss)], acquired, &rule(all, *day));
        let minor = |amount: f64| self.money(crate::value::minor(amount));
        AlarmMonth {
            until: wire::day(*day),
            heads_expected: verdict.heads.expected,
            heads_actual: verdict.heads.actual,
            heads_limit: verdict.limits.0,
            expected: minor(verdict.value.expected),
            actual: minor(verdict.value.actual),
            limit: minor(verdict.limits.1),
            sounds: verdict.sounds(),
        }
    }
}

/// Shewhart's limit, widened by how much the months before varied.
fn rule(all: &[Lost], day: Day) -> AlarmRule {
    let before: Vec<Losses> =
        all.iter().filter(|(of, _)| *of < day).map(|(_, turn)| turn.loss.value).collect();
    AlarmRule { spread: spread(&before), ..AlarmRule::DEFAULT }
}

/// How many.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RetentionQuery {
    /// Customers at the most, 100 unless said, 500 at most.
    pub limit: Option<usize>,
    /// Customers passed over.
    pub offset: Option<usize>,
}

/// Whom an effort may keep, by name: value × risk × recoverability, the most first.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct RetentionPage {
    pub currency: String,
    pub as_of: String,
    /// The risk is that of being gone by the end of this day.
    pub until: String,
    /// Where what is recoverable comes from: the one way of all levels, or null where levels differ.
    pub basis: Option<RecoverabilityBasis>,
    /// What is recoverable of each level by worth, strategic to negligible.
    pub levels: Vec<RecoverableLevel>,
    /// What the base's own past tells; null where too few stood at risk, or their twelve months are not over.
    pub history: Option<ReturnHistory>,
    /// Who set the shares that hold, and when; null where nobody set one.
    pub set: Option<RecoverabilitySet>,
    /// Customers worth an effort, in all.
    pub customers: u64,
    /// Value × risk of all of them.
    pub at_stake: Money,
    /// Value × risk × recoverability of all of them.
    pub worth_saving: Money,
    pub offset: u64,
    pub rows: Vec<RetentionRow>,
    /// What the figures are, in words.
    pub definition: String,
}

/// Where a share comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecoverabilityBasis {
    /// The usual 20 %: nobody knows.
    Assumed,
    /// How many at high risk came back in the past: the most that efforts of the past won back, averaged over everybody at
    /// risk, and none is the least.
    Estimated,
    /// Somebody of the house set it.
    Set,
    /// Efforts were compared with doing nothing.
    Measured,
}

/// What is recoverable of a level by worth: the rule of the levels of value, read on what customers are worth.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct RecoverableLevel {
    pub level: Level,
    /// The share in use, 0 to 1.
    pub share: f64,
    pub basis: RecoverabilityBasis,
    /// What the past tells of this level, drawn towards all; null where it tells nothing.
    pub estimate: Option<f64>,
    /// Of this level, so many stood at high risk at the month ends looked at.
    pub at_risk: u64,
    /// So many of them bought again within twelve months.
    pub returned: u64,
    /// How far the level's own past counts beside that of all, 0 to 1.
    pub credibility: f64,
}

/// Who stood at high risk at past month ends, and came back.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct ReturnHistory {
    /// The month ends, the latest first.
    pub days: Vec<String>,
    /// Chances of being active from which, and below which, somebody stood at high risk.
    pub alive_from: f64,
    pub alive_below: f64,
    /// The last month end that was over when it was looked for: what was bought up to it is in it, and another is looked for
    /// once the next month is over. Null where an older program looked.
    pub as_of: Option<String>,
    pub at_risk: u64,
    pub returned: u64,
    /// Returned over at risk.
    pub share: f64,
}

/// Who set something, and when.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct RecoverabilitySet {
    pub at: String,
    /// Null for a command on the machine itself.
    pub by: Option<String>,
}

impl From<Basis> for RecoverabilityBasis {
    fn from(basis: Basis) -> RecoverabilityBasis {
        match basis {
            Basis::Assumed => RecoverabilityBasis::Assumed,
            Basis::Estimated => RecoverabilityBasis::Estimated,
            Basis::Set => RecoverabilityBasis::Set,
            Basis::Measured => RecoverabilityBasis::Measured,
        }
    }
}

const DEFINITION: &str = "what a customer is worth if he is there × the risk that he is gone × the chance that an effort \
                          keeps him; estimated, that chance is the share of those at high risk who bought again within \
                          twelve months, whom nobody need have won back: the most that efforts of the past kept, averaged \
                          over everybody at risk, and none is the least. What a single effort adds only a control \
                          group tells";

/// A customer to keep.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct RetentionRow {
    pub customer: i64,
    pub name: Option<String>,
    pub owner: Option<String>,
    pub city: Option<String>,
    /// The level of value as everywhere: by what he is expected to bring. Null before there are levels.
    pub level: Option<Level>,
    /// The level by what he is worth as a part of customer equity: what is recoverable goes by it.
    pub worth_level: Option<Level>,
    /// What he is worth if he is there.
    pub value: Money,
    /// Chance that he is gone by then.
    pub risk: f64,
    /// The chance of keeping him: the share of his level, less where he is hardly there any more.
    pub recoverability: f64,
    pub basis: RecoverabilityBasis,
    pub at_stake: Money,
    /// Value × risk × recoverability.
    pub worth_saving: Money,
    pub last_purchase: Option<String>,
}

/// Whom to keep.
#[utoipa::path(get, path = "/api/retention", tag = "equity", operation_id = "retention", params(RetentionQuery),
    responses((status = 200, body = RetentionPage), (status = 403), (status = 409)))]
pub async fn retention(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<RetentionQuery>,
) -> Answer<Json<RetentionPage>> {
    let read = read(&app).await?;
    if !read.knows_whom() {
        return Err(not_known_whom());
    }
    let (offset, limit) = (query.offset.unwrap_or(0), query.limit.unwrap_or(100).min(500));
    app.ask(move |store| read.retention(store, &caller.reader, offset, limit)).await.map(Json)
}

/// Why there is no list yet.
pub(super) fn not_known_whom() -> Failure {
    Failure::conflict("not_known_whom", "nobody knows yet who is at risk: value the base once")
}

/// Whom to keep, as a reader sees it; `None` before customer equity is measured, and where an older program measured it.
pub fn retention_page(
    store: &Store,
    reader: &Reader,
    offset: usize,
    limit: usize,
) -> store::Result<Option<RetentionPage>> {
    Read::of(store)?
        .filter(Read::knows_whom)
        .map(|read| read.retention(store, reader, offset, limit))
        .transpose()
}

/// Customers whose names are read together.
pub(super) const NAMED_AT_ONCE: usize = 500;

impl Read {
    /// Whether the last valuation told who is at risk.
    pub(super) fn knows_whom(&self) -> bool {
        self.ahead.as_ref().is_some_and(Ahead::knows_whom)
    }

    pub(super) fn retention(
        &self,
        store: &Store,
        reader: &Reader,
        offset: usize,
        limit: usize,
    ) -> store::Result<RetentionPage> {
        let (_, rules) = crate::coherence::rules::in_force(store)?;
        let returns = KeptReturns::of(store)?;
        let past = returns.as_ref().and_then(KeptReturns::recovered);
        let rates = Rates::of(&rules.recoverability, past.as_ref());
        let until = offset.saturating_add(limit);
        let list = match &self.ahead {
            Some(ahead) => ahead.to_keep(store, &rates, until)?,
            None => ToKeep::default(),
        };
        let page = &list.rows[offset.min(list.rows.len())..];
        let counts = returns.as_ref().map(KeptReturns::counts).unwrap_or_default();
        let one_basis = rates.levels.iter().all(|rate| rate.basis == rates.levels[0].basis);
        let of_level = |(place, rate): (usize, &Rate)| {
            let count = counts.get(place).copied().unwrap_or_default();
            let estimate = past.as_ref().and_then(|past| past.levels.get(place));
            Some(RecoverableLevel {
                level: level(5 - place as i64)?,
                share: rate.share,
                basis: rate.basis.into(),
                estimate: estimate.map(|estimate| estimate.share),
                at_risk: count.customers,
                returned: count.returned,
                credibility: estimate.map_or(0.0, |estimate| estimate.credibility),
            })
        };
        Ok(RetentionPage {
            currency: self.currency.code().to_string(),
            as_of: wire::day(self.newest().day),
            until: wire::day(self.ahead.as_ref().map_or(self.newest().day, |ahead| Day(ahead.until))),
            basis: one_basis.then_some(rates.levels[0].basis.into()),
            levels: rates.levels.iter().enumerate().filter_map(of_level).collect(),
            history: past.as_ref().map(|past| ReturnHistory {
                days: returns.iter().flat_map(|kept| &kept.days).map(|day| wire::day(Day(*day))).collect(),
                alive_from: WRITTEN_OFF_BELOW,
                alive_below: LOST_BELOW,
                as_of: returns.as_ref().and_then(KeptReturns::as_of).map(wire::day),
                at_risk: past.whole.customers,
                returned: past.whole.returned,
                share: past.whole.returned as f64 / past.whole.customers as f64,
            }),
            set: crate::coherence::rules::recoverability_set(store)?
                .map(|(at, by)| RecoverabilitySet { at: wire::time(at), by }),
            customers: list.customers,
            at_stake: self.money(list.at_stake),
            worth_saving: self.money(list.worth_saving),
            offset: (offset as u64).min(list.customers),
            rows: self.named(store, reader, page)?,
            definition: DEFINITION.to_string(),
        })
    }

    /// Customers of the list with their names, as a reader sees them.
    pub(super) fn named(
        &self,
        store: &Store,
        reader: &Reader,
        page: &[(::portfolio::Level, ::portfolio::Retention)],
    ) -> store::Result<Vec<RetentionRow>> {
        let mut rows = Vec::with_capacity(page.len());
        for page in page.chunks(NAMED_AT_ONCE) {
            let ids: Vec<u32> = page.iter().map(|(_, row)| row.at_risk.customer).collect();
            let known = store.customer_rows(reader, &ids)?;
            let known: HashMap<u32, store::CustomerRow> =
                known.into_iter().map(|row| (row.id, row)).collect();
            rows.extend(page.iter().map(|(of_level, kept)| {
                let at_risk = &kept.at_risk;
                let row = known.get(&at_risk.customer);
                RetentionRow {
                    customer: i64::from(at_risk.customer),
                    name: row.map(|row| row.name.clone()),
                    owner: row.and_then(|row| row.owner.clone()),
                    city: row.and_then(|row| row.city.clone()),
                    level: row.and_then(|row| row.level).and_then(level),
                    worth_level: level(i64::from(of_level.score())),
                    value: self.money(at_risk.value),
                    risk: at_risk.risk,
                    recoverability: at_risk.recoverability,
                    basis: at_risk.basis.into(),
                    at_stake: self.money(kept.at_stake),
                    worth_saving: self.money(kept.worth_saving),
                    last_purchase: wire::day_or_null(row.and_then(|row| row.last_purchase)),
                }
            }));
        }
        Ok(rows)
    }
}
