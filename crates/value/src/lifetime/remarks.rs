//! What a fitted lifetime model says, in plain words.
//!
//! Takes the outlook of a new customer and the fit; gives sentences in English, each with a code and its numbers, so
//! that a page can say the same in another language. Says nothing that the data leave open.

use super::{Leaving, Prospect};
use crate::fit::{Fit, Quantity, Unit, Verdict};

/// One thing to know about a fit.
#[derive(Clone, Debug, PartialEq)]
pub struct Remark {
    /// One word for it.
    pub code: &'static str,
    /// The numbers in it, in the order of the sentence.
    pub numbers: Vec<Quantity>,
    /// The sentence, without a full stop.
    pub words: String,
}

/// What a fit means: how often customers buy, how much they differ, how regular they are, how soon half of them have
/// left, and whether to trust it. `newcomer` is the model's outlook on a new customer; `unit` names the unit of time of
/// its parameters, in the singular, such as `week`.
///
/// ```
/// use value::lifetime::{Group, Timing, bg_nbd, remarks};
/// let groups: Vec<Group> = (0..60_u32)
///     .map(|i| {
///         let (x, age) = (i % 4, 30.0 + f64::from(i % 9));
///         let recency = if x == 0 { 0.0 } else { age * f64::from(i % 10 + 1) / 11.0 };
///         Group { timing: Timing { repeat_purchases: x, recency, age }, customers: 5, ln_gaps: 0.0 }
///     })
///     .collect();
/// let fit = bg_nbd::fit(&groups);
/// let remarks = remarks(&bg_nbd::newcomer(&fit.params), &fit, "week");
/// assert_eq!(remarks[0].code, "purchase_rate");
/// assert!(remarks[0].words.starts_with("an active customer buys "), "{}", remarks[0].words);
/// // All these customers leave with one chance, and the data say no more of a and b.
/// assert!(remarks.iter().any(|remark| remark.code == "one_chance"));
/// ```
pub fn remarks<P>(newcomer: &Prospect, fit: &Fit<P>, unit: &str) -> Vec<Remark> {
    if fit.verdict == Verdict::NotConverged {
        let words = "the search did not end at a maximum of the likelihood; do not rely on these parameters";
        return vec![Remark { code: "not_converged", numbers: Vec::new(), words: words.into() }];
    }
    let mut remarks = vec![purchase_rate(newcomer, unit), difference(newcomer)];
    let phases = newcomer.rhythm.phases();
    if phases > 1 {
        remarks.push(Remark {
            code: "regular",
            numbers: vec![Quantity { name: "k", value: phases as f64, unit: Unit::Number }],
            words: format!(
                "purchases keep a rhythm: the time between two varies about {:.0} % around a customer's own mean, \
                 where purchases at random vary 100 %",
                100.0 / (phases as f64).sqrt()
            ),
        });
    }
    remarks.push(leaving(newcomer, unit));
    if let Verdict::Ridge { along, .. } = fit.verdict {
        let determined = match &fit.identified {
            Some(Quantity { name, value, .. }) => format!(" ({name} = {})", significant(*value)),
            None => String::new(),
        };
        remarks.push(Remark {
            code: along.code,
            numbers: fit.identified.into_iter().collect(),
            words: format!("{}{determined}; predictions stand all the same", along.words),
        });
    }
    remarks
}

fn purchase_rate(newcomer: &Prospect, unit: &str) -> Remark {
    let rate = newcomer.shape / newcomer.exposure / newcomer.rhythm.phases() as f64;
    Remark {
        code: "purchase_rate",
        numbers: vec![Quantity { name: "rate", value: rate, unit: Unit::PerTime }],
        words: format!("an active customer buys {} times a {unit} on average", significant(rate)),
    }
}

/// The standard deviation of the rates over their mean, 1 / √r.
fn difference(newcomer: &Prospect) -> Remark {
    let spread = 1.0 / newcomer.shape.sqrt();
    let degree = match spread {
        ..0.3 => "customers buy at much the same rate",
        0.3..1.0 => "customers buy at different rates",
        _ => "customers differ widely: most buy seldom, a few often",
    };
    Remark {
        code: "rates_differ",
        numbers: vec![Quantity { name: "spread", value: spread, unit: Unit::Number }],
        words: format!("{degree} (standard deviation {} times the mean)", significant(spread)),
    }
}

fn leaving(newcomer: &Prospect, unit: &str) -> Remark {
    if newcomer.leaving == Leaving::Never {
        let words = "the model lets nobody leave".into();
        return Remark { code: "nobody_leaves", numbers: Vec::new(), words };
    }
    let median = newcomer.remaining_life().median;
    let numbers = vec![Quantity { name: "median", value: median, unit: Unit::Time }];
    let rate = newcomer.shape / newcomer.exposure;
    let words = if median == 0.0 {
        "half of all new customers never come back".to_string()
    } else if median * rate > 1e4 {
        "hardly any customer leaves".to_string()
    } else {
        format!("half of all new customers have left after {} {unit}s", significant(median))
    };
    Remark { code: "half_have_left", numbers, words }
}

/// Three significant digits, as people write them.
fn significant(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return value.to_string();
    }
    let size = value.abs().log10().floor() as i32;
    if (-5..7).contains(&size) {
        format!("{value:.*}", (2 - size).max(0) as usize)
    } else {
        format!("{value:.2e}")
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Rhythm, bg_nbd, nbd, pareto_nbd};
    use super::*;

    fn fit(verdict: Verdict, identified: Option<Quantity>) -> Fit<()> {
        Fit {
            params: (),
            standard_errors: None,
            covariance: None,
            free: 4,
            log_likelihood: -1.0,
            converged: true,
            gradient_norm: 0.0,
            iterations: 1,
            customers: 100,
            verdict,
            identified,
        }
    }

    fn words(newcomer: &Prospect, fit: &Fit<()>) -> Vec<String> {
        remarks(newcomer, fit, "week").into_iter().map(|remark| remark.words).collect()
    }

    #[test]
    fn cdnow_is_told_to_people() {
        let params = pareto_nbd::Params { r: 0.5533, alpha: 10.58, s: 0.606, beta: 11.66 };
        let told = words(&pareto_nbd::newcomer(&params), &fit(Verdict::Identified, None));
        assert_eq!(
            told,
            [
                "an active customer buys 0.0523 times a week on average",
                "customers differ widely: most buy seldom, a few often (standard deviation 1.34 times the mean)",
                "half of all new customers have left after 24.9 weeks",
            ]
        );
    }

    #[test]
    fn regular_buyers_and_those_who_stay_are_told() {
        let regular = Prospect {
            rhythm: Rhythm::new(&[1.0, 0.0, 0.0, 0.0]),
            ..nbd::newcomer(&nbd::Params { r: 20.0, alpha: 10.0 })
        };
        let told = words(&regular, &fit(Verdict::Identified, None));
        assert_eq!(told[0], "an active customer buys 0.500 times a week on average");
        assert!(told[1].starts_with("customers buy at much the same rate"));
        assert!(told[2].contains("varies about 50 %"));
        assert_eq!(told[3], "the model lets nobody leave");
    }

    #[test]
    fn what_cannot_be_trusted_is_said() {
        let newcomer = bg_nbd::newcomer(&bg_nbd::Params { r: 0.5, alpha: 5.0, a: 1e6, b: 3e6 });
        let along = "all customers leave with about the same chance".into();
        let identified = Quantity { name: "a / (a + b)", value: 0.25, unit: Unit::Chance };
        let ridge = fit(Verdict::Ridge { along, uncertainty: 9.0 }, Some(identified));
        let told = words(&newcomer, &ridge);
        assert_eq!(
            told[3],
            "all customers leave with about the same chance (a / (a + b) = 0.250); predictions stand all the same"
        );
        assert_eq!(words(&newcomer, &fit(Verdict::NotConverged, None)).len(), 1);
    }
}
