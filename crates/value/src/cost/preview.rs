//! What a change of the catalogue would do to a period, before anybody saves it.

use super::book::Closing;
use super::catalogue::Catalogue;

/// An activity before and after a change, in minor units over all customers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The activity's name.
    pub activity: String,
    /// What it cost under the catalogue as it is; `None` where it is not in it.
    pub before: Option<i64>,
    /// What it would cost; `None` where it would be gone.
    pub after: Option<i64>,
    /// Customers whose cost by this activity would change.
    pub customers: u64,
}

/// What differs between two closings of the same facts by two catalogues, activity by activity; those that stay as they are too.
///
/// Activities are matched by name: those of `before` first, in its order, then the new ones. To tell what will be kept to
/// the cent, close month by month and add up ([`Closing::plus`]), as accounts are closed: cents are shared out within a month.
///
/// ```
/// use ledger::{Day, FactKind};
/// use value::cost::*;
/// let request = |minor| {
///     let spans = vec![UnitSpan { from: Day(0), until: None, cost: UnitCost::each(minor) }];
///     let activity = Activity {
///         name: "request".into(),
///         cost_kind: CostKind::Service,
///         prices: FactKind::Request,
///         condition: Condition::parse("").unwrap(),
///         driver: Driver::Count,
///         rate: Rate::Unit(spans),
///         standing: Standing::Confirmed,
///     };
///     Catalogue::new(vec![activity], vec![], 2).unwrap()
/// };
/// let closed = |catalogue: &Catalogue| {
///     let mut book = Book::new(Day(0), Day(30), catalogue);
///     for _ in 0..4 {
///         book.post(catalogue, &Event { customer: Some(0), ..Event::of(FactKind::Request, Day(3)) });
///     }
///     book.close(catalogue)
/// };
/// let (before, after) = (request(450), request(500));
/// let changes = changes(&before, &after, &closed(&before), &closed(&after));
/// assert_eq!((changes[0].before, changes[0].after, changes[0].customers), (Some(18_00), Some(20_00), 1));
/// ```
pub fn changes(before: &Catalogue, after: &Catalogue, old: &Closing, new: &Closing) -> Vec<Change> {
    let place = |catalogue: &Catalogue, name: &str| {
        catalogue.activities().iter().position(|activity| activity.name == name)
    };
    let is_new = |name: &&str| place(before, name).is_none();
    let names = before.activities().iter().map(|activity| activity.name.as_str());
    let added = after.activities().iter().map(|activity| activity.name.as_str()).filter(is_new);
    names
        .chain(added)
        .map(|name| {
            let (was, will) = (place(before, name), place(after, name));
            let (were, will_be) = (old.costs_by(was), new.costs_by(will));
            let of = |costs: &[i64], customer: usize| costs.get(customer).copied().unwrap_or(0);
            let accounts = were.len().max(will_be.len());
            let differs = |customer: &usize| of(&were, *customer) != of(&will_be, *customer);
            Change {
                activity: name.to_string(),
                before: was.map(|place| old.total().costs[place]),
                after: will.map(|place| new.total().costs[place]),
                customers: (0..accounts).filter(differs).count() as u64,
            }
        })
        .collect()
}
