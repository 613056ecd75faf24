//! What the parts of valuing a file take, by the same calls as `clientela value FILE` makes.

use crate::month_ends::cpu_seconds;
use sources::{AMOUNT_DIGITS, PurchaseColumns};
use std::error::Error;
use std::fs::File;
use std::path::Path;
use value::lifetime::Kind;
use value::{Choice, Lines, Question, Seasonality};

pub fn measure(file: &Path) -> Result<(), Box<dyn Error>> {
    let columns = PurchaseColumns {
        customer: "customer".to_string(),
        date: "date".to_string(),
        amount: Some("amount".to_string()),
        ..PurchaseColumns::default()
    };
    let mut last = cpu_seconds();
    let mut since = || {
        let now = cpu_seconds();
        now - std::mem::replace(&mut last, now)
    };
    let mut lines = Lines::default();
    let read = sources::read_purchases(Box::new(File::open(file)?), &columns, &mut |batch| {
        for purchase in batch {
            lines.push(purchase.customer, purchase.day, purchase.amount);
        }
    })?;
    let reading = since();
    let until = lines.last_day().ok_or("no purchases")?;
    let histories = lines.histories(until);
    let gathering = since();
    let question = Question {
        horizon: "39w".parse()?,
        minor_digits: Some(AMOUNT_DIGITS),
        choice: Choice::One(Kind::BgNbd),
    };
    let found = value::value_each(&histories, &question, Seasonality::Auto, 0.1, |_, _, _, _| ());
    let valuing = since();
    println!(
        "{{\"rows\":{},\"customers\":{},\"read\":{reading:.3},\"histories\":{gathering:.3},\"values\":{valuing:.3},\
         \"expected\":{:.0}}}",
        read.rows,
        histories.rows.len(),
        found.valuation.total_transactions().expected
    );
    Ok(())
}
