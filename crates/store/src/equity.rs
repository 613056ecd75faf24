//! Statements of customer equity as they were published, who made their lines, who came and went, and each customer's
//! equity on the list.
//!
//! What is closed is never written over here: a run says from which day on statements are replaced.

use crate::connection::{Bind, Connection, Row, binds, sql};
use crate::error::Result;
use crate::filter::number;
use crate::models::ModelsId;
use crate::pool::Store;
use access::Field;
use ledger::{Day, Moment};
use portfolio::{Line, Loss, Losses, Statement, Turnover};
use std::collections::HashSet;

/// A statement as published.
#[derive(Clone, Debug, PartialEq)]
pub struct PublishedStatement {
    /// It opens at the end of this day.
    pub opened_on: Day,
    /// It closes at the end of this day.
    pub day: Day,
    /// It stays as it is; else it leads to the day of the valuation within a month.
    pub is_closed: bool,
    /// When it was computed.
    pub published_at: Moment,
    /// The models of its closing.
    pub models: Option<ModelsId>,
    /// The yearly discount rate of its closing.
    pub discount_rate: f64,
    /// Sales up to its last day that were known.
    pub sales: u64,
    /// The last link that was known.
    pub newest_link: i64,
    /// The sums.
    pub statement: Statement,
}

/// A statement with what is kept beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct NewStatement {
    /// The statement.
    pub published: PublishedStatement,
    /// Of each line who made it.
    pub lines: Vec<LineRows>,
    /// Who came and went.
    pub turns: Vec<TurnRow>,
}

/// Who made a line of one statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineRows {
    /// Which line.
    pub line: Line,
    /// Its amount in minor units.
    pub amount: i64,
    /// Customers with an amount in it.
    pub customers: u64,
    /// Those who matter most with their amounts, in any order.
    pub rows: Vec<(u32, i64)>,
}

/// Who came and went in one statement's time.
#[derive(Clone, Debug, PartialEq)]
pub struct TurnRow {
    /// By what they are told apart.
    pub part: String,
    /// Which of it.
    pub key: String,
    /// Acquired and lost.
    pub turnover: Turnover,
    /// Who came back after having been counted as lost: heads, and what they are worth.
    pub returned: (u64, i64),
    /// Losses expected and come.
    pub loss: Loss,
}

/// By what losses are looked at beside value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Place<'a> {
    pub customer: u32,
    /// 1 person, 2 organisation.
    pub kind: Option<i64>,
    /// Names of sources, one a line.
    pub sources: &'a str,
    pub owner: Option<&'a str>,
}

impl Store {
    /// Every statement, the earliest first.
    pub fn equity_statements(&self) -> Result<Vec<PublishedStatement>> {
        self.read(|connection| {
            connection.snapshot(|connection| {
                let mut months = connection.rows(sql!("equity/months"), binds![], published)?;
                connection.each(sql!("equity/lines"), binds![], |row| {
                    let day = row.day_or_null(0)?;
                    let line = Line::from_name(row.text(1)?);
                    let amount = row.int(2)?;
                    let month = months.iter_mut().find(|month| Some(month.day) == day);
                    if let (Some(month), Some(line)) = (month, line) {
                        month.statement.lines[line as usize] = amount;
                    }
                    Ok(())
                })?;
                Ok(months)
            })
        })
    }

    /// Puts statements in place of all that close after `after` (of all without one), at once, with the columns of
    /// [`MonthEndMeasure::NextEquity`](crate::MonthEndMeasure::NextEquity) that were kept for them and notes by name.
    pub fn put_equity(
        &self,
        after: Option<Day>,
        statements: &[NewStatement],
        notes: &[(&str, &str)],
    ) -> Result<()> {
        self.write(|tx| {
            drop_after(tx, after)?;
            tx.execute(sql!("month_ends/take_place"), binds![])?;
            for new in statements {
                put(tx, new)?;
            }
            for (name, content) in notes {
                tx.execute(sql!("equity/put_note"), binds![*name, *content])?;
            }
            Ok(())
        })
    }

    /// One line over the statements that close after `from` and up to `until`: who made it in each, and its sum.
    pub fn equity_line(&self, from: Day, until: Day, line: Line) -> Result<Vec<LineRows>> {
        self.read(|connection| {
            let binds = binds![i64::from(from.0), i64::from(until.0), line.name()];
            connection.rows(sql!("equity/line_customers"), binds, |row| {
                Ok(LineRows {
                    line,
                    amount: row.int(0)?,
                    customers: row.int(1)?.unsigned_abs(),
                    rows: row.bytes_or_null(2)?.map(unpacked).unwrap_or_default(),
                })
            })
        })
    }

    /// Who came and went by a part, statement by statement.
    pub fn equity_turns(&self, part: &str) -> Result<Vec<(Day, TurnRow)>> {
        self.read(|connection| {
            connection.rows(sql!("equity/turns"), binds![part], |row| {
                let day = row.day_or_null(0)?.expect("the key is never null");
                let turnover = Turnover {
                    acquired: row.int(2)?.unsigned_abs(),
                    acquired_value: row.int(3)?,
                    lost: row.int(6)?.unsigned_abs(),
                    lost_value: row.int(7)?,
                };
                let returned = (row.int(4)?.unsigned_abs(), row.int(5)?);
                let real = |column: usize| Ok::<f64, crate::Error>(row.real_or_null(column)?.unwrap_or(0.0));
                let losses = |from: usize| {
                    let (expected, variance, actual) = (real(from)?, real(from + 1)?, real(from + 2)?);
                    Ok::<Losses, crate::Error>(Losses { expected, variance, actual })
                };
                let (heads, value) = (losses(8)?, losses(11)?);
                let (part, key) = (part.to_string(), row.string(1)?);
                Ok((day, TurnRow { part, key, turnover, returned, loss: Loss { heads, value } }))
            })
        })
    }

    /// Something kept beside the statements.
    pub fn equity_note(&self, name: &str) -> Result<Option<String>> {
        self.read(|connection| connection.first(sql!("equity/note"), binds![name], |row| row.string(0)))
    }

    /// Every customer, by rising number, with what losses are looked at by.
    pub fn each_place(&self, mut take: impl FnMut(Place<'_>)) -> Result<()> {
        self.read(|connection| {
            connection.each(sql!("equity/places"), binds![], |row| {
                take(Place {
                    customer: number(row.int(0)?),
                    kind: row.int_or_null(1)?,
                    sources: row.text(2)?,
                    owner: row.text_or_null(3)?,
                });
                Ok(())
            })
        })
    }

    /// The number of the newest link; 0 without links.
    pub fn newest_link(&self) -> Result<i64> {
        self.read(|connection| {
            Ok(connection.first(sql!("equity/newest_link"), binds![], |row| row.int(0))?.unwrap_or(0))
        })
    }

    /// Customers who won or lost records by links newer than `link`.
    pub fn relinked_since(&self, link: i64) -> Result<HashSet<u32>> {
        let mut customers = HashSet::new();
        self.read(|connection| {
            connection.each(sql!("equity/relinked"), binds![link], |row| {
                customers.extend([number(row.int(0)?), number(row.int(1)?)]);
                Ok(())
            })
        })?;
        Ok(customers)
    }

    /// What each customer is worth, by number, as the list shows it.
    pub fn equity_column(&self) -> Result<Vec<Option<i64>>> {
        self.money_column(Field::Equity)
    }

    /// Writes what each customer is worth, by number; lists show it from then on.
    pub fn save_equity(&self, column: &[Option<i64>], progress: impl FnMut(u64) -> Result<()>) -> Result<()> {
        let mut rows = Vec::new();
        for (customer, kept) in self.money_column(Field::Equity)?.into_iter().enumerate() {
            let now = column.get(customer).copied().flatten();
            if now != kept {
                rows.push((customer as i64, now));
            }
        }
        let fill = |(id, equity): &(i64, Option<i64>), row: &mut Vec<Bind<'_>>| {
            row.extend([Bind::from(*id), Bind::from(*equity)]);
        };
        self.write_customers(&[("equity", "bigint")], rows, fill, progress)?;
        self.publish_fields(&[Field::Equity])
    }
}

fn drop_after(tx: &mut Connection, after: Option<Day>) -> Result<()> {
    let after = after.map_or(i64::MIN, |day| i64::from(day.0));
    let parts = [sql!("equity/drop_months"), sql!("equity/drop_lines"), sql!("equity/drop_turns")];
    for sql in parts.into_iter().chain([sql!("month_ends/drop_equity_after")]) {
        tx.execute(sql, binds![after])?;
    }
    Ok(())
}

fn put(tx: &mut Connection, new: &NewStatement) -> Result<()> {
    let PublishedStatement { statement, .. } = &new.published;
    let month = &new.published;
    let day = i64::from(month.day.0);
    tx.execute(
        sql!("equity/put_month"),
        binds![
            day,
            i64::from(month.opened_on.0),
            i64::from(month.is_closed),
            month.published_at.0,
            month.models,
            month.discount_rate,
            month.sales as i64,
            month.newest_link,
            statement.opening,
            statement.closing,
            statement.expected_closing,
            statement.base_closing,
            statement.surprises_squared.to_string(),
            statement.expected_margin,
            statement.realised_margin,
            statement.customers_opening as i64,
            statement.customers_closing as i64,
            statement.customers_acquired as i64,
        ],
    )?;
    for line in &new.lines {
        let data = packed(&line.rows);
        let binds = [
            day.into(),
            line.line.name().into(),
            line.amount.into(),
            (line.customers as i64).into(),
            Bind::Bytes(&data),
        ];
        tx.execute(sql!("equity/put_line"), &binds)?;
    }
    const TURNS: &[&str] = &[
        "day",
        "part",
        "key",
        "acquired",
        "acquired_value",
        "returned",
        "returned_value",
        "lost",
        "lost_value",
        "risk_heads",
        "risk_heads_variance",
        "risk_heads_lost",
        "risk_value",
        "risk_value_variance",
        "risk_value_lost",
    ];
    tx.insert_many("equity_turn", TURNS, &new.turns, |turn, row| {
        let (turnover, loss) = (&turn.turnover, &turn.loss);
        row.extend([day.into(), (&turn.part).into(), (&turn.key).into()]);
        row.extend([(turnover.acquired as i64).into(), turnover.acquired_value.into()]);
        row.extend([(turn.returned.0 as i64).into(), turn.returned.1.into()]);
        row.extend([(turnover.lost as i64).into(), turnover.lost_value.into()]);
        for losses in [&loss.heads, &loss.value] {
            row.extend([losses.expected.into(), losses.variance.into(), losses.actual.into()]);
        }
    })
}

fn published(row: &Row<'_>) -> Result<PublishedStatement> {
    let day = |column: usize| Ok::<Day, crate::Error>(row.day_or_null(column)?.expect("days are never null"));
    let count = |column: usize| Ok::<u64, crate::Error>(row.int(column)?.unsigned_abs());
    Ok(PublishedStatement {
        day: day(0)?,
        opened_on: day(1)?,
        is_closed: row.int(2)? != 0,
        published_at: Moment(row.int(3)?),
        models: row.int_or_null(4)?,
        discount_rate: row.real_or_null(5)?.unwrap_or(0.0),
        sales: count(6)?,
        newest_link: row.int(7)?,
        statement: Statement {
            opening: row.int(8)?,
            closing: row.int(9)?,
            expected_closing: row.int(10)?,
            base_closing: row.int(11)?,
            surprises_squared: row.text(12)?.parse().unwrap_or(0),
            expected_margin: row.int(13)?,
            realised_margin: row.int(14)?,
            customers_opening: count(15)?,
            customers_closing: count(16)?,
            customers_acquired: count(17)?,
            ..Statement::default()
        },
    })
}

const ROW: usize = 12;

fn packed(rows: &[(u32, i64)]) -> Vec<u8> {
    let mut data = Vec::with_capacity(rows.len() * ROW);
    for (customer, amount) in rows {
        data.extend_from_slice(&customer.to_le_bytes());
        data.extend_from_slice(&amount.to_le_bytes());
    }
    data
}

fn unpacked(data: &[u8]) -> Vec<(u32, i64)> {
    let rows = data.as_chunks::<ROW>().0.iter();
    rows.map(|row| {
        let (customer, amount) = row.split_at(4);
        let customer = u32::from_le_bytes(customer.try_into().expect("the first four bytes"));
        (customer, i64::from_le_bytes(amount.try_into().expect("the other eight bytes")))
    })
    .collect()
}
