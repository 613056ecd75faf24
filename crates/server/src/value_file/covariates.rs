//! `clientela value FILE --covariates COL,COL`: what the file's columns say of customers, as numbers for the models.
//!
//! Takes each row's cells; keeps the first that a customer's rows fill. A column of numbers is one covariate, a column of
//! words one for each group but the most frequent. What is missing counts as usual: the mean of a number, a group of its
//! own where there are enough. Gives rows of numbers in the order of the histories, and tells the effects in words.

use super::{Failure, grouped, how_many};
use serde_json::{Value, json};
use std::collections::HashMap;
use value::covariates::Effects;
use value::{CovariateValuation, Histories};

/// Groups with fewer customers are put together.
const LEAST_OF_A_GROUP: usize = 10;
/// More groups than this are put together from the smallest on.
const MOST_GROUPS: usize = 30;

/// The cells of the asked columns, customer by customer.
pub(super) struct Cells {
    columns: Vec<Column>,
    decimal: char,
}

struct Column {
    name: String,
    /// Different words, and the row that each was first met in.
    words: Vec<(String, u64)>,
    places: HashMap<String, u32>,
    /// For each customer the place of the first word and one more; zero where no row tells one.
    of_customer: Vec<u32>,
    /// Customers whose rows tell different words.
    differing: HashMap<u32, ()>,
}

impl Cells {
    pub fn of(columns: &[String]) -> Cells {
        let column = |name: &String| Column {
            name: name.clone(),
            words: Vec::new(),
            places: HashMap::new(),
            of_customer: Vec::new(),
            differing: HashMap::new(),
        };
        Cells { columns: columns.iter().map(column).collect(), decimal: '.' }
    }

    /// The mark before decimals in the file's text.
    pub fn set_decimal(&mut self, decimal: char) {
        self.decimal = decimal;
    }

    /// One row's words, in the order of the columns.
    pub fn take(&mut self, customer: u32, row: u64, words: &[String]) {
        for (column, word) in self.columns.iter_mut().zip(words) {
            if !sources::means_nothing(word) {
                column.take(customer, row, word);
            }
        }
    }

    /// The covariates of customers with a history.
    pub fn design(&self, base: &Histories) -> Result<Design, Failure> {
        let mut design = Design { columns: Vec::new(), terms: Vec::new(), rows: Vec::new() };
        let mut parts: Vec<Vec<Vec<f64>>> = Vec::new();
        for column in &self.columns {
            let of_rows: Vec<Option<&str>> = base
                .rows
                .iter()
                .map(|row| column.of_customer.get(row.customer as usize).and_then(|at| column.word(*at)))
                .collect();
            let missing = of_rows.iter().filter(|word| word.is_none()).count() as u64;
            if missing == of_rows.len() as u64 {
                return Err(
                    column.refused("it is empty for every customer", "name another column, or leave it out")
                );
            }
            let numbers = column.numbers(self.decimal)?;
            design.columns.push(Told {
                column: column.name.clone(),
                is_number: numbers.is_some(),
                missing,
                differing: column.differing.len() as u64,
            });
            let part = match numbers {
                Some(numbers) => column.as_number(&of_rows, &numbers, &mut design.terms)?,
                None => column.as_groups(&of_rows, &mut design.terms)?,
            };
            parts.push(part);
        }
        design.rows = (0..base.rows.len())
            .map(|i| parts.iter().flat_map(|part| part.iter().map(move |covariate| covariate[i])).collect())
            .collect();
        Ok(design)
    }
}

impl Column {
    fn take(&mut self, customer: u32, row: u64, word: &str) {
        let place = match self.places.get(word) {
            Some(place) => *place,
            None => {
                self.words.push((word.to_string(), row));
                let place = self.words.len() as u32;
                self.places.insert(word.to_string(), place);
                place
            }
        };
        let customer = customer as usize;
        if customer >= self.of_customer.len() {
            self.of_customer.resize(customer + 1, 0);
        }
        match &mut self.of_customer[customer] {
            known @ 0 => *known = place,
            known if *known != place => {
                self.differing.insert(customer as u32, ());
            }
            _ => {}
        }
    }

    fn word(&self, at: u32) -> Option<&str> {
        self.words.get((at as usize).checked_sub(1)?).map(|(word, _)| word.as_str())
    }

    fn refused(&self, cause: &str, remedy: &str) -> Failure {
        Failure::Failed(format!("--covariates, column {:?}: {cause}; {remedy}", self.name))
    }

    /// The number that each word is, where the column is one of numbers.
    fn numbers(&self, decimal: char) -> Result<Option<HashMap<&str, f64>>, Failure> {
        let number = |word: &str| -> Option<f64> {
            let written = if decimal == ',' { word.replace(',', ".") } else { word.to_string() };
            written.parse::<f64>().ok().filter(|number| number.is_finite())
        };
        let numbers: HashMap<&str, f64> =
            self.words.iter().filter_map(|(word, _)| Some((word.as_str(), number(word)?))).collect();
        if numbers.len() == self.words.len() {
            return Ok(Some(numbers));
        }
        // Nearly all are numbers: then the others are slips, not groups.
        if numbers.len() >= 10 && 10 * numbers.len() >= 9 * self.words.len() {
            let odd = self.words.iter().find(|(word, _)| !numbers.contains_key(word.as_str()));
            let (word, row) = odd.expect("not all words are numbers");
            let others = grouped(numbers.len() as u64);
            return Err(self.refused(
                &format!("row {row}: {word:?} is no number, while {others} other entries are"),
                "correct it, or leave the cell empty",
            ));
        }
        Ok(None)
    }

    fn as_number(
        &self,
        of_rows: &[Option<&str>],
        numbers: &HashMap<&str, f64>,
        terms: &mut Vec<Term>,
    ) -> Result<Vec<Vec<f64>>, Failure> {
        let known = || of_rows.iter().flatten().map(|word| numbers[word]);
        let count = known().count() as f64;
        let mean = known().sum::<f64>() / count;
        let spread = (known().map(|number| (number - mean).powi(2)).sum::<f64>() / count).sqrt();
        if spread.is_nan() || spread <= 1e-9 * mean.abs() {
            let cause = format!("it is {mean} for every customer, so that it tells nothing");
            return Err(self.refused(&cause, "leave it out"));
        }
        terms.push(Term { column: self.name.clone(), what: What::Number { spread } });
        Ok(vec![of_rows.iter().map(|word| word.map_or(mean, |word| numbers[word])).collect()])
    }

    fn as_groups(&self, of_rows: &[Option<&str>], terms: &mut Vec<Term>) -> Result<Vec<Vec<f64>>, Failure> {
        let mut counts: HashMap<Option<&str>, usize> = HashMap::new();
        of_rows.iter().for_each(|word| *counts.entry(*word).or_default() += 1);
        let mut groups: Vec<(Option<&str>, usize)> = counts.into_iter().collect();
        groups.sort_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(&other.0)));
        let different = groups.iter().filter(|(word, _)| word.is_some()).count();
        if different < 2 {
            let only = self.words.first().map_or("", |(word, _)| word);
            let cause = format!("it is {only:?} for every customer it is known of, so that it tells nothing");
            return Err(self.refused(&cause, "leave it out"));
        }
        let large: Vec<Option<&str>> = groups
            .iter()
            .filter(|(_, count)| *count >= LEAST_OF_A_GROUP)
            .map(|(word, _)| *word)
            .take(MOST_GROUPS)
            .collect();
        let in_large: usize =
            groups.iter().filter(|(word, _)| large.contains(word)).map(|(_, count)| count).sum();
        if 2 * in_large < of_rows.len() {
            let cause = format!(
                "it has {} different entries among {}, names rather than groups",
                grouped(different as u64),
                how_many(of_rows.len() as u64, "customer", "customers")
            );
            return Err(self.refused(&cause, "name a column with few groups of at least ten customers"));
        }
        let (against, tried) = large.split_first().expect("half of the customers are in large groups");
        let told = |word: &Option<&str>| word.map_or_else(|| NOT_TOLD.to_string(), str::to_string);
        let others = groups.len() > large.len();
        let mut covariates: Vec<Vec<f64>> = Vec::new();
        let mut add = |group: String, is_in: &dyn Fn(&Option<&str>) -> bool| {
            terms.push(Term {
                column: self.name.clone(),
                what: What::Group { group, against: told(against) },
            });
            covariates.push(of_rows.iter().map(|word| f64::from(u8::from(is_in(word)))).collect());
        };
        for group in tried {
            add(told(group), &|word| word == group);
        }
        if others {
            add(OTHERS.to_string(), &|word| !large.contains(word));
        }
        Ok(covariates)
    }
}

const NOT_TOLD: &str = "(not told)";
const OTHERS: &str = "(others)";

/// Covariates as numbers, and what they are.
pub(super) struct Design {
    columns: Vec<Told>,
    terms: Vec<Term>,
    pub rows: Vec<Vec<f64>>,
}

/// A column as it was read.
struct Told {
    column: String,
    is_number: bool,
    missing: u64,
    differing: u64,
}

/// What one coefficient belongs to.
struct Term {
    column: String,
    what: What,
}

enum What {
    Number { spread: f64 },
    Group { group: String, against: String },
}

/// A factor on the clock, with its 95 % bounds.
struct Factor {
    value: f64,
    low: f64,
    high: f64,
}

impl Factor {
    /// Of a step of so much of the covariate.
    fn of(effects: &Effects, at: usize, step: f64) -> Factor {
        let (effect, error) = (effects.coefficients[at] * step, effects.standard_errors[at] * step);
        Factor {
            value: effect.exp(),
            low: (effect - 1.96 * error).exp(),
            high: (effect + 1.96 * error).exp(),
        }
    }
}

impl Term {
    fn factor(&self, effects: &Effects, at: usize) -> Factor {
        let step = match self.what {
            What::Number { spread } => spread,
            What::Group { .. } => 1.0,
        };
        Factor::of(effects, at, step)
    }

    /// The effect in words.
    fn words(&self, effects: &Effects, at: usize) -> String {
        let Factor { value, low, high } = self.factor(effects, at);
        let subject = match &self.what {
            What::Number { spread } => {
                format!("{:.4} more of {} (a standard deviation)", Short(*spread), self.column)
            }
            What::Group { group, against } => format!("{} {group} against {against}", self.column),
        };
        let sure = if effects.p_values[at] < 0.05 { "" } else { ", which may be chance" };
        format!("{subject}: buys and leaves {value:.2} times as fast ({low:.2} to {high:.2} with 95 %){sure}")
    }
}

/// A number with few digits, whatever its size.
struct Short(f64);

impl std::fmt::Display for Short {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let digits = (2.0 - self.0.abs().log10().floor()).clamp(0.0, 12.0) as usize;
        write!(f, "{:.digits$}", self.0)
    }
}

impl Design {
    /// The words of a library's error, with the columns it is about.
    pub fn failure(&self, error: &value::Error) -> Failure {
        let names: Vec<String> = self.columns.iter().map(|told| format!("{:?}", told.column)).collect();
        let remedy = match error {
            value::Error::FewCustomers { .. } | value::Error::NoCustomers => {
                "value this base without --covariates"
            }
            value::Error::TooMany { .. } => "name fewer columns, or columns with fewer groups",
            _ => "leave one of them out",
        };
        Failure::Failed(format!("--covariates, columns {}: {error}; {remedy}", names.join(", ")))
    }

    /// The effects as JSON.
    pub fn report(&self, found: &CovariateValuation) -> Value {
        let effects = &found.effects;
        let of_terms: Vec<Value> = self
            .terms
            .iter()
            .enumerate()
            .map(|(at, term)| {
                let per_step = term.factor(effects, at);
                let (group, against, spread) = match &term.what {
                    What::Group { group, against } => (Some(group), Some(against), None),
                    What::Number { spread } => (None, None, Some(*spread)),
                };
                json!({
                    "column": term.column,
                    "group": group,
                    "against": against,
                    "standard_deviation": spread,
                    "effect": effects.coefficients[at],
                    "standard_error": effects.standard_errors[at],
                    "p_value": effects.p_values[at],
                    "factor": per_step.value,
                    "factor_lo95": per_step.low,
                    "factor_hi95": per_step.high,
                    "words": term.words(effects, at),
                })
            })
            .collect();
        let columns: Vec<Value> = self
            .columns
            .iter()
            .map(|told| {
                json!({
                    "column": told.column,
                    "kind": if told.is_number { "number" } else { "groups" },
                    "customers_without": told.missing,
                    "customers_with_several": told.differing,
                })
            })
            .collect();
        json!({
            "used": found.is_used,
            "reference_model": found.reference.code(),
            "columns": columns,
            "effects": of_terms,
            "log_likelihood": effects.log_likelihood,
            "log_likelihood_without": effects.log_likelihood_without,
            "aic_against_none": effects.aic_against_none(),
            "verdict": self.verdict(found),
        })
    }

    fn verdict(&self, found: &CovariateValuation) -> String {
        let ratio = found.effects.likelihood_ratio();
        match found.is_used {
            true => format!(
                "covariates are in use: each customer's clock runs by them; they gain {:.1} in log-likelihood for {} effects",
                0.5 * ratio,
                self.terms.len()
            ),
            false => format!(
                "covariates are not in use: {} effects gain {:.1} in log-likelihood, less than they cost",
                self.terms.len(),
                0.5 * ratio
            ),
        }
    }

    /// The same for people.
    pub fn words(&self, found: &CovariateValuation) -> Vec<String> {
        let mut lines = vec![self.verdict(found)];
        lines.extend(
            self.terms.iter().enumerate().map(|(at, term)| format!("  {}", term.words(&found.effects, at))),
        );
        for told in &self.columns {
            if told.missing > 0 {
                let as_what = if told.is_number { "the mean" } else { "a group, or the most frequent one" };
                let who = how_many(told.missing, "customer, who counts", "customers, who count");
                lines.push(format!("  {}: not told of {who} as {as_what}", told.column));
            }
            if told.differing > 0 {
                let who = how_many(told.differing, "customer", "customers");
                lines.push(format!("  {}: differs between rows of {who}; the first counts", told.column));
            }
        }
        lines
    }
}
