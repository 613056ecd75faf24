//! Customer equity as a statement: why the value of all customers moved between two dates, to the cent.
//!
//! # How each line is computed
//!
//! Every customer passes through a chain of values. A line is the difference of two neighbours, so the lines of a customer
//! close by construction, and each value of the chain has a meaning of its own (an actuary's analysis of change). With t₀
//! and t₁ the two dates, *assumptions* what people set (discount rate, cost rates, horizon) and *model* what is learnt from
//! data (parameters):
//!
//! | value | with facts up to | with model and assumptions of | line that leads to it |
//! |---|---|---|---|
//! | V₀ `opening` | t₀, as known then | t₀ | – |
//! | V₀′ `relinked` | t₀, as known today and under today's links | t₀ | merged or split: who is one customer was corrected; or restated: facts of before t₀ were learnt or withdrawn since (`is_late`) |
//! | B `birth` | first purchase | t₀ | acquired (only who was no customer at t₀) |
//! | V₀′ + B − m | | t₀ | release: the margin m expected between t₀ (or birth) and t₁ leaves the asset |
//! | E′ | | t₀ | unwinding: what is left comes nearer by the time that passed |
//! | E `expected_closing` | t₀ | t₀ | horizon: what a finite horizon takes in by moving on (`horizon_gain`); 0 without one |
//! | E · a / s | t₁, only whether he is still there | t₀ | churn variance: a the chance of being alive at t₁, s the same as expected at t₀ |
//! | V₁⁰ `unchanged` | t₁ | t₀ | development: those who are there are worth more or less than expected |
//! | V₁ᵃ `reassumed` | t₁ | model of t₀, assumptions of t₁ | assumption change |
//! | V₁ `closing` | t₁ | t₁ | model change |
//!
//! E / s is what the customer was expected to be worth at t₁ *if* he is still there; so churn variance is E/s · (a − s), and
//! development is V₁⁰ − a · E/s, the surprise in what the customer is worth and not in whether he is there. In a contract a
//! is 0 or 1. Who was counted as lost at t₀ and came back has no churn or development: V₁⁰ − E is `reactivated` as a whole.
//!
//! The release takes out the margin that was *expected*: the margin realised in the period is income, not part of the asset,
//! and stands beside the statement ([`Statement::realised_margin`]); the difference of the two is income above or below
//! expectation. What it teaches about the future is in churn variance and development. When facts come as expected and
//! nothing else changes, V₁ = E, and every line but release and unwinding is zero.
//!
//! # Where the rules come from
//!
//! Blattberg, Getz & Thomas (2001), "Customer Equity" (retained, acquired, lost; current and future); Wiesel, Skiera &
//! Villanueva (2008), Journal of Marketing 72(2), "Customer Equity: An Integral Part of Financial Reporting" (a flow statement
//! between two dates). What was spent to win a customer is sunk and not taken from the asset: it is the price paid, and
//! stands in the accounts of cost.
//!
//! # Cents
//!
//! Values come in as unrounded minor units and are kept in millionths. Each date's values are rounded in the order of the
//! customers so that their sum is the rounded sum ([`Statements`] goes through customers once); a customer's lines are then
//! rounded so that they lead from his opening to his closing, and what a line lost or gained by it is made good at the next
//! customers who have a choice. So customers add up to the statement, lines add up to the closing, and one statement's
//! closing is the next one's opening, customer by customer. Opening and closing are their exact sums, rounded once. A line
//! lies within a cent of its exact sum where customers have lines to choose from; those who have one line only (the newly
//! come) leave a few cents, growing with the root of their number: some three euros for a million.

use std::fmt;
use value::month_ends::Passage;

/// One step from opening to closing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Line {
    /// Customers who turned out to be one, or two.
    MergedSplit,
    /// Facts of the time before that became known, or were withdrawn, after the opening was published.
    Restated,
    /// Margin expected within the period, which now is income and no longer asset; below zero as a rule.
    Release,
    /// Discount that came off because the future came nearer.
    Unwinding,
    /// What a finite horizon took in by moving on.
    Horizon,
    /// More or fewer stayed than expected.
    Churn,
    /// Those who stayed are worth more or less than expected.
    Development,
    /// New customers, at what they were worth when they came.
    Acquired,
    /// Customers who had been counted as lost.
    Reactivated,
    /// What people set differently: discount rate, cost rates, horizon.
    Assumptions,
    /// What the model learnt anew.
    Model,
}

impl Line {
    /// Every line, in the order in which the statement shows them.
    pub const ALL: [Line; 11] = [
        Line::MergedSplit,
        Line::Restated,
        Line::Release,
        Line::Unwinding,
        Line::Horizon,
        Line::Churn,
        Line::Development,
        Line::Acquired,
        Line::Reactivated,
        Line::Assumptions,
        Line::Model,
    ];

    /// The word for it in files and the API.
    pub fn name(self) -> &'static str {
        match self {
            Line::MergedSplit => "merged_split",
            Line::Restated => "restated",
            Line::Release => "release",
            Line::Unwinding => "unwinding",
            Line::Horizon => "horizon",
            Line::Churn => "churn_variance",
            Line::Development => "development",
            Line::Acquired => "acquired",
            Line::Reactivated => "reactivated",
            Line::Assumptions => "assumption_change",
            Line::Model => "model_change",
        }
    }

    /// The line with this word.
    pub fn from_name(name: &str) -> Option<Line> {
        Line::ALL.into_iter().find(|line| line.name() == name)
    }

    /// Whether the customers changed, and not just time, identity, assumptions or the model.
    pub fn is_customers(self) -> bool {
        matches!(self, Line::Churn | Line::Development | Line::Acquired | Line::Reactivated)
    }
}

const LINES: usize = Line::ALL.len();

/// What one customer was worth, was expected to be worth, and is worth. Values are minor units, not rounded, finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Movement {
    /// The caller's number.
    pub customer: u32,
    /// V₀: value at t₀ as published then; 0 for who was no customer.
    pub opening: f64,
    /// V₀′: the same under today's links and with what is known today; `opening` where neither changed, 0 for who was
    /// merged into another.
    pub relinked: f64,
    /// V₀′ differs from V₀ by facts learnt late or withdrawn, and not by links.
    pub is_late: bool,
    /// B: value at birth for who became a customer within the period.
    pub birth: Option<f64>,
    /// m: margin expected from t₀ (or birth) to t₁, not discounted.
    pub expected_margin: f64,
    /// E: value at t₁ as expected at t₀ (or birth); [`rolled_forward`] gives it from the stream of margins.
    pub expected_closing: f64,
    /// The part of E that lies beyond the horizon of V₀; 0 where the horizon has no end or stays where it was.
    pub horizon_gain: f64,
    /// s: chance of being alive at t₁ as expected at t₀ (or birth), 0 to 1.
    pub expected_alive: f64,
    /// a: the same chance with the facts up to t₁, under the model of t₀; 0 or 1 where it is known.
    pub alive: f64,
    /// Counted as lost at t₀ and back within the period.
    pub was_lost: bool,
    /// V₁⁰: value at t₁ under the model and the assumptions of t₀.
    pub unchanged: f64,
    /// V₁ᵃ: the same under the assumptions of t₁.
    pub reassumed: f64,
    /// V₁: the same under the model of t₁.
    pub closing: f64,
    /// Margin that really came from t₀ to t₁, in minor units. It stands beside the statement.
    pub realised_margin: i64,
}

impl Movement {
    /// A customer for whom everything came as expected: worth `opening`, expected to bring `expected_margin`, worth
    /// `closing` then, alive with chance `alive` at t₁. Change what did not.
    pub fn as_expected(
        customer: u32,
        opening: f64,
        expected_margin: f64,
        closing: f64,
        alive: f64,
    ) -> Movement {
        Movement {
            customer,
            opening,
            relinked: opening,
            is_late: false,
            birth: None,
            expected_margin,
            expected_closing: closing,
            horizon_gain: 0.0,
            expected_alive: alive,
            alive,
            was_lost: false,
            unchanged: closing,
            reassumed: closing,
            closing,
            realised_margin: 0,
        }
    }

    /// A customer who came within the period, worth `birth` when he did and `closing` now, with nothing expected between
    /// the two: for births at t₁ itself.
    pub fn born(customer: u32, birth: f64, closing: f64) -> Movement {
        let born = Movement::as_expected(customer, 0.0, 0.0, birth, 1.0);
        Movement { birth: Some(birth), unchanged: birth, reassumed: birth, closing, ..born }
    }

    /// The same movement for a customer whose value at t₀ was published as `opening`, under the links of then: what
    /// [`Movement::opening`] was so far is `relinked` now.
    ///
    /// ```
    /// use portfolio::{Line, Movement, Statements};
    /// // Two customers of 400 each turned out to be one of 1 000.
    /// let one = Movement::as_expected(1, 1_000.0, 50.0, 960.0, 0.9).published(400.0);
    /// let gone = Movement::merged_away(2, 400.0);
    /// let mut rows = Statements::default();
    /// assert_eq!(rows.row(&one).line(Line::MergedSplit) + rows.row(&gone).line(Line::MergedSplit), 200);
    /// ```
    pub fn published(self, opening: f64) -> Movement {
        Movement { opening, ..self }
    }

    /// Who was published as worth `opening` at t₀, and today is no customer any more but a part of another.
    pub fn merged_away(customer: u32, opening: f64) -> Movement {
        Movement::as_expected(customer, 0.0, 0.0, 0.0, 0.0).published(opening)
    }

    /// The lines before rounding, in millionths of a minor unit, in the order of [`Line::ALL`]; they add up to closing
    /// less opening exactly.
    fn lines(&self) -> [i64; LINES] {
        let mut lines = [0; LINES];
        let mut now = millionths(self.opening);
        let mut step = |line: Line, value: f64| {
            let next = millionths(value);
            lines[line as usize] += next - now;
            now = next;
        };
        let start = self.relinked + self.birth.unwrap_or(0.0);
        step(if self.is_late { Line::Restated } else { Line::MergedSplit }, self.relinked);
        step(Line::Acquired, start);
        step(Line::Release, start - self.expected_margin);
        step(Line::Unwinding, self.expected_closing - self.horizon_gain);
        step(Line::Horizon, self.expected_closing);
        if self.was_lost {
            step(Line::Reactivated, self.unchanged);
        } else {
            step(Line::Churn, self.expected_if(self.alive));
            step(Line::Development, self.unchanged);
        }
        step(Line::Assumptions, self.reassumed);
        step(Line::Model, self.closing);
        lines
    }

    /// E · a / s, the expected closing once it is known that the customer is alive with chance `alive`.
    fn expected_if(&self, alive: f64) -> f64 {
        // Where nobody was expected to be left there is no value "if he is still there": all is development.
        let known = alive == self.expected_alive || self.expected_alive <= 0.0;
        if known { self.expected_closing } else { self.expected_closing * (alive / self.expected_alive) }
    }
}

/// What the engine of `value` says of a customer between two dates, under today's links and without a horizon.
impl From<&Passage> for Movement {
    fn from(passage: &Passage) -> Movement {
        Movement {
            customer: passage.customer,
            opening: passage.opening,
            relinked: passage.opening,
            is_late: false,
            birth: passage.birth,
            expected_margin: passage.expected_margin,
            expected_closing: passage.expected_closing,
            horizon_gain: 0.0,
            expected_alive: passage.expected_alive,
            alive: passage.alive,
            was_lost: passage.was_lost,
            unchanged: passage.unchanged,
            reassumed: passage.reassumed,
            closing: passage.closing,
            realised_margin: passage.realised_margin,
        }
    }
}

/// Whole millionths; what is no number counts as nothing. Values end at four million million minor units, so that the
/// difference of two fits in 64 bits.
fn millionths(value: f64) -> i64 {
    const LARGEST: f64 = 4e18;
    if value.is_nan() { 0 } else { (value * 1e6).clamp(-LARGEST, LARGEST).round() as i64 }
}

/// Expected margin, not discounted, and expected closing of a value `opening` whose margins of the next `days` are
/// `margins` as (days from now, amount), at a yearly discount `rate` (0.1 for 10 %).
///
/// E = (V₀ − Σ m v^τ) (1 + rate)^T with v = 1 / (1 + rate) per year: the margins of the period leave at their present value,
/// the rest earns the discount. A margin beyond `days` is none of the period's.
///
/// ```
/// // 1 000 with 100 due today and 10 % a year: what is left of it earns 90.
/// let (margin, closing) = portfolio::rolled_forward(1_000.0, &[(0.0, 100.0)], 0.1, 365.25);
/// assert_eq!(margin, 100.0);
/// assert!((closing - 990.0).abs() < 1e-9);
/// ```
pub fn rolled_forward(opening: f64, margins: &[(f64, f64)], rate: f64, days: f64) -> (f64, f64) {
    let growth = |days: f64| (1.0 + rate).powf(days / 365.25);
    let within = || margins.iter().filter(|(day, _)| (0.0..=days).contains(day));
    let expected = within().map(|(_, margin)| margin).sum();
    let released: f64 = within().map(|(day, margin)| margin / growth(*day)).sum();
    (expected, (opening - released) * growth(days))
}

/// One customer's part of a statement, in minor units: opening plus lines is closing, exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The caller's number.
    pub customer: u32,
    /// Value at the first date.
    pub opening: i64,
    /// In the order of [`Line::ALL`].
    pub lines: [i64; LINES],
    /// Value at the second date.
    pub closing: i64,
    /// Had a value at the first date, be it less than half a cent.
    pub was_here: bool,
    /// Has one at the second.
    pub is_here: bool,
    /// Became a customer within the period.
    pub is_new: bool,
    /// Margin that was expected, which is what the release took out, and margin that came: beside the statement.
    pub expected_margin: i64,
    /// See `expected_margin`.
    pub realised_margin: i64,
}

impl Row {
    /// The amount of a line.
    pub fn line(&self, line: Line) -> i64 {
        self.lines[line as usize]
    }
}

/// Makes rows of movements, one customer after the other, keeping what rounding leaves over.
///
/// Give customers in the same order at every date (by number), or one statement's closing is another's opening in its sum
/// only and not customer by customer.
///
/// ```
/// use portfolio::{Line, Movement, Statement, Statements};
/// let mut rows = Statements::default();
/// // Ada as expected; Bob stopped; Chloé came.
/// let ada = Movement::as_expected(1, 1_000.0, 100.0, 927.0, 0.9);
/// let bob = Movement { alive: 0.0, unchanged: 0.0, reassumed: 0.0, closing: 0.0, ..Movement { customer: 2, ..ada } };
/// let statement: Statement = [ada, bob, Movement::born(3, 400.0, 400.0)].iter().map(|one| rows.row(one)).collect();
/// assert_eq!((statement.opening, statement.closing), (2_000, 1_327));
/// assert_eq!(statement.line(Line::Release), -200);
/// assert_eq!(statement.line(Line::Unwinding), 54);
/// assert_eq!(statement.line(Line::Churn), -927);
/// assert_eq!(statement.line(Line::Acquired), 400);
/// assert_eq!(statement.residual(), 0);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Statements {
    opening: Running,
    closing: Running,
    /// By how much each line's rows have fallen short of its exact sum, in millionths.
    owed: [i64; LINES],
}

/// What a running sum in millionths is above its rounded value, half a million at most to each side.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Running(i64);

const MILLION: i64 = 1_000_000;

impl Running {
    /// By how much the rounded sum grows when `part` is added to the sum.
    fn next(&mut self, part: i64) -> i64 {
        self.0 += part;
        let whole = (self.0 + MILLION / 2).div_euclid(MILLION);
        self.0 -= whole * MILLION;
        whole
    }
}

impl Statements {
    /// What an opening would be rounded to if the next customer had it: for telling whether it is what was published.
    ///
    /// ```
    /// let mut rows = portfolio::Statements::default();
    /// rows.row(&portfolio::Movement::as_expected(1, 0.4, 0.0, 0.4, 1.0));
    /// assert_eq!((rows.opening_of(10.0), rows.opening_of(10.4)), (10, 11));
    /// ```
    pub fn opening_of(&self, value: f64) -> i64 {
        let mut opening = self.opening;
        opening.next(millionths(value))
    }

    /// The row of the next customer.
    pub fn row(&mut self, movement: &Movement) -> Row {
        let exact = movement.lines();
        let opening = self.opening.next(millionths(movement.opening));
        let closing = self.closing.next(millionths(movement.closing));
        let lines = self.whole_lines(&exact, closing - opening);
        Row {
            customer: movement.customer,
            opening,
            lines,
            closing,
            was_here: movement.opening != 0.0,
            is_here: movement.closing != 0.0,
            is_new: movement.birth.is_some(),
            expected_margin: -lines[Line::Release as usize],
            realised_margin: movement.realised_margin,
        }
    }

    /// Whole numbers next to the exact lines that add up to `change`. Lines of zero stay zero; of the others those rise
    /// that are owed most.
    fn whole_lines(&mut self, exact: &[i64; LINES], change: i64) -> [i64; LINES] {
        let mut order = [0; LINES];
        let mut moved = 0;
        for (line, part) in exact.iter().enumerate() {
            if *part != 0 {
                order[moved] = line;
                moved += 1;
            }
        }
        if moved == 0 {
            // A cent by which two dates are rounded differently: time has passed, so it is unwinding.
            order[0] = Line::Unwinding as usize;
            moved = 1;
        }
        let order = &mut order[..moved];
        let mut whole = exact.map(|part| part.div_euclid(MILLION));
        let due = |line: usize, whole: &[i64; LINES]| self.owed[line] + exact[line] - whole[line] * MILLION;
        let left = change - whole.iter().sum::<i64>();
        // Who is owed most rises first, and who owes most falls first; an amount that is whole already comes last.
        let is_whole = |line: usize| exact[line].rem_euclid(MILLION) == 0;
        let sign = left.signum();
        order.sort_by_key(|line| (is_whole(*line), -sign * due(*line, &whole)));
        // At most one beyond the lines there are: whoever comes round again moves twice.
        for step in 0..left.unsigned_abs() as usize {
            whole[order[step % moved]] += left.signum();
        }
        for (line, owed) in self.owed.iter_mut().enumerate() {
            *owed += exact[line] - whole[line] * MILLION;
        }
        whole
    }
}

/// The statement of all customers between two dates, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statement {
    /// Customer equity at the first date.
    pub opening: i64,
    /// In the order of [`Line::ALL`].
    pub lines: [i64; LINES],
    /// Customer equity at the second date.
    pub closing: i64,
    /// What the customers of the first date were expected to be worth at the second: opening with merged or split,
    /// restated, release, unwinding and horizon, without the new.
    pub expected_closing: i64,
    /// What they really are worth: closing without the new, and without assumption and model changes.
    pub base_closing: i64,
    /// Σ of the customers' own surprises (churn, development and reactivated) squared: how uncertain the closing was.
    pub surprises_squared: i128,
    /// Margin that was expected within the period; what the release took out, of all customers.
    pub expected_margin: i64,
    /// Margin that came. Realised less expected is income above expectation, beside the statement.
    pub realised_margin: i64,
    /// Customers with a value at the first date.
    pub customers_opening: u64,
    /// Customers with a value at the second.
    pub customers_closing: u64,
    /// New ones.
    pub customers_acquired: u64,
}

impl FromIterator<Row> for Statement {
    fn from_iter<I: IntoIterator<Item = Row>>(rows: I) -> Statement {
        rows.into_iter().fold(Statement::default(), |mut statement, row| {
            statement.add(&row);
            statement
        })
    }
}

impl Statement {
    /// Adds a customer's row.
    pub fn add(&mut self, row: &Row) {
        self.opening += row.opening;
        self.closing += row.closing;
        for (sum, part) in self.lines.iter_mut().zip(row.lines) {
            *sum += part;
        }
        let surprise = row.line(Line::Churn) + row.line(Line::Development) + row.line(Line::Reactivated);
        if !row.is_new {
            let expected = [Line::MergedSplit, Line::Restated, Line::Release, Line::Unwinding, Line::Horizon];
            let expected = row.opening + expected.map(|line| row.line(line)).iter().sum::<i64>();
            self.expected_closing += expected;
            self.base_closing += expected + surprise;
            self.surprises_squared += i128::from(surprise) * i128::from(surprise);
        }
        self.expected_margin += row.expected_margin;
        self.realised_margin += row.realised_margin;
        self.customers_opening += u64::from(row.was_here);
        self.customers_closing += u64::from(row.is_here);
        self.customers_acquired += u64::from(row.is_new);
    }

    /// The amount of a line.
    pub fn line(&self, line: Line) -> i64 {
        self.lines[line as usize]
    }

    /// What the lines leave unexplained: 0.
    pub fn residual(&self) -> i64 {
        self.closing - self.opening - self.lines.iter().sum::<i64>()
    }

    /// How much more the customers of the opening are worth than they were expected to be, by churn, development and return.
    pub fn surprise(&self) -> i64 {
        self.base_closing - self.expected_closing
    }

    /// How much the asset grew because of customers: churn, development, acquired and reactivated together. The other
    /// lines are time, identity, assumptions and the model.
    pub fn grown_by_customers(&self) -> i64 {
        Line::ALL.iter().filter(|line| line.is_customers()).map(|line| self.line(*line)).sum()
    }

    /// This statement followed by that of the next period, as one over both: for quarters and years from months. Lines add
    /// up; the expected closing is that of the second period, since nobody looked further at the start of the first.
    ///
    /// Fails with the gap when `next` does not open where this one closes.
    pub fn then(&self, next: &Statement) -> Result<Statement, Gap> {
        if self.closing != next.opening {
            return Err(Gap { closing: self.closing, opening: next.opening });
        }
        let mut both = *next;
        both.opening = self.opening;
        for (sum, part) in both.lines.iter_mut().zip(self.lines) {
            *sum += part;
        }
        both.surprises_squared += self.surprises_squared;
        both.expected_margin += self.expected_margin;
        both.realised_margin += self.realised_margin;
        both.customers_opening = self.customers_opening;
        both.customers_acquired += self.customers_acquired;
        Ok(both)
    }
}

/// A statement that does not open where the one before closed: a restatement is missing between the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Where the earlier one closed, in minor units.
    pub closing: i64,
    /// Where the later one opens.
    pub opening: i64,
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "one statement closes at {} and the next opens at {}", self.closing, self.opening)
    }
}

impl std::error::Error for Gap {}
