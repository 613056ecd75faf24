//! Looking the base over: is the file whole, do projections follow from facts, do sums hold to the cent.

use crate::connection::{Connection, binds, sql};
use crate::error::Result;
use crate::house;
use crate::pool::Store;
use crate::row_groups;
use crate::value::newest_valuation;
use ledger::Day;

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at, in words.
    pub check: &'static str,
    /// What is wrong and what to do; `None` when all is well.
    pub problem: Option<String>,
}

/// Everything that was looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// In the order in which it was looked at.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Whether nothing was found.
    pub fn is_healthy(&self) -> bool {
        self.findings.iter().all(|finding| finding.problem.is_none())
    }

    fn say(&mut self, check: &'static str, problem: Option<String>) {
        self.findings.push(Finding { check, problem });
    }

    fn count(
        &mut self,
        connection: &mut Connection,
        check: &'static str,
        sql: &str,
        what: &str,
    ) -> Result<()> {
        let wrong = connection.first(sql, binds![], |row| row.int(0))?.unwrap_or(0);
        self.say(check, (wrong > 0).then(|| format!("{wrong} {what}")));
        Ok(())
    }
}

impl Store {
    /// Looks the base over; reads only.
    pub fn doctor(&self, today: Day) -> Result<Report> {
        self.read(|connection| {
            let mut report = Report::default();
            if !connection.is_postgres() {
                let said = connection
                    .first("pragma integrity_check", binds![], |row| row.string(0))?
                    .unwrap_or_default();
                let problem = (said != "ok").then(|| {
                    format!("the file is damaged ({said}): restore the last backup into a new folder")
                });
                report.say("the file is whole", problem);
            }
            connection.snapshot(|connection| look_over(connection, &mut report, today))?;
            Ok(report)
        })
    }
}

fn look_over(connection: &mut Connection, report: &mut Report, today: Day) -> Result<()> {
    const RELINK: &str = "run `clientela link`";
    report.count(
        connection,
        "every fact points to a record",
        sql!("doctor/facts_without_record"),
        "facts point to no record: restore the last backup",
    )?;
    report.count(
        connection,
        "retractions agree with what is withdrawn",
        sql!("doctor/wrongly_retracted"),
        "facts are withdrawn without a retraction or the reverse: restore the last backup",
    )?;
    const REFERENCES: &str = "references of sources do not agree with their facts: restore the last backup";
    report.count(
        connection,
        "one fact stands for each reference of a source",
        sql!("doctor/references_that_stand_twice"),
        REFERENCES,
    )?;
    report.count(
        connection,
        "what stands for a reference was not withdrawn",
        sql!("doctor/references_that_do_not_stand"),
        REFERENCES,
    )?;
    report.count(
        connection,
        "nothing stands of an import that was undone",
        sql!("doctor/facts_of_undone_imports"),
        "facts stand although their import was undone: restore the last backup",
    )?;
    report.count(
        connection,
        "rows read of every import are accounted for",
        sql!("doctor/imports_that_do_not_add_up"),
        "imports do not add up: undo and import them again",
    )?;
    report.count(
        connection,
        "rejected rows of every import are kept",
        sql!("doctor/rejections_that_do_not_add_up"),
        "imports lack rejected rows: undo and import them again",
    )?;
    report.count(
        connection,
        "records belong to the customer of their last link",
        sql!("doctor/records_of_wrong_customer"),
        &format!("records do not follow their links: {RELINK}"),
    )?;
    report.count(
        connection,
        "every linked record has its customer",
        sql!("doctor/records_without_customer_row"),
        &format!("records have no customer: {RELINK}"),
    )?;
    report.count(
        connection,
        "every customer has a record",
        sql!("doctor/customers_without_record"),
        &format!("customers have no record: {RELINK}"),
    )?;
    report.count(
        connection,
        "names and figures belong together",
        sql!("doctor/faces_without_figures"),
        &format!("customers have a name and no figures: {RELINK}"),
    )?;
    const RESTATE: &str = "run `clientela equity --restate`";
    report.count(
        connection,
        "lines of every statement of equity lead from its opening to its closing",
        sql!("doctor/statements_that_do_not_close"),
        &format!("statements do not add up: {RESTATE}"),
    )?;
    report.count(
        connection,
        "every statement of equity opens where the one before closed",
        sql!("doctor/statements_that_do_not_follow"),
        &format!("statements do not open where the one before closed: {RESTATE}"),
    )?;
    report.count(
        connection,
        "statements of equity follow each other without a gap",
        sql!("doctor/statements_without_earlier"),
        &format!("statements follow none: {RESTATE}"),
    )?;
    equity(connection, report)?;
    report.count(
        connection,
        "every customer's expected contribution is his equity less the expected cost to serve",
        sql!("doctor/contributions_that_are_not_equity_less_cost"),
        "customers are expected to contribute something else: run `clientela value`",
    )?;
    columns(connection, report)?;
    sums(connection, report, today)
}

/// Filters look at the same facts as everybody else.
fn columns(connection: &mut Connection, report: &mut Report) -> Result<()> {
    let agree = row_groups::compared(connection)?.is_some_and(|(columns, rows)| columns == rows);
    let problem =
        "filters on facts would look at others: back the base up and restore it, which packs them anew";
    report.say("what filters look at is what facts say", (!agree).then(|| problem.to_string()));
    Ok(())
}

/// What customers are worth on the list makes up the newest closing, to the cent.
fn equity(connection: &mut Connection, report: &mut Report) -> Result<()> {
    const CHECK: &str =
        "what customers are worth together is the closing of the newest statement, to the cent";
    let told = connection
        .first(sql!("doctor/equity_of_customers"), binds![], |row| Ok((row.int(0)?, row.int_or_null(1)?)))?;
    let gap = told.and_then(|(customers, closing)| Some(closing? - customers)).filter(|gap| *gap != 0);
    report.say(CHECK, gap.map(|gap| format!("{gap} minor units are missing: run `clientela value`")));
    Ok(())
}

/// Customers' revenue and sales of nobody make up all sales, to the cent.
fn sums(connection: &mut Connection, report: &mut Report, today: Day) -> Result<()> {
    const CHECK: &str = "customers' revenue plus sales of nobody is all sales, to the cent";
    let Some(valuation) = newest_valuation(connection)? else {
        report.say(CHECK, None);
        return Ok(());
    };
    let newest = connection.first(sql!("doctor/newest_import"), binds![], |row| row.int(0))?.unwrap_or(0);
    if newest > valuation.valued_at.0 {
        let problem = "facts were added or undone since the last valuation: run `clientela value`";
        report.say(CHECK, Some(problem.to_string()));
        return Ok(());
    }
    let currency = house::company_currency(connection)?;
    let valued_on = valuation.valued_at.day().min(today);
    let end = Day(valued_on.0.saturating_add(1)).start().0;
    let mut sum = |sql: &str| -> Result<i64> {
        Ok(connection.first(sql, binds![currency.code(), end], |row| row.int(0))?.unwrap_or(0))
    };
    let all = sum(sql!("doctor/standing_sales"))?;
    let nobody = sum(sql!("doctor/standing_sales_of_nobody"))?;
    let customers = connection.first(sql!("doctor/past_revenue"), binds![], |row| row.int(0))?.unwrap_or(0);
    let gap = i128::from(all) - i128::from(nobody) - i128::from(customers);
    report.say(
        CHECK,
        (gap != 0).then(|| {
            format!("{gap} minor units of {currency} are missing (all {all}, nobody {nobody}, customers {customers}): run `clientela value`")
        }),
    );
    Ok(())
}
