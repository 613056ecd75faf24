//! A filter as sets of customers: each test becomes one statement with bound values, and the sets are combined
//! here, so that `not` is plain negation and a chip switched on and off costs one scan.

mod tally;

pub(crate) use tally::{passing as of_facts, state as state_of_facts};

use crate::connection::{Bind, Connection, binds, sql};
use crate::error::Result;
use access::{Comparison, Field, Filter, Scope, Test, Value};

/// Customers by number, one bit each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct IdSet {
    words: Vec<u64>,
}

impl IdSet {
    pub(crate) fn insert(&mut self, id: u32) {
        let word = id as usize / 64;
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        self.words[word] |= 1 << (id % 64);
    }

    pub(crate) fn contains(&self, id: u32) -> bool {
        self.words.get(id as usize / 64).is_some_and(|word| word >> (id % 64) & 1 == 1)
    }

    pub(crate) fn len(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.words.iter().enumerate().flat_map(|(at, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                (rest != 0).then(|| {
                    let bit = rest.trailing_zeros();
                    rest &= rest - 1;
                    at as u32 * 64 + bit
                })
            })
        })
    }

    pub(crate) fn intersect(&mut self, other: &IdSet) {
        self.words.truncate(other.words.len());
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= other;
        }
    }

    pub(crate) fn unite(&mut self, other: &IdSet) {
        if self.words.len() < other.words.len() {
            self.words.resize(other.words.len(), 0);
        }
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word |= other;
        }
    }

    pub(crate) fn subtract(&mut self, other: &IdSet) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= !other;
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        self.words.len() * 8
    }
}

/// Where a field is kept.
pub(crate) enum Place {
    /// A column of `customer`, by its name.
    Figure(&'static str),
    /// A column of `customer_text`, by the name of its folded twin.
    Words(&'static str),
    /// The names of the sources of the customer's records.
    Source,
}

/// The only way from a field to a column.
pub(crate) fn place(field: Field) -> Place {
    match field {
        Field::Name => Place::Words("name_key"),
        Field::Kind => Place::Figure("kind"),
        Field::Level => Place::Figure("level"),
        Field::ExpectedValue => Place::Figure("expected_margin"),
        Field::ExpectedSpend => Place::Figure("expected_spend"),
        Field::ExpectedTransactions => Place::Figure("expected_transactions"),
        Field::InvestmentLevel => Place::Figure("investment_level"),
        Field::Delta => Place::Figure("delta"),
        Field::Class => Place::Figure("class"),
        Field::PAlive => Place::Figure("p_alive"),
        Field::PastRevenue => Place::Figure("past_revenue"),
        Field::PastMargin => Place::Figure("past_margin"),
        Field::Contribution => Place::Figure("contribution"),
        Field::Cost => Place::Figure("cost"),
        Field::Invested => Place::Figure("invested"),
        Field::Equity => Place::Figure("equity"),
        Field::ExpectedCost => Place::Figure("expected_cost"),
        Field::ExpectedContribution => Place::Figure("expected_contribution"),
        Field::Returns => Place::Figure("returns"),
        Field::Transactions => Place::Figure("transactions"),
        Field::FirstPurchase => Place::Figure("first_purchase"),
        Field::LastPurchase => Place::Figure("last_purchase"),
        Field::OpenRequests => Place::Figure("open_requests"),
        Field::Interactions => Place::Figure("interactions"),
        Field::LastInteraction => Place::Figure("last_interaction"),
        Field::City => Place::Words("city_key"),
        Field::Country => Place::Words("country_key"),
        Field::Postcode => Place::Words("postcode_key"),
        Field::Owner => Place::Words("owner_key"),
        Field::Email => Place::Words("email_key"),
        Field::Phone => Place::Words("phone_key"),
        Field::Source => Place::Source,
        Field::Records => Place::Figure("records"),
        Field::CreatedAt => Place::Figure("created_at"),
    }
}

/// Fractional columns; all other figures are whole numbers.
pub(crate) fn is_real(field: Field) -> bool {
    matches!(field, Field::ExpectedTransactions | Field::PAlive)
}

/// Customers from one number to another, both included: a scan is done in parts, one a core.
pub(crate) type Range = (i64, i64);

/// The customers of a range who pass a test.
pub(crate) fn passing(connection: &mut Connection, test: &Test, range: Range) -> Result<IdSet> {
    match test {
        Test::Compare { field, comparison, value } => match place(*field) {
            Place::Source => from_sources(connection, range, |name| name == folded(value)),
            Place::Figure(column) => {
                let (left, bind) = figure(column, value);
                select(connection, "customer", range, &format!("{left} {} $1", comparison.sign()), &[bind])
            }
            Place::Words(column) => {
                let binds = binds![folded(value)];
                select(
                    connection,
                    "customer_text",
                    range,
                    &format!("{column} {} $1", comparison.sign()),
                    binds,
                )
            }
        },
        Test::In { field, values } => {
            let mut union = IdSet::default();
            for value in values {
                let test =
                    Test::Compare { field: *field, comparison: Comparison::Equal, value: value.clone() };
                union.unite(&passing(connection, &test, range)?);
            }
            Ok(union)
        }
        Test::Contains { field, text } => {
            let text = identity::search_key(text);
            match place(*field) {
                Place::Words(column) => {
                    let binds = binds![containing(&text)];
                    select(
                        connection,
                        "customer_text",
                        range,
                        &format!("{column} like $1 escape '\\'"),
                        binds,
                    )
                }
                Place::Source => from_sources(connection, range, |name| name.contains(&text)),
                Place::Figure(_) => Ok(IdSet::default()),
            }
        }
        Test::Empty { field, .. } => match place(*field) {
            Place::Figure(column) => select(connection, "customer", range, &format!("{column} is null"), &[]),
            Place::Words(column) => {
                select(connection, "customer_text", range, &format!("coalesce({column}, '') = ''"), &[])
            }
            Place::Source => Ok(IdSet::default()),
        },
        Test::Tally { .. } => unreachable!("a tally is asked of all facts at once, see of_facts"),
    }
}

/// The set of a filter; `of_test` gives the set of a test as written, `all` is everybody in the base.
pub(crate) fn combine(
    filter: &Filter,
    all: &IdSet,
    of_test: &mut impl FnMut(&Test) -> Result<IdSet>,
) -> Result<IdSet> {
    Ok(match filter {
        Filter::And(parts) => {
            let mut set = all.clone();
            for part in parts {
                set.intersect(&combine(part, all, of_test)?);
            }
            set
        }
        Filter::Or(parts) => {
            let mut set = IdSet::default();
            for part in parts {
                set.unite(&combine(part, all, of_test)?);
            }
            set
        }
        Filter::Not(inner) => {
            let mut set = all.clone();
            set.subtract(&combine(inner, all, of_test)?);
            set
        }
        Filter::Test(Test::Compare { field, comparison: Comparison::NotEqual, value }) => {
            let equal = Test::Compare { field: *field, comparison: Comparison::Equal, value: value.clone() };
            let mut set = all.clone();
            set.subtract(&of_test(&equal)?);
            set
        }
        Filter::Test(Test::Empty { field, negated: true }) => {
            let mut set = all.clone();
            set.subtract(&of_test(&Test::Empty { field: *field, negated: false })?);
            set
        }
        Filter::Test(test) => of_test(test)?,
    })
}

/// Everybody whom a reader's scope lets him see.
pub(crate) fn in_scope(connection: &mut Connection, scope: &Scope, range: Range) -> Result<IdSet> {
    match scope {
        Scope::All => select(connection, "customer", range, "id > 0", &[]),
        Scope::Owner(name) => select(connection, "customer_text", range, "owner = $1", binds![name]),
        Scope::Nobody => Ok(IdSet::default()),
    }
}

/// Customers whose name, address, number or account contains or is the text a person typed.
pub(crate) fn matching(connection: &mut Connection, typed: &str, range: Range) -> Result<IdSet> {
    let key = identity::search_key(typed);
    let mut set = IdSet::default();
    if !key.is_empty() {
        set = select(
            connection,
            "customer_text",
            range,
            "name_key like $1 escape '\\' or email_key like $1 escape '\\' or phone_key like $1 escape '\\' \
         or city_key like $1 escape '\\'",
            binds![containing(&key)],
        )?;
    }
    connection.each(sql!("portfolio/customers_of_key"), binds![typed.trim()], |row| {
        set.insert(number(row.int(0)?));
        Ok(())
    })?;
    Ok(set)
}

fn select(
    connection: &mut Connection,
    table: &str,
    range: Range,
    condition: &str,
    binds: &[Bind<'_>],
) -> Result<IdSet> {
    let mut set = IdSet::default();
    let (from, to) = (binds.len() + 1, binds.len() + 2);
    let sql = format!("select id from {table} where ({condition}) and id between ${from} and ${to}");
    let mut binds = binds.to_vec();
    binds.extend([Bind::Int(range.0), Bind::Int(range.1)]);
    connection.each(&sql, &binds, |row| {
        set.insert(number(row.int(0)?));
        Ok(())
    })?;
    Ok(set)
}

fn from_sources(connection: &mut Connection, range: Range, matches: impl Fn(&str) -> bool) -> Result<IdSet> {
    let sources =
        connection.rows(sql!("portfolio/source_names"), binds![], |row| Ok((row.int(0)?, row.string(1)?)))?;
    let mut set = IdSet::default();
    for (source, name) in sources {
        if matches(&identity::search_key(&name)) {
            connection.each(
                sql!("portfolio/customers_of_source"),
                binds![source, range.0, range.1],
                |row| {
                    set.insert(number(row.int(0)?));
                    Ok(())
                },
            )?;
        }
    }
    Ok(set)
}

/// Numbers of customers are given out one by one and fit 32 bits for four billion of them.
pub(crate) fn number(id: i64) -> u32 {
    u32::try_from(id).expect("customers are numbered from 1 and stay below 2^32")
}

fn figure<'v>(column: &str, value: &'v Value) -> (String, Bind<'v>) {
    match value {
        Value::Number(number) | Value::Share(number) => {
            (format!("cast({column} as double precision)"), Bind::Real(*number))
        }
        Value::Money(money) => (column.to_string(), Bind::Int(money.minor)),
        Value::Day { day, .. } => (column.to_string(), Bind::Int(i64::from(day.0))),
        Value::Choice(choice) => (column.to_string(), Bind::Int(choice.number)),
        Value::Text(text) => (format!("cast({column} as text)"), Bind::from(text)),
    }
}

fn folded(value: &Value) -> String {
    match value {
        Value::Text(text) => identity::search_key(text),
        other => unreachable!("a text field is compared with text, not {other:?}: the grammar checks types"),
    }
}

/// A pattern for what contains the text, its wildcards taken as plain signs.
fn containing(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for sign in text.chars() {
        if matches!(sign, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(sign);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(ids: &[u32]) -> IdSet {
        let mut set = IdSet::default();
        ids.iter().for_each(|id| set.insert(*id));
        set
    }

    #[test]
    fn sets_combine_whatever_their_lengths() {
        let (few, many) = (set(&[1, 64, 200]), set(&[1, 3, 200, 5000]));
        let mut both = many.clone();
        both.intersect(&few);
        assert_eq!(both.iter().collect::<Vec<_>>(), [1, 200]);
        let mut either = few.clone();
        either.unite(&many);
        assert_eq!(either.iter().collect::<Vec<_>>(), [1, 3, 64, 200, 5000]);
        let mut without = few.clone();
        without.subtract(&many);
        assert_eq!(without.iter().collect::<Vec<_>>(), [64]);
        assert_eq!(
            (few.len(), few.contains(64), few.contains(65), few.contains(9999)),
            (3, true, false, false)
        );
    }

    #[test]
    fn wildcards_stand_for_themselves() {
        assert_eq!(containing("50%_\\"), "%50\\%\\_\\\\%");
    }
}
