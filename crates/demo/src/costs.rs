//! What serving each customer truly costs, from what he did and the rates that the company states.
//!
//! Takes lives, not files: what a source forgot or wrote down under another account still costs. The same rates stand
//! in `costs.toml` as a catalogue of activities, so that a base can be told them. Leaves out what belongs to nobody:
//! rent, advertising, the market stall.

use crate::behaviour::{Channel, Life, Order, Request, Visit};
use ledger::{Day, Moment};

/// The rates as a catalogue of activities, which `clientela costs --catalogue` takes in.
pub(crate) const CATALOGUE: &str = include_str!("costs.toml");

/// Cents for an order line of the shop picked, packed and sent.
const SHOP_LINE: i128 = 75;
/// Cents for an order line entered, delivered and invoiced.
const INVOICE_LINE: i128 = 220;
/// Cents for a line that comes back, whichever way it went.
const RETURNED_LINE: i128 = 600;
/// Cents for a minute on the telephone, in a chat or over a mail.
const CARE_MINUTE: i128 = 70;
/// Cents for a request opened, routed and closed.
const REQUEST: i128 = 500;
/// Cents for a minute of a seller with a customer.
const VISIT_MINUTE: i128 = 90;
/// Cents for the way there and back.
const JOURNEY: i128 = 3_000;
/// Percent a year for money that is paid late, counted in days of a year of 365.
const YEARLY_PERCENT: i128 = 9;

/// A letter and a formal notice: days after the day due, what it is called, cents. A stated cost, one for one.
pub(crate) const REMINDERS: [(i32, &str, i64); 2] =
    [(30, "Lettre de relance", 1_500), (60, "Mise en demeure", 4_500)];

/// Costs are summed in so many parts of a cent: a tenth of a minute and a day of a cent lent are both whole in it.
const PARTS: i128 = 36_500;

/// The reminders that an order has cost up to `until`, by day, what they are called and cents.
pub(crate) fn reminders(order: &Order, until: Day) -> impl Iterator<Item = (Day, &'static str, i64)> {
    let open_until = order.paid.unwrap_or(Day(until.0 + 1));
    let due = order.due.filter(|_| !order.is_return);
    REMINDERS.iter().filter_map(move |(after, name, cents)| {
        let day = Day(due?.0 + after);
        (day < open_until && day <= until).then_some((day, *name, *cents))
    })
}

/// The first of the twelve months' days that end with a day.
pub(crate) fn year_before(until: Day) -> Day {
    let first = until.civil().and_then(|date| date.checked_sub(jiff::Span::new().years(1)).ok());
    Day(first.map_or(until.0 - 365, |date| Day::of(date).0) + 1)
}

/// What a life cost from `from` to `until`, in cents, rounded once. `is_dunned` says whether reminders are sent to him.
pub(crate) fn cost(life: &Life, is_dunned: bool, from: Day, until: Day) -> i64 {
    let within = |day: Day| from <= day && day <= until;
    let orders: i128 = life.orders.iter().filter(|order| within(order.day)).map(handling).sum();
    let credit: i128 = life.orders.iter().map(|order| lending(order, from, until)).sum();
    let care: i128 = life.requests.iter().map(|request| caring(request, &within)).sum();
    let visits: i128 = life.visits.iter().filter(|visit| within(visit.day)).map(visiting).sum();
    let dunning: i64 = life
        .orders
        .iter()
        .filter(|_| is_dunned)
        .flat_map(|order| reminders(order, until))
        .filter(|(day, _, _)| within(*day))
        .map(|(_, _, cents)| cents)
        .sum();
    let parts = orders + credit + care + visits + i128::from(dunning) * PARTS;
    ((parts + PARTS / 2).div_euclid(PARTS)) as i64
}

fn handling(order: &Order) -> i128 {
    let line = match (order.is_return, order.channel) {
        (true, _) => RETURNED_LINE,
        (false, Channel::Shop) => SHOP_LINE,
        (false, Channel::Invoice) => INVOICE_LINE,
    };
    order.lines.len() as i128 * line * PARTS
}

/// Amount × days late × rate, of the days that fall between the two.
fn lending(order: &Order, from: Day, until: Day) -> i128 {
    let Some(due) = order.due.filter(|_| !order.is_return) else { return 0 };
    let first = from.0.max(due.0 + 1);
    let last = order.paid.map_or(until.0, |paid| paid.0.min(until.0));
    let amount: i64 = order.lines.iter().map(|line| line.amount).sum();
    i128::from((last - first + 1).max(0)) * i128::from(amount) * YEARLY_PERCENT
}

fn caring(request: &Request, within: &impl Fn(Day) -> bool) -> i128 {
    let opened = if within(Moment(request.opened).day()) { REQUEST * PARTS } else { 0 };
    let tenths: i64 = request
        .contacts
        .iter()
        .filter(|contact| within(Moment(contact.at).day()))
        .map(|contact| contact.minutes)
        .sum();
    opened + i128::from(tenths) * CARE_MINUTE * PARTS / 10
}

fn visiting(visit: &Visit) -> i128 {
    (i128::from(visit.minutes) * VISIT_MINUTE + JOURNEY) * PARTS
}
