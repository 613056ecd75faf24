//! Published parameters and log-likelihoods on the public purchase logs.
//!
//! The logs are not part of the repository; without `CLIENTELA_DATA` these tests say so and pass.

use std::collections::BTreeMap;
use std::path::PathBuf;
use value::lifetime::cnbd_k::{self, Variant};
use value::lifetime::{Group, Timing, bg_nbd, ggom_nbd, mbg_nbd, nbd, pareto_nbd};
use value::{Fit, Verdict};

/// The customers of a log up to the day `until`, with time in weeks.
fn customers(file: &str, until: &str) -> Option<Vec<Group>> {
    let file = std::env::var("CLIENTELA_DATA").map(PathBuf::from).ok()?.join("value").join(file);
    let Ok(text) = std::fs::read_to_string(&file) else {
        println!("skipped: no {} below CLIENTELA_DATA", file.display());
        return None;
    };
    let until = day(until);
    let mut days = BTreeMap::<u32, Vec<i32>>::new();
    for line in text.lines().skip(1) {
        let mut cells = line.split(',');
        let customer = cells.next().and_then(|cell| cell.parse().ok()).expect("a customer");
        let day = day(cells.next().expect("a date"));
        if day <= until {
            days.entry(customer).or_default().push(day);
        }
    }
    let weeks = |days: i32| f64::from(days) / 7.0;
    Some(
        days.into_values()
            .map(|mut days| {
                days.sort_unstable();
                days.dedup();
                let (first, last) = (days[0], days[days.len() - 1]);
                Group {
                    timing: Timing {
                        repeat_purchases: days.len() as u32 - 1,
                        recency: weeks(last - first),
                        age: weeks(until - first),
                    },
                    customers: 1,
                    ln_gaps: days.windows(2).map(|pair| weeks(pair[1] - pair[0]).ln()).sum(),
                }
            })
            .collect(),
    )
}

fn day(date: &str) -> i32 {
    let part = |range: std::ops::Range<usize>| date[range].parse::<i32>().expect("part of a date");
    let (year, month, day) = (part(0..4), part(5..7), part(8..10));
    // Days from the civil calendar; years start in March.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    year * 365 + year / 4 - year / 100 + year / 400 + (month * 306 + 5) / 10 + day
}

/// Checks a fit against published parameters, each to as many digits as `tolerance` says, and log-likelihood.
fn assert_fit<P>(
    fit: &Fit<P>,
    named: &[(&str, f64)],
    published: &[f64],
    tolerance: f64,
    log_likelihood: f64,
) {
    assert!(fit.converged && fit.gradient_norm < 1e-7, "{named:?}");
    for ((name, found), published) in named.iter().zip(published) {
        assert!((found / published - 1.0).abs() < tolerance, "{name}: {found} is not {published}");
    }
    // Ours is the maximum, theirs where their search stopped: never below, and hardly above.
    let above = fit.log_likelihood - log_likelihood;
    assert!((-1e-4..1e-3).contains(&above), "log-likelihood {} is not {log_likelihood}", fit.log_likelihood);
}

#[test]
fn the_cdnow_sample() {
    let Some(groups) = customers("cdnow/elog_cdnow_sample.csv", "1997-09-30") else { return };
    assert_eq!(groups.len(), 2_357);
    // Fader, Hardie & Lee (2005).
    let fit = bg_nbd::fit(&groups);
    assert_fit(&fit, &fit.params.named(), &[0.2425945, 4.4136019, 0.7929199, 2.4258881], 2e-5, -9582.42921);
    // Fader & Hardie (2005); the optimum is flat.
    let fit = pareto_nbd::fit(&groups);
    assert_fit(&fit, &fit.params.named(), &[0.55327, 10.5778, 0.60602, 11.6639], 5e-4, -9594.97618);
    let errors = fit.standard_errors.expect("an identified fit has errors").named();
    for ((name, error), published) in errors.iter().zip([0.0476, 0.8427, 0.1873, 6.2105]) {
        assert!((error / published - 1.0).abs() < 2e-3, "{name}: an error of {error} is not {published}");
    }
    // Platzer, BTYDplus for R.
    let fit = mbg_nbd::fit(&groups);
    assert_fit(&fit, &fit.params.named(), &[0.52484, 6.18309, 0.89139, 1.61405], 1e-4, -9582.13572);
    let fit = nbd::fit(&groups);
    assert_fit(&fit, &fit.params.named(), &[0.384766, 12.072014], 1e-5, -9763.65762);
    // Music buyers are not regular: k stays at one.
    for (variant, log_likelihood) in [(Variant::Bg, -9582.42921), (Variant::Mbg, -9582.13572)] {
        let fit = cnbd_k::fit(&groups, variant);
        assert_eq!(fit.params.k, 1);
        assert_fit(&fit, &[], &[], 0.0, log_likelihood);
    }
    // Bemmaor & Glady (2012): no growth on these data.
    let fit = ggom_nbd::fit(&groups);
    assert!((fit.log_likelihood - -9594.976).abs() < 1e-3, "{fit:?}");
    assert!(matches!(fit.verdict, Verdict::Ridge { along, .. } if along.code == "no_growth"), "{fit:?}");
}

#[test]
fn all_of_cdnow() {
    let Some(groups) = customers("cdnow/elog_cdnow_master.csv", "1997-09-30") else { return };
    assert_eq!(groups.len(), 23_570);
    let fit = bg_nbd::fit(&groups);
    assert_fit(&fit, &fit.params.named(), &[0.251624, 4.788942, 0.723431, 2.161078], 1e-5, -95368.44393);
    let fit = mbg_nbd::fit(&groups);
    assert_fit(&fit, &fit.params.named(), &[0.637130, 7.310225, 0.807491, 1.228443], 1e-4, -95336.95832);
    let fit = pareto_nbd::fit(&groups);
    assert_fit(&fit, &fit.params.named(), &[0.597414, 11.585114, 0.522170, 8.825979], 1e-3, -95415.11863);
    let fit = nbd::fit(&groups);
    assert_fit(&fit, &fit.params.named(), &[0.387247, 12.271219], 1e-5, -96845.34424);
}

#[test]
fn the_apparel_shop() {
    let Some(groups) = customers("apparel/elog_apparel.csv", "2006-12-31") else { return };
    assert_eq!(groups.len(), 600);
    let fit = pareto_nbd::fit(&groups);
    assert_fit(&fit, &fit.params.named(), &[1.44898, 48.63608, 0.56126, 46.88436], 1e-3, -5848.09783);
    let fit = bg_nbd::fit(&groups);
    assert_fit(&fit, &fit.params.named(), &[0.60731, 20.95673, 1.27554, 8.86082], 5e-5, -5857.01975);
    let fit = mbg_nbd::fit(&groups);
    assert_fit(&fit, &fit.params.named(), &[1.89151, 45.83072, 0.60232, 1.58217], 5e-4, -5848.04528);
}

#[test]
fn the_grocer_s_customers_are_regular() {
    let Some(groups) = customers("complete_journey/elog_dunnhumby.csv", "2017-07-01") else { return };
    assert_eq!(groups.len(), 2_393);
    let fit = nbd::fit(&groups);
    assert_fit(&fit, &fit.params.named(), &[1.38491, 1.33990], 1e-5, -40065.95641);
    let fit = mbg_nbd::fit(&groups);
    assert_fit(&fit, &[], &[], 0.0, -39999.86852);
    let two = cnbd_k::fit_k(&groups, Variant::Bg, 2);
    assert_fit(&two, &[], &[], 0.0, -34221.3086);
    // Every other program fails here or takes minutes.
    let fit = pareto_nbd::fit(&groups);
    assert!(fit.converged && fit.log_likelihood > -40065.0, "{fit:?}");
    let best = cnbd_k::fit(&groups, Variant::Bg);
    println!("grocer: {:?} {}", best.params, best.log_likelihood);
    assert!(best.params.k >= 2 && best.log_likelihood >= two.log_likelihood);
}
