//! `clientela value FILE --periods 1y`: customers who buy or do not in each period, valued by BG/BB.
//!
//! For events, memberships and donations that come once a year, a quarter or a month: only whether a customer bought in a
//! period is counted. Periods end with the last known day and are counted back from it by the calendar, so that none is
//! torn; what a customer does within the period of the first purchase says nothing. The table has the usual columns;
//! expected transactions are periods with a purchase.

use super::{
    Arguments, Asked, Failure, HEADER, after_today_report, allow_closed_pipe, grouped, how_many,
    in_words_of_reading, model_report, push_text, push_value, push_whole, read_lines, write_file,
};
use jiff::ToSpan;
use jiff::civil::Date;
use ledger::Day;
use serde_json::{Map, Value, json};
use sources::{AMOUNT_DIGITS, Purchases};
use std::collections::HashMap;
use std::io::{self, Write};
use value::blend::USUAL_SHOCK;
use value::discrete::{Group, Opportunities, bg_bb};
use value::lifetime::Forecast;
use value::spend::{self, net::Earnings};
use value::{
    CustomerValue, Fit, Histories, History, Horizon, Interval, Total, Verdict, histories_with_amounts,
};

/// Values the customers of the file by the periods in which they bought.
pub fn run(arguments: &Arguments, periods: &str, json: bool) -> Result<(), Failure> {
    let asked = Asked::of(arguments)?;
    let length = Length::of(periods)?;
    let ahead = length.ahead(&asked.horizon)?;
    let (purchases, lines, last_day) = read_lines(&asked.file, &asked.columns)?;
    let histories = histories_with_amounts(lines, asked.until.unwrap_or(last_day));
    let with_amount = asked.columns.amount.is_some();
    let failed = |error: value::Error| Failure::Failed(format!("{}: {error}", asked.file.display()));
    let base = Base::of(&histories, length, ahead, with_amount).map_err(failed)?;
    let table = |to: &mut dyn Write| write_table(&purchases, &histories, &base, to);
    match &asked.out {
        Some(path) => write_file(path, table)?,
        None => allow_closed_pipe(table(&mut io::stdout().lock()), "standard output")?,
    }
    if let Some(path) = &asked.fit {
        write_file(path, |to| writeln!(to, "{:#}", base.report(&histories, &asked.horizon)))?;
    }
    let report = match json {
        true => format!("{}\n", base.summary(&purchases, &histories, &asked.horizon)),
        false => base.in_words(&asked, &purchases, &histories),
    };
    let written = match (json, &asked.out) {
        (true, Some(_)) => io::stdout().write_all(report.as_bytes()),
        _ => io::stderr().write_all(report.as_bytes()),
    };
    allow_closed_pipe(written, "the report")
}

/// How long a period is, in months.
#[derive(Clone, Copy)]
struct Length(i32);

impl Length {
    fn of(text: &str) -> Result<Length, Failure> {
        let trimmed = text.trim().to_ascii_lowercase();
        let digits = trimmed.bytes().take_while(u8::is_ascii_digit).count();
        let (count, unit) = trimmed.split_at(digits);
        let months = match unit {
            "y" => 12,
            "q" => 3,
            "m" => 1,
            _ => 0,
        };
        match count.parse::<i32>() {
            Ok(count @ 1..=1_200) if months > 0 => Ok(Length(count * months)),
            _ => Err(Failure::Usage(format!(
                "--periods takes the length of a period, such as 1y, 1q or 1m; not {text:?}"
            ))),
        }
    }

    fn days(self) -> f64 {
        f64::from(self.0) * 365.25 / 12.0
    }

    /// How many periods a horizon has.
    fn ahead(self, horizon: &Horizon) -> Result<u32, Failure> {
        match (horizon.days() / self.days()).round() as u32 {
            0 => Err(Failure::Usage(format!(
                "a horizon of {horizon} is less than half a period of {} months; take a longer horizon or shorter periods",
                self.0
            ))),
            ahead => Ok(ahead),
        }
    }

    /// Last days of periods, the latest first, back to before `first`.
    fn ends(self, until: Day, first: i32) -> Vec<i32> {
        let last = until.civil().unwrap_or(Date::MAX);
        let end = |back: i32| Day::of(last.saturating_sub((i64::from(back) * i64::from(self.0)).months())).0;
        let mut ends = vec![until.0];
        while ends.last().is_some_and(|end| *end >= first) {
            let next = end(ends.len() as i32);
            if ends.last().is_some_and(|last| next >= *last) {
                break;
            }
            ends.push(next);
        }
        ends
    }
}

/// The place of a day among periods, 0 for the latest.
fn place(ends: &[i32], day: i32) -> u32 {
    (ends.partition_point(|end| *end >= day) as u32).saturating_sub(1)
}

/// What a customer did with the periods after that of the first purchase, and what each with a purchase brought, in
/// minor units.
fn opportunities(
    history: &History,
    days: &[u32],
    amounts: &[i64],
    ends: &[i32],
) -> (Opportunities, Vec<f64>) {
    let first = place(ends, history.first_day);
    let (mut last, mut sums): (u32, Vec<f64>) = (0, Vec::new());
    for (day, amount) in days.iter().zip(amounts) {
        let at = first - place(ends, history.first_day + *day as i32);
        if at > last {
            last = at;
            sums.push(0.0);
        }
        if at > 0
            && let Some(sum) = sums.last_mut()
        {
            *sum += *amount as f64;
        }
    }
    (Opportunities { purchases: sums.len() as u32, last, seen: first }, sums)
}

/// The fitted models and what they say of each customer.
struct Base {
    length: Length,
    ahead: u32,
    fit: Fit<bg_bb::Params>,
    spend: Option<spend::Choice>,
    customers: Vec<CustomerValue>,
    /// Periods with a purchase of each customer, the first included.
    bought: Vec<u32>,
}

impl Base {
    fn of(
        histories: &Histories,
        length: Length,
        ahead: u32,
        with_amount: bool,
    ) -> Result<Base, value::Error> {
        let unit = 10_f64.powi(AMOUNT_DIGITS as i32);
        let first = histories.rows.iter().map(|row| row.first_day).min().unwrap_or(histories.until.0);
        let ends = length.ends(histories.until, first);
        let (mut seen, mut earnings) = (Vec::new(), Vec::new());
        let (mut days, mut amounts) = (&histories.repeat_days[..], &histories.repeat_amounts[..]);
        for row in &histories.rows {
            let (own_days, later_days) = days.split_at(row.repeat_purchases as usize);
            let (own_amounts, later_amounts) = amounts.split_at(row.repeat_purchases as usize);
            (days, amounts) = (later_days, later_amounts);
            let (opportunities, sums) = opportunities(row, own_days, own_amounts, &ends);
            seen.push(opportunities);
            earnings.push(Earnings::of(&sums.iter().map(|sum| sum / unit).collect::<Vec<_>>(), &[]));
        }
        let mut sorted = seen.clone();
        sorted.sort_unstable();
        let groups: Vec<Group> = sorted
            .chunk_by(|one, next| one == next)
            .map(|same| Group { opportunities: same[0], customers: same.len() as u32 })
            .collect();
        let fit = bg_bb::fit(&groups)?;
        let spend = match with_amount {
            true => {
                let all: f64 = histories.rows.iter().map(|row| row.spend() as f64 / unit).sum();
                let periods: f64 = seen.iter().map(|one| f64::from(one.purchases) + 1.0).sum();
                Some(spend::choose(&earnings, all / periods.max(1.0))?)
            }
            false => None,
        };
        let mut known: HashMap<Opportunities, (f64, Forecast)> = HashMap::new();
        let mut customers = Vec::with_capacity(seen.len());
        for ((row, one), earnings) in histories.rows.iter().zip(&seen).zip(&earnings) {
            let (p_alive, forecast) = match known.get(one) {
                Some(found) => *found,
                None => {
                    let prospect = bg_bb::prospect(one, &fit.params);
                    let found = (bg_bb::p_alive(one, &fit.params), prospect.forecast(ahead)?);
                    known.insert(*one, found);
                    found
                }
            };
            let [lo95, lo80, _, hi80, hi95] = forecast.quantiles.map(f64::from);
            let mut value = CustomerValue {
                customer: row.customer,
                p_alive,
                expected_transactions: forecast.mean,
                transactions: Interval { lo95, lo80, hi80, hi95 },
                transactions_variance: forecast.variance,
                expected_spend: 0.0,
                spend: Interval::default(),
                spend_variance: 0.0,
                margin_share: None,
                expected_margin: None,
                margin_variance: 0.0,
            };
            if let Some(choice) = &spend {
                let of = choice.forecast(earnings, &forecast);
                let [lo95, lo80, hi80, hi95] = of.quantiles.map(|quantile| (quantile * unit).max(0.0));
                value.expected_spend = of.mean * unit;
                value.spend = Interval { lo95, lo80, hi80, hi95 };
                value.spend_variance = of.variance * unit * unit;
            }
            customers.push(value);
        }
        let bought = seen.iter().map(|one| one.purchases + 1).collect();
        Ok(Base { length, ahead, fit, spend, customers, bought })
    }

    fn total(&self, of: impl Fn(&CustomerValue) -> (f64, f64)) -> Total {
        Total::of(self.customers.iter().map(of), USUAL_SHOCK)
    }

    /// The fitted models.
    fn report(&self, histories: &Histories, horizon: &Horizon) -> Value {
        let fit = &self.fit;
        let numbers = |params: &bg_bb::Params| params.named().to_vec();
        let errors = fit.standard_errors.as_ref().map(numbers);
        let mut report: Map<String, Value> =
            model_report("bg_bb", &numbers(&fit.params), errors, &fit.without_params(), None);
        let (to_buy, to_leave) = fit.params.mean_chances();
        let spend = self.spend.as_ref().map(|choice| {
            let model = &choice.model;
            let reason = model.reason().map(|reason| (reason.code(), reason.to_string()));
            model_report(model.code(), &model.parameters(), model.standard_errors(), &model.fit(), reason)
        });
        let rest = json!({
            "aic": fit.aic(),
            "bic": fit.bic(),
            "mean_chance_to_buy": to_buy,
            "mean_chance_to_leave": to_leave,
            "time_unit": "periods",
            "period_months": self.length.0,
            "horizon": horizon.to_string(),
            "horizon_periods": self.ahead,
            "until": histories.until.civil().map(|date| date.to_string()),
            "spend": spend,
        });
        if let Value::Object(rest) = rest {
            report.extend(rest);
        }
        Value::Object(report)
    }

    fn summary(&self, purchases: &Purchases, histories: &Histories, horizon: &Horizon) -> Value {
        let unit = 10_f64.powi(AMOUNT_DIGITS as i32);
        let total = |total: Total, unit: f64| {
            let Interval { lo95, lo80, hi80, hi95 } = total.interval;
            json!({ "expected": total.expected / unit, "lo80": lo80 / unit, "hi80": hi80 / unit,
                "lo95": lo95 / unit, "hi95": hi95 / unit })
        };
        json!({
            "rows": purchases.rows,
            "purchases": purchases.purchases,
            "without_customer": purchases.without_customer,
            "invalid": purchases.rejected,
            "after_until": histories.counts.lines_after,
            "after_today": after_today_report(purchases),
            "customers": histories.rows.len(),
            "until": histories.until.civil().map(|date| date.to_string()),
            "model": "BG/BB",
            "expected_transactions": total(self.total(|c| (c.expected_transactions, c.transactions_variance)), 1.0),
            "expected_spend": self.spend.as_ref().map(|_| total(self.total(|c| (c.expected_spend, c.spend_variance)), unit)),
            "fit": self.report(histories, horizon),
            "notes": purchases.notes,
        })
    }

    fn in_words(&self, asked: &Asked, purchases: &Purchases, histories: &Histories) -> String {
        let mut lines = in_words_of_reading(&asked.file, purchases, histories);
        let total = self.total(|c| (c.expected_transactions, c.transactions_variance));
        lines.push(format!(
            "{} valued for {} of {} by BG/BB: {} with a purchase expected ({} to {} with 95 %)",
            how_many(self.customers.len() as u64, "customer", "customers"),
            how_many(u64::from(self.ahead), "period", "periods"),
            how_many(self.length.0.unsigned_abs().into(), "month", "months"),
            how_many(total.expected.round() as u64, "period", "periods"),
            grouped(total.interval.lo95.round() as u64),
            grouped(total.interval.hi95.round() as u64),
        ));
        if self.fit.verdict != Verdict::Identified {
            lines.push(self.fit.verdict.to_string());
        }
        lines.extend(
            self.spend.as_ref().and_then(|choice| choice.model.reason()).map(|reason| reason.to_string()),
        );
        lines.join("\n") + "\n"
    }
}

/// The usual table; transactions are periods with a purchase.
fn write_table(
    purchases: &Purchases,
    histories: &Histories,
    base: &Base,
    to: &mut dyn Write,
) -> io::Result<()> {
    let mut chunk = Vec::from(HEADER.as_bytes());
    chunk.push(b'\n');
    for ((history, value), bought) in histories.rows.iter().zip(&base.customers).zip(&base.bought) {
        push_text(&mut chunk, purchases.customers.name(history.customer));
        for count in [*bought, history.recency_days, history.age_days] {
            chunk.push(b',');
            push_whole(&mut chunk, u64::from(count));
        }
        chunk.extend_from_slice(b",bg_bb");
        push_value(&mut chunk, value, base.spend.is_some());
        chunk.push(b'\n');
        if chunk.len() > 1 << 18 {
            to.write_all(&chunk)?;
            chunk.clear();
        }
    }
    to.write_all(&chunk)?;
    to.flush()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Folder, arguments, table};
    use super::*;

    #[test]
    fn periods_end_with_the_last_known_day_and_none_is_torn() {
        let day = |text: &str| Day::of(text.parse().unwrap());
        let ends = Length(1).ends(day("2024-03-31"), day("2023-12-15").0);
        assert_eq!(
            ends,
            ["2024-03-31", "2024-02-29", "2024-01-31", "2023-12-31", "2023-11-30"].map(|t| day(t).0)
        );
        assert_eq!(place(&ends, day("2024-03-31").0), 0);
        assert_eq!((place(&ends, day("2024-03-01").0), place(&ends, day("2024-02-29").0)), (0, 1));
        assert_eq!(place(&ends, day("2023-12-15").0), 3);
    }

    #[test]
    fn donors_of_a_campaign_each_year_are_counted_by_year() {
        let folder = Folder::new("donors");
        let mut rows = String::from("who,day,total\n");
        for donor in 0..400_i32 {
            rows.push_str(&format!("D{donor},2017-{:02}-05,20\n", 1 + donor % 12));
            for year in 2018..2024 {
                // One in three never gives again; the others give in most years until they stop.
                let stops = 2018 + donor * 7 % 9;
                if donor % 3 > 0 && year < stops && (donor + year) % (2 + donor % 4) > 0 {
                    rows.push_str(&format!("D{donor},{year}-11-{:02},{}\n", 1 + donor % 28, 10 + donor % 13));
                    rows.push_str(&format!("D{donor},{year}-12-{:02},5\n", 1 + donor % 28));
                }
            }
        }
        let file = folder.with("donors.csv", &rows);
        let arguments = Arguments {
            amount: Some("total".to_string()),
            until: Some("2023-12-31".to_string()),
            horizon: Some("2y".to_string()),
            periods: Some("1y".to_string()),
            ..arguments(&folder, file)
        };
        super::super::run(&arguments, false).unwrap();
        let rows = table(&arguments);
        assert_eq!(rows[0].join(","), HEADER);
        assert_eq!(rows[1][..2], ["D0", "1"]);
        assert_eq!(rows[1][4], "bg_bb");
        for row in &rows[1..] {
            let number = |at: usize| row[at].parse::<f64>().unwrap();
            assert!(number(1) <= 7.0 && (0.0..=1.0).contains(&number(5)), "{row:?}");
            assert!((0.0..=2.0).contains(&number(6)) && number(10) <= 2.0, "{row:?}");
            assert!(number(11) >= 0.0, "{row:?}");
        }
        let fit: Value =
            serde_json::from_str(&std::fs::read_to_string(arguments.fit.as_ref().unwrap()).unwrap()).unwrap();
        assert_eq!((fit["model"].as_str(), fit["horizon_periods"].as_u64()), (Some("bg_bb"), Some(2)));
        assert!(fit["spend"]["model"].is_string(), "{fit}");

        let message = |periods: &str, horizon: &str| {
            let wrong = Arguments { horizon: Some(horizon.to_string()), ..arguments.clone() };
            match run(&wrong, periods, false) {
                Err(Failure::Usage(message)) => message,
                other => panic!("{other:?}"),
            }
        };
        assert!(message("year", "2y").contains("such as 1y, 1q or 1m"));
        assert!(message("1y", "2m").contains("less than half a period"));
    }
}
