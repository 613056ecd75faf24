//! What was spent on customers beside what they brought, by level, class, kind, source, person in charge or activity; and what
//! it costs to acquire a customer beside what it costs to keep one.
//!
//! Takes the customers' statements as they are kept; gives sums that are those of the accounts, and correlations. Leaves out
//! effects: nobody drew by lot on whom we spend, so nothing here says what the spending did.

use super::INVESTMENT;
use super::totals::{Kept, MonthContent, cost_of, not_closed, span, statement};
use crate::http::error::Answer;
use crate::http::wire::{self, Money};
use crate::http::{App, Failure, Json, Query};
use access::{Field, Reader};
use axum::extract::State;
use ledger::Day;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use store::Store;
use utoipa::{IntoParams, ToSchema};
use value::cost::{Beside, Catalogue, CostKind, Effect, Line, Statement, per_customer};

/// By what customers are told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum BesideBy {
    /// The level of value as it stands.
    #[default]
    Level,
    /// D1 to D4 as it stands.
    Class,
    /// Persons and organisations.
    Kind,
    /// The sources that tell of a customer, together.
    Source,
    /// The person in charge.
    Owner,
    /// Each activity, over all customers.
    Activity,
}

/// Which costs count as spent; what customers brought is their margin less all other costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Spending {
    /// Acquisition and upkeep.
    Investment,
    /// All costs.
    Cost,
    Acquisition,
    Upkeep,
    Order,
    Service,
    Delivery,
    Return,
    Credit,
    Other,
}

impl Spending {
    fn counts(self, kind: CostKind) -> bool {
        match self {
            Spending::Cost => true,
            Spending::Investment => INVESTMENT.contains(&kind),
            Spending::Acquisition => kind == CostKind::Acquisition,
            Spending::Upkeep => kind == CostKind::Upkeep,
            Spending::Order => kind == CostKind::Order,
            Spending::Service => kind == CostKind::Service,
            Spending::Delivery => kind == CostKind::Delivery,
            Spending::Return => kind == CostKind::Return,
            Spending::Credit => kind == CostKind::Credit,
            Spending::Other => kind == CostKind::Other,
        }
    }
}

/// Which months, by what, which costs.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BesideQuery {
    /// First month; the twelfth before the last unless said.
    #[param(example = "2025-01")]
    pub from: Option<String>,
    /// Last month, with it; the last of the accounts unless said.
    #[param(example = "2025-12")]
    pub until: Option<String>,
    /// `level`, `class`, `kind`, `source`, `owner` or `activity`.
    #[serde(default)]
    #[param(required = false)]
    pub by: BesideBy,
    /// `investment` (acquisition and upkeep), `cost` (all) or one kind of cost; investment unless said, by activity all.
    pub spent: Option<Spending>,
}

/// What was spent beside what it brought. Never an effect: a correlation, and why it is no more than that.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct SpentBeside {
    /// ISO 4217.
    pub currency: String,
    /// First day.
    pub from: String,
    /// Last day.
    pub until: String,
    pub by: BesideBy,
    /// Which costs count as spent.
    pub spent: Spending,
    /// Always `correlation`: the figures say what goes together, not what made what.
    #[schema(example = "correlation")]
    pub told_as: String,
    /// Some of the costs rest on assumed numbers.
    pub assumed: bool,
    /// A newer catalogue stands: value the base again.
    pub stale: bool,
    /// The levels, classes and activities in their order, others by what was spent, the most first. By activity the same
    /// customers stand in every row; otherwise each customer stands in one, and the rows add up to the total.
    pub rows: Vec<BesideRow>,
    /// All customers with a statement in the months.
    pub total: BesideRow,
    /// Facts that name nobody: spent on no customer, brought by none.
    pub unallocated: BesideNobody,
    /// What it costs to acquire beside what it costs to keep.
    pub acquire_and_keep: AcquireAndKeep,
}

/// What was spent on some customers beside what they brought.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct BesideRow {
    /// A level, a class, a kind, sources, a person in charge, an activity; empty where it is not known and for the total.
    pub key: String,
    /// Opens all customers of the key in the list; null where no list shows them.
    pub filter: Option<String>,
    /// Of an activity, what its cost is for.
    pub cost_kind: Option<String>,
    /// Customers with a statement in the months.
    pub customers: u64,
    /// Those of them on whom anything was spent.
    pub reached: u64,
    pub spent: Money,
    /// Margin less all costs but those that count as spent; less what was spent, it is the contribution.
    pub brought: Money,
    pub contribution: Money,
    /// What was spent for each customer on whom anything was; null without any.
    pub spent_per_reached: Option<Money>,
    /// What each customer brought on whom something was spent; null without any.
    pub brought_per_reached: Option<Money>,
    /// What each of the others brought; null without any.
    pub brought_per_other: Option<Money>,
    /// Pearson's, between what was spent on a customer and what he brought, −1 to 1.
    pub correlation: Option<BesideCorrelation>,
    /// Why there is no correlation: `too_few` customers, `same_spent` or `same_brought` for all.
    pub no_correlation: Option<String>,
    /// Why nothing shows what the spending did: `all_reached` or `none_reached`, so that there is nobody to compare with;
    /// `not_by_lot`: those on whom nothing was spent were not drawn by lot.
    #[schema(example = "not_by_lot")]
    pub no_comparable_group: String,
}

/// How far two amounts go together over customers.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct BesideCorrelation {
    pub value: f64,
    /// Bounds that hold it in 95 of 100 samples.
    pub lo95: f64,
    pub hi95: f64,
    /// `together`, `against`, or `unclear` where the bounds lie on both sides of zero.
    pub reading: String,
}

/// What names nobody.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct BesideNobody {
    pub spent: Money,
    pub brought: Money,
}

/// Cost to acquire beside cost to keep, what names nobody included.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct AcquireAndKeep {
    pub acquisition: Money,
    /// First purchases in the months; null until the base is valued again.
    pub new_customers: Option<u64>,
    /// Null where there was none.
    pub per_new_customer: Option<Money>,
    pub upkeep: Money,
    /// Customers who bought in the months.
    pub active_customers: u64,
    /// Null where there was none.
    pub per_active_customer: Option<Money>,
}

/// What was spent on customers beside what they brought.
#[utoipa::path(get, path = "/api/accounts/beside", tag = "accounts", operation_id = "spent_beside", params(BesideQuery),
    responses((status = 200, body = SpentBeside), (status = 403), (status = 409), (status = 422)))]
pub async fn beside(State(app): State<App>, Query(query): Query<BesideQuery>) -> Answer<Json<SpentBeside>> {
    app.off_thread({
        let app = app.clone();
        move || beside_of(app.blocking_store(), &query)
    })
    .await
    .map(Json)
}

/// The same for the API and the command.
pub fn beside_of(store: &Store, query: &BesideQuery) -> Answer<SpentBeside> {
    let kept = Kept::of(store).map_err(Failure::from)?.ok_or_else(not_closed)?;
    let span = span(query.from.as_deref(), query.until.as_deref(), &kept)
        .map_err(|(field, message)| Failure::invalid("bad_month", field, message))?;
    let spent = query.spent.unwrap_or(match query.by {
        BesideBy::Activity => Spending::Cost,
        _ => Spending::Investment,
    });
    let mut contents = Vec::new();
    for month in store.account_months(span.start, span.end).map_err(Failure::from)? {
        contents.push(MonthContent::read(&month.content).ok_or_else(not_closed)?);
    }
    let groups = Groups::read(store, query.by).map_err(Failure::from)?;
    let begin = || Gathered::new(&kept.catalogue, spent, query.by, &groups);
    let (mut gathered, others) = store.accounts_within(&span, begin, Gathered::add).map_err(Failure::from)?;
    gathered.merge(&others);
    let money = |minor: i64| Money::from(ledger::Money::new(minor, kept.currency));
    let mut total = Statement::default();
    let mut nobody = Statement::default();
    for content in &contents {
        total.plus(&statement(&content.total));
        nobody.plus(&statement(&content.unallocated));
    }
    let nobodys = amounts(&nobody, &kept.catalogue, spent);
    let shown = |effect: &Effect| row(effect, &money);
    Ok(SpentBeside {
        currency: kept.currency.code().to_string(),
        from: wire::day(span.start),
        until: wire::day(Day(span.end.0 - 1)),
        by: query.by,
        spent,
        told_as: "correlation".to_string(),
        assumed: (0..kept.catalogue.activities().len()).any(|place| {
            kept.is_assumed(place) && spent.counts(kept.catalogue.activities()[place].cost_kind)
        }),
        stale: kept.is_stale,
        rows: gathered.rows(&kept.catalogue, shown),
        total: shown(&gathered.total.effect()),
        unallocated: BesideNobody { spent: money(nobodys.0), brought: money(nobodys.1) },
        acquire_and_keep: acquire_and_keep(&kept, &contents, &total, gathered.active, &money),
    })
}

/// What a statement says was spent, and what was brought before that.
fn amounts(statement: &Statement, catalogue: &Catalogue, spending: Spending) -> (i64, i64) {
    let kinds = CostKind::ALL.into_iter().filter(|kind| spending.counts(*kind));
    let spent = kinds.map(|kind| cost_of(statement, catalogue, kind)).sum();
    (spent, statement.contribution() + spent)
}

fn acquire_and_keep(
    kept: &Kept,
    months: &[MonthContent],
    total: &Statement,
    active: u64,
    money: &impl Fn(i64) -> Money,
) -> AcquireAndKeep {
    let of = |kind| cost_of(total, &kept.catalogue, kind);
    let (acquisition, upkeep) = (of(CostKind::Acquisition), of(CostKind::Upkeep));
    let new = months
        .iter()
        .map(|month| month.newcomers.as_ref().map(|new| new.iter().map(|came| came.customers).sum::<u64>()));
    let new_customers: Option<u64> = new.sum();
    AcquireAndKeep {
        acquisition: money(acquisition),
        new_customers,
        per_new_customer: new_customers.and_then(|new| per_customer(acquisition, new)).map(money),
        upkeep: money(upkeep),
        active_customers: active,
        per_active_customer: per_customer(upkeep, active).map(money),
    }
}

fn row(effect: &Effect, money: &impl Fn(i64) -> Money) -> BesideRow {
    let others = effect.customers - effect.reached;
    let brought_by_others = effect.brought - effect.brought_by_reached;
    let per = |amount: i64, customers: u64| per_customer(amount, customers).map(money);
    let correlation = effect.correlation.zip(effect.interval).map(|(value, (lo95, hi95))| {
        let reading = match () {
            () if lo95 > 0.0 => "together",
            () if hi95 < 0.0 => "against",
            () => "unclear",
        };
        BesideCorrelation { value, lo95, hi95, reading: reading.to_string() }
    });
    let no_correlation = match (&correlation, effect.customers) {
        (Some(_), _) => None,
        (None, ..4) => Some("too_few"),
        (None, _) if effect.is_spent_alike => Some("same_spent"),
        (None, _) => Some("same_brought"),
    };
    let no_group = match (effect.reached, others) {
        (0, _) => "none_reached",
        (_, 0) => "all_reached",
        _ => "not_by_lot",
    };
    BesideRow {
        key: String::new(),
        filter: None,
        cost_kind: None,
        customers: effect.customers,
        reached: effect.reached,
        spent: money(effect.spent),
        brought: money(effect.brought),
        contribution: money(effect.brought - effect.spent),
        spent_per_reached: per(effect.spent, effect.reached),
        brought_per_reached: per(effect.brought_by_reached, effect.reached),
        brought_per_other: per(brought_by_others, others),
        correlation,
        no_correlation: no_correlation.map(str::to_string),
        no_comparable_group: no_group.to_string(),
    }
}

/// Into which group each customer falls.
#[derive(Default)]
struct Groups {
    /// By customer number; whoever is beyond is in the group of those of whom nothing is known.
    of: Vec<u32>,
    /// The first is of whom nothing is known.
    keys: Vec<String>,
}

impl Groups {
    fn read(store: &Store, by: BesideBy) -> store::Result<Groups> {
        let mut groups = Groups { keys: vec![String::new()], ..Groups::default() };
        let field = match by {
            BesideBy::Activity => return Ok(groups),
            BesideBy::Source => {
                let mut known = HashMap::new();
                store.each_place(|place| {
                    let group = groups.of_text(place.sources, &mut known);
                    groups.put(place.customer, group);
                })?;
                return Ok(groups);
            }
            BesideBy::Level => Field::Level,
            BesideBy::Class => Field::Class,
            BesideBy::Kind => Field::Kind,
            BesideBy::Owner => Field::Owner,
        };
        groups.keys.extend(field.choices().iter().map(|choice| choice.name.to_string()));
        // The list keeps in which order customers stand; one of each rank says which group it is.
        let (ranks, one_of) = store.groups_by(field)?;
        let mut known = HashMap::new();
        let mut group_of: Vec<u32> = vec![0; one_of.len() + 1];
        for row in store.customer_rows(&Reader::house(), &one_of)? {
            group_of[ranks[row.id as usize] as usize] = match by {
                BesideBy::Owner => groups.of_text(row.owner.as_deref().unwrap_or(""), &mut known),
                BesideBy::Kind => of_choice(field, row.kind),
                BesideBy::Class => of_choice(field, row.class),
                _ => of_choice(field, row.level),
            };
        }
        groups.of = ranks.into_iter().map(|rank| group_of[rank as usize]).collect();
        Ok(groups)
    }

    fn put(&mut self, customer: u32, group: u32) {
        let customer = customer as usize;
        if customer >= self.of.len() {
            self.of.resize((customer + 1).max(self.of.len() * 2), 0);
        }
        self.of[customer] = group;
    }

    /// The group of a text, a new one where it is not known yet.
    fn of_text(&mut self, text: &str, known: &mut HashMap<String, u32>) -> u32 {
        let text = text.trim();
        if text.is_empty() {
            return 0;
        }
        known.get(text).copied().unwrap_or_else(|| {
            let next = self.keys.len() as u32;
            self.keys.push(text.replace('\n', ", "));
            known.insert(text.to_string(), next);
            next
        })
    }
}

/// The group of one of a field's choices.
fn of_choice(field: Field, number: Option<i64>) -> u32 {
    let place = field.choices().iter().position(|choice| Some(choice.number) == number);
    place.map_or(0, |place| place as u32 + 1)
}

/// Sums in the making.
struct Gathered<'g> {
    by: BesideBy,
    groups: &'g Groups,
    /// By activity: its cost counts as spent.
    counts: Vec<bool>,
    /// By group, or by activity.
    sums: Vec<Beside>,
    total: Beside,
    /// Customers who bought.
    active: u64,
    /// Costs of the customer at hand, by activity.
    costs: Vec<i64>,
}

impl<'g> Gathered<'g> {
    fn new(catalogue: &Catalogue, spent: Spending, by: BesideBy, groups: &'g Groups) -> Gathered<'g> {
        let activities = catalogue.activities();
        let sums = if by == BesideBy::Activity { activities.len() } else { groups.keys.len() };
        Gathered {
            by,
            counts: activities.iter().map(|activity| spent.counts(activity.cost_kind)).collect(),
            sums: vec![Beside::default(); sums],
            total: Beside::default(),
            active: 0,
            costs: vec![0; activities.len()],
            groups,
        }
    }

    fn add(&mut self, customer: u32, lines: &[(Line, i64)]) {
        let (mut margin, mut gross, mut cost, mut spent) = (0, 0, 0, 0);
        self.costs.fill(0);
        for (line, amount) in lines {
            match line {
                Line::Margin => margin += amount,
                Line::Gross => gross += amount,
                Line::Activity(place) => {
                    cost += amount;
                    if self.counts.get(*place) == Some(&true) {
                        spent += amount;
                    }
                    if let Some(sum) = self.costs.get_mut(*place) {
                        *sum += amount;
                    }
                }
                _ => {}
            }
        }
        self.active += u64::from(gross != 0);
        let contribution = margin - cost;
        self.total.add(spent, contribution + spent);
        if self.by == BesideBy::Activity {
            for ((sum, cost), _) in self.sums.iter_mut().zip(&self.costs).zip(&self.counts).filter(|of| *of.1)
            {
                sum.add(*cost, contribution + cost);
            }
        } else {
            let group = self.groups.of.get(customer as usize).copied().unwrap_or(0);
            self.sums[group as usize].add(spent, contribution + spent);
        }
    }

    fn merge(&mut self, other: &Gathered<'_>) {
        self.sums.iter_mut().zip(&other.sums).for_each(|(sum, other)| sum.merge(other));
        self.total.merge(&other.total);
        self.active += other.active;
    }

    fn rows(&self, catalogue: &Catalogue, shown: impl Fn(&Effect) -> BesideRow) -> Vec<BesideRow> {
        if self.by == BesideBy::Activity {
            let rows = catalogue.activities().iter().zip(&self.sums).zip(&self.counts).filter(|of| *of.1);
            return rows
                .map(|((activity, sum), _)| BesideRow {
                    key: activity.name.clone(),
                    cost_kind: Some(activity.cost_kind.name().to_string()),
                    ..shown(&sum.effect())
                })
                .collect();
        }
        let mut rows: Vec<(i64, BesideRow)> = Vec::new();
        // Those of whom nothing is known come last.
        let (unknown, known) = self.sums.split_at(1);
        for (place, sum) in known.iter().chain(unknown).enumerate() {
            let effect = sum.effect();
            if effect.customers == 0 {
                continue;
            }
            let key = self.groups.keys.get(place + 1).map_or("", String::as_str);
            let row = BesideRow { key: key.to_string(), filter: filter(self.by, key), ..shown(&effect) };
            rows.push((effect.spent, row));
        }
        if matches!(self.by, BesideBy::Source | BesideBy::Owner) {
            rows.sort_by_key(|(spent, row)| (row.key.is_empty(), std::cmp::Reverse(*spent)));
        }
        rows.into_iter().map(|(_, row)| row).collect()
    }
}

/// Opens all customers of a key in the list. Sources stand together in a key, and the list knows them one by one.
fn filter(by: BesideBy, key: &str) -> Option<String> {
    let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    match by {
        _ if key.is_empty() => None,
        BesideBy::Level => Some(format!("level = {key}")),
        BesideBy::Class => Some(format!("class = {key}")),
        BesideBy::Kind => Some(format!("kind = {key}")),
        BesideBy::Owner => Some(format!("owner = {}", quoted(key))),
        BesideBy::Source | BesideBy::Activity => None,
    }
}
