//! Strategic value: the discounted contribution that a customer is still expected to bring, and what it should have become
//! some time later.
//!
//! Takes a customer's [`Prospect`] and what each purchase contributes; gives the numbers that a statement of customer equity
//! asks of two dates. Leaves out the statement itself (`portfolio`), and what each purchase contributes (`cost`, `spend`).

use crate::lifetime::Prospect;

/// Weeks in a year of 365.25 days.
const WEEKS: f64 = 365.25 / 7.0;

/// What a customer is worth today, and what today's model expects of him over the next days.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Worth {
    /// Expected discounted contribution of all the future, in minor units.
    pub value: f64,
    /// Expected contribution within the days, not discounted, in minor units.
    pub expected_margin: f64,
    /// What the customer is expected to be worth at their end: (value − discounted contribution within) · (1 + rate)^T.
    pub expected_closing: f64,
    /// Chance that he is active at their end, 0 to 1.
    pub expected_alive: f64,
}

/// What a customer is worth: contribution per purchase (margin less the costs that purchases cause, in minor units) times
/// the discounted purchases of all the future, at a yearly `rate` above 0 (0.1 for 10 %).
///
/// The prospect's time is weeks, as everywhere in this crate. Fader, Hardie & Lee (2005), "RFM and CLV: Using Iso-Value Curves",
/// Journal of Marketing Research 42(4): CLV = margin · revenue per transaction · DERT. What was spent to win the customer is sunk
/// and not taken off.
///
/// ```
/// use value::lifetime::{Leaving, Prospect, Rhythm};
/// use value::strategic_value;
/// // One purchase a week for ever, 10.00 each, at 10 % a year: 1 000 / (ln 1.1 / 52.18).
/// let prospect = Prospect { p_alive: 1.0, shape: 40.0, exposure: 40.0, rhythm: Rhythm::RANDOM, leaving: Leaving::Never };
/// let value = strategic_value(&prospect, 1_000.0, 0.1);
/// assert!((value - 1_000.0 / (1.1_f64.ln() / (365.25 / 7.0))).abs() < 1e-6);
/// ```
pub fn strategic_value(prospect: &Prospect, contribution: f64, rate: f64) -> f64 {
    contribution * prospect.residual(per_week(rate))
}

/// The value of a customer and what is expected of him over the next `days` (above 0): everything that one end of a
/// statement needs of a date.
///
/// ```
/// use value::lifetime::{Leaving, Prospect, Rhythm};
/// use value::worth;
/// // Nobody leaves and purchases come as before: what he brings within a year he is worth again at its end.
/// let prospect = Prospect { p_alive: 1.0, shape: 40.0, exposure: 40.0, rhythm: Rhythm::RANDOM, leaving: Leaving::Never };
/// let year = worth(&prospect, 1_000.0, 0.1, 365.25);
/// assert!((year.expected_closing / year.value - 1.0).abs() < 1e-9);
/// assert!((year.expected_margin - 1_000.0 * 365.25 / 7.0).abs() < 1e-6);
/// ```
pub fn worth(prospect: &Prospect, contribution: f64, rate: f64, days: f64) -> Worth {
    let (force, weeks) = (per_week(rate), days / 7.0);
    let value = contribution * prospect.residual(force);
    let within = contribution * discounted_within(prospect, force, weeks);
    Worth {
        value,
        expected_margin: contribution * prospect.expected_transactions(weeks),
        expected_closing: (value - within) * (force * weeks).exp(),
        expected_alive: prospect.p_alive_after(weeks),
    }
}

/// Continuous discount per week of a yearly rate.
pub(crate) fn per_week(rate: f64) -> f64 {
    rate.ln_1p() / WEEKS
}

/// Discounted purchases within `weeks`: e^(−δT) N(T) + δ ∫₀ᵀ e^(−δu) N(u) du, with N the expected number by then.
///
/// N bends little within a quarter, so three points of Gauss and Legendre a quarter leave an error far below a millionth.
pub(crate) fn discounted_within(prospect: &Prospect, force: f64, weeks: f64) -> f64 {
    let inner = 0.6_f64.sqrt();
    let rule = [(-inner, 5.0 / 18.0), (0.0, 8.0 / 18.0), (inner, 5.0 / 18.0)];
    let panels = (weeks / 13.0).ceil().max(1.0);
    let width = weeks / panels;
    let counted = |week: f64| (-force * week).exp() * prospect.expected_transactions(week);
    let integral: f64 = (0..panels as u32)
        .map(|panel| {
            let middle = (f64::from(panel) + 0.5) * width;
            rule.iter().map(|(at, weight)| weight * counted(middle + 0.5 * width * at)).sum::<f64>() * width
        })
        .sum();
    counted(weeks) + force * integral
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifetime::{Leaving, Rhythm};

    fn prospects() -> [Prospect; 4] {
        let of =
            |leaving| Prospect { p_alive: 0.7, shape: 2.5, exposure: 30.0, rhythm: Rhythm::RANDOM, leaving };
        [
            of(Leaving::Never),
            of(Leaving::AfterPurchase { leave: 0.8, stay: 3.0 }),
            of(Leaving::Lifetime { shape: 0.7, scale: 20.0 }),
            of(Leaving::Gompertz { shape: 1.2, scale: 3.0, growth: 0.02 }),
        ]
    }

    #[test]
    fn periods_one_after_the_other_make_the_whole() {
        for prospect in prospects() {
            let force = per_week(0.12);
            // Where nobody waits for a sum over purchases: a thousand years are all the future.
            if !matches!(prospect.leaving, Leaving::AfterPurchase { .. }) {
                let long = discounted_within(&prospect, force, 1_000.0 * WEEKS);
                let all = prospect.residual(force);
                assert!((long / all - 1.0).abs() < 2e-4, "{long} of {all}");
            }
            // Finer panels change nothing.
            let month = discounted_within(&prospect, force, 4.348);
            let fine: f64 = {
                let steps = 400;
                let at = |step: i32| f64::from(step) * 4.348 / f64::from(steps);
                let number = |step| prospect.expected_transactions(at(step));
                (0..steps)
                    .map(|step| {
                        (-force * 0.5 * (at(step) + at(step + 1))).exp() * (number(step + 1) - number(step))
                    })
                    .sum()
            };
            assert!((month / fine - 1.0).abs() < 1e-7, "{month} against {fine}");
        }
    }

    #[test]
    fn what_is_expected_is_worth_less_where_customers_leave() {
        for prospect in prospects() {
            let month = worth(&prospect, 2_000.0, 0.1, 30.0);
            let start = strategic_value(&prospect, 2_000.0, 0.1);
            assert!((month.value - start).abs() < 1e-9 * start);
            assert!(month.expected_closing <= month.value * (1.0 + 1e-9));
            assert!(month.expected_alive <= 0.7 && month.expected_alive > 0.5);
            let next = worth(&prospect, 2_000.0, 0.1, 1e-9);
            assert!((next.expected_closing / next.value - 1.0).abs() < 1e-6);
        }
    }
}
