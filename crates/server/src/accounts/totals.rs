//! The accounts of all customers together: totals by line and activity, what belongs to nobody, teams, acquisition by words.

pub mod behind;
pub mod facts_file;

use super::assumed::AssumedMargin;
use super::read_catalogue;
use crate::http::error::Answer;
use crate::http::wire::{self, Money};
use crate::http::{App, Failure, Json, Query};
use crate::jobs::work::JobError;
use axum::extract::State;
use ledger::{Currency, Day};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};
use store::{MonthStatements, SavedCatalogue, Store};
use utoipa::{IntoParams, ToSchema};
use value::cost::{
    Book, Catalogue, Closing, CostKind, Line, Sales, Standing, Statement, month_of, per_customer,
};

/// The accounts of one month as they are kept, in minor units.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthContent {
    /// All facts, by number of the line.
    pub total: Vec<i64>,
    /// Facts that name nobody.
    pub unallocated: Vec<i64>,
    /// Customers with a statement.
    pub customers: u64,
    /// Tells other statements of the same totals apart.
    pub fingerprint: i64,
    /// In the order of the catalogue.
    pub teams: Vec<TeamContent>,
    /// For each activity the facts without a unit cost on their day, and those whose driver has no value.
    pub unpriced: Vec<(u64, u64)>,
    /// Costs by the words of the facts.
    pub words: Vec<WordsContent>,
    /// Who bought for the first time, by the way they were won; `None` where it was closed before anybody looked.
    #[serde(default)]
    pub newcomers: Option<Vec<NewcomersContent>>,
}

/// How a team's capacity was used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct TeamContent {
    pub name: String,
    pub cost: i64,
    pub used: i64,
    /// Thousandths.
    pub minutes: i64,
    /// Thousandths.
    pub used_minutes: i64,
    pub is_overrun: bool,
}

/// What an activity cost for facts that share their words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordsContent {
    /// Channel, source, campaign, outcome.
    pub words: Vec<String>,
    /// Its place in the catalogue.
    pub activity: usize,
    /// How many.
    pub facts: u64,
    /// Minor units.
    pub cost: i64,
}

/// Customers who bought for the first time and were won the same way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewcomersContent {
    /// Channel, source, campaign.
    pub words: Vec<String>,
    /// How many.
    pub customers: u64,
}

impl MonthContent {
    /// What is kept of a closed month.
    pub fn of(
        catalogue: &Catalogue,
        book: &Book,
        closing: &Closing,
        statements: &MonthStatements,
        newcomers: Vec<(Vec<String>, u64)>,
    ) -> MonthContent {
        let team = |team: &value::cost::TeamUse| TeamContent {
            name: team.name.clone(),
            cost: team.cost,
            used: team.used,
            minutes: team.minutes.0,
            used_minutes: team.used_minutes.0,
            is_overrun: team.is_overrun,
        };
        let words = book.breakdown().lines_of(catalogue, &closing.total().costs).into_iter();
        MonthContent {
            total: by_line(closing.total()),
            unallocated: by_line(closing.unallocated()),
            customers: statements.customers(),
            fingerprint: statements.fingerprint(),
            teams: closing.teams().iter().map(team).collect(),
            unpriced: book.unpriced().iter().map(|facts| (facts.no_rate, facts.arithmetic)).collect(),
            words: words
                .map(|line| WordsContent {
                    words: line.words,
                    activity: line.activity,
                    facts: line.facts,
                    cost: line.cost,
                })
                .collect(),
            newcomers: Some(
                newcomers
                    .into_iter()
                    .map(|(words, customers)| NewcomersContent { words, customers })
                    .collect(),
            ),
        }
    }

    /// As it is kept.
    pub fn text(&self) -> String {
        serde_json::to_string(self).expect("accounts are plain data")
    }

    /// Whether a month says the same money of the same customers; who is new is told by other facts than it counts.
    pub fn is_same_account(&self, other: &MonthContent) -> bool {
        let without = |content: &MonthContent| MonthContent { newcomers: None, ..content.clone() };
        without(self) == without(other)
    }

    /// From what was kept; `None` where it cannot be read.
    pub fn read(text: &str) -> Option<MonthContent> {
        serde_json::from_str(text).ok()
    }

    /// What does not add up, given the sums of the customers' statements by line.
    pub fn discrepancy(&self, customers: &[i64]) -> Option<String> {
        let lines = self.total.len().max(self.unallocated.len()).max(customers.len());
        let at = |numbers: &[i64], line: usize| numbers.get(line).copied().unwrap_or(0);
        let wrong = (0..lines)
            .find(|line| at(customers, *line) + at(&self.unallocated, *line) != at(&self.total, *line));
        if let Some(line) = wrong {
            return Some(format!("{:?}", Line::from_number(line as u64)).to_lowercase());
        }
        let overused = self
            .teams
            .iter()
            .find(|team| team.used > team.cost || (team.is_overrun && team.used != team.cost));
        overused.map(|team| format!("the team {:?}", team.name))
    }
}

fn by_line(statement: &Statement) -> Vec<i64> {
    let Sales { gross, discounts, returns, margin, net_without_margin } = statement.sales;
    [gross, discounts, returns, margin, net_without_margin]
        .into_iter()
        .chain(statement.costs.iter().copied())
        .collect()
}

/// A statement from its numbers by line.
pub fn statement(lines: &[i64]) -> Statement {
    let mut statement = Statement::default();
    for (number, amount) in lines.iter().enumerate() {
        statement.add(Line::from_number(number as u64), *amount);
    }
    statement
}

/// A month's main totals as they are kept with a restatement.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct MainTotals {
    pub net: i64,
    pub margin: i64,
    pub cost: i64,
    pub unallocated: i64,
    pub customers: u64,
}

/// The main totals of a month, or of one that is no more.
pub fn summary_text(content: Option<&MonthContent>) -> String {
    let main = content.map(|content| {
        let (total, unallocated) = (statement(&content.total), statement(&content.unallocated));
        MainTotals {
            net: total.sales.net(),
            margin: total.sales.margin,
            cost: total.cost(),
            unallocated: unallocated.cost(),
            customers: content.customers,
        }
    });
    serde_json::to_string(&main.unwrap_or_default()).expect("totals are plain data")
}

/// The accounts that are kept, and by which catalogue they were priced.
pub struct Kept {
    /// The version of the catalogue.
    pub version: SavedCatalogue,
    /// What it says.
    pub catalogue: Catalogue,
    /// The first month.
    pub first: Day,
    /// The first day after the last.
    pub until: Day,
    /// The company's currency.
    pub currency: Currency,
    /// A newer version of the catalogue stands, by which nothing is priced yet.
    pub is_stale: bool,
}

impl Kept {
    /// `None` before the accounts were closed for the first time.
    pub fn of(store: &Store) -> Result<Option<Kept>, JobError> {
        let Some((first, until)) = store.account_span()? else { return Ok(None) };
        let Some(id) = store.catalogue_of_accounts()? else { return Ok(None) };
        let Some(version) = store.catalogue_version(id)? else { return Ok(None) };
        let currency = store.company()?.map_or(Currency::EUR, |company| company.currency);
        let catalogue = read_catalogue(&version, currency)?;
        let is_stale = store.catalogue()?.is_some_and(|newest| newest.id != id);
        Ok(Some(Kept { version, catalogue, first, until, currency, is_stale }))
    }

    /// Whether an activity's numbers are assumed.
    pub fn is_assumed(&self, activity: usize) -> bool {
        self.catalogue.activities()[activity].standing == Standing::Assumed
    }
}

/// Which months.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Months {
    /// First month; the twelfth before the last unless said.
    #[param(example = "2025-01")]
    pub from: Option<String>,
    /// Last month, with it; the last of the accounts unless said.
    #[param(example = "2025-12")]
    pub until: Option<String>,
}

/// From one day up to and without another, both first days of months or the accounts' end.
pub type Span = std::ops::Range<Day>;

/// What months were meant; an error names the parameter.
pub fn span(from: Option<&str>, until: Option<&str>, kept: &Kept) -> Result<Span, (&'static str, String)> {
    let month = |name: &'static str, text: &str| {
        let date = format!("{}-01", text.trim()).parse::<jiff::civil::Date>();
        date.map(Day::of).map_err(|_| (name, format!("{text:?} is no month such as 2025-01")))
    };
    let asked = |name, text: Option<&str>| {
        let text = text.map(str::trim).filter(|text| !text.is_empty());
        text.map(|text| month(name, text)).transpose()
    };
    let (asked_from, asked_until) = (asked("from", from)?, asked("until", until)?);
    if asked_from.zip(asked_until).is_some_and(|(from, until)| from > until) {
        return Err(("from", "the first month comes after the last: exchange the two".to_string()));
    }
    let only = |name: &'static str| {
        let (first, last) = (month_name(kept.first), month_name(Day(kept.until.0 - 1)));
        (name, format!("there are accounts of {first} to {last} only"))
    };
    let until = match asked_until {
        Some(month) if month < kept.first => return Err(only("until")),
        Some(month) => month_of(month).end.min(kept.until),
        None => kept.until,
    };
    let from = match asked_from {
        Some(month) if month >= kept.until => return Err(only("from")),
        Some(month) => month.max(kept.first),
        None => {
            let mut from = month_of(Day(until.0 - 1)).start;
            for _ in 0..11 {
                from = month_of(Day(from.0 - 1)).start;
            }
            from.max(kept.first)
        }
    };
    Ok(from..until)
}

/// All customers' accounts over some months. Customers, what belongs to nobody and unused capacity are the totals.
#[derive(Serialize, ToSchema)]
pub struct Accounts {
    /// ISO 4217.
    pub currency: String,
    /// First day.
    pub from: String,
    /// Last day.
    pub until: String,
    /// The months that there are accounts of.
    pub first_month: String,
    /// Their last day.
    pub as_of: String,
    /// The version of the catalogue that priced them.
    pub catalogue: i64,
    /// Some of its numbers are assumed.
    pub assumed: bool,
    /// A newer catalogue stands: value the base again.
    pub stale: bool,
    /// Margins that nobody told, of sales of the months; null where all were.
    pub assumed_margin: Option<AssumedMargin>,
    /// Customers with a statement in any of the months, each counted once.
    pub customers: u64,
    /// The lines of the statement, in order.
    pub lines: Vec<AccountLine>,
    /// Costs by activity, in the order of the catalogue.
    pub activities: Vec<AccountActivity>,
    /// How the teams' capacity was used.
    pub teams: Vec<AccountTeam>,
    /// Unused capacity of all teams, charged to nobody.
    pub unused: Money,
    /// All costs with unused capacity.
    pub cost_with_unused: Money,
    /// Acquisition cost by words of the facts.
    pub acquisition: AcquisitionCost,
    /// All costs by channel and outcome.
    pub by_channel_and_outcome: Vec<ChannelCost>,
    /// Month by month.
    pub months: Vec<AccountMonthTotals>,
    /// Months that had been closed and came out otherwise, newest first.
    pub restatements: Vec<AccountRestatement>,
}

/// A line of the statement over all customers.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct AccountLine {
    /// `gross`, `discounts`, `returns`, `net`, `margin`, `net_without_margin`, a kind of cost, `cost` or `contribution`.
    #[schema(example = "net")]
    pub line: String,
    pub customers: Money,
    pub unallocated: Money,
    pub total: Money,
}

/// What an activity cost.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct AccountActivity {
    pub activity: String,
    #[schema(example = "service")]
    pub cost_kind: String,
    /// Its numbers are assumed until somebody confirms them.
    pub assumed: bool,
    pub team: Option<String>,
    pub customers: Money,
    pub unallocated: Money,
    pub total: Money,
    /// Facts that it priced.
    pub facts: u64,
    /// Facts without a unit cost on their day.
    pub without_rate: u64,
    /// Facts whose driver has no value.
    pub without_value: u64,
}

/// How a team's capacity was used.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct AccountTeam {
    pub team: String,
    pub cost: Money,
    pub used: Money,
    /// Charged to nobody.
    pub unused: Money,
    /// Practical minutes, decimal.
    pub minutes: String,
    pub used_minutes: String,
    /// Minutes used over practical minutes; above 1 when overrun.
    pub utilisation: Option<f64>,
    /// Months in which more minutes were used than the team has.
    pub overrun_months: u64,
}

/// What winning customers cost, by words of the facts, largest first.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct AcquisitionCost {
    pub total: Money,
    /// First purchases in the months; null until the base is valued again.
    pub new_customers: Option<u64>,
    /// What a new customer cost; null where there was none.
    pub per_new_customer: Option<Money>,
    pub by_channel: Vec<WordCost>,
    pub by_source: Vec<WordCost>,
    pub by_campaign: Vec<WordCost>,
}

/// Cost of facts that share a word.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct WordCost {
    /// In lower case; empty where the facts tell none.
    pub word: String,
    pub facts: u64,
    pub cost: Money,
    /// First purchases of customers who were won this way: by the last fact that cost something to acquire them, else by
    /// the first purchase itself.
    pub new_customers: Option<u64>,
    /// What each of them cost; null where there was none.
    pub per_new_customer: Option<Money>,
}

/// Cost of facts that share channel and outcome.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct ChannelCost {
    pub channel: String,
    pub outcome: String,
    pub facts: u64,
    pub cost: Money,
}

/// One month's main totals.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct AccountMonthTotals {
    #[schema(example = "2025-03")]
    pub month: String,
    /// The month is not over.
    pub is_open: bool,
    pub net: Money,
    pub margin: Money,
    pub acquisition: Money,
    pub upkeep: Money,
    pub cost: Money,
    pub unallocated_cost: Money,
    pub unused: Money,
    /// Margin less all costs, those of nobody included, unused capacity not.
    pub contribution: Money,
    pub customers: u64,
}

/// A month that had been closed and came out otherwise.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct AccountRestatement {
    #[schema(example = "2025-03")]
    pub month: String,
    pub restated_at: String,
    /// `facts`: facts came later or were taken back; `identity`: they belong to other customers; `catalogue`: other prices.
    pub reason: String,
    pub earlier: RestatedTotals,
    pub later: RestatedTotals,
}

/// A month's totals before or after it was restated.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct RestatedTotals {
    pub net: Money,
    pub margin: Money,
    pub cost: Money,
    pub unallocated_cost: Money,
    pub contribution: Money,
    pub customers: u64,
}

/// The accounts of all customers.
#[utoipa::path(get, path = "/api/accounts", tag = "accounts", operation_id = "accounts", params(Months),
    responses((status = 200, body = Accounts), (status = 403), (status = 409), (status = 422)))]
pub async fn accounts(State(app): State<App>, Query(months): Query<Months>) -> Answer<Json<Accounts>> {
    let answer = app.ask(move |store| Ok(accounts_of(store, &months))).await?;
    Ok(Json(answer?))
}

/// Why there are no accounts yet.
pub fn not_closed() -> Failure {
    Failure::conflict("not_closed", "the accounts were not closed yet: value the base first")
}

/// The accounts over some months, for the API and the command.
pub fn accounts_of(store: &Store, months: &Months) -> Answer<Accounts> {
    let kept = Kept::of(store).map_err(Failure::from)?.ok_or_else(not_closed)?;
    let span = span(months.from.as_deref(), months.until.as_deref(), &kept)
        .map_err(|(field, message)| Failure::invalid("bad_month", field, message))?;
    let months = store.account_months(span.start, span.end).map_err(Failure::from)?;
    let restated = store.restatements(span.start, span.end).map_err(Failure::from)?;
    let mut contents = Vec::with_capacity(months.len());
    for month in &months {
        let content = MonthContent::read(&month.content).ok_or_else(not_closed)?;
        contents.push((month, content));
    }
    let customers = match contents.as_slice() {
        [(_, content)] => content.customers,
        _ => distinct_customers(store, &span).map_err(Failure::from)?,
    };
    let assumed_margin = AssumedMargin::of_months(store, &span).map_err(Failure::from)?;
    Ok(Accounts { assumed_margin, ..shown(&kept, span, customers, &contents, restated) })
}

/// Customers with a statement in any of the months: month by month most are the same, so sums would count them again.
fn distinct_customers(store: &Store, span: &Span) -> store::Result<u64> {
    let (some, others) = store.accounts_within(span, || 0, |count: &mut u64, _, _| *count += 1)?;
    Ok(some + others)
}

fn shown(
    kept: &Kept,
    span: Span,
    customers: u64,
    months: &[(&store::AccountMonth, MonthContent)],
    restated: Vec<store::Restatement>,
) -> Accounts {
    let money = |minor: i64| Money::from(ledger::Money::new(minor, kept.currency));
    let mut total = Statement::default();
    let mut unallocated = Statement::default();
    for (_, content) in months {
        total.plus(&statement(&content.total));
        unallocated.plus(&statement(&content.unallocated));
    }
    let activities = kept.catalogue.activities();
    total.add(Line::Activity(activities.len().saturating_sub(1)), 0);
    unallocated.add(Line::Activity(activities.len().saturating_sub(1)), 0);
    let lines =
        named_lines(&total, &kept.catalogue).into_iter().zip(named_lines(&unallocated, &kept.catalogue));
    let lines = lines
        .map(|((line, total), (_, nobody))| AccountLine {
            line: line.to_string(),
            customers: money(total - nobody),
            unallocated: money(nobody),
            total: money(total),
        })
        .collect();
    let of_activity = |place: usize| {
        let words = months.iter().flat_map(|(_, content)| &content.words);
        let unpriced = months.iter().filter_map(|(_, content)| content.unpriced.get(place));
        let (without_rate, without_value) =
            unpriced.fold((0, 0), |sum, facts| (sum.0 + facts.0, sum.1 + facts.1));
        let activity = &activities[place];
        let (all, nobody) = (total.costs[place], unallocated.costs[place]);
        AccountActivity {
            activity: activity.name.clone(),
            cost_kind: activity.cost_kind.name().to_string(),
            assumed: kept.is_assumed(place),
            team: kept.catalogue.team_of(place).map(|team| kept.catalogue.teams()[team].name.clone()),
            customers: money(all - nobody),
            unallocated: money(nobody),
            total: money(all),
            facts: words.filter(|line| line.activity == place).map(|line| line.facts).sum(),
            without_rate,
            without_value,
        }
    };
    let teams = teams(months, &money);
    let unused: i64 = months.iter().map(|(_, content)| unused(content)).sum();
    let is_acquisition = |place: usize| {
        activities.get(place).is_some_and(|activity| activity.cost_kind == CostKind::Acquisition)
    };
    let per = |cost: i64, customers: Option<u64>| {
        customers.and_then(|customers| per_customer(cost, customers)).map(&money)
    };
    let by_word = |word: usize| {
        let lines = months.iter().flat_map(|(_, content)| &content.words);
        let lines = lines.filter(|line| is_acquisition(line.activity));
        let mut costs = gathered(lines, |line| line.words.get(word).cloned().unwrap_or_default());
        let newcomers = newcomers(months, word);
        // Ways that cost nothing come last.
        let known: HashSet<String> = costs.iter().map(|(word, _, _)| word.clone()).collect();
        let free = newcomers.iter().flat_map(|new| new.keys()).filter(|word| !known.contains(*word));
        costs.extend(free.map(|word| (word.clone(), 0, 0)));
        let shown = |(word, facts, cost): (String, u64, i64)| {
            let new_customers = newcomers.as_ref().map(|new| new.get(&word).copied().unwrap_or(0));
            WordCost {
                facts,
                cost: money(cost),
                new_customers,
                per_new_customer: per(cost, new_customers),
                word,
            }
        };
        costs.into_iter().map(shown).collect()
    };
    let new_customers = newcomers(months, 0).map(|new| new.values().sum());
    let by_channel_and_outcome = gathered(months.iter().flat_map(|(_, content)| &content.words), |line| {
        (line.words.first().cloned().unwrap_or_default(), line.words.get(3).cloned().unwrap_or_default())
    });
    let acquired: i64 = total
        .costs
        .iter()
        .enumerate()
        .filter(|(place, _)| is_acquisition(*place))
        .map(|(_, cost)| cost)
        .sum();
    Accounts {
        currency: kept.currency.code().to_string(),
        from: wire::day(span.start),
        until: wire::day(Day(span.end.0 - 1)),
        first_month: month_name(kept.first),
        as_of: wire::day(Day(kept.until.0 - 1)),
        catalogue: kept.version.id,
        assumed: kept.catalogue.is_assumed(),
        stale: kept.is_stale,
        assumed_margin: None,
        customers,
        lines,
        activities: (0..activities.len()).map(of_activity).collect(),
        teams,
        unused: money(unused),
        cost_with_unused: money(total.cost() + unused),
        acquisition: AcquisitionCost {
            total: money(acquired),
            new_customers,
            per_new_customer: per(acquired, new_customers),
            by_channel: by_word(0),
            by_source: by_word(1),
            by_campaign: by_word(2),
        },
        by_channel_and_outcome: by_channel_and_outcome
            .into_iter()
            .map(|((channel, outcome), facts, cost)| ChannelCost {
                channel,
                outcome,
                facts,
                cost: money(cost),
            })
            .collect(),
        months: months.iter().map(|(month, content)| month_totals(kept, month, content, &money)).collect(),
        restatements: restated.into_iter().map(|restated| restatement(restated, &money)).collect(),
    }
}

/// First purchases by one of the words under which customers are won; `None` where a month does not know them.
fn newcomers(months: &[(&store::AccountMonth, MonthContent)], word: usize) -> Option<BTreeMap<String, u64>> {
    let mut sums = BTreeMap::new();
    for (_, content) in months {
        for new in content.newcomers.as_ref()? {
            *sums.entry(new.words.get(word).cloned().unwrap_or_default()).or_default() += new.customers;
        }
    }
    Some(sums)
}

fn teams(months: &[(&store::AccountMonth, MonthContent)], money: &impl Fn(i64) -> Money) -> Vec<AccountTeam> {
    let mut sums: Vec<(TeamContent, u64)> = Vec::new();
    for team in months.iter().flat_map(|(_, content)| &content.teams) {
        match sums.iter_mut().find(|(sum, _)| sum.name == team.name) {
            Some((sum, overrun)) => {
                sum.cost += team.cost;
                sum.used += team.used;
                sum.minutes += team.minutes;
                sum.used_minutes += team.used_minutes;
                *overrun += u64::from(team.is_overrun);
            }
            None => sums.push((team.clone(), u64::from(team.is_overrun))),
        }
    }
    let shown = |(team, overrun_months): (TeamContent, u64)| AccountTeam {
        cost: money(team.cost),
        used: money(team.used),
        unused: money(team.cost - team.used),
        minutes: ledger::Quantity(team.minutes).decimal(),
        used_minutes: ledger::Quantity(team.used_minutes).decimal(),
        utilisation: (team.minutes > 0).then(|| team.used_minutes as f64 / team.minutes as f64),
        overrun_months,
        team: team.name,
    };
    sums.into_iter().map(shown).collect()
}

fn unused(content: &MonthContent) -> i64 {
    content.teams.iter().map(|team| team.cost - team.used).sum()
}

/// Facts and costs by a key, the most expensive first.
fn gathered<'w, K: Ord + Clone>(
    lines: impl Iterator<Item = &'w WordsContent>,
    key: impl Fn(&WordsContent) -> K,
) -> Vec<(K, u64, i64)> {
    let mut sums: BTreeMap<K, (u64, i64)> = BTreeMap::new();
    for line in lines {
        let sum = sums.entry(key(line)).or_default();
        *sum = (sum.0 + line.facts, sum.1 + line.cost);
    }
    let mut sums: Vec<_> = sums.into_iter().map(|(key, (facts, cost))| (key, facts, cost)).collect();
    sums.sort_by_key(|(_, _, cost)| std::cmp::Reverse(*cost));
    sums
}

fn month_totals(
    kept: &Kept,
    month: &store::AccountMonth,
    content: &MonthContent,
    money: &impl Fn(i64) -> Money,
) -> AccountMonthTotals {
    let total = statement(&content.total);
    let of_kind = |kind: CostKind| -> i64 { cost_of(&total, &kept.catalogue, kind) };
    AccountMonthTotals {
        month: month_name(month.month),
        is_open: month.until < month_of(month.month).end,
        net: money(total.sales.net()),
        margin: money(total.sales.margin),
        acquisition: money(of_kind(CostKind::Acquisition)),
        upkeep: money(of_kind(CostKind::Upkeep)),
        cost: money(total.cost()),
        unallocated_cost: money(statement(&content.unallocated).cost()),
        unused: money(unused(content)),
        contribution: money(total.contribution()),
        customers: content.customers,
    }
}

fn restatement(restated: store::Restatement, money: &impl Fn(i64) -> Money) -> AccountRestatement {
    let totals = |text: &str| {
        let main: MainTotals = serde_json::from_str(text).unwrap_or_default();
        RestatedTotals {
            net: money(main.net),
            margin: money(main.margin),
            cost: money(main.cost),
            unallocated_cost: money(main.unallocated),
            contribution: money(main.margin - main.cost),
            customers: main.customers,
        }
    };
    AccountRestatement {
        month: month_name(restated.month),
        restated_at: wire::time(restated.restated_at),
        reason: restated.reason,
        earlier: totals(&restated.earlier),
        later: totals(&restated.later),
    }
}

/// Costs of one kind in a statement.
pub fn cost_of(statement: &Statement, catalogue: &Catalogue, kind: CostKind) -> i64 {
    let costs = statement.costs.iter().zip(catalogue.activities());
    costs.filter(|(_, activity)| activity.cost_kind == kind).map(|(cost, _)| cost).sum()
}

/// The lines of a statement by name, in the order in which they are shown.
pub fn named_lines(statement: &Statement, catalogue: &Catalogue) -> Vec<(&'static str, i64)> {
    let sales = &statement.sales;
    let mut lines = vec![
        ("gross", sales.gross),
        ("discounts", sales.discounts),
        ("returns", sales.returns),
        ("net", sales.net()),
        ("margin", sales.margin),
        ("net_without_margin", sales.net_without_margin),
    ];
    lines.extend(CostKind::ALL.map(|kind| (kind.name(), cost_of(statement, catalogue, kind))));
    lines.push(("cost", statement.cost()));
    lines.push(("contribution", statement.contribution()));
    lines
}

/// `2025-03`.
pub fn month_name(month: Day) -> String {
    wire::day(month).chars().take(7).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_closed_before_anybody_counted_newcomers_is_the_same_account() {
        let before = r#"{"total":[9,0,0,4,0],"unallocated":[],"customers":2,"fingerprint":7,"teams":[],"unpriced":[],"words":[]}"#;
        let before = MonthContent::read(before).unwrap();
        assert_eq!(before.newcomers, None);
        let new = NewcomersContent { words: vec![String::new(); 3], customers: 1 };
        let after = MonthContent { newcomers: Some(vec![new]), ..before.clone() };
        assert!(after.is_same_account(&before), "knowing who was new restates no month");
        assert!(!MonthContent { fingerprint: 8, ..after }.is_same_account(&before));
    }
}
