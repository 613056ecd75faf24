//! What another catalogue would do to the accounts, before anybody saves it.

use super::catalogue::{currency, invalid, standing};
use super::totals::{Kept, Span, cost_of, not_closed, span};
use super::written::{WrittenActivity, WrittenCatalogue, WrittenTeam};
use crate::http::error::Answer;
use crate::http::wire::{self, Money};
use crate::http::{App, Failure, Json};
use crate::jobs::Progress;
use axum::extract::State;
use ledger::Day;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use store::Store;
use utoipa::ToSchema;
use value::cost::{Books, Catalogue, Closing, CostKind, Told, changes, month_of};

/// A catalogue to try.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CatalogueTrial {
    /// All of them.
    pub activities: Vec<WrittenActivity>,
    /// All of them.
    #[serde(default)]
    pub teams: Vec<WrittenTeam>,
    /// First month; the twelfth before the last unless said.
    #[serde(default)]
    pub from: Option<String>,
    /// Last month, with it.
    #[serde(default)]
    pub until: Option<String>,
}

/// What a catalogue would change.
#[derive(Serialize, ToSchema)]
pub struct CataloguePreview {
    /// ISO 4217.
    pub currency: String,
    /// First day of what was priced.
    pub from: String,
    /// Last day.
    pub until: String,
    /// By kind of cost, then `cost`, `unallocated`, `unused` and `contribution`.
    pub totals: Vec<TotalChange>,
    /// Activities as they are, then those that would be new; those that stay the same too.
    pub activities: Vec<ActivityChange>,
    /// Facts that an activity should price and cannot: each costs nothing, so that less cost may only be a price that is missing.
    pub unpriced: UnpricedChange,
    /// Customers whose contribution would change.
    pub customers_changed: u64,
    /// Customers whose contribution would change its sign.
    pub sign_changes: u64,
    /// Those whose contribution would change its sign, or change most.
    pub customers: Vec<CustomerChange>,
}

/// A total before and after.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct TotalChange {
    pub line: String,
    pub before: Money,
    pub after: Money,
}

/// Facts without a price before and after: no unit cost on their day, or a driver without a value.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct UnpricedChange {
    pub before: u64,
    pub after: u64,
}

/// An activity before and after; null where it is not there.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct ActivityChange {
    pub activity: String,
    pub before: Option<Money>,
    pub after: Option<Money>,
    /// Customers whose cost by it would change.
    pub customers: u64,
    /// Facts that it should price and cannot.
    pub unpriced: UnpricedChange,
}

/// A customer's contribution before and after.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct CustomerChange {
    pub id: i64,
    pub name: String,
    pub before: Money,
    pub after: Money,
}

/// How many customers are named.
const NAMED: usize = 50;

/// Try a catalogue on the facts; nothing is kept.
#[utoipa::path(post, path = "/api/catalogue/preview", tag = "accounts", operation_id = "preview_catalogue",
    request_body = CatalogueTrial,
    responses((status = 200, body = CataloguePreview), (status = 403), (status = 409), (status = 422)))]
pub async fn preview(
    State(app): State<App>,
    Json(trial): Json<CatalogueTrial>,
) -> Answer<Json<CataloguePreview>> {
    let written = WrittenCatalogue { activities: trial.activities, teams: trial.teams };
    let months = (trial.from, trial.until);
    let preview = app
        .ask(move |store| Ok(preview_of(store, &written, months.0.as_deref(), months.1.as_deref())))
        .await??;
    Ok(Json(preview))
}

/// Prices the facts of some months by the catalogue that stands and by another one.
pub fn preview_of(
    store: &Store,
    written: &WrittenCatalogue,
    from: Option<&str>,
    until: Option<&str>,
) -> Answer<CataloguePreview> {
    let currency = currency(store).map_err(Failure::from)?;
    let after = written.read_new(currency).map_err(invalid)?;
    let kept = Kept::of(store).map_err(Failure::from)?.ok_or_else(not_closed)?;
    let (_, before) = standing(store)?.ok_or_else(not_closed)?;
    let span =
        span(from, until, &kept).map_err(|(field, message)| Failure::invalid("bad_month", field, message))?;
    let ((old, old_unpriced), (new, new_unpriced)) = priced(store, &before, &after, &span, kept.until)?;
    let money = |minor: i64| Money::from(ledger::Money::new(minor, currency));
    let mut totals: Vec<TotalChange> = Vec::new();
    let mut total = |line: &str, before: i64, after: i64| {
        totals.push(TotalChange { line: line.to_string(), before: money(before), after: money(after) });
    };
    for kind in CostKind::ALL {
        total(kind.name(), cost_of(old.total(), &before, kind), cost_of(new.total(), &after, kind));
    }
    total("cost", old.total().cost(), new.total().cost());
    total("unallocated", old.unallocated().cost(), new.unallocated().cost());
    total("unused", old.unused(), new.unused());
    total("contribution", old.total().contribution(), new.total().contribution());
    let of_name = |catalogue: &Catalogue, unpriced: &[u64], name: &str| {
        let place = catalogue.activities().iter().position(|activity| activity.name == name);
        place.and_then(|place| unpriced.get(place)).copied().unwrap_or(0)
    };
    let activities = changes(&before, &after, &old, &new).into_iter().map(|change| ActivityChange {
        unpriced: UnpricedChange {
            before: of_name(&before, &old_unpriced, &change.activity),
            after: of_name(&after, &new_unpriced, &change.activity),
        },
        activity: change.activity,
        before: change.before.map(money),
        after: change.after.map(money),
        customers: change.customers,
    });
    let mut moved: Vec<(bool, u64, u32, i64, i64)> = Vec::new();
    let (were, will) = (old.contributions(), new.contributions());
    for customer in 0..were.len().max(will.len()) {
        let of = |sums: &[i64]| sums.get(customer).copied().unwrap_or(0);
        let (was, is) = (of(&were), of(&will));
        if was != is {
            moved.push(((was < 0) != (is < 0), was.abs_diff(is), customer as u32, was, is));
        }
    }
    moved.sort_by_key(|(turns, by, customer, ..)| (std::cmp::Reverse((*turns, *by)), *customer));
    let (changed, turned) = (moved.len() as u64, moved.iter().filter(|change| change.0).count() as u64);
    moved.truncate(NAMED);
    let ids: Vec<u32> = moved.iter().map(|change| change.2).collect();
    let names = store.customer_names(&ids).map_err(Failure::from)?;
    let named = moved.into_iter().map(|(_, _, id, before, after)| CustomerChange {
        id: id.into(),
        name: names.get(&id).cloned().unwrap_or_default(),
        before: money(before),
        after: money(after),
    });
    Ok(CataloguePreview {
        currency: currency.code().to_string(),
        from: wire::day(span.start),
        until: wire::day(Day(span.end.0 - 1)),
        totals,
        activities: activities.collect(),
        unpriced: UnpricedChange { before: old_unpriced.iter().sum(), after: new_unpriced.iter().sum() },
        customers_changed: changed,
        sign_changes: turned,
        customers: named.collect(),
    })
}

/// The facts of a span, closed by either catalogue month by month, as accounts are: cents are shared out, and teams run over,
/// within a month.
fn priced(
    store: &Store,
    before: &Catalogue,
    after: &Catalogue,
    span: &Span,
    end: Day,
) -> Answer<(Closed, Closed)> {
    let mut months = BTreeSet::new();
    let mut month = month_of(span.start).start;
    while month < span.end {
        months.insert(month);
        month = month_of(month).end;
    }
    let last = Day(end.0 - 1);
    let books = |catalogue: &Catalogue| Books::of_months(catalogue, months.clone(), last);
    let begin = || (books(before), books(after));
    let take = |(old, new): &mut (Books, Books), told: &Told<'_>| {
        old.post(before, told);
        new.post(after, told);
    };
    let teller = store.teller().map_err(Failure::from)?;
    let days = std::slice::from_ref(span);
    let hands =
        super::months::within(&teller, days, &Progress::new(0), begin, take).map_err(Failure::from)?;
    let (mut old, mut new) = begin();
    for (one, other) in hands {
        old.merge(one);
        new.merge(other);
    }
    Ok((closed(old, before, &months), closed(new, after, &months)))
}

/// The closing of all months, and how many facts each activity could not price.
type Closed = (Closing, Vec<u64>);

/// Months closed one by one and added up.
fn closed(mut books: Books, catalogue: &Catalogue, months: &BTreeSet<Day>) -> Closed {
    let mut unpriced = vec![0; catalogue.activities().len()];
    let mut closings = months.iter().map(|month| {
        let book = books.take(*month, catalogue);
        for (sum, facts) in unpriced.iter_mut().zip(book.unpriced()) {
            *sum += facts.no_rate + facts.arithmetic;
        }
        book.close(catalogue)
    });
    let first = closings.next().expect("a span has a month");
    let closing = closings.fold(first, |mut sum, next| {
        sum.plus(&next);
        sum
    });
    (closing, unpriced)
}
