//! The accounts of all customers over one period: facts in, in any order; statements out, to the cent.
//!
//! While facts come in, costs are kept in millionths of a minor unit, exactly. Closing turns them into minor units by
//! largest remainder, one activity (or one team) at a time, so that customers, what belongs to no customer and unused
//! capacity add up to the totals to the cent. Books of one period and one catalogue may be filled apart and added.

use super::breakdown::Breakdown;
use super::catalogue::{Catalogue, CostKind, Unpriced};
use super::event::{Event, WordField};
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

    /// The amounts by line.
    fn lines(&self) -> [(Line, i64); 5] {
        [
            (Line::Gross, self.gross),
            (Line::Discounts, self.discounts),
            (Line::Returns, self.returns),
            (Line::Margin, self.margin),
            (Line::NetWithoutMargin, self.net_without_margin),
        ]
    }

    /// Adds the sales of another period or account.
    pub fn plus(&mut self, other: &Sales) {
        self.gross += other.gross;
        self.discounts += other.discounts;
        self.returns += other.returns;
        self.margin += other.margin;
        self.net_without_margin += other.net_without_margin;
    }
}

/// A line of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Line {
    /// [`Sales::gross`].
    Gross,
    /// [`Sales::discounts`].
    Discounts,
    /// [`Sales::returns`].
    Returns,
    /// [`Sales::margin`].
    Margin,
    /// [`Sales::net_without_margin`].
    NetWithoutMargin,
    /// The cost of the activity at this place of the catalogue.
    Activity(usize),
}

impl Line {
    /// Those of the sales; costs come after them.
    const SALES: [Line; 5] =
        [Line::Gross, Line::Discounts, Line::Returns, Line::Margin, Line::NetWithoutMargin];

    /// Its number: the sales from 0 to 4, then the activities in the order of the catalogue.
    ///
    /// ```
    /// use value::cost::Line;
    /// assert_eq!((Line::Margin.number(), Line::Activity(2).number()), (3, 7));
    /// assert_eq!(Line::from_number(7), Line::Activity(2));
    /// ```
    pub fn number(self) -> u64 {
        match self {
            Line::Activity(place) => Line::SALES.len() as u64 + place as u64,
            sales => sales_number(sales),
        }
    }

    /// The line with this number.
    pub fn from_number(number: u64) -> Line {
        let number = number as usize;
        match Line::SALES.get(number) {
            Some(line) => *line,
            None => Line::Activity(number - Line::SALES.len()),
        }
    }
}

fn sales_number(line: Line) -> u64 {
    Line::SALES.iter().position(|one| *one == line).unwrap_or_default() as u64
}

/// One number of one account: most customers need a few lines in a month, so only those are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Posting {
    /// The customer's number above, that of the line below.
    key: u64,
    /// Minor units; of an activity, millionths of them while the book is open.
    amount: i64,
}

/// Bits of a posting's key that number its line.
const LINE_BITS: u32 = 24;

impl Posting {
    fn new(customer: u32, line: Line, amount: i64) -> Posting {
        Posting { key: u64::from(customer) << LINE_BITS | line.number(), amount }
    }

    fn customer(self) -> u32 {
        (self.key >> LINE_BITS) as u32
    }

    fn line(self) -> Line {
        Line::from_number(self.key & ((1 << LINE_BITS) - 1))
    }
}

/// Sorts postings and adds up those of one line of one account; what comes to nothing goes.
fn settle(postings: &mut Vec<Posting>) {
    postings.sort_unstable_by_key(|posting| posting.key);
    postings.dedup_by(|next, kept| {
        let same = next.key == kept.key;
        if same {
            kept.amount = kept.amount.saturating_add(next.amount);
        }
        same
    });
    postings.retain(|posting| posting.amount != 0);
}

/// Postings that are settled together at the least.
const SETTLED_AT: usize = 1 << 16;

/// Facts of one activity on one account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Charged {
    /// Millionths of a unit of the driver.
    units: i128,
    /// Millionths of a minor unit.
    cost: i128,
}

/// The accounts of a period while facts still come in.
#[derive(Clone, Debug)]
pub struct Book {
    from: Day,
    until: Day,
    activities: usize,
    /// One more than the largest number of a customer.
    accounts: usize,
    postings: Vec<Posting>,
    /// Settled again when there are so many.
    settle_at: usize,
    /// What names no customer.
    nobody: Sales,
    nobody_costs: Vec<i64>,
    /// Kept beside the accounts, from the same facts, to check them against.
    all: Sales,
    all_costs: Vec<Charged>,
    unpriced: Vec<UnpricedFacts>,
    /// Facts of other days.
    outside: u64,
    breakdown: Breakdown,
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
            accounts: 0,
            postings: Vec::new(),
            settle_at: SETTLED_AT,
            nobody: Sales::default(),
            nobody_costs: vec![0; activities],
            all: Sales::default(),
            all_costs: vec![Charged::default(); activities],
            unpriced: vec![UnpricedFacts::default(); activities],
            outside: 0,
            breakdown: Breakdown::default(),
        }
    }

    /// The same book, which also gathers its costs by these words of the facts.
    pub fn broken_down(self, words: &[WordField]) -> Book {
        Book { breakdown: Breakdown::by(words.to_vec()), ..self }
    }

    /// Costs by the words that [`Book::broken_down`] named.
    pub fn breakdown(&self) -> &Breakdown {
        &self.breakdown
    }

    /// The first day.
    pub fn from(&self) -> Day {
        self.from
    }

    /// The first day after the last.
    pub fn until(&self) -> Day {
        self.until
    }

    /// Books one fact: on its customer's account, or on nobody's. A fact of another period is only counted.
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
        let mut sales = Sales::default();
        sales.add(event, sign);
        self.all.plus(&sales);
        match event.customer {
            Some(customer) => {
                self.accounts = self.accounts.max(customer as usize + 1);
                if self.postings.len() >= self.settle_at {
                    settle(&mut self.postings);
                    self.settle_at = SETTLED_AT.max(self.postings.len() * 2);
                }
                let lines = sales.lines().into_iter().filter(|(_, amount)| *amount != 0);
                self.postings.extend(lines.map(|(line, amount)| Posting::new(customer, line, amount)));
            }
            None => self.nobody.plus(&sales),
        }
        let (postings, nobody) = (&mut self.postings, &mut self.nobody_costs);
        let (all, unpriced, breakdown) = (&mut self.all_costs, &mut self.unpriced, &mut self.breakdown);
        catalogue.price(event, |charge| match charge {
            Ok(charge) => {
                let cost = sign * charge.cost;
                match event.customer {
                    Some(_) if cost == 0 => {}
                    Some(customer) => {
                        postings.push(Posting::new(customer, Line::Activity(charge.activity), cost));
                    }
                    None => nobody[charge.activity] = nobody[charge.activity].saturating_add(cost),
                }
                all[charge.activity].cost += i128::from(cost);
                all[charge.activity].units += i128::from(sign * charge.units);
                breakdown.charge(event, charge.activity, cost, sign);
            }
            Err((activity, Unpriced::NoRate)) => count(&mut unpriced[activity].no_rate),
            Err((activity, Unpriced::Arithmetic(_))) => count(&mut unpriced[activity].arithmetic),
        });
    }

    /// Adds the accounts of another book of the same period and catalogue.
    ///
    /// # Panics
    /// When the books are not of one period and one number of activities.
    pub fn merge(&mut self, other: &Book) {
        let fits = (self.from, self.until, self.activities) == (other.from, other.until, other.activities);
        assert!(fits, "only books of one period and one catalogue add up");
        self.accounts = self.accounts.max(other.accounts);
        self.postings.extend_from_slice(&other.postings);
        for (sum, part) in self.nobody_costs.iter_mut().zip(&other.nobody_costs) {
            *sum = sum.saturating_add(*part);
        }
        self.nobody.plus(&other.nobody);
        self.all.plus(&other.all);
        for (sum, part) in self.all_costs.iter_mut().zip(&other.all_costs) {
            sum.cost += part.cost;
            sum.units += part.units;
        }
        for (sum, part) in self.unpriced.iter_mut().zip(&other.unpriced) {
            sum.no_rate = sum.no_rate.wrapping_add(part.no_rate);
            sum.arithmetic = sum.arithmetic.wrapping_add(part.arithmetic);
        }
        self.outside = self.outside.wrapping_add(other.outside);
        self.breakdown.merge(&other.breakdown);
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
        let activities = self.activities;
        let mut lines = self.postings.clone();
        settle(&mut lines);
        // Where each activity's costs stand; nobody's stands after the last line.
        let mut places: Vec<Vec<usize>> = vec![Vec::new(); activities];
        for (place, posting) in lines.iter().enumerate() {
            if let Line::Activity(activity) = posting.line() {
                places[activity].push(place);
            }
        }
        let end = lines.len();
        places.iter_mut().for_each(|places| places.push(end));
        let exact = |place: usize, activity: usize| {
            i128::from(if place < end { lines[place].amount } else { self.nobody_costs[activity] })
        };
        let column = |activity: usize| places[activity].iter().map(move |place| exact(*place, activity));
        // (place, activity, cost) of every cost, in minor units.
        let mut rounded: Vec<(usize, usize, i64)> = Vec::with_capacity(end + activities);
        for activity in (0..activities).filter(|activity| catalogue.team_of(*activity).is_none()) {
            let exact: Vec<i128> = column(activity).collect();
            let costs = round_together(&exact, MILLION);
            rounded.extend(places[activity].iter().zip(costs).map(|(place, cost)| (*place, activity, cost)));
        }
        let (mut teams, mut team_totals) = (Vec::new(), Vec::new());
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
            let costs = round_together(&exact, MILLION);
            let used: i64 = costs.iter().sum();
            let at =
                done.iter().flat_map(|activity| places[*activity].iter().map(|place| (*place, *activity)));
            rounded.extend(at.zip(costs).map(|((place, activity), cost)| (place, activity, cost)));
            let used_minutes: i128 = done.iter().map(|activity| self.all_costs[*activity].units).sum();
            let facts: i128 = done.iter().map(|activity| self.all_costs[*activity].cost).sum();
            team_totals.push(if is_overrun { cost } else { round_half_away(facts, MILLION) as i64 });
            teams.push(TeamUse {
                name: team.name.clone(),
                cost,
                used,
                unused: cost - used,
                minutes: Quantity(minutes),
                used_minutes: Quantity(round_half_away(used_minutes, 1_000) as i64),
                is_overrun,
            });
        }
        let mut nobody = Statement { sales: self.nobody, costs: vec![0; activities] };
        // The control total: from the facts, not from the accounts. A team that ran over is scaled as a whole, so its
        // total is what was charged.
        let mut total = Statement { sales: self.all, costs: vec![0; activities] };
        for activity in (0..activities).filter(|activity| catalogue.team_of(*activity).is_none()) {
            total.costs[activity] = round_half_away(self.all_costs[activity].cost, MILLION) as i64;
        }
        for (place, activity, cost) in rounded {
            match lines.get_mut(place) {
                Some(line) => line.amount = cost,
                None => nobody.costs[activity] = cost,
            }
            if catalogue.team_of(activity).is_some() {
                total.costs[activity] += cost;
            }
        }
        lines.retain(|line| line.amount != 0);
        Closing {
            from: self.from,
            until: self.until,
            kinds: catalogue.activities().iter().map(|activity| activity.cost_kind).collect(),
            accounts: self.accounts,
            lines,
            nobody,
            total,
            teams,
            team_totals,
        }
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
    /// Adds an amount to a line; an activity beyond the last is one more.
    pub fn add(&mut self, line: Line, amount: i64) {
        match line {
            Line::Gross => self.sales.gross += amount,
            Line::Discounts => self.sales.discounts += amount,
            Line::Returns => self.sales.returns += amount,
            Line::Margin => self.sales.margin += amount,
            Line::NetWithoutMargin => self.sales.net_without_margin += amount,
            Line::Activity(place) => {
                if place >= self.costs.len() {
                    self.costs.resize(place + 1, 0);
                }
                self.costs[place] += amount;
            }
        }
    }

    /// Adds the statement of another period or account.
    pub fn plus(&mut self, other: &Statement) {
        self.sales.plus(&other.sales);
        for (place, cost) in other.costs.iter().enumerate() {
            self.add(Line::Activity(place), *cost);
        }
    }

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
    accounts: usize,
    /// By customer and line, in minor units; none is zero.
    lines: Vec<Posting>,
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
    /// Adds the closing of the period that follows, by the same catalogue: lines are the sums of what was rounded in each
    /// period, so that months add up to what they say one by one.
    ///
    /// # Panics
    /// When the two were not closed by catalogues of the same activities and teams.
    ///
    /// ```
    /// use ledger::{Day, FactKind};
    /// use value::cost::*;
    /// let activity = Activity {
    ///     name: "letter".into(),
    ///     cost_kind: CostKind::Upkeep,
    ///     prices: FactKind::Interaction,
    ///     condition: Condition::parse("").unwrap(),
    ///     driver: Driver::parse("0.4").unwrap(),
    ///     rate: Rate::Unit(vec![UnitSpan { from: Day(0), until: None, cost: UnitCost::each(1) }]),
    ///     standing: Standing::Confirmed,
    /// };
    /// let catalogue = Catalogue::new(vec![activity], vec![], 2).unwrap();
    /// let letters = |from: i32, until: i32| {
    ///     let mut book = Book::new(Day(from), Day(until), &catalogue);
    ///     for day in [10, 40].into_iter().filter(|day| (from..until).contains(day)) {
    ///         let letter = Event { customer: Some(0), ..Event::of(FactKind::Interaction, Day(day)) };
    ///         book.post(&catalogue, &letter);
    ///     }
    ///     book.close(&catalogue)
    /// };
    /// let mut both = letters(0, 31);
    /// both.plus(&letters(31, 59));
    /// assert_eq!((both.from, both.until, both.statement(0).cost()), (Day(0), Day(59), 0));
    /// assert_eq!(letters(0, 59).statement(0).cost(), 1, "0.8 of a cent at once");
    /// assert!(both.discrepancies(&catalogue).is_empty());
    /// ```
    pub fn plus(&mut self, next: &Closing) {
        let names =
            |closing: &Closing| closing.teams.iter().map(|team| team.name.clone()).collect::<Vec<_>>();
        let fits = self.kinds == next.kinds && names(self) == names(next);
        assert!(fits, "only closings of one catalogue add up");
        self.until = next.until;
        self.accounts = self.accounts.max(next.accounts);
        self.lines.extend_from_slice(&next.lines);
        settle(&mut self.lines);
        self.nobody.plus(&next.nobody);
        self.total.plus(&next.total);
        for (team, other) in self.teams.iter_mut().zip(&next.teams) {
            team.cost += other.cost;
            team.used += other.used;
            team.unused += other.unused;
            team.minutes.0 += other.minutes.0;
            team.used_minutes.0 += other.used_minutes.0;
            team.is_overrun |= other.is_overrun;
        }
        for (sum, total) in self.team_totals.iter_mut().zip(&next.team_totals) {
            *sum += total;
        }
    }

    /// How many accounts it holds; customers are 0 up to this.
    pub fn accounts(&self) -> usize {
        self.accounts
    }

    /// Every line of every account that is not zero: by rising customer, then in the order of the statement.
    pub fn entries(&self) -> impl Iterator<Item = (u32, Line, i64)> + '_ {
        self.lines.iter().map(|posting| (posting.customer(), posting.line(), posting.amount))
    }

    /// A customer's statement; that of a stranger is empty.
    pub fn statement(&self, customer: u32) -> Statement {
        let first = self.lines.partition_point(|posting| posting.customer() < customer);
        let his = self.lines[first..].iter().take_while(|posting| posting.customer() == customer);
        let mut statement = Statement { sales: Sales::default(), costs: vec![0; self.kinds.len()] };
        his.for_each(|posting| statement.add(posting.line(), posting.amount));
        statement
    }

    /// Sums of some lines by customer, each line with its sign.
    fn sums(&self, sign: impl Fn(Line) -> i64) -> Vec<i64> {
        let mut sums = vec![0; self.accounts];
        for posting in &self.lines {
            sums[posting.customer() as usize] += sign(posting.line()) * posting.amount;
        }
        sums
    }

    /// Margin less all costs of each customer, in the order of their numbers.
    pub fn contributions(&self) -> Vec<i64> {
        self.sums(|line| match line {
            Line::Margin => 1,
            Line::Activity(_) => -1,
            _ => 0,
        })
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
        self.sums(|line| match line {
            Line::Activity(place) => i64::from(kinds.contains(&self.kinds[place])),
            _ => 0,
        })
    }

    /// What each customer cost by one activity, in the order of their numbers; nothing where there is no such activity.
    pub(super) fn costs_by(&self, activity: Option<usize>) -> Vec<i64> {
        self.sums(|line| i64::from(activity.is_some_and(|place| line == Line::Activity(place))))
    }

    /// What each customer cost by kind: as many numbers per customer as [`CostKind::ALL`] has, in its order.
    pub fn cost_table(&self) -> Vec<i64> {
        let mut table = vec![0; self.accounts * CostKind::ALL.len()];
        for posting in &self.lines {
            if let Line::Activity(place) = posting.line() {
                let row = posting.customer() as usize * CostKind::ALL.len();
                table[row + self.kinds[place] as usize] += posting.amount;
            }
        }
        table
    }

    /// Margins of each customer, in the order of their numbers.
    pub fn margins(&self) -> Vec<i64> {
        self.sums(|line| i64::from(line == Line::Margin))
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
        let mut sum = self.nobody.clone();
        self.lines.iter().for_each(|posting| sum.add(posting.line(), posting.amount));
        let (sales, total) = (&sum.sales, &self.total.sales);
        compare("gross", sales.gross, total.gross);
        compare("discounts", sales.discounts, total.discounts);
        compare("returns", sales.returns, total.returns);
        compare("net", sales.net(), total.net());
        compare("margin", sales.margin, total.margin);
        compare("net without margin", sales.net_without_margin, total.net_without_margin);
        let mut team_used = vec![0; self.teams.len()];
        for (place, activity) in catalogue.activities().iter().enumerate() {
            let accounts = sum.costs[place];
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
