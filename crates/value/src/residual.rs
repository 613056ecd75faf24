//! What customers are still expected to bring, without a horizon: every purchase to come, discounted.
//!
//! The same figure as [`crate::Outlook::residual_transactions`] for a whole base at once, by tables made once for each model
//! (see `lifetime::ahead`). What a purchase brings comes from the spend and margin models, as within a horizon. Fader,
//! Hardie & Lee (2005), "RFM and CLV: Using Iso-Value Curves", Journal of Marketing Research 42(4), eq. 4 and 5.

use crate::blend::{Blend, Member};
use crate::history::{Histories, History};
use crate::lifetime::{Ahead, Forecaster, Path, Span};
use crate::newcomers::Kin;
use crate::strategic::per_week;
use crate::valuation::{Models, Question, Valuation};

/// What one customer is still expected to bring.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Residual {
    /// Purchases, each discounted to today.
    pub transactions: f64,
    /// What they bring in spend, in minor units; zero when spend was not asked for.
    pub spend: f64,
    /// What they bring in margin, in minor units and perhaps below zero; `None` without margins.
    pub margin: Option<f64>,
}

impl Residual {
    /// The same of a customer with these equivalents.
    pub(crate) fn of_kin(
        self,
        models: &Models,
        history: &History,
        question: &Question,
        kin: &Kin,
    ) -> Residual {
        let transactions = self.transactions * kin.of_purchases(f64::from(history.age_days) / 7.0).times;
        let Some(digits) = question.minor_digits else { return Residual { transactions, ..self } };
        let (spend, margin) = models.purchase_of_kin(history, digits, kin);
        let spend = transactions * spend;
        Residual { transactions, spend, margin: margin.map(|share| share * spend) }
    }
}

/// What every customer of a valuation is still expected to bring, at a yearly discount `rate` (0.1 for 10 %), in the
/// order of the histories; `question` is the one that the valuation answers. `None` for one whose purchases have no bounded sum: at a rate of zero or less, where customers
/// need not leave.
///
/// Parameters are taken as known. Tables stand for the exact sum to within 1e-4 of it.
///
/// ```
/// use ledger::Day;
/// use value::{Choice, Margin, PurchaseLine, Question, histories, residuals, value};
/// let line = |customer, day| PurchaseLine { customer, day, amount: 2_000, margin: Margin::UNKNOWN };
/// let lines = (0..300).flat_map(|n| (0..n % 5 + 1).map(move |k| line(n, (n % 30 + k * (9 + n % 11)) as i32)));
/// let base = histories(lines.collect(), Day(120));
/// let question = Question { horizon: "12m".parse().unwrap(), minor_digits: Some(2), choice: Choice::Blend };
/// let valuation = value(&base, &question);
/// let all = residuals(&valuation, &base, &question, 0.1);
/// // The less is discounted, the more the future is worth.
/// let (usual, more) = (all[4].unwrap(), residuals(&valuation, &base, &question, 0.02)[4].unwrap());
/// assert!(usual.transactions > 0.0 && more.transactions > usual.transactions && more.spend > usual.spend);
/// // What grows with the wait has no bound.
/// assert!(residuals(&valuation, &base, &question, -0.05)[4].is_none());
/// ```
pub fn residuals(
    valuation: &Valuation,
    histories: &Histories,
    question: &Question,
    rate: f64,
) -> Vec<Option<Residual>> {
    let paths: Vec<Path<'_>> = histories.paths().collect();
    of_paths(valuation, histories, question, &paths, Rates::Same(rate))
}

/// Yearly discount rates by the customers' clocks.
pub(crate) enum Rates<'a> {
    /// All clocks run alike.
    Same(f64),
    /// How much faster each clock runs.
    Of(f64, &'a [f64]),
}

impl Rates<'_> {
    /// The rate of the customer in this place. On a clock that runs so many times faster, a year lasts so much longer.
    fn of(&self, i: usize) -> f64 {
        match self {
            Rates::Same(rate) => *rate,
            Rates::Of(rate, speeds) => (rate.ln_1p() / speeds[i]).exp_m1(),
        }
    }
}

/// The same for pasts on clocks of their own, in the order of the histories.
pub(crate) fn of_paths(
    valuation: &Valuation,
    histories: &Histories,
    question: &Question,
    paths: &[Path<'_>],
    rates: Rates<'_>,
) -> Vec<Option<Residual>> {
    let models = valuation.models();
    let discounted = Discounted::of(&models.lifetime.blend, paths, valuation.horizon.weeks(), rates);
    let each = histories.rows.iter().zip(paths).enumerate();
    each.map(|(i, (history, path))| discounted.residual(i, path, history, &models, question)).collect()
}

/// Fewer customers than this are computed one by one.
const FEW: usize = 200;
/// Clocks of more speeds than this have no tables.
const MOST_SPEEDS: usize = 24;

/// Discounted purchases of all the future of each of some pasts, with the tables that make a million of them quick.
pub(crate) struct Discounted<'b> {
    members: Vec<MemberAhead<'b>>,
    rates: Rates<'b>,
}

struct MemberAhead<'b> {
    weight: f64,
    forecaster: Forecaster<'b>,
    /// A table for each rate of discount, rising; none where sums are computed one by one.
    tables: Vec<(f64, Ahead)>,
}

impl<'b> Discounted<'b> {
    /// Of these pasts, by the models of a blend that were fitted with this horizon in weeks.
    pub(crate) fn of(blend: &'b Blend, paths: &[Path<'_>], horizon: f64, rates: Rates<'b>) -> Discounted<'b> {
        let oldest = paths.iter().map(|path| path.age).max().unwrap_or(0);
        let most = paths.iter().map(|path| path.repeats.len()).max().unwrap_or(0);
        let mut different: Vec<f64> = match rates {
            Rates::Same(rate) => vec![rate],
            Rates::Of(_, speeds) => (0..speeds.len()).map(|i| rates.of(i)).collect(),
        };
        different.sort_by(f64::total_cmp);
        different.dedup();
        let has_tables = paths.len() >= FEW
            && different.len() <= MOST_SPEEDS
            && different.iter().all(|rate| *rate > 0.0 && rate.is_finite());
        let member = |member: &'b Member| {
            let forecaster = member.model.forecaster_of_many(oldest as usize, most, horizon);
            let steady = member.model.sees_timing_only();
            let table = |rate: &f64| {
                let span = Span { rate: *rate, days: None, oldest: f64::from(oldest) / 7.0, most };
                (*rate, Ahead::of(&forecaster, steady, span))
            };
            let tables = different.iter().filter(|_| has_tables).map(table).collect();
            MemberAhead { weight: member.weight, tables, forecaster }
        };
        Discounted { members: blend.members.iter().map(member).collect(), rates }
    }

    /// What the customer in this place is still expected to bring; `None` where it has no bound.
    pub(crate) fn residual(
        &self,
        i: usize,
        path: &Path<'_>,
        history: &History,
        models: &Models,
        question: &Question,
    ) -> Option<Residual> {
        let transactions = self.transactions(i, path)?;
        let (spend, margin) =
            question.minor_digits.map_or((0.0, None), |digits| models.purchase(history, digits));
        let spend = transactions * spend;
        Some(Residual { transactions, spend, margin: margin.map(|share| share * spend) })
    }

    fn transactions(&self, i: usize, path: &Path<'_>) -> Option<f64> {
        let rate = self.rates.of(i);
        let of_member = |member: &MemberAhead<'_>| {
            let prospect = member.forecaster.prospect(path);
            let table = match &member.tables[..] {
                [(_, only)] => Some(only),
                some => {
                    let found = some.binary_search_by(|(of, _)| of.total_cmp(&rate));
                    found.ok().map(|place| &some[place].1)
                }
            };
            member.weight
                * table.map_or_else(
                    || prospect.residual(per_week(rate)),
                    |table| table.value(&prospect, path.repeats.len(), f64::from(path.age) / 7.0),
                )
        };
        let sum: f64 = self.members.iter().map(of_member).sum();
        sum.is_finite().then_some(sum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Choice, Margin, PurchaseLine, Question, histories, value};
    use ledger::Day;

    #[test]
    fn a_whole_base_is_told_what_each_customer_s_outlook_tells() {
        let mut lines = Vec::new();
        for customer in 0..900_u32 {
            let hash = customer.wrapping_mul(2_654_435_761);
            let (every, purchases) = (7 + hash % 80, 1 + (hash >> 9) % 17);
            for n in 0..purchases {
                let day = (hash % 200 + n * every + hash.rotate_left(n) % (every / 2)) as i32;
                lines.push(PurchaseLine { customer, day, amount: 900, margin: Margin::of(300) });
            }
        }
        let base = histories(lines.into_iter().filter(|line| line.day <= 500).collect(), Day(500));
        let question =
            Question { horizon: "12m".parse().unwrap(), minor_digits: Some(2), choice: Choice::Blend };
        let valuation = value(&base, &question);
        assert!(valuation.lifetime.blend.members.len() > 1);
        let all = residuals(&valuation, &base, &question, 0.1);
        let discount = per_week(0.1);
        for (path, found) in base.paths().zip(&all).step_by(23) {
            let models = valuation.models();
            let outlook =
                crate::outlook(&models.lifetime.blend, 900, &path, valuation.horizon.weeks(), discount);
            let (exact, found) = (outlook.residual_transactions.unwrap(), found.unwrap());
            assert!((found.transactions / exact - 1.0).abs() < 1e-4, "{path:?}: {found:?} {exact}");
            assert!((found.spend / found.transactions - 900.0).abs() < 1.0, "{found:?}");
            assert!((found.margin.unwrap() / found.spend - 1.0 / 3.0).abs() < 1e-3, "{found:?}");
        }
        // Twice the speed of the clock is half the rate of discount.
        let paths: Vec<Path<'_>> = base.paths().collect();
        let speeds: Vec<f64> = (0..paths.len()).map(|i| 1.0 + (i % 2) as f64).collect();
        let on_clocks = of_paths(&valuation, &base, &question, &paths, Rates::Of(0.1, &speeds));
        let slower = residuals(&valuation, &base, &question, 1.1_f64.sqrt() - 1.0);
        for i in [0, 1, 48, 77] {
            let other = if i % 2 == 0 { all[i] } else { slower[i] };
            let (one, other) = (on_clocks[i].unwrap().transactions, other.unwrap().transactions);
            assert!((one / other - 1.0).abs() < 1e-4, "{i}: {one} {other}");
        }
        assert!(residuals(&valuation, &base, &question, -0.05).iter().all(Option::is_none));
    }
}
