//! The accounts of all customers over one period: facts in, in any order; statements out, to the cent.
//!
//! While facts come in, costs are kept in millionths of a minor unit, exactly. Closing turns them into minor units by
//! largest remainder, one activity (or one team) at a time, so that customers, what belongs to no customer and unused
//! capacity add up to the totals to the cent. Books of one period and one catalogue may be filled apart and added.

use super::catalogue::{Catalogue, CostKind, Unpriced};
use super::event::Event;
use ledger::{Day, FactKind, Quantity};
use maths::{round_half_away, round_together};
use std::fmt;

const MILLION: i128 = 1_000_000;

/// What a customer bought in a period, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sales {
    /// Goods and services before discounts and returns.
    pub gross: i64,
    /// What was taken off, positive.
    pub discounts: i64,
    /// What came back, positive.
    pub returns: i64,
    /// Known margins, those of returns taken off.
    pub margin: i64,
    /// The part of net sales whose margin no source tells; its margin counts as zero.
    pub net_without_margin: i64,
}

impl Sales {
    /// Gross less discounts and returns.
    pub fn net(&self) -> i64 {
        self.gross - self.discounts - self.returns
    }

    fn add(&mut self, event: &Event<'_>, sign: i64) {
        if event.kind != FactKind::Sale {
            return;
        }
        if event.is_return {
            self.returns -= sign * event.amount;
        } else {
            self.gross += sign * (event.amount + event.discount);
            self.discounts += sign * event.discount;
        }
        match event.margin.known() {
            Some(margin) => self.margin += sign * margin,
            None => self.net_without_margin += sign * event.amount,
        }
    }

    fn plus(&mut self, other: &Sales) {
        self.gross += other.gross;
        self.discounts += other.discounts;
        self.returns += other.returns;
        self.margin += other.margin;
        self.net_without_margin += other.net_without_margin;
    }
}

/// Facts of one activity on one account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Charged {
    /// Millionths of a unit of the driver.
    units: i128,
    /// Millionths of a minor unit.
    cost: i128,
}

/// The accounts of a period while facts still come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Book {
    from: Day,
    until: Day,
    activities: usize,
    sales: Vec<Sales>,
    /// Cost of customer c by activity a at `c * activities + a`, in millionths of a minor unit.
    costs: Vec<i64>,
    /// What names no customer.
    nobody: Sales,
    nobody_costs: Vec<i64>,
    /// Kept beside the accounts, from the same facts, to check them against.
    all: Sales,
    all_costs: Vec<Charged>,
    unpriced: Vec<UnpricedFacts>,
    /// Facts of other days.
    outside: u64,
}

/// Facts that an activity should have priced and could not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UnpricedFacts {
    /// No unit cost held on their day.
    pub no_rate: u64,
    /// The driver had no value.
    pub arithmetic: u64,
}

impl Book {
    /// An empty book for the days from `from` up to and without `until`, and the activities of `catalogue`.
    pub fn new(from: Day, until: Day, catalogue: &Catalogue) -> Book {
        let activities = catalogue.activities().len();
        Book {
            from,
            until,
            activities,
            sales: Vec::new(),
            costs: Vec::new(),
            nobody: Sales::default(),
            nobody_costs: vec![0; activities],
            all: Sales::default(),
            all_costs: vec![Charged::default(); activities],
            unpriced: vec![UnpricedFacts::default(); activities],
            outside: 0,
        }
    }

    /// Books one fact: on its customer's account, or on nobody's. A fact of another period is only counted. Customer
    /// numbers should be dense: the book holds an account for each number up to the largest.
    pub fn post(&mut self, catalogue: &Catalogue, event: &Event<'_>) {
        self.book(catalogue, event, 1);
    }

    /// Takes back a fact that was booked with the same catalogue: one that an undone import or a moved record takes from
    /// this customer. With [`Book::post`] a change touches the accounts it concerns and no other.
    pub fn retract(&mut self, catalogue: &Catalogue, event: &Event<'_>) {
        self.book(catalogue, event, -1);
    }

    fn book(&mut self, catalogue: &Catalogue, event: &Event<'_>, sign: i64) {
        let count = |sum: &mut u64| *sum = sum.wrapping_add_signed(sign);
        if event.day < self.from || event.day >= self.until {
            count(&mut self.outside);
            return;
        }
        let account = event.customer.map(|customer| self.account(customer));
        self.all.add(event, sign);
        match account {
            Some(account) => self.sales[account].add(event, sign),
            None => self.nobody.add(event, sign),
        }
        let activities = self.activities;
        let costs = match account {
            Some(account) => &mut self.costs[account * activities..][..activities],
            None => &mut self.nobody_costs[..],
        };
        let (all, unpriced) = (&mut self.all_costs, &mut self.unpriced);
        catalogue.price(event, |charge| match charge {
            Ok(charge) => {
                let cost = sign * charge.cost;
                costs[charge.activity] = costs[charge.activity].saturating_add(cost);
                all[charge.activity].cost += i128::from(cost);
                all[charge.activity].units += i128::from(sign * charge.units);
            }
            Err((activity, Unpriced::NoRate)) => count(&mut unpriced[activity].no_rate),
            Err((activity, Unpriced::Arithmetic(_))) => count(&mut unpriced[activity].arithmetic),
        });
    }

    /// The place of a customer's account, opened if need be.
    fn account(&mut self, customer: u32) -> usize {
        let account = customer as usize;
        if account >= self.sales.len() {
            self.sales.resize(account + 1, Sales::default());
            self.costs.resize((account + 1) * self.activities, 0);
        }
        account
    }

    /// Adds the accounts of another book of the same period and catalogue.
    ///
    /// # Panics
    /// When the books are not of one period and one number of activities.
    pub fn merge(&mut self, other: &Book) {
        let fits = (self.from, self.until, self.activities) == (other.from, other.until, other.activities);
        assert!(fits, "only books of one period and one catalogue add up");
        if let Some(last) = other.sales.len().checked_sub(1) {
            self.account(last as u32);
        }
        for (sum, part) in self.sales.iter_mut().zip(&other.sales) {
            sum.plus(part);
        }
        let costs = self.costs.iter_mut().zip(&other.costs);
        for (sum, part) in costs.chain(self.nobody_costs.iter_mut().zip(&other.nobody_costs)) {
            *sum = sum.saturating_add(*part);
        }
        self.nobody.plus(&other.nobody);
        self.all.plus(&other.all);
        for (sum, part) in self.all_costs.iter_mut().zip(&other.all_costs) {
            sum.cost += part.cost;
            sum.units += part.units;
        }
        for (sum, part) in self.unpriced.iter_mut().zip(&other.unpriced) {
            sum.no_rate += part.no_rate;
            sum.arithmetic += part.arithmetic;
        }
        self.outside += other.outside;
    }

    /// For each activity the facts that it should have priced and could not.
    pub fn unpriced(&self) -> &[UnpricedFacts] {
        &self.unpriced
    }

    /// Facts that were of another period and left out.
    pub fn outside(&self) -> u64 {
        self.outside
    }

    /// Closes the book: every cost in minor units, every sum exact.
    ///
    /// A team is never charged out for more than it costs: where its minutes used pass its practical minutes, each
    /// cost is scaled down and [`TeamUse::is_overrun`] says that the capacity was set too low.
    pub fn close(&self, catalogue: &Catalogue) -> Closing {
        let (accounts, activities) = (self.sales.len(), self.activities);
        let mut closing = Closing {
            from: self.from,
            until: self.until,
            kinds: catalogue.activities().iter().map(|activity| activity.cost_kind).collect(),
            sales: self.sales.clone(),
            costs: vec![0; accounts * activities],
            nobody: Statement { sales: self.nobody, costs: vec![0; activities] },
            total: Statement { sales: self.all, costs: vec![0; activities] },
            teams: Vec::new(),
            team_totals: Vec::new(),
        };
        let put = |closing: &mut Closing, activity: usize, account: usize, cost: i64| {
            if account < accounts {
                closing.costs[account * activities + activity] = cost;
            } else {
                closing.nobody.costs[activity] = cost;
            }
        };
        let column = |activity: usize| {
            let customers = self.costs.iter().skip(activity).step_by(activities);
            customers.chain([&self.nobody_costs[activity]]).map(|cost| i128::from(*cost))
        };
        for activity in (0..activities).filter(|activity| catalogue.team_of(*activity).is_none()) {
            let exact: Vec<i128> = column(activity).collect();
            for (account, cost) in round_together(&exact, MILLION).into_iter().enumerate() {
                put(&mut closing, activity, account, cost);
            }
        }
        for (place, team) in catalogue.teams().iter().enumerate() {
            let done: Vec<usize> =
                (0..activities).filter(|activity| catalogue.team_of(*activity) == Some(place)).collect();
            let parts = team.spans.iter().map(|span| span.part(self.from, self.until));
            let (cost, minutes) =
                parts.fold((0, 0), |(cost, minutes), part| (cost + part.0, minutes + part.1.0));
            let mut exact: Vec<i128> = done.iter().flat_map(|activity| column(*activity)).collect();
            let whole: i128 = exact.iter().sum();
            let is_overrun = whole > i128::from(cost) * MILLION;
            if is_overrun {
                scale_to(&mut exact, i128::from(cost) * MILLION);
            }
            let rounded = round_together(&exact, MILLION);
            for (place, cost) in rounded.iter().enumerate() {
                put(&mut closing, done[place / (accounts + 1)], place % (accounts + 1), *cost);
            }
            let used: i64 = rounded.iter().sum();
            let used_minutes: i128 = done.iter().map(|activity| self.all_costs[*activity].units).sum();
            let facts: i128 = done.iter().map(|activity| self.all_costs[*activity].cost).sum();
            let total = if is_overrun { cost } else { round_half_away(facts, MILLION) as i64 };
            closing.team_totals.push(total);
            closing.teams.push(TeamUse {
                name: team.name.clone(),
                cost,
                used,
                unused: cost - used,
                minutes: Quantity(minutes),
                used_minutes: Quantity(round_half_away(used_minutes, 1_000) as i64),
                is_overrun,
            });
        }
        for activity in 0..activities {
            // The control total: from the facts, not from the accounts. A team that ran over is scaled as a whole, so
            // its total is what was charged.
            let scaled = catalogue.team_of(activity).is_some();
            closing.total.costs[activity] = if scaled {
                let customers = (0..accounts).map(|account| closing.costs[account * activities + activity]);
                customers.sum::<i64>() + closing.nobody.costs[activity]
            } else {
                round_half_away(self.all_costs[activity].cost, MILLION) as i64
            };
        }
        closing
    }
}

/// Scales parts so that they add up to `total`, exactly: each is the difference of two scaled running sums.
fn scale_to(parts: &mut [i128], total: i128) {
    let whole: i128 = parts.iter().sum();
    // Absurdly large sums lose their last bits, or the product would not fit; the last running sum is `total` all the same.
    let bits = |number: i128| 128 - number.unsigned_abs().leading_zeros();
    let shift = (bits(whole) + bits(total)).saturating_sub(124);
    let (mut sum, mut scaled) = (0, 0);
    for part in parts {
        sum += *part;
        let next = round_half_away((sum >> shift) * total, whole >> shift);
        (*part, scaled) = (next - scaled, next);
    }
}

/// A customer's account over a period, in minor units.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statement {
    /// Gross to margin.
    pub sales: Sales,
    /// Cost by activity, in the order of the catalogue.
    pub costs: Vec<i64>,
}

impl Statement {
    /// All costs.
    pub fn cost(&self) -> i64 {
        self.costs.iter().sum()
    }

    /// Margin less all costs: what the customer contributes.
    pub fn contribution(&self) -> i64 {
        self.sales.margin - self.cost()
    }
}

/// How a team's capacity was used in a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamUse {
    /// Its name.
    pub name: String,
    /// All it cost, in minor units.
    pub cost: i64,
    /// What was charged for minutes used.
    pub used: i64,
    /// The rest: unused capacity, charged to nobody.
    pub unused: i64,
    /// Practical minutes.
    pub minutes: Quantity,
    /// Minutes used.
    pub used_minutes: Quantity,
    /// More minutes were used than it has: the practical capacity is set too low.
    pub is_overrun: bool,
}

impl TeamUse {
    /// Minutes used over practical minutes; above 1 when overrun, `None` without capacity.
    pub fn utilisation(&self) -> Option<f64> {
        (self.minutes.0 > 0).then(|| self.used_minutes.0 as f64 / self.minutes.0 as f64)
    }
}

/// A closed book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    /// First day.
    pub from: Day,
    /// First day after.
    pub until: Day,
    kinds: Vec<CostKind>,
    sales: Vec<Sales>,
    costs: Vec<i64>,
    nobody: Statement,
    total: Statement,
    teams: Vec<TeamUse>,
    /// What each team should have charged, from the facts.
    team_totals: Vec<i64>,
}

/// Where a closed book does not add up. It always should: this is the check, not an excuse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discrepancy {
    /// What was compared: `gross`, `margin`, an activity's place, a team.
    pub what: String,
    /// The sum over the accounts.
    pub accounts: i64,
    /// What the facts, or the books, say.
    pub total: i64,
}

impl fmt::Display for Discrepancy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: the accounts hold {}, the total is {}", self.what, self.accounts, self.total)
    }
}

impl Closing {
    /// How many accounts it holds; customers are 0 up to this.
    pub fn accounts(&self) -> usize {
        self.sales.len()
    }

    /// A customer's statement; that of a stranger is empty.
    pub fn statement(&self, customer: u32) -> Statement {
        let account = customer as usize;
        match self.sales.get(account) {
            Some(sales) => Statement {
                sales: *sales,
                costs: self.costs[account * self.kinds.len()..][..self.kinds.len()].to_vec(),
            },
            None => Statement { sales: Sales::default(), costs: vec![0; self.kinds.len()] },
        }
    }

    /// Margin less all costs of each customer, in the order of their numbers.
    pub fn contributions(&self) -> Vec<i64> {
        (0..self.accounts())
            .map(|account| {
                let costs = &self.costs[account * self.kinds.len()..][..self.kinds.len()];
                self.sales[account].margin - costs.iter().sum::<i64>()
            })
            .collect()
    }

    /// Costs of one kind in a statement of this book.
    pub fn cost_of(&self, statement: &Statement, kind: CostKind) -> i64 {
        let of_kind = statement.costs.iter().zip(&self.kinds).filter(|(_, one)| **one == kind);
        of_kind.map(|(cost, _)| cost).sum()
    }

    /// Costs of each customer by kind, in the order of [`CostKind::ALL`].
    pub fn costs_by_kind(&self, customer: u32) -> [i64; CostKind::ALL.len()] {
        let statement = self.statement(customer);
        CostKind::ALL.map(|kind| self.cost_of(&statement, kind))
    }

    /// What each customer cost in activities of these kinds, in the order of their numbers: all kinds for what was put into
    /// a customer, or acquisition and upkeep only.
    pub fn costs_of(&self, kinds: &[CostKind]) -> Vec<i64> {
        let counts: Vec<bool> = self.kinds.iter().map(|kind| kinds.contains(kind)).collect();
        let row = |account: usize| &self.costs[account * counts.len()..][..counts.len()];
        let of = |account| {
            row(account).iter().zip(&counts).filter(|(_, counts)| **counts).map(|(cost, _)| cost).sum()
        };
        (0..self.accounts()).map(of).collect()
    }

    /// What each customer cost by kind: as many numbers per customer as [`CostKind::ALL`] has, in its order.
    pub fn cost_table(&self) -> Vec<i64> {
        let mut table = vec![0; self.accounts() * CostKind::ALL.len()];
        for (account, row) in table.chunks_mut(CostKind::ALL.len()).enumerate() {
            let costs = &self.costs[account * self.kinds.len()..][..self.kinds.len()];
            for (cost, kind) in costs.iter().zip(&self.kinds) {
                row[*kind as usize] += cost;
            }
        }
        table
    }

    /// Margins of each customer, in the order of their numbers.
    pub fn margins(&self) -> Vec<i64> {
        self.sales.iter().map(|sales| sales.margin).collect()
    }

    /// What belongs to no customer: facts that name nobody.
    pub fn unallocated(&self) -> &Statement {
        &self.nobody
    }

    /// Everything, from the facts.
    pub fn total(&self) -> &Statement {
        &self.total
    }

    /// The teams and how their capacity was used.
    pub fn teams(&self) -> &[TeamUse] {
        &self.teams
    }

    /// Unused capacity of all teams, in minor units.
    pub fn unused(&self) -> i64 {
        self.teams.iter().map(|team| team.unused).sum()
    }

    /// Every place where customers, what is unallocated and what is unused do not add up to the totals; none.
    pub fn discrepancies(&self, catalogue: &Catalogue) -> Vec<Discrepancy> {
        let mut found = Vec::new();
        let mut compare = |what: &str, accounts: i64, total: i64| {
            if accounts != total {
                found.push(Discrepancy { what: what.to_string(), accounts, total });
            }
        };
        let mut sales = self.nobody.sales;
        self.sales.iter().for_each(|account| sales.plus(account));
        let total = &self.total.sales;
        compare("gross", sales.gross, total.gross);
        compare("discounts", sales.discounts, total.discounts);
        compare("returns", sales.returns, total.returns);
        compare("net", sales.net(), total.net());
        compare("margin", sales.margin, total.margin);
        compare("net without margin", sales.net_without_margin, total.net_without_margin);
        let mut team_used = vec![0; self.teams.len()];
        for (place, activity) in catalogue.activities().iter().enumerate() {
            let customers = self.costs.iter().skip(place).step_by(self.kinds.len()).sum::<i64>();
            let accounts = customers + self.nobody.costs[place];
            compare(&activity.name, accounts, self.total.costs[place]);
            if let Some(team) = catalogue.team_of(place) {
                team_used[team] += accounts;
            }
        }
        for ((team, used), total) in self.teams.iter().zip(team_used).zip(&self.team_totals) {
            compare(&team.name, used, *total);
            compare(&team.name, used + team.unused, team.cost);
        }
        found
    }
}
