//! Months of real customers, each closing beside what was expected of it: the band that earlier months draw must cover it.
//!
//! The data are not part of the repository; without `CLIENTELA_DATA` these tests say so and pass.

use ledger::Day;
use portfolio::{Movement, Statement, Statements, closing_band};
use sources::{Purchase, PurchaseColumns, read_purchases};
use std::path::PathBuf;
use value::month_ends::{Asked, At, Family, LOST, ends_of_months, month_ends};
use value::newcomers::Likeness;
use value::{Choice, Margin, PurchaseLine, Question, fit_models, histories};

fn columns(customer: &str, date: &str, amount: &str) -> PurchaseColumns {
    PurchaseColumns {
        customer: customer.to_string(),
        date: date.to_string(),
        amount: Some(amount.to_string()),
        ..PurchaseColumns::default()
    }
}

/// Purchases of a file below CLIENTELA_DATA/value; `None`, and a word, where it is not there.
fn purchases(file: &str, columns: &PurchaseColumns) -> Option<Vec<Purchase>> {
    let path = std::env::var("CLIENTELA_DATA").map(PathBuf::from).ok()?.join("value").join(file);
    let Ok(bytes) = std::fs::read(&path) else {
        println!("skipped: {file} is not below CLIENTELA_DATA");
        return None;
    };
    let mut purchases = Vec::new();
    read_purchases(Box::new(std::io::Cursor::new(bytes)), columns, &mut |some| purchases.extend(some))
        .expect("the file can be read");
    Some(purchases)
}

fn line(purchase: &Purchase, cents: i64) -> PurchaseLine {
    PurchaseLine { customer: purchase.customer, day: purchase.day, amount: cents, margin: Margin::UNKNOWN }
}

/// Purchases of a file with an amount in each row.
fn lines(file: &str) -> Option<Vec<PurchaseLine>> {
    let purchases = purchases(file, &columns("customer_id", "date", "amount"))?;
    Some(purchases.iter().map(|one| line(one, (one.amount + 50).div_euclid(100))).collect())
}

/// The statements of all months but the first, as known then.
fn statements(mut lines: Vec<PurchaseLine>) -> Vec<Statement> {
    let first = lines.iter().map(|line| line.day).min().expect("there are purchases");
    let last = lines.iter().map(|line| line.day).max().expect("there are purchases");
    let question = Question { horizon: "12m".parse().unwrap(), minor_digits: Some(2), choice: Choice::Blend };
    let in_use = fit_models(&histories(lines.clone(), Day(last)), &question);
    let ends = ends_of_months(Day(first), Day(last));
    let mut dates: Vec<At<'_>> = ends.iter().map(|day| At { day: *day, rate: 0.1, models: None }).collect();
    dates.last_mut().unwrap().models = Some(&in_use);
    let asked = Asked {
        dates: &dates,
        family: Family::of(&in_use),
        horizon: question.horizon,
        minor_digits: 2,
        lost_below: LOST,
        likeness: Likeness::nobody(),
        futures: None,
        threads: 2,
    };
    let mut books = vec![(Statements::default(), Statement::default()); dates.len()];
    month_ends::<()>(
        &mut lines,
        &asked,
        |_| Ok(()),
        |period, passages| {
            let (book, statement) = &mut books[period.place];
            for passage in passages {
                statement.add(&book.row(&Movement::from(passage)));
            }
            Ok(())
        },
    )
    .unwrap();
    books.into_iter().skip(1).map(|(_, statement)| statement).collect()
}

/// Months with a band of six months or more before them, and how many of these it covered.
fn covered(name: &str, statements: &[Statement]) -> (usize, usize) {
    let (mut covered, mut months) = (0, 0);
    for (month, statement) in statements.iter().enumerate() {
        let band = closing_band(statement.expected_closing, &statements[..month], 0.9);
        let is_covered = band.is_some_and(|band| band.covers(statement.base_closing));
        if !is_covered && month >= LEAST {
            println!("{name} month {month}: {statement:?} outside {band:?}");
        }
        if month >= LEAST {
            months += 1;
            covered += usize::from(is_covered);
        }
    }
    println!("{name}: {covered} of {months} months covered");
    (covered, months)
}

/// Fewer months before one say too little of how months differ.
const LEAST: usize = 4;

/// In at least 85 % of the months.
fn assert_covered(name: &str, lines: Option<Vec<PurchaseLine>>) {
    let Some(lines) = lines else { return };
    let (covered, months) = covered(name, &statements(lines));
    assert!(months > 5 && covered * 100 >= months * 85, "{name}: {covered} of {months}");
}

#[test]
fn the_band_covers_cdnow_s_closings() {
    let file = "cdnow/elog_cdnow_master.csv";
    assert_covered(file, lines(file));
}

#[test]
fn the_band_covers_the_apparel_retailer_s_closings() {
    let file = "apparel/elog_apparel.csv";
    assert_covered(file, lines(file));
}

#[test]
fn the_band_covers_the_complete_journey_s_closings() {
    let file = "complete_journey/elog_dunnhumby.csv";
    assert_covered(file, lines(file));
}

#[test]
fn the_band_covers_online_retail_s_closings() {
    assert_covered("online_retail_II", online_retail());
}

/// Quantity times unit price, each line rounded to the cent.
fn online_retail() -> Option<Vec<PurchaseLine>> {
    let file = "online_retail/online_retail_II_2009_2010.parquet";
    let of = |amount| purchases(file, &columns("CustomerID", "InvoiceDate", amount));
    let (quantities, prices) = (of("Quantity")?, of("UnitPrice")?);
    assert_eq!(quantities.len(), prices.len());
    let cents = |quantity: &Purchase, price: &Purchase| {
        (quantity.amount as f64 * price.amount as f64 / 1e6).round() as i64
    };
    Some(quantities.iter().zip(&prices).map(|(one, price)| line(one, cents(one, price))).collect())
}
