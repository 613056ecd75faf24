//! What they do: when they buy, what, what they send back, pay, ask, say and whom they bring.
//!
//! Buying follows the BG/NBD story (Fader, Hardie & Lee 2005): each customer buys at a rate of his own, drawn from a
//! gamma law, and after each purchase but the first may leave for good with a probability of his own, drawn from a
//! beta law. What an order is worth follows the gamma-gamma story (Fader & Hardie 2013) before rounding to packs.

use crate::DAYS;
use crate::chance::{Chance, Purpose};
use crate::people::{Person, Trait};
use crate::words::{self, PRODUCTS, Product, Range};
use ledger::Day;

/// What one customer did.
#[derive(Clone, Debug)]
pub(crate) struct Life {
    /// Purchases a day while active; `None` for who never bought.
    pub rate: Option<f64>,
    /// Probability of leaving after each purchase but the first.
    pub dropout: Option<f64>,
    /// What an order is worth on average, in cents, before rounding to packs.
    pub mean_order: Option<f64>,
    /// The day of the last purchase, for who left before the last day.
    pub left: Option<Day>,
    /// Days with a purchase in the year after the last day.
    pub orders_next_year: u32,
    /// By day; returns among them, after what they return.
    pub orders: Vec<Order>,
    pub requests: Vec<Request>,
    pub visits: Vec<Visit>,
    pub reviews: Vec<Review>,
    /// Who brought this customer, and when.
    pub referred_by: Option<(usize, Day)>,
    /// Number of the seller in charge, in `words::SELLERS`.
    pub owner: usize,
    /// Known to a source from this day, also who never bought.
    pub known_since: Day,
}

#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub day: Day,
    pub minute: i64,
    pub channel: Channel,
    pub is_return: bool,
    pub lines: Vec<Line>,
    /// For invoices: the day it is to be paid, and was paid if it was by the last day.
    pub due: Option<Day>,
    pub paid: Option<Day>,
    /// Ordered in the shop without signing in.
    pub is_guest: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Channel {
    Shop,
    Invoice,
}

/// Cents; all negative for what comes back, the unit price and discount excepted.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// Place in `words::PRODUCTS`.
    pub product: usize,
    pub quantity: i64,
    pub discount: i64,
    pub amount: i64,
}

impl Line {
    pub fn product(&self) -> &'static Product {
        &PRODUCTS[self.product]
    }

    pub fn margin(&self) -> i64 {
        self.amount - self.quantity * self.product().cost
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub opened: i64,
    /// Seconds of the day count like in `ledger::Moment`; `None` while it is open.
    pub closed: Option<i64>,
    pub channel: &'static str,
    pub subject: &'static str,
    pub contacts: Vec<Contact>,
}

#[derive(Clone, Debug)]
pub(crate) struct Contact {
    pub at: i64,
    pub inbound: bool,
    pub channel: &'static str,
    /// In tenths.
    pub minutes: i64,
    pub agent: &'static str,
}

#[derive(Clone, Debug)]
pub(crate) struct Visit {
    pub day: Day,
    pub minute: i64,
    pub minutes: i64,
    pub purpose: &'static str,
}

#[derive(Clone, Debug)]
pub(crate) struct Review {
    pub day: Day,
    pub product: usize,
    pub stars: i64,
    pub text: &'static str,
}

/// Everybody's life up to the last day, in the order of `people`.
pub(crate) fn lives(seed: u64, people: &[Person], until: Day) -> Vec<Life> {
    let mut lives: Vec<Life> =
        people.iter().enumerate().map(|(index, person)| life(seed, index, person, until)).collect();
    let influencers: Vec<usize> = (0..people.len()).filter(|at| people[*at].is(Trait::Influencer)).collect();
    for index in 0..people.len() {
        lives[index].referred_by = friend(seed, index, people, &lives, &influencers);
    }
    lives
}

fn life(seed: u64, index: usize, person: &Person, until: Day) -> Life {
    let mut chance = Chance::of(seed, Purpose::Buying, index);
    // A quarter of the base was there when the history begins.
    let start =
        if chance.happens(0.25) { chance.between(0, 60) } else { chance.between(0, i64::from(DAYS) - 10) };
    let known_since = Day(until.0 - DAYS + start as i32);
    let mut life = Life {
        rate: None,
        dropout: None,
        mean_order: None,
        left: None,
        orders_next_year: 0,
        orders: Vec::new(),
        requests: Vec::new(),
        visits: Vec::new(),
        reviews: Vec::new(),
        referred_by: None,
        owner: owner(person, index),
        known_since,
    };
    if !person.is(Trait::Prospect) {
        buy(&mut life, person, &mut chance, until);
        let mut chance = Chance::of(seed, Purpose::Baskets, index);
        fill_baskets(&mut life, person, &mut chance, until);
    }
    let mut chance = Chance::of(seed, Purpose::Care, index);
    life.requests = requests(&life, person, &mut chance, until);
    if person.is_organisation {
        life.visits = visits(&life, person, &mut chance, until);
    }
    life.reviews = reviews(&life, person, &mut chance, until);
    life
}

/// British accounts have their own seller; the others are shared out.
fn owner(person: &Person, index: usize) -> usize {
    if person.is_british { 3 } else { [0, 1, 2, 4][index % 4] }
}

/// Draws the customer's rate and dropout and runs the story to a year past the last day.
fn buy(life: &mut Life, person: &Person, chance: &mut Chance, until: Day) {
    let (r, alpha_weeks, a, b) =
        if person.is_organisation { (2.2, 7.5, 0.6, 9.0) } else { (1.1, 10.0, 0.8, 4.0) };
    let mut rate = chance.gamma(r, alpha_weeks * 7.0);
    if person.is(Trait::Influencer) || person.is(Trait::OverVisited) {
        rate /= 4.0;
    }
    let dropout = chance.beta(a, b);
    life.rate = Some(rate);
    life.dropout = Some(dropout);
    life.orders.push(empty_order(life.known_since));
    let mut elapsed = 0.0;
    let last = f64::from(until.0 - life.known_since.0);
    loop {
        elapsed += chance.exponential(rate);
        let leaves = chance.happens(dropout);
        if elapsed >= last + 366.0 {
            break;
        }
        let day = Day(life.known_since.0 + elapsed as i32);
        if day > until {
            life.orders_next_year += u32::from(day.0 <= until.0 + 365);
        } else if life.orders.last().is_some_and(|order| order.day < day) {
            life.orders.push(empty_order(day));
        }
        if leaves {
            life.left = (day <= until).then_some(day);
            break;
        }
    }
}

fn empty_order(day: Day) -> Order {
    Order {
        day,
        minute: 0,
        channel: Channel::Shop,
        is_return: false,
        lines: Vec::new(),
        due: None,
        paid: None,
        is_guest: false,
    }
}

fn fill_baskets(life: &mut Life, person: &Person, chance: &mut Chance, until: Day) {
    // Gamma-gamma: an order is gamma(p, ν), ν is gamma(q, γ), so that an order is worth pγ/(q−1) on average.
    let (p, q, gamma) = if person.is_organisation { (4.0, 6.0, 30_000.0) } else { (4.0, 6.0, 5_500.0) };
    let nu = chance.gamma(q, gamma);
    life.mean_order = Some(p / nu);
    let shop_share = match (person.is_organisation, chance.unit()) {
        (false, u) if u < 0.86 => 1.0,
        (false, u) if u < 0.94 => 0.5,
        (false, _) => 0.0,
        (true, u) if u < 0.12 => 1.0,
        (true, u) if u < 0.35 => 0.3,
        (true, _) => 0.0,
    };
    let mut returns = Vec::new();
    for order in &mut life.orders {
        order.channel = if chance.happens(shop_share) { Channel::Shop } else { Channel::Invoice };
        order.minute = chance.between(7 * 60, 21 * 60 + 59);
        order.is_guest = order.channel == Channel::Shop && chance.happens(0.02);
        order.lines = basket(person, chance.gamma(p, nu), chance);
        if order.channel == Channel::Invoice {
            let terms = if person.is_organisation { 30 } else { 14 };
            let due = Day(order.day.0 + terms);
            order.due = Some(due);
            order.paid =
                paid(person, due, chance).filter(|paid| *paid <= until).map(|paid| paid.max(order.day));
        }
        if let Some(back) = sent_back(order, person, chance).filter(|back| back.day <= until) {
            returns.push(back);
        }
    }
    life.orders.append(&mut returns);
    life.orders.sort_by_key(|order| (order.day, order.is_return));
}

/// Whole packs worth about `budget` cents.
fn basket(person: &Person, budget: f64, chance: &mut Chance) -> Vec<Line> {
    let discount_rate = if person.is(Trait::DiscountHunter) {
        if chance.happens(0.75) { chance.between(10, 30) } else { 0 }
    } else if chance.happens(0.08) {
        10
    } else {
        0
    };
    let mut left = budget * 100.0 / (100 - discount_rate) as f64;
    let mut lines: Vec<Line> = Vec::new();
    for place in 0..chance.between(1, 5) {
        let ranges: &[Range] = if person.is_organisation { &[Range::Trade] } else { person.drive.ranges() };
        let range = chance.pick(ranges);
        // The dear machines only where the budget bears them.
        let affordable = |product: &Product| product.range == range && (product.price as f64) < left * 1.3;
        let choice: Vec<usize> = (0..PRODUCTS.len()).filter(|at| affordable(&PRODUCTS[*at])).collect();
        let product = match (choice.is_empty(), place) {
            (false, _) => chance.pick(&choice),
            (true, 0) => cheapest(range),
            (true, _) => break,
        };
        if lines.iter().any(|line| line.product == product) {
            continue;
        }
        let share = left * (0.35 + 0.6 * chance.unit());
        let price = PRODUCTS[product].price;
        let quantity = libm::floor(share / price as f64 + 0.5).clamp(1.0, 400.0) as i64;
        let gross = quantity * price;
        let discount = (gross * discount_rate + 50) / 100;
        lines.push(Line { product, quantity, discount, amount: gross - discount });
        left -= gross as f64;
    }
    lines
}

fn cheapest(range: Range) -> usize {
    (0..PRODUCTS.len())
        .filter(|at| PRODUCTS[*at].range == range)
        .min_by_key(|at| PRODUCTS[*at].price)
        .expect("each range has products")
}

fn paid(person: &Person, due: Day, chance: &mut Chance) -> Option<Day> {
    let delay = if person.is(Trait::LatePayer) {
        if chance.happens(0.08) {
            return None;
        }
        chance.between(12, 85)
    } else {
        libm::floor(-3.0 + 4.0 * chance.normal()) as i64
    };
    Some(Day(due.0 + delay as i32))
}

/// Some or all packs of some lines, at what they were sold for.
fn sent_back(order: &Order, person: &Person, chance: &mut Chance) -> Option<Order> {
    let probability = if person.is(Trait::Returner) { 0.3 } else { 0.025 };
    let mut lines = Vec::new();
    for line in &order.lines {
        if chance.happens(probability) {
            let back = if chance.happens(0.6) { line.quantity } else { chance.between(1, line.quantity) };
            let amount = (line.amount * back + line.quantity / 2) / line.quantity;
            lines.push(Line { product: line.product, quantity: -back, discount: 0, amount: -amount });
        }
    }
    let day = Day(order.day.0 + chance.between(3, 21) as i32);
    let minute = chance.between(9 * 60, 17 * 60);
    (!lines.is_empty()).then(|| Order {
        day,
        minute,
        is_return: true,
        lines,
        due: None,
        paid: None,
        ..order.clone()
    })
}

fn requests(life: &Life, person: &Person, chance: &mut Chance, until: Day) -> Vec<Request> {
    let a_year = match (person.is(Trait::SupportHeavy), person.is_organisation) {
        (true, _) => 9.0,
        (false, true) => 0.6,
        (false, false) => 0.22,
    };
    let last = life.left.map_or(until, |left| Day((left.0 + 60).min(until.0)));
    let mut requests = Vec::new();
    let mut elapsed = chance.exponential(a_year / 365.0);
    while f64::from(life.known_since.0) + elapsed < f64::from(last.0) {
        let day = Day(life.known_since.0 + elapsed as i32);
        requests.push(request(person, day, chance, until));
        elapsed += chance.exponential(a_year / 365.0);
    }
    requests
}

fn request(person: &Person, day: Day, chance: &mut Chance, until: Day) -> Request {
    let end = i64::from(until.0 + 1) * 86_400 - 1;
    let opened = i64::from(day.0) * 86_400 + chance.between(8 * 3600, 19 * 3600);
    let channel = chance.pick(&["email", "email", "call", "chat"]);
    let heavy = person.is(Trait::SupportHeavy);
    let mut at = opened;
    let mut contacts = Vec::new();
    for turn in 0..chance.between(1, if heavy { 6 } else { 3 }) {
        contacts.push(Contact {
            at,
            inbound: turn % 2 == 0,
            channel: if turn == 0 { channel } else { chance.pick(&["email", "call"]) },
            minutes: if heavy { chance.between(120, 550) } else { chance.between(20, 180) },
            agent: chance.pick(words::AGENTS),
        });
        at += chance.between(900, 60 * 3600);
    }
    contacts.retain(|contact| contact.at <= end);
    let closed = Some(contacts.last().map_or(opened, |last| last.at) + chance.between(600, 3 * 86_400));
    Request {
        opened,
        closed: closed.filter(|closed| *closed <= end && !chance.happens(0.01)),
        channel,
        subject: chance.pick(words::REQUEST_SUBJECTS),
        contacts,
    }
}

fn visits(life: &Life, person: &Person, chance: &mut Chance, until: Day) -> Vec<Visit> {
    let every = match (person.is(Trait::OverVisited), chance.unit()) {
        (true, _) => 18,
        (false, u) if u < 0.3 => return Vec::new(),
        (false, u) if u < 0.7 => 60,
        _ => 120,
    };
    let last = life.left.map_or(until, |left| Day((left.0 + 90).min(until.0)));
    let mut visits = Vec::new();
    let mut day = Day(life.known_since.0 + chance.between(0, every) as i32);
    while day <= last {
        visits.push(Visit {
            day,
            minute: chance.between(8 * 60, 17 * 60) / 15 * 15,
            minutes: chance.between(3, if person.is(Trait::OverVisited) { 20 } else { 12 }) * 5,
            purpose: chance.pick(words::VISIT_PURPOSES),
        });
        day = Day(day.0 + chance.between(every / 2 + 1, every * 3 / 2) as i32);
    }
    visits
}

fn reviews(life: &Life, person: &Person, chance: &mut Chance, until: Day) -> Vec<Review> {
    let probability = if person.is(Trait::Influencer) { 0.9 } else { 0.05 };
    let bought = life
        .orders
        .iter()
        .filter(|order| order.channel == Channel::Shop && !order.is_return && !order.is_guest);
    let mut reviews = Vec::new();
    for order in bought {
        let day = Day(order.day.0 + chance.between(4, 25) as i32);
        if chance.happens(probability) && day <= until {
            let content = !chance.happens(if person.is(Trait::SupportHeavy) { 0.7 } else { 0.18 });
            reviews.push(Review {
                day,
                product: order.lines[chance.between(0, order.lines.len() as i64 - 1) as usize].product,
                stars: if content { chance.between(4, 5) } else { chance.between(1, 3) },
                text: chance.pick(if content { words::GOOD_REVIEWS } else { words::BAD_REVIEWS }),
            });
        }
    }
    reviews
}

/// Who brought this customer: mostly an influencer, sometimes anybody; always somebody who bought in the shop before.
fn friend(
    seed: u64,
    index: usize,
    people: &[Person],
    lives: &[Life],
    influencers: &[usize],
) -> Option<(usize, Day)> {
    let mut chance = Chance::of(seed, Purpose::Friends, index);
    let person = &people[index];
    let first_order = lives[index].orders.first()?;
    if person.is_organisation || person.is(Trait::Influencer) || !chance.happens(0.09) {
        return None;
    }
    let by_influencer = !influencers.is_empty() && chance.happens(0.8);
    let friend = if by_influencer {
        chance.pick(influencers)
    } else {
        chance.between(0, people.len() as i64 - 1) as usize
    };
    let buys_in_shop =
        |at: usize| lives[at].orders.iter().any(|order| order.channel == Channel::Shop && !order.is_guest);
    let earlier = lives[friend].known_since < Day(first_order.day.0 - 3);
    (friend != index && earlier && buys_in_shop(friend) && buys_in_shop(index))
        .then_some((friend, first_order.day))
}
