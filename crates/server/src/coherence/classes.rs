//! Who brings it and who takes it away: classes by contribution, the whale curve, value destroyers with the costs that
//! make them so, and customers who buy bargains only.

use super::matrix::Shown;
use super::rules::{BargainLimits, LevelRule};
use super::{BARGAINS, CLASSES, DESTROYERS, Kept, MATRIX, Missing, Period, kept, twelve_months};
use crate::accounts::CostsByKind;
use crate::customers::list::{CustomerClass, class};
use crate::http::error::Answer;
use crate::http::wire::{self, Money};
use crate::http::{App, Json, Query};
use ::portfolio::{BargainHunter, BargainRule, Bargains, Class};
use axum::extract::State;
use ledger::Currency;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::HashMap;
use store::Store;
use utoipa::{IntoParams, ToSchema};

/// Classes and curve, as kept. Money in minor units.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct KeptClasses {
    /// Customers and contribution of D1 to D4.
    classes: Vec<(u64, i64)>,
    /// The best so many customers contribute so much together.
    whale: Vec<(u64, i64)>,
    peak: (u64, i64),
}

/// Who costs more than he brings, as kept. Money in minor units.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct KeptDestroyers {
    customers: u64,
    loss: i64,
    /// Words of the kinds of cost.
    kinds: Vec<String>,
    /// Of each kind, over the destroyers of whom it is a cause: how many, what it came to, what was usual.
    causes: Vec<(u64, i64, i64)>,
    /// The largest losses.
    rows: Vec<KeptDestroyer>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct KeptDestroyer {
    customer: u32,
    contribution: i64,
    margin: i64,
    /// Kind, cost, usual, is enough.
    causes: Vec<(usize, i64, i64, bool)>,
}

/// Destroyers kept by name with their causes; the filter opens all of them.
const DESTROYERS_KEPT: usize = 1_000;

impl KeptClasses {
    /// Of customers with a contribution and a class.
    pub(super) fn of(classed: &[(usize, i64, Class)]) -> KeptClasses {
        let mut classes = vec![(0, 0); 4];
        for (_, contribution, class) in classed {
            let sums = &mut classes[*class as usize - 1];
            *sums = (sums.0 + 1, sums.1 + contribution);
        }
        let contributions: Vec<i64> = classed.iter().map(|(_, contribution, _)| *contribution).collect();
        let whale = ::portfolio::whale(&contributions);
        let point = |point: &::portfolio::WhalePoint| (point.customers as u64, point.contribution);
        KeptClasses { classes, whale: whale.points.iter().map(point).collect(), peak: point(&whale.peak) }
    }
}

impl KeptDestroyers {
    /// Of customers with these numbers, and their costs in the same order.
    pub(super) fn of(costs: CostsByKind, ids: &[u32]) -> KeptDestroyers {
        let found = ::portfolio::destroyers(&costs.margins, &costs.costs, costs.kinds.len());
        let mut causes = vec![(0, 0, 0); costs.kinds.len()];
        for cause in found.iter().flat_map(|destroyer| &destroyer.causes) {
            let sums: &mut (u64, i64, i64) = &mut causes[cause.kind];
            *sums = (sums.0 + 1, sums.1 + cause.cost, sums.2 + cause.usual);
        }
        let row = |destroyer: &::portfolio::Destroyer| KeptDestroyer {
            customer: ids[destroyer.customer as usize],
            contribution: destroyer.contribution,
            margin: destroyer.margin,
            causes: destroyer.causes.iter().map(|c| (c.kind, c.cost, c.usual, c.is_enough)).collect(),
        };
        KeptDestroyers {
            customers: found.len() as u64,
            loss: found.iter().map(|destroyer| destroyer.contribution).sum(),
            kinds: costs.kinds,
            causes,
            rows: found.iter().take(DESTROYERS_KEPT).map(row).collect(),
        }
    }
}

/// The costs of some customers, in their order.
pub(super) fn costs_of(all: &CostsByKind, customers: &[u32]) -> CostsByKind {
    let kinds = all.kinds.len();
    let (mut margins, mut costs) = (Vec::new(), Vec::new());
    for customer in customers.iter().map(|customer| *customer as usize) {
        margins.push(all.margins.get(customer).copied().unwrap_or(0));
        match all.costs.get(customer * kinds..(customer + 1) * kinds) {
            Some(row) => costs.extend_from_slice(row),
            None => costs.resize(costs.len() + kinds, 0),
        }
    }
    CostsByKind { kinds: all.kinds.clone(), margins, costs }
}

/// Where nobody tells costs by kind: contribution and investment are known, so margin less all other costs is.
pub(super) fn investments_as_costs(known: impl Iterator<Item = (i64, i64)>) -> CostsByKind {
    let (margins, costs) = known.map(|(contribution, invested)| (contribution + invested, invested)).unzip();
    CostsByKind { kinds: vec![INVESTMENT.to_string()], margins, costs }
}

/// The kind of cost that is known where nobody tells more.
const INVESTMENT: &str = "investment";

/// Who buys bargains only, as kept.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct KeptBargains {
    /// The rule it was found by.
    #[serde(default)]
    pub(super) rule: BargainLimits,
    /// Customers with enough lines to tell.
    pub(super) told: u64,
    groups: Vec<KeptHunters>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct KeptHunters {
    amount: i64,
    contribution: i64,
    /// By number, who bought most first.
    customers: Vec<u32>,
}

/// What people hunt, in the order of the kept groups.
const HUNTERS: [BargainHunter; 3] =
    [BargainHunter::Promotions, BargainHunter::LossLeaders, BargainHunter::Both];

impl KeptBargains {
    /// Who hunts bargains, of what each customer bought, by number; `contribution` goes by the number too.
    pub(super) fn of(
        bargains: &[Bargains],
        rule: &BargainRule,
        contribution: impl Fn(u32) -> Option<i64>,
    ) -> KeptBargains {
        let mut groups = vec![KeptHunters::default(); HUNTERS.len()];
        for (customer, bought) in (0..).zip(bargains) {
            let Some(at) = rule.hunter(bought).and_then(|found| HUNTERS.iter().position(|h| *h == found))
            else {
                continue;
            };
            groups[at].amount += bought.amount;
            groups[at].contribution += contribution(customer).unwrap_or(0);
            groups[at].customers.push(customer);
        }
        for group in &mut groups {
            group.customers.sort_by_key(|customer| (Reverse(bargains[*customer as usize].amount), *customer));
        }
        let told = bargains.iter().filter(|bought| bought.lines >= rule.least_lines).count() as u64;
        let BargainRule { discount_percent, only_percent, least_lines } = *rule;
        KeptBargains { rule: BargainLimits { discount_percent, only_percent, least_lines }, told, groups }
    }

    /// How many hunt what.
    pub(super) fn counts(&self) -> impl Iterator<Item = (BargainKind, u64)> {
        let of = |group: &KeptHunters| group.customers.len() as u64;
        HUNTERS.iter().zip(&self.groups).map(move |(hunter, group)| ((*hunter).into(), of(group)))
    }
}

/// Who brings it, and who takes it away.
#[derive(Clone, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct Classes {
    /// The valuation's day; null before the first one.
    pub as_of: Option<String>,
    pub computed_at: Option<String>,
    pub currency: String,
    /// The twelve months that contributions are of.
    pub period: Option<Period>,
    /// What is not known and therefore not shown.
    pub missing: Vec<Missing>,
    /// Customers with a contribution.
    pub customers: u64,
    /// Their contribution.
    pub contribution: Option<Money>,
    /// D1 to D4; none where contributions are not known.
    pub classes: Vec<ClassSum>,
    pub whale: Option<WhaleCurve>,
    pub destroyers: Option<Destroyers>,
    /// Who buys promotions or loss leaders only; null before the first scoring.
    pub bargains: Option<BargainHunters>,
    /// The rule the classes were made by.
    pub rule: LevelRule,
    /// What the figures are, in words.
    pub definition: String,
}

/// One class.
#[derive(Clone, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct ClassSum {
    pub class: CustomerClass,
    pub customers: u64,
    pub contribution: Money,
    /// Opens these customers in the list.
    pub filter: String,
}

/// Contribution added up from the best customer to the worst.
#[derive(Clone, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct WhaleCurve {
    /// At most 101, from nobody to everybody.
    pub points: Vec<WhaleCurvePoint>,
    /// The top: all who contribute something.
    pub peak: WhaleCurvePoint,
}

/// The best so many customers contribute so much together.
#[derive(Clone, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct WhaleCurvePoint {
    pub customers: u64,
    pub contribution: Money,
}

/// Customers who cost more than they bring.
#[derive(Clone, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct Destroyers {
    pub customers: u64,
    /// What they contribute together, below zero.
    pub contribution: Money,
    /// Opens them in the list.
    pub filter: String,
    /// Kinds of cost by how far they exceed the usual over all destroyers, the largest excess first.
    pub causes: Vec<CostCause>,
    /// The largest losses first; `listed` of them can be paged through.
    pub rows: Vec<Destroyer>,
    pub listed: u64,
}

/// A kind of cost that makes destroyers.
#[derive(Clone, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct CostCause {
    /// A word that stays the same; `investment` where costs by kind are not known.
    pub kind: String,
    /// Destroyers of whom it is a cause.
    pub customers: u64,
    pub cost: Money,
    /// What the same margins usually cost.
    pub usual: Money,
}

/// A customer who costs more than he brings.
#[derive(Clone, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct Destroyer {
    pub customer: i64,
    pub name: String,
    pub contribution: Money,
    /// Margin before the kinds of cost that are known.
    pub margin: Money,
    /// The largest excess first.
    pub causes: Vec<DestroyerCause>,
}

/// A cost above the usual.
#[derive(Clone, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct DestroyerCause {
    pub kind: String,
    pub cost: Money,
    /// What the same margin usually costs.
    pub usual: Money,
    /// Bringing this one and those before it down to the usual would end the loss.
    pub is_enough: bool,
}

/// Who buys bargains only.
#[derive(Clone, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct BargainHunters {
    /// Customers with enough lines to tell.
    pub told: u64,
    /// From this discount on a line counts as promoted, in hundredths.
    pub discount_percent: u32,
    /// From this share of the amount on it is "only", in hundredths.
    pub only_percent: u32,
    /// Fewer lines say nothing.
    pub least_lines: u32,
    pub groups: Vec<BargainGroup>,
}

/// Customers who buy one kind of bargains only.
#[derive(Clone, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct BargainGroup {
    pub kind: BargainKind,
    pub customers: u64,
    /// What they bought in the twelve months.
    pub amount: Money,
    /// Null where it is not known.
    pub contribution: Option<Money>,
}

/// What is bought, and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BargainKind {
    /// Promoted lines.
    Promotions,
    /// Lines sold at or below cost.
    LossLeaders,
    /// Only the two together.
    Both,
}

/// Which part of the destroyers.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ClassesQuery {
    /// Destroyers at the most, 50 unless said, 500 at most.
    pub limit: Option<u32>,
    /// Destroyers passed over.
    #[serde(default)]
    #[param(required = false)]
    pub offset: u64,
}

/// Classes by contribution, the whale curve, destroyers and bargain hunters.
#[utoipa::path(get, path = "/api/classes", tag = "coherence", operation_id = "classes", params(ClassesQuery),
    responses((status = 200, body = Classes), (status = 403), (status = 422)))]
pub async fn read(State(app): State<App>, Query(query): Query<ClassesQuery>) -> Answer<Json<Classes>> {
    let limit = super::at_most(query.limit, 50)?;
    app.ask(move |store| classes(store, query.offset, limit)).await.map(Json)
}

/// The answer of the page, with some destroyers by name.
pub fn classes(store: &Store, offset: u64, limit: u32) -> store::Result<Classes> {
    let (Some(base), Some(found)) = (kept::<Kept>(store, MATRIX)?, kept::<KeptClasses>(store, CLASSES)?)
    else {
        return nothing(store);
    };
    let shown = Shown { currency: base.currency, missing: &base.missing };
    let is_known = Missing::leaves_contributions(&base.missing);
    let point = |(customers, contribution): &(u64, i64)| WhaleCurvePoint {
        customers: *customers,
        contribution: shown.money(*contribution),
    };
    let sum = |of: fn(&(u64, i64)) -> i64| found.classes.iter().map(of).sum::<i64>();
    Ok(Classes {
        as_of: Some(wire::day(base.until)),
        computed_at: Some(wire::time(ledger::Moment(base.computed_at))),
        currency: base.currency.code().to_string(),
        period: Some(twelve_months(base.until)),
        missing: base.missing.iter().filter(|what| **what != Missing::Investment).copied().collect(),
        customers: found.classes.iter().map(|(customers, _)| customers).sum(),
        contribution: is_known.then(|| shown.money(sum(|(_, contribution)| *contribution))),
        classes: (1..)
            .zip(&found.classes)
            .filter(|_| is_known)
            .filter_map(|(number, (customers, contribution))| {
                Some(ClassSum {
                    class: class(5 - number)?,
                    customers: *customers,
                    contribution: shown.money(*contribution),
                    filter: format!("class = d{number}"),
                })
            })
            .collect(),
        whale: is_known.then(|| WhaleCurve {
            points: found.whale.iter().map(point).collect(),
            peak: point(&found.peak),
        }),
        destroyers: match kept::<KeptDestroyers>(store, DESTROYERS)?.filter(|_| is_known) {
            Some(found) => Some(destroyers(store, &shown, &found, offset, limit)?),
            None => None,
        },
        bargains: kept::<KeptBargains>(store, BARGAINS)?.map(|kept| hunters(&shown, &kept)),
        rule: base.rules.class,
        definition: DEFINITION.to_string(),
    })
}

const DEFINITION: &str = "contribution is a customer's margin less all costs of the twelve months; a destroyer's \
                          is below zero, and a cost is its cause where it exceeds what the same margin usually costs";

fn destroyers(
    store: &Store,
    shown: &Shown<'_>,
    kept: &KeptDestroyers,
    offset: u64,
    limit: u32,
) -> store::Result<Destroyers> {
    let from = usize::try_from(offset).unwrap_or(usize::MAX).min(kept.rows.len());
    let rows = &kept.rows[from..kept.rows.len().min(from + limit as usize)];
    let names = names(store, rows.iter().map(|row| row.customer))?;
    let cause = |(kind, cost, usual, is_enough): &(usize, i64, i64, bool)| DestroyerCause {
        kind: kept.kinds.get(*kind).cloned().unwrap_or_default(),
        cost: shown.money(*cost),
        usual: shown.money(*usual),
        is_enough: *is_enough,
    };
    let mut causes: Vec<_> = kept.kinds.iter().zip(&kept.causes).filter(|(_, (n, ..))| *n > 0).collect();
    causes.sort_by_key(|(_, (_, cost, usual))| Reverse(cost - usual));
    Ok(Destroyers {
        customers: kept.customers,
        contribution: shown.money(kept.loss),
        filter: "contribution < 0".to_string(),
        causes: causes
            .into_iter()
            .map(|(kind, (customers, cost, usual))| CostCause {
                kind: kind.clone(),
                customers: *customers,
                cost: shown.money(*cost),
                usual: shown.money(*usual),
            })
            .collect(),
        rows: rows
            .iter()
            .map(|row| Destroyer {
                customer: row.customer.into(),
                name: names.get(&row.customer).cloned().unwrap_or_default(),
                contribution: shown.money(row.contribution),
                margin: shown.money(row.margin),
                causes: row.causes.iter().map(cause).collect(),
            })
            .collect(),
        listed: kept.rows.len() as u64,
    })
}

fn hunters(shown: &Shown<'_>, kept: &KeptBargains) -> BargainHunters {
    let rule = kept.rule;
    let is_known = Missing::leaves_contributions(shown.missing);
    let group = |(group, hunter): (&KeptHunters, &BargainHunter)| BargainGroup {
        kind: (*hunter).into(),
        customers: group.customers.len() as u64,
        amount: shown.money(group.amount),
        contribution: is_known.then(|| shown.money(group.contribution)),
    };
    BargainHunters {
        told: kept.told,
        discount_percent: rule.discount_percent,
        only_percent: rule.only_percent,
        least_lines: rule.least_lines,
        groups: kept.groups.iter().zip(&HUNTERS).map(group).collect(),
    }
}

impl From<BargainHunter> for BargainKind {
    fn from(hunter: BargainHunter) -> BargainKind {
        match hunter {
            BargainHunter::Promotions => BargainKind::Promotions,
            BargainHunter::LossLeaders => BargainKind::LossLeaders,
            BargainHunter::Both => BargainKind::Both,
        }
    }
}

/// Which customers who buy bargains only.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BargainsQuery {
    /// What they buy.
    pub kind: BargainKind,
    /// Customers at the most, 100 unless said, 500 at most.
    pub limit: Option<u32>,
    /// Customers passed over.
    #[serde(default)]
    #[param(required = false)]
    pub offset: u64,
}

/// Some customers by name, of how many.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct NamedCustomers {
    pub total: u64,
    pub offset: u64,
    pub rows: Vec<NamedCustomer>,
}

/// A customer by name.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct NamedCustomer {
    pub customer: i64,
    pub name: String,
}

/// Who buys promotions or loss leaders only, who bought most first.
#[utoipa::path(get, path = "/api/classes/bargain-hunters", tag = "coherence", operation_id = "bargain_hunters",
    params(BargainsQuery), responses((status = 200, body = NamedCustomers), (status = 403), (status = 422)))]
pub async fn bargain_hunters(
    State(app): State<App>,
    Query(query): Query<BargainsQuery>,
) -> Answer<Json<NamedCustomers>> {
    let limit = super::at_most(query.limit, 100)?;
    app.ask(move |store| {
        let kept = kept::<KeptBargains>(store, BARGAINS)?.unwrap_or_default();
        let group = HUNTERS.iter().position(|hunter| BargainKind::from(*hunter) == query.kind);
        let all = group.and_then(|at| kept.groups.get(at)).map_or(&[][..], |group| &group.customers);
        let from = usize::try_from(query.offset).unwrap_or(usize::MAX).min(all.len());
        let ids = &all[from..all.len().min(from + limit as usize)];
        let names = names(store, ids.iter().copied())?;
        let name = |id: &u32| names.get(id).cloned().unwrap_or_default();
        let rows = ids.iter().map(|id| NamedCustomer { customer: (*id).into(), name: name(id) }).collect();
        Ok(NamedCustomers { total: all.len() as u64, offset: query.offset, rows })
    })
    .await
    .map(Json)
}

/// Names of customers by number.
pub(super) fn names(store: &Store, ids: impl Iterator<Item = u32>) -> store::Result<HashMap<u32, String>> {
    let ids: Vec<u32> = ids.collect();
    store.customer_names(&ids)
}

fn nothing(store: &Store) -> store::Result<Classes> {
    let currency = store.company()?.map_or(Currency::EUR, |company| company.currency);
    Ok(Classes {
        as_of: None,
        computed_at: None,
        currency: currency.code().to_string(),
        period: None,
        missing: vec![Missing::Valuation],
        customers: 0,
        contribution: None,
        classes: Vec::new(),
        whale: None,
        destroyers: None,
        bargains: None,
        rule: super::rules::in_force(store)?.1.class,
        definition: DEFINITION.to_string(),
    })
}
