//! One statement in the making: every customer's passage from one date to the next becomes a row, and what is kept of the
//! rows: sums, who made each line, who came and went, and the closing of everybody.

use ::portfolio::{Level, Line, Loss, Movement, Row, Rule, Statement, Statements, Turn, Turnover, levels};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};
use store::{LineRows, Store, TurnRow};
use value::month_ends::Passage;

/// Below this chance of being active a customer counts as lost: he is more likely gone than not.
pub const LOST_BELOW: f64 = 0.5;
/// Customers kept of each line of a statement.
const MOST_ROWS: usize = 500;

/// By what who came and went is told apart; each adds up to everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Everybody.
    All,
    /// Level of value: of the opening, for the newly come of the closing.
    Level,
    /// The sources that know the customer, together.
    Source,
    /// Person or organisation.
    Kind,
    /// Who is in charge.
    Owner,
}

impl Part {
    /// Every part.
    pub const ALL: [Part; 5] = [Part::All, Part::Level, Part::Source, Part::Kind, Part::Owner];

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Part::All => "all",
            Part::Level => "level",
            Part::Source => "source",
            Part::Kind => "kind",
            Part::Owner => "owner",
        }
    }
}

/// What losses are looked at by, for each customer by number.
#[derive(Debug)]
pub struct Places {
    of: Vec<[u32; 3]>,
    /// Sources, kinds and owners by the numbers in `of`; the first stands for nothing known.
    names: [Vec<String>; 3],
    /// By what values fall into levels.
    rule: Rule,
}

impl Default for Places {
    /// Nothing is known of anybody.
    fn default() -> Places {
        Places { of: Vec::new(), names: [(); 3].map(|()| vec![String::new()]), rule: Rule::DEFAULT }
    }
}

impl Places {
    /// By what values fall into levels.
    pub fn rule(&self) -> Rule {
        self.rule
    }

    /// Reads them from the base. `rule` is that of the levels of value: shares mean of equity what they mean of other values,
    /// while amounts were set for twelve months' margin, and the usual shares stand in for them.
    pub fn read(store: &Store, rule: Rule) -> store::Result<Places> {
        let mut places = Places::default();
        if !matches!(rule, Rule::Amount(_)) {
            places.rule = rule;
        }
        let mut known: [HashMap<String, u32>; 3] = Default::default();
        store.each_place(|place| {
            let kind = match place.kind {
                Some(1) => "person",
                Some(2) => "organisation",
                _ => "",
            };
            let texts = [place.sources.trim_end(), kind, place.owner.unwrap_or("").trim()];
            let mut of = [0; 3];
            for (at, text) in texts.into_iter().enumerate().filter(|(_, text)| !text.is_empty()) {
                of[at] = match known[at].get(text) {
                    Some(number) => *number,
                    None => {
                        let number = places.names[at].len() as u32;
                        places.names[at].push(text.replace('\n', ", "));
                        known[at].insert(text.to_string(), number);
                        number
                    }
                };
            }
            let customer = place.customer as usize;
            if customer >= places.of.len() {
                places.of.resize(customer + 1, [0; 3]);
            }
            places.of[customer] = of;
        })?;
        Ok(places)
    }
}

/// What was published of the date that a statement opens with.
pub struct Opened<'a> {
    /// Whole minor units by customer number.
    pub column: &'a [Option<i64>],
    /// Who won or lost records since.
    pub relinked: &'a HashSet<u32>,
}

/// A statement in the making. Customers come by rising number.
pub struct Book<'a> {
    places: &'a Places,
    opened: Option<Opened<'a>>,
    /// Of what was published, the first number not seen yet.
    next: usize,
    /// By customer number, at the opening.
    levels: Vec<Level>,
    rows: Statements,
    statement: Statement,
    lines: [Top; Line::ALL.len()],
    column: Vec<Option<i64>>,
    /// Newly come: whose level is that of the closing.
    came: Vec<(u32, Turn)>,
    turns: [Vec<Turned>; 5],
}

/// Who came and went of one key.
#[derive(Clone, Copy, Debug, Default)]
struct Turned {
    turnover: Turnover,
    returned: (u64, i64),
    loss: Loss,
}

/// A statement that is done.
pub struct Closed {
    /// Its sums.
    pub statement: Statement,
    /// Who made its lines.
    pub lines: Vec<LineRows>,
    /// Who came and went.
    pub turns: Vec<TurnRow>,
    /// Everybody's closing in whole minor units.
    pub column: Vec<Option<i64>>,
    /// Everybody's level at the closing.
    pub levels: Vec<Level>,
}

impl<'a> Book<'a> {
    /// An empty statement.
    pub fn new(places: &'a Places, opened: Option<Opened<'a>>, levels: Vec<Level>) -> Book<'a> {
        let sizes = [1, 5, places.names[0].len(), places.names[1].len(), places.names[2].len()];
        Book {
            places,
            opened,
            next: 0,
            levels,
            rows: Statements::default(),
            statement: Statement::default(),
            lines: Default::default(),
            column: vec![None; places.of.len()],
            came: Vec::new(),
            turns: sizes.map(|size| vec![Turned::default(); size]),
        }
    }

    /// The next customer; `alive` is the chance of his being active at the opening.
    pub fn enter(&mut self, passage: &Passage, alive: f64) {
        let customer = passage.customer as usize;
        self.pass_over(customer);
        self.next = customer + 1;
        let mut movement = Movement::from(passage);
        if let Some(opened) = &self.opened {
            let whole = opened.column.get(customer).copied().flatten().unwrap_or(0);
            let published = whole as f64;
            // What was published is rounded: a difference below a cent is none.
            if (movement.relinked - published).abs() >= 1.0 {
                movement = movement.published(published);
            } else if self.rows.opening_of(movement.relinked) != whole {
                (movement.opening, movement.relinked) = (published, published);
            }
            movement.is_late = !opened.relinked.contains(&passage.customer);
        }
        let row = self.add(&movement);
        self.turn(passage, alive, row.line(Line::Acquired));
    }

    /// The end: who was published and is no customer any more, then everything that is kept.
    pub fn close(mut self) -> Closed {
        self.pass_over(usize::MAX);
        let values: Vec<i64> = self.column.iter().map(|value| value.unwrap_or(0)).collect();
        let levels = levels(&values, &self.places.rule);
        for (customer, turn) in std::mem::take(&mut self.came) {
            let level = levels.get(customer as usize).copied().unwrap_or(Level::Negligible);
            self.count(customer, level, |turned| turned.turnover.add(turn));
        }
        let lines = Line::ALL.into_iter().zip(self.lines).map(|(line, top)| top.told(line)).collect();
        let name = |part: Part, key: usize| match part {
            Part::All => String::new(),
            Part::Level => Level::ALL[key].name().to_string(),
            Part::Source => self.places.names[0][key].clone(),
            Part::Kind => self.places.names[1][key].clone(),
            Part::Owner => self.places.names[2][key].clone(),
        };
        let mut turns = Vec::new();
        for (part, keys) in Part::ALL.into_iter().zip(&self.turns) {
            for (key, turned) in keys.iter().enumerate().filter(|(_, turned)| turned.is_telling()) {
                turns.push(TurnRow {
                    part: part.name().to_string(),
                    key: name(part, key),
                    turnover: turned.turnover,
                    returned: turned.returned,
                    loss: turned.loss,
                });
            }
        }
        Closed { statement: self.statement, lines, turns, column: self.column, levels }
    }

    /// Those before `customer` who were published and did not come.
    fn pass_over(&mut self, customer: usize) {
        let Some(opened) = &self.opened else { return };
        let (column, relinked) = (opened.column, opened.relinked);
        let end = customer.min(column.len());
        for (gone, published) in column.iter().enumerate().take(end).skip(self.next) {
            if let Some(published) = published.filter(|published| *published != 0) {
                let number = gone as u32;
                let is_late = !relinked.contains(&number);
                self.add(&Movement { is_late, ..Movement::merged_away(number, published as f64) });
            }
        }
        self.next = self.next.max(end);
    }

    fn add(&mut self, movement: &Movement) -> Row {
        let row = self.rows.row(movement);
        self.statement.add(&row);
        for (top, amount) in self.lines.iter_mut().zip(row.lines) {
            top.add(row.customer, amount);
        }
        let customer = row.customer as usize;
        if customer >= self.column.len() {
            self.column.resize(customer + 1, None);
        }
        if movement.closing != 0.0 || movement.alive > 0.0 {
            self.column[customer] = Some(row.closing);
        }
        row
    }

    /// `acquired` is the customer's part of that line: one rounding for the statement and for who came.
    fn turn(&mut self, passage: &Passage, alive: f64, acquired: i64) {
        let customer = passage.customer;
        let whole = |value: f64| crate::value::minor(value);
        let is_lost = passage.alive < LOST_BELOW;
        if passage.birth.is_some() {
            self.came.push((customer, Turn::Acquired(acquired)));
            if is_lost {
                self.came.push((customer, Turn::Lost(acquired)));
            }
            return;
        }
        let level = self.levels.get(customer as usize).copied().unwrap_or(Level::Negligible);
        if passage.was_lost {
            if !is_lost {
                let value = whole(passage.unchanged);
                self.count(customer, level, |turned| {
                    turned.returned = (turned.returned.0 + 1, turned.returned.1 + value);
                });
            }
            return;
        }
        let if_there = if passage.expected_alive > 0.0 {
            passage.expected_closing / passage.expected_alive
        } else {
            0.0
        };
        let has_gone = is_lost && alive >= LOST_BELOW;
        self.count(customer, level, |turned| {
            turned.loss.learn(alive, passage.expected_alive, passage.alive, if_there);
            if has_gone {
                turned.turnover.add(Turn::Lost(whole(passage.opening)));
            }
        });
    }

    fn count(&mut self, customer: u32, level: Level, mut add: impl FnMut(&mut Turned)) {
        let [source, kind, owner] = self.places.of.get(customer as usize).copied().unwrap_or_default();
        let keys = [0, level as usize - 1, source as usize, kind as usize, owner as usize];
        for (turned, key) in self.turns.iter_mut().zip(keys) {
            add(&mut turned[key]);
        }
    }
}

impl Turned {
    fn is_telling(&self) -> bool {
        let Turned { turnover, returned, loss } = self;
        *turnover != Turnover::default() || returned.0 > 0 || *loss != Loss::default()
    }
}

/// A line's sum, and those who matter most in it.
#[derive(Default)]
struct Top {
    amount: i64,
    customers: u64,
    /// By how much they matter; the least stands at the top.
    most: BinaryHeap<Reverse<(u64, Reverse<u32>, i64)>>,
}

impl Top {
    fn add(&mut self, customer: u32, amount: i64) {
        if amount == 0 {
            return;
        }
        self.amount += amount;
        self.customers += 1;
        let one = (amount.unsigned_abs(), Reverse(customer), amount);
        if self.most.len() < MOST_ROWS {
            self.most.push(Reverse(one));
        } else if self.most.peek().is_some_and(|Reverse(least)| *least < one) {
            self.most.pop();
            self.most.push(Reverse(one));
        }
    }

    fn told(self, line: Line) -> LineRows {
        let rows = self.most.into_sorted_vec();
        LineRows {
            line,
            amount: self.amount,
            customers: self.customers,
            rows: rows
                .into_iter()
                .map(|Reverse((_, Reverse(customer), amount))| (customer, amount))
                .collect(),
        }
    }
}
