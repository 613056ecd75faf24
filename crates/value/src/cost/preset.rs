//! Catalogues to begin with, by trade, and a guess at which one fits. Every number in them is an assumption, marked so.

use super::catalogue::{Activity, CostKind, Driver, Rate, Standing, UnitCost, UnitSpan};
use super::condition::Condition;
use ledger::{Day, FactKind, Quantity};

/// Which company a preset is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trade {
    /// A shop or a web shop: many small orders.
    Retail,
    /// Work by the hour for customers: calls, requests, visits.
    Services,
    /// Sales to companies: invoices, sellers on the road, late payments.
    B2b,
}

impl Trade {
    /// Every trade.
    pub const ALL: [Trade; 3] = [Trade::Retail, Trade::Services, Trade::B2b];

    /// The word for it in files and the API.
    pub fn name(self) -> &'static str {
        match self {
            Trade::Retail => "retail",
            Trade::Services => "services",
            Trade::B2b => "b2b",
        }
    }

    /// The trade with this word.
    pub fn from_name(name: &str) -> Option<Trade> {
        Trade::ALL.into_iter().find(|trade| trade.name() == name)
    }
}

/// A preset activity: name, what for, facts, condition, driver, hundredths of a currency unit for one unit.
type Line = (&'static str, CostKind, FactKind, &'static str, &'static str, UnitPrice);

enum UnitPrice {
    /// Hundredths of a unit of the currency.
    Hundredths(i64),
    /// Hundredths of a percent a year, on amount × days.
    Yearly(i64),
}
use UnitPrice::{Hundredths, Yearly};

/// Stated costs pass through one for one; late payment is credit. In every preset.
const COMMON: [Line; 4] = [
    (
        "stated acquisition cost",
        CostKind::Acquisition,
        FactKind::Cost,
        ACQUISITION,
        "amount",
        Hundredths(100),
    ),
    ("stated cost", CostKind::Other, FactKind::Cost, NOT_ACQUISITION, "amount", Hundredths(100)),
    ("late payment", CostKind::Credit, FactKind::Payment, "days_late > 0", "amount × days", Yearly(800)),
    ("mail sent", CostKind::Upkeep, FactKind::Interaction, MAIL, "count", Hundredths(2)),
];
const ACQUISITION: &str = "is_first = 1 or activity in (acquisition, advertising, prospecting, welcome)";
const NOT_ACQUISITION: &str =
    "not (is_first = 1 or activity in (acquisition, advertising, prospecting, welcome))";
const MAIL: &str = "channel in (email, newsletter, sms) and not direction = inbound";

const RETAIL: [Line; 5] = [
    ("order line picked", CostKind::Order, FactKind::Sale, "is_return = 0", "count", Hundredths(60)),
    ("order line returned", CostKind::Return, FactKind::Sale, "is_return = 1", "count", Hundredths(350)),
    ("parcel by weight", CostKind::Delivery, FactKind::Sale, "is_return = 0", "kg", Hundredths(90)),
    (
        "help by phone, chat or mail",
        CostKind::Service,
        FactKind::Interaction,
        HELP,
        "3 + minutes",
        Hundredths(55),
    ),
    ("request handled", CostKind::Service, FactKind::Request, "", "count", Hundredths(450)),
];
const HELP: &str = "direction = inbound and not channel = shop";

const SERVICES: [Line; 5] = [
    ("order entered", CostKind::Order, FactKind::Sale, "is_return = 0", "count", Hundredths(250)),
    (
        "contact before the first sale",
        CostKind::Acquisition,
        FactKind::Interaction,
        WINNING,
        "minutes",
        Hundredths(75),
    ),
    ("contact", CostKind::Upkeep, FactKind::Interaction, KEEPING, "minutes", Hundredths(75)),
    ("travel", CostKind::Upkeep, FactKind::Interaction, "channel = visit", "km", Hundredths(53)),
    ("request handled", CostKind::Service, FactKind::Request, "", "count", Hundredths(1_200)),
];
const WINNING: &str = "is_first = 1 and not channel in (email, newsletter, sms)";
const KEEPING: &str = "is_first = 0 and not channel in (email, newsletter, sms)";

const B2B: [Line; 7] = [
    ("order line handled", CostKind::Order, FactKind::Sale, "is_return = 0", "count", Hundredths(180)),
    ("credit note", CostKind::Return, FactKind::Sale, "is_return = 1", "count", Hundredths(1_500)),
    ("freight by weight", CostKind::Delivery, FactKind::Sale, "is_return = 0", "kg", Hundredths(35)),
    (
        "contact before the first sale",
        CostKind::Acquisition,
        FactKind::Interaction,
        WINNING,
        "minutes",
        Hundredths(80),
    ),
    ("contact", CostKind::Upkeep, FactKind::Interaction, KEEPING, "minutes", Hundredths(80)),
    ("travel", CostKind::Upkeep, FactKind::Interaction, "channel = visit", "km", Hundredths(53)),
    ("request handled", CostKind::Service, FactKind::Request, "", "count", Hundredths(1_800)),
];

/// The activities to begin with in a trade, valid from `from` on, all [`Standing::Assumed`].
///
/// The unit costs are round numbers of the size that a small European company meets (wages of 33 to 48 an hour, 0.53 a
/// kilometre, 8 % a year for money lent), in units of whatever the currency is: they are there to be replaced.
///
/// ```
/// use ledger::Day;
/// use value::cost::{Standing, Trade, preset};
/// let activities = preset(Trade::B2b, Day(0), 2);
/// assert!(activities.iter().all(|activity| activity.standing == Standing::Assumed));
/// ```
pub fn preset(trade: Trade, from: Day, minor_digits: u32) -> Vec<Activity> {
    let own: &[Line] = match trade {
        Trade::Retail => &RETAIL,
        Trade::Services => &SERVICES,
        Trade::B2b => &B2B,
    };
    own.iter().chain(&COMMON).map(|line| activity(line, from, minor_digits)).collect()
}

fn activity((name, cost_kind, prices, condition, driver, price): &Line, from: Day, digits: u32) -> Activity {
    let cost = match price {
        // Hundredths become minor units: for a hundred units of the driver, so many units of the currency.
        Hundredths(hundredths) => {
            UnitCost { minor: hundredths * 10_i64.pow(digits.min(6)), per: Quantity(100_000) }
        }
        Yearly(basis_points) => UnitCost::credit(*basis_points, digits),
    };
    Activity {
        name: (*name).to_string(),
        cost_kind: *cost_kind,
        prices: *prices,
        condition: Condition::parse(condition).expect("every preset condition is read by a test"),
        driver: Driver::parse(driver).expect("every preset driver is read by a test"),
        rate: Rate::Unit(vec![UnitSpan { from, until: None, cost }]),
        standing: Standing::Assumed,
    }
}

/// What the ledger holds, to guess from: how many facts of each kind, and which of their fields are ever told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Present {
    pub sales: u64,
    pub payments: u64,
    pub interactions: u64,
    pub requests: u64,
    pub costs: u64,
    /// Interactions that are visits.
    pub visits: u64,
    /// Interactions whose minutes are told.
    pub timed: u64,
    /// Facts whose kilometres are told.
    pub with_km: u64,
    /// Facts whose weight is told.
    pub with_kg: u64,
    /// Customers that are organisations, and all customers.
    pub organisations: u64,
    pub customers: u64,
}

/// A first catalogue from what is there: the trade that fits, and of its activities those that have facts to price.
///
/// B2B when more than half of the customers are organisations, or more than a tenth of the contacts are visits; services
/// when there are more contacts and requests than sale lines; retail otherwise. A contact without minutes costs nothing
/// by minutes, so where no contact is timed its activity counts ten minutes each instead, and says so in its driver.
/// Everything is [`Standing::Assumed`] until somebody confirms it.
///
/// ```
/// use ledger::Day;
/// use value::cost::{Present, Trade, guess};
/// let (trade, activities) = guess(&Present { sales: 900, interactions: 40, customers: 300, ..Present::default() }, Day(0), 2);
/// assert_eq!(trade, Trade::Retail);
/// assert!(activities.iter().all(|activity| activity.name != "late payment"), "nobody has payments here");
/// ```
pub fn guess(present: &Present, from: Day, minor_digits: u32) -> (Trade, Vec<Activity>) {
    let trade = if present.organisations * 2 > present.customers || present.visits * 10 > present.interactions
    {
        Trade::B2b
    } else if present.interactions + present.requests > present.sales {
        Trade::Services
    } else {
        Trade::Retail
    };
    let mut activities = preset(trade, from, minor_digits);
    activities.retain(|activity| {
        let facts = match activity.prices {
            FactKind::Sale => present.sales,
            FactKind::Payment => present.payments,
            FactKind::Interaction => present.interactions,
            FactKind::Request => present.requests,
            FactKind::Cost => present.costs,
            FactKind::Description | FactKind::Review | FactKind::Referral => 0,
        };
        let told = match activity.driver {
            Driver::Km => present.with_km,
            Driver::Kg => present.with_kg,
            _ => facts,
        };
        facts > 0 && told > 0
    });
    if present.timed == 0 {
        for activity in activities.iter_mut().filter(|activity| activity.driver == Driver::Minutes) {
            activity.driver = Driver::parse("10").expect("ten is an expression");
        }
    }
    (trade, activities)
}

#[cfg(test)]
mod tests {
    use super::super::{Catalogue, Event};
    use super::*;

    #[test]
    fn every_preset_is_a_catalogue_in_every_currency() {
        for trade in Trade::ALL {
            assert_eq!(Trade::from_name(trade.name()), Some(trade));
            for digits in [0, 2, 3] {
                assert!(Catalogue::new(preset(trade, Day(0), digits), vec![], digits).unwrap().is_assumed());
            }
        }
    }

    #[test]
    fn a_visit_costs_its_minutes_and_its_kilometres() {
        let visit = Event {
            channel: "visit",
            minutes: Quantity(30_000),
            km: Quantity(100_000),
            ..Event::of(FactKind::Interaction, Day(9))
        };
        for (digits, scale) in [(2, 100), (0, 1)] {
            let catalogue = Catalogue::new(preset(Trade::B2b, Day(0), digits), vec![], digits).unwrap();
            let mut cost = 0;
            catalogue.price(&visit, |charge| cost += charge.unwrap().cost);
            assert_eq!(cost, (24 + 53) * scale * 1_000_000);
        }
    }

    #[test]
    fn a_guess_prices_what_is_there() {
        let present = Present { interactions: 100, visits: 20, payments: 5, sales: 50, ..Present::default() };
        let (trade, activities) = guess(&present, Day(0), 2);
        let names: Vec<&str> = activities.iter().map(|activity| activity.name.as_str()).collect();
        assert_eq!(trade, Trade::B2b);
        assert!(names.contains(&"late payment") && !names.contains(&"travel"), "{names:?}");
        let contact = activities.iter().find(|activity| activity.name == "contact").unwrap();
        assert_eq!(contact.driver.name(), "10", "nobody keeps time here");
        let (trade, _) =
            guess(&Present { requests: 9, sales: 3, customers: 4, ..Present::default() }, Day(0), 2);
        assert_eq!(trade, Trade::Services);
    }
}
