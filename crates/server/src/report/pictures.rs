//! The report's charts, each with its numbers in a table beside it.

use super::svg::{self, Frame, escaped};
use super::table;
use super::words::Language;
use crate::model::{LookBackPlots, PlotBin};
use std::fmt::Write;

/// What the blend foretold from one origin, beside what came.
pub fn pictures(page: &mut String, plots: &LookBackPlots, language: Language) {
    let day = language.day(&plots.day);
    let what = language.say("What the blend foretold from", "Ce que le mélange prédisait depuis le");
    let _ = writeln!(page, "<h2>{what} {day}</h2>");
    tracking(page, plots, &day, language);
    calibration(page, plots, &day, language);
    let frequency = |bin: &PlotBin| match bin.to > bin.from {
        true => format!("{}+", bin.from),
        false => bin.from.to_string(),
    };
    let weeks = |days: f64| (days / 7.0).round();
    let recency = |bin: &PlotBin| match bin.to == 0.0 {
        true => "0".to_string(),
        false => format!("{}–{}", weeks(bin.from - 1.0), weeks(bin.to)),
    };
    let by_frequency = Means {
        title: language.say("By number of repeat purchases known", "Par nombre de réachats connus"),
        key: language.say("Repeat purchases", "Réachats"),
        names: plots.by_frequency.iter().map(frequency).collect(),
        bins: &plots.by_frequency,
    };
    let by_recency = Means {
        title: language
            .say("By recency: from first to last purchase", "Par récence : du premier au dernier achat"),
        key: language.say("Weeks", "Semaines"),
        names: plots.by_recency.iter().map(recency).collect(),
        bins: &plots.by_recency,
    };
    for means in [by_frequency, by_recency] {
        let frame = Frame {
            name: &format!("{}, {day}", means.title),
            across: means.key,
            up: language.say("Purchases per customer", "Achats par client"),
            series: [language.say("came", "venus"), language.say("foretold", "prédits")],
        };
        let (actual, told): (Vec<f64>, Vec<f64>) =
            means.bins.iter().map(|bin| (bin.actual, bin.predicted)).unzip();
        let drawn = svg::bins(&frame, &means.names, [&actual, &told], &|number| language.tick(number));
        pair(page, [(means.title, drawn)], |page| means.table(page, &day, language));
    }
}

/// Means over bins of customers, with a name for each bin.
struct Means<'m> {
    title: &'m str,
    /// What customers were put together by.
    key: &'m str,
    names: Vec<String>,
    bins: &'m [PlotBin],
}

impl Means<'_> {
    fn table(&self, page: &mut String, day: &str, language: Language) {
        let head = match language {
            Language::En => [self.key, "Customers", "Foretold each", "Came each"],
            Language::Fr => [self.key, "Clients", "Prédits par client", "Venus par client"],
        };
        let rows = self.names.iter().zip(self.bins).map(|(name, bin)| {
            vec![
                name.clone(),
                language.number(f64::from(bin.customers), 0),
                language.figure(bin.predicted),
                language.figure(bin.actual),
            ]
        });
        table(page, &format!("{}, {day}", self.title), &head, rows);
    }
}

fn calibration(page: &mut String, plots: &LookBackPlots, day: &str, language: Language) {
    let means = Means {
        title: language.say("Calibration, by tenths of customers", "Calibration, par dixièmes de clients"),
        key: language.say("Tenth", "Dixième"),
        names: (1..=plots.calibration.len()).map(|tenth| tenth.to_string()).collect(),
        bins: &plots.calibration,
    };
    let frame = Frame {
        name: &format!("{}, {day}", means.title),
        across: language.say("Foretold per customer", "Prédits par client"),
        up: language.say("Came per customer", "Venus par client"),
        series: [language.say("came", "venus"), language.say("if exact", "si exact")],
    };
    let points: Vec<(f64, f64)> = means.bins.iter().map(|bin| (bin.predicted, bin.actual)).collect();
    let drawn = svg::calibration(&frame, &points, &|number| language.tick(number));
    pair(page, [(means.title, drawn)], |page| means.table(page, day, language));
}

fn tracking(page: &mut String, plots: &LookBackPlots, day: &str, language: Language) {
    let actual: Vec<f64> = plots.weeks.iter().map(|week| f64::from(week.actual)).collect();
    let told: Vec<f64> = plots.weeks.iter().map(|week| week.expected).collect();
    let (all_actual, all_told) = (running(&actual), running(&told));
    let origin = (plots.origin_week, language.say("known | foretold", "connu | prédit"));
    let first_day = language.day(&plots.first_day);
    let across = format!("{} {first_day}", language.say("Weeks since", "Semaines depuis le"));
    let draw = |title: &str, series: [&[f64]; 2]| {
        let frame = Frame {
            name: &format!("{title}, {day}"),
            across: &across,
            up: language.say("Repeat purchases", "Réachats"),
            series: [language.say("came", "venus"), language.say("expected", "attendus")],
        };
        svg::lines(&frame, series, origin, &|number| language.tick(number))
    };
    let title = language.say("Repeat purchases each week", "Réachats par semaine");
    let summed = language.say("Repeat purchases in all", "Réachats cumulés");
    let charts = [(title, draw(title, [&actual, &told])), (summed, draw(summed, [&all_actual, &all_told]))];
    let head = match language {
        Language::En => ["Week", "Came", "Expected", "Came so far", "Expected so far"],
        Language::Fr => ["Semaine", "Venus", "Attendus", "Venus en tout", "Attendus en tout"],
    };
    pair(page, charts, |page| {
        let rows = (0..actual.len()).map(|week| {
            vec![
                (week + 1).to_string(),
                language.number(actual[week], 0),
                language.number(told[week], 1),
                language.number(all_actual[week], 0),
                language.number(all_told[week], 1),
            ]
        });
        table(page, &format!("{title}, {day}"), &head, rows);
    });
}

/// Sums up to each.
fn running(values: &[f64]) -> Vec<f64> {
    let mut sum = 0.0;
    let mut sums = Vec::with_capacity(values.len());
    for value in values {
        sum += value;
        sums.push(sum);
    }
    sums
}

/// Charts with their titles, one below the other, and a table beside them.
fn pair<const N: usize>(page: &mut String, charts: [(&str, String); N], beside: impl FnOnce(&mut String)) {
    page.push_str("<div class=\"pair\"><div>");
    for (title, drawn) in charts {
        let _ = writeln!(page, "<figure><figcaption>{}</figcaption>{drawn}</figure>", escaped(title));
    }
    page.push_str("</div>\n");
    beside(page);
    page.push_str("</div>\n");
}
